"""T1: prepare 0 or 1 at random, wait, read.

Measures: the time after which the contrast between preparing 1 and preparing 0 is down to 1/e.
Model: P(read what was prepared) = 1/2 + A c(t), c(0) = 1. Because the prepared bit is random,
the asymptote is exactly 1/2 whatever the thermal population and the readout errors are;
they only enter A, which is eliminated.
What it assumes: see `coherence.SHAPE`. T1 fluctuates on superconducting chips: c is the mean over
the shots of the run, and the number speaks of those minutes.
What can fool it: leakage to states that read as 1 looks like a longer T1.
Reference: P. Krantz et al., "A quantum engineer's guide to superconducting qubits",
arXiv:1904.06560, section III.
"""

from __future__ import annotations

import numpy as np

from qassay.circuits.family import Delay
from qassay.circuits.gates import HALF_X
from qassay.devices.description import Durations
from qassay.protocols.coherence import SHAPE, CoherenceTime, family_of, layer
from qassay.protocols.interface import Drawn, Target
from qassay.protocols.quantity import Quantity, Repeats
from qassay.protocols.scoring import overhead
from qassay.randomness import Stream


class T1(CoherenceTime):
    """Energy relaxation time of every qubit, all qubits at once."""

    id = "t1"
    title = "Energy relaxation, T1"
    quantities = ("t1",)
    assumptions = (
        *SHAPE,
        "populations of 0 and 1 are compared, so thermal population and readout cancel",
    )

    def draw(
        self, length: float, count: int, targets: tuple[Target, ...], qubits: int, stream: Stream
    ) -> Drawn:
        """Draw random bit strings, held for `length` seconds."""
        expected = stream.bits((count, qubits))
        elements = (layer(expected * np.uint8(HALF_X)), Delay(length))
        return Drawn(circuits=family_of(qubits, count, *elements), key=expected)

    def seconds(self, length: float, durations: Durations) -> float:
        """One pulse, the delay, readout."""
        return overhead(durations) + durations.one_qubit_gate + length


QUANTITIES = (
    Quantity(
        metric="t1",
        rate="t1",
        kind="time",
        studied=True,
        alone=True,
        repeats=Repeats(expected=0.4, allowed=0.45),
    ),
)
PROTOCOL = T1()
