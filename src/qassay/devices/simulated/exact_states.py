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

    def apply(self, pair: tuple[int, int], matrix: Floats) -> None:
        """Multiply the axes of a pair, taken together, by a matrix of 16 columns."""
        others = [qubit for qubit in self.order if qubit not in pair]
        axes = [self.order.index(qubit) for qubit in (*pair, *others)]
        kept = self.vector.transpose(axes)
        side = round(len(matrix) ** 0.5)
        found = matrix @ kept.reshape(16, -1)
        self.vector = found.reshape(side, side, *kept.shape[2:])
        self.order = [*pair, *others]


@dataclass(slots=True, eq=False)
class PauliVector:
    """The state of some qubits.

    Attributes:
        qubits: Which, sorted.
        joint: The vector that each qubit stands in.
        meeting: Pairs whose matrix is still to be applied, 16 x 16 each, index 4 P + Q; a qubit
            is in one of them at most.
        pending: One-qubit matrices still to be applied, 4 x 4 each, behind those of pairs.
    """

    qubits: tuple[int, ...]
    joint: dict[int, _Joint]
    meeting: dict[tuple[int, int], Floats] = field(default_factory=dict)
    pending: dict[int, Floats] = field(default_factory=dict)

    @classmethod
    def prepared(cls, qubits: Sequence[int], preparation_error: Floats) -> PauliVector:
        """Put all qubits into 0, but for preparation errors."""
        found = cls(tuple(qubits), {})
        for qubit in qubits:
            one = np.array([1.0, 0.0, 0.0, 1 - 2 * preparation_error[qubit]])
            found.joint[qubit] = _Joint([qubit], one)
        return found

    def one(self, qubit: int, matrix: Floats) -> None:
        """Apply a one-qubit matrix."""
        before = self.pending.get(qubit)
        self.pending[qubit] = matrix if before is None else matrix @ before

    def two(self, first: int, second: int, matrix: Floats) -> None:
        """Apply a two-qubit matrix, index 4 P + Q."""
        pair = (first, second)
        ahead = side_by_side(self.pending.pop(first, _IDLE), self.pending.pop(second, _IDLE))
        if pair not in self.meeting:
            for other in [other for other in self.meeting if set(other) & set(pair)]:
                self._pass(other, self.meeting.pop(other))
            self.meeting[pair] = matrix @ ahead
        else:
            self.meeting[pair] = matrix @ (ahead @ self.meeting[pair])

    def _pass(self, pair: tuple[int, int], matrix: Floats) -> None:
        """Pass through the vector with the matrix of a pair."""
        first, second = (self.joint[qubit] for qubit in pair)
        if first is not second:
            first.vector = np.multiply.outer(first.vector, second.vector)
            first.order += second.order
            for qubit in second.order:
                self.joint[qubit] = first
        first.apply(pair, matrix)

    def probabilities(self) -> Floats:
        """Chances of the states before readout, shape (2,) * n in the order of `qubits`."""
        ends = {qubit: _STATES @ self.pending.get(qubit, _IDLE) for qubit in self.qubits}
        for pair, matrix in self.meeting.items():
            self._pass(pair, side_by_side(*(ends.pop(qubit) for qubit in pair)) @ matrix)
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
    for entry in timed:
        gate = entry.gate
        for qubit, seconds in zip(gate.qubits, entry.waits, strict=True):
            if seconds > 0:
                state.one(qubit, channels.wait(qubit, seconds))
        if gate.kind == "cz":
            first, second = gate.qubits
            state.two(first, second, channels.entangler(first, second, entry.neighbours))
        elif gate.kind in ("prx", "rz"):
            state.one(gate.qubits[0], next(turns))
        elif gate.kind == "delay":
            qubit = gate.qubits[0]
            state.one(qubit, channels.wait(qubit, gate.seconds))
            if detuning is not None:
                state.one(qubit, channels.z(gate.seconds * detuning[qubit]))
    return state


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
