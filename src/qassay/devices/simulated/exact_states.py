"""Exact noisy simulation of some qubits that hang together: the whole Pauli vector.

The state is the expectation of every Pauli string, 4^n real numbers, and every gate with its
noise is a Pauli transfer matrix. Matrices wait until a qubit of theirs meets another one or is
read, so that the vector is passed through once for all that two qubits do with each other. Qubits
that have not met yet stand in vectors of their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from qassay.devices.noise import Floats, NoiseModel
from qassay.devices.simulated.circuit_blocks import Channels, side_by_side
from qassay.devices.simulated.leak_patterns import leak_patterns, without_gone
from qassay.devices.simulated.schedule import Timed

Bits = npt.NDArray[np.uint8]

_IDLE = np.eye(4)
_STATES = np.array([[0.5, 0, 0, 0.5], [0.5, 0, 0, -0.5]])  # of I X Y Z: chances of 0 and 1


@dataclass(slots=True, eq=False)
class _Joint:
    """The expectations of some qubits that have met, shape (4,) * n or, once read, (2,) * n.

    Attributes:
        order: The qubit of each axis.
        vector: The numbers.
    """

    order: list[int]
    vector: Floats

    def apply(
        self, pair: tuple[int, int], matrix: Floats, then: Sequence[tuple[int, int]] = ()
    ) -> None:
        """Multiply the axes of a pair, taken together, by a matrix of 16 columns.

        The pair goes from the front to the end. Where it is not in front, all axes are moved, and
        the pairs of `then`, none of which shares a qubit, stand behind it for their own turns.
        """
        if tuple(self.order[:2]) != pair:
            ahead = [qubit for one in (pair, *then) for qubit in one]
            order = [*ahead, *(qubit for qubit in self.order if qubit not in ahead)]
            axes = [self.order.index(qubit) for qubit in order]
            self.vector, self.order = self.vector.transpose(axes), order
        side = round(len(matrix) ** 0.5)
        found = self.vector.reshape(16, -1).T @ matrix.T
        self.vector = found.reshape(*self.vector.shape[2:], side, side)
        self.order = [*self.order[2:], *pair]


@dataclass(slots=True, eq=False)
class PauliVector:
    """The state of some qubits.

    Attributes:
        qubits: Which, sorted.
        joint: The vector that each qubit stands in.
        meeting: Pairs whose matrix may still grow, 16 x 16 each, index 4 P + Q; a qubit is in
            one of them at most.
        passes: Pairs whose matrix is to be applied, in this order; all at once, since the next
            ones say how the axes of the vector are best arranged.
        pending: One-qubit matrices still to be applied, 4 x 4 each, behind those of pairs.
    """

    qubits: tuple[int, ...]
    joint: dict[int, _Joint]
    meeting: dict[tuple[int, int], Floats] = field(default_factory=dict)
    passes: list[tuple[tuple[int, int], Floats]] = field(default_factory=list)
    pending: dict[int, Floats] = field(default_factory=dict)

    @classmethod
    def prepared(cls, qubits: Sequence[int], preparation_error: Floats) -> PauliVector:
        """Put all qubits into 0, but for preparation errors."""
        found = cls(tuple(qubits), {})
        for qubit in qubits:
            one = np.array([1.0, 0.0, 0.0, 1 - 2 * preparation_error[qubit]])
            found.joint[qubit] = _Joint([qubit], one)
        return found

    def two(self, pair: tuple[int, int], matrix: Floats) -> None:
        """Apply a two-qubit matrix, index 4 P + Q, with all that its qubits did before."""
        before = self.meeting.get(pair)
        if before is None:
            for other in [other for other in self.meeting if set(other) & set(pair)]:
                self.passes.append((other, self.meeting.pop(other)))
            self.meeting[pair] = matrix
        else:
            self.meeting[pair] = matrix @ before

    def _pass_all(self) -> None:
        """Pass through the vectors with the matrices that wait for it."""
        for place, (pair, matrix) in enumerate(self.passes):
            first, second = (self.joint[qubit] for qubit in pair)
            if first is not second:
                first.vector = np.multiply.outer(first.vector, second.vector)
                first.order += second.order
                for qubit in second.order:
                    self.joint[qubit] = first
            first.apply(pair, matrix, self._then(place, first))
        self.passes.clear()

    def _then(self, place: int, joint: _Joint) -> list[tuple[int, int]]:
        """Name the pairs that come next, up to the first that shares a qubit or stands apart."""
        used, found = set(self.passes[place][0]), list[tuple[int, int]]()
        for pair, _ in self.passes[place + 1 :]:
            if used & set(pair) or any(self.joint[qubit] is not joint for qubit in pair):
                break
            used.update(pair)
            found.append(pair)
        return found

    def probabilities(self) -> Floats:
        """Chances of the states before readout, shape (2,) * n in the order of `qubits`."""
        ends = {qubit: _STATES @ self.pending.get(qubit, _IDLE) for qubit in self.qubits}
        for pair, matrix in self.meeting.items():
            end = side_by_side(*(ends.pop(qubit) for qubit in pair))
            self.passes.append((pair, end @ matrix))
        self._pass_all()
        order: list[int] = []
        found: Floats = np.ones(())
        for joint in {id(x): x for x in self.joint.values()}.values():
            order += joint.order
            found = np.multiply.outer(found, joint.vector)
        for qubit, end in ends.items():
            axis = order.index(qubit)
            found = np.moveaxis(np.tensordot(end, found, axes=([1], [axis])), 0, axis)
        found = np.transpose(found, [order.index(qubit) for qubit in self.qubits])
        return np.maximum(found, 0.0)


def evolved(
    qubits: Sequence[int],
    timed: Sequence[Timed],
    channels: Channels,
    detuning: Mapping[int, float] | None = None,
) -> PauliVector:
    """Run a schedule without zz on the qubits that it names.

    Args:
        qubits: Sorted.
        timed: The schedule of these qubits.
        channels: Of the machine.
        detuning: Slow detuning of each qubit in rad/s, or None.
    """
    state = PauliVector.prepared(qubits, channels.strengths.noise.preparation_error)
    turns = iter(channels.turns([x.gate for x in timed if x.gate.kind in ("prx", "rz")]))
    chains: list[list[Floats]] = []  # what one qubit does between two meetings
    current: dict[int, list[Floats]] = {qubit: [] for qubit in qubits}
    met: list[tuple[int, int]] = []
    entanglers: list[Floats] = []
    for entry in timed:
        gate = entry.gate
        for qubit, seconds in zip(gate.qubits, entry.waits, strict=True):
            if seconds > 0:
                current[qubit].append(channels.wait(qubit, seconds))
        if gate.kind == "cz":
            first, second = gate.qubits
            met.append((first, second))
            entanglers.append(channels.entangler(first, second, entry.neighbours))
            chains += [current[first], current[second]]
            current[first], current[second] = [], []
        elif gate.kind in ("prx", "rz"):
            current[gate.qubits[0]].append(next(turns))
        elif gate.kind == "delay":
            qubit = gate.qubits[0]
            current[qubit].append(channels.wait(qubit, gate.seconds))
            if detuning is not None:
                current[qubit].append(channels.z(gate.seconds * detuning[qubit]))
    products = _products([*chains, *current.values()])
    state.pending = dict(zip(current, products[len(chains) :], strict=True))
    if met:
        ahead = products[: len(chains)].reshape(len(met), 2, 4, 4)
        sides = np.einsum("nac,nbd->nabcd", ahead[:, 0], ahead[:, 1]).reshape(len(met), 16, 16)
        for pair, matrix in zip(met, np.array(entanglers) @ sides, strict=True):
            state.two(pair, matrix)
    return state


def _products(chains: Sequence[Sequence[Floats]]) -> Floats:
    """Multiply 4 x 4 matrices of each chain, the last from the left; all chains side by side."""
    found = np.broadcast_to(_IDLE, (len(chains), 4, 4)).copy()
    places = sorted(range(len(chains)), key=lambda place: -len(chains[place]))
    for step in range(len(chains[places[0]]) if places else 0):
        while len(chains[places[-1]]) <= step:
            places.pop()
        found[places] = np.array([chains[place][step] for place in places]) @ found[places]
    return found


def sample_exactly(
    block: Sequence[int],
    timed: Sequence[Timed],
    channels: Channels,
    shots: int,
    into: Bits,
    generator: np.random.Generator,
) -> None:
    """Draw the states of some qubits, before readout.

    Args:
        block: The qubits, sorted.
        timed: Their schedule, zz written out.
        channels: Of the machine.
        shots: How many.
        into: Written to in the columns of the block, shape (shots, qubits of the circuit).
        generator: Of the outcomes.
    """
    strengths = channels.strengths
    columns = np.array(block, dtype=np.intp)
    slow = slowly(timed, strengths.noise)
    for pattern in leak_patterns(timed, strengths, shots, generator):
        entries = without_gone(timed, pattern, strengths)
        # A detuned shot is an evolution of its own.
        groups = pattern.shots[:, None] if slow else pattern.shots[None]
        for rows in groups:
            detuning = _detuning(block, strengths.noise, generator) if slow else None
            chances = evolved(block, entries, channels, detuning).probabilities()
            into[np.ix_(rows, columns)] = _drawn(chances, rows.size, generator)
        for qubit in pattern.qubits:
            into[pattern.shots, qubit] = 1


def slowly(timed: Sequence[Timed], noise: NoiseModel) -> bool:
    """Whether slow detuning makes every shot another evolution."""
    slow = noise.slow_dephasing
    return any(
        x.gate.kind == "delay" and x.gate.seconds > 0 and slow[x.gate.qubits[0]] > 0 for x in timed
    )


def _detuning(
    block: Sequence[int], noise: NoiseModel, generator: np.random.Generator
) -> dict[int, float]:
    """Draw Lorentzian numbers: the tangent of a uniform angle."""
    angles = np.pi * (generator.random(len(block)) - 0.5)
    slow = noise.slow_dephasing
    return {qubit: float(slow[qubit] * np.tan(x)) for qubit, x in zip(block, angles, strict=True)}


def _drawn(chances: Floats, shots: int, generator: np.random.Generator) -> Bits:
    """Draw states, shape (shots, qubits)."""
    ladder = np.cumsum(chances.ravel())
    uniform = generator.random(shots) * ladder[-1]
    state = np.minimum(np.searchsorted(ladder, uniform, side="right"), ladder.size - 1)
    return np.asarray(state[:, None] >> np.arange(chances.ndim)[::-1] & 1, dtype=np.uint8)
