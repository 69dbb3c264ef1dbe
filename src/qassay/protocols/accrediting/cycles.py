"""A circuit as cycles: a round of one-qubit gates, a layer of disjoint CZ gates, and again."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from qassay.circuits.circuit import Circuit, native
from qassay.circuits.family import Pair
from qassay.errors import UnsupportedCircuitError
from qassay.protocols.accrediting.turns import Turns, turns_of


@dataclass(frozen=True, slots=True, eq=False)
class Cycles:
    """Rounds and layers in turn, a round last.

    Attributes:
        rounds: One-qubit gates as triples, shape (layers + 1, qubits, 3).
        layers: Disjoint pairs of each layer, each a < b, sorted.
    """

    rounds: Turns
    layers: tuple[tuple[Pair, ...], ...]

    @property
    def qubits(self) -> int:
        """Number of qubits."""
        return int(self.rounds.shape[1])

    @property
    def entanglers(self) -> int:
        """Number of CZ gates."""
        return sum(map(len, self.layers))


def cycles_of(circuit: Circuit) -> Cycles:
    """Sort a circuit into cycles; every CZ comes as early as its qubits and barriers allow.

    Raises:
        UnsupportedCircuitError: It has delays, which traps cannot copy gate by gate.
    """
    depth = np.zeros(circuit.qubits, dtype=np.int64)
    layers: list[list[Pair]] = []
    gates: dict[tuple[int, int], npt.NDArray[np.complex128]] = {}
    for gate in native(circuit).gates:
        if gate.kind == "delay":
            raise UnsupportedCircuitError(
                "a delay in a circuit that is to be accredited: leave"
                " it out, the layers set the clock"
            )
        if gate.kind == "barrier":
            depth[list(gate.qubits)] = depth[list(gate.qubits)].max()
        elif gate.kind == "cz":
            a, b = sorted(gate.qubits)
            place = int(max(depth[a], depth[b]))
            if place == len(layers):
                layers.append([])
            layers[place].append((a, b))
            depth[[a, b]] = place + 1
        else:
            key = (int(depth[gate.qubits[0]]), gate.qubits[0])
            turn = _matrix(gate.kind, gate.angle, gate.phase)
            gates[key] = turn @ gates[key] if key in gates else turn
    rounds = np.zeros((len(layers) + 1, circuit.qubits, 2, 2), dtype=np.complex128)
    rounds[:] = np.eye(2)
    for (place, qubit), matrix in gates.items():
        rounds[place, qubit] = matrix
    return Cycles(turns_of(rounds), tuple(tuple(sorted(layer)) for layer in layers))


@lru_cache(maxsize=4096)
def _matrix(kind: str, angle: float, phase: float) -> npt.NDArray[np.complex128]:
    half = angle / 2
    if kind == "rz":
        return np.diag([np.exp(-1j * half), np.exp(1j * half)])
    across = -1j * np.sin(half)
    return np.array(
        [
            [np.cos(half), across * np.exp(-1j * phase)],
            [across * np.exp(1j * phase), np.cos(half)],
        ]
    )
