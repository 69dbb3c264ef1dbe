"""Confidence intervals for probabilities, and for the mean of shares of whole shots.

Clopper-Pearson guarantees its level and is what verdicts rest on; Wilson is shorter, covers the
level on average only, and is meant for figures. Wald intervals have no place here: at an error
rate of 0.3 % and 1000 shots the nominal 95 % one covers 80 % (`tests/closed_loop`).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import special

from qassay.statistics.estimate import Estimate, no_information

FloatArray = npt.NDArray[np.float64]


def normal_quantile(tail: float) -> float:
    """Give the standard normal deviate that is exceeded with probability `tail`."""
    return float(-special.ndtri(tail))


def check_level(level: float) -> float:
    """Return the confidence level, or refuse one outside (0, 1)."""
    if not 0 < level < 1:
        raise ValueError(f"level: found {level}, expected a number between 0 and 1")
    return level


def lower_limit(hits: npt.ArrayLike, shots: npt.ArrayLike, tail: float = 0.05) -> FloatArray:
    """Give exact one-sided lower limits of probabilities (Clopper and Pearson 1934).

    Args:
        hits: Counted events, any shape that broadcasts with `shots`; may be fractional.
        shots: Trials; where zero, nothing is known and the limit is 0.
        tail: Probability, at the most, that the limit lies above the truth.

    Returns:
        The limits in [0, 1], in the broadcast shape.
    """
    h, n = _counts(hits, shots)
    known = (h > 0) & (n > 0)
    # Where there is no event the limit is 0; ones stand in to keep betaincinv quiet.
    a, b = np.where(known, h, 1.0), np.where(known, n - h + 1, 1.0)
    return np.where(known, special.betaincinv(a, b, check_level(tail)), 0.0)


def upper_limit(hits: npt.ArrayLike, shots: npt.ArrayLike, tail: float = 0.05) -> FloatArray:
    """Give exact one-sided upper limits of probabilities; see `lower_limit`."""
    h, n = _counts(hits, shots)
    return 1.0 - lower_limit(n - h, n, tail)


def clopper_pearson(
    hits: npt.ArrayLike, shots: npt.ArrayLike, level: float = 0.95
) -> tuple[FloatArray, FloatArray]:
    """Give exact two-sided intervals of probabilities, each tail at most (1 - level) / 2."""
    tail = (1 - check_level(level)) / 2
    return lower_limit(hits, shots, tail), upper_limit(hits, shots, tail)


def wilson(
    hits: npt.ArrayLike, shots: npt.ArrayLike, level: float = 0.95
) -> tuple[FloatArray, FloatArray]:
    """Give score intervals of probabilities (Wilson 1927), for figures.

    Args:
        hits: Counted events, any shape that broadcasts with `shots`.
        shots: Trials; where zero, the interval is [0, 1].
        level: Confidence level of the two-sided interval.

    Returns:
        Lower and upper ends in [0, 1], in the broadcast shape.
    """
    h, n = _counts(hits, shots)
    z = normal_quantile((1 - check_level(level)) / 2)
    safe = np.maximum(n, 1)
    centre = (h + z * z / 2) / (safe + z * z)
    half = z / (safe + z * z) * np.sqrt(h * (safe - h) / safe + z * z / 4)
    # The ends are exactly 0 and 1 at the extreme counts; rounding would leave 1e-17.
    low = np.where((h > 0) & (n > 0), np.maximum(centre - half, 0), 0.0)
    high = np.where((h < n) & (n > 0), np.minimum(centre + half, 1), 1.0)
    return low, high


def binomial_estimate(
    hits: float, shots: int, *, level: float = 0.95, circuits: int = 0
) -> Estimate:
    """Estimate one probability with its Clopper-Pearson interval."""
    if shots == 0:
        return no_information(circuits=circuits)
    low, high = clopper_pearson(hits, shots, level)
    return Estimate(
        value=hits / shots,
        low=float(low),
        high=float(high),
        level=level,
        shots=shots,
        circuits=circuits,
        method="Clopper-Pearson",
    )


def bounded_mean_estimate(
    values: FloatArray, *, level: float = 0.95, shots: int = 0, most: float = 1.0
) -> Estimate:
    """Estimate the mean of independent values that lie in [0, most], however they are spread.

    An end is a quantile of the mean of the values and one more, the worst there can be on that
    side, weighted by uniform spacings (Dirichlet): Gaffke's bound (Bull. Inst. Math. Acad. Sinica
    33, 275 (2005); Learned-Miller and Thomas, arXiv:1905.06208), with a beta distribution of the
    same mean and variance in the place of his. Of values that are all 0 or 1 it is Clopper and
    Pearson's interval exactly; of others it knows how they scatter, and that a worse one may come.

    Args:
        values: One a circuit, shape (circuits,).
        level: Confidence level of the two-sided interval.
        shots: Executions behind them; only handed on.
        most: Largest value there can be.
    """
    count = int(values.size)
    if count == 0:
        return no_information(shots)
    tail = (1 - check_level(level)) / 2
    unit = values / most
    value = float(unit.mean())
    low = 1 - _upper_end(1 - unit, tail)
    high = _upper_end(unit, tail)
    return Estimate(
        value=value * most,
        low=min(low, value) * most,
        high=max(high, value) * most,
        level=level,
        shots=shots,
        circuits=count,
        method="mean of shares, one more unseen at the end of the range",
    )


def _upper_end(values: FloatArray, tail: float) -> float:
    """Give the quantile of the mean of values in [0, 1] and a further 1, weighted by spacings."""
    total, squares = float(values.sum()) + 1, float((values * values).sum()) + 1
    mean = total / (values.size + 1)
    variance = (squares / (values.size + 1) - mean**2) / (values.size + 2)
    if mean >= 1 or variance <= 0:
        return 1.0
    size = mean * (1 - mean) / variance - 1
    return float(special.betaincinv(size * mean, size * (1 - mean), 1 - tail))


def _counts(hits: npt.ArrayLike, shots: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Take counts as floats, or refuse such as cannot be counts."""
    h, n = np.asarray(hits, dtype=np.float64), np.asarray(shots, dtype=np.float64)
    # Written so that NaN is refused as well.
    if not (np.all(n >= 0) and np.all(h >= 0) and np.all(h <= n)):
        raise ValueError("hits: found counts outside 0 <= hits <= shots")
    return h, n
