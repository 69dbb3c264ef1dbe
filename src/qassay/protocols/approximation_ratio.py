"""Approximation ratio: what is left of a real problem's answer on this machine.

Measures: r = (C_random - <C>) / (C_random - C_optimum), the mean cost of the measured strings of
one frozen circuit between coin tossing (0, known exactly) and the proven optimum (1).
Design: every batch runs the circuit in a gauge of its own: a secret random set of spins is
flipped in the problem (h_i -> s_i h_i, J_ij -> s_i s_j J_ij), which changes signs of angles and
nothing else, and flipped back in the answers. So a machine that prefers 0 gains and loses
nothing by it, coherent errors average out over gauges, and circuits follow from the secret
seed. All shots of a batch run one circuit.
Model: a batch has a mean of its own; nothing is assumed of the shots inside it.
How it can be fooled: the optimum can be computed on a laptop, so a machine that knows the
problem can answer without running anything. The score says what a machine that runs the
circuit delivers; it is no proof that it was run.
Post-processing: the same descent or repair is applied to the machine's strings and, where the
score is read, to as many random ones.
Reference: docs/applications.md; for p = 1 Ozaeta et al., arXiv:2012.03421.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from qassay.applications.catalog import application_of, reference_merit
from qassay.applications.instance import Instance, instance_from_json
from qassay.applications.ising import Ising
from qassay.applications.ramp import MOST_DEPTH, circuit_of, places_after
from qassay.applications.routing import Route, route_problems
from qassay.devices.description import Durations
from qassay.devices.longest_chain import longest_chain
from qassay.errors import PlanError, Problem
from qassay.protocols.asked import ReadsProblem
from qassay.protocols.interface import Bits, DecayLaw, Drawn, Experiment, Model, Reach, Target
from qassay.protocols.quantity import Quantity
from qassay.protocols.scoring import overhead
from qassay.randomness import Stream
from qassay.reading.strict_json import read_json
from qassay.statistics.batch_means import batch_mean_estimate
from qassay.statistics.estimate import Estimate, no_information
from qassay.statistics.trials import Trials

RATIO: Final = "approximation_ratio"
BEST_STRING: Final = "best_string"
OF_CIRCUITS: Final = {  # of a whole circuit of an application, relative to the best answer
    RATIO: "score of the answers as measured",
    "repaired_ratio": "score of the answers after repair",
    "best_repaired_ratio": "best score of a batch, after repair",
    "merit": "worth of the answers as measured, best answer 1",
    "best_merit": "best worth of a batch, as measured",
    "repaired_merit": "worth of the answers after repair",
    "best_repaired_merit": "best worth of a batch, after repair",
    "optimal_share": "share of answers that are the best one, as measured",
    "repaired_optimal_share": "share of answers that are the best one, after repair",
}
RATES: Final = (*OF_CIRCUITS, BEST_STRING)
# Hits are counts; a ratio x is written as (x + 1023) 2^32, so that it is a whole number, the
# same on every machine, and a sum of 10^5 shots still fits.
_OFFSET: Final = 1023.0
_STEPS: Final = 2.0**32
_UNIT: Final = int((_OFFSET + 1) * _STEPS)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ProblemOnMachine:
    """An instance, and how a machine runs it.

    Attributes:
        instance: The instance.
        route: Where its spins sit.
        notes: What was computed before the run: ideal, prediction, classical answer.
        question: Id of the question of the sheet; empty where a claim rests on it.
    """

    instance: Instance
    route: Route
    notes: Mapping[str, Any]
    question: str = ""


@lru_cache(maxsize=64)
def read_problem(text: str) -> ProblemOnMachine:
    """Read the problem of an experiment from its text in the plan.

    Raises:
        PlanError: It is none, or its route does not run it.
    """
    where = "plan, problem"
    try:
        document = read_json(text, where, error=PlanError)
        instance = instance_from_json(document["instance"], where)
        route = Route(
            tuple(int(q) for q in document["route"]["start"]),
            tuple((int(a), int(b), int(c)) for a, b, c in document["route"]["steps"]),
        )
        notes = {key: document[key] for key in ("ideal", "predicted", "classical")}
        question = document.get("question", "")
        if not isinstance(question, str):
            raise TypeError("question")
    except (ValueError, KeyError, TypeError):
        raise PlanError(
            Problem(where=where, found="another text", expected="an instance and its route")
        ) from None
    application_of(instance.application)
    PlanError.raise_if_any(
        Problem(where=f"{where}, route", found="another route", expected=expected)
        for expected in route_problems(route, instance.ising)
    )
    return ProblemOnMachine(instance=instance, route=route, notes=notes, question=question)


class ApproximationRatio(ReadsProblem):
    """The score of one application at one depth."""

    id = "application"
    version = 1
    title = "Applications: approximation ratio"
    model: Model = "probability"
    asymptote = 0.0
    laws: Mapping[str, DecayLaw] = MappingProxyType({})
    quantities = RATES
    reach: Reach = "qubits"
    repeated = True
    assumptions = (
        "batches are independent of one another given the machine's drift, which may be any",
        "the score does not prove that a quantum computer gave the answers",
    )

    def _problem(self) -> ProblemOnMachine:
        return read_problem(self._text)

    def draw(
        self, length: float, count: int, targets: tuple[Target, ...], qubits: int, stream: Stream
    ) -> Drawn:
        """Write the circuit in a gauge; every shot runs it, and `expected` holds the gauge."""
        problem = self._problem()
        ising, depth = problem.instance.ising, depth_of(length)
        gauge = stream.child("gauge").bits(ising.qubits)
        circuit = circuit_of(in_gauge(ising, gauge), depth, problem.route, qubits)
        frame = np.zeros(qubits, dtype=np.uint8)
        frame[list(places_after(problem.route, depth))] = gauge
        return Drawn(circuits=circuit, key=np.tile(frame, (count, 1)))

    def score(
        self, key: Bits, outcomes: Bits, experiment: Experiment, arms: npt.NDArray[np.intp]
    ) -> Mapping[str, Trials]:
        """Cost, repair and value the strings of one batch: one row, all shots together."""
        problem = read_problem(experiment.problem)
        places = list(places_after(problem.route, depth_of(experiment.lengths[0])))
        bits = (outcomes[:, 0, :] ^ key)[:, places]
        values = valued(problem.instance, bits)
        shots = bits.shape[0]
        found = {name: _row(value, shots, experiment.lengths) for name, value in values.items()}
        best = bits[int(values["merit"].argmax())]
        found[BEST_STRING] = replace(
            found["best_merit"],
            hits=np.concatenate([found["best_merit"].hits, best[None].astype(np.int64)], axis=1),
        )
        return found

    def estimate(self, quantity: str, trials: Trials, level: float) -> tuple[Estimate, ...]:
        """Average the batches, or take the best of all shots."""
        if quantity == BEST_STRING:  # no number: the string itself is in its trials
            return (no_information(),)
        values = batch_values(trials)
        shots = trials.circuits * (trials.shots // _UNIT)
        if not values.size:
            return (no_information(),)
        if quantity.startswith("best_"):
            best = float(values.max())
            return (
                Estimate(
                    value=best,
                    low=best,
                    high=best,
                    level=level,
                    shots=shots,
                    circuits=trials.circuits,
                    method="best of all shots",
                ),
            )
        return (batch_mean_estimate(values, level=level, shots=shots),)

    def mean(self, quantity: str, trials: Trials, level: float) -> Estimate:
        """Give the one estimate there is."""
        return self.estimate(quantity, trials, level)[0]

    def seconds(self, length: float, durations: Durations) -> float:
        """Take the longest chain of gates as the time of a shot."""
        problem = self._problem()
        circuit = circuit_of(
            problem.instance.ising,
            depth_of(length),
            problem.route,
            max(problem.route.start) + 1 + _reach(problem.route),
        )
        return overhead(durations) + longest_chain(circuit, durations)


def _reach(route: Route) -> int:
    top = max(route.start)
    return max([0, *(max(a, b) - top for a, b, _ in route.steps)])


def best_string(trials: Trials) -> Bits:
    """Read the string with the best merit from the trials of "best_string"."""
    return trials.hits[int(trials.hits[:, 0].argmax()), 1:].astype(np.uint8)


def depth_of(length: float) -> int:
    """Give the number of layers.

    Raises:
        PlanError: It is no whole number from 1 to 64.
    """
    if length != int(length) or not 1 <= length <= MOST_DEPTH:
        raise PlanError(
            Problem(where="depth", found=f"{length:g}", expected=f"1 to {MOST_DEPTH} layers")
        )
    return int(length)


def in_gauge(ising: Ising, gauge: Bits) -> Ising:
    """Flip a set of spins in a cost."""
    sign = (1 - 2 * gauge.astype(int)).tolist()
    return Ising(
        ising.constant,
        tuple(s * h for s, h in zip(sign, ising.fields, strict=True)),
        tuple((i, j, sign[i] * sign[j] * x) for i, j, x in ising.couplings),
    )


def valued(instance: Instance, bits: Bits) -> dict[str, npt.NDArray[np.float64]]:
    """Value strings, raw and repaired; each array has one entry a string, or one the best.

    Scores are ratios. Merits are relative to that of the best answer, which is known
    beforehand; costs are negative, so that more is better throughout.
    """
    application = application_of(instance.application)
    repaired = application.repaired(instance, bits)
    scale = reference_merit(instance) * (1 if application.higher_is_better else -1)
    raw = instance.ratios(instance.ising.energies(bits))
    better = instance.ratios(instance.ising.energies(repaired))
    merit = application.merit(instance, bits) / scale
    mended = application.merit(instance, repaired) / scale
    return {
        RATIO: raw,
        "repaired_ratio": better,
        "best_repaired_ratio": np.array([better.max()]),
        "merit": merit,
        "best_merit": np.array([merit.max()]),
        "repaired_merit": mended,
        "best_repaired_merit": np.array([mended.max()]),
        "optimal_share": (raw > 1 - 1e-9).astype(np.float64),
        "repaired_optimal_share": (better > 1 - 1e-9).astype(np.float64),
    }


def batch_values(trials: Trials) -> npt.NDArray[np.float64]:
    """Read the mean of each batch back from its hits."""
    shots = trials.shots // _UNIT
    return np.asarray(trials.hits[:, 0] / (shots * _STEPS) - _OFFSET, dtype=np.float64)


def _row(values: npt.NDArray[np.float64], shots: int, lengths: tuple[float, ...]) -> Trials:
    """Write the mean over a batch in fixed point."""
    held = np.clip(values, -_OFFSET, 1.0)
    whole = np.rint((held + _OFFSET) * _STEPS).astype(np.int64)
    total = int(whole.sum()) if whole.size == shots else int(whole[0]) * shots
    return Trials(
        lengths=np.array(lengths, dtype=np.float64),
        arms=np.zeros(1, dtype=np.intp),
        hits=np.array([[total]], dtype=np.int64),
        shots=shots * _UNIT,
    )


QUANTITIES = (
    Quantity(
        metric=RATIO,
        rate=RATIO,
        kind="score",
        conditions=("depth", "application", "instance", "qubits", "graph", "sha256"),
    ),
)
PROTOCOL = ApproximationRatio()
