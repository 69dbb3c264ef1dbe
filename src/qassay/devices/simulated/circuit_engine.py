"""Which engines simulate a single circuit: for every group of qubits, the first rule that fits.

1. One and two qubits: exact.
2. To 12 qubits, as long as the work allows: exact, the whole Pauli vector. The more shots share
   it, the more work is allowed. Clifford groups on
   machines whose noise is Pauli noise go to stim at once, which is exact there too.
3. Clifford groups: stim with twirled noise, and the result says so.
4. Any angles: trajectories, qubit by qubit or on state vectors, with twirled noise, and the
   result says so.
5. Otherwise refused: nothing is approximated in silence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from qassay.circuits.circuit import Circuit, native
from qassay.devices.machine_file import Machine
from qassay.devices.simulated import circuit_blocks, exact_states, wide_circuits
from qassay.devices.simulated.gate_errors import GateErrors
from qassay.devices.simulated.pauli_twirl import twirl_changes
from qassay.devices.simulated.read_out import read_out
from qassay.devices.simulated.schedule import Timed, blocks_of, schedule
from qassay.devices.simulated.trajectories import ideal_layers

Bits = npt.NDArray[np.uint8]

WIDEST_EXACT: Final = 12
# Entanglers times 4^qubits, some 10 ns each: a few seconds a job, and half a minute where many
# shots share them. With stim at hand, the few seconds.
_MOST_EXACT: Final = 3e9
_EXACT_A_SHOT: Final = 1e6
_MOST_EXACT_OF_FEW: Final = 2e8


@dataclass(frozen=True, slots=True, eq=False)
class CircuitChoice:
    """Engines for the parts of a circuit.

    Attributes:
        width: Its qubits.
        timed: Its schedule, zz written out.
        small: Groups of one and two qubits.
        exact: Groups for the whole Pauli vector.
        clifford: Qubits of all groups for stim.
        wide: Groups for trajectories.
        notes: What the result must say, however many shots there are.
    """

    width: int
    timed: Sequence[Timed]
    small: tuple[tuple[int, ...], ...]
    exact: tuple[tuple[int, ...], ...]
    clifford: tuple[int, ...]
    wide: tuple[wide_circuits.WideWay, ...]
    notes: tuple[str, ...]

    @property
    def engines(self) -> tuple[str, ...]:
        """Names of the engines that are at work."""
        return tuple(
            engine
            for engine, there in (
                ("blocks", self.small),
                ("exact", self.exact),
                ("clifford", self.clifford),
                ("state vectors", [x for x in self.wide if not x.steps and not x.line]),
                ("qubit by qubit", [x for x in self.wide if x.steps]),
                ("matrix products", [x for x in self.wide if x.line]),
            )
            if there
        )


def choose_for(circuit: Circuit, machine: Machine, shots: int) -> CircuitChoice:
    """Choose the engines for a circuit on a machine.

    Args:
        circuit: The circuit.
        machine: The machine.
        shots: How often it runs: the more there are, the more an exact state may cost.

    Raises:
        UnsupportedCircuitError: It does not fit on the machine, or no engine can simulate it
            without leaving something out.
    """
    machine.refuse_too_wide(circuit.qubits)
    blocks = blocks_of(circuit.pairs, circuit.qubits)
    timed = schedule(native(circuit), machine)
    exact: list[tuple[int, ...]] = []
    clifford: list[int] = []
    wide: list[wide_circuits.WideWay] = []
    is_pauli = not twirl_changes(machine.noise, circuit.qubits)
    for block in (block for block in blocks if len(block) > 2):
        own = _of(timed, block)
        fits = _is_clifford(own)
        limit = min(_MOST_EXACT, max(_MOST_EXACT_OF_FEW, _EXACT_A_SHOT * shots))
        if is_pauli and 2 ** len(block) > 2 * shots:
            limit = 0.0  # trajectories have the very same noise, and are cheaper
        if fits:
            limit = 0.0 if is_pauli else _MOST_EXACT_OF_FEW
        work = 4.0 ** len(block) * sum(x.gate.kind == "cz" for x in own)
        # With slow detuning every shot is another evolution.
        work *= shots if exact_states.slowly(own, machine.noise) else 1
        if len(block) <= WIDEST_EXACT and work <= limit:
            exact.append(block)
        elif fits:
            clifford += block
        else:
            entries = _of(schedule(circuit, machine), block)
            whole = not machine.noise.leakage.any()
            layers = ideal_layers(block, entries, swaps=whole)
            wide.append(wide_circuits.way(block, entries, layers))
    notes = twirl_changes(machine.noise, circuit.qubits) if clifford or wide else ()
    return CircuitChoice(
        circuit.qubits,
        timed,
        tuple(block for block in blocks if len(block) <= 2),
        tuple(exact),
        tuple(clifford),
        tuple(wide),
        notes,
    )


def _is_clifford(timed: Sequence[Timed]) -> bool:
    # stim is loaded when such a circuit runs.
    from qassay.devices.simulated.circuit_clifford import is_clifford

    return is_clifford(timed)


def _of(timed: Sequence[Timed], block: Sequence[int]) -> list[Timed]:
    members = set(block)
    return [entry for entry in timed if entry.gate.qubits[0] in members]


def run_circuit(
    choice: CircuitChoice, errors: GateErrors, shots: int, generator: np.random.Generator
) -> tuple[Bits, tuple[str, ...]]:
    """Simulate a circuit with the engines chosen for it.

    Args:
        choice: From `choose_for`.
        errors: The machine's noisy gates at the time of the job.
        shots: How often.
        generator: Of the outcomes.

    Returns:
        Every qubit as it is read, shape (shots, qubits), and what is approximated.
    """
    bits = np.zeros((shots, choice.width), dtype=np.uint8)
    channels = errors.channels
    circuit_blocks.sample_blocks(choice.timed, choice.small, channels, shots, bits, generator)
    for block in choice.exact:
        exact_states.sample_exactly(
            block, _of(choice.timed, block), channels, shots, bits, generator
        )
    if choice.clifford:
        from qassay.devices.simulated import circuit_clifford

        own = _of(choice.timed, choice.clifford)
        circuit_clifford.sample_clifford(choice.clifford, own, errors, shots, bits, generator)
    notes = list(choice.notes)
    for how in choice.wide:
        wide_circuits.sample_wide(how, errors, shots, bits, generator)
        notes += how.notes(shots)
    return read_out(bits, channels.strengths.noise, generator), tuple(dict.fromkeys(notes))
