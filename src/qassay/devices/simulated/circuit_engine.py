"""Which engine simulates a single circuit from outside: the first rule that fits.

1. Blocks of one and two qubits: exact.
2. Clifford circuits: stim with twirled noise, and the result says so.
3. Otherwise refused: nothing is approximated in silence.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from qassay.devices.machine_file import Machine
from qassay.devices.simulated import circuit_blocks
from qassay.devices.simulated.engine_choice import twirled
from qassay.devices.simulated.operations import OneCircuit, blocks_of, needs_leakage, schedule
from qassay.devices.simulated.strengths import Strengths
from qassay.errors import UnsupportedCircuitError


def run_circuit(
    circuit: OneCircuit,
    machine: Machine,
    shots: int,
    generator: np.random.Generator,
    seconds: float = 0.0,
) -> tuple[npt.NDArray[np.uint8], tuple[str, ...]]:
    """Simulate a circuit.

    Args:
        circuit: The circuit.
        machine: The machine.
        shots: How often.
        generator: Of the outcomes.
        seconds: Device time, for drift.

    Returns:
        Classical bits, shape (shots, bits), 0 where a bit is never written; and what is
        approximated.

    Raises:
        UnsupportedCircuitError: No engine can simulate it without leaving something out.
    """
    needs_leakage(circuit, machine)
    timed = schedule(circuit, machine)
    strengths = Strengths.of(machine, seconds)
    blocks = blocks_of(circuit.pairs(), circuit.qubits)
    notes: tuple[str, ...] = ()
    widest = max(map(len, blocks))
    if widest <= 2:
        read = circuit_blocks.sample(circuit, timed, blocks, strengths, shots, generator)
    else:
        # stim is loaded for wide circuits only.
        from qassay.devices.simulated import circuit_clifford

        if not circuit_clifford.is_clifford(circuit):
            raise UnsupportedCircuitError(
                f"{widest} qubits of this circuit hang together, and it is no Clifford circuit:"
                f" {machine.description.name} simulates blocks of two qubits exactly, and"
                " Clifford circuits of any width; qiskit-aer or aer:NAME may do for a few qubits"
            )
        read = circuit_clifford.sample(circuit, timed, strengths, shots, generator)
        notes = twirled(machine.noise, circuit.qubits)
    places = np.array(circuit.measured, dtype=np.intp)
    bits = np.where(places >= 0, read[:, np.maximum(places, 0)], 0)
    return bits.astype(np.uint8), notes
