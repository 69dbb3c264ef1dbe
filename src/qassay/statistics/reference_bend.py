"""What a reference without entanglers hides of its own decay.

Without entanglers the three classes of Pauli errors of a pair (first qubit, second, both) do not
mix, and a mean of exponentials lies above the exponential of the mean: by V / 2 in the exponent, V
the variance of the classes' exponents. With the weights 3/15, 3/15 and 9/15 that is 0.047 of the
square of the mean exponent for qubits alike, which is the least that it can be, and 0.125 where one
of them is bad (docs/decisions/0012-reference.md). An entangler's decay looks larger by that much.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from qassay.statistics.estimate import Estimate
from qassay.statistics.trials import Trials

BEND: Final = 0.05  # of the square of a reference's decay, readout included
_LEAST_SIGNAL: Final = 0.02  # of a reference, of what it has without any loss


def hidden_decay(trials: Trials, asymptote: float) -> npt.NDArray[np.float64]:
    """Give the decay that a reference hides, a layer, its qubits taken to be alike.

    Args:
        trials: Reference and layers; the reference is the arm of length 0.
        asymptote: B of both.

    Returns:
        What the entangler's decay a layer looks larger by, shape (targets,).
    """
    hits, shots = trials.totals()
    short, layers = int(np.argmin(trials.lengths)), max(float(trials.lengths.max()), 1.0)
    if not shots[short]:
        return np.zeros(trials.targets)
    signal = (hits[short] / shots[short] - asymptote) / (1 - asymptote)
    lost = -np.log(np.maximum(signal, _LEAST_SIGNAL))
    return np.asarray(BEND * lost**2 / layers)


def straightened(one: Estimate, decay: float, factor: float) -> Estimate:
    """Take a decay a layer off an estimate of an error, value and ends.

    Args:
        one: Of factor times (1 - p).
        decay: What is taken off -ln p.
        factor: Error of a gate that leaves no signal after one layer.
    """
    if not one.informative:
        return one

    def less(error: float) -> float:
        kept = 1 - error / factor
        return factor * max(1 - kept * math.exp(decay), 0.0) if kept > 0 else error

    return replace(one, value=less(one.value), low=less(one.low), high=less(one.high))
