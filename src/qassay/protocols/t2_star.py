"""T2*: a superposition with a random phase waits freely.

Measures: the time to 1/e of the contrast of free precession in the frame of the drive (Ramsey).
Model: P(expected bit) = 1/2 + A c(t), c(0) = 1; both quarter turns have random phases, so the
asymptote is exactly 1/2. A detuning of the drive that stays constant counts as dephasing. Slow
noise makes c Gaussian: no law is assumed where a claim is judged (`coherence.SHAPE`).
What can fool it: a contrast that is lost and comes back by the delay of the limit.
Reference: N. Ramsey, Phys. Rev. 78, 695 (1950); P. Krantz et al., arXiv:1904.06560.
"""

from __future__ import annotations

from qassay.circuits.family import Delay
from qassay.circuits.gates import QUARTER
from qassay.circuits.states import one_qubit_states
from qassay.devices.description import Durations
from qassay.protocols.coherence import SHAPE, CoherenceTime, family_of, layer
from qassay.protocols.interface import Drawn, Target
from qassay.protocols.quantity import Quantity, Repeats
from qassay.protocols.scoring import overhead
from qassay.randomness import Stream


class T2Star(CoherenceTime):
    """Free dephasing time of every qubit, all qubits at once."""

    id = "t2_star"
    title = "Free dephasing, T2*"
    quantities = ("t2_star",)
    assumptions = (
        *SHAPE,
        "a constant detuning of the drive counts as dephasing",
    )

    def draw(
        self, length: float, count: int, targets: tuple[Target, ...], qubits: int, stream: Stream
    ) -> Drawn:
        """Draw equatorial states, free for `length` seconds, then turned to a random bit."""
        states = one_qubit_states()
        first = stream.child("first").bits((count, qubits), 2)
        expected = stream.child("expected").bits((count, qubits))
        last = states.leave[states.equator[first], expected]
        elements = (layer(first + QUARTER[0]), Delay(length), layer(last))
        return Drawn(circuits=family_of(qubits, count, *elements), key=expected)

    def seconds(self, length: float, durations: Durations) -> float:
        """Two pulses, the delay, readout."""
        return overhead(durations) + 2 * durations.one_qubit_gate + length


QUANTITIES = (
    Quantity(metric="t2_star", rate="t2_star", kind="time", alone=True, repeats=Repeats()),
)
PROTOCOL = T2Star()
