"""The hits of a run, batch by batch, so that any earlier moment of it can be looked at again."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from qassay.protocols.interface import Experiment
from qassay.protocols.joining import joined_scores
from qassay.statistics.trials import Trials

Scored = Mapping[str, Trials]
Joined = Mapping[str, Mapping[str, Trials]]
Memory = dict[Hashable, tuple[Hashable, Any]]  # by name: the batches it follows from, and it
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Counted:
    """Hits by experiment, batch and quantity.

    Attributes:
        batches: Experiment id -> index of the batch -> quantity -> hits. Batches that brought
            no outcome are missing.
        cycles: How many cycles of the plan are over.
        missing: Batches that were handed out and brought nothing, by experiment id.
        memory: What was made of the hits at this moment of the run or another one.
    """

    batches: Mapping[str, Mapping[int, Scored]]
    cycles: int
    missing: Mapping[str, frozenset[int]] = field(default_factory=dict)
    memory: Memory = field(default_factory=dict, repr=False)

    def __reduce__(self) -> tuple[Any, ...]:
        """Leave out what was made of the hits, which says nothing that they do not."""
        return _again, (self.batches, self.cycles, self.missing)

    @classmethod
    def of(
        cls,
        parts: Iterable[tuple[Experiment, int, Scored]],
        cycles: int,
        missing: Iterable[tuple[Experiment, int]] = (),
        memory: Memory | None = None,
    ) -> Counted:
        """Collect batches in any order, and name those that are missing.

        Args:
            parts: Experiment, index and hits of each batch.
            cycles: How many cycles of the plan are over.
            missing: What was handed out and brought nothing.
            memory: That of another moment of the same run.
        """
        lost: dict[str, frozenset[int]] = {}
        for experiment, index in missing:
            lost[experiment.id] = lost.get(experiment.id, frozenset()) | {index}
        batches: dict[str, dict[int, Scored]] = {}
        for experiment, index, scored in parts:
            if scored:
                batches.setdefault(experiment.id, {})[index] = scored
        memory = {} if memory is None else memory
        return cls(batches=batches, cycles=cycles, missing=lost, memory=memory)

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
        cycles = min(cycles, self.cycles)
        return Counted(batches=kept, cycles=cycles, missing=missing, memory=self.memory)

    def remembered(
        self, name: Hashable, experiments: Iterable[Experiment], make: Callable[[], _T]
    ) -> _T:
        """Give what follows from the hits of some experiments, made anew only where there are more.

        Most experiments of a run are over before its last cycle, and what they say stays.

        Args:
            name: What it is; the last one made under a name is kept.
            experiments: From whose hits alone it follows.
            make: Makes it.
        """
        from_these = tuple((x.id, tuple(self.batches.get(x.id, ()))) for x in experiments)
        known = self.memory.get(name)
        if known is None or known[0] != from_these:
            known = self.memory[name] = (from_these, make())
        value: _T = known[1]
        return value

    def joined(self, wanted: Iterable[Experiment]) -> Joined:
        """Join the batches of some experiments, each in the order of its index; each once."""
        found: dict[str, Mapping[str, Trials]] = {}
        for experiment in wanted:
            if experiment.id in self.batches:
                found |= self.remembered(
                    ("joined", experiment.id), [experiment], partial(self._joined, experiment)
                )
        return found

    def _joined(self, experiment: Experiment) -> dict[str, dict[str, Trials]]:
        batches = self.batches[experiment.id].items()
        return joined_scores((experiment, index, scored) for index, scored in batches)


def _again(
    batches: Mapping[str, Mapping[int, Scored]],
    cycles: int,
    missing: Mapping[str, frozenset[int]],
) -> Counted:
    return Counted(batches=batches, cycles=cycles, missing=missing)
