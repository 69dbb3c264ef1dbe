"""Bets on the mean of something that lies in a known range: exact, whatever its distribution.

Against "every value, given the past, has a mean of at least m", with no value above `high`, a
bettor with a fixed share b in (0, 1) multiplies his wealth by 1 + b (m - x) / (high - m). That is
never negative, and its mean given the past is at most 1 under the hypothesis: the wealth is a
supermartingale, however the parts of x hang together and whatever drifts within the hypothesis.
A mixture of bettors with fixed weights is one e-process (Ville's inequality; Waudby-Smith and
Ramdas, JRSS B 86, 1 (2024), arXiv:2010.09686).

The share of wrong bits of one shot is such a value: its mean is the mean error over the qubits, for
it is linear, and no independence of the qubits is needed. The price of that is a floor no number
of qubits lowers: to exclude rare shots that are wrong everywhere takes ln(1 / beta) / (delta e)
shots, e being the claimed error (`docs/decisions/0013-readout-and-times.md`).
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.special import logsumexp

Floats = npt.NDArray[np.float64]
Bets = tuple[tuple[float, float], ...]  # share of the wealth at stake and weight of each bettor

EVEN: Final[Bets] = tuple((b, 1 / 6) for b in (0.03, 0.1, 0.25, 0.5, 0.75, 0.95))
# Of shares of wrong bits: most shots of many qubits scatter little, so the largest bet pays best.
FEWER_WRONG: Final[Bets] = ((0.98, 0.5), (0.6, 0.2), (0.3, 0.15), (0.12, 0.15))
MORE_WRONG: Final[Bets] = ((0.02, 0.25), (0.06, 0.25), (0.18, 0.25), (0.5, 0.25))


def log_e_mean_below(values: Floats, border: float, high: float, bets: Bets = EVEN) -> Floats:
    """Bet against "every value has a mean of at least `border`".

    Args:
        values: In order, none above `high`, shape (steps,).
        border: m.
        high: Largest value there can be, above the border.
        bets: The bettors.

    Returns:
        Log wealth after each value, shape (steps,).
    """
    if not border < high:
        raise ValueError("the border must lie below the largest value")
    shares, weights = np.array(bets).T
    gains = np.log1p(shares[:, None] * (border - values) / (high - border))
    paths = np.cumsum(gains, axis=1) + np.log(weights)[:, None]
    return np.asarray(logsumexp(paths, axis=0))


def log_e_mean_above(values: Floats, border: float, low: float, bets: Bets = EVEN) -> Floats:
    """Bet against "every value has a mean of at most `border`", values not below `low`."""
    return log_e_mean_below(-values, -border, -low, bets)


def mean_gains(shares: Floats, chances: Floats, border: float, end: float, bets: Bets) -> Floats:
    """Give mean and standard deviation of each bettor's gain, in nats, on a known law.

    Args:
        shares: Values there are, shape (values,).
        chances: Their probabilities.
        border: m.
        end: Of the range, on the far side of the hypothesis.
        bets: The bettors.

    Returns:
        Shape (2, bettors).
    """
    stakes = np.array(bets)[:, 0]
    gains = np.log1p(stakes[:, None] * (border - shares) / (end - border))
    means = gains @ chances
    return np.stack([means, np.sqrt(np.maximum(gains**2 @ chances - means**2, 0.0))])
