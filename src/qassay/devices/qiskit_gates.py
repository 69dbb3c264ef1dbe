"""Which gates of a Qiskit target stand for our pulses and CZ, and with which corrections.

A pulse becomes exactly one pulse of the target, dressed with virtual Z rotations. CZ is
taken where the target has it; any other gate of its class (rzz, ecr, cx, rxx, ...) equals it
between two pairs of one-qubit Clifford gates, found here by trying all of them. These
corrections melt into the pulses before and behind: a one-qubit Clifford gate is never more
than one pulse and a Z rotation, so a layer stays one layer.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from qassay.circuits.gates import ANGLES, PHASES
from qassay.devices.description import Pair
from qassay.errors import UnsupportedCircuitError

Matrix = npt.NDArray[np.complex128]
# A pulse as (quarter turns of angle, quarter turns of phase); then quarter turns about z.
Dressed = tuple[int, int, int]

_CZ: Final[Matrix] = np.diag([1, 1, 1, -1]).astype(np.complex128)
_SWAP: Final[Matrix] = np.eye(4, dtype=np.complex128)[[0, 2, 1, 3]]
# Name -> parameters that make it a gate of CZ's class; names of Qiskit and its providers.
ENTANGLERS: Final[dict[str, tuple[float, ...]]] = {
    "cz": (),
    "rzz": (np.pi / 2,),
    "ecr": (),
    "cx": (),
    "rxx": (np.pi / 2,),
    "zz": (0.25,),  # IonQ, in turns
    "ms": (0.0, 0.0, 0.25),  # IonQ: phases and angle in turns
}

_CLEARLY: Final = 2.0


def rotation_matrix(angle: float, phase: float) -> Matrix:
    """Rotate by `angle` about cos(phase) X + sin(phase) Y, radians, as a 2 x 2 unitary."""
    cosine, sine = np.cos(angle / 2), np.sin(angle / 2)
    off = -1j * sine * np.exp(-1j * phase)
    return np.array([[cosine, off], [-off.conjugate(), cosine]], dtype=np.complex128)


def z_matrix(angle: float) -> Matrix:
    """Rotate by `angle` about Z, radians."""
    return np.diag(np.exp([-0.5j * angle, 0.5j * angle])).astype(np.complex128)


@cache
def cliffords() -> dict[Dressed, Matrix]:
    """One-qubit Clifford gates as one pulse and then a Z rotation, those without one first.

    Half pulses about x and y are both there: one is the other with a Z rotation, but they are
    different pulses, and the one that was asked for must be found.
    """
    made: dict[Dressed, Matrix] = {}
    pulses = [(0, 0), *((1, phase) for phase in range(4)), (2, 0), (2, 1)]
    for turn, (angle, phase) in itertools.product(range(4), pulses):
        matrix = rotation_matrix(angle * np.pi / 2, phase * np.pi / 2)
        made[angle, phase, turn] = z_matrix(turn * np.pi / 2) @ matrix
    return made


@cache
def dressed(flat: bytes) -> Dressed:
    """Write a one-qubit Clifford gate (bytes of its matrix) as one pulse and a Z rotation."""
    matrix = np.frombuffer(flat, dtype=np.complex128).reshape(2, 2)
    for name, candidate in cliffords().items():
        if abs(abs(np.vdot(candidate, matrix)) - 2) < 1e-9:
            return name
    raise UnsupportedCircuitError("a gate that is no Clifford gate")


@dataclass(frozen=True, slots=True, eq=False)
class Entangler:
    """A two-qubit gate of the target: CZ = (after) gate (before), up to a phase.

    Attributes:
        name: In the target.
        gate: The Qiskit gate, parameters bound.
        before: Correction on the first and the second qubit ahead of the gate.
        after: The same behind it.
        diagonal: Whether Z rotations commute with the gate.
        directions: Ordered pairs that have it; None for all.
    """

    name: str
    gate: Any
    before: tuple[Matrix, Matrix]
    after: tuple[Matrix, Matrix]
    diagonal: bool
    directions: frozenset[Pair] | None

    def direction(self, pair: Pair) -> Pair | None:
        """Order a pair as the target wants it; None where it does not couple the two."""
        if self.directions is None or pair in self.directions:
            return pair
        return (pair[1], pair[0]) if (pair[1], pair[0]) in self.directions else None

    @property
    def pairs(self) -> tuple[Pair, ...] | None:
        """Coupled pairs, each a < b, sorted; None for all."""
        if self.directions is None:
            return None
        return tuple(sorted({(min(pair), max(pair)) for pair in self.directions}))


def gate_matrix(gate: Any) -> Matrix:
    """Give a two-qubit gate's matrix with the first qubit as the high bit (Qiskit: the low)."""
    return np.asarray(_SWAP @ gate.to_matrix() @ _SWAP, dtype=np.complex128)


def corrections(gate: Any) -> tuple[tuple[Matrix, Matrix], tuple[Matrix, Matrix]] | None:
    """Find one-qubit Clifford gates that turn a gate into CZ, those with fewest pulses.

    Returns:
        Those before and those after, or None if there are none.
    """
    return _corrections(gate_matrix(gate).tobytes())


@cache
def _corrections(
    flat: bytes,
) -> tuple[tuple[Matrix, Matrix], tuple[Matrix, Matrix]] | None:
    inverse = np.frombuffer(flat, dtype=np.complex128).reshape(4, 4).conj().T
    best: tuple[int, tuple[Matrix, Matrix], tuple[Matrix, Matrix]] | None = None
    for (one, first), (two, second) in itertools.product(cliffords().items(), repeat=2):
        rest = _CZ @ np.kron(first, second).conj().T @ inverse
        sides = _split(rest)
        if sides is None:
            continue
        named = [dressed(np.ascontiguousarray(side).tobytes()) for side in sides]
        # Pulses weigh most; then Z rotations, so that CZ itself gets no correction at all.
        weight = sum(100 * (part[0] > 0) + (part[2] > 0) for part in (one, two, *named))
        if best is None or weight < best[0]:
            best = (weight, (first, second), sides)
    return best and best[1:]


def _split(both: Matrix) -> tuple[Matrix, Matrix] | None:
    """Split a 4 x 4 unitary into one for each qubit, if it is a product."""
    left, size, right = np.linalg.svd(
        both.reshape(2, 2, 2, 2).transpose(0, 2, 1, 3).reshape(4, 4), full_matrices=False
    )
    if size[1] > 1e-9:
        return None
    first = left[:, 0].reshape(2, 2) * np.sqrt(2)
    second = right[0].reshape(2, 2) * np.sqrt(2)
    return first, second


class QiskitGates:
    """The gates that circuits for a target are written in."""

    def __init__(self, target: Any) -> None:
        """Choose from a Qiskit `Target`.

        Raises:
            UnsupportedCircuitError: It has no pulse that we know, or no entangler.
        """
        self.target = target
        names = set(target.operation_names)
        self.style = next((s for s in ("r", "sx", "gpi2", "rx") if s in names), "")
        virtual_z = bool(self._z_gate(1)) if self.style == "sx" else True
        if not self.style or not virtual_z or (self.style == "rx" and "ry" not in names):
            raise UnsupportedCircuitError(
                f"this backend offers {', '.join(sorted(names)) or 'no gates'}; found no pulse"
                " that qassay knows, expected r, or sx with rz, or gpi2, or rx with ry"
            )
        self.entanglers = entanglers_of(target)
        self._pulses: dict[tuple[int, int], tuple[Any, ...]] = {}
        self._steps: dict[tuple[int, bytes, bytes], tuple[tuple[Any, ...], Matrix]] = {}

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader of results must know of the choice."""
        notes = []
        if self.style == "sx" and "x" not in self.target.operation_names:
            notes.append("half pulses are two sx gates each")
        for entangler in self.entanglers:
            if entangler.name != "cz":
                notes.append(
                    f"CZ is {entangler.name}{self._where(entangler)} with one-qubit Clifford gates"
                    " melted into the pulses beside it, some of which become virtual"
                )
        return tuple(notes)

    @property
    def pairs(self) -> tuple[Pair, ...] | None:
        """Pairs that any entangler couples, each a < b, sorted; None for all."""
        found: set[Pair] = set()
        for entangler in self.entanglers:
            if entangler.pairs is None:
                return None
            found.update(entangler.pairs)
        return tuple(sorted(found))

    def entangler_on(self, pair: Pair) -> tuple[Entangler, Pair]:
        """Choose the entangler of a pair, and its order; the one choice for all who ask.

        Of those that the pair has, the first of `entanglers_of`.

        Raises:
            UnsupportedCircuitError: The target does not couple the two.
        """
        for entangler in self.entanglers:
            ordered = entangler.direction(pair)
            if ordered is not None:
                return entangler, ordered
        names = " or ".join(entangler.name for entangler in self.entanglers) or "entangling"
        raise UnsupportedCircuitError(f"no {names} gate between qubits {pair[0]} and {pair[1]}")

    def _where(self, entangler: Entangler) -> str:
        """Say on how many pairs an entangler is used, where there are several."""
        if len(self.entanglers) < 2 or entangler.pairs is None:
            return ""
        used = sum(self.entangler_on(pair)[0] is entangler for pair in entangler.pairs)
        return f" on {used} pair{'' if used == 1 else 's'}"

    def step(
        self, code: int, pending: Matrix, correction: Matrix, flush: bool
    ) -> tuple[tuple[Any, ...], Matrix]:
        """Write one qubit's part of a layer.

        Args:
            code: The pulse.
            pending: What is still to be done ahead of it.
            correction: What the entangler wants behind it.
            flush: Whether a Z rotation must be written out rather than left pending.

        Returns:
            Gates in order, and what is left pending: the identity, or a Z rotation.
        """
        key = (8 * code + flush, pending.tobytes(), correction.tobytes())
        if key not in self._steps:
            whole = correction @ rotation_matrix(ANGLES[code], PHASES[code]) @ pending
            angle, phase, turn = dressed(np.ascontiguousarray(whole).tobytes())
            gates = list(self.pulse(angle, phase))
            if flush and turn:
                if not self._z_gate(turn):
                    raise UnsupportedCircuitError("the entangler of this backend needs a Z gate")
                gates += self._z_gate(turn)
                turn = 0
            self._steps[key] = tuple(gates), z_matrix(turn * np.pi / 2)
        return self._steps[key]

    def pulse(self, angle: int, phase: int) -> tuple[Any, ...]:
        """Give the gates of a pulse; angle and phase in quarter turns."""
        key = (angle, phase)
        if key not in self._pulses:
            self._pulses[key] = tuple(self._pulse(angle, phase)) if angle else ()
        return self._pulses[key]

    def _pulse(self, angle: int, phase: int) -> Iterator[Any]:
        from qiskit.circuit.library import RGate, RXGate, RYGate, SXGate, XGate

        names = self.target.operation_names
        if self.style == "r":
            yield RGate(angle * np.pi / 2, phase * np.pi / 2)
        elif self.style == "rx":
            sign = 1 if phase < 2 else -1
            yield (RXGate, RYGate)[phase % 2](sign * angle * np.pi / 2)
        elif self.style == "gpi2":  # IonQ: phases in turns
            half = angle == 2 and "gpi" in names
            kind = type(self.target.operation_from_name("gpi" if half else "gpi2"))
            yield from [kind(phase / 4)] * (1 if half else angle)
        else:
            yield from self._z_gate(-phase % 4)
            half = angle == 2 and "x" in names
            yield from [XGate() if half else SXGate()] * (1 if half else angle)
            yield from self._z_gate(phase % 4)

    def _z_gate(self, turn: int) -> list[Any]:
        from qiskit.circuit.library import RZGate, SdgGate, SGate, ZGate

        names = self.target.operation_names
        if turn == 0:
            return []
        if "rz" in names:
            return [RZGate((np.pi / 2, np.pi, -np.pi / 2)[turn - 1])]
        if {"s", "sdg", "z"} <= set(names):
            return [(SGate, ZGate, SdgGate)[turn - 1]()]
        return []


def _mean_error(target: Any, name: str) -> float | None:
    """Give the mean error that a target reports of a gate; None where it reports none."""
    if name not in target.operation_names:
        return None
    told = [getattr(known, "error", None) for known in target[name].values()]
    errors = [float(error) for error in told if error is not None and 0 < float(error) < 1]
    return float(np.mean(errors)) if errors else None


def entanglers_of(target: Any) -> tuple[Entangler, ...]:
    """Find the entanglers of a target, those that couple most pairs first.

    Of two that couple as many, one whose reported error is more than twice that of the best comes
    later, since no vendor would run it; else the order of `ENTANGLERS` decides. One that no pair
    would use, because one before it couples all of them, is left out.
    """
    found: list[tuple[float, bool, int, str, frozenset[Pair] | None]] = []
    errors = {name: _mean_error(target, name) for name in ENTANGLERS}
    for place, name in enumerate(ENTANGLERS):
        if name not in target.operation_names:
            continue
        every = target.qargs_for_operation_name(name)
        directions = None if every is None else frozenset(tuple(pair) for pair in every)
        count = np.inf if directions is None else len({frozenset(pair) for pair in directions})
        best = min((e for e in errors.values() if e is not None), default=None)
        error = errors[name]
        worse = best is not None and error is not None and error > _CLEARLY * best
        found.append((-count, worse, place, name, directions))
    chosen: list[Entangler] = []
    covered: set[frozenset[int]] = set()
    for *_, name, directions in sorted(found, key=lambda entry: entry[:3]):
        pairs = None if directions is None else {frozenset(pair) for pair in directions}
        if any(one.directions is None for one in chosen) or (
            pairs is not None and pairs <= covered
        ):
            continue
        gate = type(target.operation_from_name(name))(*ENTANGLERS[name])
        sides = corrections(gate)
        if sides is not None:
            matrix = gate_matrix(gate)
            diagonal = bool(np.abs(matrix - np.diag(np.diag(matrix))).max() < 1e-9)
            chosen.append(Entangler(name, gate, *sides, diagonal, directions))
            covered |= pairs or set()
    return tuple(chosen)
