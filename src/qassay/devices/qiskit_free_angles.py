"""One-qubit gates of any angle in the native gates of a Qiskit target.

Every one-qubit gate is one pulse of some angle and phase, then a turn about Z. The turn is
virtual: it waits for the next pulse. A target whose pulses are quarter turns alone (sx, gpi2)
gets two of them for an angle that is neither a quarter nor a half turn.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from qassay.circuits.gates import quarter_turns
from qassay.devices.qiskit_gates import Matrix, QiskitGates, z_matrix
from qassay.errors import UnsupportedCircuitError

_NOTHING: Final = 1e-12  # an angle below this is none


def split_pulse(unitary: Matrix) -> tuple[float, float, float]:
    """Write a one-qubit gate as a turn about Z behind one pulse.

    Returns:
        Angle (0 to pi) and phase of the pulse, and the turn about Z, radians:
        unitary = Rz(turn) PRX(angle, phase) up to a global phase.
    """
    stays, moves = abs(unitary[0, 0]), abs(unitary[1, 0])
    angle = 2 * float(np.arctan2(moves, stays))
    if moves < _NOTHING:
        return 0.0, 0.0, float(np.angle(unitary[1, 1] / unitary[0, 0]))
    if stays < _NOTHING:
        return np.pi, float(np.angle(unitary[1, 0] / unitary[0, 1]) / 2), 0.0
    turn = float(np.angle(unitary[1, 1] / unitary[0, 0]))
    phase = float(np.angle(unitary[1, 0] / unitary[0, 0])) + np.pi / 2 - turn
    return angle, float(np.remainder(phase, 2 * np.pi)), turn


def free_step(gates: QiskitGates, unitary: Matrix, flush: bool) -> tuple[list[Any], Matrix]:
    """Write a one-qubit gate in native gates.

    Args:
        gates: Of the target.
        unitary: The gate, shape (2, 2).
        flush: Whether a turn about Z must be written out rather than left for later.

    Returns:
        Gates in order, and the turn about Z that is still to be done.

    Raises:
        UnsupportedCircuitError: The target has no gate for it.
    """
    angle, phase, turn = split_pulse(unitary)
    written, extra = _pulse(gates, angle, phase) if angle > _NOTHING else ([], 0.0)
    turn += extra
    if flush and abs(np.remainder(turn + np.pi, 2 * np.pi) - np.pi) > _NOTHING:
        written += _z(gates, turn)
        turn = 0.0
    return written, z_matrix(turn)


def _pulse(gates: QiskitGates, angle: float, phase: float) -> tuple[list[Any], float]:
    """Write a pulse; and the turn about Z that it still needs."""
    from qiskit.circuit.library import RGate

    match gates.style:
        case "r":
            return [RGate(angle, phase)], 0.0
        case "rx":
            return list(_about_axis(gates, angle, phase)), 0.0
        case "gpi2":
            return _phased(gates, angle, phase)
        case _:
            return list(_square_roots(gates, angle, phase)), 0.0


def _about_axis(gates: QiskitGates, angle: float, phase: float) -> Iterator[Any]:
    from qiskit.circuit.library import RXGate, RYGate

    quarters = quarter_turns(phase)
    if quarters is None:
        yield from _z(gates, -phase)
        yield RXGate(angle)
        yield from _z(gates, phase)
    else:
        yield (RXGate, RYGate)[quarters % 2](angle if quarters < 2 else -angle)


def _square_roots(gates: QiskitGates, angle: float, phase: float) -> Iterator[Any]:
    """Write PRX(a, p) = Rz(p) X^(a/pi) Rz(-p), or with two square roots of X."""
    from qiskit.circuit.library import SXGate, XGate

    if quarter_turns(angle) == 1:
        turns: tuple[float, ...] = (-phase, phase)
        pulses: tuple[Any, ...] = (SXGate(),)
    elif quarter_turns(angle) == 2 and "x" in gates.target.operation_names:
        turns, pulses = (-phase, phase), (XGate(),)
    else:
        # Rx(a) = Rz(pi/2) SX Rz(a + pi) SX Rz(pi/2)
        turns, pulses = (np.pi / 2 - phase, angle + np.pi, phase + np.pi / 2), (SXGate(), SXGate())
    for turn, pulse in zip(turns, pulses, strict=False):
        yield from _z(gates, turn)
        yield pulse
    yield from _z(gates, turns[-1])


def _phased(gates: QiskitGates, angle: float, phase: float) -> tuple[list[Any], float]:
    """Write with quarter pulses of free phase (IonQ's gpi2, phases in turns).

    PRX(a, p) = Rz(a) PRX(pi/2, p - a - 3 pi/2) PRX(pi/2, p - pi/2), up to a global phase.
    """
    names = gates.target.operation_names

    def kind(name: str, phase: float) -> Any:
        return type(gates.target.operation_from_name(name))(phase / (2 * np.pi) % 1.0)

    if quarter_turns(angle) == 1:
        return [kind("gpi2", phase)], 0.0
    if quarter_turns(angle) == 2 and "gpi" in names:
        return [kind("gpi", phase)], 0.0
    first, second = phase - np.pi / 2, phase - angle - 3 * np.pi / 2
    return [kind("gpi2", first), kind("gpi2", second)], angle


def _z(gates: QiskitGates, turn: float) -> list[Any]:
    from qiskit.circuit.library import RZGate

    if abs(np.remainder(turn + np.pi, 2 * np.pi) - np.pi) <= _NOTHING:
        return []
    if "rz" not in gates.target.operation_names:
        raise UnsupportedCircuitError("this backend has no rz, which free angles need on it")
    return [RZGate(float(np.remainder(turn + np.pi, 2 * np.pi) - np.pi))]
