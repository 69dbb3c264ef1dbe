"""Machines with a clock: seconds of timed jobs by hidden times of gates, readout and overheads.

A job takes a time of its own, and each shot an overhead and the times of its layers, which may
differ between qubits and between pairs; all of it scatters from job to job and may grow slower in
the run, and what is stated is rounded to the grain of the machine's clock. Two claims share a
sheet, so that the interval is one of 95 %.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from qassay import assay
from qassay.claims.claim_file import parse_claim_sheet
from qassay.claims.operations import DELTA, OPERATIONS
from qassay.devices.description import DeviceDescription
from qassay.devices.machine_file import read_machine
from qassay.planning.options import Options
from qassay.planning.planner import make_plan
from qassay.planning.timed_jobs import (
    EMPTY,
    GATES,
    MANY,
    MANY_CIRCUITS,
    MANY_LAYERS,
    MANY_SHOTS,
    PAIR,
)
from qassay.protocols.batches import batch_id
from qassay.protocols.interface import Experiment, Target
from qassay.selfcheck.drawing import Draws
from qassay.selfcheck.records import Record
from qassay.selfcheck.settings import Settings
from qassay.selfcheck.wild.defined_record import defined_record
from qassay.verdicts.operations import OperationVerdict, Timings, operation_verdicts

_RATIOS: Final = (0.5, 0.8, 1.0, 1.0, 1.0, 1.6, 2.5)
_CYCLES: Final = 4
_SECONDS: Final = 3  # grains of clocks, in decades below a second
_CLAIM: Final = """[[claim]]
id = "{name}"
kind = "operations"
metric = "{metric}"
relation = "{relation}"
value = "{value!r} {unit}"
"""


def run_timed(settings: Settings, number: int, metrics: tuple[str, ...]) -> tuple[Record, ...]:
    """Let the product judge what a machine's own clock says of its times and rates."""
    draws = Draws.of(settings.seed, number, "clock")
    metric = draws.one_of("metric", metrics)
    machine = _Clocked(draws)
    truth = machine.truth(metric)
    row = OPERATIONS[metric]
    border = 1 + DELTA if row.lower_is_better else 1 / (1 - DELTA)
    ratio = draws.one_of("ratio", (*_RATIOS, border, border))
    value = float(f"{truth / ratio if row.lower_is_better else truth * ratio:.9g}")
    worse = truth / value if row.lower_is_better else value / truth
    relation = "at most" if row.lower_is_better else "at least"
    unit = "s" if row.dimension == "time" else "1/s"
    head = f'[sheet]\ntitle = "Clock {number}"\nvendor = "qassay selfcheck"\nmachine = "clock"\n'
    text = head + "".join(
        _CLAIM.format(name=name, metric=metric, relation=relation, value=said, unit=unit)
        for name, said in (("clocked", value), ("beside", 2 * value))
    )
    sheet = parse_claim_sheet(text.encode(), f"clock-{number}.toml")
    options = Options(alpha=settings.alpha, beta=settings.alpha)
    plan = make_plan(sheet, machine.device, draws.root(), options, assay.SOFTWARE)
    timings = Timings(seconds=machine.seconds(plan.experiments))
    verdict = next(v for v in operation_verdicts(plan, timings) if v.claim.id == "clocked")
    record = defined_record(
        number=number,
        metric=metric,
        form="clock",
        ratio=ratio,
        delta=verdict.claim.delta,
        outcome=verdict.outcome,
        worse=worse,
        truth=truth,
        interval=_interval(verdict),
        circuits=verdict.jobs,
        border=border,
    )
    return (record,)


def _interval(verdict: OperationVerdict) -> tuple[float, float, float] | None:
    return None if verdict.value is None else (verdict.value, verdict.low, verdict.high)


class _Clocked:
    """The hidden times of a machine, in seconds."""

    def __init__(self, draws: Draws) -> None:
        text = '[machine]\nname = "clock"\nqubits = 6\nconnectivity = "line"\n'
        self.device: DeviceDescription = read_machine(text.encode(), "clock.toml").description
        self.one = draws.log_uniform("one-qubit gate", 1e-8, 1e-5)
        self.two = draws.log_uniform("two-qubit gate", 3e-8, 1e-4)
        self.shot = draws.log_uniform("shot", 1e-5, 1e-3)
        self.readout = self.shot * draws.uniform("readout", 0.1, 0.9)
        self.job = draws.one_of("job", (0.0, 0.01, 1.0))
        self.scatter = draws.one_of("scatter", (0.0, 1e-4, 1e-3, 1e-2))
        self.slower = draws.one_of("slower", (0.0, 0.0, 0.02, 0.1))
        self.grain = 10.0 ** -draws.one_of("grain", range(_SECONDS, 10))
        self.generator = draws.generator("jobs")
        unlike = draws.one_of("targets differ by", (0.0, 0.0, 0.02, 0.1))
        spread = 1 + unlike * draws.generator("targets").standard_normal(2 * self.device.qubits)
        ones, twos = self.device.usable, self.device.pairs
        places: list[Target] = [*((q,) for q in ones), *twos]
        self.factors: dict[Target, float] = dict(zip(places, spread.tolist(), strict=False))
        self.one_mean = self.one * float(np.mean([self.factors[(q,)] for q in ones]))
        self.two_mean = self.two * float(np.mean([self.factors[pair] for pair in twos]))

    def truth(self, metric: str) -> float:
        """Give a figure as the metric defines it, in the mean over the cycles of a run."""
        slow = 1 + self.slower * (_CYCLES - 1) / (2 * _CYCLES)
        if metric in GATES:
            return slow * (self.one_mean if metric == GATES[0] else self.two_mean)
        if metric in ("readout_time", "reset_time"):
            return self.readout if metric == "readout_time" else self.shot - self.readout
        many = OPERATIONS[metric].layered
        shots = MANY_CIRCUITS * MANY_SHOTS if many else 2000
        taken = slow * self._job(float(MANY_LAYERS) if many else EMPTY, shots, self._many(met=many))
        return shots * (MANY_LAYERS if many else 1) / taken

    def _many(self, *, met: bool) -> float:
        return self.one + (self.two if met else 0.0)

    def _layer(self, x: Experiment) -> float:
        """Give the seconds of a layer: the slowest of the turns, then that of the entanglers."""
        if x.protocol == MANY:
            return self._many(met=True)
        turns = max(self.factors[(q,)] for target in x.targets for q in target)
        meets = self.factors[x.targets[0]] if x.protocol == PAIR else 0.0
        return self.one * turns + self.two * meets

    def _job(self, layers: float, shots: int, each: float) -> float:
        return self.job + shots * (self.shot + layers * each)

    def seconds(self, experiments: tuple[Experiment, ...]) -> dict[str, float]:
        """State the seconds of all jobs, rounded to the clock's grain."""
        found = {}
        for x in experiments:
            for index in range(x.batches):
                shots = x.batch_size(index) * x.shots
                slow = 1 + self.slower * index / _CYCLES
                luck = 1 + self.scatter * self.generator.standard_normal()
                taken = self._job(x.lengths[0], shots, self._layer(x)) * slow * luck
                found[batch_id(x, index)] = max(round(taken / self.grain), 1) * self.grain
        return found
