"""T2 (echo): a superposition with a random phase, refocused once in the middle.

Measures: the time to 1/e of the contrast that one Hahn echo does not keep.
Model: P(expected bit) = 1/2 + A c(t), c(0) = 1, t the whole free time; the quarter turns and
the refocusing half turn have random phases, so the asymptote is exactly 1/2. No law is assumed
where a claim is judged (`coherence.SHAPE`).
What can fool it: more echoes (CPMG) give longer times, so a claim must say how many.
Reference: E. Hahn, Phys. Rev. 80, 580 (1950); P. Krantz et al., arXiv:1904.06560.
"""

from __future__ import annotations

import numpy as np

from qassay.circuits.family import Delay
from qassay.circuits.gates import HALF_X, QUARTER
from qassay.circuits.states import one_qubit_states
from qassay.devices.description import Durations
from qassay.protocols.coherence import SHAPE, CoherenceTime, family_of, layer
from qassay.protocols.interface import Drawn, Target
from qassay.protocols.quantity import Quantity, Repeats
from qassay.protocols.scoring import overhead
from qassay.randomness import Stream


class T2Echo(CoherenceTime):
    """Echo coherence time of every qubit, all qubits at once."""

    id = "t2_echo"
    title = "Coherence with one echo, T2"
    quantities = ("t2_echo",)
    assumptions = (
        *SHAPE,
        "one refocusing half turn in the middle of the delay",
    )

    def draw(
        self, length: float, count: int, targets: tuple[Target, ...], qubits: int, stream: Stream
    ) -> Drawn:
        """Draw equatorial states, refocused at half of `length`, turned to a random bit."""
        states = one_qubit_states()
        first = stream.child("first").bits((count, qubits), 2)
        middle = stream.child("middle").bits((count, qubits)) + np.uint8(HALF_X)
        expected = stream.child("expected").bits((count, qubits))
        refocused = states.after[states.equator[first], middle]
        last = states.leave[refocused, expected]
        wait = Delay(length / 2)
        elements = (layer(first + QUARTER[0]), wait, layer(middle), wait, layer(last))
        return Drawn(circuits=family_of(qubits, count, *elements), key=expected)

    def seconds(self, length: float, durations: Durations) -> float:
        """Three pulses, the delay, readout."""
        return overhead(durations) + 3 * durations.one_qubit_gate + length


QUANTITIES = (
    Quantity(metric="t2_echo", rate="t2_echo", kind="time", alone=True, repeats=Repeats()),
)
PROTOCOL = T2Echo()
