"""Decays whose asymptote nobody states: it is fitted along, and the interval pays for it.

The likelihood is profiled over the asymptote on a grid: an end of the interval is the farthest
constant that any asymptote makes likely enough, so a decay that was not followed to its end has a
wide interval or none.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from qassay.statistics.decays import DecayFit, Kind, Transform, fit_decays, largest, transformed
from qassay.statistics.dispersion import student_quantile
from qassay.statistics.estimate import Estimate, no_information, physical
from qassay.statistics.trials import Trials

_STEPS: Final = 30


def over_asymptotes(
    trials: Trials, transform: Transform, *, level: float, kind: Kind, most: float
) -> tuple[Estimate, ...]:
    """Estimate each target with an asymptote of its own, anywhere from 0 to `most`.

    Args:
        trials: The counts; three lengths at least tell anything.
        transform: Monotone function of the rate that is wanted.
        level: Confidence level of the two-sided intervals.
        kind: As in `fit_decays`.
        most: Largest asymptote.
    """
    shots, circuits = trials.circuits * trials.shots, trials.circuits
    fits = [
        fit_decays(trials, asymptote=end, kind=kind, level=level)
        for end in np.linspace(0.0, most, _STEPS + 1)
    ]
    heights = np.array([_height(fit) for fit in fits])
    best = np.argmax(heights, axis=0)
    found = []
    for target in range(trials.targets):
        fit = fits[best[target]]
        if not np.isfinite(heights[best[target], target]):
            found.append(no_information(shots, circuits))
            continue
        freedom = fit.scatter.freedom[target]
        quantile = float(student_quantile((1 - level) / 2, freedom))
        drop = 0.5 * float(fit.scatter.dispersion[target]) * quantile**2
        low, high = math.inf, 0.0
        for other, height in zip(fits, heights[:, target], strict=True):
            left = drop - (heights[best[target], target] - height)
            if not left >= 0:
                continue
            falls = np.where(np.arange(trials.targets) == target, left, np.nan)
            constant = other.constant_of(other.rate)
            low = min(low, float(other.likelihood.crossing(constant, falls, upper=False)[target]))
            high = max(high, float(other.likelihood.crossing(constant, falls, upper=True)[target]))
        ends = (fit.rate[target], fit.rate_of(low), fit.rate_of(high))
        rates = (np.array([end], dtype=np.float64) for end in ends)
        value, start, end = (float(x[0]) for x in transformed(fit, transform, *rates))
        found.append(
            physical(
                Estimate(
                    value=value,
                    low=start,
                    high=math.inf if math.isinf(high) and kind == "geometric" else end,
                    level=level,
                    shots=shots,
                    circuits=circuits,
                    method="profile likelihood over the asymptote as well",
                ),
                most=largest(fit, transform),
            )
        )
    return tuple(found)


def _height(fit: DecayFit) -> np.ndarray:
    """Give the largest log-likelihood of each target; -inf where nothing fits."""
    known = ~np.isnan(fit.rate)
    heights = fit.log_likelihood(np.where(known, fit.rate, 0.0))
    return np.where(known, heights, -np.inf)
