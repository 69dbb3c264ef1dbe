"""Whether mirror circuits lose what the machine's own gates must cost them.

A mirror circuit computes nothing, so software that may move gates across barriers can leave all of
them out and answer rightly. Whoever does that shows a machine whose mirrors do not decay, beside
two-qubit gates that err: a random Pauli operator keeps 1 - 5/4 e of its mean at a gate of average
infidelity e, so `g` such gates leave about exp(-5/4 g e). Half of that loss is granted to errors
that cancel, to gates that are better in these layers, and to drift; readout is counted as measured
beside them, a wrong bit being seen by 3 of 4 operators.
"""

from __future__ import annotations

import math
from typing import Final

from scipy import special

from qassay.forensics.suspicion import LEVEL, Suspicion, cannot_tell

FLAT: Final = "mirror circuits that lose too little"
_GRANTED: Final = 0.5  # of the loss that gates must cost
_LOST: Final = 1.25  # of a random Pauli operator's mean, over the average infidelity of a gate
_SEEN: Final = 0.75  # share of operators that see a qubit
_DEVIATES: Final = 2.33  # one in a hundred, one-sided
_LEAST: Final = 0.05  # loss that can be told from none


def least_loss(errors: float, deviation: float) -> float:
    """Give the least logarithmic loss of polarization that gates must cost.

    Args:
        errors: Average infidelities of all gates of a circuit, added up.
        deviation: Standard error of that sum.
    """
    return _GRANTED * _LOST * max(errors - _DEVIATES * deviation, 0.0)


def kept_by_readout(errors: list[float]) -> float:
    """Give what readout errors leave of a random operator's mean."""
    return math.prod(1 - 2 * _SEEN * error for error in errors)


def too_flat(right: int, shots: int, loss: float, readout: float) -> Suspicion:
    """Ask whether mirror circuits have a larger polarization than the gates allow.

    Args:
        right: Shots whose parity was right.
        shots: All of them, each of a circuit of its own.
        loss: The least logarithmic loss (`least_loss`).
        readout: What readout leaves (`kept_by_readout`).
    """
    if shots == 0 or loss < _LEAST:
        return cannot_tell(FLAT, "no mirror circuit that measured gates must spoil")
    border = (1 + readout * math.exp(-loss)) / 2
    bare = (1 + readout) / 2  # of a machine that leaves all gates out
    p_value = _at_least(right, shots, border)
    needed = next(k for k in range(shots + 2) if _at_least(k, shots, border) < LEVEL)
    return Suspicion(
        name=FLAT,
        p_value=p_value,
        sentence=(
            f"parities are right in {right / shots:.1%} of {shots} shots; with the errors measured"
            f" beside them, half of the gates' included, at most {border:.1%} are to be expected"
        ),
        power=(("all gates left out", _at_least(needed, shots, bare)),),
    )


def _at_least(right: int, shots: int, share: float) -> float:
    """Give the probability of so many or more."""
    if right <= 0:
        return 1.0
    return float(special.betainc(right, shots - right + 1, share)) if right <= shots else 0.0
