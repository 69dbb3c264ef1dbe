"""When each batch of a plan runs if nothing stops early."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import accumulate, pairwise

from qassay.devices.description import Durations
from qassay.planning.plan import Plan
from qassay.protocols.batches import batch_id
from qassay.protocols.interface import Experiment, arms_of
from qassay.protocols.known import is_published, is_repeated, protocol_for, referenced


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One batch in the plan's order.

    Attributes:
        experiment: Whose batch it is.
        index: Which one; also the number of the cycle.
        start_seconds: Planned device time since the start of the campaign.
    """

    experiment: Experiment
    index: int
    start_seconds: float

    @property
    def id(self) -> str:
        """Name the batch."""
        return batch_id(self.experiment, self.index)


def cycles(plan: Plan) -> int:
    """Count the cycles: every experiment runs one batch in each while it has any left."""
    return max((experiment.batches for experiment in plan.experiments), default=0)


def rounds(plan: Plan) -> tuple[tuple[int, int], ...]:
    """Give first cycle and end (exclusive) of every round; claims are weighed at its end."""
    sizes = plan.rounds or (1,) * cycles(plan)
    return tuple(pairwise((0, *accumulate(sizes))))


def round_name(number: int) -> str:
    """Name a round; the first is number 1."""
    return f"round-{number:02d}"


def part_name(number: int, index: int) -> str:
    """Name part `index`, from 1, of a round; a part is one cycle."""
    return f"{round_name(number)}/part-{index:02d}"


def places_of_parts(plan: Plan) -> dict[str, tuple[int, int]]:
    """Give round and number of every part that a plan can have, by its one name."""
    return {
        part_name(number, index): (number, index)
        for number, (start, end) in enumerate(rounds(plan), start=1)
        for index in range(1, end - start + 1)
    }


def part_of_cycle(plan: Plan, cycle: int) -> str:
    """Name the part in which a cycle goes out."""
    return next(
        part_name(number, cycle - start + 1)
        for number, (start, end) in enumerate(rounds(plan), start=1)
        if start <= cycle < end
    )


def round_slots(plan: Plan, span: tuple[int, int], stopped: Container[str]) -> list[Slot]:
    """Give the batches of a round, cycle by cycle, without those of stopped experiments."""
    return [
        slot
        for number in range(*span)
        for slot in cycle(plan, number)
        if slot.experiment.id not in stopped
    ]


def doubling_rounds(cycles: int, turns: int) -> tuple[int, ...]:
    """Split cycles into few rounds: the first short, each later one as long as all before it.

    Whoever stops after a round has then run at most about twice what he had to.

    Args:
        cycles: Cycles of the plan, at least 1.
        turns: Rounds at most, at least 1.
    """
    ends = sorted({-(-cycles >> back) for back in range(turns)} | {cycles})
    return tuple(end - start for start, end in pairwise([0, *ends]))


def cycle(plan: Plan, number: int) -> Iterator[Slot]:
    """Give the batches of one cycle in the plan's order; published counts have none."""
    own = [experiment for experiment in plan.experiments if not is_published(experiment)]
    clock = sum(
        experiment_seconds(x, min(number * x.batch, x.rounds), plan.device.durations) for x in own
    )
    for experiment in own:
        if number < experiment.batches:
            yield Slot(experiment=experiment, index=number, start_seconds=clock)
            clock += experiment_seconds(
                experiment, experiment.batch_size(number), plan.device.durations
            )


def experiment_seconds(experiment: Experiment, circuits: int, durations: Durations) -> float:
    """Give the device time of so many circuits of an experiment."""
    protocol = protocol_for(experiment)
    each = [_seconds(experiment, length, durations) for length in experiment.lengths]
    if gate := arms_of(experiment, gate=True):
        reference = referenced(protocol)
        for arm in gate:
            whole, own = experiment.lengths[gate[1]], experiment.lengths[arm]
            each[arm] = reference.seconds_partly(whole, own, durations)
    block = sum(count * once for count, once in zip(experiment.block, each, strict=True))
    return (
        circuits * experiment.shots * block / sum(experiment.block)
        + loaded(experiment, circuits) * durations.circuit_overhead
    )


def _seconds(experiment: Experiment, length: float, durations: Durations) -> float:
    """Give the time of a shot; where a text writes the circuit, it is written out once."""
    if not (experiment.problem or experiment.circuit):
        return protocol_for(experiment).seconds(length, durations)
    bare = replace(experiment, id="", targets=(), lengths=(), block=(), claims=(), working=())
    return _seconds_of_text(replace(bare, rounds=0, batch=0, shots=1), length, durations)


@lru_cache(maxsize=64)
def _seconds_of_text(experiment: Experiment, length: float, durations: Durations) -> float:
    return protocol_for(experiment).seconds(length, durations)


def loaded(experiment: Experiment, circuits: int) -> int:
    """Count the different circuits; an application's batch and a timed job run one each."""
    return -(-circuits // experiment.batch) if is_repeated(experiment) else circuits
