"""Gates that a file of OpenQASM defines for itself, as every exporter writes them.

    gate rzz(theta) a, b { cx a, b; rz(theta) b; cx a, b; }

A definition of a gate that is known by its name, and that does what the name says, stands for the
known gate: so `rzz` stays one gate however a file spells it out. Any other is written out where it
is used. A body can use what was defined before it and nothing else, so nothing recurs.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from qassay.circuits.circuit import Gate
from qassay.circuits.qasm_angles import angle_of
from qassay.circuits.qasm_gates import GATES, Angles, Qubits

Expand = Callable[[str, Angles, Qubits], tuple[Gate, ...]]
Matrix = npt.NDArray[np.complex128]
MOST_STEPS: Final = 400_000  # of all definitions that are written out
_WIDEST_COMPARED: Final = 2
_TRIALS: Final = ((0.37, 1.21, -0.58), (-1.93, 0.44, 2.05))


@dataclass(frozen=True, slots=True)
class Step:
    """One gate of a body.

    Attributes:
        name: Of the gate; empty for a barrier.
        angles: Tokens of each angle.
        places: Which of the definition's qubits.
    """

    name: str
    angles: tuple[tuple[str, ...], ...]
    places: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Definition:
    """A gate as a file defines it.

    Attributes:
        name: Its name.
        parameters: Names of its angles.
        qubits: How many it acts on.
        body: Its gates, in order.
    """

    name: str
    parameters: tuple[str, ...]
    qubits: int
    body: tuple[Step, ...]

    def written_out(self, angles: Angles, qubits: Qubits, expand: Expand) -> tuple[Gate, ...]:
        """Write the gate out on some qubits.

        Args:
            angles: One a parameter.
            qubits: On which.
            expand: Writes out one gate of the body.

        Raises:
            ValueError: An angle of the body has no value.
        """
        names: Mapping[str, float] = dict(zip(self.parameters, angles, strict=True))
        made: list[Gate] = []
        for step in self.body:
            places = tuple(qubits[place] for place in step.places)
            if not step.name:
                made.append(Gate("barrier", tuple(sorted(places))))
                continue
            values = tuple(angle_of(list(tokens), names) for tokens in step.angles)
            made += expand(step.name, values, places)
        return tuple(made)

    def is_known(self, expand: Expand) -> bool:
        """Whether it does what the known gate of its name does, up to a phase."""
        known = GATES.get(self.name)
        if known is None or self.qubits > _WIDEST_COMPARED:
            return False
        if (known.angles, known.qubits) != (len(self.parameters), self.qubits):
            return False
        places = tuple(range(self.qubits))
        for trial in _TRIALS:
            angles = trial[: known.angles]
            try:
                own = self.written_out(angles, places, expand)
            except ValueError:
                return False
            first = matrix_of(own, self.qubits)
            second = matrix_of(known.make(places, angles), self.qubits)
            if abs(abs(np.vdot(first, second)) - len(first)) > 1e-9:
                return False
        return True


def matrix_of(gates: tuple[Gate, ...], qubits: int) -> Matrix:
    """Multiply native gates on few qubits; qubit 0 is the low bit."""
    whole: Matrix = np.eye(2**qubits, dtype=np.complex128)
    for gate in gates:
        if gate.kind in ("rz", "prx"):
            whole = _spread(_one(gate), gate.qubits[0], qubits) @ whole
        elif gate.kind in ("cz", "zz"):
            a, b = gate.qubits
            states = np.arange(2**qubits)
            bits = (states >> a & 1), (states >> b & 1)
            if gate.kind == "cz":
                phases = np.where(bits[0] & bits[1], -1.0 + 0j, 1.0)
            else:
                even = np.where(bits[0] == bits[1], 1.0, -1.0)
                phases = np.exp(-0.5j * gate.angle * even)
            whole = phases[:, None] * whole
    return whole


def _one(gate: Gate) -> Matrix:
    half = gate.angle / 2
    if gate.kind == "rz":
        return np.diag([cmath.exp(-1j * half), cmath.exp(1j * half)])
    off = -1j * math.sin(half) * cmath.exp(-1j * gate.phase)
    cosine = math.cos(half)
    return np.array([[cosine, off], [-off.conjugate(), cosine]], dtype=np.complex128)


def _spread(matrix: Matrix, qubit: int, qubits: int) -> Matrix:
    behind = np.kron(np.eye(2 ** (qubits - 1 - qubit)), matrix)
    return np.asarray(np.kron(behind, np.eye(2**qubit)), dtype=np.complex128)
