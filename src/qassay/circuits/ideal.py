"""The ideal distribution of random circuits, by state vector: what the verifier pays to check.

Either one circuit, gate by gate; or many of one shape at once, a matrix a pair.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from qassay.circuits.circuit import Circuit, native
from qassay.errors import UnsupportedCircuitError

MOST_QUBITS: Final = 22  # 64 MiB


def probabilities(circuit: Circuit) -> npt.NDArray[np.float64]:
    """Give the probability of every string.

    Args:
        circuit: At most 22 qubits.

    Returns:
        Shape (2^qubits,); qubit 0 is the most significant bit of the index, so that the index
        in binary reads like an outcome.

    Raises:
        UnsupportedCircuitError: More qubits.
    """
    n = circuit.qubits
    if n > MOST_QUBITS:
        raise UnsupportedCircuitError(
            f"{n} qubits are too many to check by state vector here: {MOST_QUBITS} are the most"
        )
    state = np.zeros(1 << n, dtype=np.complex128)
    state[0] = 1
    for gate in native(circuit).gates:
        if gate.kind == "cz":
            a, b = sorted(gate.qubits)
            view = state.reshape(1 << a, 2, 1 << (b - a - 1), 2, 1 << (n - b - 1))
            view[:, 1, :, 1] *= -1
        elif gate.kind in ("prx", "rz"):
            view = state.reshape(1 << gate.qubits[0], 2, -1)
            zero, one = view[:, 0].copy(), view[:, 1]
            half = gate.angle / 2
            if gate.kind == "rz":
                view[:, 0] *= np.exp(-1j * half)
                view[:, 1] *= np.exp(1j * half)
                continue
            cosine, across = np.cos(half), -1j * np.sin(half)
            view[:, 0] = cosine * zero + across * np.exp(-1j * gate.phase) * one
            view[:, 1] = across * np.exp(1j * gate.phase) * zero + cosine * one
    chance: npt.NDArray[np.float64] = np.abs(state) ** 2
    return chance


def string_indices(bits: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
    """Give the index of each outcome, bits of shape (..., qubits)."""
    weights = 1 << np.arange(bits.shape[-1])[::-1].astype(np.int64)
    return np.asarray(bits.astype(np.int64) @ weights)


def paired_probabilities(
    orders: npt.NDArray[np.int64],
    gates: npt.NDArray[np.complex128],
    turns: npt.NDArray[np.complex128],
) -> npt.NDArray[np.float64]:
    """Give the probability of every string of circuits that are layers of gates on random pairs.

    Args:
        orders: Of the qubits in each layer, whose neighbours 0 1, 2 3, ... are paired; the last
            one of an odd number waits. Shape (circuits, layers, qubits).
        gates: Matrices of the pairs, the first qubit more significant, shape (circuits, layers,
            qubits // 2, 4, 4).
        turns: Last turn of each qubit, shape (circuits, qubits, 2, 2).

    Returns:
        Shape (circuits, 2^qubits), indexed as by `probabilities`.
    """
    count, layers, n = orders.shape
    state = np.zeros((count, 1 << n), dtype=np.complex128)
    state[:, 0] = 1
    standing = np.tile(np.arange(n), (count, 1))
    for layer in range(layers):
        state = _reordered(state, standing, orders[:, layer])
        for pair in range(n // 2):  # each is brought to the front, and goes to the end
            moved = gates[:, layer, pair] @ state.reshape(count, 4, -1)
            state = moved.transpose(0, 2, 1).reshape(count, -1)
        standing = np.roll(orders[:, layer], -2 * (n // 2), axis=1)
    state = _reordered(state, standing, np.tile(np.arange(n), (count, 1)))
    for qubit in range(n):
        state = (turns[:, qubit] @ state.reshape(count, 2, -1)).transpose(0, 2, 1)
    return np.asarray(np.abs(state.reshape(count, -1)) ** 2)


def _reordered(
    state: npt.NDArray[np.complex128],
    standing: npt.NDArray[np.int64],
    wanted: npt.NDArray[np.int64],
) -> npt.NDArray[np.complex128]:
    """Bring the qubits of each state from one order into another."""
    n = standing.shape[1]
    place = np.argsort(standing, axis=1)
    weights = 2.0 ** (n - 1 - np.take_along_axis(place, wanted, axis=1))
    bits = np.arange(1 << n)[:, None] >> np.arange(n)[::-1] & 1
    index = np.rint(weights @ bits.T.astype(np.float64)).astype(np.intp)
    return np.asarray(np.take_along_axis(state, index, axis=1))
