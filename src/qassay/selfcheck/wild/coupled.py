"""Pairs of which some get entangled: the worlds of claims that count pairs, or what they join.

Each pair has a hidden share of right parities, drawn around the mark that only entangled pairs
pass, and some shots are random for all pairs at once; the truth is counted from these numbers.
Plan, secret parities, scoring, looks and verdict are the product's.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from qassay import assay
from qassay.claims.claim_file import parse_claim_sheet
from qassay.devices.machine_file import read_machine
from qassay.planning.planner import make_plan
from qassay.protocols.bell_pairs import VIOLATED_ABOVE
from qassay.protocols.interface import Bits, Experiment
from qassay.protocols.known import counts_of, protocol_for
from qassay.randomness import Stream
from qassay.selfcheck.drawing import Draws
from qassay.selfcheck.records import Record
from qassay.selfcheck.settings import Settings
from qassay.selfcheck.wild.defined_record import defined_record
from qassay.selfcheck.wild.play import play
from qassay.verdicts.coupled_pairs import largest_set

_FEWEST, _MOST = 3, 16
_OFF: Final = (-2, -1, 0, 0, 0, 1, 1, 2)
_SHEET: Final = """[sheet]
title = "Claims about pairs {number}"
vendor = "qassay selfcheck"
machine = "pairs-{number}"
[[claim]]
id = "pairs"
metric = "{metric}"
relation = "{relation}"
value = {value}
"""


def run_coupled(settings: Settings, number: int, metrics: tuple[str, ...]) -> tuple[Record, ...]:
    """Let the product count the pairs of a machine, some of which are never entangled."""
    draws = Draws.of(settings.seed, number, "coupled")
    metric = draws.one_of("metric", metrics)
    qubits = round(draws.log_uniform("qubits", _FEWEST, _MOST))
    shapes = ("line", "ring", "all-to-all") if 3 < qubits <= 7 else ("line",)
    text = (
        f'[machine]\nname = "pairs-{number}"\nqubits = {qubits}\n'
        f'connectivity = "{draws.one_of("connectivity", shapes)}"\n'
    )
    device = read_machine(text.encode(), "pairs.toml").description
    shares = _shares(draws, len(device.pairs))
    bad = draws.one_of("bad shots", (0.0, 0.0, 0.02, 0.05))
    right = dict(zip(device.pairs, ((1 - bad) * shares + bad / 2).tolist(), strict=True))
    there = [pair for pair, share in right.items() if share > VIOLATED_ABOVE]
    truth = largest_set(there) if counts_of(metric) == "connected" else len(there)
    relation = draws.one_of("relation", ("at least", "at least", "at most"))
    value = max(truth + draws.one_of("off", _OFF), 1)
    written = _SHEET.format(number=number, metric=metric, relation=relation, value=value)
    sheet = parse_claim_sheet(written.encode(), f"pairs-{number}.toml")
    root = draws.root()
    plan = make_plan(sheet, device, root, settings.options, assay.SOFTWARE)
    if not plan.experiments:
        return ()
    player = _Coupling(dict(zip(device.pairs, shares.tolist(), strict=True)), bad, root, draws)
    (verdict,) = play(plan, player.answer, root).verdicts
    found = verdict.estimate
    worse = value / max(truth, 0.5) if relation == "at least" else truth / value
    record = defined_record(
        number=number,
        metric=metric,
        form="count",
        ratio=worse,
        delta=0.0,
        outcome=verdict.outcome,
        worse=worse,
        truth=float(truth),
        interval=None if found is None else (found.value, found.low, found.high),
        circuits=verdict.circuits,
        border=1 + 1e-6,  # a count is met or missed
    )
    return (record,)


def _shares(draws: Draws, count: int) -> npt.NDArray[np.float64]:
    """Draw the share of right parities of each pair: most are fine, some lost, some at the mark."""
    rng = draws.generator("shares")
    fine, lost = rng.uniform(0.9, 0.995, count), rng.uniform(0.5, 0.82, count)
    near = VIOLATED_ABOVE + rng.uniform(-0.03, 0.03, count)
    kind = rng.random(count)
    rare = draws.one_of("share of pairs at the mark", (0.0, 0.0, 0.1, 0.5))
    gone = draws.one_of("share of lost pairs", (0.0, 0.1, 0.4))
    return np.asarray(np.where(kind < rare, near, np.where(kind < rare + gone, lost, fine)))


class _Coupling:
    """Pairs whose parities are right with a hidden probability each."""

    def __init__(
        self, shares: dict[tuple[int, int], float], bad: float, root: bytes, draws: Draws
    ) -> None:
        self.shares, self.bad, self.root = shares, bad, root
        self.generator, self.turn = draws.generator("answers"), 0

    def answer(self, x: Experiment, arms: npt.NDArray[np.intp]) -> tuple[Bits, Bits]:
        """Answer each shot of a matching."""
        rng = self.generator
        self.turn += 1
        qubits = 1 + max(q for target in x.targets for q in target)
        stream = Stream(self.root, f"answer {self.turn}")
        key = protocol_for(x).draw(x.lengths[0], arms.size, x.targets, qubits, stream).key
        first, second = np.array(x.targets, dtype=np.intp).T
        share = np.array([self.shares[min(a, b), max(a, b)] for a, b in x.targets])
        shape = (arms.size, x.shots, len(x.targets))
        random = rng.random((*shape[:2], 1)) < self.bad
        wrong = rng.random(shape) >= np.where(random, 0.5, share)
        both = rng.integers(0, 2, shape, dtype=np.uint8)
        outcomes = rng.integers(0, 2, (*shape[:2], qubits), dtype=np.uint8)
        outcomes[:, :, first] = key[:, None, first] ^ both
        outcomes[:, :, second] = key[:, None, second] ^ both ^ wrong
        return key, outcomes
