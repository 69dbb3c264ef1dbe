"""The course of a sampling: told beforehand, run, checked on circuits drawn afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from qassay.circuits.circuit import Circuit
from qassay.circuits.ideal import probabilities, string_indices
from qassay.devices.description import DeviceDescription
from qassay.devices.interface import Asking, Job, Order
from qassay.random_circuits.contraction import ContractionCost
from qassay.random_circuits.design import SamplingDesign
from qassay.random_circuits.forging import Forging, forging
from qassay.random_circuits.xeb import Checked, Uniformity, predicted_fidelity
from qassay.randomness import Stream
from qassay.statistics.estimate import Estimate

Bits = npt.NDArray[np.uint8]
LEVEL: Final = 0.01  # of the uniformity test
_JOB: Final = 100
_SIGMAS: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplingPrediction:
    """What is known before a shot.

    Attributes:
        fidelity: Foretold from error rates; None without them.
        cost: Of one circuit.
        checked: Circuits that will be checked.
        needed: Checked shots for five standard errors at that fidelity.
        shots: Checked shots that are planned.
        deadline: Seconds.
        sparse: Whether the graph is a line, ring or grid.
        rates: Pauli error rates of pulse, CZ and readout.
        forging: What forging will cost at that fidelity.
    """

    fidelity: float | None
    cost: ContractionCost
    checked: int
    needed: float | None
    shots: int
    deadline: float
    sparse: bool
    rates: tuple[float, float, float] | None
    forging: Forging | None

    def sentences(self) -> list[str]:
        """Say it."""
        said = [
            f"one circuit costs {self.cost.cheapest:.1e} FLOP to simulate, at most (an"
            f" amplitude {self.cost.amplitude:.1e}, a state vector"
            f" {self.cost.state_vector:.1e})"
        ]
        if self.fidelity is None or self.forging is None or self.needed is None:
            return [*said, "give --expect for the fidelity and the price of a forgery"]
        enough = "enough" if self.shots >= self.needed else "too few"
        said.append(
            f"the error rates foretell F = {self.fidelity:.3g}; five standard errors take"
            f" {self.needed:.0f} checked shots, {self.shots} are planned: {enough}"
        )
        return [*said, self.forging.words]

    def as_json(self) -> dict[str, Any]:
        """Give it as plain JSON values."""
        return {
            "fidelity": self.fidelity,
            "cost": self.cost.as_json(),
            "checked": self.checked,
            "checked_shots": self.shots,
            "checked_shots_needed": self.needed,
            "deadline_seconds": self.deadline,
            "forging": None if self.forging is None else self.forging.as_json(),
        }


def plan_sampling(
    design: SamplingDesign,
    device: DeviceDescription,
    cost: ContractionCost,
    checked: int,
    rates: tuple[float, float, float] | None,
    deadline: float | None,
) -> SamplingPrediction:
    """Foretell fidelity, precision and the price of a forgery.

    Args:
        design: What will run.
        device: Where.
        cost: Of one circuit.
        checked: Circuits that will be checked.
        rates: Pauli error rates of pulse, CZ and readout, if the user expects any.
        deadline: Seconds; one and a half times the device time if None.
    """
    times = device.durations
    shot = times.shot_overhead + times.readout + times.one_qubit_gate
    shot += design.depth * (times.one_qubit_gate + times.two_qubit_gate)
    limit = deadline or max(1.5 * shot * design.circuits * design.shots, 1.0)
    sparse = device.connectivity.startswith(("line", "ring", "grid"))
    fidelity = needed = priced = None
    if rates is not None:
        entanglers = sum(map(len, design.layers(0)))
        pulses = design.qubits * (design.depth + 1)
        fidelity = predicted_fidelity(pulses, entanglers, design.qubits, rates)
        needed = _SIGMAS**2 * (1 + 2 * fidelity - fidelity**2) / max(fidelity, 1e-12) ** 2
        priced = forging(
            fidelity, design.circuits, cost, limit, sparse=sparse, two_qubit_error=rates[1]
        )
    return SamplingPrediction(
        fidelity=fidelity,
        cost=cost,
        checked=checked,
        needed=needed,
        shots=checked * design.shots,
        deadline=limit,
        sparse=sparse,
        rates=rates,
        forging=priced,
    )


def run_sampling(
    design: SamplingDesign, ask: Asking, progress: Callable[[int], None] = lambda _: None
) -> tuple[Bits, list[str], float, tuple[str, ...]]:
    """Run all circuits.

    Args:
        design: The circuits.
        ask: Where.
        progress: Told how many circuits are done.

    Returns:
        Outcomes (circuits, shots, qubits), circuit ids, device seconds, notes of the device.

    Raises:
        DeviceError: The device failed.
    """
    parts: list[Bits] = []
    ids: list[str] = []
    notes: dict[str, None] = {}
    seconds = 0.0
    starts = range(0, design.circuits, _JOB)

    def job(start: int, name: str) -> Job:
        circuits = _circuits(design, start)
        return Job(
            id=name,
            families=tuple(circuits),
            order=np.arange(len(circuits), dtype=np.intp),
            shots=design.shots,
            start_seconds=seconds,
        )

    orders = []
    for start in starts:
        name = f"random-circuits/{design.circuit(start).circuit_ids()[0][:16]}/{start}"
        orders.append(Order(name=name, draw=partial(job, start, name)))
    for start, result in zip(starts, ask(orders), strict=True):
        ids += [circuit.circuit_ids()[0] for circuit in _circuits(design, start)]
        parts.append(result.outcomes)
        notes |= dict.fromkeys(result.notes)
        seconds += result.seconds
        progress(len(ids))
    return np.concatenate(parts), ids, seconds, tuple(notes)


def _circuits(design: SamplingDesign, start: int) -> list[Circuit]:
    """Write the circuits of one job."""
    return [design.circuit(index) for index in range(start, min(start + _JOB, design.circuits))]


def chosen_for_check(circuits: int, checked: int, joint: bytes) -> list[int]:
    """Draw the checked circuits from randomness that nobody had before the counts were in."""
    order = Stream(joint, "random-circuits/check").permutation(circuits)
    return sorted(int(index) for index in order[:checked])


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampled:
    """What the checked circuits say.

    Attributes:
        estimate: Fidelity with its 95 % interval.
        uniformity: Whether all checked circuits have one.
        told: What was foretold.
        forging: What a forgery would have cost at the lower end of the interval.
    """

    estimate: Estimate
    uniformity: Uniformity
    told: SamplingPrediction
    forging: Forging

    @property
    def uniform(self) -> bool:
        """Whether the circuits are alike."""
        return self.uniformity.p_value >= LEVEL

    @property
    def seen(self) -> bool:
        """Whether the fidelity is above zero."""
        return self.estimate.low > 0

    @property
    def consistent(self) -> bool:
        """Whether nothing speaks against the counts."""
        return self.seen and self.uniform

    def sentences(self) -> list[str]:
        """Say it."""
        e = self.estimate
        said = [
            f"fidelity {e.value:.4f} [{e.low:.4f}, {e.high:.4f}], 95 %, from {e.circuits}"
            f" checked circuits and {e.shots} shots"
        ]
        if self.told.fidelity is not None:
            inside = e.low <= self.told.fidelity <= e.high
            said.append(
                f"the error rates foretell {self.told.fidelity:.4f}, which is"
                f" {'inside' if inside else 'OUTSIDE'} the interval"
            )
        said.append(
            f"the checked circuits are {'alike' if self.uniform else 'NOT alike'}: chi-square"
            f" {self.uniformity.statistic:.1f} with {self.uniformity.freedom} degrees of freedom,"
            f" p = {self.uniformity.p_value:.2g}"
            + ("" if self.uniform else "; some may have been simulated and the others made up")
        )
        return [*said, self.forging.words if self.seen else "no signal: nothing to forge"]

    def as_json(self) -> dict[str, Any]:
        """Give it as plain JSON values."""
        return {
            "fidelity": self.estimate.as_json(),
            "predicted": self.told.fidelity,
            "uniformity": self.uniformity.as_json() | {"level": LEVEL, "alike": self.uniform},
            "consistent": self.consistent,
            "forging": self.forging.as_json(),
            "cost": self.told.cost.as_json(),
        }


def check(
    design: SamplingDesign,
    outcomes: Bits,
    picked: list[int],
    told: SamplingPrediction,
    progress: Callable[[], None] = lambda: None,
) -> Sampled:
    """Compare the checked circuits with their ideal distributions.

    Args:
        design: What was run.
        outcomes: Shape (circuits, shots, qubits).
        picked: The checked circuits.
        told: From `plan_sampling`.
        progress: Told each circuit whose ideal distribution is there.
    """
    ideal = []
    for index in picked:
        ideal.append(probabilities(design.circuit(index)))
        progress()
    checked = Checked.of(
        ideal,
        [string_indices(outcomes[index]) for index in picked],
    )
    estimate = checked.fidelity()
    rates = told.rates
    priced = forging(
        estimate.low,
        design.circuits,
        told.cost,
        told.deadline,
        sparse=told.sparse,
        two_qubit_error=None if rates is None else rates[1],
    )
    return Sampled(estimate=estimate, uniformity=checked.uniformity(), told=told, forging=priced)
