"""A job before all others that shows in which order a device gives its bits.

Each qubit is asked for its own number in binary: any other order of bits gives other numbers.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from qassay.circuits.family import CircuitFamily, Pulses
from qassay.circuits.gates import HALF_X
from qassay.devices.interface import Job
from qassay.errors import DeviceError

Bits = npt.NDArray[np.uint8]
SHOTS: Final = 64


def numbers_of(qubits: int) -> Bits:
    """Give the bits that are prepared, shape (circuits, qubits)."""
    numbers = np.arange(1, qubits + 1)  # from 1, so that every qubit is a 1 somewhere
    digits = np.arange(int(qubits).bit_length())
    return (numbers[None, :] >> digits[:, None] & 1).astype(np.uint8)


def canary_job(qubits: int) -> Job:
    """Write the job: as many circuits as the number of qubits has binary digits."""
    asked = numbers_of(qubits)
    codes = (asked * np.uint8(HALF_X))[:, None, :]
    family = CircuitFamily(qubits, len(asked), (Pulses(codes),))
    order = np.zeros(len(asked), dtype=np.intp)
    return Job(id="canary", families=(family,), shots=SHOTS, order=order)


def heard(asked: Bits, outcomes: Bits, name: str) -> str:
    """Judge the answer.

    Args:
        asked: Bits that were prepared, shape (circuits, qubits).
        outcomes: What came back, shape (circuits, shots, qubits).
        name: Of the device.

    Returns:
        A note of how many qubits gave their own number by majority.

    Raises:
        DeviceError: Fewer than half of the qubits did: the order of bits is another one.
    """
    answered = (outcomes.mean(axis=1) > 0.5).astype(np.uint8)
    qubits = asked.shape[1]
    right = int((answered == asked).all(axis=0).sum())
    if 2 * right < qubits or (qubits > 1 and right == 0):
        mirrored = int((answered == asked[:, ::-1]).all(axis=0).sum())
        guess = "; they come in reverse" if mirrored > right else ""
        raise DeviceError(
            f"{name}: X on qubit k turned up in bit k for {right} of {qubits} qubits only{guess}"
        )
    return f"canary: X on qubit k turned up in bit k on {right} of {qubits} qubits"
