"""Mirror circuits: forwards, backwards, and one random Pauli operator checked in each shot.

Measures: the polarization S = 4^n / (4^n - 1) sum_k (-1/2)^k h_k - 1 / (4^n - 1) of random
Clifford mirror circuits of a stated depth, with h_k the fraction of shots that differ from the
expected string in k bits.
Design: every qubit starts in a random one of its 6 stabilizer states; half of the depth is
layers of random quarter turns and entanglers, which take the colours of the register's
couplings in turn; then a random Pauli operator in the middle and the same layers backwards,
each quarter turn undone either by its inverse or by itself once more, which differs by a half
turn that is carried along on paper; then a pulse to a random bit. So errors of the way there
do not cancel on the way back, and the expected string is random and secret.
Of each shot one random non-identity Pauli operator is used: a set that holds each qubit with
probability 3/4, and is not empty; the shot hits if an even number of its bits is wrong. A wrong
bit then counts 1/4 - 3/4 = -1/2, so the mean of +-1 is S exactly.
Model: S = 2 s - 1, s the probability of a hit; nothing is assumed of its value.
What can fool it: errors that repeat on both ways and cancel in spite of the random half turns;
a machine that sees the mirror can leave everything out (the layers are held apart by
barriers).
Reference: T. Proctor et al., PRL 129, 150502 (2022), arXiv:2112.09853 (polarization of mirror
circuits); Nature Physics 18, 75 (2022), arXiv:2008.11294.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from qassay.circuits.family import CircuitFamily, Element, Pulses
from qassay.circuits.gates import HALF_X, HALF_Y, IDLE, QUARTER
from qassay.circuits.layouts import edge_colouring
from qassay.circuits.states import one_qubit_states
from qassay.devices.description import Durations
from qassay.protocols.interface import Drawn, Experiment, Target
from qassay.protocols.parity import NOT_CHECKED, PauliMean, checked_sets
from qassay.protocols.quantity import Quantity
from qassay.protocols.reach import register_of
from qassay.protocols.scoring import overhead
from qassay.randomness import Stream

Codes = npt.NDArray[np.uint8]
Bools = npt.NDArray[np.bool_]
_AXES = 3  # states come as +x +y +z -x -y -z


class Mirror(PauliMean):
    """Polarization of mirror circuits on a register."""

    id = "mirror"
    title = "Mirror circuits"
    quantities = ("mirror_polarization",)
    assumptions = (
        "nothing is assumed of the errors; the value is that of circuits of this depth and layers",
        "preparation and readout are counted with the circuit",
    )

    def draw(
        self, length: float, count: int, targets: tuple[Target, ...], qubits: int, stream: Stream
    ) -> Drawn:
        """Draw circuits with `length` layers of entanglers on the register that `targets` join."""
        met = _way_there(length, targets)
        half = len(met)
        register = np.array(register_of(targets), dtype=np.intp)
        states, shape = one_qubit_states(), (count, register.size)
        state = stream.child("start").below(6, shape)
        turns = stream.child("layers").bits((count, half, register.size), 2)
        back = stream.child("back").bits((count, half, register.size))
        middle = stream.child("middle").below(3, shape)
        bits = stream.child("expected").bits(shape)

        def spread(codes: Codes) -> Codes:
            wide = np.zeros((count, 1, qubits), dtype=np.uint8)
            wide[:, 0, register] = codes
            return wide

        elements: list[Element] = [Pulses(spread(states.enter[state]))]
        elements += [
            Pulses(spread(turns[:, step] + np.uint8(QUARTER[0])), met[step]) for step in range(half)
        ]
        pulse = np.array([IDLE, HALF_X, HALF_Y], dtype=np.uint8)[middle]
        frame = _Frame(register, middle > 0, middle > 1)
        for step in reversed(range(half)):
            elements.append(Pulses(spread(pulse), met[step]))
            frame.meet(met[step])
            frame.turn(turns[:, step] % 2 == 1, back[:, step] == 0)
            pulse = (turns[:, step] + 2 * back[:, step]) % 4 + np.uint8(QUARTER[0])
        end = np.where(frame.flips(state % _AXES), (state + _AXES) % 6, state)
        way = np.concatenate([spread(pulse), spread(states.leave[end, bits])], axis=1)
        elements.append(Pulses(way))
        expected = np.full((count, qubits), NOT_CHECKED, dtype=np.uint8)
        expected[:, register] = np.where(checked_sets(shape, stream), bits, NOT_CHECKED)
        family = CircuitFamily(qubits=qubits, size=count, elements=tuple(elements))
        return Drawn(circuits=family, key=expected)

    def seconds(self, length: float, durations: Durations) -> float:
        """`length` layers of entanglers, the first and the last two pulses, then readout."""
        layer = durations.one_qubit_gate + durations.two_qubit_gate
        return overhead(durations) + length * layer + 3 * durations.one_qubit_gate


def _way_there(length: float, targets: tuple[Target, ...]) -> list[tuple[tuple[int, int], ...]]:
    """Give the pairs of each layer of the way there, the colours of the couplings in turn."""
    colours = edge_colouring([(min(t), max(t)) for t in targets])
    return [colours[step % len(colours)] for step in range(round(length) // 2)]


def layers_of(experiment: Experiment) -> list[tuple[tuple[int, int], ...]]:
    """Give the pairs that meet in each layer of an experiment's circuits, both ways."""
    there = _way_there(experiment.lengths[0], experiment.targets)
    return [*there, *reversed(there)]


class _Frame:
    """The Pauli operator that stands between the circuit and its mirror image.

    `x` and `z` say of each circuit and qubit whether X and Z are factors (both: Y).
    """

    def __init__(self, register: npt.NDArray[np.intp], x: Bools, z: Bools) -> None:
        self.place = {int(qubit): column for column, qubit in enumerate(register)}
        self.x, self.z = x.copy(), z.copy()

    def meet(self, pairs: tuple[tuple[int, int], ...]) -> None:
        """Carry it through CZ: X on one side brings Z to the other."""
        first, second = (np.array([self.place[pair[side]] for pair in pairs]) for side in (0, 1))
        self.z[:, first] ^= self.x[:, second]
        self.z[:, second] ^= self.x[:, first]

    def turn(self, about_y: Bools, again: Bools) -> None:
        """Carry it through a quarter turn about x or y; `again` leaves a half turn behind."""
        x = np.where(about_y, self.z, self.x ^ self.z)
        z = np.where(about_y, self.x, self.z)
        self.x = x ^ again
        self.z = z ^ (again & about_y)

    def flips(self, axis: npt.NDArray[np.int64]) -> Bools:
        """Say which states on the x, y or z axis it turns round."""
        flipped: Bools = np.choose(axis, [self.z, self.x ^ self.z, self.x])
        return flipped


QUANTITIES = (
    Quantity(
        metric="mirror_polarization",
        rate="mirror_polarization",
        kind="register",
        studied=True,
        conditions=("depth",),
    ),
)
PROTOCOL = Mirror()
