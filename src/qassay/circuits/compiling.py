"""A circuit as layers of turns and of CZ gates, and random circuits that do the same.

Randomised compiling puts a random Pauli operator before each layer of CZ gates and undoes it behind
it; both are merged into the turns there, so the circuit has as many pulses and gates as before, and
errors that would add up in one direction add up at random.

Reference: J. Wallman and J. Emerson, PRA 94, 052325 (2016), arXiv:1512.01098 (randomised
compiling).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qassay.circuits.circuit import Circuit, Gate, layers
from qassay.circuits.family import Pair
from qassay.circuits.haar import GRID

Turns = npt.NDArray[np.complex128]
_STEP = 2 * np.pi / GRID
_PAULI = np.array(
    [[[1, 0], [0, 1]], [[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]],
    dtype=np.complex128,
)
_X, _Z = np.array([0, 1, 1, 0]), np.array([0, 0, 1, 1])  # factors of 1, X, Y, Z
_OF = np.array([[0, 3], [1, 2]])  # from both factors back


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class TurnsAndLayers:
    """A circuit as turns, CZ gates, turns, ..., turns.

    Attributes:
        turns: Of each qubit before each layer and at the end, shape (layers + 1, qubits, 2, 2).
        met: Pairs of each layer of CZ gates.
    """

    turns: Turns
    met: tuple[tuple[Pair, ...], ...]

    @property
    def inverse(self) -> TurnsAndLayers:
        """The same backwards."""
        back = np.conj(self.turns[::-1].transpose(0, 1, 3, 2))
        return TurnsAndLayers(turns=back, met=self.met[::-1])

    def compiled(self, paulis: npt.NDArray[np.uint8]) -> Turns:
        """Merge random Pauli operators into the turns.

        Args:
            paulis: 0 to 3 for 1, X, Y and Z, before each layer, shape (layers, qubits).

        Returns:
            Turns that do the same with the same layers, up to a phase.
        """
        turns = self.turns.copy()
        for place, pairs in enumerate(self.met):
            before = paulis[place]
            x, z = _X[before], _Z[before]
            for a, b in pairs:
                z[a], z[b] = z[a] ^ _X[before[b]], z[b] ^ _X[before[a]]
            turns[place] = _PAULI[before] @ turns[place]
            turns[place + 1] = turns[place + 1] @ _PAULI[_OF[x, z]]
        return turns


def turns_and_layers(circuit: Circuit) -> TurnsAndLayers:
    """Sort a circuit without delays; waits are no part of it."""
    now = np.tile(np.eye(2, dtype=np.complex128), (circuit.qubits, 1, 1))
    turns, met = [], []
    for layer in layers(circuit):
        if layer[0].kind == "cz":
            turns.append(now)
            met.append(tuple(sorted((min(g.qubits), max(g.qubits)) for g in layer)))
            now = np.tile(np.eye(2, dtype=np.complex128), (circuit.qubits, 1, 1))
        else:
            for gate in layer:
                if gate.kind in ("prx", "rz"):
                    now[gate.qubits[0]] = _matrix(gate) @ now[gate.qubits[0]]
    return TurnsAndLayers(turns=np.array([*turns, now]), met=tuple(met))


def written(
    turns: Turns, met: tuple[tuple[Pair, ...], ...], register: tuple[int, ...]
) -> Iterator[Gate]:
    """Write turns and layers in native gates, a pulse and a virtual turn each, layers held apart.

    Angles lie on a grid, so that a circuit's name does not hang on how a machine rounds.
    """
    everybody = Gate("barrier", register)
    angle, phase, about_z = (part.tolist() for part in _angles(turns))
    for place in range(len(turns)):
        for qubit, name in enumerate(register):
            if angle[place][qubit]:
                yield Gate("prx", (name,), angle[place][qubit] * _STEP, phase[place][qubit] * _STEP)
            if about_z[place][qubit]:
                yield Gate("rz", (name,), about_z[place][qubit] * _STEP)
        yield everybody
        if place < len(met):
            for a, b in met[place]:
                yield Gate("cz", (register[a], register[b]))
            yield everybody


def _matrix(gate: Gate) -> Turns:
    half = gate.angle / 2
    if gate.kind == "rz":
        return np.diag(np.exp([-1j * half, 1j * half]))
    cosine, across = np.cos(half), -1j * np.sin(half)
    turned = np.exp(1j * gate.phase)
    return np.array([[cosine, across / turned], [across * turned, cosine]])


def _angles(turns: Turns) -> tuple[npt.NDArray[np.int64], ...]:
    """Give angle and phase of a pulse and the turn about Z behind it, in steps of the grid."""
    kept, across = np.abs(turns[..., 0, 0]), np.abs(turns[..., 1, 0])
    angle = 2 * np.arctan2(across, kept)
    first, last = np.angle(turns[..., 0, 0]), np.angle(turns[..., 1, 1])
    down, up = np.angle(turns[..., 1, 0]), np.angle(turns[..., 0, 1])
    flat, turned = across < 1e-7, kept < 1e-7
    about_z = np.where(turned, 0.0, last - first)
    phase = np.where(turned, (down - up) / 2, down - last + np.pi / 2)
    phase = np.where(flat, 0.0, phase)
    whole = (np.rint(np.where(flat, 0.0, angle) / _STEP).astype(np.int64),)
    return (*whole, *(np.rint(x / _STEP).astype(np.int64) % GRID for x in (phase, about_z)))
