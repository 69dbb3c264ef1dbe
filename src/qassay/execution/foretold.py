"""What the jobs of a plan cost at most, in the money of the provider, before the first is sent."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from qassay.devices.canary import SHOTS, numbers_of
from qassay.devices.interface import Canaried, Device, computes_here, jobs_needed
from qassay.devices.prices import Prices
from qassay.planning.plan import Plan
from qassay.planning.schedule import cycle, cycles, experiment_seconds, loaded


@dataclass(frozen=True, slots=True, kw_only=True)
class Foretold:
    """All jobs of a plan that runs to its end, none of them lost.

    Attributes:
        jobs: Jobs, as the provider counts them.
        circuits: Circuits in them.
        shots: Shots.
        seconds: Planned device time.
        money: What they cost; 0 where nobody knows.
    """

    jobs: int
    circuits: int
    shots: int
    seconds: float
    money: Decimal


def foretold(plan: Plan, device: Device, prices: Prices) -> Foretold:
    """Add up the jobs of a plan, the check of the order of bits included.

    Args:
        plan: The plan.
        device: Where; it may split jobs and check the order of bits.
        prices: What is charged.
    """
    jobs = circuits = shots = 0
    seconds = 0.0
    if isinstance(device, Canaried) and device.wants_canary and not computes_here(device):
        circuits = len(numbers_of(plan.device.qubits))
        jobs, shots = jobs_needed(device, circuits), circuits * SHOTS
        times = plan.device.durations
        seconds = shots * (times.shot_overhead + times.one_qubit_gate + times.readout)
    for number in range(cycles(plan)):
        for slot in cycle(plan, number):
            size = slot.experiment.batch_size(slot.index)
            once = loaded(slot.experiment, size)
            jobs += jobs_needed(device, once)
            circuits += once
            shots += size * slot.experiment.shots
            seconds += experiment_seconds(slot.experiment, size, plan.device.durations)
    return Foretold(
        jobs=jobs,
        circuits=circuits,
        shots=shots,
        seconds=seconds,
        money=prices.of(jobs, circuits, shots, seconds),
    )
