"""Readout errors on bits that an engine has drawn: each 0 and each 1 with its own chance."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from qassay.devices.noise import NoiseModel

Bits = npt.NDArray[np.uint8]


def flip_together(bits: Bits, noise: NoiseModel, generator: np.random.Generator) -> None:
    """Flip the bits of neighbouring numbers together, in place: correlated readout.

    Args:
        bits: As read, shape (circuits, shots, qubits).
        noise: Of the machine.
        generator: Of the flips.
    """
    for qubit in np.flatnonzero(noise.correlated_readout[: max(bits.shape[2] - 1, 0)]).tolist():
        hit = generator.random(bits.shape[:2]) < noise.correlated_readout[qubit]
        bits[:, :, qubit : qubit + 2] ^= hit[:, :, None].astype(np.uint8)


def read_out(bits: Bits, noise: NoiseModel, generator: np.random.Generator) -> Bits:
    """Add readout errors in place.

    Args:
        bits: The states, shape (..., shots, qubits).
        noise: Of the machine.
        generator: Of the errors.

    Returns:
        The same array.
    """
    qubits = bits.shape[-1]
    rises, falls = noise.readout_p01[:qubits], noise.readout_p10[:qubits]
    if rises.any() or falls.any():
        # Circuit by circuit, to bound memory.
        for shots in bits.reshape(-1, *bits.shape[-2:]):
            wrong = generator.random(shots.shape) < np.where(shots, falls, rises)
            np.bitwise_xor(shots, wrong, out=shots)
    return bits
