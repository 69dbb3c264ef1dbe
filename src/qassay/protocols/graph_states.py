"""Graph states: one random stabilizer of the state checked in each shot.

Measures: F = <G|rho|G> of the state that the register is brought into by one entangler on each pair
of the graph, preparation, readout and the pulses that choose the basis included: a lower bound on
the state's own. Lines and grids are cluster states.
Design: a quarter turn on every qubit, a CZ on each pair in the few layers of an edge colouring,
then one of the 2^n stabilizers, drawn at random with the identity among them: the product
of X_i times Z on the neighbours of i over a random set of qubits i. Every reading is flipped at
random, so a machine that always answers the same scores nothing.
Model: the mean of the stabilizers' values over all 2^n of them is F exactly, so F = 2 s - 1 with s
the probability that a shot's parity comes out right, for any state whatever.
What can fool it: a machine that knows the stabilizer beforehand; it comes from a secret seed.
Reference: M. Hein, J. Eisert and H. Briegel, PRA 69, 062311 (2004), arXiv:quant-ph/0307130 (graph
states); S. Flammia and Y.-K. Liu, PRL 106, 230501 (2011), arXiv:1104.4695 (direct fidelity
estimation).
"""

from __future__ import annotations

import numpy as np

from qassay.circuits.family import CircuitFamily, Element, Pulses
from qassay.circuits.gates import HALF_X, QUARTER
from qassay.circuits.layouts import edge_colouring
from qassay.devices.description import Durations
from qassay.protocols.interface import Drawn, Target
from qassay.protocols.parity import NOT_CHECKED, PauliMean
from qassay.protocols.quantity import Quantity
from qassay.protocols.reach import register_of
from qassay.protocols.scoring import overhead
from qassay.randomness import Stream

_PLUS_X, _PLUS_Y, _MINUS_X, _MINUS_Y = QUARTER


class GraphStates(PauliMean):
    """Fidelity of the graph state of a register."""

    id = "graph_states"
    title = "Graph state"
    quantities = ("graph_state_fidelity",)
    assumptions = (
        "nothing is assumed of the state, but that every shot prepares the same one on average",
        "preparation, readout and the last pulses count as errors of the state",
    )

    def draw(
        self, length: float, count: int, targets: tuple[Target, ...], qubits: int, stream: Stream
    ) -> Drawn:
        """Draw circuits that entangle all `targets` and read one stabilizer."""
        register = np.array(register_of(targets), dtype=np.intp)
        elements: list[Element] = []
        for depth, layer in enumerate(edge_colouring((min(t), max(t)) for t in targets)):
            codes = np.zeros((count, 1, qubits), dtype=np.uint8)
            if depth == 0:
                codes[:, 0, register] = _PLUS_Y
            elements.append(Pulses(codes, layer))
        place = {int(qubit): index for index, qubit in enumerate(register)}
        near = np.zeros((register.size, register.size), dtype=np.int64)
        for a, b in targets:
            near[place[a], place[b]] = near[place[b], place[a]] = 1
        chosen = stream.child("set").bits((count, register.size)).astype(np.int64)
        flips = stream.child("flips").bits((count, register.size))
        along_z = chosen @ near
        crossed, turned = chosen == 1, along_z % 2 == 1
        # X times Z is -i Y, and each pair inside the set exchanges one X with one Z
        inside = (chosen * along_z).sum(axis=1) // 2
        odd = (inside + (crossed & turned).sum(axis=1) // 2) % 2 == 1
        along_x = np.where(flips, _PLUS_Y, _MINUS_Y)  # a turn by -y brings +x to +z
        along_y = np.where(flips, _MINUS_X, _PLUS_X)
        reading = np.zeros((count, 1, qubits), dtype=np.uint8)
        reading[:, 0, register] = np.where(
            crossed, np.where(turned, along_y, along_x), flips * np.uint8(HALF_X)
        )
        checked = crossed | turned
        right = np.where(checked, flips, NOT_CHECKED).astype(np.uint8)
        first = checked.argmax(axis=1)
        right[odd, first[odd]] ^= 1
        expected = np.full((count, qubits), NOT_CHECKED, dtype=np.uint8)
        expected[:, register] = right
        family = CircuitFamily(qubits=qubits, size=count, elements=(*elements, Pulses(reading)))
        return Drawn(circuits=family, key=expected)

    def seconds(self, length: float, durations: Durations) -> float:
        """`length` layers of entanglers, one more pulse, then readout."""
        layer = durations.one_qubit_gate + durations.two_qubit_gate
        return overhead(durations) + length * layer + durations.one_qubit_gate


QUANTITIES = (
    Quantity(metric="graph_state_fidelity", rate="graph_state_fidelity", kind="register"),
)
PROTOCOL = GraphStates()
