"""Circuits with free angles in the gates of other people's targets: the same circuit, verbatim."""

import numpy as np
import pytest

pytest.importorskip("qiskit", reason="Qiskit is an extra")

from qiskit.circuit import Delay as QiskitDelay
from qiskit.circuit import Gate as QiskitGate
from qiskit.circuit import Measure, Parameter
from qiskit.circuit import library as gates
from qiskit.quantum_info import Operator
from qiskit.transpiler import Target

from qassay.circuits.circuit import Circuit, Gate
from qassay.devices.qiskit_circuits import CircuitWriter, two_qubit_gates
from qassay.devices.qiskit_free_angles import split_pulse
from qassay.devices.qiskit_gates import QiskitGates, rotation_matrix, z_matrix
from qassay.errors import UnsupportedCircuitError

T = Parameter("t")


class GPi2Gate(QiskitGate):
    """IonQ's quarter pulse, phase in turns, by its documented matrix."""

    def __init__(self, phase):
        super().__init__("gpi2", 1, [phase])

    def __array__(self, dtype=None, copy=None):
        turn = np.exp(2j * np.pi * float(self.params[0]))
        return np.array([[1, -1j / turn], [-1j * turn, 1]]) / np.sqrt(2)


def target_of(*named):
    made = Target(num_qubits=3)
    for gate in (*named, Measure(), QiskitDelay(T)):
        made.add_instruction(gate)
    return made


TARGETS = {
    "sx cz": (gates.SXGate(), gates.XGate(), gates.RZGate(T), gates.CZGate()),
    "sx ecr": (gates.SXGate(), gates.XGate(), gates.RZGate(T), gates.ECRGate()),
    "sx without x": (gates.SXGate(), gates.RZGate(T), gates.CXGate()),
    "r cz": (gates.RGate(T, T), gates.RZGate(T), gates.CZGate()),
    "rx rzz": (gates.RXGate(T), gates.RYGate(T), gates.RZGate(T), gates.RZZGate(T)),
    "gpi2 rzz": (GPi2Gate(T), gates.RZZGate(T)),
}


def some_circuit(seed, kinds=("prx", "rz", "cz", "zz"), quarters=False):
    generator = np.random.default_rng(seed)
    made = []
    for _ in range(25):
        a, b = (int(q) for q in generator.permutation(3)[:2])
        angle, phase = (float(x) for x in generator.uniform(-4, 4, 2))
        if quarters:
            angle, phase = round(angle) * np.pi / 2, round(phase) * np.pi / 2
        kind = kinds[generator.integers(len(kinds))]
        made.append(
            {
                "prx": Gate("prx", (a,), angle, phase),
                "rz": Gate("rz", (a,), angle),
                "cz": Gate("cz", (a, b)),
                "zz": Gate("zz", (a, b), angle),
            }[kind]
        )
    return Circuit(3, tuple(made))


def plain(circuit):
    """The same circuit in Qiskit's own words."""
    from qiskit import QuantumCircuit

    made = QuantumCircuit(circuit.qubits)
    for gate in circuit.gates:
        if gate.kind == "prx":
            made.r(gate.angle, gate.phase, gate.qubits[0])
        elif gate.kind == "rz":
            made.rz(gate.angle, gate.qubits[0])
        elif gate.kind == "cz":
            made.cz(*gate.qubits)
        else:
            made.rzz(gate.angle, *gate.qubits)
    return made


def outcome_chances(circuit):
    """Probabilities of all bit strings from all basis states: what turns about Z do not change."""
    bare = circuit.copy_empty_like()
    for entry in circuit.data:
        if entry.operation.name not in ("barrier", "delay", "measure"):
            bare.append(entry)
    bare.remove_final_measurements()
    return np.abs(Operator(bare).data) ** 2


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize("quarters", [False, True])
def test_every_target_runs_the_circuit_that_was_asked_for(name, quarters):
    writer = CircuitWriter(QiskitGates(target_of(*TARGETS[name])), 3)
    for seed in range(4):
        circuit = some_circuit(seed, quarters=quarters)
        written = writer.write(circuit, 0, "c")
        assert np.abs(outcome_chances(written) - outcome_chances(plain(circuit))).max() < 1e-9
        assert two_qubit_gates(written) == circuit.two_qubit_gates()
        names = {entry.operation.name for entry in written.data}
        assert names <= {*writer.gates.target.operation_names, "barrier"}


def test_a_delay_waits_on_its_own_qubits():
    writer = CircuitWriter(QiskitGates(target_of(*TARGETS["r cz"])), 3)
    circuit = Circuit(3, (Gate("prx", (0,), 1.0), Gate("delay", (0, 2), seconds=1e-6)))
    written = writer.write(circuit, 0, "c")
    waits = [e for e in written.data if e.operation.name == "delay"]
    assert [written.find_bit(e.qubits[0]).index for e in waits] == [0, 2]


def test_a_target_without_turns_about_z_says_so():
    target = target_of(GPi2Gate(T), gates.CXGate())
    writer = CircuitWriter(QiskitGates(target), 3)
    circuit = Circuit(3, (Gate("prx", (0,), 0.3), Gate("cz", (0, 1))))
    with pytest.raises(UnsupportedCircuitError, match="rz"):
        writer.write(circuit, 0, "c")


@pytest.mark.parametrize("seed", range(20))
def test_any_gate_is_a_pulse_and_a_turn(seed):
    a, b, c = np.random.default_rng(seed).uniform(-7, 7, 3)
    whole = z_matrix(a) @ rotation_matrix(b, 0.3) @ z_matrix(c)
    if seed == 0:
        whole = rotation_matrix(np.pi, 1.1)
    if seed == 1:
        whole = z_matrix(2.0)
    angle, phase, turn = split_pulse(whole)
    again = z_matrix(turn) @ rotation_matrix(angle, phase)
    assert abs(np.vdot(again, whole)) == pytest.approx(2, abs=1e-12)
    assert 0 <= angle <= np.pi
