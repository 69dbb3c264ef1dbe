"""The ideal distribution of a random circuit, by state vector: what the verifier pays to check."""

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
        raise UnsupportedCircuitError(f"{n} qubits are too many to check by state vector here:"
                                      f" {MOST_QUBITS} are the most")  # fmt: skip
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
    """Give the index of each outcome, bits of shape (shots, qubits)."""
    weights = 1 << np.arange(bits.shape[1])[::-1].astype(np.int64)
    return np.asarray(bits.astype(np.int64) @ weights)
