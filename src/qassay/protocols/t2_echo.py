"""T2 (echo): a superposition with a random phase, refocused once in the middle.

Measures: the time to 1/e of the contrast that one Hahn echo does not keep.
Model: P(expected bit) = 1/2 + A c(t), c(0) = 1, t the whole free time; the quarter turns and
the refocusing half turn have random phases, so the asymptote is exactly 1/2. No law is assumed
where a claim is judged (`coherence.SHAPE`).
What can fool it: more echoes (CPMG) give longer times, so a claim must say how many.
Reference: E. Hahn, Phys. Rev. 80, 580 (1950); P. Krantz et al., arXiv:1904.06560.
"""

from __future__ import annotations

from qassay.protocols.coherence import SHAPE, Precession
from qassay.protocols.quantity import Quantity, Repeats


class T2Echo(Precession):
    """Echo coherence time of every qubit, all qubits at once."""

    id = "t2_echo"
    title = "Coherence with one echo, T2"
    quantities = ("t2_echo",)
    halves = 1
    assumptions = (
        *SHAPE,
        "one refocusing half turn in the middle of the delay",
    )


QUANTITIES = (
    Quantity(
        metric="t2_echo", rate="t2_echo", kind="time", studied=True, alone=True, repeats=Repeats()
    ),
)
PROTOCOL = T2Echo()
