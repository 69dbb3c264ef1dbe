"""Exact simulation of one circuit in blocks of one and two qubits, with free angles.

A block's state is v[column, P, Q], the expectation of P on its first and Q on its second
qubit over I X Y Z; Q is I alone where there is no second. All shots share one column unless
slow detuning makes each shot another evolution. The channels are those of
`qassay.devices.noise`, with the strengths of `Strengths`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from qassay.circuits.circuit import Gate
from qassay.circuits.gates import controlled_z, rotation, shorter_way
from qassay.devices.noise import Floats
from qassay.devices.simulated.leak_patterns import leak_patterns, without_gone
from qassay.devices.simulated.schedule import Timed
from qassay.devices.simulated.strengths import Strengths

Bits = npt.NDArray[np.uint8]
_CONTROLLED_Z = controlled_z()
# Numbers 4 P + Q of the Pauli strings that a ZZ turn takes into each other.
_TURNED = ((4, 11), (7, 8), (1, 14), (13, 2))


class Channels:
    """Pauli transfer matrices of a machine's operations, made once each."""

    def __init__(self, strengths: Strengths) -> None:
        """Take the noise."""
        self.strengths = strengths
        self._keeps = strengths.pulse_keeps()
        self._made: dict[tuple[object, ...], Floats] = {}

    def pulse(self, qubit: int, angle: float, phase: float) -> Floats:
        """Turn, relaxation, depolarization: 4 x 4."""
        key = ("pulse", qubit, angle, phase)
        if key not in self._made:
            over = self.strengths.noise.one_qubit_overrotation[qubit]
            turn, axis = shorter_way(angle, phase)
            turned = np.eye(4)
            turned[1:, 1:] = rotation(turn + turn / (np.pi / 2) * over, axis)
            matrix = self.wait(qubit, self.strengths.durations.one_qubit_gate) @ turned
            matrix[1:] *= self._keeps[qubit]
            self._made[key] = matrix
        return self._made[key]

    def turns(self, gates: Sequence[Gate]) -> list[Floats]:
        """Make many gates "prx" and "rz" at once: 4 x 4 each, as `pulse` and `z` make them."""
        virtual = np.array([gate.kind == "rz" for gate in gates], dtype=bool)
        angles = np.array([gate.angle for gate in gates])
        phases = np.array([gate.phase for gate in gates])
        qubits = np.array([gate.qubits[0] for gate in gates], dtype=np.intp)
        turns, axes = shorter_way(angles, phases)
        over = self.strengths.noise.one_qubit_overrotation[qubits]
        turned = np.zeros((len(gates), 4, 4))
        turned[:, 0, 0] = 1
        turned[:, 1:, 1:] = rotation(turns + turns / (np.pi / 2) * over, axes)
        wait = self.strengths.waiting(self.strengths.durations.one_qubit_gate)
        turned[:, 1:3] *= wait.across[qubits, None, None]
        turned[:, 3] *= wait.along[qubits, None]
        turned[:, 3, 0] = wait.lift[qubits]
        turned[:, 1:] *= self._keeps[qubits, None, None]
        cosine, sine = np.cos(angles[virtual]), np.sin(angles[virtual])
        turned[virtual] = np.eye(4)
        turned[virtual, 1, 1] = turned[virtual, 2, 2] = cosine
        turned[virtual, 1, 2], turned[virtual, 2, 1] = -sine, sine
        return list(turned)

    def z(self, angle: float) -> Floats:
        """Turn about Z without error: 4 x 4."""
        matrix = np.eye(4)
        cosine, sine = np.cos(angle), np.sin(angle)
        matrix[1:3, 1:3] = [[cosine, -sine], [sine, cosine]]
        return matrix

    def wait(self, qubit: int, seconds: float) -> Floats:
        """Relaxation: 4 x 4."""
        key = ("wait", qubit, seconds)
        if key not in self._made:
            wait = self.strengths.waiting(seconds)
            across, along = wait.across[qubit], wait.along[qubit]
            matrix = np.diag([1.0, across, across, along])
            matrix[3, 0] = wait.lift[qubit]
            self._made[key] = matrix
        return self._made[key]

    def entangler(self, first: int, second: int, neighbours: int) -> Floats:
        """CZ, over-rotation, relaxation, depolarization: 16 x 16, index 4 P + Q."""
        key = ("cz", first, second, neighbours)
        if key not in self._made:
            strengths, pair = self.strengths, (first, second)
            over = strengths.noise.two_qubit_overrotation[
                strengths.machine.pair_places((pair,))
            ].item()
            seconds = strengths.durations.two_qubit_gate
            wait = side_by_side(self.wait(first, seconds), self.wait(second, seconds))
            matrix = wait @ zz_turn(over) @ _CONTROLLED_Z
            matrix[1:] *= strengths.entangler_keeps((pair,), np.array([[neighbours]])).item()
            self._made[key] = matrix
        return self._made[key]


def zz_turn(angle: float) -> Floats:
    """Write exp(-i angle/2 ZZ) as a Pauli transfer matrix: it mixes P Q with [ZZ, P Q].

    It turns the planes (XI, YZ), (XZ, YI), (IX, ZY), (ZX, IY) by the angle; the rest stays.
    """
    matrix = np.eye(16)
    cosine, sine = np.cos(angle), np.sin(angle)
    for x, y in _TURNED:
        matrix[x, x] = matrix[y, y] = cosine
        matrix[y, x], matrix[x, y] = sine, -sine
    return matrix


def side_by_side(first: Floats, second: Floats) -> Floats:
    """Make one map of two: numpy's kron takes five times as long for such small ones."""
    return np.asarray(
        (first[:, None, :, None] * second[None, :, None, :]).reshape(
            len(first) * len(second), first.shape[1] * second.shape[1]
        )
    )


def sample_blocks(
    timed: Sequence[Timed],
    blocks: Sequence[tuple[int, ...]],
    channels: Channels,
    shots: int,
    into: Bits,
    generator: np.random.Generator,
) -> None:
    """Draw the state of every qubit of some blocks, before readout.

    Args:
        timed: The schedule, zz written out.
        blocks: Of one and two qubits.
        channels: Of the machine.
        shots: How many.
        into: Written to in the columns of the blocks, shape (shots, qubits).
        generator: Of the outcomes.
    """
    strengths = channels.strengths
    slow = strengths.noise.slow_dephasing
    of_block = {qubit: number for number, block in enumerate(blocks) for qubit in block}
    steps: list[list[Timed]] = [[] for _ in blocks]
    for entry in timed:
        if entry.gate.qubits[0] in of_block:
            steps[of_block[entry.gate.qubits[0]]].append(entry)
    resting: list[int] = []  # qubits that no gate touches, drawn together in their order
    for block, own in zip(blocks, steps, strict=True):
        if len(block) == 1 and not own:
            resting.append(block[0])
            continue
        _draw_resting(resting, strengths, into, generator)
        waits = any(x.gate.kind == "delay" and x.gate.seconds > 0 for x in own)
        for pattern in leak_patterns(own, strengths, shots, generator):
            rows, detuning = pattern.shots, None
            if waits and slow[list(block)].any():
                angle = np.pi * (generator.random((rows.size, len(block))) - 0.5)
                detuning = slow[list(block)] * np.tan(angle)
            entries = without_gone(own, pattern, strengths)
            found = state_probabilities(block, entries, channels, detuning)
            ladder = np.cumsum(found.reshape(len(found), -1), axis=1)
            uniform = generator.random(rows.size)
            state = (uniform[:, None] >= ladder[:, :-1]).sum(axis=1)
            for place, qubit in enumerate(reversed(block)):
                into[rows, qubit] = 1 if qubit in pattern.qubits else state >> place & 1
    _draw_resting(resting, strengths, into, generator)


def _draw_resting(
    qubits: list[int], strengths: Strengths, into: Bits, generator: np.random.Generator
) -> None:
    """Draw qubits that no gate touches, and forget them: they stay as they were prepared."""
    if qubits:
        zero = 0.5 + 0.5 * (1 - 2 * strengths.noise.preparation_error[qubits])
        uniform = generator.random((len(qubits), len(into)))
        into[:, qubits] = (uniform >= zero[:, None]).T
        qubits.clear()


def state_probabilities(
    block: tuple[int, ...], timed: Sequence[Timed], channels: Channels, detuning: Floats | None
) -> Floats:
    """Evolve a block and give the chances of its states; arguments as `probabilities`."""
    noise = channels.strengths.noise
    starts = [np.array([1.0, 0, 0, 1 - 2 * noise.preparation_error[q]]) for q in block]
    second = starts[1] if len(block) > 1 else np.ones(1)
    state = np.outer(starts[0], second)[None]
    if detuning is not None:
        state = np.repeat(state, len(detuning), axis=0)
    for entry in timed:
        state = _apply(state, entry, block, channels, detuning)
    ends = np.array([[0.5, 0, 0, 0.5], [0.5, 0, 0, -0.5]])
    found = ends @ state
    if len(block) == 1:
        return np.asarray(found[..., 0])
    return np.asarray(found @ ends.T)


def _apply(
    state: Floats,
    entry: Timed,
    block: tuple[int, ...],
    channels: Channels,
    detuning: Floats | None,
) -> Floats:
    gate = entry.gate
    for qubit, seconds in zip(gate.qubits, entry.waits, strict=True):
        if seconds > 0:
            state = _one(channels.wait(qubit, seconds), state, block.index(qubit))
    if gate.kind == "cz":
        first, second = block
        matrix = channels.entangler(first, second, entry.neighbours)
        flat = state.reshape(len(state), 16) @ matrix.T
        return np.asarray(flat.reshape(state.shape))
    qubit = gate.qubits[0]
    side = block.index(qubit)
    if gate.kind == "rz":
        return _one(channels.z(gate.angle), state, side)
    if gate.kind == "prx":
        return _one(channels.pulse(qubit, gate.angle, gate.phase), state, side)
    if gate.kind == "barrier":
        return state
    state = _one(channels.wait(qubit, gate.seconds), state, side)
    if detuning is not None:
        angles = gate.seconds * detuning[:, side]
        turns = np.zeros((len(angles), 4, 4))
        turns[:, 0, 0] = turns[:, 3, 3] = 1
        turns[:, 1, 1] = turns[:, 2, 2] = np.cos(angles)
        turns[:, 2, 1] = np.sin(angles)
        turns[:, 1, 2] = -turns[:, 2, 1]
        state = _one(turns, state, side)
    return state


def _one(matrix: Floats, state: Floats, side: int) -> Floats:
    """Apply a 4 x 4 map, or one for each column, to the first or second qubit."""
    return np.asarray(matrix @ state if side == 0 else state @ np.swapaxes(matrix, -1, -2))
