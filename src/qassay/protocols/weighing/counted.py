"""The hits of a run, batch by batch, so that any earlier moment of it can be looked at again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from qassay.protocols.interface import Experiment
from qassay.protocols.joining import joined_scores
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
        missing: Batches that were handed out and brought nothing, by experiment id.
    """

    batches: Mapping[str, Mapping[int, Scored]]
    cycles: int
    missing: Mapping[str, frozenset[int]] = field(default_factory=dict)
    _joined: dict[str, Mapping[str, Trials]] = field(default_factory=dict, init=False, repr=False)

    @classmethod
    def of(
        cls,
        parts: Iterable[tuple[Experiment, int, Scored]],
        cycles: int,
        missing: Iterable[tuple[Experiment, int]] = (),
    ) -> Counted:
        """Collect batches in any order, and name those that are missing."""
        lost: dict[str, frozenset[int]] = {}
        for experiment, index in missing:
            lost[experiment.id] = lost.get(experiment.id, frozenset()) | {index}
        batches: dict[str, dict[int, Scored]] = {}
        for experiment, index, scored in parts:
            if scored:
                batches.setdefault(experiment.id, {})[index] = scored
        return cls(batches=batches, cycles=cycles, missing=lost)

    def until(self, cycles: int) -> Counted:
        """Go back to the end of an earlier cycle."""
        kept = {
            name: {index: scored for index, scored in batches.items() if index < cycles}
            for name, batches in self.batches.items()
        }
        missing = {
            name: frozenset(index for index in lost if index < cycles)
            for name, lost in self.missing.items()
        }
        return Counted(batches=kept, cycles=min(cycles, self.cycles), missing=missing)

    def joined(self, wanted: Iterable[Experiment]) -> Joined:
        """Join the batches of some experiments, each in the order of its index; each once."""
        wanted = [experiment for experiment in wanted if experiment.id in self.batches]
        new = [experiment for experiment in wanted if experiment.id not in self._joined]
        self._joined.update(
            joined_scores(
                (experiment, index, scored)
                for experiment in new
                for index, scored in self.batches[experiment.id].items()
            )
        )
        return {x.id: self._joined[x.id] for x in wanted if x.id in self._joined}
