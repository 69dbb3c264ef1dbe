"""Our circuits as Qiskit circuits that need no compiler: native gates on physical qubits.

Barriers stand between all layers, also between the pulses and the entanglers of one, and
virtual qubit q is physical qubit q. Classical bit q of the register `c` is qubit q.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np

from qassay.circuits.family import CircuitFamily, Codes, Delay, Pulses
from qassay.circuits.translate import active_pairs
from qassay.devices.qiskit_gates import Matrix, NativeGates
from qassay.errors import UnsupportedCircuitError

ENTANGLERS_END: Final = "entanglers end"
_NOTHING: Matrix = np.eye(2, dtype=np.complex128)


def two_qubit_gates(circuit: Any) -> int:
    """Count the gates on two or more qubits in a Qiskit circuit; barriers do not count."""
    return sum(
        len(entry.qubits) > 1 and entry.operation.name != "barrier" for entry in circuit.data
    )


def entanglers(family: CircuitFamily, index: int) -> int:
    """Count the CZ gates of circuit `index`."""
    return sum(
        run.depth * len(active_pairs(run, index))
        for run in family.elements
        if isinstance(run, Pulses)
    )


def assembled(like: Any, entries: Iterable[Any], name: str) -> Any:
    """Make a Qiskit circuit on the registers of another one.

    Args:
        like: Whose registers.
        entries: CircuitInstructions; three times as fast all at once as by `append`.
        name: Of the circuit.
    """
    made = type(like).from_instructions(entries, qubits=like.qubits, clbits=like.clbits, name=name)
    made.add_register(*like.qregs, *like.cregs)
    return made


class CircuitWriter:
    """Writes circuits in the gates of one target."""

    def __init__(self, gates: NativeGates, qubits: int) -> None:
        """Take the gates, and the number of physical qubits."""
        from qiskit import QuantumCircuit
        from qiskit.circuit import Barrier, CircuitInstruction, ClassicalRegister, Measure

        self.gates = gates
        self.rounded: set[tuple[float, float]] = set()
        self._empty = QuantumCircuit(qubits)
        self._empty.add_register(ClassicalRegister(qubits, "c"))
        self._qubits = self._empty.qubits
        self._kind = CircuitInstruction
        self._barrier = CircuitInstruction(Barrier(qubits), tuple(self._qubits))
        # Ends the second half of a layer, also where none of its pairs has a gate.
        self._end = CircuitInstruction(Barrier(qubits, label=ENTANGLERS_END), tuple(self._qubits))
        self._measured = [
            CircuitInstruction(Measure(), (qubit,), (bit,))
            for qubit, bit in zip(self._qubits, self._empty.clbits, strict=True)
        ]
        self._ready: dict[tuple[int, ...], Any] = {}

    def write(self, family: CircuitFamily, index: int, name: str) -> Any:
        """Write circuit `index` of a family.

        Raises:
            UnsupportedCircuitError: It is too wide, uses a pair that is not coupled, or waits
                where the target has no delay.
        """
        if family.qubits > len(self._qubits):
            raise UnsupportedCircuitError(
                f"a circuit on {family.qubits} qubits does not fit on {len(self._qubits)}"
            )
        entries: list[Any] = []
        pending = [_NOTHING] * family.qubits
        for element in family.elements:
            if isinstance(element, Delay):
                entries += self._flushed(pending)
                entries += self._delays(element.seconds, family.qubits)
            else:
                self._run(element, index, pending, entries)
        entries += self._flushed(pending)
        entries += self._measured[: family.qubits]
        return assembled(self._empty, entries, name)

    def _run(self, run: Pulses, index: int, pending: list[Matrix], entries: list[Any]) -> None:
        entangler = self.gates.entangler
        pairs = active_pairs(run, index)
        if pairs and entangler is None:
            raise UnsupportedCircuitError("this backend has no two-qubit gate that equals CZ")
        before, after, layer = [_NOTHING] * len(pending), {}, []
        busy: set[int] = set()
        if entangler is not None:
            for pair in (entangler.direction(pair) for pair in pairs):
                for qubit, ahead, behind in zip(
                    pair, entangler.before, entangler.after, strict=True
                ):
                    before[qubit], after[qubit] = ahead, behind
                layer.append(self._entry(entangler.gate, pair))
                busy.update(pair)
        strict = entangler is not None and not entangler.diagonal
        for codes in run.codes[index]:
            entries += self._pulses(codes, pending, before, busy if strict else set())
            entries.append(self._barrier)
            if run.pairs:
                entries += [*layer, self._end]
            for qubit, behind in after.items():
                pending[qubit] = behind @ pending[qubit]

    def _pulses(
        self, codes: Codes, pending: list[Matrix], before: list[Matrix], flush: Iterable[int]
    ) -> list[Any]:
        entries = []
        for qubit, code in enumerate(codes.tolist()):
            gates, left = self.gates.step(code, pending[qubit], before[qubit], qubit in flush)
            pending[qubit] = left
            entries += [self._entry(gate, (qubit,)) for gate in gates]
        return entries

    def _flushed(self, pending: list[Matrix]) -> list[Any]:
        """Write out what an entangler still wants behind it, before a wait or readout."""
        idle = np.zeros(len(pending), dtype=np.uint8)
        entries = self._pulses(idle, pending, [_NOTHING] * len(pending), ())
        return [*entries, self._barrier] if entries else []

    def _entry(self, gate: Any, qubits: tuple[int, ...]) -> Any:
        key = (id(gate), *qubits)  # the gates live as long as `self.gates`
        if key not in self._ready:
            names = self.gates.target.operation_names
            known = gate.name in names and self.gates.target.instruction_supported(
                gate.name, qubits
            )
            if not known:
                where = " and ".join(map(str, qubits))
                raise UnsupportedCircuitError(f"the backend has no {gate.name} on qubit {where}")
            self._ready[key] = self._kind(gate, tuple(self._qubits[q] for q in qubits))
        return self._ready[key]

    def _delays(self, seconds: float, qubits: int) -> list[Any]:
        from qiskit.circuit import Delay as QiskitDelay

        target = self.gates.target
        if "delay" not in target.operation_names:
            raise UnsupportedCircuitError("the backend has no delay: coherence needs one")
        if target.dt:
            step = max(1, int(target.granularity or 1), int(target.pulse_alignment or 1))
            ticks = step * round(seconds / target.dt / step)
            if abs(ticks * target.dt - seconds) > 1e-12 * seconds:
                self.rounded.add((seconds, ticks * target.dt))
            wait = QiskitDelay(ticks, "dt")
        else:
            wait = QiskitDelay(seconds, "s")
        waits = [self._kind(wait, (qubit,)) for qubit in self._qubits[:qubits]]
        return [*waits, self._barrier]
