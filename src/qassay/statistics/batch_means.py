"""Means of batches: an interval that drift cannot narrow, and bets that need no model.

Shots of one batch share the machine's state of the moment, so the batch is the unit. The
interval is Student's t over batch means. A bootstrap over so few batches is too short (it
takes the spread of 20 means without the factor 20/19 and with normal tails): measured in
`benchmarks/applications.py`.

For verdicts nothing is taken to be normal. Values lie in a known range [low, high]; against
"the mean of every batch, given the past, is at least m" a bettor with a fixed share b in (0, 1)
multiplies his wealth by 1 + b (m - x) / (high - m), which is never negative and has mean at
most 1 under the hypothesis, whatever drifts within it. A mixture of bettors is one e-process
(Waudby-Smith and Ramdas, JRSS B 86, 1 (2024), arXiv:2010.09686).
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.special import logsumexp, stdtrit

from qassay.statistics.estimate import Estimate, no_information

Floats = npt.NDArray[np.float64]
_SHARES: Final = np.array([0.03, 0.1, 0.25, 0.5, 0.75, 0.95])


def batch_mean_estimate(values: Floats, *, level: float, shots: int = 0) -> Estimate:
    """Estimate a mean from the means of batches, with Student's t interval.

    Args:
        values: Mean of each batch, in order, shape (batches,).
        level: Confidence level.
        shots: Shots behind them.
    """
    count = values.size
    if count < 2:
        return no_information(shots, count)
    mean = float(values.mean())
    half = float(stdtrit(count - 1, (1 + level) / 2)) * float(values.std(ddof=1))
    half /= math.sqrt(count)
    return Estimate(value=mean, low=mean - half, high=mean + half, level=level, shots=shots,
                    circuits=count, method="Student's t over batches")  # fmt: skip


def log_e_mean_below(values: Floats, border: float, high: float) -> Floats:
    """Bet against "every batch has a mean of at least `border`".

    Args:
        values: Mean of each batch, in order, none above `high`.
        border: m.
        high: Largest value there can be, above the border.

    Returns:
        Log wealth after each batch, shape (batches,).
    """
    if not border < high:
        raise ValueError("the border must lie below the largest value")
    gains = np.log1p(_SHARES[:, None] * (border - values) / (high - border))
    paths = np.cumsum(gains, axis=1)
    return np.asarray(logsumexp(paths, axis=0) - math.log(_SHARES.size))


def log_e_mean_above(values: Floats, border: float, low: float) -> Floats:
    """Bet against "every batch has a mean of at most `border`", values not below `low`."""
    return log_e_mean_below(-values, -border, -low)
