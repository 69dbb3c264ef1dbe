"""What goes out in one round: its circuits under blind names, in a secret order.

A round holds one part a cycle. In a part the batches of all experiments are shuffled into one
another, each keeping its own order, so that neither the place nor the name of a circuit tells
what it belongs to; parts follow one another as cycles do, so that drift means the same as in a
run on a device. (A circuit can be recognised by reading it: no naming prevents that.)
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

import numpy as np

from qassay.planning.plan import Plan
from qassay.planning.schedule import Slot, cycle, part_name
from qassay.randomness import Stream

_ID_DOMAIN: Final = b"qassay-blind-id-v1"
_ID_BYTES: Final = 12  # two of a million circuits share a name with probability 1e-17


@dataclass(frozen=True, slots=True)
class Place:
    """Where a circuit belongs.

    Attributes:
        id: Its blind name.
        slot: Its batch.
        position: Its place in the batch's own order.
    """

    id: str
    slot: Slot
    position: int


@dataclass(frozen=True)
class Part:
    """The circuits of one cycle, as they go out.

    Attributes:
        name: Such as "round-02/part-01"; the name of this batch in a campaign's log.
        places: In order of execution.
    """

    name: str
    places: tuple[Place, ...]

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        """The plan's batches in it, in the plan's order."""
        found = {place.slot.id: place.slot for place in self.places}
        return tuple(found[name] for name in sorted(found, key=lambda n: found[n].start_seconds))

    @property
    def ids(self) -> tuple[str, ...]:
        """The circuits' names, in order of execution."""
        return tuple(place.id for place in self.places)


def round_parts(number: int, asked: Mapping[int, Sequence[Slot]], root: bytes) -> dict[int, Part]:
    """Give what goes out in a round, by the number of the part.

    Args:
        number: Of the round, from 1.
        asked: The canonical parts, as `verdicts.course.asked_parts` gives them.
        root: The seed of the round.
    """
    return {
        index: part_of(part_name(number, index), list(slots), root)
        for index, slots in asked.items()
    }


def part_of(name: str, slots: list[Slot], root: bytes) -> Part:
    """Merge batches at random into a part, each in its own order.

    Args:
        name: Of the part.
        slots: Its batches, in the plan's order.
        root: The seed.
    """
    sizes = [slot.experiment.batch_size(slot.index) for slot in slots]
    owners = np.repeat(np.arange(len(slots)), sizes)
    owners = owners[Stream(root, f"exchange/{name}").permutation(owners.size)]
    names = [_blind_names(slot, root) for slot in slots]
    taken = [0] * len(slots)
    places = []
    for owner in owners.tolist():
        position = taken[owner]
        taken[owner] += 1
        places.append(Place(names[owner][position], slots[owner], position))
    return Part(name, tuple(places))


def all_places(plan: Plan, root: bytes, cycles: Iterable[int]) -> dict[str, Slot]:
    """Give the batch of every circuit that the plan can ask for in some cycles, by blind name."""
    return {
        name: slot
        for number in cycles
        for slot in cycle(plan, number)
        for name in _blind_names(slot, root)
    }


def _blind_names(slot: Slot, root: bytes) -> list[str]:
    """Name the circuits of a batch, in its own order."""
    return list(_names(root, slot.id, slot.experiment.batch_size(slot.index)))


@lru_cache(maxsize=4096)
def _names(root: bytes, batch: str, size: int) -> tuple[str, ...]:
    """Name circuits by the seed and their batch; each call of a campaign asks for all of them."""
    key = hmac.digest(root, _ID_DOMAIN, "sha256")
    return tuple(
        hmac.digest(key, f"{batch}/{position}".encode(), "sha256")[:_ID_BYTES].hex()
        for position in range(size)
    )
