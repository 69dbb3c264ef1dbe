"""Wide circuits of any angles: trajectories qubit by qubit, on state vectors or matrix products.

The choice follows a count of operations that does not depend on the machine it runs on, so
that the same job gives the same counts everywhere. Where a trajectory is too dear for every
shot to have its own, shots share errors, and the result says how many do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from qassay.devices.simulated import matrix_products, one_layer, state_vectors
from qassay.devices.simulated.gate_errors import GateErrors
from qassay.devices.simulated.leak_patterns import leak_patterns, without_gone
from qassay.devices.simulated.schedule import Timed
from qassay.devices.simulated.trajectories import Layer, Trajectories, draw_trajectories

Bits = npt.NDArray[np.uint8]

# Operations (multiplications of complex numbers) that a shot may cost, some 20 ms, and a
# state vector at most, some 10 s; a job has at least a few trajectories.
_A_SHOT: Final = 1.0e7
_A_SHOT_AT_MOST: Final = 1.0e8  # where there is no other way
_A_TRAJECTORY: Final = 1.0e10
_FEWEST: Final = 4


@dataclass(frozen=True, slots=True, eq=False)
class WideWay:
    """How a wide part of a circuit is simulated.

    Attributes:
        qubits: Sorted.
        timed: Their schedule, zz as such.
        cost: Operations of one trajectory.
        steps: Order in which the qubits of one layer are drawn; empty where it is another way.
        line: Order of the qubits for matrix products; empty where it is another way.
        bond: Their widest bond without errors.
    """

    qubits: tuple[int, ...]
    timed: Sequence[Timed]
    cost: float
    steps: tuple[one_layer.Elimination, ...] = ()
    line: tuple[int, ...] = ()
    bond: int = 1

    def trajectories(self, shots: int) -> int:
        """How many trajectories some shots share; qubit by qubit every shot has its own."""
        if self.steps:
            return shots
        return int(min(shots, max(_FEWEST, shots * _A_SHOT // self.cost)))

    def notes(self, shots: int) -> tuple[str, ...]:
        """What a result of some shots must say."""
        said = []
        if (count := self.trajectories(shots)) < shots:
            said.append(f"approximation: {shots} shots share {count} draws of the gate errors")
        if self.line:
            said.append(
                "approximation: matrix products, cut so that a share of at most"
                f" {matrix_products.MOST_ANGLE:g} of the shots can differ"
            )
        return tuple(said)


def way(qubits: tuple[int, ...], timed: Sequence[Timed], layers: list[Layer]) -> WideWay:
    """Choose how to simulate a wide part.

    Args:
        qubits: Sorted.
        timed: Their schedule, zz as such.
        layers: The circuit in layers, from any draw.

    Raises:
        UnsupportedCircuitError: All ways are too dear, or lose too much.
    """
    count = len(qubits)
    if len(layers) == 2:
        steps = one_layer.eliminations_of(tuple(layers[1].couplings), count)
        cost = one_layer.operations(steps)
        if cost <= (_A_SHOT if count <= state_vectors.WIDEST else _A_SHOT_AT_MOST):
            return WideWay(qubits, timed, cost, steps)
    whole = 12.0 * len(layers[1:]) * 2.0**count
    edges = {edge for layer in layers for edge in layer.couplings}
    line = matrix_products.line_of(tuple(sorted(edges)), count)
    fits = count <= state_vectors.WIDEST and whole <= _A_TRAJECTORY
    if fits and whole <= matrix_products.most_operations(layers, line):
        return WideWay(qubits, timed, whole)
    reach = matrix_products.reach(layers, line)
    return WideWay(qubits, timed, reach.cost, line=line, bond=reach.bond)


def sample_wide(
    how: WideWay, errors: GateErrors, shots: int, into: Bits, generator: np.random.Generator
) -> None:
    """Draw the states of a wide part, before readout.

    Args:
        how: From `way`.
        errors: Of the machine's gates.
        shots: How many.
        into: Written to in the columns of the part, shape (shots, qubits of the circuit).
        generator: Of errors and outcomes.
    """
    strengths = errors.channels.strengths
    columns = np.array(how.qubits, dtype=np.intp)
    several = how.trajectories(shots)
    for pattern in leak_patterns(how.timed, strengths, shots, generator):
        entries = without_gone(how.timed, pattern, strengths)
        rows = pattern.shots
        draws = min(rows.size, max(1, several * rows.size // shots))
        drawn = draw_trajectories(how.qubits, entries, errors, draws, generator)
        # Shots are dealt to the draws in turn.
        of_shot = drawn.of_draw[np.arange(rows.size) % draws]
        found = _states(how, drawn, of_shot, generator)
        into[np.ix_(rows, columns)] = found[:, drawn.ends]
        for qubit in pattern.qubits:
            into[rows, qubit] = 1


def _states(
    how: WideWay, drawn: Trajectories, of_shot: npt.NDArray[np.intp], generator: np.random.Generator
) -> Bits:
    if how.steps:
        # Where a qubit has left, some couplings are not there.
        steps = one_layer.eliminations_of(tuple(drawn.layers[1].couplings), len(how.qubits))
        return one_layer.sample_one_layer(steps, drawn.layers, of_shot, generator)[0]
    if how.line:
        return matrix_products.sample_chain(drawn.layers, how.line, of_shot, how.bond, generator)[0]
    return state_vectors.sample_all(drawn.layers, of_shot, generator)
