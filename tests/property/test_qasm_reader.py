"""Whatever a stranger's OpenQASM holds, the answer is a circuit or sentences."""

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kit.examples import examples

from qassay.circuits.circuit import Circuit
from qassay.circuits.qasm_reader import GATES, read_qasm
from qassay.errors import UsageError

HEAD = 'OPENQASM 3.0; include "stdgates.inc"; qubit[3] q; bit[3] c;\n'
PIECES = "q q[0] q[1] c c[2] [ ] ( ) , ; -> = measure barrier pi π ² ٣ 1e9 1e999 . + - * /"
WORDS = [*GATES, *PIECES.split(), '"', "//", "/*", "*/", "{", "}", "9" * 40, "\n", "\0"]
WORDS += ["include", "qubit", "bit", "OPENQASM", "gate", "for"]


def read(text):
    try:
        circuit = read_qasm(text.encode("utf-8", "replace"), "x.qasm")
    except UsageError as error:
        said = str(error)
    else:
        assert isinstance(circuit, Circuit)
        return
    assert ": found " in said


@settings(max_examples=examples(300), deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=40))
def test_words_of_the_language_in_any_order(words):
    read(HEAD + " ".join(words))


@settings(max_examples=examples(200), deadline=None)
@given(st.text(max_size=200))
def test_any_text(text):
    read(text)
    read(HEAD + text)


@settings(max_examples=examples(200), deadline=None)
@given(
    st.sampled_from(list(GATES)),
    st.floats(allow_nan=False, allow_infinity=False),
    st.permutations([0, 1, 2]),
)
def test_every_gate_with_every_number(name, angle, order):
    gate, count = GATES[name], GATES[name].qubits
    given_angle = f"({', '.join([repr(angle)] * gate.angles)})" if gate.angles else ""
    qubits = ", ".join(f"q[{q}]" for q in order[:count])
    circuit = read_qasm(f"{HEAD}{name}{given_angle} {qubits};".encode(), "x.qasm")
    met = {q for gate in circuit.gates for q in gate.qubits}
    assert met == (set() if name == "id" else set(order[:count]))
