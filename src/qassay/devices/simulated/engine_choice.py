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
from qassay.devices.noise import NoiseModel
from qassay.devices.simulated.blocks import Blocks, meeting_pairs, split
from qassay.errors import UnsupportedCircuitError


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
    refuse_too_wide(family.qubits, machine)
    for run in family.elements:
        if isinstance(run, Pulses):
            machine.pair_places(run.pairs)
    blocks = split(family)
    if blocks is not None:
        return Choice("product", blocks)
    from qassay.devices.simulated.layered import is_exact

    notes = twirled(machine.noise, family.qubits)
    places = machine.pair_places(tuple(meeting_pairs(family)))
    leaks = bool(machine.noise.leakage[places].any())
    # The guard: where a twirl would understate how much circuits differ, exact where possible.
    if notes and is_exact(family, machine):
        return Choice("exact")
    return Choice("leaking" if leaks else "clifford", None, notes)


def refuse_too_wide(qubits: int, machine: Machine) -> None:
    """Refuse a circuit on more qubits than the machine has.

    Raises:
        UnsupportedCircuitError: It has.
    """
    description = machine.description
    if qubits > description.qubits:
        raise UnsupportedCircuitError(
            f"a circuit on {qubits} qubits does not fit on {description.name},"
            f" which has {description.qubits}"
        )


def twirled(noise: NoiseModel, qubits: int) -> tuple[str, ...]:
    """Name what twirling changes; nothing where the noise is Pauli noise to begin with."""
    some = slice(qubits)
    changed = []
    if (noise.t1[some] < float("inf")).any():
        changed.append("relaxation")
    if noise.one_qubit_overrotation[some].any() or noise.two_qubit_overrotation.any():
        changed.append("over-rotation")
    if noise.slow_dephasing[some].any():
        changed.append("slow dephasing, which an echo then does not bring back")
    if not changed:
        return ()
    said = f"approximation: pauli-twirl ({', '.join(changed)})"
    if "over-rotation" in changed:
        # Measured on mirror circuits of six qubits: benchmarks and docs/devices.md.
        said += "; coherent errors make circuits differ 2 to 5 times more than they do here"
    return (said,)
