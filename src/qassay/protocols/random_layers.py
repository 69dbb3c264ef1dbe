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

from qassay.circuits.gates import QUARTER
from qassay.circuits.layouts import edge_colouring
from qassay.devices.description import Durations
from qassay.protocols.binary_decay import BinaryDecay, SignedLayers
from qassay.protocols.interface import Drawn, Target
from qassay.protocols.quantity import Quantity
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
        depth, layers = round(length), SignedLayers(targets, count, qubits, stream)
        turns = stream.child("layers").bits((count, depth, layers.width), 2) + np.uint8(QUARTER[0])
        for step in range(depth):
            layers.turn(turns[:, step], colours[step % len(colours)])
        return layers.read()

    def seconds(self, length: float, durations: Durations) -> float:
        """The layers, two more pulses, then readout."""
        layer = durations.one_qubit_gate + durations.two_qubit_gate
        return overhead(durations) + length * layer + 2 * durations.one_qubit_gate


QUANTITIES = (Quantity(metric="random_layer_error", rate="random_layer_error", kind="decay"),)
PROTOCOL = RandomLayers()
