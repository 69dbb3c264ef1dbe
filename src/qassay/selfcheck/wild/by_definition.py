"""Registers whose truth is one by definition: a machine that hits with a probability that is drawn.

A protocol of a register whose circuits no law of the wild world imitates, from another package as
well, is checked all the same: each shot hits with a hidden probability, whatever the circuit; of
what a register loses layer by layer, with one that falls as the layers say. An
outcome that hits, or misses, is found by asking the protocol's own scoring, so planner, circuits,
key, scoring, judge and estimate are the product's, and no machine is imitated.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt

from qassay import assay
from qassay.claims.claim_file import parse_claim_sheet
from qassay.claims.metrics import METRICS
from qassay.devices.description import DeviceDescription
from qassay.planning.planner import make_plan
from qassay.protocols.designs.register_designs import share_at
from qassay.protocols.interface import Bits, Experiment
from qassay.protocols.known import QUANTITIES, mark_of, protocol_for
from qassay.protocols.quantity import PassMark
from qassay.protocols.weighing.decision import OPEN
from qassay.randomness import Stream
from qassay.selfcheck.drawing import Draws
from qassay.selfcheck.records import Record
from qassay.selfcheck.settings import Settings
from qassay.selfcheck.wild.defined_record import defined_record, interval_of
from qassay.selfcheck.wild.play import play

_TRIES: Final = 24  # outcomes that are asked for a hit or a miss; none of half as many in 2^-24
_ASKED: Final = 4000  # keys of which it is asked whether they can be missed at all
_WIDEST: Final = 5
_FEWEST_LOSING: Final = 3
_LOSSES: Final = (0.002, 0.01, 0.05)
# Of a share, from a mark.
DISTANCES: Final = (-0.2, -0.1, -0.05, 0.0, 0.0, 0.0, 0.03, 0.06, 0.1, 0.15)
STATED: Final = (0.0, 0.4, 0.6, 0.8)  # shares that a claim promises; 0 where it states none
_RATIOS: Final = (0.3, 0.7, 1.0, 1.0, 1.0, 1.5, 2.5)
_SHEET: Final = """[sheet]
title = "Claims about register {number}"
vendor = "qassay selfcheck"
machine = "register-{number}"
[[claim]]
id = "register"
metric = "{metric}"
relation = "{relation}"
value = {value}
"""
_DEPTH: Final = 6  # of circuits whose depth is stated: it says nothing here
_UNITS: Final = {"time": "s", "rate": "1/s", "angle": "rad"}


def run_defined(settings: Settings, number: int, metrics: tuple[str, ...]) -> tuple[Record, ...]:
    """Let the product judge a register that hits with a drawn probability.

    Args:
        settings: Of the study.
        number: Of the machine.
        metrics: Those to choose from, each of a register without a law of its own.
    """
    draws = Draws.of(settings.seed, number, "by definition")
    metric = draws.one_of("metric", metrics)
    loses = QUANTITIES[metric].kind == "decay"
    qubits = draws.one_of("qubits", range(_FEWEST_LOSING if loses else 2, _WIDEST + 1))
    row, mark = METRICS[metric], mark_of(metric)
    value = draws.one_of(metric, _LOSSES) if loses else _value(draws, metric, qubits, mark)
    mark = None if mark is None else mark.at(mark.width(value))
    relation = "at most" if row.better == "lower" else "at least"
    unit = _UNITS.get(row.dimension, "")
    written = f'"{value!r} {unit}"' if unit else f"{value!r}"
    text = _SHEET.format(number=number, metric=metric, relation=relation, value=written)
    if "depth" in QUANTITIES[metric].conditions:
        text += f"conditions = {{depth = {_DEPTH}}}\n"
    if QUANTITIES[metric].named_layer:
        text += "scope = {pairs = [[0, 1], [2, 3]]}\n"
        qubits = max(qubits, 4)
    part = draws.one_of("part of the way to the ideal", STATED)
    if mark is not None and mark.stated and part:
        stated = mark.share + part * (mark.ideal - mark.share)
        text += f"conditions = {{{mark.stated} = {stated:.4f}}}\n"
    sheet = parse_claim_sheet(text.encode(), f"register-{number}.toml")
    (claim,) = sheet.claims
    device = DeviceDescription(
        name=f"register-{number}", platform="other", qubits=qubits, connectivity="all-to-all"
    )
    root = draws.root()
    plan = make_plan(sheet, device, root, settings.options, assay.SOFTWARE)
    if not plan.experiments:
        return ()
    if mark is None:
        ratio = draws.one_of("ratio", (*_RATIOS, 1 + claim.delta, 1 + claim.delta))
        truth = value * ratio if row.better == "lower" else value / ratio
        truth = min(max(truth, row.bounds[0]), row.bounds[1])
        share = 1.0 if loses else share_at(claim)(truth)
        worse = truth / value if row.better == "lower" else value / truth
    else:
        truth = share = min(mark.share + draws.one_of("off", DISTANCES), mark.ideal)
        ratio = worse = (mark.ideal - share) / (mark.ideal - mark.share)
    start = draws.uniform("sign at the start", 0.5, 0.98) if loses else 0.0

    def shares(length: float) -> float:
        return 0.5 + 0.5 * start * (1 - truth) ** length if loses else share

    player = _Hitting(shares, root, draws.generator("answers"))
    player.leave_out_sure(plan.experiments[0])
    played = play(plan, player.answer, root)
    (verdict,) = played.verdicts
    decision = played.known.get(claim.id, OPEN)
    record = defined_record(
        number=number,
        metric=metric,
        form="register",
        ratio=ratio,
        delta=claim.delta,
        outcome=verdict.outcome,
        worse=worse,
        truth=truth,
        interval=interval_of(verdict),
        capped=decision.settled and verdict.outcome == "inconclusive",
        circuits=verdict.circuits,
    )
    return (record,)


def _value(draws: Draws, metric: str, qubits: int, mark: PassMark | None) -> float:
    """Choose what is claimed: a size, or a value whose hits are neither sure nor a fair coin."""
    if mark is not None:
        sizes = (*map(float, range(2, 64)), *(2.0**k for k in range(6, 40)))
        return next((v for v in sizes if mark.width(v) == qubits), 4.0)
    law, (least, most) = QUANTITIES[metric].share, METRICS[metric].bounds
    low, high = max(least, 0.0), min(most, 1e3)
    wanted = draws.uniform("share at the claim", 0.7, 0.95)
    if law(high) < 1 and METRICS[metric].better == "higher":  # hits are never sure
        wanted = law(low) + wanted * (law(high) - law(low))
    for _ in range(60):  # the law is monotonic
        middle = (low + high) / 2
        rises = METRICS[metric].better == "higher"
        low, high = (middle, high) if (law(middle) < wanted) == rises else (low, middle)
    return float(f"{high:.4g}")


class _Hitting:
    """A register that hits with one probability at each length."""

    def __init__(
        self, shares: Callable[[float], float], root: bytes, generator: np.random.Generator
    ) -> None:
        self.shares, self.root, self.generator, self.turn = shares, root, generator, 0

    def leave_out_sure(self, x: Experiment) -> None:
        """Let circuits that can be missed hit less often, where some hit whatever comes out.

        One of the 2^n operators of a state is the identity, and a shot of it is always right. The
        share of all shots is the truth, so that of the others follows. That of sure circuits is
        counted over many, and taken as 2^-n where it is no further off than by chance.
        """
        protocol, whole = protocol_for(x), self.shares
        qubits = 1 + max(q for target in x.targets for q in target)
        stream = Stream(self.root, "answer 0")
        shortest = x.lengths[0] if len(x.lengths) == 1 else 1.0
        key = protocol.draw(shortest, _ASKED, x.targets, qubits, stream).key
        arms, sure = np.zeros(_ASKED, dtype=np.intp), np.ones(_ASKED, dtype=np.bool_)
        for _ in range(_TRIES):
            tried = self.generator.integers(0, 2, (_ASKED, 1, qubits), dtype=np.uint8)
            (trials,) = protocol.score(key, tried, x, arms).values()
            sure &= trials.hits[:, 0] > 0
        part, exact = float(sure.mean()), 2.0**-qubits
        if abs(part - exact) < 5 * math.sqrt(exact / _ASKED):
            part = exact
        if 0 < part < 1:
            self.shares = lambda length: max((whole(length) - part) / (1 - part), 0.0)

    def answer(self, x: Experiment, arms: npt.NDArray[np.intp]) -> tuple[Bits, Bits]:
        """Find an outcome that hits, or misses, as was drawn for each circuit."""
        protocol, rng = protocol_for(x), self.generator
        self.turn += 1
        qubits = 1 + max(q for target in x.targets for q in target)
        stream = Stream(self.root, f"answer {self.turn}")
        if len(x.lengths) == 1:
            key = protocol.draw(x.lengths[0], arms.size, x.targets, qubits, stream).key
        else:  # what is expected does not hang on the length, so the shortest circuits will do
            key = protocol.draw(1.0, arms.size, x.targets, qubits, stream).key
        chance = np.array([self.shares(length) for length in x.lengths])[arms]
        wanted = rng.random(arms.size) < chance
        found = rng.integers(0, 2, (arms.size, 1, qubits), dtype=np.uint8)
        done = np.zeros(arms.size, dtype=np.bool_)
        for _ in range(_TRIES):
            tried = rng.integers(0, 2, found.shape, dtype=np.uint8)
            (trials,) = protocol.score(key, tried, x, arms).values()
            right = ~done & ((trials.hits[:, 0] > 0) == wanted)
            found[right] = tried[right]
            done |= right
        return key, found
