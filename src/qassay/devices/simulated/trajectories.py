"""Trajectories of a circuit with free angles: alternating diagonal and one-qubit layers.

Every trajectory draws its Pauli errors. An X error inside a diagonal layer commutes to the
layer's end and turns the signs of the later terms it meets, and a Z error is one more turn
about Z, so that a noisy trajectory is again diagonal layers and one-qubit layers, of the same
shape as the ideal circuit. A cz is a term exp(i pi/4 Z Z) and a quarter turn about Z on both.

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
        layers: From layer 0 on.
        weights: How many of the draws each trajectory stands for, shape (trajectories,).
        of_draw: Trajectory of each draw, shape (draws,).
    """

    layers: list[Layer]
    weights: npt.NDArray[np.intp]
    of_draw: npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class _Event:
    """A place where errors are drawn: before gate `place`, or behind it."""

    place: int
    qubits: tuple[int, ...]
    chances: Floats
    before: bool = False


def draw(
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
        return Trajectories(
            _Walk(qubits, timed, events, codes, detuning).layers,
            np.ones(draws, dtype=np.intp),
            np.arange(draws),
        )
    kinds, of_draw, weights = np.unique(codes, axis=0, return_inverse=True, return_counts=True)
    layers = _Walk(qubits, timed, events, kinds, None).layers
    return Trajectories(layers, weights, of_draw.reshape(-1))


def ideal_layers(qubits: Sequence[int], timed: Sequence[Timed]) -> list[Layer]:
    """Sort a schedule into layers, without errors."""
    return _Walk(qubits, timed, (), np.zeros((1, 0), dtype=np.uint8), None).layers


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


class _Walk:
    """Walks through a schedule, all trajectories at once, and sorts it into layers."""

    def __init__(
        self,
        qubits: Sequence[int],
        timed: Sequence[Timed],
        events: Sequence[_Event],
        codes: Codes,
        detuning: Floats | None,
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
        for place, entry in enumerate(timed):
            self._strike(events, codes, before.get(place, ()))
            self._play(entry, detuning)
            self._strike(events, codes, behind.get(place, ()))
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
        levels = [self._level[n] + int(self.layers[self._level[n]].turned[n])
                  for n in (first, second)]  # fmt: skip
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
            qubits = events[number].qubits
            for place, qubit in enumerate(qubits):
                shift = 2 * (len(qubits) - 1 - place)
                self._pauli(self.at[qubit], (struck >> shift & 3).astype(np.uint8))

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
