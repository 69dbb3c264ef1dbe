"""The mean of a time over a few targets and jobs, with an interval that counts each doubt once.

A time is measured on k of N targets, once in each of C cycles. What a cycle does to all targets
(a machine that grows slower, a queue) and what is luck of single jobs both show in how the means of
the cycles scatter; what the other N - k targets may be shows in how the targets' means do, less
what luck makes of that (the two-way table of Searle, Casella and McCulloch, *Variance Components*,
1992, section 4.2). Each of the two has Student's half width with its own degrees of freedom, and
they are added as the roots of squares, which holds the level where one of them is all there is and
lies on the careful side between (`benchmarks/narrow_counts.py --part clocks`).

A clock that counts in grains moves a mean by up to one grain, and by next to nothing where jobs
scatter by more than that: rounding then differs from job to job, and its mean vanishes as
exp(-2 (pi s / g)^2), s the scatter and g the grain (Widrow, IRE Trans. Circuit Theory 3, 266
(1956), doi:10.1109/TCT.1956.1086334). So a grain is added where the scatter is smaller than it.
Where it is not, Student's half width is 1.6 grains or more (four jobs), so that even a machine
whose jobs drift in steps of whole grains is inside.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final

import numpy as np
import numpy.typing as npt

Interval = tuple[float, float, float]  # value, low, high
Floats = npt.NDArray[np.float64]

_STEPS: Final = (10, 5, 2.5, 2)  # of clocks, tenths of a power of ten
_TICKS: Final = tuple(step * 10.0**-k for k in range(1, 11) for step in _STEPS)
_EXACT: Final = 1e-9  # of a time, that rounding to the steps of a clock may leave


def grain_of(seconds: Iterable[float]) -> float:
    """Find the largest step of a clock, from 1 s, that all seconds are multiples of; 0 for none.

    Steps are 1, 2, 2.5 and 5 times the powers of ten.
    """
    values = [value for value in seconds if value > 0]
    for tick in _TICKS:
        if values and all(abs(v / tick - round(v / tick)) < _EXACT * v / tick for v in values):
            return tick
    return 0.0


def mean_of_jobs(seconds: Floats, level: float, grain: float) -> Interval:
    """Give the mean of a time over jobs, with Student's interval; unbounded for a single job.

    Args:
        seconds: One a job, shape (jobs,).
        level: Confidence level.
        grain: Of the clock, in the same unit.
    """
    return mean_of_targets(seconds[None, :], 1, level, grain)


def mean_of_targets(seconds: Floats, population: int, level: float, grain: float) -> Interval:
    """Give the mean of a time over all targets of a machine, some of which were timed.

    Args:
        seconds: Of each target timed in each cycle, shape (targets, cycles).
        population: How many targets there are.
        level: Confidence level.
        grain: What the clock's grain moves a time by, in the same unit.

    Returns:
        Mean and interval; the interval is unbounded with a single cycle, or with a single target
        of several.
    """
    from scipy.stats import t

    targets, cycles = seconds.shape
    mean = float(seconds.mean())
    if cycles < 2 or (targets < 2 and population > targets):
        return mean, -math.inf, math.inf
    means, each = seconds.mean(axis=0), seconds.mean(axis=1)
    by_cycle = float(means.var(ddof=1))
    squares = by_cycle / cycles * float(t.ppf(0.5 + level / 2, cycles - 1)) ** 2
    if population > targets:
        luck = seconds - each[:, None] - means + mean
        alone = float((luck**2).sum()) / ((targets - 1) * (cycles - 1))
        among = max(float(each.var(ddof=1)) - alone / cycles, 0.0) * (1 / targets - 1 / population)
        squares += among * float(t.ppf(0.5 + level / 2, targets - 1)) ** 2
    half = math.sqrt(squares)
    if math.sqrt(by_cycle) < grain:
        half += grain
    return mean, mean - half, mean + half
