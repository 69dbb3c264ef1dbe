"""The circuit with free angles: its door, its name, its layers, and how a zz is run."""

import math

import numpy as np
import pytest

from qassay.circuits.circuit import Circuit, Gate, layers, native
from qassay.circuits.qasm import openqasm3_text
from qassay.errors import UnsupportedCircuitError

X = np.array([[0, 1], [1, 0]])
Y = np.array([[0, -1j], [1j, 0]])
Z = np.diag([1, -1])


def unitary(circuit):
    """Multiply out a circuit on few qubits, qubit 0 the high bit."""
    n = circuit.qubits
    whole = np.eye(2**n, dtype=complex)
    for gate in circuit.gates:
        if gate.kind in ("barrier", "delay"):
            continue
        paulis = [np.eye(2)] * n
        if gate.kind == "prx":
            paulis[gate.qubits[0]] = math.cos(gate.phase) * X + math.sin(gate.phase) * Y
            angle = gate.angle
        elif gate.kind == "rz":
            paulis[gate.qubits[0]] = Z
            angle = gate.angle
        else:
            for q in gate.qubits:
                paulis[q] = Z
            angle = gate.angle if gate.kind == "zz" else None
        product = np.eye(1)
        for p in paulis:
            product = np.kron(product, p)
        if angle is None:  # CZ: -1 where both are 1
            bits = np.arange(2**n)
            ones = np.all([bits >> (n - 1 - q) & 1 for q in gate.qubits], axis=0)
            step = np.diag(np.where(ones, -1.0, 1.0))
        else:
            step = math.cos(angle / 2) * np.eye(2**n) - 1j * math.sin(angle / 2) * product
        whole = step @ whole
    return whole


def same(a, b):
    return abs(abs(np.vdot(a, b)) - len(a)) < 1e-9


def some_circuit(generator, qubits=3, gates=30):
    made = []
    for _ in range(gates):
        a, b = (int(q) for q in generator.permutation(qubits)[:2])
        angle, phase = (float(x) for x in generator.uniform(-4, 4, 2))
        made.append(
            [
                Gate("prx", (a,), angle, phase),
                Gate("rz", (a,), angle),
                Gate("cz", (a, b)),
                Gate("zz", (a, b), angle),
                Gate("barrier", (a, b)),
                Gate("delay", (a,), seconds=1e-6),
            ][generator.integers(6)]
        )
    return Circuit(qubits, tuple(made))


@pytest.mark.parametrize("seed", range(5))
def test_a_zz_as_the_hardware_runs_it_and_the_layers_are_the_same_unitary(seed):
    circuit = some_circuit(np.random.default_rng(seed))
    assert same(unitary(circuit), unitary(native(circuit)))
    found = layers(circuit)
    flat = Circuit(3, tuple(gate for layer in found for gate in layer))
    assert same(unitary(circuit), unitary(flat))
    for layer in found:
        used = [q for gate in layer for q in gate.qubits]
        assert len(set(used)) == len(used)
        assert len({gate.kind for gate in layer}) == 1
    kept = [g for g in native(circuit).gates if g.kind != "barrier"]
    assert sorted(map(repr, kept)) == sorted(map(repr, flat.gates))


def test_a_barrier_holds_back_what_comes_behind_it():
    gates = (Gate("prx", (0,), 1.0), Gate("barrier", (0, 1)), Gate("prx", (1,), 1.0))
    assert [len(x) for x in layers(Circuit(2, gates))] == [1, 1]
    assert [len(x) for x in layers(Circuit(2, gates[::2]))] == [2]


def test_a_circuit_is_a_family_of_one():
    circuit = Circuit(4, (Gate("zz", (2, 1), 0.3), Gate("cz", (0, 3)), Gate("rz", (0,), 1.0)))
    assert circuit.size == 1
    assert circuit.pairs == ((0, 3), (1, 2))
    assert circuit.two_qubit_gates() == 3
    assert len(circuit.circuit_ids()) == 1


def test_its_name_is_its_content():
    one = Circuit(2, (Gate("prx", (0,), 0.1, 0.2),))
    assert one.circuit_ids() == Circuit(2, (Gate("prx", (0,), 0.1, 0.2),)).circuit_ids()
    # A numpy number and a negative zero are no other circuit.
    plain = Gate("prx", (np.int64(0),), np.float64(0.1), 0.2, -0.0)
    assert Circuit(2, (plain,)).circuit_ids() == one.circuit_ids()
    others = [
        Circuit(3, one.gates),
        Circuit(2, (Gate("prx", (1,), 0.1, 0.2),)),
        Circuit(2, (Gate("prx", (0,), math.nextafter(0.1, 1), 0.2),)),
        Circuit(2, (Gate("prx", (0,), 0.2, 0.1),)),
        Circuit(2, one.gates * 2),
        Circuit(2, ()),
    ]
    ids = {circuit.circuit_ids()[0] for circuit in (one, *others)}
    assert len(ids) == 7
    # The bytes are an agreement: a name in a bundle must be the same for ever.
    assert one.circuit_ids() == ["1581652b2a3c5e2d34316ddc1def0312d1a51b4d1cdeae7313297730b5d46eca"]


def test_every_mistake_is_told_at_once():
    gates = (
        Gate("toffoli", (0, 1)),
        Gate("cz", (0,)),
        Gate("cz", (1, 1)),
        Gate("prx", (7,), 1.0),
        Gate("rz", (0,), math.nan),
        Gate("delay", (0,), seconds=-1.0),
        Gate("cz", (0, 1), 0.5),
        Gate("barrier", ()),
        Gate("prx", (0,), 1.0),
    )
    with pytest.raises(UnsupportedCircuitError) as caught:
        Circuit(2, gates)
    told = [str(problem) for problem in caught.value.problems]
    assert len(told) == 8
    assert [text.split(":")[0].split(" (")[0] for text in told] == [f"gate {i}" for i in range(8)]
    assert '"toffoli"' in told[0]
    assert "qubit 7" in told[3]
    with pytest.raises(UnsupportedCircuitError, match="0 qubits"):
        Circuit(0, ())


def test_its_text_is_openqasm_3_and_reads_back():
    loads = pytest.importorskip("qiskit.qasm3", reason="Qiskit reads the text").loads
    operator = pytest.importorskip("qiskit.quantum_info").Operator
    circuit = some_circuit(np.random.default_rng(7))
    text = openqasm3_text(circuit, 0)
    assert text.count("cz ") == circuit.two_qubit_gates()
    read = loads(text)
    read.remove_final_measurements()
    bare = read.copy_empty_like()
    for entry in read.data:
        if entry.operation.name not in ("barrier", "delay"):
            bare.append(entry)
    # In Qiskit qubit 0 is the low bit.
    assert same(unitary(circuit), operator(bare.reverse_bits()).data)
