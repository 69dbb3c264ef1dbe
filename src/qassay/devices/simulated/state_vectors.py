"""Trajectories on whole state vectors, to some 24 qubits.

The index of a vector has qubit k as bit k. A diagonal layer is built by doubling: the vector
of k + 1 qubits is that of k qubits twice, times the factors of the new qubit, which are
themselves built by doubling; no exponential is taken 2^n times. One-qubit gates act in groups
of four, as one matrix of 16 x 16. Single precision: amplitudes are wrong by some 1e-6 of the
largest, and no probability is used to better than 1e-5.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from qassay.devices.noise import Floats
from qassay.devices.simulated.trajectories import Layer, Matrices

Vector = npt.NDArray[np.complex64]
WIDEST = 24
_GROUP = 4


class StateVectors:
    """Room for the vectors of some qubits, used again for every trajectory.

    Fresh memory for every step would cost more in page faults than the arithmetic.
    """

    def __init__(self, qubits: int) -> None:
        """Take the room."""
        self.qubits = qubits
        self._room = [np.empty(1 << qubits, dtype=np.complex64) for _ in range(2)]
        self._factor = np.empty(1 << max(qubits - 1, 0), dtype=np.complex64)

    def evolve(self, layers: list[Layer], number: int) -> Vector:
        """Give the state that trajectory `number` ends in, shape (2^n,), good until the next."""
        ones: Matrices | None = layers[0].gates[number, :, :, 0]
        vector, other = self._room
        if len(layers) == 1:
            self._diagonal(np.zeros(self.qubits), {}, ones, vector)
        for layer in layers[1:]:
            couplings = {pair: float(angle[number]) for pair, angle in layer.couplings.items()}
            if ones is not None:
                self._diagonal(layer.turns[number], couplings, ones, vector)
                ones = None
            else:
                self._diagonal(layer.turns[number], couplings, None, other)
                vector *= other
            if layer.turned.any():
                vector, other = self._one_qubit_gates(vector, other, layer.gates[number])
        return vector

    def _diagonal(
        self,
        turns: Floats,
        couplings: dict[tuple[int, int], float],
        ones: Matrices | None,
        vector: Vector,
    ) -> None:
        """Build the diagonal of a layer, times a product state where one is given."""
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

    def _one_qubit_gates(
        self, vector: Vector, other: Vector, gates: Matrices
    ) -> tuple[Vector, Vector]:
        """Apply one gate on every qubit, in groups of four; give the result and free room."""
        for low in range(0, self.qubits, _GROUP):
            group = np.ones((1, 1))
            for k in range(low, min(low + _GROUP, self.qubits)):
                group = np.kron(gates[k], group)
            size, block = len(group), group.astype(np.complex64)
            if low == 0:
                np.matmul(vector.reshape(-1, size), block.T, out=other.reshape(-1, size))
            else:
                shape = (-1, size, 1 << low)
                np.matmul(block, vector.reshape(shape), out=other.reshape(shape))
            vector, other = other, vector
        return vector, other


def sample(vector: Vector, shots: int, generator: np.random.Generator) -> npt.NDArray[np.uint8]:
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
