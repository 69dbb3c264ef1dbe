"""Circuits on a few qubits of a wide fake backend, simulated as a patch of it.

Aer makes the noise of a whole chip before it looks at what a circuit touches. A patch has the same
noise on the qubits that are driven, exactly, and costs what they cost.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from qassay.devices.qiskit_results import Bits


def on_patch(circuits: Sequence[Any], touched: Sequence[int]) -> list[Any]:
    """Write circuits anew on a patch: its qubit and bit k are `touched[k]`.

    Args:
        circuits: On physical qubits, with as many bits; nothing is done on the others.
        touched: Physical qubits, sorted.
    """
    from qiskit import QuantumCircuit
    from qiskit.circuit import ClassicalRegister

    made = []
    for circuit in circuits:
        small = QuantumCircuit(len(touched), name=circuit.name)
        small.add_register(ClassicalRegister(len(touched), "c"))
        qubits = {circuit.qubits[q]: small.qubits[k] for k, q in enumerate(touched)}
        bits = {circuit.clbits[q]: small.clbits[k] for k, q in enumerate(touched)}
        for entry in circuit.data:
            small.append(
                entry.operation, [qubits[q] for q in entry.qubits], [bits[c] for c in entry.clbits]
            )
        made.append(small)
    return made


def on_chip(found: Bits, touched: Sequence[int], qubits: int) -> Bits:
    """Put the bits of a patch where they are on the chip; all others are 0."""
    wide = np.zeros((*found.shape[:2], qubits), dtype=np.uint8)
    wide[:, :, list(touched)] = found
    return wide
