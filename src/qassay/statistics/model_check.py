"""What a check of the model says, and the tails that its p-values are read from.

Moments of the statistics under the null are exact or unbiased; their third moment is kept too,
because checks are judged far out in the tails, where a normal curve would be off by a factor.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import special

from qassay.statistics.trials import Trials

FloatArray = npt.NDArray[np.float64]
Cap = Literal["confirmed", "refuted", "mean confirmed", "mean refuted"]
Power = tuple[tuple[str, float], ...]

BOTH: tuple[Cap, ...] = ("confirmed", "refuted")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCheck:
    """One check of the assumptions behind the estimates of an experiment.

    Attributes:
        name: Which check.
        statistic: Its test statistic; None where the check is not applicable.
        p_value: Probability, if the model holds, of a statistic at least as far out; None where
            the check is not applicable.
        sentence: What was found, in plain words, or why nothing can be.
        power: Alternatives in words, each with the probability that it would have been noticed
            at the level of this check with data of this size.
        caps: Verdicts that a failure turns into "inconclusive"; those on means alone where it
            says so.
    """

    name: str
    statistic: float | None
    p_value: float | None
    sentence: str
    power: Power = ()
    caps: tuple[Cap, ...] = ()

    @property
    def applicable(self) -> bool:
        """Whether the data could support the check."""
        return self.p_value is not None


def not_applicable(name: str, reason: str) -> ModelCheck:
    """Say that the data cannot support a check, and why."""
    return ModelCheck(name=name, statistic=None, p_value=None, sentence=f"not applicable: {reason}")


def tails(z: float, skewness: float) -> tuple[float, float]:
    """Give P(Z <= z) and P(Z >= z) of a standardised variable with a known skewness.

    A gamma distribution, shifted and scaled (Pearson's type III), has the wanted three moments;
    it is exact for chi-squares and within a small factor for sums of rare events.
    """
    if skewness < 0:
        low, high = tails(-z, -skewness)
        return high, low
    if skewness < 1e-4:
        return float(special.ndtr(z)), float(special.ndtr(-z))
    shape = 4 / skewness**2
    point = max(shape + 2 * z / skewness, 0.0)
    return float(special.gammainc(shape, point)), float(special.gammaincc(shape, point))


def two_sided(low: float, high: float) -> float:
    """Double the smaller tail."""
    return min(1.0, 2 * min(low, high))


def normal_power(
    shift: float, level: float, *, spread: float = 1.0, skewness: float = 0.0
) -> float:
    """Give the power of a two-sided test on a standardised statistic.

    Args:
        shift: Mean of the statistic under the alternative.
        level: Level of the test.
        spread: Its standard deviation under the alternative, where it is normal.
        skewness: Of the statistic under the null, which moves the critical values.
    """
    low, high = -_upper_quantile(level / 2, -skewness), _upper_quantile(level / 2, skewness)
    return float(special.ndtr((shift - high) / spread) + special.ndtr((low - shift) / spread))


def _upper_quantile(tail: float, skewness: float) -> float:
    """Invert the upper tail of `tails`."""
    if abs(skewness) < 1e-4:
        return -float(special.ndtri(tail))
    shape = 4 / skewness**2
    if skewness > 0:
        return (float(special.gammainccinv(shape, tail)) - shape) * skewness / 2
    return (float(special.gammaincinv(shape, tail)) - shape) * skewness / 2


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Residuals:
    """Single shots less the mean of their arm.

    Attributes:
        arms: Arm of each circuit, shape (circuits,).
        circuits: Circuits of each arm, shape (arms,).
        fractions: Mean of each arm and target, shape (arms, targets); NaN in an empty arm.
        values: Hit less mean, shape (circuits, targets).
    """

    arms: npt.NDArray[np.intp]
    circuits: npt.NDArray[np.int64]
    fractions: FloatArray
    values: FloatArray

    @classmethod
    def of(cls, trials: Trials) -> Residuals:
        """Take the means of the arms off."""
        hits, shots = trials.totals()
        circuits = shots // trials.shots
        with np.errstate(invalid="ignore", divide="ignore"):
            fractions = hits / shots[:, None]
        values = trials.hits / trials.shots - fractions[trials.arms]
        return cls(arms=trials.arms, circuits=circuits, fractions=fractions, values=values)

    @property
    def squares(self) -> FloatArray:
        """Sum of squares of each arm and target: n s (1 - s), shape (arms, targets)."""
        share = np.where(self.circuits[:, None] > 0, self.fractions, 0.0)
        return np.asarray(self.circuits[:, None] * share * (1 - share), dtype=np.float64)

    def inflation(self) -> float:
        """How much more sums over the targets of a shot scatter than independent targets, >= 1."""
        single = float(self.squares.sum())
        return max(1.0, float((self.values.sum(1) ** 2).sum()) / single) if single > 0 else 1.0


def rounded_percent(value: float) -> str:
    """Write a percentage for a sentence."""
    return f"{100 * value:.1f} %"


def verdict_of(p_value: float, level: float) -> str:
    """End a sentence: the p-value, and whether it is beyond the level."""
    size = "below 1e-12" if p_value < 1e-12 else f"{p_value:.2g}"
    return f"p = {size}, {'beyond' if p_value < level else 'within'} the level {level:.2g}"
