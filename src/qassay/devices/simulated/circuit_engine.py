"""Which engine simulates a single circuit: the first rule that fits.

1. Blocks of one and two qubits: exact.
2. Clifford circuits: stim with twirled noise, and the result says so.
3. Otherwise refused: nothing is approximated in silence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from qassay.circuits.circuit import Circuit, native
from qassay.devices.machine_file import Machine
from qassay.devices.simulated import circuit_blocks
from qassay.devices.simulated.engine_choice import refuse_too_wide, twirled
from qassay.devices.simulated.schedule import Timed, blocks_of, schedule
from qassay.devices.simulated.strengths import Strengths
from qassay.errors import UnsupportedCircuitError


@dataclass(frozen=True, slots=True, eq=False)
class CircuitChoice:
    """An engine for a circuit.

    Attributes:
        engine: Its name.
        circuit: The circuit in the gates that the engine takes.
        timed: Its schedule.
        blocks: Groups of qubits that meet.
        notes: What the result must say.
    """

    engine: Literal["blocks", "clifford"]
    circuit: Circuit
    timed: list[Timed]
    blocks: list[tuple[int, ...]]
    notes: tuple[str, ...] = ()


def choose_for(circuit: Circuit, machine: Machine) -> CircuitChoice:
    """Choose the engine for a circuit on a machine.

    Raises:
        UnsupportedCircuitError: It does not fit on the machine, or no engine can simulate it
            without leaving something out.
    """
    refuse_too_wide(circuit.qubits, machine)
    _refuse_leakage(circuit, machine)
    written = native(circuit)
    timed = schedule(written, machine)
    blocks = blocks_of(circuit.pairs, circuit.qubits)
    widest = max(map(len, blocks))
    if widest <= 2:
        return CircuitChoice("blocks", written, timed, blocks)
    # stim is loaded for wide circuits only.
    from qassay.devices.simulated import circuit_clifford

    if not circuit_clifford.is_clifford(written):
        raise UnsupportedCircuitError(
            f"{widest} qubits of this circuit hang together, and it is no Clifford circuit:"
            f" {machine.description.name} simulates blocks of two qubits exactly, and"
            " Clifford circuits of any width; qiskit-aer or aer:NAME may do for a few qubits"
        )
    notes = twirled(machine.noise, circuit.qubits)
    return CircuitChoice("clifford", written, timed, blocks, notes)


def run_circuit(
    choice: CircuitChoice, strengths: Strengths, shots: int, generator: np.random.Generator
) -> tuple[npt.NDArray[np.uint8], tuple[str, ...]]:
    """Simulate a circuit with the engine chosen for it.

    Args:
        choice: From `choose_for`.
        strengths: The machine's noise at the time of the job.
        shots: How often.
        generator: Of the outcomes.

    Returns:
        Every qubit as it is read, shape (shots, qubits), and what is approximated.
    """
    circuit, timed = choice.circuit, choice.timed
    if choice.engine == "blocks":
        read = circuit_blocks.sample(circuit, timed, choice.blocks, strengths, shots, generator)
    else:
        from qassay.devices.simulated import circuit_clifford

        read = circuit_clifford.sample(circuit, timed, strengths, shots, generator)
    return read, choice.notes


def _refuse_leakage(circuit: Circuit, machine: Machine) -> None:
    places = machine.pair_places(circuit.pairs)
    if machine.noise.leakage[places].any():
        raise UnsupportedCircuitError(
            f"{machine.description.name} has leakage, which circuits with free angles cannot"
            " have yet: set leakage = 0 in the machine file, or use families of circuits"
        )
