"""Binary randomized benchmarking: random layers on a whole register, without a way back.

Measures: 1 - p of the decay of a random Pauli operator's value, a layer: a quarter turn of random
phase on every qubit, then the entanglers of one colour of the register's couplings, the colours in
turn. Of n qubits (1 - 4^-n) (1 - p) is the process infidelity of such a layer on average.
Design: `binary_decay`; the layers mix the operators, so all of them decay alike, to first order by
the infidelity averaged over all 4^n - 1 of them. Lengths are one layer more than whole rounds of
the colours, so that every coupling has the same weight.
Model: P(right sign) = 1/2 + A p^m.
What can fool it: errors that add up coherently over many layers in spite of the random turns;
leakage bends the decay. Layers that a machine leaves out are not seen to be missing by the counts.
Reference: J. Hines et al., arXiv:2309.05147 (binary randomized benchmarking; r = (1 - 4^-n)
(1 - p)). Published layers draw their pairs at random; here the colours come in turn.
"""

from __future__ import annotations

import numpy as np

from qassay.circuits.family import CircuitFamily, Element, Pulses
from qassay.circuits.gates import QUARTER
from qassay.circuits.layouts import edge_colouring
from qassay.circuits.signed_paulis import prepared, random_paulis, sign_reading
from qassay.devices.description import Durations
from qassay.protocols.binary_decay import BinaryDecay
from qassay.protocols.interface import Drawn, Target
from qassay.protocols.parity import NOT_CHECKED
from qassay.protocols.quantity import Quantity
from qassay.protocols.reach import register_of
from qassay.protocols.scoring import overhead
from qassay.randomness import Stream


class RandomLayers(BinaryDecay):
    """Error of a random layer on a register."""

    id = "random_layers"
    title = "Binary randomized benchmarking"
    quantities = ("random_layer_error",)
    assumptions = (
        "errors do not depend on what was run before (no heating, no leakage)",
        "all qubits of the register turn, and all pairs of a colour meet, at the same time",
    )

    def draw(
        self, length: float, count: int, targets: tuple[Target, ...], qubits: int, stream: Stream
    ) -> Drawn:
        """Draw `length` layers on the register that `targets` join."""
        colours = edge_colouring([(min(t), max(t)) for t in targets])
        register = np.array(register_of(targets), dtype=np.intp)
        place = {int(qubit): index for index, qubit in enumerate(register)}
        depth, width = round(length), register.size
        paulis = random_paulis(count, width, stream)
        turns = stream.child("layers").bits((count, depth, width), 2) + np.uint8(QUARTER[0])
        elements: list[Element] = []

        def add(codes: np.ndarray, pairs: tuple[tuple[int, int], ...] = ()) -> None:
            wide = np.zeros((count, 1, qubits), dtype=np.uint8)
            wide[:, 0, register] = codes
            elements.append(Pulses(wide, pairs))

        add(prepared(paulis, stream))
        for step in range(depth):
            met = colours[step % len(colours)]
            add(turns[:, step], met)
            paulis.turn(turns[:, step])
            paulis.meet([(place[a], place[b]) for a, b in met])
        codes, right = sign_reading(paulis, stream, NOT_CHECKED)
        add(codes)
        expected = np.full((count, qubits), NOT_CHECKED, dtype=np.uint8)
        expected[:, register] = right
        family = CircuitFamily(qubits=qubits, size=count, elements=tuple(elements))
        return Drawn(circuits=family, key=expected)

    def seconds(self, length: float, durations: Durations) -> float:
        """The layers, two more pulses, then readout."""
        layer = durations.one_qubit_gate + durations.two_qubit_gate
        return overhead(durations) + length * layer + 2 * durations.one_qubit_gate


QUANTITIES = (Quantity(metric="random_layer_error", rate="random_layer_error", kind="decay"),)
PROTOCOL = RandomLayers()
