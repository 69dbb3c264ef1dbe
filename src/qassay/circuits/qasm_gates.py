"""The gates of stdgates.inc and qelib1.inc that a reader knows, written in native gates.

Up to a global phase. `tests/unit/circuits` compares each with Qiskit's own matrix.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from qassay.circuits.circuit import Gate

Qubits = tuple[int, ...]
Angles = tuple[float, ...]
_QUARTER, _HALF = math.pi / 2, math.pi


@dataclass(frozen=True, slots=True)
class KnownGate:
    """A gate of the standard files.

    Attributes:
        angles: How many it takes.
        qubits: How many it acts on.
        make: Its native gates on some qubits, at some angles.
    """

    angles: int
    qubits: int
    make: Callable[[Qubits, Angles], tuple[Gate, ...]]


def _rz(qubit: int, angle: float) -> Gate:
    return Gate("rz", (qubit,), angle)


def _prx(qubit: int, angle: float, phase: float = 0.0) -> Gate:
    return Gate("prx", (qubit,), angle, phase)


def _cz(a: int, b: int) -> Gate:
    return Gate("cz", (a, b))


def _zz(a: int, b: int, angle: float) -> Gate:
    return Gate("zz", (a, b), angle)


def _h(qubit: int) -> tuple[Gate, ...]:
    return (_rz(qubit, _HALF), _prx(qubit, _QUARTER, _QUARTER))


def _u(qubit: int, theta: float, phi: float, lam: float) -> tuple[Gate, ...]:
    """U(theta, phi, lambda) = Rz(phi) Ry(theta) Rz(lambda) up to a phase."""
    return (_rz(qubit, lam), _prx(qubit, theta, _QUARTER), _rz(qubit, phi))


def _cx(a: int, b: int) -> tuple[Gate, ...]:
    return (*_h(b), _cz(a, b), *_h(b))


def _crz(a: int, b: int, angle: float) -> tuple[Gate, ...]:
    return (_rz(b, angle / 2), _zz(a, b, -angle / 2))


def _turn(phase: float) -> Callable[[Qubits, Angles], tuple[Gate, ...]]:
    return lambda q, p: (_prx(q[0], p[0], phase),)


def _virtual(angle: float) -> Callable[[Qubits, Angles], tuple[Gate, ...]]:
    return lambda q, _: (_rz(q[0], angle),)


def _fixed(angle: float, phase: float) -> Callable[[Qubits, Angles], tuple[Gate, ...]]:
    return lambda q, _: (_prx(q[0], angle, phase),)


def _phase_gate(q: Qubits, p: Angles) -> tuple[Gate, ...]:
    return (_rz(q[0], p[0]),)


def _u3(q: Qubits, p: Angles) -> tuple[Gate, ...]:
    return _u(q[0], p[0], p[1], p[2])


def _controlled_phase(q: Qubits, p: Angles) -> tuple[Gate, ...]:
    return (_rz(q[0], p[0] / 2), *_crz(q[0], q[1], p[0]))


def _cu(q: Qubits, theta: float, phi: float, lam: float) -> tuple[Gate, ...]:
    """U(theta, phi, lambda) under control, as qelib1.inc writes cu3."""
    a, b = q
    return (
        _rz(a, lam / 2 + phi / 2),
        _rz(b, lam / 2 - phi / 2),
        *_cx(a, b),
        *_u(b, -theta / 2, 0.0, -phi / 2 - lam / 2),
        *_cx(a, b),
        *_u(b, theta / 2, phi, 0.0),
    )


def _ccx(a: int, b: int, c: int) -> tuple[Gate, ...]:
    """Toffoli's gate, as qelib1.inc writes it."""
    t = math.pi / 4
    return (
        *_h(c),
        *_cx(b, c),
        _rz(c, -t),
        *_cx(a, c),
        _rz(c, t),
        *_cx(b, c),
        _rz(c, -t),
        *_cx(a, c),
        _rz(b, t),
        _rz(c, t),
        *_h(c),
        *_cx(a, b),
        _rz(a, t),
        _rz(b, -t),
        *_cx(a, b),
    )


def _on_both(before: float, phase: float) -> Callable[[Qubits, Angles], tuple[Gate, ...]]:
    """Turn ZZ into XX or YY by a quarter turn of both qubits, there and back."""

    def make(q: Qubits, p: Angles) -> tuple[Gate, ...]:
        ahead = tuple(_prx(one, before, phase) for one in q)
        behind = tuple(_prx(one, -before, phase) for one in q)
        return (*ahead, _zz(q[0], q[1], p[0]), *behind)

    return make


GATES: Final[dict[str, KnownGate]] = {
    "rz": KnownGate(1, 1, _phase_gate),
    "rx": KnownGate(1, 1, _turn(0.0)),
    "ry": KnownGate(1, 1, _turn(_QUARTER)),
    "h": KnownGate(0, 1, lambda q, _: _h(q[0])),
    "s": KnownGate(0, 1, _virtual(_QUARTER)),
    "sdg": KnownGate(0, 1, _virtual(-_QUARTER)),
    "t": KnownGate(0, 1, _virtual(_QUARTER / 2)),
    "tdg": KnownGate(0, 1, _virtual(-_QUARTER / 2)),
    "x": KnownGate(0, 1, _fixed(_HALF, 0.0)),
    "y": KnownGate(0, 1, _fixed(_HALF, _QUARTER)),
    "z": KnownGate(0, 1, _virtual(_HALF)),
    "id": KnownGate(0, 1, lambda _, __: ()),
    "sx": KnownGate(0, 1, _fixed(_QUARTER, 0.0)),
    "sxdg": KnownGate(0, 1, _fixed(-_QUARTER, 0.0)),
    "p": KnownGate(1, 1, _phase_gate),
    "phase": KnownGate(1, 1, _phase_gate),
    "u1": KnownGate(1, 1, _phase_gate),
    "u2": KnownGate(2, 1, lambda q, p: _u(q[0], _QUARTER, p[0], p[1])),
    "u3": KnownGate(3, 1, _u3),
    "u": KnownGate(3, 1, _u3),
    "U": KnownGate(3, 1, _u3),
    "r": KnownGate(2, 1, lambda q, p: (_prx(q[0], p[0], p[1]),)),
    "prx": KnownGate(2, 1, lambda q, p: (_prx(q[0], p[0], p[1]),)),
    "cz": KnownGate(0, 2, lambda q, _: (_cz(*q),)),
    "cx": KnownGate(0, 2, lambda q, _: _cx(*q)),
    "CX": KnownGate(0, 2, lambda q, _: _cx(*q)),
    "cy": KnownGate(0, 2, lambda q, _: (_rz(q[1], -_QUARTER), *_cx(*q), _rz(q[1], _QUARTER))),
    "ch": KnownGate(
        0,
        2,
        lambda q, _: (
            _prx(q[1], -_QUARTER / 2, _QUARTER),
            _cz(*q),
            _prx(q[1], _QUARTER / 2, _QUARTER),
        ),
    ),
    "swap": KnownGate(0, 2, lambda q, _: (*_cx(*q), *_cx(q[1], q[0]), *_cx(*q))),
    "cp": KnownGate(1, 2, _controlled_phase),
    "cu1": KnownGate(1, 2, _controlled_phase),
    "cphase": KnownGate(1, 2, _controlled_phase),
    "crz": KnownGate(1, 2, lambda q, p: _crz(q[0], q[1], p[0])),
    "crx": KnownGate(1, 2, lambda q, p: (*_h(q[1]), *_crz(q[0], q[1], p[0]), *_h(q[1]))),
    "cry": KnownGate(
        1,
        2,
        lambda q, p: (
            _prx(q[1], _QUARTER),
            *_crz(q[0], q[1], p[0]),
            _prx(q[1], -_QUARTER),
        ),
    ),
    "csx": KnownGate(
        0, 2, lambda q, _: (*_h(q[1]), *_controlled_phase(q, (_HALF / 2,)), *_h(q[1]))
    ),
    "cu3": KnownGate(3, 2, lambda q, p: _cu(q, p[0], p[1], p[2])),
    "cu": KnownGate(4, 2, lambda q, p: (_rz(q[0], p[3]), *_cu(q, p[0], p[1], p[2]))),
    "ccx": KnownGate(0, 3, lambda q, _: _ccx(q[0], q[1], q[2])),
    "ccz": KnownGate(0, 3, lambda q, _: (*_h(q[2]), *_ccx(q[0], q[1], q[2]), *_h(q[2]))),
    "cswap": KnownGate(
        0, 3, lambda q, _: (*_cx(q[2], q[1]), *_ccx(q[0], q[1], q[2]), *_cx(q[2], q[1]))
    ),
    "rzz": KnownGate(1, 2, lambda q, p: (_zz(q[0], q[1], p[0]),)),
    "rxx": KnownGate(1, 2, _on_both(-_QUARTER, _QUARTER)),
    "ryy": KnownGate(1, 2, _on_both(_QUARTER, 0.0)),
}
