"""A partner's OpenQASM: read as Qiskit reads it, and refused with the line."""

import numpy as np
import pytest

from qassay.circuits import qasm_reader
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
    "a gate it does not know": ("rccx q[0], q[1], q[2];", 5, 'found "rccx"'),
    "another include": ('include "/etc/passwd";', 5, "no other file is read"),
    "an absent qubit": ("h q[3];", 5, "an index from 0 to 2"),
    "an absent register": ("h r[0];", 5, "q[i], declared before"),
    "one qubit twice": ("cz q[1], q[1];", 5, "different qubits"),
    "too many angles": ("h(pi) q[0];", 5, "h with 1 angles, expected 0"),
    "no angle": ("rx q[0];", 5, "rx with 0 angles, expected 1"),
    "a name in an angle": ("rx(theta) q[0];", 5, "theta in an angle"),
    "a division by zero": ("rx(1/0) q[0];", 5, "a division by zero"),
    "an endless angle": ("rx(1e999) q[0];", 5, "not finite"),
    "deep brackets": ("rx(" + "(" * 40 + "1" + ")" * 40 + ") q[0];", 5, "more than 16 levels"),
    "an open bracket": ("rx((1 q[0];", 5, "not closed"),
    "too many qubits": ("qubit[126] r;", 5, "1 to 128"),
    "a register again": ("qubit[2] q;", 5, "with a new name"),
    "registers of two sizes": ("qubit[2] r; cx q, r;", 5, "of different sizes"),
    "no end of a block": ("gate g a { h a;", 5, "without a closing brace"),
    "a gate in itself": ("gate g a { g a; }", 5, "known before it"),
    "a qubit that is none of its own": ("gate g a { h b; }", 5, "expected one of a"),
    "an unknown angle": ("gate g(x) a { rz(y) a; }", 5, "y in an angle in gate g"),
    "a body without semicolon": ("gate g a { h a }", 5, "without a semicolon"),
    "a parameter twice": ("gate g(x, x) a { rz(x) a; }", 5, "each name once"),
    "no angle in a body": ("gate g a { rz a; }", 5, "rz with 1 angles"),
    "if": ("if (c[0] == 1) { x q[0]; y q[1]; }", 5, 'found "if"'),
    "opaque": ("opaque magic a, b;", 5, 'found "opaque"'),
    "a division by a parameter": ("gate g(x) a { rz(1/x) a; } g(0) q[0];", 5, "division by zero"),
    "no semicolon": ("h q[0]", 5, "without a semicolon"),
    "crossed bits": ("c[0] = measure q[1];", 5, "qubit i into bit i"),
    "a gate afterwards": ("c = measure q; h q[0];", 5, "measurements last"),
    "reset": ("reset q[0];", 5, 'found "reset"'),
}


@pytest.mark.parametrize("name", BAD)
def test_a_refusal_is_a_sentence_with_its_line(name):
    text, line, words = BAD[name]
    with pytest.raises(UsageError) as caught:
        read_qasm((HEAD + text + "\n").encode(), "bad.qasm")
    assert f"bad.qasm, line {line}: found " in str(caught.value)
    assert words in str(caught.value)


def test_all_mistakes_come_at_once_and_not_too_many():
    with pytest.raises(UsageError) as caught:
        read_qasm((HEAD + "h q[7];\n" * 50).encode(), "bad.qasm")
    assert len(caught.value.problems) == 20
    assert "line 24" in str(caught.value)


def test_sizes_are_bounded():
    for data, words in (
        (b" " * (MOST_BYTES + 1), "bytes"),
        (b"\xff", "UTF-8"),
        (b"", "no qubits"),
        (b"qubit[1000] q;", "1 to 128"),
        (HEAD.encode() + b"h q;" * (MOST_GATES // 3), "native"),
    ):
        with pytest.raises(UsageError, match=words):
            read_qasm(data, "big.qasm")


def test_some_qubits_measured_are_too_few():
    with pytest.raises(UsageError, match=r"no measurement of q\[1\]"):
        read_qasm((HEAD + "c[0] = measure q[0];").encode(), "part.qasm")


def test_angles():
    assert angle_of(["-", "pi", "/", "2", "+", "3", "*", "(", "1", "-", ".5", ")"]) == (
        pytest.approx(-np.pi / 2 + 1.5)
    )


# what exporters write


def read(text):
    return read_qasm((HEAD + text).encode(), "own.qasm")


RZZ = "gate rzz(theta) a, b { cx a, b; rz(theta) b; cx a, b; }\n"


def test_a_definition_of_a_known_gate_is_that_gate():
    assert read(RZZ + "rzz(pi/3) q[0], q[1];").gates == read("rzz(pi/3) q[0], q[1];").gates
    prx = "gate prx(alpha, phi) a { U(alpha, phi - pi/2, pi/2 - phi) a; }\n"
    assert read(prx + "prx(0.3, 1) q[2];").gates[0].kind == "prx"
    assert len(read(prx + "prx(0.3, 1) q[2];").gates) == 1


def test_a_definition_that_does_something_else_is_what_the_file_says():
    (gate,) = read("gate x a { rz(0.3) a; }\nx q[0];").gates
    assert (gate.kind, gate.angle) == ("rz", 0.3)
    made = read(
        "gate twice(t) a { rz(t) a; rz(-t/2) a; }\ngate g(u) a, b "
        "{ twice(2*u) b; cz b, a; barrier a, b; gphase(pi); }\ng(0.1) q[2], q[0];"
    )
    assert [(g.kind, g.qubits) for g in made.gates] == [
        ("rz", (0,)),
        ("rz", (0,)),
        ("cz", (0, 2)),
        ("barrier", (0, 2)),
    ]
    assert [g.angle for g in made.gates[:2]] == pytest.approx([0.2, -0.1])


def test_one_mistake_is_one_error():
    for text in (
        "gate g a { h a }\n" + "g q[0];\n" * 9,
        "nosuch q[0];\n" * 9,
        "qubit[0] r;\n" + "h r[0];\n" * 9,
        "for int i in [0:3] { h q[i]; x q[i]; if (c[0]) { y q[0]; } z q[1]; }",
        "gate g a { nosuch a; }\ngate k a { g a; }\nk q[0];",
        "h r[0];\n" * 9,
    ):
        with pytest.raises(UsageError) as caught:
            read(text)
        assert len(caught.value.problems) == 1, text


@pytest.mark.parametrize("most", [20_000, pytest.param(None, marks=pytest.mark.slow)])
def test_a_tower_of_definitions_ends(monkeypatch, most):
    if most is not None:
        monkeypatch.setattr(qasm_reader, "MOST_STEPS", most)
    tower = "gate g0 a { h a; }\n" + "".join(
        f"gate g{n} a {{ g{n - 1} a; g{n - 1} a; }}\n" for n in range(1, 40)
    )
    with pytest.raises(UsageError, match="native gates|definitions of more"):
        read(tower + "g39 q[0];")
    empty = tower.replace("h a;", "")
    with pytest.raises(UsageError, match="definitions of more"):
        read(empty + "g39 q[0];")


def test_openqasm_2_and_several_registers_are_read():
    text = (
        'OPENQASM 2.0;\ninclude "qelib1.inc";\nqreg a[2];\nqreg b[1];\ncreg unused[4];\n'
        "creg m[3];\nu3(0.1,0.2,0.3) a[1];\ncx a[0],b[0];\nh a;\nbarrier a[0],b[0];\n"
        "measure a[0] -> m[0];\nmeasure a[1] -> m[1];\nmeasure b[0] -> m[2];\n"
    )
    circuit = read_qasm(text.encode(), "two.qasm")
    assert circuit.qubits == 3
    assert circuit.pairs == ((0, 2),)
    with pytest.raises(UsageError, match=r"a\[0\] measured into m\[1\]"):
        read_qasm(
            text.replace("m[0]", "m[9]").replace("m[1]", "m[0]").replace("m[9]", "m[1]").encode(),
            "two.qasm",
        )


def test_every_known_gate_is_qiskit_s():
    pytest.importorskip("qiskit")
    from qiskit.circuit import library
    from qiskit.quantum_info import Operator

    from qassay.circuits.qasm_definitions import matrix_of
    from qassay.circuits.qasm_gates import GATES

    named = {
        "id": "IGate",
        "p": "PhaseGate",
        "phase": "PhaseGate",
        "u1": "U1Gate",
        "prx": "RGate",
        "cp": "CPhaseGate",
        "cphase": "CPhaseGate",
        "cu1": "CU1Gate",
        "CX": "CXGate",
        "u": "UGate",
        "U": "UGate",
        "u2": "U2Gate",
        "u3": "U3Gate",
    }
    for name, gate in GATES.items():
        kind = next(k for k in dir(library) if k.lower() == named.get(name, f"{name}Gate").lower())
        angles = (0.7, -1.1, 0.4, 0.9)[: gate.angles]
        theirs = Operator(getattr(library, kind)(*angles)).data
        ours = matrix_of(gate.make(tuple(range(gate.qubits)), angles), gate.qubits)
        assert abs(abs(np.vdot(ours, theirs)) - 2**gate.qubits) < 1e-9, name


@pytest.mark.parametrize("version", [2, 3])
def test_what_qiskit_exports_is_read(version):
    pytest.importorskip("qiskit")
    from qiskit import QuantumCircuit, qasm2, qasm3
    from qiskit.quantum_info import Operator

    from qassay.circuits.qasm_definitions import matrix_of

    made = QuantumCircuit(3)
    made.h([0, 1])
    made.rzz(0.3, 0, 1)
    made.rxx(0.4, 1, 2)
    made.cp(0.2, 2, 0)
    made.u(0.1, 0.2, 0.3, 1)
    made.r(0.5, 0.6, 2)
    made.swap(0, 2)
    made.barrier()
    made.ryy(-0.7, 0, 1)
    made.sx(2)
    made.ecr(0, 2)
    made.ccx(2, 0, 1)
    made.cu(0.4, 0.3, 0.2, 0.1, 1, 2)
    made.cswap(1, 2, 0)
    made.global_phase = 0.3
    whole = Operator(made).data
    made.measure_all()
    text = qasm2.dumps(made) if version == 2 else qasm3.dumps(made)
    circuit = read_qasm(text.encode(), "exported.qasm")
    ours = matrix_of(circuit.gates, 3)
    assert abs(abs(np.vdot(ours, whole)) - 8) < 1e-9


def test_what_our_own_packs_hold_is_read():
    from qassay.circuits.circuit import Circuit, Gate
    from qassay.circuits.qasm import NativeGates, openqasm3_text
    from qassay.circuits.qasm_definitions import matrix_of

    gates = (
        Gate("prx", (0,), 0.3, 0.2),
        Gate("zz", (0, 1), 0.4),
        Gate("rz", (1,), 1.0),
        Gate("cz", (0, 1)),
        Gate("prx", (1,), 1.5, -0.4),
    )
    circuit = Circuit(2, gates)
    for native in (NativeGates(), NativeGates(one_qubit="sx", two_qubit="rzz")):
        back = read_qasm(openqasm3_text(circuit, 0, native).encode(), "pack.qasm")
        overlap = np.vdot(matrix_of(back.gates, 2), matrix_of(gates, 2))
        assert abs(abs(overlap) - 4) < 1e-9


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("gate foo a { h a; }\ngate h a { x a; }", "gate h behind a use of it"),
        ("x q;\ngate x a { U(0, 0, 0) a; }", "gate x behind a use of it"),
        ("gate foo a { h a; }\ngate foo a { x a; }", "gate foo once more"),
        ("gphase(pi/0);", "a division by zero"),
        ("gphase(1) q;", "gphase"),
    ],
)
def test_a_gate_has_one_meaning_in_a_file(body, says):
    with pytest.raises(UsageError, match=says):
        read_qasm(f'OPENQASM 3;\ninclude "stdgates.inc";\nqubit q;\n{body}\n'.encode(), "q.qasm")


def test_bits_are_declared_where_they_are_measured():
    text = "OPENQASM 3;\nqubit[2] q;\nU(1, 2, 3) q[1];\nbit[2] c = measure q;\n"
    assert read_qasm(text.encode(), "q.qasm").qubits == 2
    with pytest.raises(UsageError, match=r"qubits \[0\] measured into bits \[0, 1\]"):
        read_qasm(text.replace("measure q", "measure q[0]").encode(), "q.qasm")
