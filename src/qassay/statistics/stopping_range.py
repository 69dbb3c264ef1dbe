"""How far single runs of a sequential test end from their expected length.

A test that stops where a random walk with drift first crosses a line ends after a time with the
inverse Gaussian distribution (Wald, Sequential Analysis (1947), A.6: "Wald's distribution"; Folks
and Chhikara, J. R. Stat. Soc. B 40, 263 (1978)). With mean 1 its shape is a / 2 for a walk of
log-likelihood ratios up to a = ln(1 / alpha), whose variance is twice its drift. Mixtures of
several bets, looks at the ends of batches, and an expected length that is itself foretold make the
ends spread further: a third instead of a half covers them (`benchmarks/expected_shots.py`).
"""

from __future__ import annotations

import math
from functools import cache
from typing import Final

from scipy.special import log_ndtr, ndtr

_SHARE: Final = 3.0  # of ln(1 / alpha), see above
_STEPS: Final = 60


@cache
def stopping_range(alpha: float, *, within: float = 0.9) -> tuple[float, float]:
    """Give between how many times the expected length a share `within` of all runs ends.

    Args:
        alpha: Error probability of the test, in (0, 1).
        within: The share, in the middle.

    Returns:
        Both ends, over the expected length.
    """
    shape = math.log(1 / alpha) / _SHARE
    tail = (1 - within) / 2
    return _quantile(tail, shape), _quantile(1 - tail, shape)


def _quantile(share: float, shape: float) -> float:
    """Invert the distribution by bisection on a logarithmic scale."""
    low, high = -20.0, 20.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if _below(math.exp(middle), shape) < share else (low, middle)
    return math.exp(low)


def _below(x: float, shape: float) -> float:
    """Give the probability of an end before x, of an inverse Gaussian of mean 1."""
    root = math.sqrt(shape / x)
    mirrored = math.exp(min(2 * shape + float(log_ndtr(-root * (x + 1))), 0.0))
    return float(ndtr(root * (x - 1))) + mirrored
