"""Readout errors on bits that an engine has drawn: each 0 and each 1 with its own chance."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from qassay.devices.noise import NoiseModel

Bits = npt.NDArray[np.uint8]


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
