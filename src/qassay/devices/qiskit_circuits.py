"""Our circuits as Qiskit circuits that need no compiler: native gates on physical qubits.

Barriers stand between all layers, also between the pulses and the entanglers of one, and
virtual qubit q is physical qubit q. Classical bit q of the register `c` is qubit q.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np

from qassay.circuits.circuit import Circuit, Circuits, Gate, layers
from qassay.circuits.family import Codes, Delay, Pair, Pulses
from qassay.circuits.translate import active_pairs
from qassay.devices.qiskit_free_angles import free_step
from qassay.devices.qiskit_gates import Matrix, QiskitGates, rotation_matrix, z_matrix
from qassay.errors import UnsupportedCircuitError

ENTANGLERS_END: Final = "entanglers end"
_NOTHING: Matrix = np.eye(2, dtype=np.complex128)


def two_qubit_gates(circuit: Any) -> int:
    """Count the gates on two or more qubits in a Qiskit circuit; barriers do not count."""
    return sum(
        len(entry.qubits) > 1 and entry.operation.name != "barrier" for entry in circuit.data
    )


def entanglers(family: Circuits, index: int) -> int:
    """Count the CZ gates of circuit `index`."""
    if isinstance(family, Circuit):
        return family.two_qubit_gates()
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

    def __init__(
        self,
        gates: QiskitGates,
        qubits: int,
        out_of_order: Iterable[int] = (),
        left_alone: Iterable[int] = (),
    ) -> None:
        """Take what circuits are written for.

        Args:
            gates: Of the target.
            qubits: Physical qubits.
            out_of_order: On which nothing is done.
            left_alone: On which nothing is done either; barriers do not name them, so that a
                simulator can leave them out.
        """
        from qiskit import QuantumCircuit
        from qiskit.circuit import Barrier, CircuitInstruction, ClassicalRegister, Measure

        self.gates = gates
        left = frozenset(left_alone)
        self._broken = frozenset(out_of_order) | left
        self.rounded: set[tuple[float, float]] = set()
        self._empty = QuantumCircuit(qubits)
        self._empty.add_register(ClassicalRegister(qubits, "c"))
        self._qubits = self._empty.qubits
        self._kind = CircuitInstruction
        fenced = tuple(qubit for place, qubit in enumerate(self._qubits) if place not in left)
        self._barrier = CircuitInstruction(Barrier(len(fenced)), fenced)
        # Ends the second half of a layer, also where none of its pairs has a gate.
        self._end = CircuitInstruction(Barrier(len(fenced), label=ENTANGLERS_END), fenced)
        self._measured = [
            CircuitInstruction(Measure(), (qubit,), (bit,))
            for qubit, bit in zip(self._qubits, self._empty.clbits, strict=True)
        ]
        self._ready: dict[tuple[Any, ...], Any] = {}

    def write(self, family: Circuits, index: int, name: str) -> Any:
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
        if isinstance(family, Circuit):
            for layer in layers(family):
                self._layer(layer, pending, entries)
            for qubit in range(family.qubits):  # what an entangler still wants behind it
                entries += self._free(qubit, _NOTHING, pending, flush=False)
            entries.append(self._barrier)
        else:
            for element in family.elements:
                if isinstance(element, Delay):
                    entries += self._flushed(pending)
                    entries += self._delays(element.seconds, range(family.qubits))
                else:
                    self._run(element, index, pending, entries)
            entries += self._flushed(pending)
        entries += [
            measured
            for qubit, measured in enumerate(self._measured[: family.qubits])
            if qubit not in self._broken
        ]
        return assembled(self._empty, entries, name)

    def _entangling(
        self, pairs: Iterable[Pair], qubits: int
    ) -> tuple[list[Matrix], dict[int, Matrix], list[Any], set[int]]:
        """Write a layer of CZ gates, each pair with the entangler that it has.

        Returns:
            What each qubit needs ahead of it, what those in it need behind it, the gates, and
            the qubits on which a turn about Z must be done ahead of it.
        """
        before, after, layer = [_NOTHING] * qubits, {}, []
        strict: set[int] = set()
        for wanted in pairs:
            if not self.gates.entanglers:
                raise UnsupportedCircuitError("this backend has no two-qubit gate that equals CZ")
            if not self._broken.isdisjoint(wanted):
                raise UnsupportedCircuitError(f"pair {wanted} has a qubit on which nothing is done")
            entangler, pair = self.gates.entangler_on(wanted)
            for qubit, ahead, behind in zip(pair, entangler.before, entangler.after, strict=True):
                before[qubit], after[qubit] = ahead, behind
            strict |= set() if entangler.diagonal else set(pair)
            layer.append(self._entry(entangler.gate, pair))
        return before, after, layer, strict

    def _layer(self, layer: list[Gate], pending: list[Matrix], entries: list[Any]) -> None:
        """Write one layer of a circuit with free angles."""
        kind = layer[0].kind
        if kind == "rz":
            for gate in layer:
                qubit = gate.qubits[0]
                pending[qubit] = z_matrix(gate.angle) @ pending[qubit]
        elif kind == "prx":
            for gate in layer:
                qubit = gate.qubits[0]
                entries += self._free(
                    qubit, rotation_matrix(gate.angle, gate.phase), pending, flush=False
                )
            entries.append(self._barrier)
        elif kind == "cz":
            pairs = [(gate.qubits[0], gate.qubits[1]) for gate in layer]
            before, after, meetings, strict = self._entangling(pairs, len(pending))
            own = []
            for qubit in after:
                own += self._free(qubit, before[qubit], pending, flush=qubit in strict)
            entries += [*own, self._barrier] if own else []
            entries += [*meetings, self._end]
            for qubit, behind in after.items():
                pending[qubit] = behind @ pending[qubit]
        else:
            for gate in layer:
                for qubit in gate.qubits:
                    entries += self._free(qubit, _NOTHING, pending, flush=False)
            for gate in layer:
                entries += self._delays(gate.seconds, gate.qubits)[:-1]
            entries.append(self._barrier)

    def _free(self, qubit: int, gate: Matrix, pending: list[Matrix], *, flush: bool) -> list[Any]:
        """Write what is pending on a qubit, then a gate."""
        gates, pending[qubit] = free_step(self.gates, gate @ pending[qubit], flush)
        return [self._entry(gate, (qubit,), kept=False) for gate in gates]

    def _run(self, run: Pulses, index: int, pending: list[Matrix], entries: list[Any]) -> None:
        pairs = active_pairs(run, index)
        before, after, layer, strict = self._entangling(pairs, len(pending))
        for codes in run.codes[index]:
            entries += self._pulses(codes, pending, before, strict)
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
            if qubit in self._broken:
                continue
            gates, left = self.gates.step(code, pending[qubit], before[qubit], qubit in flush)
            pending[qubit] = left
            entries += [self._entry(gate, (qubit,)) for gate in gates]
        return entries

    def _flushed(self, pending: list[Matrix]) -> list[Any]:
        """Write out what an entangler still wants behind it, before a wait or readout."""
        idle = np.zeros(len(pending), dtype=np.uint8)
        entries = self._pulses(idle, pending, [_NOTHING] * len(pending), ())
        return [*entries, self._barrier] if entries else []

    def _entry(self, gate: Any, qubits: tuple[int, ...], *, kept: bool = True) -> Any:
        # A gate that lives as long as `self.gates` is known by itself, another by its name.
        key = (id(gate), *qubits) if kept else (gate.name, *gate.params, *qubits)
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

    def _delays(self, seconds: float, qubits: Iterable[int]) -> list[Any]:
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
        waits = [self._kind(wait, (self._qubits[q],)) for q in qubits if q not in self._broken]
        return [*waits, self._barrier]
