"""Exact evolution of pairs of qubits: sixteen Pauli expectations per circuit and pair.

State array v of shape (4, 4, pairs, circuits): v[P, Q] is the expectation of P on the first
qubit and Q on the second, over I X Y Z, in the frames of `pulse_layers`. A CZ is a quarter
turn of both frames and exp(i pi/4 ZZ), which turns the four planes in `_PLANES`. In its own
frame every quarter pulse of a qubit is the same map, so a layer of them with its CZ is one
16 x 16 matrix a pair, and all circuits are one product of matrices.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from qassay.circuits.family import CircuitFamily, Delay, Pulses
from qassay.devices.noise import Floats
from qassay.devices.simulated.blocks import simultaneous_neighbours
from qassay.devices.simulated.leaked import Leaked
from qassay.devices.simulated.pulse_layers import (
    PulseBuffers,
    apply_layer,
    layers_of_run,
    turn_frame,
)
from qassay.devices.simulated.single_blocks import turn_about_z
from qassay.devices.simulated.strengths import Strengths, Waiting

# Numbers 4 P + Q of the planes that exp(-i t/2 ZZ) turns by t: (XI, YZ), (XZ, YI), (IX, ZY),
# (ZX, IY); the rest stays.
_PLANES = ((4, 11), (7, 8), (1, 14), (13, 2))


@dataclass(frozen=True, slots=True)
class Entangling:
    """What happens to the pairs in the second half of a layer.

    Attributes:
        gate: The map of a CZ, shape (pairs, 16, 16).
        rest: The map of waiting for as long.
        there: Whether a pair has its CZ, shape (pairs, 1 or circuits).
        keep: Factor of depolarization where it is not in `gate`, since simultaneous neighbours
            make it differ from circuit to circuit: 1 where no CZ is, shape (pairs, circuits).
        leak: Probability of leakage, 0 where no CZ is, shape of `there`.
        first: Waiting of the first qubits, shapes (pairs, 1).
        second: Waiting of the second qubits.
    """

    gate: Floats
    rest: Floats
    there: npt.NDArray[np.bool_]
    keep: Floats | None
    leak: Floats
    first: Waiting
    second: Waiting

    def behind(self, pulses: Floats) -> Entangling:
        """Give the whole layer of a pulse on each qubit, maps of shape (pairs, 16, 16)."""
        return replace(self, gate=self.gate @ pulses, rest=self.rest @ pulses)


def joint_probabilities(
    family: CircuitFamily,
    strengths: Strengths,
    pairs: npt.NDArray[np.intp],
    rows: npt.NDArray[np.intp],
    detuning: Floats | None,
    *,
    apart: bool = False,
) -> Floats:
    """Evolve pairs and give the probabilities of their four states before readout.

    Args:
        family: The circuits.
        strengths: The noise.
        pairs: Which pairs, shape (pairs, 2).
        rows: Which circuits, shape (rows,); a circuit may come more than once.
        detuning: Slow detuning in rad/s, shape (rows, qubits of the family), or None.
        apart: Whether the pairs are not at work at the same time, and none disturbs another.

    Returns:
        Shape (2, 2, pairs, rows): state of the first qubit, of the second.
    """
    state = PairState(strengths, pairs, rows, apart=apart)
    for element in family.elements:
        if isinstance(element, Delay):
            state.delay(element.seconds, detuning)
        else:
            state.play(element)
    return state.probabilities()


class PairState:
    """The state of some pairs in some circuits, from preparation to measurement."""

    def __init__(
        self,
        strengths: Strengths,
        pairs: npt.NDArray[np.intp],
        rows: npt.NDArray[np.intp],
        *,
        apart: bool = False,
    ) -> None:
        """Prepare the pairs, shape (pairs, 2), for the circuits, shape (rows,)."""
        self._strengths, self._pairs, self._rows, self._apart = strengths, pairs, rows, apart
        self._ends = (pairs[:, 0], pairs[:, 1])
        shape = (len(pairs), rows.size)
        first, second = (1 - 2 * strengths.noise.preparation_error[end] for end in self._ends)
        # What is multiplied, number 4 P + Q in the middle, and the same numbers as v[P, Q].
        self._flat = np.zeros((len(pairs), 16, rows.size))
        self._spare, self._idle = np.empty_like(self._flat), np.empty_like(self._flat)
        v = self._v
        v[0, 0] = 1
        v[3, 0] = first[:, None]
        v[0, 3] = second[:, None]
        v[3, 3] = (first * second)[:, None]
        self._frames = [np.zeros(shape, dtype=np.uint8) for _ in self._ends]
        self._leaked = Leaked(shape) if strengths.noise.leakage.any() else None
        self._room = PulseBuffers((4, *shape))

    @property
    def _v(self) -> Floats:
        pairs, _, rows = self._flat.shape
        return self._flat.reshape(pairs, 4, 4, rows).transpose(1, 2, 0, 3)

    def delay(self, seconds: float, detuning: Floats | None) -> None:
        """Wait for some seconds."""
        v = self._v
        waits = [_columns(self._strengths.waiting(seconds).of(end)) for end in self._ends]
        _wait(v, *waits)
        angles = None
        if detuning is not None:
            angles = [seconds * detuning[:, end].T for end in self._ends]
            turn_about_z(v[1], v[2], angles[0])
            turn_about_z(v[:, 1], v[:, 2], angles[1])
        if self._leaked:
            self._leaked.wait(waits, angles)

    def play(self, run: Pulses) -> None:
        """Go through a run of layers."""
        room, leaked = self._room, self._leaked
        gates = entangling(run, self._strengths, self._pairs, self._rows, apart=self._apart)
        shift = np.zeros((len(self._pairs), 1), dtype=np.uint8)
        whole = None
        table = self._strengths.pulse_table()
        if gates:
            shift = gates.there.astype(np.uint8)
            whole = gates.behind(_side_by_side(*(quarter_maps(table[:, 1, e]) for e in self._ends)))
        sides = [
            layers_of_run(run.codes, self._rows, end, frame, shift, table[:, :, end])
            for end, frame in zip(self._ends, self._frames, strict=True)
        ]
        for first, second in zip(*sides, strict=True):
            v = self._v
            if leaked:
                leaked.pulses(first, second)
            if whole and first.quarter and second.quarter:
                turn_frame(first, v[1], v[2], room)
                turn_frame(second, v[:, 1], v[:, 2], room)
                self._entangle(whole)
            else:
                apply_layer(first, v[0], v[1], v[2], v[3], room)
                apply_layer(second, v[:, 0], v[:, 1], v[:, 2], v[:, 3], room)
                if gates:
                    self._entangle(gates)
            if gates and leaked:
                leaked.skip_gate(shift, [gates.first, gates.second])
                leaked.take_over(self._v, gates.leak)

    def _entangle(self, gates: Entangling) -> None:
        """Apply CZ, relaxation and depolarization."""
        self._flat, self._spare = np.matmul(gates.gate, self._flat, out=self._spare), self._flat
        if not gates.there.all():
            # A masked copy would cost more than this arithmetic.
            idle = np.matmul(gates.rest, self._spare, out=self._idle)
            self._flat -= idle
            self._flat *= gates.there[:, None]
            self._flat += idle
        if gates.keep is not None:
            self._flat[:, 1:] *= gates.keep[:, None]

    def probabilities(self) -> Floats:
        """Give the probabilities of the four states, shape (2, 2, pairs, rows)."""
        v, sign = self._v, np.array([1.0, -1.0])[:, None, None]
        found = np.empty((2, 2, *v.shape[2:]))
        found[0] = v[0, 0] + v[3, 0] + sign * (v[0, 3] + v[3, 3])
        found[1] = v[0, 0] - v[3, 0] + sign * (v[0, 3] - v[3, 3])
        found /= 4
        if self._leaked:
            self._leaked.read_as_one(found)
        return found


def _columns(wait: Waiting) -> Waiting:
    return Waiting(wait.across[:, None], wait.along[:, None], wait.lift[:, None])


def entangling(
    run: Pulses,
    strengths: Strengths,
    pairs: npt.NDArray[np.intp],
    rows: npt.NDArray[np.intp],
    *,
    apart: bool = False,
) -> Entangling | None:
    """Prepare the second half of a run's layers for these pairs; None where it has none.

    Pairs that work apart have no neighbours at work.
    """
    if not run.pairs:
        return None
    place = {(min(pair), max(pair)): number for number, pair in enumerate(run.pairs)}
    numbers = np.array([place.get((int(a), int(b)), -1) for a, b in pairs], dtype=np.intp)
    there = (numbers >= 0)[:, None]
    if run.active is not None:
        there = there & run.active[rows][:, numbers].T
    neighbours = np.zeros((1, len(run.pairs)), dtype=np.intp)
    if strengths.noise.crosstalk_error.any():
        neighbours = simultaneous_neighbours(run, strengths.couplings)
        neighbours *= not apart
    keeps = strengths.entangler_keeps(run.pairs, neighbours)[:, numbers]
    places = strengths.machine.pair_places(run.pairs)[numbers]
    wait = strengths.waiting(strengths.durations.two_qubit_gate)
    sides = [_columns(wait.of(end)) for end in pairs.T]
    rest = _side_by_side(*(_waiting_maps(wait.of(end)) for end in pairs.T))
    gate = rest @ _turned_planes(strengths.noise.two_qubit_overrotation[places])
    if len(keeps) == 1:
        gate[:, 1:] *= keeps[0][:, None, None]
    return Entangling(
        gate,
        rest,
        there,
        np.where(there, keeps[rows].T, 1.0) if len(keeps) > 1 else None,
        np.where(there, strengths.noise.leakage[places][:, None], 0.0),
        sides[0],
        sides[1],
    )


def quarter_maps(factors: Floats) -> Floats:
    """Write a quarter pulse in its own frame, from `Strengths.pulse_table`, (qubits, 4, 4)."""
    k0, k1, k2, k3, k4, k5 = factors
    made = np.zeros((k0.size, 4, 4))
    made[:, 0, 0] = 1
    made[:, 1, 1] = k0
    made[:, 2, 2], made[:, 2, 3] = k1, -k2
    made[:, 3, 2], made[:, 3, 3], made[:, 3, 0] = k3, k4, k5
    return made


def _waiting_maps(wait: Waiting) -> Floats:
    made = np.zeros((wait.across.size, 4, 4))
    made[:, 0, 0] = 1
    made[:, 1, 1] = made[:, 2, 2] = wait.across
    made[:, 3, 3], made[:, 3, 0] = wait.along, wait.lift
    return made


def _side_by_side(first: Floats, second: Floats) -> Floats:
    """Make one map of two for every pair, shape (pairs, 16, 16)."""
    both = first[:, :, None, :, None] * second[:, None, :, None, :]
    return np.asarray(both.reshape(len(both), 16, 16))


def _turned_planes(over: Floats) -> Floats:
    """Turn by a quarter and an over-rotation about ZZ, shape (pairs, 16, 16)."""
    made = np.zeros((over.size, 16, 16))
    made[:, range(16), range(16)] = 1
    # cos and sin of over - pi/2; a perfect CZ must be exact.
    cosine, sine = np.sin(over), -np.cos(over)
    for p, q in _PLANES:
        made[:, p, p] = made[:, q, q] = cosine
        made[:, q, p], made[:, p, q] = sine, -sine
    return made


def _wait(v: Floats, first: Waiting, second: Waiting) -> None:
    v[1:3] *= first.across
    v[3] *= first.along
    v[:, 1:3] *= second.across
    v[:, 3] *= second.along
    # The lift of the first qubit's z meets the second's components as they are after its wait.
    if first.lift.any():
        v[3] += first.lift * v[0]
    if second.lift.any():
        v[:, 3] += second.lift * v[:, 0]
