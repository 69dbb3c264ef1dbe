"""Which engine simulates a family: the first rule that fits.

1. Blocks of one and two qubits: the product engine, exact.
2. Where a twirl would change the noise, and no group has more than 8 qubits nor too much work:
   exact, the whole Pauli vector of every group, circuit by circuit.
3. Otherwise, since every pulse and CZ of a family is a Clifford gate: stim, with noise twirled
   into Pauli errors, and the result says so; circuit by circuit where gates leak.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from qassay.circuits.family import CircuitFamily, Pulses
from qassay.devices.machine_file import Machine
from qassay.devices.simulated.blocks import Blocks, meeting_pairs, split
from qassay.devices.simulated.layered import is_exact
from qassay.devices.simulated.pauli_twirl import twirl_changes


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """An engine for a family.

    Attributes:
        engine: Its name.
        blocks: The blocks of the product engine, else None.
        notes: What the result must say.
    """

    engine: Literal["product", "exact", "clifford", "leaking"]
    blocks: Blocks | None = None
    notes: tuple[str, ...] = ()


def choose(family: CircuitFamily, machine: Machine) -> Choice:
    """Choose the engine for a family on a machine.

    Raises:
        UnsupportedCircuitError: The family does not fit on the machine, or no engine can
            simulate it without leaving something out.
    """
    machine.refuse_too_wide(family.qubits)
    for run in family.elements:
        if isinstance(run, Pulses):
            machine.pair_places(run.pairs)
    blocks = split(family)
    if blocks is not None:
        return Choice("product", blocks)
    notes = twirl_changes(machine.noise, family.qubits)
    places = machine.pair_places(tuple(meeting_pairs(family)))
    leaks = bool(machine.noise.leakage[places].any())
    # The guard: where a twirl would understate how much circuits differ, exact where possible.
    if notes and is_exact(family, machine):
        return Choice("exact")
    return Choice("leaking" if leaks else "clifford", None, notes)
