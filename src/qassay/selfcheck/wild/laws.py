"""What a wild machine answers to a batch: which bits come out wrong, by a law in place of circuits.

In this order: how the qubits start (preparation, a reset that failed), what the circuit does to
them (decay, leakage), what is read (each 0 and 1 with its own chance), what hits many bits at
once (flips of neighbours, shots that are random throughout).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from qassay.protocols.interface import Bits, Experiment, arms_of
from qassay.protocols.known import protocol_for
from qassay.randomness import Stream
from qassay.selfcheck.wild.machine import Floats, WildMachine
from qassay.selfcheck.wild.register_truth import REGISTER_TRUTHS

Flags = npt.NDArray[np.bool_]
LOST: Final = 1e9  # the rate of a target without any signal


def depths(x: Experiment) -> tuple[Floats, Floats]:
    """Give layers, and layers with entanglers, of each arm; with a reference they differ."""
    layers = np.array(x.lengths, dtype=np.float64)
    entanglers = layers.copy()
    gate = arms_of(x, gate=True)
    for arm in gate:
        layers[arm] = x.lengths[gate[1]]
    return layers, entanglers


@dataclass(slots=True)
class Player:
    """A machine that answers batch after batch.

    Attributes:
        machine: Whose law it is.
        generator: Of everything that is random.
        clock: Circuits so far.
        last: The string that the last shot should have ended in.
    """

    machine: WildMachine
    generator: np.random.Generator
    clock: int = 0
    last: Bits | None = field(default=None)

    def answer(self, x: Experiment, arms: npt.NDArray[np.intp]) -> tuple[Bits, Bits]:
        """Play a batch.

        Args:
            x: The experiment.
            arms: Of each circuit, in order of execution.

        Returns:
            Expected bits, shape (circuits, qubits), and outcomes, (circuits, shots, qubits).
        """
        qubits = self.machine.device.qubits
        when = self.clock + np.arange(arms.size, dtype=np.float64)
        expected, asked = self._expected(x, arms, qubits)
        state = np.repeat(asked[:, None, :], x.shots, axis=1)
        state ^= self._starts(x, asked).astype(np.uint8)
        lost = np.zeros(state.shape, dtype=np.bool_)
        protocol = protocol_for(x)
        if protocol.model == "exponential":
            self._decay(x, arms, when, state)
        elif x.protocol in REGISTER_TRUTHS:
            self._register(state)
        elif protocol.model == "geometric" and protocol.reach == "qubits":
            self._turns(x, arms, when, state)
        elif protocol.model == "geometric":
            lost = self._layers(x, arms, when, state)
        self._read(when, state, lost)
        self.clock += arms.size
        self.last = asked[-1]
        return expected, state

    def _expected(
        self, x: Experiment, arms: npt.NDArray[np.intp], qubits: int
    ) -> tuple[Bits, Bits]:
        """Draw expected bits as the protocol does, and the string that is asked for."""
        bits = self.generator.integers(0, 2, (arms.size, qubits), dtype=np.uint8)
        if x.protocol in REGISTER_TRUTHS:
            stream = Stream(self.generator.bytes(32), "wild")
            drawn = protocol_for(x).draw(x.lengths[0], arms.size, x.targets, qubits, stream)
            checked = drawn.key < 2
            return drawn.key, np.where(checked, drawn.key, bits)
        return bits, bits

    def _starts(self, x: Experiment, asked: Bits) -> Flags:
        """Draw which qubits begin in the other state, shape (circuits, shots, qubits)."""
        machine, rng = self.machine, self.generator
        shape = (asked.shape[0], x.shots, asked.shape[1])
        wrong = np.zeros(shape, dtype=np.bool_)
        if machine.preparation.any():
            wrong = rng.random(shape) < machine.preparation
        if machine.unreset > 0:
            before = np.empty(shape, dtype=np.bool_)
            before[:, 1:] = asked[:, None, :]
            before[1:, 0] = asked[:-1]
            before[0, 0] = 0 if self.last is None else self.last
            wrong ^= before & (rng.random(shape) < machine.unreset)
        return wrong

    def _factors(self, when: Floats, shots: int, targets: int, *, times: bool = False) -> Floats:
        """Draw the factor on rates, broadcast to (circuits, shots, targets)."""
        luck = self.machine.luck_times if times else self.machine.luck
        drift = self.machine.drift.gates(when)[:, None, None]
        return np.asarray(drift * luck.draw((when.size, shots, targets), self.generator))

    def _decay(self, x: Experiment, arms: npt.NDArray[np.intp], when: Floats, state: Bits) -> None:
        """Let all qubits wait; T1 leads to the equilibrium, the others to a fair coin."""
        machine = self.machine
        halves: int | None = getattr(protocol_for(x), "halves", None)
        rates = machine.rates_of_times(halves)
        waited = np.array(x.lengths)[arms][:, None, None] * rates
        waited = waited * self._factors(when, x.shots, rates.size, times=True)
        forgotten = self.generator.random(state.shape) < -np.expm1(-(waited**machine.power_times))
        ones = 0.5 if halves is not None else machine.equilibrium
        fresh = self.generator.random(state.shape) < ones
        np.copyto(state, fresh.astype(np.uint8), where=forgotten)

    def _turns(self, x: Experiment, arms: npt.NDArray[np.intp], when: Floats, state: Bits) -> None:
        machine = self.machine
        qubits = [target[0] for target in x.targets]
        rate = machine.turn[qubits]
        if not x.alone and len(qubits) > 1:
            rate = rate + machine.turn_beside[qubits]
        lengths = np.array(x.lengths, dtype=np.float64)[arms][:, None, None]
        gone = (lengths * rate * self._factors(when, x.shots, rate.size)) ** machine.power_gates
        self._mix(state, [(q,) for q in qubits], gone)

    def _layers(
        self, x: Experiment, arms: npt.NDArray[np.intp], when: Floats, state: Bits
    ) -> Flags:
        """Go through layers of pairs; gives which qubits are lost at the end of each shot."""
        machine = self.machine
        pairs = [target for target in x.targets if len(target) == 2]
        lone = [target for target in x.targets if len(target) == 1]
        layers, entanglers = (one[arms][:, None, None] for one in depths(x))
        factors = self._factors(when, x.shots, len(pairs) + len(lone))
        own = factors if factors.shape[2] == 1 else factors[:, :, : len(pairs)]
        places = machine.pair_places(pairs)
        rate = machine.gate[places]
        if not x.alone:
            rate = rate + np.where(machine.beside(x), machine.gate_beside[places], 0.0)
        ends = np.array(pairs, dtype=np.intp)
        turns = machine.turn[ends].sum(axis=1) * _turn_share()
        gone = (entanglers * rate * own) ** machine.power_gates + layers * turns * own
        self._mix(state, pairs, np.broadcast_to(gone, (arms.size, x.shots, len(pairs))))
        lost = np.zeros(state.shape, dtype=np.bool_)
        leak = machine.leak[places]
        if leak.any():
            self._lose(state, lost, ends, entanglers * leak)
        if lone:
            of_lone = factors if factors.shape[2] == 1 else factors[:, :, len(pairs) :]
            waits = layers * machine.idle[[q for (q,) in lone]] * of_lone
            self._mix(state, lone, waits)
        return lost

    def _mix(self, state: Bits, targets: Sequence[tuple[int, ...]], gone: Floats) -> None:
        """Make targets random with probability 1 - exp(-gone), all their bits at once."""
        shape = (*state.shape[:2], len(targets))
        hit = self.generator.random(shape) < -np.expm1(-gone)
        for side in range(len(targets[0])):
            columns = [target[side] for target in targets]
            fresh = self.generator.integers(0, 2, shape, dtype=np.uint8)
            state[:, :, columns] = np.where(hit, fresh, state[:, :, columns])

    def _lose(self, state: Bits, lost: Flags, ends: npt.NDArray[np.intp], gone: Floats) -> None:
        """Lose a qubit of some pairs; its partner is random, and it may stay lost for a while.

        A lost one reads as 1 and its partner's pulses go nowhere, for as long as it is away.
        """
        rng = self.generator
        circuits, shots, _ = state.shape
        shape = (circuits * shots, len(ends))
        each = np.repeat(np.broadcast_to(gone, (circuits, 1, len(ends)))[:, 0], shots, axis=0)
        starts = rng.random(shape) < -np.expm1(-each)
        side = rng.integers(0, 2, shape)
        away = np.zeros((*shape, 2), dtype=np.bool_)
        for shot, pair in np.argwhere(starts):
            stay = 1
            if self.machine.stays > 0:
                stay = int(rng.geometric(1 - self.machine.stays))
            away[shot : shot + stay, pair, side[shot, pair]] = True
        flat, gone_bits = state.reshape(circuits * shots, -1), lost.reshape(circuits * shots, -1)
        fresh = rng.integers(0, 2, (*shape, 2), dtype=np.uint8)
        hit = away.any(axis=2)
        for one in (0, 1):
            column = ends[:, one]
            flat[:, column] = np.where(hit, fresh[:, :, one], flat[:, column])
            gone_bits[:, column] |= away[:, :, one]

    def _register(self, state: Bits) -> None:
        """Mix the whole register in some shots."""
        mixed = self.generator.random(state.shape[:2]) >= self.machine.register
        fresh = self.generator.integers(0, 2, state.shape, dtype=np.uint8)
        np.copyto(state, fresh, where=mixed[:, :, None])

    def _read(self, when: Floats, state: Bits, lost: Flags) -> None:
        """Read the bits, in place."""
        machine, rng = self.machine, self.generator
        moved = machine.drift.readout(when)[:, None, None]
        state[lost] = 1
        chance = np.where(state, machine.p10, machine.p01) * moved
        wrong = rng.random(state.shape) < chance
        if not machine.lost_misread:
            wrong &= ~lost
        state ^= wrong.astype(np.uint8)
        for qubit in np.flatnonzero(machine.together[:-1]).tolist():
            hit = rng.random(state.shape[:2]) < machine.together[qubit]
            state[:, :, qubit : qubit + 2] ^= hit[:, :, None].astype(np.uint8)
        if machine.bad > 0:
            bad = rng.random(state.shape[:2]) < machine.bad
            fresh = rng.integers(0, 2, state.shape, dtype=np.uint8)
            np.copyto(state, fresh, where=bad[:, :, None])


def _turn_share() -> float:
    """Rate of a quarter turn in the retention of a pair, over its rate on its own qubit.

    A qubit that keeps exp(-k) of its Bloch vector has a process infidelity 3/4 k to first order;
    a pair's retention loses 16/15 of the process infidelity.
    """
    return 0.75 * 16 / 15
