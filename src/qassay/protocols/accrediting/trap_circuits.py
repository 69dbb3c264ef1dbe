"""Traps and targets as circuits: quarter pulses of free phases, barriers round every layer."""

from __future__ import annotations

import numpy as np

from qassay.circuits.circuit import Circuit, Gate
from qassay.protocols.accrediting.places import PlacedTarget
from qassay.protocols.accrediting.turns import RADIANS, Turns


def circuits_of(place: PlacedTarget, phases: Turns, qubits: int) -> tuple[Circuit, ...]:
    """Write circuits of one skeleton in native gates.

    Args:
        place: The skeleton, and where it stands.
        phases: Of the two quarter pulses of each round and driven qubit, in 2^-24 turns, shape
            (circuits, rounds, driven, 2).
        qubits: Of the machine.
    """
    driven = place.driven
    everybody = Gate("barrier", driven)
    between = [
        (
            everybody,
            *(Gate("cz", pair) for pair in [*map(place.placed, layer), *place.pairs]),
            everybody,
        )
        for layer in place.cycles.layers
    ]
    between.append(())
    known: dict[tuple[int, int], Gate] = {}  # quarter turns come again and again
    made = []
    for steps in phases.transpose(0, 1, 3, 2).tolist():
        gates: list[Gate] = []
        for pulses, after in zip(steps, between, strict=True):
            for row in pulses:
                for each in zip(driven, row, strict=True):
                    gate = known.get(each)
                    if gate is None:
                        qubit, phase = each
                        gate = known[each] = Gate("prx", (qubit,), np.pi / 2, phase * RADIANS)
                    gates.append(gate)
            gates += after
        made.append(Circuit(qubits, tuple(gates)))
    return tuple(made)
