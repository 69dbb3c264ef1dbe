"""Wide circuits of any angles: trajectories on state vectors or on matrix products.

The cheaper of the two is taken, by a count of operations that does not depend on the machine
it runs on, so that the same job gives the same counts everywhere. Where a trajectory is too
dear for every shot to have its own, shots share errors, and the result says how many do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from qassay.devices.simulated import cut_labels, matrix_products, state_vectors
from qassay.devices.simulated.gate_errors import GateErrors
from qassay.devices.simulated.leak_patterns import leak_patterns, without_gone
from qassay.devices.simulated.schedule import Timed
from qassay.devices.simulated.trajectories import Layer, Trajectories, draw
from qassay.errors import UnsupportedCircuitError

Bits = npt.NDArray[np.uint8]

# Operations (multiplications of complex numbers) that a shot may cost, some 20 ms, and a
# trajectory at most, some 10 s; a job has at least a few trajectories.
_A_SHOT: Final = 1.0e7
_A_TRAJECTORY: Final = 1.0e10
_FEWEST: Final = 4
# Complex numbers in the environments of a batch of trajectories: some 4 MiB, near the cache.
_AT_A_TIME: Final = 1 << 19


@dataclass(frozen=True, slots=True, eq=False)
class WideWay:
    """How a wide part of a circuit is simulated.

    Attributes:
        qubits: Sorted.
        timed: Their schedule, zz as such.
        cost: Operations of one trajectory.
        order: Order of the qubits (places) for matrix products; empty for state vectors.
        widths: Bits of each bond.
    """

    qubits: tuple[int, ...]
    timed: Sequence[Timed]
    cost: float
    order: list[int] = field(default_factory=list)
    widths: list[int] = field(default_factory=list)

    def trajectories(self, shots: int) -> int:
        """How many trajectories some shots share."""
        return int(min(shots, max(_FEWEST, shots * _A_SHOT // self.cost)))

    def notes(self, shots: int) -> tuple[str, ...]:
        """What a result of some shots must say."""
        if (count := self.trajectories(shots)) == shots:
            return ()
        return (f"approximation: {shots} shots share {count} draws of the gate errors",)


def way(name: str, qubits: tuple[int, ...], timed: Sequence[Timed], layers: list[Layer]) -> WideWay:
    """Choose how to simulate a wide part.

    Args:
        name: Of the machine, for a refusal.
        qubits: Sorted.
        timed: Their schedule, zz as such.
        layers: The circuit in layers, from any draw.

    Raises:
        UnsupportedCircuitError: Both ways are too dear.
    """
    count = len(qubits)
    whole = 12.0 * len(layers[1:]) * 2.0**count if count <= state_vectors.WIDEST else np.inf
    order: list[int] = []
    widths: list[int] = []
    product = np.inf
    if len(layers) == 2:
        edges = list(layers[1].couplings)
        order = list(cut_labels.ordered(tuple(edges), count))
        widths = [0, *cut_labels.widths(edges, order), 0]
        product = sum(8 * 4.0 ** max(a, b) + 10_000 for a, b in pairwise(widths))
    cost = min(whole, product)
    if cost > _A_TRAJECTORY:
        why = (
            f"one layer of {len(layers[1].couplings)} couplings needs bonds of 2^{max(widths)}"
            if len(layers) == 2
            else f"it has {len(layers) - 1} layers of couplings, and"
            f" {state_vectors.WIDEST} qubits are the most for more than one"
        )
        raise UnsupportedCircuitError(
            f"{count} qubits of this circuit hang together, it is no Clifford circuit, and {why}:"
            f" too much for {name}, see docs/devices.md for the limits"
        )
    if product <= whole:
        return WideWay(qubits, timed, cost, order, widths)
    return WideWay(qubits, timed, cost)


def sample(
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
        drawn = draw(how.qubits, entries, errors, draws, generator)
        # Shots are dealt to the draws in turn.
        of_shot = drawn.of_draw[np.arange(rows.size) % draws]
        found = _states(how, drawn, of_shot, generator)
        into[np.ix_(rows, columns)] = found
        for qubit in pattern.qubits:
            into[rows, qubit] = 1


def _states(
    how: WideWay, drawn: Trajectories, of_shot: npt.NDArray[np.intp], generator: np.random.Generator
) -> Bits:
    counts = np.bincount(of_shot, minlength=len(drawn.weights))
    found = np.empty((of_shot.size, len(how.qubits)), dtype=np.uint8)
    # Shots of the same trajectory stand together, trajectories with many shots first.
    trajectories = np.argsort(-counts, kind="stable")
    rank = np.empty_like(trajectories)
    rank[trajectories] = np.arange(trajectories.size)
    places = np.argsort(rank[of_shot], kind="stable")
    starts = np.concatenate([[0], np.cumsum(counts[trajectories])])
    if not how.order:
        room = state_vectors.StateVectors(len(how.qubits))
        for number, trajectory in enumerate(trajectories.tolist()):
            own = places[starts[number] : starts[number + 1]]
            if own.size:
                vector = room.evolve(drawn.layers, trajectory)
                found[own] = state_vectors.sample(vector, own.size, generator)
        return found
    plans = cut_labels.plan_sites(list(drawn.layers[1].couplings), how.order)
    several = max(1, _AT_A_TIME >> 2 * max(how.widths))
    number = 0
    while number < trajectories.size and counts[trajectories[number]]:
        most = int(counts[trajectories[number]])
        # A batch of trajectories has the same number of shots each; what is too much is left.
        end = min(number + several, trajectories.size)
        while end > number + 1 and counts[trajectories[end - 1]] * 2 < most:
            end -= 1
        batch = trajectories[number:end]
        layers = [layer.some(batch) for layer in drawn.layers]
        bits = _products(layers, plans, how.order, most, generator)
        for place, trajectory in enumerate(batch.tolist()):
            own = places[starts[number + place] : starts[number + place + 1]]
            found[own] = bits[place, : counts[trajectory]]
        number = end
    return found


def _products(
    layers: list[Layer],
    plans: list[cut_labels.SitePlan],
    order: list[int],
    shots: int,
    generator: np.random.Generator,
) -> Bits:
    values = matrix_products.layer_values(plans, order, layers[0], layers[1])
    gates = [layers[1].gates[:, qubit] for qubit in order]
    bits = matrix_products.sample(plans, values, gates, shots, generator)
    found = np.empty_like(bits)
    found[:, :, order] = bits
    return found
