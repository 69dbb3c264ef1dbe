"""What a reference without entanglers hides of its own decay.

Without entanglers the three classes of Pauli errors of a pair (first qubit, second, both) do not
mix, and a mean of exponentials lies above the exponential of the mean: by V / 2 in the exponent, V
the variance of the classes' exponents. With the weights 3/15, 3/15 and 9/15 that is 0.047 of the
square of the mean exponent for qubits alike, which is the least that it can be, and 0.125 where one
of them is bad (docs/decisions/0012-reference.md). An entangler's decay looks larger by that much.

How much of what a reference has lost are its turns and how much preparation and readout, which
hide nothing, its counts do not tell; nor whether its two qubits are alike. So the interval reaches
from "all of it are turns of one qubit" to "none of it is", and the value is corrected as for qubits
alike, by turns that take as much as the entangler at the most: beyond that a poor readout is
likelier than poorer turns (docs/decisions/0064-what-an-interval-knows.md).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from qassay.statistics.estimate import Estimate
from qassay.statistics.trials import Trials

BEND: Final = 0.05  # of the square of a reference's decay, readout included
_OF_THE_OTHER: Final = 0.2  # of a reference's signal, the class of errors of one qubit alone
_LEAST_SIGNAL: Final = 0.02  # of a reference, of what it has without any loss


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class HiddenDecay:
    """What an entangler's decay a layer looks larger by, shape (targets,).

    Attributes:
        likely: With turns that take as much as the entangler at the most.
        most: If all that the reference lost are the turns of one qubit; infinite where so much is
            lost that this one's may keep nothing.
    """

    likely: npt.NDArray[np.float64]
    most: npt.NDArray[np.float64]

    def off(self, estimates: Sequence[Estimate], factor: float) -> tuple[Estimate, ...]:
        """Take it off the estimates of all targets.

        Args:
            estimates: One a target, of factor times (1 - p).
            factor: Error of a gate that leaves no signal after one layer.
        """
        parts = zip(estimates, self.likely.tolist(), self.most.tolist(), strict=True)
        return tuple(straightened(one, likely, most, factor) for one, likely, most in parts)

    def off_mean(self, mean: Estimate, factor: float) -> Estimate:
        """Take it off the estimate of a mean over the targets; see `off`."""
        return straightened(mean, float(self.likely.mean()), float(self.most.mean()), factor)

    @classmethod
    def of_all(cls, parts: Sequence[HiddenDecay]) -> HiddenDecay:
        """Put the targets of several experiments together."""
        return cls(
            likely=np.concatenate([one.likely for one in parts]),
            most=np.concatenate([one.most for one in parts]),
        )


def hidden_decay(trials: Trials, asymptote: float) -> HiddenDecay:
    """Give the decay that a reference hides, a layer, its qubits taken to be alike.

    Args:
        trials: Reference and layers; the reference is the arm of length 0.
        asymptote: B of both.
    """
    hits, shots = trials.totals()
    short, long = int(np.argmin(trials.lengths)), int(np.argmax(trials.lengths))
    layers = max(float(trials.lengths[long]), 1.0)
    if not shots[short]:
        return HiddenDecay(likely=np.zeros(trials.targets), most=np.zeros(trials.targets))

    def lost(arm: int) -> npt.NDArray[np.float64]:
        signal = (hits[arm] / max(shots[arm], 1) - asymptote) / (1 - asymptote)
        return np.asarray(-np.log(np.maximum(signal, _LEAST_SIGNAL)))

    before = lost(short)
    turns = np.clip(lost(long) - before, 0.0, before) if shots[long] else before
    return HiddenDecay(likely=BEND * turns**2 / layers, most=_of_one_qubit(before) / layers)


def _of_one_qubit(lost: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Give what is hidden where one qubit alone loses: its class and that of both decay alike.

    A fifth of the signal, that of the other qubit's class, stays; layers mix it with the rest.
    """
    left = (np.exp(-lost) - _OF_THE_OTHER) / (1 - _OF_THE_OTHER)
    with np.errstate(divide="ignore", invalid="ignore"):
        mixed = -(1 - _OF_THE_OTHER) * np.log(np.maximum(left, 0.0))
    return np.asarray(np.maximum(mixed - lost, 0.0))


def straightened(one: Estimate, likely: float, most: float, factor: float) -> Estimate:
    """Take a decay a layer off an estimate of an error: a likely one off its value, the most below.

    Args:
        one: Of factor times (1 - p).
        likely: What is taken off -ln p of the value.
        most: And off its lower end; off the upper one nothing is.
        factor: Error of a gate that leaves no signal after one layer.
    """
    if not one.informative:
        return one

    def less(error: float, decay: float) -> float:
        kept = 1 - error / factor
        if math.isinf(decay):
            return 0.0
        return factor * max(1 - kept * math.exp(decay), 0.0) if kept > 0 else error

    return replace(one, value=less(one.value, likely), low=less(one.low, most))
