"""One circuit as text: for stim, and as OpenQASM 3 for a real machine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from qassay.circuits.circuit import Circuit, Circuits, layers
from qassay.circuits.family import CircuitFamily, Codes, Delay, Pair, Pulses
from qassay.circuits.gates import IDLE, PULSES, STIM_NAMES

_QASM_PULSES = (
    "", "prx(pi/2, 0)", "prx(pi/2, pi/2)", "prx(pi/2, pi)", "prx(pi/2, 3*pi/2)",
    "prx(pi, 0)", "prx(pi, pi/2)",
)  # fmt: skip
# Parameters in alphabetical order: qiskit_qasm3_import 0.6 binds them in that order, whatever
# the order in which they are declared, and would take a pulse's phase for its angle.
_QASM_HEAD = """\
OPENQASM 3.0;
include "stdgates.inc";
// A rotation by alpha about cos(phi) X + sin(phi) Y, one pulse.
gate prx(alpha, phi) a {{ U(alpha, phi - pi/2, pi/2 - phi) a; }}
qubit[{qubits}] q;
bit[{qubits}] c;
"""


def active_pairs(run: Pulses, index: int) -> tuple[Pair, ...]:
    """Give the pairs whose CZ circuit `index` really has in this run."""
    if run.active is None:
        return run.pairs
    return tuple(pair for pair, there in zip(run.pairs, run.active[index], strict=True) if there)


def pulse_lines(codes: Codes) -> list[str]:
    """Write one layer of pulses for stim, a line a kind of pulse.

    Args:
        codes: Pulse codes, shape (qubits,).
    """
    lines = []
    for code in PULSES[1:]:
        targets = np.flatnonzero(codes == code)
        if targets.size:
            lines.append(f"{STIM_NAMES[code]} {' '.join(map(str, targets.tolist()))}")
    return lines


def entangler_line(pairs: Sequence[Pair]) -> str:
    """Write a layer of CZ gates for stim, at least one pair."""
    return "CZ " + " ".join(f"{a} {b}" for a, b in pairs)


def measurement_line(qubits: int) -> str:
    """Write the final measurement of all qubits for stim: record q is qubit q."""
    return "M " + " ".join(map(str, range(qubits)))


def stim_text(family: CircuitFamily, index: int) -> str:
    """Write circuit `index` of a family for stim, without noise.

    Layers and delays are separated by TICK; the last line measures all qubits in order.
    """
    lines = []
    for element in family.elements:
        if isinstance(element, Delay):
            lines.append("TICK")
            continue
        pairs = active_pairs(element, index)
        for codes in element.codes[index]:
            lines += pulse_lines(codes)
            if pairs:
                lines.append(entangler_line(pairs))
            lines.append("TICK")
    lines.append(measurement_line(family.qubits))
    return "\n".join(lines) + "\n"


def openqasm3_text(family: Circuits, index: int) -> str:
    """Write circuit `index` of a family, or a circuit (index 0), as OpenQASM 3.

    Barriers stand between all layers, also between the pulses and the CZ gates of one, so
    that a compiler which honours them leaves every gate where it is. Bit q of `c` is qubit q.
    """
    lines = [_QASM_HEAD.format(qubits=family.qubits)]
    if isinstance(family, Circuit):
        return "\n".join([*lines, *_free_angles(family), "c = measure q;"]) + "\n"
    for element in family.elements:
        if isinstance(element, Delay):
            lines += [f"delay[{_qasm_seconds(element.seconds)}] q;", "barrier q;"]
            continue
        pairs = active_pairs(element, index)
        for codes in element.codes[index]:
            lines += [
                f"{_QASM_PULSES[code]} q[{qubit}];"
                for qubit, code in enumerate(codes.tolist())
                if code != IDLE
            ]
            lines.append("barrier q;")
            if pairs:
                lines += [f"cz q[{a}], q[{b}];" for a, b in pairs]
                lines.append("barrier q;")
    lines.append("c = measure q;")
    return "\n".join(lines) + "\n"


def _free_angles(circuit: Circuit) -> Iterator[str]:
    """Write the layers of a circuit with free angles; a zz as CZ, pulses, CZ."""
    for layer in layers(circuit):
        for gate in layer:
            on = ", ".join(f"q[{qubit}]" for qubit in gate.qubits)
            match gate.kind:
                case "prx":
                    yield f"prx({float(gate.angle)!r}, {float(gate.phase)!r}) {on};"
                case "rz":
                    yield f"rz({float(gate.angle)!r}) {on};"
                case "cz":
                    yield f"cz {on};"
                case _:
                    yield f"delay[{_qasm_seconds(gate.seconds)}] {on};"
        if layer[0].kind != "rz":
            yield "barrier q;"


def _qasm_seconds(seconds: float) -> str:
    """Write a duration in nanoseconds, all digits kept."""
    return f"{1e9 * seconds:.15g}ns"
