"""Cycle benchmarking: one named layer of entanglers over and over, between random Pauli operators.

Measures: 1 - p of the decay of a random Pauli operator's value, a dressed cycle: a random Pauli
operator on every qubit of the register, as a half turn about x or none and then one about y or
none, then the entanglers of the named pairs, all at once. Of n qubits (1 - 4^-n) (1 - p) is the
process infidelity of the dressed cycle.
Design: `binary_decay`; the random operators turn coherent errors of the layer into random Pauli
errors. Operators are drawn from all 4^n - 1, so their mean decay is what all of them lose on
average, whatever the width. Some decay slower than others, since nothing mixes them; what is
measured is the decay of their mean, up to the length that keeps about half of it, which lies a
little below the mean of their decays, on which published figures are. Sequences are of any length,
since the operator is read as what it has become.
Model: P(right sign) = 1/2 + A p^m.
What can fool it: leakage; errors of the half turns count with the cycle.
Reference: A. Erhard et al., Nat. Commun. 10, 5347 (2019), arXiv:1902.08543.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from qassay.circuits.gates import HALF_X, HALF_Y
from qassay.circuits.layouts import edge_colouring
from qassay.devices.description import Durations
from qassay.protocols.binary_decay import BinaryDecay, SignedLayers
from qassay.protocols.interface import Drawn, Experiment, Target
from qassay.protocols.quantity import Quantity
from qassay.protocols.scoring import overhead
from qassay.randomness import Stream


class NamedLayer(BinaryDecay):
    """Error of a dressed cycle with entanglers on named pairs."""

    id = "named_layer"
    title = "Cycle benchmarking"
    quantities = ("cycle_error",)
    pulses = 2  # before each layer
    assumptions = (
        "errors do not depend on what was run before (no heating, no leakage)",
        "random half turns before each layer count with it, and are as good as one another",
    )

    def draw(
        self, length: float, count: int, targets: tuple[Target, ...], qubits: int, stream: Stream
    ) -> Drawn:
        """Draw `length` dressed cycles; of pairs that share qubits, the colours come in turn."""
        colours = edge_colouring([(min(t), max(t)) for t in targets])
        depth, layers = round(length), SignedLayers(targets, count, qubits, stream)
        halves = stream.child("cycles").bits((count, depth, 2, layers.width))
        for step in range(depth):
            layers.turn(halves[:, step, 0] * np.uint8(HALF_X))
            layers.turn(halves[:, step, 1] * np.uint8(HALF_Y), colours[step % len(colours)])
        return layers.read()

    def seconds(self, length: float, durations: Durations) -> float:
        """The cycles, two more pulses, then readout."""
        cycle = self.pulses * durations.one_qubit_gate + durations.two_qubit_gate
        return overhead(durations) + length * cycle + 2 * durations.one_qubit_gate

    def unsound(self, experiment: Experiment) -> Iterator[tuple[str, object, str]]:
        """Name what a stranger's plan may not ask: pairs that do not fit into one layer."""
        if len(edge_colouring([(min(t), max(t)) for t in experiment.targets])) > 1:
            yield "targets", experiment.targets, "disjoint pairs"


QUANTITIES = (Quantity(metric="cycle_error", rate="cycle_error", kind="decay", named_layer=True),)
PROTOCOL = NamedLayer()
