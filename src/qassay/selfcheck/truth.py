"""What a verdict should have said: the answer key, over the shots that were really taken.

Truth is the mean over the batches that a claim's experiments ran, each with as much weight as
it has circuits, of the answer key at the device time at which the batch was planned to begin
(a virtual machine holds still within a batch). Where nothing drifts that is the answer key
itself. A statistic over targets (mean, median, worst) is taken after that mean over time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from qassay.claims.claim import Claim
from qassay.claims.conventions import convert, gate_dimension
from qassay.claims.metrics import METRICS
from qassay.devices import answer_key
from qassay.devices.machine_file import Machine
from qassay.devices.noise import Floats
from qassay.execution.runner import Finished
from qassay.planning.plan import Plan
from qassay.planning.schedule import cycle, cycles
from qassay.protocols.designs.grouping import targets_of
from qassay.protocols.interface import Target
from qassay.protocols.readout import PROTOCOL as READOUT
from qassay.selfcheck.families import family_for, half_turns

Matching = tuple[tuple[int, int], ...]
Moments = Sequence[tuple[float, int]]  # device time of a batch, its circuits


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """When a claim's targets were measured.

    Attributes:
        moments: Batches of each target.
        matchings: The pairs that worked at the same time as each pair.
    """

    moments: Mapping[Target, Moments]
    matchings: Mapping[Target, Matching]


def window_of(plan: Plan, claim: Claim, done: Sequence[Finished], until: int | None) -> Window:
    """Find the batches that measured a claim's own targets.

    Args:
        plan: The plan.
        claim: The claim.
        done: Batches that were run.
        until: Cycles that count; None for all.
    """
    slots = (slot for number in range(cycles(plan)) for slot in cycle(plan, number))
    starts = {slot.id: slot.start_seconds for slot in slots}
    protocol = METRICS[claim.metric].protocol
    moments: dict[Target, list[tuple[float, int]]] = {}
    matchings: dict[Target, Matching] = {}
    for batch in done:
        own = batch.experiment
        if claim.id not in own.claims or own.protocol != protocol:
            continue
        if until is not None and batch.index >= until:
            continue
        start = starts[f"{own.id}/{batch.index:04d}"]
        for target in own.targets:
            moments.setdefault(target, []).append((start, own.batch_size(batch.index)))
            if len(target) == 2:
                matchings[target] = tuple((pair[0], pair[1]) for pair in own.targets)
    return Window(moments=moments, matchings=matchings)


def true_value(machine: Machine, claim: Claim, window: Window) -> float:
    """Give the claimed statistic as it truly was, in the claim's own convention and unit."""
    values = np.array(list(true_targets(machine, claim, window).values()))
    return in_convention(claim, statistic(values, claim))


def true_targets(machine: Machine, claim: Claim, window: Window) -> dict[Target, float]:
    """Give the truth of each target of a claim in canonical units."""
    scope = targets_of(claim, machine.description)
    now: dict[tuple[float, Matching], Floats] = {}
    found = {}
    for target in scope:
        matching = window.matchings.get(target, ())
        total = weight = 0.0
        for seconds, circuits in window.moments.get(target, ()):
            at = seconds if machine.noise.drift else 0.0
            if (at, matching) not in now:
                now[at, matching] = _values(machine, claim.metric, matching, at)
            place = matching.index((target[0], target[1])) if matching else target[0]
            total += circuits * float(now[at, matching][place])
            weight += circuits
        found[target] = total / weight if weight else float("nan")
    return found


def statistic(values: Floats, claim: Claim) -> float:
    """Take a claim's statistic over the true values of its targets."""
    if claim.share is not None:
        order = np.sort(values) if claim.relation == "at most" else -np.sort(-values)
        return float(order[claim.meeting(values.size) - 1])
    best, worst = (np.min, np.max) if METRICS[claim.metric].better == "lower" else (np.max, np.min)
    how: dict[str, Callable[[Floats], np.float64]] = {
        "mean": np.mean,
        "median": np.median,
        "every": worst,
        "best": best,
    }
    return float(how[claim.statistic](values))


def in_convention(claim: Claim, value: float) -> float:
    """Turn canonical units (average gate infidelity, seconds) into those of the claim."""
    if claim.convention is None:
        return value
    dimension = gate_dimension(claim.metric)
    return convert(value, "average_gate_infidelity", claim.convention, dimension)


def _values(machine: Machine, metric: str, matching: Matching, seconds: float) -> Floats:
    """Ask the answer key: shape (qubits,), or the pairs of a matching."""
    family = family_for(metric)
    if family == "one":
        return answer_key.one_qubit_gate_error(machine, seconds)
    if family == "two":
        return _two_qubit_gate_error(machine, matching, seconds)
    if family == "times":
        times = {None: answer_key.t1, 0: answer_key.t2_star}
        return times.get(half_turns(metric), answer_key.t2_echo)(machine)
    errors = spam_errors(machine, seconds)
    of_zero, of_one = READOUT.directions
    return {of_zero: errors.p01, of_one: errors.p10}.get(metric, errors.mean)


def _two_qubit_gate_error(machine: Machine, matching: Matching, seconds: float) -> Floats:
    """Count leakage "as far as it changes the read-out", as the metric says.

    A leaked qubit is read as 1 whatever is expected, so its pair answers like a completely
    depolarized one, whose average infidelity is 3/4; the answer key counts it as 1.
    """
    counted = answer_key.two_qubit_gate_error(machine, matching, matching, seconds)
    return np.asarray(counted - answer_key.leakage(machine, matching) / 4)


def spam_errors(machine: Machine, seconds: float) -> answer_key.ReadoutErrors:
    """Give both readout errors as the metrics define them: the preparation of a 1 included.

    The answer key leaves out the half pulse that makes a 1. It turns the Bloch vector by
    pi + 2 e, relaxes it and depolarizes it to the stated error (see `devices.noise`); with
    z = 1 - 2 (wrong preparation) before, the qubit is in 0 afterwards with (1 + z') / 2.
    """
    noise = machine.noise_at(seconds)
    time = machine.description.durations.one_qubit_gate
    across, along = np.exp(-time / noise.t2), np.exp(-time / noise.t1)
    keep = np.clip((3 - 6 * noise.one_qubit_error) / (2 * across + along), 0.0, 1.0)
    before = 1 - 2 * noise.preparation_error
    turned = np.cos(np.pi + 2 * noise.one_qubit_overrotation)
    after = keep * (along * turned * before + 1 - along)
    in_zero = (1 + after) / 2
    p10 = in_zero * (1 - noise.readout_p01) + (1 - in_zero) * noise.readout_p10
    p01 = answer_key.preparation_and_readout_errors(machine, seconds).p01
    return answer_key.ReadoutErrors(p01=p01, p10=p10)
