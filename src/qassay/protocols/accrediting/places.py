"""Where a target stands on a machine, and what the other qubits do meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, Self

import numpy as np

from qassay.circuits.family import Pair
from qassay.circuits.qasm_reader import MOST_QUBITS
from qassay.devices.description import DeviceDescription
from qassay.errors import Problem
from qassay.protocols.accrediting.cycles import Cycles
from qassay.protocols.accrediting.turns import FULL

Spectators = Literal["gates", "pulses", "idle"]
SPECTATORS: Final = ("gates", "pulses", "idle")
# Whoever audits draws all circuits again: some microseconds a pulse.
MOST_PULSES: Final = 1_200_000  # circuits x rounds x qubits that are driven
_MOST_REGISTER: Final = 1 << 16


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class PlacedTarget:
    """A target on its place.

    Attributes:
        cycles: The target on its own qubits 0 .. n-1.
        patch: Qubit of the machine of each of them.
        spectators: What the other qubits do: random pulses and CZ gates, pulses alone, nothing.
        others: Qubits that are driven beside the target.
        pairs: Their pairs, which meet in every layer.
    """

    cycles: Cycles
    patch: tuple[int, ...]
    spectators: Spectators
    others: tuple[int, ...]
    pairs: tuple[Pair, ...]

    @property
    def driven(self) -> tuple[int, ...]:
        """Every qubit with pulses, the target's first."""
        return (*self.patch, *self.others)

    def placed(self, pair: Pair) -> Pair:
        """Give a pair of the target as qubits of the machine, a < b."""
        a, b = sorted((self.patch[pair[0]], self.patch[pair[1]]))
        return a, b

    def as_json(self) -> dict[str, Any]:
        """Give it as plain JSON values."""
        return {
            "rounds": self.cycles.rounds.tolist(),
            "layers": [[list(pair) for pair in layer] for layer in self.cycles.layers],
            "patch": list(self.patch),
            "spectators": self.spectators,
            "others": list(self.others),
            "pairs": [list(pair) for pair in self.pairs],
        }

    @classmethod
    def from_json(cls, table: Mapping[str, Any]) -> Self:
        """Read it back, bounded before anything is drawn.

        Raises:
            ValueError: Numbers that no place has.
            TypeError: No numbers.
        """
        rounds = np.array(table["rounds"])
        layers = tuple(tuple(_pair(pair) for pair in layer) for layer in table["layers"])
        patch, others = tuple(table["patch"]), tuple(table["others"])
        pairs = tuple(_pair(pair) for pair in table["pairs"])
        qubits = rounds.shape[1] if rounds.ndim == 3 else 0
        sound = (
            rounds.dtype == np.int64
            and rounds.shape == (len(layers) + 1, qubits, 3)
            and 0 < qubits <= MOST_QUBITS
            and bool(((rounds >= 0) & (rounds < FULL)).all())
            and all(_disjoint(layer, range(qubits)) for layer in layers)
            and len(patch) == qubits
            and len({*patch, *others}) == len(patch) + len(others)
            and all(type(q) is int and 0 <= q < _MOST_REGISTER for q in (*patch, *others))
            and _disjoint(pairs, others)
            and table["spectators"] in SPECTATORS
        )
        if not sound:
            raise ValueError("numbers that no place has")
        return cls(
            cycles=Cycles(rounds, layers),
            patch=patch,
            spectators=table["spectators"],
            others=others,
            pairs=pairs,
        )


def placed_target(
    cycles: Cycles, device: DeviceDescription, patch: tuple[int, ...], spectators: Spectators
) -> PlacedTarget:
    """Put a target on a patch of a machine on which it fits (`place_problems`)."""
    rest = tuple(q for q in device.usable if q not in patch) if spectators != "idle" else ()
    return PlacedTarget(
        cycles=cycles,
        patch=patch,
        spectators=spectators,
        others=rest,
        pairs=_matching(device, patch) if spectators == "gates" else (),
    )


def size_problems(place: PlacedTarget, circuits: int, where: str) -> list[Problem]:
    """Say whether so many circuits are more than a stranger can draw again."""
    rounds, driven = place.cycles.rounds.shape[0], len(place.driven)
    if circuits * rounds * driven <= MOST_PULSES:
        return []
    return [
        Problem(
            where=where,
            found=f"{circuits} circuits of {rounds} rounds on {driven} qubits",
            expected=f"at most {MOST_PULSES} in the product, which a stranger can draw again",
            advice="take fewer traps and targets, or accredit a smaller patch",
        )
    ]


def place_problems(
    cycles: Cycles, device: DeviceDescription, patch: tuple[int, ...], where: str
) -> list[Problem]:
    """Say why a target does not fit on a patch."""
    where = f"{where}, patch"
    if len(patch) != cycles.qubits or len(set(patch)) != len(patch):
        return [
            Problem(
                where=where,
                found=f"{len(set(patch))} different qubits",
                expected=f"the {cycles.qubits} of the circuit",
            )
        ]
    absent = sorted(qubit for qubit in patch if not 0 <= qubit < device.qubits)
    if absent:
        return [
            Problem(
                where=where,
                found=f"qubits {absent[:8]}",
                expected=f"qubits 0 to {device.qubits - 1} of {device.name}",
            )
        ]
    broken = sorted(set(patch) - set(device.usable))
    if broken:
        return [
            Problem(
                where=where,
                found=f"qubits {broken[:8]}, out of order as {device.name} says itself",
                expected="qubits that work",
            )
        ]
    coupled = set(device.pairs)
    met = {pair for layer in cycles.layers for pair in layer}
    far = [(a, b) for a, b in sorted(met) if _sorted(patch[a], patch[b]) not in coupled]
    if not far:
        return []
    places = ", ".join(f"{a}-{b} (device {patch[a]}-{patch[b]})" for a, b in far[:6])
    return [
        Problem(
            where=where,
            found=f"CZ gates of the circuit's qubits {places}",
            expected=f"pairs that {device.name} couples",
            advice="choose another patch or route the circuit",
        )
    ]


def _matching(device: DeviceDescription, patch: tuple[int, ...]) -> tuple[Pair, ...]:
    """Choose disjoint coupled pairs of spectators, greedily."""
    used = set(patch)
    pairs = []
    for a, b in device.pairs:
        if a not in used and b not in used:
            used |= {a, b}
            pairs.append((a, b))
    return tuple(pairs)


def _sorted(a: int, b: int) -> Pair:
    return (min(a, b), max(a, b))


def _pair(pair: Any) -> Pair:
    a, b = pair
    if type(a) is not int or type(b) is not int:
        raise ValueError("a pair that is not two qubits")
    return a, b


def _disjoint(layer: tuple[Pair, ...], qubits: range | tuple[int, ...]) -> bool:
    met = [qubit for pair in layer for qubit in pair]
    there = set(qubits)
    return len(set(met)) == len(met) and all(qubit in there for qubit in met)
