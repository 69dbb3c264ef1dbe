"""GHZ fidelity: one random stabilizer of the GHZ state checked in each shot.

Measures: F = <GHZ|rho|GHZ> of the state that the register is brought into, preparation,
readout and the pulses that choose the basis included: a lower bound on the state's own.
Design: the state grows along a tree of entanglers, each qubit that has joined passing it on, so
that an all-to-all machine needs about log2(n) layers and a line n/2. Then one of its 2^n
stabilizers, drawn at random with the identity among them, is read: half of them are products
of Z on an even number of qubits, half of X and Y on all qubits with an even number of Y.
The reading of every qubit is flipped at random (the sense of the last quarter turn, or a half
turn before a reading in Z), so a machine that always answers the same scores nothing.
Model: the mean of the stabilizers' values over all 2^n of them is F exactly, so F = 2 s - 1 with
s the probability that a shot's parity comes out right, for any state whatever; a shot has
variance 1 - F^2 for any number of qubits.
What can fool it: a machine that knows the stabilizer beforehand; it must choose circuits
after the state, here by a secret seed.
Reference: S. Flammia and Y.-K. Liu, PRL 106, 230501 (2011), arXiv:1104.4695 (direct fidelity
estimation); G. Mooney et al. (2021), arXiv:2101.08946 (GHZ states along trees).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from qassay.circuits.family import CircuitFamily, Element, Pulses
from qassay.circuits.gates import HALF_X, QUARTER
from qassay.circuits.layouts import layers_of_links
from qassay.devices.description import Durations
from qassay.protocols.interface import Bits, Drawn, Experiment, Target
from qassay.protocols.parity import NOT_CHECKED, PauliMean
from qassay.protocols.quantity import Quantity
from qassay.protocols.reach import register_of
from qassay.protocols.scoring import overhead
from qassay.randomness import Stream

Codes = npt.NDArray[np.uint8]
_PLUS_X, _PLUS_Y, _MINUS_X, _MINUS_Y = QUARTER


class GHZ(PauliMean):
    """Fidelity of the GHZ state of a register."""

    id = "ghz"
    title = "GHZ state"
    quantities = ("ghz_fidelity",)
    assumptions = (
        "nothing is assumed of the state, but that every shot prepares the same one on average",
        "preparation, readout and the last pulses count as errors of the state",
    )

    def draw(
        self, length: float, count: int, targets: tuple[Target, ...], qubits: int, stream: Stream
    ) -> Drawn:
        """Draw circuits that grow the state along `targets`, in their order, and read it."""
        register = np.array(register_of(targets), dtype=np.intp)
        reading, expected = _reading(register, count, qubits, stream)
        elements: list[Element] = []
        closing: list[int] = []
        for depth, layer in enumerate(layers_of_links((t[0], t[1]) for t in targets)):
            codes = np.zeros((count, 1, qubits), dtype=np.uint8)
            codes[:, 0, closing] = _PLUS_Y
            if depth == 0:
                codes[:, 0, layer[0][0]] = _PLUS_Y
            closing = [joins for _, joins in layer]
            # turns by -y and +y around CZ make it a CNOT, the joining qubit flipped
            codes[:, 0, closing] = _MINUS_Y
            elements.append(Pulses(codes, layer))
        last = np.zeros((count, 2, qubits), dtype=np.uint8)
        last[:, 0, closing] = _PLUS_Y
        last[:, 1] = reading
        family = CircuitFamily(qubits=qubits, size=count, elements=(*elements, Pulses(last)))
        return Drawn(circuits=family, key=expected)

    def seconds(self, length: float, durations: Durations) -> float:
        """`length` layers of entanglers, two more pulses, then readout."""
        layer = durations.one_qubit_gate + durations.two_qubit_gate
        return overhead(durations) + length * layer + 2 * durations.one_qubit_gate

    def unsound(self, experiment: Experiment) -> Iterator[tuple[str, object, str]]:
        """Name links that are no tree: each joins one new qubit to those before it."""
        joined = {experiment.targets[0][0]}
        for near, far in experiment.targets:
            if near not in joined or far in joined:
                yield "targets", experiment.targets, "links of a tree, each joining one more qubit"
                return
            joined.add(far)


def _reading(
    register: npt.NDArray[np.intp], count: int, qubits: int, stream: Stream
) -> tuple[Codes, Bits]:
    """Draw a stabilizer for each circuit: last pulses and expected bits, (circuits, qubits).

    With z the even set, X on all times Z on z is (-i)^|z| times Y on z and X elsewhere, and the
    GHZ state has it at +1: so Y on z, X elsewhere is found at i^|z| = (-1)^(|z| / 2).
    """
    width = register.size
    across = stream.child("kind").bits((count, 1)).astype(bool)
    even = stream.child("set").bits((count, width))
    even[:, -1] = even[:, :-1].sum(axis=1) % 2
    flips = stream.child("flips").bits((count, width))
    along_x = np.where(flips, _PLUS_Y, _MINUS_Y)  # a turn by -y brings +x to +z
    along_y = np.where(flips, _MINUS_X, _PLUS_X)
    pulses = np.where(across, np.where(even, along_y, along_x), flips * np.uint8(HALF_X))
    right = np.where(across | even.astype(bool), flips, NOT_CHECKED)
    odd = across[:, 0] & (even.sum(axis=1) // 2 % 2 == 1)
    right[odd, 0] ^= 1
    codes = np.zeros((count, qubits), dtype=np.uint8)
    expected = np.full((count, qubits), NOT_CHECKED, dtype=np.uint8)
    codes[:, register], expected[:, register] = pulses, right
    return codes, expected


QUANTITIES = (
    Quantity(metric="ghz_fidelity", rate="ghz_fidelity", kind="register", studied=True, tree=True),
)
PROTOCOL = GHZ()
