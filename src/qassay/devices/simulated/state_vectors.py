"""Trajectories on whole state vectors, to some 24 qubits.

The index of a vector has qubit k as bit k. A diagonal layer is built by doubling: the vector
of k + 1 qubits is that of k qubits twice, times the factors of the new qubit, which are
themselves built by doubling; no exponential is taken 2^n times. One-qubit gates act in groups
of four, as one matrix of 16 x 16. Single precision: amplitudes are wrong by some 1e-6 of the
largest, and no probability is used to better than 1e-5.

Errors are rare, so trajectories share their beginnings: they are taken in an order in which
those with the same layers up to some point stand together, and what they share is computed once.
The diagonal that most of them have in a layer is kept too. A trajectory with few shots is
measured before its last gates, and its bits are then drawn anew one by one as each gate is put
on (Bravyi, Gosset and Liu, see `one_layer`): twice through the vector instead of n / 4 times.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from qassay.devices.noise import Floats
from qassay.devices.simulated.trajectories import Layer, Matrices

Vector = npt.NDArray[np.complex64]
Bits = npt.NDArray[np.uint8]
Rows = npt.NDArray[np.intp]
WIDEST: Final = 24
_GROUP: Final = 4
_MOST_KEPT: Final = 1 << 23  # numbers that are kept because trajectories share them: 64 MiB
_FEW_SHOTS: Final = 8


def sample_all(layers: list[Layer], of_shot: Rows, generator: np.random.Generator) -> Bits:
    """Measure all qubits, once a shot.

    Args:
        layers: Of all trajectories.
        of_shot: Trajectory of each shot, shape (shots,).
        generator: Of the outcomes.

    Returns:
        Shape (shots, qubits).
    """
    states = StateVectors(layers)
    found = np.empty((of_shot.size, states.qubits), dtype=np.uint8)
    for number in states.order.tolist():
        own = np.flatnonzero(of_shot == number)
        if 0 < own.size <= _FEW_SHOTS:
            vector, gates = states.before_last_gates(number), layers[-1].gates[number]
            for shot in own:
                found[shot] = _through_gates(vector, gates, generator)
        elif own.size:
            found[own] = sample_vector(states.after_last_gates(number), own.size, generator)
    return found


class StateVectors:
    """The states of all trajectories of some layers, in any order; best in that of `order`.

    Room is used again for every trajectory: fresh memory for every step would cost more in
    page faults than the arithmetic.
    """

    def __init__(self, layers: list[Layer]) -> None:
        """Find what trajectories share, and take the room."""
        self.layers, self.qubits = layers, layers[0].turns.shape[1]
        size, steps = 1 << self.qubits, max(len(layers) - 1, 1)
        self._diagonals = [_kinds(_diagonal_numbers(layers[k + 1 :], layers)) for k in range(steps)]
        gates = [_flat(layer.gates).view(np.float64) for layer in layers[:steps]]
        # What a step does: the gates of the layer before, and the diagonal.
        self._steps = np.stack(
            [
                _kinds(np.column_stack([own, before]))
                for own, before in zip(self._diagonals, gates, strict=True)
            ]
        )
        self.order: Rows = np.lexsort(self._steps[::-1])
        self._factor = np.empty(max(size // 2, 1), dtype=np.complex64)
        self._spare = [np.empty(size, dtype=np.complex64) for _ in range(2)]
        self._keeps = 2 * steps * size <= _MOST_KEPT
        self._states = [
            np.empty(size, dtype=np.complex64) for _ in range(steps if self._keeps else 1)
        ]
        self._now: int | None = None
        self._common: dict[int, tuple[int, Vector]] = {}
        for step, kinds in enumerate(self._diagonals[1:], start=1):
            counts = np.bincount(kinds)
            if self._keeps and counts.max() > 1:
                kind = int(counts.argmax())
                self._build(step, int(np.argmax(kinds == kind)), None, self._spare[0])
                self._common[step] = (kind, self._spare[0].copy())

    def before_last_gates(self, number: int) -> Vector:
        """Give the state of a trajectory before its last one-qubit gates; good until the next."""
        shared = 0
        if self._now is not None and self._keeps:
            other = self._steps[:, number] != self._steps[:, self._now]
            shared = int(other.argmax()) if other.any() else len(other)
        for step in range(shared, len(self._steps)):
            self._step(step, number)
        self._now = number
        return self._states[-1]

    def after_last_gates(self, number: int) -> Vector:
        """Give the state that a trajectory ends in; good until the next."""
        vector = self.before_last_gates(number)
        if len(self.layers) == 1 or not self.layers[-1].turned.any():
            return vector
        return self._gates(vector, self.layers[-1].gates[number])

    def _step(self, step: int, number: int) -> None:
        room = self._states[step if self._keeps else 0]
        if step == 0:
            self._build(0, number, self.layers[0].gates[number, :, :, 0], room)
            return
        vector = self._states[step - 1 if self._keeps else 0]
        if self.layers[step].turned.any():
            vector = self._gates(vector, self.layers[step].gates[number])
        kind, diagonal = self._common.get(step, (-1, self._spare[0]))
        if kind != self._diagonals[step][number]:
            diagonal = self._spare[0] if vector is not self._spare[0] else self._spare[1]
            self._build(step, number, None, diagonal)
        np.multiply(vector, diagonal, out=room)

    def _build(self, step: int, number: int, ones: Matrices | None, vector: Vector) -> None:
        """Build the diagonal of a step, times a product state where one is given."""
        turns: Floats = np.zeros(self.qubits)
        couplings: dict[tuple[int, int], float] = {}
        if len(self.layers) > 1:
            layer = self.layers[step + 1]
            turns = layer.turns[number]
            couplings = {pair: float(angle[number]) for pair, angle in layer.couplings.items()}
        phases = np.exp(-0.5j * np.multiply.outer(turns, [1, -1]))
        if ones is not None:
            phases = phases * ones
        phases = phases.astype(np.complex64)
        vector[0] = 1
        factor = self._factor
        for k in range(self.qubits):
            size = 1 << k
            # exp(-i/2 sum_j J_jk z_j) for z_k = +1; its conjugate for z_k = -1.
            factor[0] = 1
            for j in range(k):
                angle = couplings.get((j, k), 0.0)
                half, twin = factor[: 1 << j], factor[1 << j : 2 << j]
                if angle:
                    turn = np.complex64(np.exp(-0.5j * angle))
                    np.multiply(half, turn.conjugate(), out=twin)
                    half *= turn
                else:
                    twin[...] = half
            own, low, high = factor[:size], vector[:size], vector[size : 2 * size]
            np.conjugate(own, out=high)
            high *= low
            high *= phases[k, 1]
            own *= phases[k, 0]
            low *= own

    def _gates(self, vector: Vector, gates: Matrices) -> Vector:
        """Apply one gate on every qubit, in groups of four; the vector itself is kept."""
        free, other = self._spare
        for low in range(0, self.qubits, _GROUP):
            block = _side_by_side(gates[low : low + _GROUP]).astype(np.complex64)
            size = len(block)
            if low == 0:
                np.matmul(vector.reshape(-1, size), block.T, out=free.reshape(-1, size))
            else:
                shape = (-1, size, 1 << low)
                np.matmul(block, vector.reshape(shape), out=free.reshape(shape))
            vector, free, other = free, other, free
        return vector


def _side_by_side(gates: Matrices) -> Matrices:
    """Multiply gates on different qubits out, the first being the lowest bit."""
    block = gates[0]
    for gate in gates[1:]:
        size = 2 * len(block)
        block = (gate[:, None, :, None] * block[None, :, None, :]).reshape(size, size)
    return np.asarray(block)


def _diagonal_numbers(own: list[Layer], layers: list[Layer]) -> Floats:
    """Write what makes the first diagonal of some layers, a row a trajectory."""
    if not own:
        return np.zeros((len(layers[0].turns), 1))
    return np.column_stack([own[0].turns, *own[0].couplings.values()])


def _flat(gates: Matrices) -> Matrices:
    return np.ascontiguousarray(gates.reshape(len(gates), -1))


def _kinds(rows: Floats) -> Rows:
    """Number different rows."""
    return np.unique(rows, axis=0, return_inverse=True)[1].reshape(-1)


def _through_gates(vector: Vector, gates: Matrices, generator: np.random.Generator) -> Bits:
    """Measure a state before its last gates, and draw each bit anew behind its own."""
    qubits = len(gates)
    bits = sample_vector(vector, 1, generator)[0]
    table = vector
    # The highest bit first: what is left of the table stays in one piece.
    for k in range(qubits - 1, -1, -1):
        zero, one = table[: 1 << k], table[1 << k : 2 << k]
        place = int(bits[:k] @ (1 << np.arange(k)))
        after = gates[k] @ np.array([zero[place], one[place]])
        chance = np.abs(after) ** 2
        bits[k] = generator.random() * chance.sum() >= chance[0]
        row = gates[k, bits[k]].astype(np.complex64)
        table = row[0] * zero
        table += row[1] * one
    return np.asarray(bits)


def sample_vector(
    vector: Vector, shots: int, generator: np.random.Generator
) -> npt.NDArray[np.uint8]:
    """Measure all qubits, shape (shots, qubits)."""
    qubits = int(vector.size).bit_length() - 1
    chance = vector.real**2 + vector.imag**2
    rows = 1 << (qubits // 2)
    table = chance.reshape(rows, -1)
    ladder = np.cumsum(table.sum(axis=1, dtype=np.float64))
    uniform = generator.random(shots) * ladder[-1]
    row = np.minimum(np.searchsorted(ladder, uniform, side="right"), rows - 1)
    found = np.empty(shots, dtype=np.int64)
    for number in np.unique(row):
        which = row == number
        inner = np.cumsum(table[number], dtype=np.float64)
        place = np.searchsorted(inner, generator.random(int(which.sum())) * inner[-1], "right")
        found[which] = number * table.shape[1] + np.minimum(place, table.shape[1] - 1)
    return (found[:, None] >> np.arange(qubits) & 1).astype(np.uint8)
