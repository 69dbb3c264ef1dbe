"""Scores of applications: a machine that answers the best string in some shots, and chance else.

Its approximation ratio is the share of the former, exactly: the mean over all strings has the ratio
0 and the best string 1. The share moves from batch to batch about the hidden one. Instance, gauge,
circuits, scoring and verdict are the product's.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from qassay import assay
from qassay.applications.ramp import places_after
from qassay.claims.claim_file import parse_claim_sheet
from qassay.claims.metrics import METRICS
from qassay.devices.description import DeviceDescription
from qassay.planning.planner import make_plan
from qassay.protocols.approximation_ratio import depth_of, read_problem
from qassay.protocols.interface import Bits, Experiment
from qassay.protocols.known import protocol_for
from qassay.randomness import Stream
from qassay.selfcheck.drawing import Draws
from qassay.selfcheck.records import Record
from qassay.selfcheck.settings import Settings
from qassay.selfcheck.wild.defined_record import defined_record, interval_of
from qassay.selfcheck.wild.play import play

_POINTS: Final = (3, 4, 5)
_RATIOS: Final = (0.5, 0.7, 0.9, 1.0, 1.0, 1.0, 1.2, 1.5)
_FILE: Final = "graph.csv"
_SHEET: Final = """[sheet]
title = "Claims about score {number}"
vendor = "qassay selfcheck"
machine = "score-{number}"
[[claim]]
id = "score"
metric = "{metric}"
relation = "at least"
value = {value!r}
conditions = {{application = "max-cut", depth = 1, graph = "{file}"}}
"""


def run_score(settings: Settings, number: int, metrics: tuple[str, ...]) -> tuple[Record, ...]:
    """Let the product judge what a machine makes of the greatest cut of a drawn graph."""
    draws = Draws.of(settings.seed, number, "score")
    metric = draws.one_of("metric", metrics)
    points = draws.one_of("points", _POINTS)
    value = round(draws.uniform("value", 0.15, 0.75), 4)
    delta = METRICS[metric].natural_delta
    ratio = draws.one_of("ratio", (*_RATIOS, 1 + delta, 1 + delta))
    truth = min(value / ratio, 0.97)
    worse = value / truth
    text = _SHEET.format(number=number, metric=metric, value=value, file=_FILE)
    sheet = parse_claim_sheet(text.encode(), f"score-{number}.toml")
    device = DeviceDescription(
        name=f"score-{number}", platform="other", qubits=points, connectivity="all-to-all"
    )
    root = draws.root()
    files = {_FILE: _graph(draws, points)}
    plan = make_plan(sheet, device, root, settings.options, assay.SOFTWARE, files)
    if not plan.experiments:
        return ()
    (verdict,) = play(plan, _Scoring(truth, root, draws).answer, root).verdicts
    record = defined_record(
        number=number,
        metric=metric,
        form="register",
        ratio=worse,
        delta=delta,
        outcome=verdict.outcome,
        worse=worse,
        truth=truth,
        interval=interval_of(verdict),
        circuits=verdict.circuits,
    )
    return (record,)


def _graph(draws: Draws, points: int) -> bytes:
    """Write a list of edges that joins all points."""
    rng = draws.generator("graph")
    pairs = [(a, b) for b in range(points) for a in range(b)]
    lines = [
        f"{a},{b},{int(rng.integers(1, 10))}" for a, b in pairs if b == a + 1 or rng.random() < 0.6
    ]
    return ("\n".join(lines) + "\n").encode()


class _Scoring:
    """A machine that answers the best string with one probability a batch."""

    def __init__(self, truth: float, root: bytes, draws: Draws) -> None:
        self.truth, self.root, self.turn = truth, root, 0
        self.spread = draws.uniform("spread of batches", 0.0, 0.5) * min(truth, 1 - truth)
        self.generator = draws.generator("answers")

    def answer(self, x: Experiment, arms: npt.NDArray[np.intp]) -> tuple[Bits, Bits]:
        """Answer a batch in its gauge."""
        rng, problem = self.generator, read_problem(x.problem)
        self.turn += 1
        qubits = problem.instance.ising.qubits
        stream = Stream(self.root, f"answer {self.turn}")
        key = protocol_for(x).draw(x.lengths[0], arms.size, x.targets, qubits, stream).key
        share = self.truth + self.spread * rng.choice((-1.0, 1.0))
        bits = rng.integers(0, 2, (arms.size, qubits), dtype=np.uint8)
        bits[rng.random(arms.size) < share] = problem.instance.best_bits
        outcomes = np.zeros((arms.size, 1, key.shape[1]), dtype=np.uint8)
        outcomes[:, 0, list(places_after(problem.route, depth_of(x.lengths[0])))] = bits
        return key, outcomes ^ key[:, None, :]
