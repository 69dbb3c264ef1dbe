"""When each batch of a plan runs if nothing stops early."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from qassay.devices.description import Durations
from qassay.planning.plan import Plan
from qassay.protocols.batches import batch_id
from qassay.protocols.catalog import is_published, protocol_for
from qassay.protocols.interface import Experiment


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
    """Give the device time of so many circuits of an experiment, one shot each."""
    protocol = protocol_for(experiment)
    block = sum(
        count * protocol.seconds(length, durations)
        for count, length in zip(experiment.block, experiment.lengths, strict=True)
    )
    return circuits * block / sum(experiment.block)
