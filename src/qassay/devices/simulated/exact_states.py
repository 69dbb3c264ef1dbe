"""Exact noisy simulation of some qubits that hang together: the whole Pauli vector.

The state is the expectation of every Pauli string, 4^n real numbers, and every gate with its
noise is a Pauli transfer matrix. Matrices wait until a qubit of theirs meets another one or is
read, so that the vector is passed through once for all that two qubits do with each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from qassay.devices.noise import Floats, NoiseModel
from qassay.devices.simulated.circuit_blocks import Channels, side_by_side
from qassay.devices.simulated.leak_patterns import leak_patterns, without_gone
from qassay.devices.simulated.schedule import Timed

Bits = npt.NDArray[np.uint8]

_STATES = np.array([[0.5, 0, 0, 0.5], [0.5, 0, 0, -0.5]])  # of I X Y Z: chances of 0 and 1


@dataclass(slots=True, eq=False)
class PauliVector:
    """The state of some qubits.

    Attributes:
        qubits: Which, sorted.
        vector: Expectations, shape (4,) * n; axis k belongs to qubit `order[k]`.
        order: See `vector`.
        pending: One-qubit matrices still to be applied, 4 x 4 each, before those of pairs.
        meeting: Pairs whose matrix is still to be applied, 16 x 16 each, index 4 P + Q; a qubit
            is in one of them at most.
    """

    qubits: tuple[int, ...]
    vector: Floats
    order: list[int]
    pending: dict[int, Floats] = field(default_factory=dict)
    meeting: dict[tuple[int, int], Floats] = field(default_factory=dict)

    @classmethod
    def prepared(cls, qubits: Sequence[int], preparation_error: Floats) -> PauliVector:
        """Put all qubits into 0, but for preparation errors."""
        vector: Floats = np.ones(())
        for qubit in qubits:
            one = np.array([1.0, 0.0, 0.0, 1 - 2 * preparation_error[qubit]])
            vector = np.multiply.outer(vector, one)
        return cls(tuple(qubits), vector, list(qubits))

    def one(self, qubit: int, matrix: Floats) -> None:
        """Apply a one-qubit matrix."""
        for pair in self.meeting:
            if qubit in pair:
                idle = np.eye(4)
                sides = (matrix, idle) if qubit == pair[0] else (idle, matrix)
                self.meeting[pair] = side_by_side(*sides) @ self.meeting[pair]
                return
        before = self.pending.get(qubit)
        self.pending[qubit] = matrix if before is None else matrix @ before

    def two(self, first: int, second: int, matrix: Floats) -> None:
        """Apply a two-qubit matrix, index 4 P + Q."""
        pair = (first, second)
        if pair in self.meeting:
            self.meeting[pair] = matrix @ self.meeting[pair]
            return
        self._pass([other for other in self.meeting if set(other) & set(pair)])
        idle = np.eye(4)
        ahead = side_by_side(self.pending.pop(first, idle), self.pending.pop(second, idle))
        self.meeting[pair] = matrix @ ahead

    def _pass(self, pairs: list[tuple[int, int]]) -> None:
        """Pass through the vector with the matrices of some pairs."""
        for pair in pairs:
            step = self.meeting.pop(pair).reshape(4, 4, 4, 4)
            axes = [self.order.index(qubit) for qubit in pair]
            self.vector = np.tensordot(step, self.vector, axes=([2, 3], axes))
            self.order = [*pair, *(qubit for qubit in self.order if qubit not in pair)]

    def probabilities(self) -> Floats:
        """Chances of the states before readout, shape (2,) * n in the order of `qubits`."""
        self._pass(list(self.meeting))
        found = self.vector
        for qubit in self.qubits:
            axis = self.order.index(qubit)
            ends = _STATES @ self.pending.get(qubit, np.eye(4))
            found = np.moveaxis(np.tensordot(ends, found, axes=([1], [axis])), 0, axis)
        found = np.transpose(found, [self.order.index(qubit) for qubit in self.qubits])
        return np.maximum(found, 0.0)


def evolved(
    qubits: Sequence[int],
    timed: Iterable[Timed],
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
    for entry in timed:
        gate = entry.gate
        for qubit, seconds in zip(gate.qubits, entry.waits, strict=True):
            if seconds > 0:
                state.one(qubit, channels.wait(qubit, seconds))
        if gate.kind == "cz":
            first, second = gate.qubits
            state.two(first, second, channels.entangler(first, second, entry.neighbours))
        elif gate.kind == "prx":
            state.one(gate.qubits[0], channels.pulse(gate.qubits[0], gate.angle, gate.phase))
        elif gate.kind == "rz":
            state.one(gate.qubits[0], channels.z(gate.angle))
        elif gate.kind == "delay":
            qubit = gate.qubits[0]
            state.one(qubit, channels.wait(qubit, gate.seconds))
            if detuning is not None:
                state.one(qubit, channels.z(gate.seconds * detuning[qubit]))
    return state


def sample(
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
    return any(x.gate.kind == "delay" and x.gate.seconds > 0 and slow[x.gate.qubits[0]] > 0
               for x in timed)  # fmt: skip


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
