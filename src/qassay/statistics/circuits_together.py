"""Few circuits of many shots: whether their targets fail together, and how far skew reaches.

In counts that somebody else took, many shots were made of each circuit, and all targets of one
circuit may have suffered at once: of twenty idle ions in one published circuit each lost 3 to 17
of 100 shots, in the others 2. A mean over targets then scatters by up to 2.5 times what
independent targets give it. Its variance can be taken from the circuits' sums instead, at the
price of few degrees of freedom where circuits are few, so that is done where the counts say so.

Errors of random circuits are skewed: a mean of few that has missed the bad ones has a small
scatter as well, and Student's t then errs twice as often as it says. So both ends are moved out
by (exp(x) - 1) / x, with x their distance from the value over the value, which is what the
logarithm of the mean would have above.
docs/decisions/0021-counts-of-others.md has the measured halves.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

import numpy as np
from scipy import special

from qassay.statistics.estimate import Estimate
from qassay.statistics.trials import Trials

_FAR: Final = 3.0  # an end so many times the value away says little anyhow
EVIDENCE: Final = 0.05  # probability to take independent targets for such as fail together


def fail_together(trials: Trials) -> bool:
    """Test whether circuits' sums over targets scatter more than independent targets' would.

    The ratio of the variance of the sum to the sum of the variances is averaged over the arms by
    their degrees of freedom, and compared with F.

    Args:
        trials: Counts of many shots a circuit.
    """
    ratios, freedoms = [], []
    for arm in range(trials.lengths.size):
        rows = trials.hits[trials.arms == arm].astype(np.float64)
        if rows.shape[0] < 2:
            continue
        apart = float(rows.var(axis=0, ddof=1).sum())
        if apart > 0:
            ratios.append(float(rows.sum(axis=1).var(ddof=1)) / apart)
            freedoms.append(rows.shape[0] - 1)
    if not freedoms or trials.targets < 2:
        return False
    freedom = sum(freedoms)
    ratio = sum(r * n for r, n in zip(ratios, freedoms, strict=True)) / freedom
    return float(special.fdtrc(freedom, freedom * trials.targets, ratio)) < EVIDENCE


def allowing_for_skew(estimate: Estimate, *, scattered: bool) -> Estimate:
    """Move the ends of an interval out, as far as few skewed circuits may deceive.

    Args:
        estimate: Of an error rate.
        scattered: Whether circuits scatter more than their shots alone would.
    """
    if not (scattered and estimate.informative and estimate.value > 0):
        return estimate
    value = estimate.value
    down, up = value - estimate.low, estimate.high - value
    return replace(
        estimate,
        low=max(value - _stretched(down / value) * value, min(estimate.low, 0.0)),
        high=value + _stretched(up / value) * value,
        method=f"{estimate.method}, few skewed circuits",
    )


def _stretched(distance: float) -> float:
    return math.expm1(distance) if distance < _FAR else distance * math.expm1(_FAR) / _FAR
