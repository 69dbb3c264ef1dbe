"""Swaps that routing writes as three CX: a change of names, and errors carried to its end.

A swap of two qubits is a Clifford operation, so a Pauli error inside it is another Pauli error
behind it, and the swap itself only exchanges which qubit holds which state. Seen so, a routed
circuit has the layers of the circuit before routing, however many swaps it took.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from qassay.circuits.circuit import Gate
from qassay.devices.simulated.schedule import Timed

Codes = npt.NDArray[np.uint8]
LENGTH: Final = 9
_QUARTER: Final = math.pi / 2
_NEAR: Final = 1e-12


def swap_at(timed: Sequence[Timed], place: int) -> tuple[int, int] | None:
    """Find the qubits of a swap whose nine gates begin at a place; None where none does."""
    part = [entry.gate for entry in timed[place : place + LENGTH]]
    if len(part) < LENGTH or part[1].kind != "cz":
        return None
    a, b = part[1].qubits
    if part[0].qubits != (b,):
        a, b = b, a
    wanted = [step for one, other in ((a, b), (b, a), (a, b)) for step in _cx(one, other)]
    return (a, b) if all(map(_alike, part, wanted)) else None


def _cx(control: int, target: int) -> list[Gate]:
    return [
        Gate("prx", (target,), _QUARTER, 3 * _QUARTER),
        Gate("cz", (control, target)),
        Gate("prx", (target,), _QUARTER, _QUARTER),
    ]


def _alike(gate: Gate, wanted: Gate) -> bool:
    if gate.kind != wanted.kind or set(gate.qubits) != set(wanted.qubits):
        return False
    return gate.kind == "cz" or (
        abs(gate.angle - wanted.angle) < _NEAR and abs(gate.phase - wanted.phase) < _NEAR
    )


def carried(codes: dict[int, Codes], rest: Sequence[Timed]) -> dict[int, Codes]:
    """Carry Pauli errors through the gates of a swap, up to a phase.

    Args:
        codes: I, X, Y or Z as 0 to 3 on each of the two qubits, one for each trajectory.
        rest: The gates of the swap that the error meets.

    Returns:
        The errors behind the swap, on the same two qubits.
    """
    x = {qubit: (code == 1) | (code == 2) for qubit, code in codes.items()}
    z = {qubit: code >= 2 for qubit, code in codes.items()}
    for entry in rest:
        gate = entry.gate
        if gate.kind == "cz":
            a, b = gate.qubits
            z[a], z[b] = z[a] ^ x[b], z[b] ^ x[a]
        else:  # a quarter turn about Y exchanges X and Z
            (qubit,) = gate.qubits
            x[qubit], z[qubit] = z[qubit], x[qubit]
    # X, Y, Z are 1, 2, 3.
    return {q: (x[q] * np.where(z[q], 2, 1) + (z[q] & ~x[q]) * 3).astype(np.uint8) for q in x}
