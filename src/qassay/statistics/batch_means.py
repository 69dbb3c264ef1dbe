"""Means of batches: an interval that drift cannot narrow.

Shots of one batch share the machine's state of the moment, so the batch is the unit. The
interval is Student's t over batch means. A bootstrap over so few batches is too short (it
takes the spread of 20 means without the factor 20/19 and with normal tails): measured in
`benchmarks/applications.py`.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

from qassay.statistics.estimate import Estimate, no_information

Floats = npt.NDArray[np.float64]


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
    return Estimate(
        value=mean,
        low=mean - half,
        high=mean + half,
        level=level,
        shots=shots,
        circuits=count,
        method="Student's t over batches",
    )
