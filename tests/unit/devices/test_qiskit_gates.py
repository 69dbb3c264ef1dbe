"""Our circuits in other people's gates: the same unitary, the same number of entanglers."""

import numpy as np
import pytest

qiskit = pytest.importorskip("qiskit")

from qiskit.circuit import Delay, Measure, Parameter  # noqa: E402
from qiskit.circuit.library import (  # noqa: E402
    CXGate,
    CZGate,
    ECRGate,
    RGate,
    RXGate,
    RXXGate,
    RYGate,
    RZGate,
    RZZGate,
    SdgGate,
    SGate,
    SXGate,
    XGate,
    ZGate,
)
from qiskit.quantum_info import Statevector  # noqa: E402
from qiskit.transpiler import Target  # noqa: E402

from qassay.circuits import family as families  # noqa: E402
from qassay.devices.qiskit_circuits import (  # noqa: E402
    CircuitWriter,
    entanglers,
    two_qubit_gates,
)
from qassay.devices.qiskit_gates import QiskitGates  # noqa: E402
from qassay.errors import UnsupportedCircuitError  # noqa: E402
from qassay.protocols.two_qubit_gates import TwoQubitGates  # noqa: E402
from qassay.randomness import Stream  # noqa: E402

A, B, C = (Parameter(name) for name in "abc")
ONES = {
    "r": [RGate(A, B)],
    "r rz": [RGate(A, B), RZGate(C)],
    "sx rz x": [SXGate(), XGate(), RZGate(A)],
    "sx rz": [SXGate(), RZGate(A)],
    "sx s": [SXGate(), SGate(), SdgGate(), ZGate()],
    "rx ry rz": [RXGate(A), RYGate(A), RZGate(A)],
}
TWOS = {"cz": CZGate(), "rzz": RZZGate(A), "ecr": ECRGate(), "cx": CXGate(), "rxx": RXXGate(A)}
PULSE_NAMES = {"r", "sx", "x", "rx", "ry"}


def target_of(ones, two, qubits=4, couplings=((1, 0), (2, 3)), delay=False, **settings):
    target = Target(num_qubits=qubits, **settings)
    every = {(q,): None for q in range(qubits)}
    for gate in [*ones, Measure(), *([Delay(C)] if delay else [])]:
        target.add_instruction(gate, dict(every))
    target.add_instruction(two, dict.fromkeys(couplings))
    return target


def drawn(length=5, size=6):
    return TwoQubitGates().draw(length, size, ((0, 1), (2, 3)), 4, Stream(b"x" * 32, "a"))


@pytest.mark.parametrize("two", TWOS)
@pytest.mark.parametrize("one", ONES)
def test_ideal_outcomes_in_any_gate_set(one, two):
    gates = QiskitGates(target_of(ONES[one], TWOS[two]))
    writer, circuits = CircuitWriter(gates, 4), drawn()
    if one == "r" and two in ("ecr", "cx", "rxx"):  # no Z gate to turn the frame back with
        with pytest.raises(UnsupportedCircuitError, match="needs a Z gate"):
            writer.write(circuits.circuits, 0, "c")
        return
    for index in range(circuits.circuits.size):
        circuit = writer.write(circuits.circuits, index, "c")
        assert two_qubit_gates(circuit) == entanglers(circuits.circuits, index)
        plain = circuit.remove_final_measurements(inplace=False)
        found = Statevector(plain).probabilities_dict()
        best = max(found, key=found.get)
        assert found[best] == pytest.approx(1.0)
        assert [int(bit) for bit in reversed(best)] == circuits.key[index].tolist()


def test_every_pulse_is_one_pulse_about_its_own_axis():
    codes = np.array([[[1], [2], [3], [4], [5], [6], [0]]], dtype=np.uint8)
    family = families.CircuitFamily(1, 1, (families.Pulses(codes),))
    target = target_of(ONES["r"], CZGate(), 2, ((0, 1),))
    circuit = CircuitWriter(QiskitGates(target), 2).write(family, 0, "c")
    found = [entry.operation.params for entry in circuit.data if entry.operation.name == "r"]
    half, whole = np.pi / 2, np.pi
    expected = [(half, 0), (half, half), (half, whole), (half, 3 * half), (whole, 0), (whole, half)]
    assert np.allclose(np.array(found, dtype=float), expected)
    target = target_of(ONES["sx rz x"], CZGate(), 2, ((0, 1),))
    circuit = CircuitWriter(QiskitGates(target), 2).write(family, 0, "c")
    counts = circuit.count_ops()
    assert (counts["sx"], counts["x"]) == (4, 2)


@pytest.mark.parametrize("two", TWOS)
def test_a_layer_never_takes_more_than_one_pulse_a_qubit(two):
    circuits = drawn(8, 4)
    writer = CircuitWriter(QiskitGates(target_of(ONES["r rz"], TWOS[two])), 4)
    for index in range(4):
        circuit = writer.write(circuits.circuits, index, "c")
        busy = set()
        for entry in circuit.data:
            if entry.operation.name == "barrier":
                busy = set()
            elif entry.operation.name in PULSE_NAMES:
                assert entry.qubits[0] not in busy
                busy.add(entry.qubits[0])


@pytest.mark.parametrize(
    ("one", "two"), [("sx rz x", "cz"), ("r rz", "cz"), ("sx rz x", "ecr"), ("sx rz x", "cx")]
)
def test_the_strongest_optimiser_leaves_every_entangler(one, two):
    circuits = drawn(10, 3)
    both = [(0, 1), (1, 0), (2, 3), (3, 2)]
    target = target_of(ONES[one], TWOS[two], couplings=both)
    writer = CircuitWriter(QiskitGates(target), 4)
    for index in range(3):
        circuit = writer.write(circuits.circuits, index, "c")
        optimised = qiskit.transpile(
            circuit,
            target=target,
            optimization_level=3,
            initial_layout=[0, 1, 2, 3],
            seed_transpiler=1,
        )
        assert two_qubit_gates(optimised) == entanglers(circuits.circuits, index)


def test_delays_in_ticks_are_rounded_and_noted():
    target = target_of(ONES["r"], CZGate(), 2, ((0, 1),), delay=True, dt=4e-9, granularity=4)
    family = families.CircuitFamily(2, 1, (families.Delay(1e-6 + 3e-9), families.Delay(1.6e-6)))
    writer = CircuitWriter(QiskitGates(target), 2)
    circuit = writer.write(family, 0, "c")
    delays = [entry.operation for entry in circuit.data if entry.operation.name == "delay"]
    assert [(delay.duration, delay.unit) for delay in delays[::2]] == [(252, "dt"), (400, "dt")]
    assert writer.rounded == {(1e-6 + 3e-9, 252 * 4e-9)}


def test_what_a_target_lacks_is_refused():
    with pytest.raises(UnsupportedCircuitError, match="no pulse that qassay knows"):
        QiskitGates(target_of([SGate()], CZGate()))
    with pytest.raises(UnsupportedCircuitError, match="no pulse that qassay knows"):
        QiskitGates(target_of([SXGate()], CZGate()))
    gates = QiskitGates(target_of(ONES["r"], CZGate()))
    waiting = families.CircuitFamily(4, 1, (families.Delay(1e-6),))
    with pytest.raises(UnsupportedCircuitError, match="no delay"):
        CircuitWriter(gates, 4).write(waiting, 0, "c")
    codes = np.zeros((1, 1, 4), dtype=np.uint8)
    apart = families.CircuitFamily(4, 1, (families.Pulses(codes, ((0, 3),)),))
    with pytest.raises(UnsupportedCircuitError, match="no cz gate between qubits 0 and 3"):
        CircuitWriter(gates, 4).write(apart, 0, "c")
