"""A partner's OpenQASM: read as Qiskit reads it, and refused with the line."""

import numpy as np
import pytest

from qassay.circuits.qasm_angles import angle_of
from qassay.circuits.qasm_reader import MOST_BYTES, MOST_GATES, read_qasm
from qassay.errors import UsageError

HEAD = 'OPENQASM 3.0;\ninclude "stdgates.inc";\nqubit[3] q;\nbit[3] c;\n'
ALL = HEAD + (
    "h q; rx(pi/3) q[0]; ry(-0.4) q[1]; rz(2*pi/7) q[2]; s q[0]; sdg q[1]; t q[2]; tdg q[0];\n"
    "x q[1]; y q[2]; z q[0]; cz q[0], q[1]; cx q[1], q[2]; rzz((pi - 1)/2) q[0], q[2];\n"
    "barrier q; // a comment\n/* and\n another */ h q[1]; ry(.5e0) q;\nc = measure q;\n"
)


def test_every_gate_means_what_qiskit_says():
    qiskit = pytest.importorskip("qiskit")
    from qiskit.quantum_info import Operator

    ours = read_qasm(ALL.encode(), "all.qasm")
    theirs = qiskit.QuantumCircuit(3)
    theirs.h([0, 1, 2])
    theirs.rx(np.pi / 3, 0)
    theirs.ry(-0.4, 1)
    theirs.rz(2 * np.pi / 7, 2)
    for name, q in (("s", 0), ("sdg", 1), ("t", 2), ("tdg", 0), ("x", 1), ("y", 2), ("z", 0)):
        getattr(theirs, name)(q)
    theirs.cz(0, 1)
    theirs.cx(1, 2)
    theirs.rzz((np.pi - 1) / 2, 0, 2)
    theirs.h(1)
    theirs.ry(0.5, [0, 1, 2])
    built = qiskit.QuantumCircuit(3)
    for gate in ours.gates:
        if gate.kind == "prx":
            built.r(gate.angle, gate.phase, gate.qubits[0])
        elif gate.kind == "rz":
            built.rz(gate.angle, gate.qubits[0])
        elif gate.kind == "cz":
            built.cz(*gate.qubits)
        elif gate.kind == "zz":
            built.rzz(gate.angle, *gate.qubits)
    assert Operator(built).equiv(Operator(theirs))


BAD = {
    "for": ("for int i in [0:3] { h q[i]; }", 5, 'found "for", expected one of rz'),
    "a gate it does not know": ("ccx q[0], q[1], q[2];", 5, 'found "ccx"'),
    "a gate of one's own": ("gate g a { h a; }", 5, 'found "gate"'),
    "another include": ('include "/etc/passwd";', 5, "no other file is read"),
    "an absent qubit": ("h q[3];", 5, "an index from 0 to 2"),
    "an absent register": ("h r[0];", 5, "q[i], declared before"),
    "one qubit twice": ("cz q[1], q[1];", 5, "two different qubits"),
    "too many angles": ("h(pi) q[0];", 5, "h with 1 angles, expected 0"),
    "no angle": ("rx q[0];", 5, "rx with 0 angles, expected 1"),
    "a name in an angle": ("rx(theta) q[0];", 5, "theta in an angle"),
    "a division by zero": ("rx(1/0) q[0];", 5, "a division by zero"),
    "an endless angle": ("rx(1e999) q[0];", 5, "not finite"),
    "deep brackets": ("rx(" + "(" * 40 + "1" + ")" * 40 + ") q[0];", 5, "more than 16 levels"),
    "an open bracket": ("rx((1 q[0];", 5, "not closed"),
    "a second register": ("qubit[2] r;", 5, "a second register of qubits"),
    "no semicolon": ("h q[0]", 5, "without a semicolon"),
    "crossed bits": ("c[0] = measure q[1];", 5, "qubit i into bit i"),
    "a gate afterwards": ("c = measure q; h q[0];", 5, "measurements last"),
    "reset": ("reset q[0];", 5, 'found "reset"'),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_refusal_is_a_sentence_with_its_line(name):
    text, line, words = BAD[name]
    with pytest.raises(UsageError) as caught:
        read_qasm((HEAD + text + "\n").encode(), "bad.qasm")
    assert f"bad.qasm, line {line}: found " in str(caught.value)
    assert words in str(caught.value)


def test_all_mistakes_come_at_once_and_not_too_many():
    with pytest.raises(UsageError) as caught:
        read_qasm((HEAD + "u q[0];\n" * 50).encode(), "bad.qasm")
    assert len(caught.value.problems) == 20
    assert "line 24" in str(caught.value)


def test_sizes_are_bounded():
    for data, words in (
        (b" " * (MOST_BYTES + 1), "bytes"), (b"\xff", "UTF-8"), (b"", "no qubits"),
        (b"qubit[1000] q;", "1 to 128"), (HEAD.encode() + b"h q;" * (MOST_GATES // 3), "native"),
    ):  # fmt: skip
        with pytest.raises(UsageError, match=words):
            read_qasm(data, "big.qasm")


def test_some_qubits_measured_are_too_few():
    with pytest.raises(UsageError, match=r"no measurement of q\[1\]"):
        read_qasm((HEAD + "c[0] = measure q[0];").encode(), "part.qasm")


def test_angles():
    assert angle_of(["-", "pi", "/", "2", "+", "3", "*", "(", "1", "-", ".5", ")"]) == (
        pytest.approx(-np.pi / 2 + 1.5)
    )
