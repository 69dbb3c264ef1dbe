"""Times to 1/e of decays whose shape is not known, from three delays or more.

The contrast is taken to be A exp(-(t / T)^p) with p between 0.4 and 3: p = 1 is exponential, p = 2
what slow noise makes of a free precession, p < 1 a mixture of many times. T is the time to 1/e for
every p, so near the delays hardly anything depends on p, and far from them the interval says how
little is known. For each p of a ladder this is an exponential decay in t^p; the profile over p is
the highest of theirs, and the interval the union of what each leaves of the common fall.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from qassay.statistics.decays import DecayFit, fit_decays
from qassay.statistics.dispersion import student_quantile
from qassay.statistics.estimate import Estimate, no_information, physical
from qassay.statistics.intervals import check_level
from qassay.statistics.likelihood import DecayLikelihood
from qassay.statistics.trials import Trials

FloatArray = npt.NDArray[np.float64]

POWERS: Final = (0.4, 0.5, 0.63, 0.8, 1.0, 1.25, 1.6, 2.0, 2.5, 3.0)
_FARTHEST: Final = 100.0  # in delays: beyond, a number would only pretend to know
_LARGEST_LOG: Final = 700.0  # of a number that a computer can hold
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
    plain, likelihood, constants = _fits(trials, asymptote)
    shape = constants.shape
    known = np.where(np.isnan(constants), 0.0, constants)
    heights = likelihood.profile(known.ravel()).reshape(shape)
    with np.errstate(invalid="ignore"):
        fall = heights.max(axis=0) - heights
    drop = 0.5 * plain.scatter.dispersion * student_quantile(tail, plain.scatter.freedom) ** 2
    powers = np.array(POWERS)[:, None]
    ends = []
    for upper in (False, True):
        silent = plain.likelihood.without_event(upper=upper)
        left = np.where(silent, np.maximum(drop, -np.log(tail)), drop) - fall
        # Nothing is sought where an infinite fall is asked for.
        wanted = np.where(left >= 0, left, np.inf).ravel()
        found = likelihood.crossing(constants.ravel(), wanted, upper=upper).reshape(shape)
        ends.append(np.where(left >= 0, _time(found, powers, unit), np.inf if upper else 0.0))
    long, short = np.fmax.reduce(ends[0], initial=0.0), np.fmin.reduce(ends[1], initial=np.inf)
    penalty = 0.5 * (np.log(powers) / _USUAL) ** 2
    best = np.argmin(np.nan_to_num(fall / plain.scatter.dispersion) + penalty, axis=0)
    values = _time(constants, powers, unit)
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


def of_any_shape(estimate: Estimate, delays: Iterable[float]) -> Estimate:
    """Widen the interval of an exponential, told by one delay, to that of any shape.

    The contrast left after `delay` is all that was measured. Where an exponential of it has the
    time x delay, the shape p has x^(1/p) delay: the same at the delay itself, and the less certain
    the farther away. Order statistics follow exactly, since each end is a monotone function; means
    as far as their targets are alike.

    Args:
        estimate: Of a time, by an exponential; in seconds.
        delays: Between the two arms, in seconds; of several experiments, one each.

    Returns:
        The same value; its ends are the farthest of all shapes of `POWERS`, without a bound where
        that is a hundred delays away.
    """
    delays = [delay for delay in delays if delay > 0]
    if not delays or math.isnan(estimate.value) or math.isinf(estimate.low):
        return estimate
    ends = [
        tuple(_reached(end / delay, power) * delay for end in (estimate.low, estimate.high))
        for delay in delays
        for power in (POWERS[0], 1.0, POWERS[-1])
    ]
    low, high = min(low for low, _ in ends), max(high for _, high in ends)
    low = 0.0 if low < min(delays) / _FARTHEST else low
    high = math.inf if high > max(delays) * _FARTHEST else high
    method = f"{estimate.method}, whatever the shape of the decay"
    return replace(estimate, low=low, high=high, method=method)


def _reached(times: float, power: float) -> float:
    """Give the time to 1/e in delays, where an exponential has `times` of them."""
    if times <= 0 or math.isinf(times):
        return times
    return math.exp(min(math.log(times) / power, _LARGEST_LOG))


@lru_cache(maxsize=16)
def _fits(trials: Trials, asymptote: float) -> tuple[DecayFit, DecayLikelihood, FloatArray]:
    """Fit every shape; a verdict asks at several levels, of which a fit knows nothing.

    Returns:
        The exponential; the likelihood of all shapes side by side, one after the other with all
        their targets; and the most likely constants, shape (shapes, targets).
    """
    plain = fit_decays(
        replace(trials, lengths=trials.lengths / _unit(trials)),
        asymptote=asymptote,
        kind="exponential",
    )
    own, shapes = plain.likelihood, len(POWERS)
    likelihood = DecayLikelihood(
        lengths=np.repeat(own.lengths ** np.array(POWERS)[:, None], trials.targets, axis=0),
        hits=np.tile(own.hits, (shapes, 1)),
        shots=own.shots,
        asymptote=np.tile(own.asymptote, shapes),
        amplitude_max=np.tile(own.amplitude_max, shapes),
    )
    return plain, likelihood, likelihood.maximum().reshape(shapes, trials.targets)


def _unit(trials: Trials) -> float:
    """Give the longest delay, so that no power of one overflows."""
    return float(trials.lengths.max(initial=0.0)) or 1.0


def _time(rates: FloatArray, powers: FloatArray, unit: float) -> FloatArray:
    """Turn rates in units of t^p into the times to 1/e."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return np.asarray(unit * rates ** (-1 / powers))
