"""Times to 1/e of decays whose shape is not known, from three delays or more.

The contrast is taken to be A exp(-(t / T)^p) with p between 0.4 and 3: p = 1 is exponential, p = 2
what slow noise makes of a free precession, p < 1 a mixture of many times. T is the time to 1/e for
every p, so near the delays hardly anything depends on p, and far from them the interval says how
little is known. For each p of a ladder this is an exponential decay in t^p; the profile over p is
the highest of theirs, and the interval the union of what each leaves of the common fall.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from qassay.statistics.decays import DecayFit, fit_decays
from qassay.statistics.dispersion import student_quantile
from qassay.statistics.estimate import Estimate, no_information, physical
from qassay.statistics.intervals import check_level
from qassay.statistics.trials import Trials

FloatArray = npt.NDArray[np.float64]

POWERS: Final = (0.4, 0.5, 0.63, 0.8, 1.0, 1.25, 1.6, 2.0, 2.5, 3.0)
_USUAL: Final = 0.5  # spread of ln p that the value itself reckons with; its interval does not


def shaped_times(trials: Trials, *, asymptote: float, level: float) -> tuple[Estimate, ...]:
    """Estimate the time to 1/e of each target.

    Args:
        trials: The counts; the arms are delays in seconds.
        asymptote: B, known.
        level: Confidence level of the two-sided intervals.
    """
    tail = (1 - check_level(level)) / 2
    unit = _unit(trials)
    fits = _fits(trials, asymptote)
    plain = fits[POWERS.index(1.0)]
    heights = np.stack([_height(fit) for fit in fits])
    with np.errstate(invalid="ignore"):
        fall = heights.max(axis=0) - heights
    drop = 0.5 * plain.scatter.dispersion * student_quantile(tail, plain.scatter.freedom) ** 2
    long, short = np.zeros(trials.targets), np.full(trials.targets, np.inf)
    for power, fit, lost in zip(POWERS, fits, fall, strict=True):
        for upper in (False, True):
            silent = fit.likelihood.without_event(upper=upper)
            left = np.where(silent, np.maximum(drop, -np.log(tail)), drop) - lost
            ends = fit.likelihood.crossing(
                fit.constant_of(fit.rate), np.maximum(left, 0), upper=upper
            )
            times = np.where(left >= 0, _time(ends, power, unit), np.inf if upper else 0.0)
            if upper:
                short = np.fmin(short, times)
            else:
                long = np.fmax(long, times)
    penalty = 0.5 * (np.log(np.array(POWERS)) / _USUAL) ** 2
    best = np.argmin(np.nan_to_num(fall / plain.scatter.dispersion) + penalty[:, None], axis=0)
    values = np.stack(
        [_time(fit.rate, power, unit) for power, fit in zip(POWERS, fits, strict=True)]
    )
    shots, circuits = trials.circuits * trials.shots, trials.circuits
    return tuple(
        no_information(shots, circuits)
        if np.isnan(plain.rate[i])
        else physical(
            Estimate(
                value=float(values[best[i], i]),
                low=float(short[i]),
                high=float(long[i]),
                level=level,
                shots=shots,
                circuits=circuits,
                method="profile likelihood over the shape of the decay",
            )
        )
        for i in range(trials.targets)
    )


@lru_cache(maxsize=16)
def _fits(trials: Trials, asymptote: float) -> tuple[DecayFit, ...]:
    """Fit every shape; a verdict asks at several levels, of which a fit knows nothing."""
    unit = _unit(trials)
    return tuple(
        fit_decays(
            replace(trials, lengths=(trials.lengths / unit) ** power),
            asymptote=asymptote,
            kind="exponential",
        )
        for power in POWERS
    )


def _unit(trials: Trials) -> float:
    """Give the longest delay, so that no power of one overflows."""
    return float(trials.lengths.max(initial=0.0)) or 1.0


def _height(fit: DecayFit) -> FloatArray:
    """Give the likelihood at its maximum."""
    return fit.log_likelihood(np.where(np.isnan(fit.rate), 0.0, fit.rate))


def _time(rate: FloatArray, power: float, unit: float) -> FloatArray:
    """Turn a rate in units of t^p into the time to 1/e."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return np.asarray(unit * np.asarray(rate, dtype=np.float64) ** (-1 / power))
