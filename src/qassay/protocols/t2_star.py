"""T2*: a superposition with a random phase waits freely.

Measures: the time to 1/e of the contrast of free precession in the frame of the drive (Ramsey).
Model: P(expected bit) = 1/2 + A c(t), c(0) = 1; both quarter turns have random phases, so the
asymptote is exactly 1/2. A detuning of the drive that stays constant counts as dephasing. Slow
noise makes c Gaussian: no law is assumed where a claim is judged (`coherence.SHAPE`).
What can fool it: a contrast that is lost and comes back by the delay of the limit.
Reference: N. Ramsey, Phys. Rev. 78, 695 (1950); P. Krantz et al., arXiv:1904.06560.
"""

from __future__ import annotations

from qassay.protocols.coherence import SHAPE, Precession
from qassay.protocols.quantity import Quantity, Repeats


class T2Star(Precession):
    """Free dephasing time of every qubit, all qubits at once."""

    id = "t2_star"
    title = "Free dephasing, T2*"
    quantities = ("t2_star",)
    assumptions = (
        *SHAPE,
        "a constant detuning of the drive counts as dephasing",
    )


QUANTITIES = (
    Quantity(
        metric="t2_star", rate="t2_star", kind="time", studied=True, alone=True, repeats=Repeats()
    ),
)
PROTOCOL = T2Star()
