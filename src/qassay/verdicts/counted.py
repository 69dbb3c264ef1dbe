"""The hits of a run, batch by batch, so that any earlier moment of it can be looked at again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from qassay.protocols.batches import joined_scores
from qassay.protocols.interface import Experiment
from qassay.statistics.trials import Trials

Scored = Mapping[str, Trials]
Joined = Mapping[str, Mapping[str, Trials]]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Counted:
    """Hits by experiment, batch and quantity.

    Attributes:
        batches: Experiment id -> index of the batch -> quantity -> hits. Batches that brought
            no outcome are missing.
        cycles: How many cycles of the plan are over.
    """

    batches: Mapping[str, Mapping[int, Scored]]
    cycles: int

    @classmethod
    def of(cls, parts: Iterable[tuple[Experiment, int, Scored]], cycles: int) -> Counted:
        """Collect batches in any order."""
        batches: dict[str, dict[int, Scored]] = {}
        for experiment, index, scored in parts:
            if scored:
                batches.setdefault(experiment.id, {})[index] = scored
        return cls(batches=batches, cycles=cycles)

    def until(self, cycles: int) -> Counted:
        """Go back to the end of an earlier cycle."""
        kept = {
            name: {index: scored for index, scored in batches.items() if index < cycles}
            for name, batches in self.batches.items()
        }
        return Counted(batches=kept, cycles=min(cycles, self.cycles))

    def joined(self, wanted: Iterable[Experiment]) -> Joined:
        """Join the batches of some experiments, each in the order of its index."""
        return joined_scores(
            (experiment, index, scored)
            for experiment in wanted
            for index, scored in self.batches.get(experiment.id, {}).items()
        )
