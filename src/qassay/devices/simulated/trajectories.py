"""Trajectories of a circuit with free angles: alternating diagonal and one-qubit layers.

Every trajectory draws its Pauli errors. An X error inside a diagonal layer commutes to the
layer's end and turns the signs of the later terms it meets, and a Z error is one more turn
about Z, so that a noisy trajectory is again diagonal layers and one-qubit layers, of the same
shape as the ideal circuit. A cz is a term exp(i pi/4 Z Z) and a quarter turn about Z on both; a
swap exchanges which qubit holds which state (`swaps`), so that states have numbers of their own.

State after layer k: one-qubit gates U_k times exp(-i/2 (sum h_q Z_q + sum J_ab Z_a Z_b)).
Layer 0 has one-qubit gates alone: what is diagonal before them is a phase of a basis state.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from qassay.circuits.gates import shorter_way
from qassay.devices.noise import Floats
from qassay.devices.simulated.gate_errors import GateErrors
from qassay.devices.simulated.schedule import Timed
from qassay.devices.simulated.swaps import LENGTH, carried, swap_at

Matrices = npt.NDArray[np.complex128]
Codes = npt.NDArray[np.uint8]


@dataclass(slots=True, eq=False)
class Layer:
    """One diagonal layer and the one-qubit gates behind it, for all trajectories.

    Attributes:
        turns: h, shape (trajectories, qubits).
        gates: U, shape (trajectories, qubits, 2, 2); the identity where `turned` is False.
        turned: Qubits that have one-qubit gates here, shape (qubits,).
        couplings: J of each pair (a, b), a < b, places among the qubits; (trajectories,) each.
    """

    turns: Floats
    gates: Matrices
    turned: npt.NDArray[np.bool_]
    couplings: dict[tuple[int, int], Floats] = field(default_factory=dict)

    def some(self, rows: npt.NDArray[np.intp]) -> Layer:
        """Pick trajectories."""
        couplings = {pair: angle[rows] for pair, angle in self.couplings.items()}
        return Layer(self.turns[rows], self.gates[rows], self.turned, couplings)


@dataclass(frozen=True, slots=True, eq=False)
class Trajectories:
    """What some trajectories do to qubits that start in 0.

    Attributes:
        layers: From layer 0 on, of the states by their numbers at the start.
        ends: Number of the state that each qubit holds at the end.
        weights: How many of the draws each trajectory stands for, shape (trajectories,).
        of_draw: Trajectory of each draw, shape (draws,).
    """

    layers: list[Layer]
    ends: tuple[int, ...]
    weights: npt.NDArray[np.intp]
    of_draw: npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class _Event:
    """A place where errors are drawn: before gate `place`, or behind it."""

    place: int
    qubits: tuple[int, ...]
    chances: Floats
    before: bool = False


def draw_trajectories(
    qubits: Sequence[int],
    timed: Sequence[Timed],
    errors: GateErrors,
    draws: int,
    generator: np.random.Generator,
) -> Trajectories:
    """Draw trajectories of the qubits that hang together; equal ones are kept once.

    Args:
        qubits: Sorted.
        timed: Their schedule; zz as such.
        errors: Of the machine's gates.
        draws: How many.
        generator: Of errors and slow detuning.
    """
    noise = errors.channels.strengths.noise
    events = list(_events(qubits, timed, errors))
    codes = np.empty((draws, len(events)), dtype=np.uint8)
    for number, event in enumerate(events):
        ladder = np.cumsum(event.chances)[:-1]
        codes[:, number] = np.searchsorted(ladder, generator.random(draws), side="right")
    slow = noise.slow_dephasing[list(qubits)]
    waits = any(entry.gate.kind == "delay" and entry.gate.seconds > 0 for entry in timed)
    if waits and slow.any():
        detuning = slow * np.tan(np.pi * (generator.random((draws, len(qubits))) - 0.5))
        walk = _Walk(qubits, timed, events, codes, detuning, swapping(errors))
        return Trajectories(walk.layers, walk.ends, np.ones(draws, np.intp), np.arange(draws))
    kinds, of_draw, weights = np.unique(codes, axis=0, return_inverse=True, return_counts=True)
    walk = _Walk(qubits, timed, events, kinds, None, swapping(errors))
    return Trajectories(walk.layers, walk.ends, weights, of_draw.reshape(-1))


def swapping(errors: GateErrors) -> bool:
    """Whether swaps can be seen as such: where gates leak, a swap may lose some of its gates."""
    return not errors.channels.strengths.noise.leakage.any()


def ideal_layers(
    qubits: Sequence[int], timed: Sequence[Timed], *, swaps: bool = False
) -> list[Layer]:
    """Sort a schedule into layers, without errors; with swaps seen as such if wanted."""
    return _Walk(qubits, timed, (), np.zeros((1, 0), dtype=np.uint8), None, swaps).layers


def _events(qubits: Sequence[int], timed: Sequence[Timed], errors: GateErrors) -> list[_Event]:
    found = []
    preparation = errors.channels.strengths.noise.preparation_error
    for qubit in qubits:
        wrong = preparation[qubit]
        found.append(_Event(-1, (qubit,), np.array([1 - wrong, wrong, 0.0, 0.0])))
    for place, entry in enumerate(timed):
        gate = entry.gate
        for qubit, seconds in zip(gate.qubits, entry.waits, strict=True):
            if seconds > 0:
                found.append(_Event(place, (qubit,), errors.wait(qubit, seconds), before=True))
        if gate.kind == "prx":
            chances = errors.pulse(gate.qubits[0], gate.angle, gate.phase)
        elif gate.kind == "delay":
            chances = errors.wait(gate.qubits[0], gate.seconds)
        elif gate.kind in ("cz", "zz"):
            chances = errors.meeting(gate, entry.neighbours)
        else:
            continue
        found.append(_Event(place, gate.qubits, chances))
    return [event for event in found if event.chances[0] < 1]


def _shared(event: _Event, struck: Codes) -> dict[int, Codes]:
    """Split the codes of an event into one for each of its qubits."""
    last = len(event.qubits) - 1
    return {
        qubit: (struck >> 2 * (last - place) & 3).astype(np.uint8)
        for place, qubit in enumerate(event.qubits)
    }


class _Walk:
    """Walks through a schedule, all trajectories at once, and sorts it into layers."""

    def __init__(
        self,
        qubits: Sequence[int],
        timed: Sequence[Timed],
        events: Sequence[_Event],
        codes: Codes,
        detuning: Floats | None,
        swaps: bool,
    ) -> None:
        self.at = {qubit: number for number, qubit in enumerate(qubits)}
        self.count = len(codes)
        self.layers = [self._layer()]
        self._level = [0] * len(qubits)
        self._flip = np.zeros((len(qubits), self.count), dtype=bool)
        before: dict[int, list[int]] = {}
        behind: dict[int, list[int]] = {}
        for number, event in enumerate(events):
            (before if event.before else behind).setdefault(event.place, []).append(number)
        self._strike(events, codes, behind.get(-1, ()))
        place = 0
        while place < len(timed):
            swapped = swap_at(timed, place) if swaps else None
            if swapped is not None:
                end = place + LENGTH
                for inside in range(place, end):
                    for struck, first in ((before, inside), (behind, inside + 1)):
                        for number in struck.get(inside, ()):
                            self._carry(swapped, events[number], codes[:, number], timed[first:end])
                self._exchange(*swapped)
                place = end
                continue
            self._strike(events, codes, before.get(place, ()))
            self._play(timed[place], detuning)
            self._strike(events, codes, behind.get(place, ()))
            place += 1
        self.ends = tuple(self.at[qubit] for qubit in qubits)
        for number in range(len(qubits)):
            if self._flip[number].any():
                self._gate(number, np.eye(2, dtype=np.complex128))

    def _layer(self) -> Layer:
        qubits = len(self.at)
        gates = np.zeros((self.count, qubits, 2, 2), dtype=np.complex128)
        gates[:, :, 0, 0] = gates[:, :, 1, 1] = 1
        return Layer(np.zeros((self.count, qubits)), gates, np.zeros(qubits, dtype=bool))

    def _play(self, entry: Timed, detuning: Floats | None) -> None:
        gate = entry.gate
        here = [self.at[qubit] for qubit in gate.qubits]
        if gate.kind == "prx":
            angle, phase = shorter_way(gate.angle, gate.phase)
            cosine, sine = np.cos(angle / 2), -1j * np.sin(angle / 2)
            axis = np.exp(1j * phase)
            self._gate(here[0], np.array([[cosine, sine / axis], [sine * axis, cosine]]))
        elif gate.kind == "rz":
            self._turn(here[0], np.full(self.count, gate.angle))
        elif gate.kind == "delay" and detuning is not None:
            self._turn(here[0], gate.seconds * detuning[:, here[0]])
        elif gate.kind in ("cz", "zz"):
            first, second = here
            self._meet(first, second, -np.pi / 2 if gate.kind == "cz" else gate.angle)
            if gate.kind == "cz":
                for number in here:
                    self._turn(number, np.full(self.count, np.pi / 2))

    def _gate(self, number: int, matrix: Matrices) -> None:
        """Apply a one-qubit gate, the same in all trajectories."""
        layer = self.layers[self._level[number]]
        gates = layer.gates
        if not layer.turned[number]:
            layer.turned[number] = True
            flip = self._flip[number]
            gates[flip, number] = np.array([[0, 1], [1, 0]])
            self._flip[number] = False
        gates[:, number] = matrix @ gates[:, number]

    def _turn(self, number: int, angle: Floats) -> None:
        """Turn about Z."""
        layer = self.layers[self._level[number]]
        if layer.turned[number]:
            half = np.exp(-0.5j * angle)
            layer.gates[:, number, 0] *= half[:, None]
            layer.gates[:, number, 1] *= half.conj()[:, None]
        else:
            layer.turns[:, number] += np.where(self._flip[number], -angle, angle)

    def _meet(self, first: int, second: int, angle: float) -> None:
        """Add a term of Z Z."""
        levels = [
            self._level[n] + int(self.layers[self._level[n]].turned[n]) for n in (first, second)
        ]
        level = max(1, *levels)
        while len(self.layers) <= level:
            self.layers.append(self._layer())
        self._level[first] = self._level[second] = level
        pair = (min(first, second), max(first, second))
        odd = self._flip[first] ^ self._flip[second]
        term = np.where(odd, -angle, angle)
        known = self.layers[level].couplings
        known[pair] = known[pair] + term if pair in known else term

    def _strike(self, events: Sequence[_Event], codes: Codes, numbers: Sequence[int]) -> None:
        for number in numbers:
            struck = codes[:, number]
            if not struck.any():
                continue
            for qubit, code in _shared(events[number], struck).items():
                self._pauli(self.at[qubit], code)

    def _carry(
        self, swapped: tuple[int, int], event: _Event, struck: Codes, rest: Sequence[Timed]
    ) -> None:
        """Strike with an error inside a swap: behind it, it meets the other qubit's state."""
        if not struck.any():
            return
        codes = dict.fromkeys(swapped, np.zeros(self.count, dtype=np.uint8))
        codes |= _shared(event, struck)
        one, other = swapped
        found = carried(codes, rest)
        self._pauli(self.at[other], found[one])
        self._pauli(self.at[one], found[other])

    def _exchange(self, one: int, other: int) -> None:
        self.at[one], self.at[other] = self.at[other], self.at[one]

    def _pauli(self, number: int, code: Codes) -> None:
        """Apply I, X, Y or Z, one for each trajectory, up to a phase."""
        flips, turns = (code == 1) | (code == 2), code >= 2
        layer = self.layers[self._level[number]]
        if layer.turned[number]:
            gates = layer.gates[:, number]
            gates[turns, 1] *= -1
            gates[flips] = gates[flips][:, ::-1]
        else:
            layer.turns[turns, number] += np.pi
            self._flip[number] ^= flips
