"""Circuits of a family one by one, on the schedule of their layers, for the engines of circuits.

The engines of families are faster, but know blocks of two qubits or Pauli errors alone. Here
go families whose groups are small enough for the whole Pauli vector on a machine whose noise
a twirl would change, and wide ones with leakage.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from qassay.circuits.circuit import Gate
from qassay.circuits.family import CircuitFamily, Delay
from qassay.circuits.gates import ANGLES, IDLE, PHASES
from qassay.devices.machine_file import Machine
from qassay.devices.simulated.blocks import meeting_pairs, simultaneous_neighbours
from qassay.devices.simulated.circuit_engine import CircuitChoice
from qassay.devices.simulated.schedule import Timed, blocks_of
from qassay.devices.simulated.strengths import Strengths

_WIDEST_EXACT: Final = 8
# Entanglers times 4^qubits, over all circuits: some ten seconds.
_MOST_EXACT: Final = 5e8


def is_exact(family: CircuitFamily, machine: Machine) -> bool:
    """Whether the whole Pauli vector of every group is within reach."""
    blocks = blocks_of(meeting_pairs(family), family.qubits)
    widest = max(map(len, blocks))
    work = family.size * family.two_qubit_gates() * 4.0**widest
    # Slow detuning makes every shot another evolution.
    slow = machine.noise.slow_dephasing[: family.qubits].any() and any(
        isinstance(part, Delay) and part.seconds > 0 for part in family.elements
    )
    return widest <= _WIDEST_EXACT and work <= _MOST_EXACT and not slow


def choices(family: CircuitFamily, strengths: Strengths, *, exact: bool) -> Iterator[CircuitChoice]:
    """Give the engines of each circuit in turn.

    Args:
        family: The circuits.
        strengths: Of the machine.
        exact: Whether groups of three and more go to the whole Pauli vector, or to stim.
    """
    blocks = blocks_of(meeting_pairs(family), family.qubits)
    small = tuple(block for block in blocks if len(block) <= 2)
    large = tuple(block for block in blocks if len(block) > 2)
    rest = () if exact else tuple(qubit for block in large for qubit in block)
    for index in range(family.size):
        timed = list(layered_schedule(family, index, strengths))
        yield CircuitChoice(family.qubits, timed, small, large if exact else (), rest, (), ())


def layered_schedule(family: CircuitFamily, index: int, strengths: Strengths) -> Iterator[Timed]:
    """Write circuit `index` on the schedule of its layers: who has no gate in one, waits."""
    durations = strengths.durations
    for element in family.elements:
        if isinstance(element, Delay):
            for qubit in range(family.qubits):
                yield Timed(Gate("delay", (qubit,), seconds=element.seconds), (0.0,), 0.0)
            continue
        counts = simultaneous_neighbours(element, strengths.couplings)
        beside = counts[min(index, len(counts) - 1)]
        there = np.ones(len(element.pairs), dtype=bool)
        if element.active is not None:
            there = element.active[index]
        meet = [
            (pair, int(count))
            for pair, count, now in zip(element.pairs, beside, there, strict=True)
            if now
        ]
        idle = set(range(family.qubits)) - {qubit for pair, _ in meet for qubit in pair}
        for codes in element.codes[index].tolist():
            for qubit, code in enumerate(codes):
                if code == IDLE:
                    yield _wait(qubit, durations.one_qubit_gate)
                else:
                    yield Timed(Gate("prx", (qubit,), ANGLES[code], PHASES[code]), (0.0,), 0.0)
            for pair, count in meet:
                yield Timed(Gate("cz", pair), (0.0, 0.0), 0.0, count)
            if element.pairs:
                for qubit in sorted(idle):
                    yield _wait(qubit, durations.two_qubit_gate)


def _wait(qubit: int, seconds: float) -> Timed:
    return Timed(Gate("barrier", (qubit,)), (seconds,), 0.0)
