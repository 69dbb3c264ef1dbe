"""T2 (CPMG): a superposition with a random phase, refocused eight times on the way.

Measures: the time to 1/e of the contrast that eight refocusing half turns do not keep.
Design: half turns in the middle of each of eight equal parts of the free time, each about x or y at
random for each qubit and circuit, so that errors of the half turns do not add up in one direction.
Model: P(expected bit) = 1/2 + A c(t), c(0) = 1, t the whole free time; all turns have random
phases, so the asymptote is exactly 1/2, and errors of the half turns are in A. No law is assumed
where a claim is judged (`coherence.SHAPE`).
What can fool it: more half turns refocus faster noise and give longer times, so a figure without
their number says little.
Reference: S. Meiboom and D. Gill, Rev. Sci. Instrum. 29, 688 (1958); J. Bylander et al., Nature
Physics 7, 565 (2011), arXiv:1101.4707 (times that grow with the number of half turns).
"""

from __future__ import annotations

from qassay.protocols.coherence import SHAPE, Precession
from qassay.protocols.quantity import Quantity, Repeats


class T2CPMG(Precession):
    """Coherence time of every qubit under eight half turns, all qubits at once."""

    id = "t2_cpmg"
    title = "Coherence with eight echoes, T2 (CPMG)"
    quantities = ("t2_cpmg",)
    halves = 8
    assumptions = (
        *SHAPE,
        "eight refocusing half turns, each in the middle of an eighth of the delay",
    )


QUANTITIES = (
    Quantity(metric="t2_cpmg", rate="t2_cpmg", kind="time", alone=True, repeats=Repeats()),
)
PROTOCOL = T2CPMG()
