"""Circuits as OpenQASM 3 in the native gates of a machine, for a lab that runs text.

The text holds nothing but the circuit: no comment and no name that tells what it tests. All
texts of a machine have the same head. Barriers stand between all layers, so that a compiler
that honours them leaves every gate where it is. Bit q of `c` is qubit q.

One circuit can have a hundred thousand gates, so lines are looked up in a table and joined as
bytes, never formatted one by one.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

from qassay.circuits.circuit import Circuit, Circuits, Gate, layers
from qassay.circuits.family import Delay
from qassay.circuits.gates import IDLE, PULSES
from qassay.circuits.translate import active_pairs

OneQubitGate = Literal["prx", "sx"]
TwoQubitGate = Literal["cz", "rzz"]

_BARRIER: Final = "barrier q;\n"
_DEFINITIONS: Final = {
    # A rotation by alpha about cos(phi) X + sin(phi) Y, one pulse. Parameters in alphabetical
    # order: qiskit_qasm3_import 0.6 binds them so, whatever the order of their declaration.
    "prx": "gate prx(alpha, phi) a { U(alpha, phi - pi/2, pi/2 - phi) a; }\n",
    "rzz": "gate rzz(theta) a, b { cx a, b; rz(theta) b; cx a, b; }\n",
}
_PRX: Final = (
    "prx(pi/2, 0)",
    "prx(pi/2, pi/2)",
    "prx(pi/2, pi)",
    "prx(pi/2, 3*pi/2)",
    "prx(pi, 0)",
    "prx(pi, pi/2)",
)
# A pulse of phase phi is the pulse of phase 0 between virtual turns by -phi and phi.
_SX: Final = (
    ("sx",),
    ("rz(-pi/2)", "sx", "rz(pi/2)"),
    ("rz(-pi)", "sx", "rz(pi)"),
    ("rz(pi/2)", "sx", "rz(-pi/2)"),
    ("x",),
    ("rz(-pi/2)", "x", "rz(pi/2)"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NativeGates:
    """The gates that a machine runs, of those that qassay can write.

    Attributes:
        one_qubit: "prx" (a pulse with a phase), or "sx" (with x and a virtual rz).
        two_qubit: "cz", or "rzz" (with a virtual rz).
    """

    one_qubit: OneQubitGate = "prx"
    two_qubit: TwoQubitGate = "cz"

    @property
    def names(self) -> tuple[str, ...]:
        """Name every gate that a text can hold."""
        ones = ("prx",) if self.one_qubit == "prx" else ("sx", "x", "rz")
        turns = ("rz",) if self.two_qubit == "rzz" and "rz" not in ones else ()
        return (*ones, *turns, self.two_qubit)


PULSES_AND_CZ: Final = NativeGates()


def openqasm3_bytes(
    family: Circuits,
    index: int,
    gates: NativeGates = PULSES_AND_CZ,
    out_of_order: tuple[int, ...] = (),
) -> bytes:
    """Write circuit `index` of a family as OpenQASM 3.

    Args:
        family: The circuits, or one with free angles (index 0; a zz as CZ, pulses, CZ).
        index: Which one.
        gates: What the machine runs.
        out_of_order: Qubits on which no pulse is written.
    """
    parts = [_head(family.qubits, gates)]
    if isinstance(family, Circuit):
        parts += [line.encode() for line in _free_angles(family, gates)]
        return b"".join([*parts, b"c = measure q;\n"])
    lines = _pulse_lines(family.qubits, gates.one_qubit)
    columns = np.arange(family.qubits)
    for element in family.elements:
        if isinstance(element, Delay):
            parts.append(f"delay[{_nanoseconds(element.seconds)}] q;\n{_BARRIER}".encode())
            continue
        pairs = active_pairs(element, index)
        meet = "".join(_entangler(a, b, gates.two_qubit) for a, b in pairs)
        behind = f"{_BARRIER}{meet}{_BARRIER if pairs else ''}".encode()
        layers = np.empty((element.depth, family.qubits + 1), dtype=object)
        layers[:, :-1] = lines[element.codes[index], columns]
        layers[:, list(out_of_order)] = b""
        layers[:, -1] = behind
        parts += layers.reshape(-1).tolist()
    parts.append(b"c = measure q;\n")
    return b"".join(parts)


def openqasm3_text(family: Circuits, index: int, gates: NativeGates = PULSES_AND_CZ) -> str:
    """Write circuit `index` of a family as OpenQASM 3, as text."""
    return openqasm3_bytes(family, index, gates).decode("ascii")


@cache
def _head(qubits: int, gates: NativeGates) -> bytes:
    defined = "".join(_DEFINITIONS.get(name, "") for name in gates.names)
    return (
        f'OPENQASM 3.0;\ninclude "stdgates.inc";\n{defined}qubit[{qubits}] q;\nbit[{qubits}] c;\n\n'
    ).encode()


@cache
def _pulse_lines(qubits: int, gate: OneQubitGate) -> npt.NDArray[Any]:
    """Give the lines of every pulse on every qubit as bytes, shape (pulses, qubits)."""
    table = np.empty((len(PULSES), qubits), dtype=object)
    table[IDLE] = b""
    for code in PULSES[1:]:
        steps = (_PRX[code - 1],) if gate == "prx" else _SX[code - 1]
        for qubit in range(qubits):
            table[code, qubit] = "".join(f"{step} q[{qubit}];\n" for step in steps).encode()
    return table


def _entangler(a: int, b: int, gate: TwoQubitGate) -> str:
    if gate == "cz":
        return f"cz q[{a}], q[{b}];\n"
    # CZ = e^(i pi/4) (rz(-pi/2) x rz(-pi/2)) rzz(pi/2)
    return f"rzz(pi/2) q[{a}], q[{b}];\nrz(-pi/2) q[{a}];\nrz(-pi/2) q[{b}];\n"


def _free_angles(circuit: Circuit, gates: NativeGates) -> Iterator[str]:
    """Write the layers of a circuit with free angles."""
    for layer in layers(circuit):
        for gate in layer:
            yield _free_angle(gate, gates)
        if layer[0].kind != "rz":
            yield _BARRIER


def _free_angle(gate: Gate, gates: NativeGates) -> str:
    on = ", ".join(f"q[{qubit}]" for qubit in gate.qubits)
    if gate.kind == "cz":
        return _entangler(gate.qubits[0], gate.qubits[1], gates.two_qubit)
    if gate.kind == "delay":
        return f"delay[{_nanoseconds(gate.seconds)}] {on};\n"
    if gate.kind == "rz":
        return f"rz({float(gate.angle)!r}) {on};\n"
    if gates.one_qubit == "prx":
        return f"prx({float(gate.angle)!r}, {float(gate.phase)!r}) {on};\n"
    # prx(a, f) = rz(f + pi/2) sx rz(a + pi) sx rz(pi/2 - f), right to left: the ZXZXZ form
    first, last = -gate.phase + math.pi / 2, gate.phase + math.pi / 2
    steps = (f"rz({first!r})", "sx", f"rz({gate.angle + math.pi!r})", "sx", f"rz({last!r})")
    return "".join(f"{step} {on};\n" for step in steps)


def _nanoseconds(seconds: float) -> str:
    """Write a duration in nanoseconds, all digits kept."""
    return f"{1e9 * seconds:.15g}ns"
