"""Exact evolution of pairs of qubits: sixteen Pauli expectations per circuit and pair.

State array v of shape (4, 4, pairs, circuits): v[P, Q] is the expectation of P on the first
qubit and Q on the second, over I X Y Z, in the frames of `pulse_layers`. A CZ is a quarter
turn of both frames and exp(i pi/4 ZZ), which turns the four planes in `_PLANES`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qassay.circuits.family import CircuitFamily, Delay, Pulses
from qassay.devices.noise import Floats
from qassay.devices.simulated.blocks import simultaneous_neighbours
from qassay.devices.simulated.leaked import Leaked
from qassay.devices.simulated.pulse_layers import PulseBuffers, apply, layers
from qassay.devices.simulated.single_blocks import turn_about_z
from qassay.devices.simulated.strengths import Strengths, Waiting

# exp(-i t/2 ZZ) turns (XI, YZ), (XZ, YI), (IX, ZY), (ZX, IY) by t; the rest stays.
_PLANES = (((1, 0), (2, 3)), ((1, 3), (2, 0)), ((0, 1), (3, 2)), ((3, 1), (0, 2)))
_STILL = ((0, 3), (3, 0), (3, 3), (1, 1), (1, 2), (2, 1), (2, 2))


@dataclass(frozen=True, slots=True)
class Entangling:
    """What happens to the pairs in the second half of a layer; arrays (pairs, circuits or 1).

    Attributes:
        cosine: Of the turn of the planes, 1 where no CZ is.
        sine: Of the same, 0 where no CZ is.
        keep: Factor of depolarization, 1 where no CZ is.
        leak: Probability of leakage, 0 where no CZ is.
        first: Waiting of the first qubits, shapes (pairs, 1).
        second: Waiting of the second qubits.
        shift: Quarter turns of both frames, uint8.
    """

    cosine: Floats
    sine: Floats
    keep: Floats
    leak: Floats
    first: Waiting
    second: Waiting
    shift: npt.NDArray[np.uint8]


def joint_probabilities(
    family: CircuitFamily,
    strengths: Strengths,
    pairs: npt.NDArray[np.intp],
    rows: npt.NDArray[np.intp],
    detuning: Floats | None,
) -> Floats:
    """Evolve pairs and give the probabilities of their four states before readout.

    Args:
        family: The circuits.
        strengths: The noise.
        pairs: Which pairs, shape (pairs, 2).
        rows: Which circuits, shape (rows,); a circuit may come more than once.
        detuning: Slow detuning in rad/s, shape (rows, qubits of the family), or None.

    Returns:
        Shape (2, 2, pairs, rows): state of the first qubit, of the second.
    """
    state = PairState(strengths, pairs, rows)
    for element in family.elements:
        if isinstance(element, Delay):
            state.delay(element.seconds, detuning)
        else:
            state.play(element)
    return state.probabilities()


class PairState:
    """The state of some pairs in some circuits, from preparation to measurement."""

    def __init__(
        self, strengths: Strengths, pairs: npt.NDArray[np.intp], rows: npt.NDArray[np.intp]
    ) -> None:
        """Prepare the pairs, shape (pairs, 2), for the circuits, shape (rows,)."""
        self._strengths, self._pairs, self._rows = strengths, pairs, rows
        self._ends = (pairs[:, 0], pairs[:, 1])
        shape = (len(pairs), rows.size)
        first, second = (1 - 2 * strengths.noise.preparation_error[end] for end in self._ends)
        self._v = v = np.zeros((4, 4, *shape))
        v[0, 0] = 1
        v[3, 0] = first[:, None]
        v[0, 3] = second[:, None]
        v[3, 3] = (first * second)[:, None]
        self._frames = [np.zeros(shape, dtype=np.uint8) for _ in self._ends]
        self._leaked = Leaked(shape) if strengths.noise.leakage.any() else None
        self._room = PulseBuffers((4, *shape))

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
        v, room, leaked = self._v, self._room, self._leaked
        gates = entangling(run, self._strengths, self._pairs, self._rows)
        shift = gates.shift if gates else np.zeros((len(self._pairs), 1), dtype=np.uint8)
        table = self._strengths.pulse_table()
        sides = [
            layers(run.codes, self._rows, end, frame, shift, table[:, :, end])
            for end, frame in zip(self._ends, self._frames, strict=True)
        ]
        for first, second in zip(*sides, strict=True):
            apply(first, v[0], v[1], v[2], v[3], room)
            apply(second, v[:, 0], v[:, 1], v[:, 2], v[:, 3], room)
            if leaked:
                leaked.pulses(first, second)
            if gates:
                entangle(v, gates)
                if leaked:
                    leaked.skip_gate(gates.shift, [gates.first, gates.second])
                    leaked.take_over(v, gates.leak)

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
    run: Pulses, strengths: Strengths, pairs: npt.NDArray[np.intp], rows: npt.NDArray[np.intp]
) -> Entangling | None:
    """Prepare the second half of a run's layers for these pairs; None where it has none."""
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
    keeps = strengths.entangler_keeps(run.pairs, neighbours)
    if len(keeps) > 1:
        keeps = keeps[rows]
    places = strengths.machine.pair_places(run.pairs)[numbers]
    angle = (-np.pi / 2 + strengths.noise.two_qubit_overrotation[places])[:, None]
    cosine = np.where(angle == -np.pi / 2, 0.0, np.cos(angle))
    wait = strengths.waiting(strengths.durations.two_qubit_gate)
    return Entangling(
        np.where(there, cosine, 1.0),
        np.where(there, np.sin(angle), 0.0),
        np.where(there, keeps[:, numbers].T, 1.0),
        np.where(there, strengths.noise.leakage[places][:, None], 0.0),
        _columns(wait.of(pairs[:, 0])),
        _columns(wait.of(pairs[:, 1])),
        there.astype(np.uint8),
    )


def entangle(v: Floats, gates: Entangling) -> None:
    """Apply CZ, relaxation and depolarization in place."""
    for p, q in _PLANES:
        turned = gates.cosine * v[p]
        turned -= gates.sine * v[q]
        v[q] *= gates.cosine
        v[q] += gates.sine * v[p]
        v[p] = turned
    _wait(v, gates.first, gates.second)
    for p, q in _PLANES:
        v[p] *= gates.keep
        v[q] *= gates.keep
    for p in _STILL:
        v[p] *= gates.keep


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
