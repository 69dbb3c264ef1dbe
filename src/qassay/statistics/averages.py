"""The mean over targets of a decay rate, without the bias that averaging would pile up.

Three errors are avoided (STATISTICS 3.6 has the first). Adding up counts first gives the rate of
the mean curve, below the mean rate where targets differ by 2.5 to 10 %. A maximum-likelihood rate
is biased by a small part of its own error, which the mean over 50 targets does not shed while its
interval shrinks sevenfold. And rates cut at 0 target by target would be biased upward.

So each target's constant is a fixed combination of the logarithms of its excesses over the
asymptote, k = sum_a w_a log y_a; the weights are those of the maximum-likelihood fit to the
summed counts, which makes k unbiased for every target whose curve is exponential. The logarithm
is corrected for the noise of its argument to second order, and where the excess is lost in noise
it goes on as the parabola that touches it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from qassay.statistics.decays import DecayFit, Transform, largest
from qassay.statistics.dispersion import arm_variances, student_quantile
from qassay.statistics.estimate import Estimate, no_information, physical
from qassay.statistics.intervals import check_level, normal_quantile
from qassay.statistics.likelihood import DecayLikelihood

FloatArray = npt.NDArray[np.float64]

_CLEAR = 3.0  # standard errors above 0 from which on a logarithm is taken as it is


def mean_rate(
    fit: DecayFit,
    *,
    level: float | None = None,
    transform: Transform | None = None,
    together: bool = True,
) -> Estimate:
    """Estimate the mean over all targets of the rate, or of a function of it.

    The variance comes from how the circuits scatter. The interval takes its shape (skewness,
    bounds) from the profile likelihood of the summed counts, flattened to that variance and
    shifted to the value. A target of its own kind whose own interval is much wider than its
    standard error says, upward without bound perhaps, widens the interval by MOVER.

    Args:
        fit: Fits of the targets.
        level: Confidence level of the two-sided interval; that of the fit by default.
        transform: Smooth monotone function of the rate to be averaged, on arrays.
        together: Whether errors of targets may be correlated within a circuit, because they were
            measured at once. By default so: whatever disturbs a circuit reaches all its targets,
            and with many shots a circuit that is what its scatter is made of.

    Returns:
        The estimate; no information where one of the targets has none.
    """
    level = fit.level if level is None else check_level(level)
    shots, circuits = fit.trials.circuits * fit.trials.shots, fit.trials.circuits
    if fit.targets == 0 or bool(np.isnan(fit.rate).any()):
        return no_information(shots, circuits)
    if fit.targets == 1:
        return fit.estimates(level, transform)[0]
    pooled = _Pooled.of(fit, transform)
    if pooled is None:
        return no_information(shots, circuits)
    with np.errstate(invalid="ignore"):
        values, moves, unseen = _values(fit, pooled, transform)
    if not (np.isfinite(values).all() and np.isfinite(moves).all()):
        # The time constant of a target that has not missed once may be anything.
        return no_information(shots, circuits)
    variance, freedom = _variance(fit, pooled, moves, together=together)
    estimate = _interval(fit, pooled, float(values.mean()), variance, freedom, level, transform)
    if not estimate.informative:
        return estimate
    error = np.sqrt((moves**2 * pooled.observed).sum(1))
    estimate = _widened(fit, pooled, estimate, values, error, transform)
    seen = replace(
        estimate,
        low=max(estimate.low - max(-unseen, 0.0), min(estimate.low, 0.0)),
        high=estimate.high + max(unseen, 0.0),
    )
    return physical(seen, most=largest(fit, transform))


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Pooled:
    """The fit to the summed counts, and how the single arms scatter.

    Attributes:
        likelihood: Likelihood of the summed counts, one target.
        constant: Its most likely constant.
        weights: dk / d(log excess) of each arm, shape (arms,); they add up to 0.
        spread: Binomial variance of the constant.
        value: The wanted function at the constant.
        slope: Its derivative there.
        observed: Variance of the fractions of each target and arm.
        freedom: Degrees of freedom behind it, shape (arms,).
        arms: Indices of these arms in the trials.
    """

    likelihood: DecayLikelihood
    constant: float
    weights: FloatArray
    spread: float
    value: float
    slope: float
    observed: FloatArray
    freedom: FloatArray
    arms: npt.NDArray[np.intp]

    @classmethod
    def of(cls, fit: DecayFit, transform: Transform | None) -> _Pooled | None:
        """Fit the summed counts; None where they have no finite decay."""
        counts = fit.likelihood
        likelihood = DecayLikelihood(
            lengths=counts.lengths,
            hits=counts.hits.sum(0, keepdims=True),
            shots=counts.shots * fit.targets,
            asymptote=counts.asymptote.mean(keepdims=True),
            amplitude_max=counts.amplitude_max.mean(keepdims=True),
        )
        best = likelihood.maximum()
        expansion = likelihood.expansion(best)
        if not np.isfinite(expansion.sensitivity).all():
            return None
        excess = expansion.fractions - likelihood.asymptote[:, None]
        binomial = expansion.fractions * expansion.misses / likelihood.shots
        spread = (expansion.sensitivity**2 * binomial).sum(1)
        value, slope, _ = _derivatives(fit, transform, best, np.sqrt(spread))
        arms = np.flatnonzero(fit.trials.totals()[1])
        observed, freedom = arm_variances(fit.trials, arms)
        return cls(
            likelihood=likelihood,
            constant=float(best[0]),
            weights=(expansion.sensitivity * excess)[0],
            spread=float(spread[0]),
            value=float(value[0]),
            slope=float(slope[0]),
            observed=observed,
            freedom=freedom,
            arms=arms,
        )


def _values(
    fit: DecayFit, pooled: _Pooled, transform: Transform | None
) -> tuple[FloatArray, FloatArray, float]:
    """Give the nearly unbiased value of each target and how it moves with its fractions.

    The third result is by how much the mean would move if lost excesses had their logarithm
    (at one standard error at the least) in place of the parabola, which is too kind to them.
    """
    counts = fit.likelihood
    excess = counts.hits / counts.shots - counts.asymptote[:, None]
    error = np.sqrt(pooled.observed)
    centre = np.maximum(excess, np.maximum(_CLEAR * error, 1e-12))
    off = (excess - centre) / centre
    logarithm = np.log(centre) + off - 0.5 * (off**2 - (error / centre) ** 2)
    moves = pooled.weights * (1 - off) / centre
    lost = np.clip(excess, np.maximum(error, 1e-12), centre) / centre
    beyond = (np.log(lost) - (lost - 1) + 0.5 * (lost - 1) ** 2) @ pooled.weights
    constant = logarithm @ pooled.weights
    spread = (moves**2 * pooled.observed).sum(1)
    # The same for the wanted function of the constant: 1 / k has its pole where log y has its.
    middle = np.maximum(constant, _CLEAR * np.sqrt(spread))
    value, slope, bend = _derivatives(fit, transform, middle, np.sqrt(spread))
    away = constant - middle
    with np.errstate(invalid="ignore"):  # of a target that has lost nothing yet, 1 / k is unknown
        values = value + slope * away + 0.5 * bend * (away**2 - spread)
    unseen = float((slope * beyond).mean())
    return values, (slope + bend * away)[:, None] * moves, unseen


def _variance(
    fit: DecayFit, pooled: _Pooled, moves: FloatArray, *, together: bool
) -> tuple[float, float]:
    """Give the variance of the mean of the values and its degrees of freedom (Satterthwaite)."""
    trials = fit.trials
    weight = moves / fit.targets
    single = weight**2 * pooled.observed
    if together:
        parts, freedoms = single.sum(0), pooled.freedom
        for column, arm in enumerate(pooled.arms):
            pull = trials.hits[trials.arms == arm] @ weight[:, column] / trials.shots
            if pull.size > 1:
                parts[column] = pull.var(ddof=1) / pull.size
        if trials.shots == 1:
            # Four short circuits without a miss do not say that there is none: never less than
            # independent trials with half a miss more would scatter.
            counts, shots = fit.likelihood.hits.sum(0), fit.likelihood.shots
            share = (counts + 0.5) / (shots * fit.targets + 1)
            parts = np.maximum(parts, (weight**2).sum(0) * share * (1 - share) / shots)
    else:
        parts, freedoms = single.ravel(), np.broadcast_to(pooled.freedom, single.shape).ravel()
    total = float(parts.sum())
    if trials.shots == 1:
        # The variance of a Bernoulli trial follows from its mean: nothing to learn from few.
        return total, math.inf
    repeated = freedoms > 0
    noise = float((parts[repeated] ** 2 / freedoms[repeated]).sum())
    # Nothing physical scatters less than independent shots do.
    fraction = fit.likelihood.hits / fit.likelihood.shots
    binomial = float((weight**2 * fraction * (1 - fraction) / fit.likelihood.shots).sum())
    return max(total, binomial), total**2 / noise if noise > 0 else math.inf


def _interval(
    fit: DecayFit,
    pooled: _Pooled,
    value: float,
    variance: float,
    freedom: float,
    level: float,
    transform: Transform | None,
) -> Estimate:
    """Take the profile of the summed counts, flatten it to `variance` and shift it to `value`."""
    tail = (1 - level) / 2
    flat = 1.0  # without a miss anywhere the summed counts say all there is
    if variance > 0 and not pooled.likelihood.without_event(upper=True)[0]:
        # Where targets have lost their signal their logarithms hardly move with the counts, which
        # is no knowledge: the mean is never known better than the rate of the summed counts.
        known = pooled.slope**2 * pooled.spread
        if not known > 0:  # the summed counts are so far down that no rate moves them
            return no_information(fit.trials.circuits * fit.trials.shots, fit.trials.circuits)
        flat = max(variance / known, 1.0)
    drop = 0.5 * flat * float(student_quantile(tail, freedom)) ** 2
    best, ends = np.array([pooled.constant]), []
    for upper in (False, True):
        silent = bool(pooled.likelihood.without_event(upper=upper)[0])
        fall = np.array([max(drop, -math.log(tail)) if silent else drop])
        ends.append(float(pooled.likelihood.crossing(best, fall, upper=upper)[0]))
    zero, low, high = (
        float(_apply(fit, transform, np.array([end]))[0]) for end in (0.0, ends[0], ends[1])
    )
    if pooled.slope >= 0:
        # A mean below 0 is only noise: the cut that each target was spared is made here.
        value = max(value, zero)
        low = zero if ends[0] == 0 else max(value + low - pooled.value, zero)
        high = math.inf if math.isinf(ends[1]) else value + high - pooled.value
    else:
        far = low
        low = high if math.isinf(ends[1]) else value + high - pooled.value
        high = far if ends[0] == 0 else value + far - pooled.value
    return Estimate(
        value=value,
        low=low,
        high=high,
        level=level,
        shots=fit.trials.circuits * fit.trials.shots,
        circuits=fit.trials.circuits,
        method=f"mean of {fit.targets} bias-corrected rates, profile of summed counts",
    )


def _widened(
    fit: DecayFit,
    pooled: _Pooled,
    estimate: Estimate,
    values: FloatArray,
    error: FloatArray,
    transform: Transform | None,
) -> Estimate:
    """Let targets that are unlike the others and poorly bounded widen the interval (MOVER)."""
    z = normal_quantile((1 - estimate.level) / 2)
    rate = fit.rate_of(np.full(fit.targets, pooled.constant))
    unlike = fit.deviance(rate) > normal_quantile((1 - estimate.level) / (2 * fit.targets)) ** 2
    if not unlike.any():
        return estimate
    down, up = (estimate.value - estimate.low) ** 2, (estimate.high - estimate.value) ** 2
    parts = fit.estimates(estimate.level, transform)
    for target in np.flatnonzero(unlike):
        above, below = parts[target].high - values[target], values[target] - parts[target].low
        width = 2 * z * error[target]
        up += (above / fit.targets) ** 2 if above > width else 0.0
        down += (below / fit.targets) ** 2 if below > width else 0.0
    bottom = float(_apply(fit, transform, np.zeros(1))[0]) if pooled.slope >= 0 else 0.0
    return replace(
        estimate,
        low=max(estimate.value - math.sqrt(down), min(bottom, estimate.low)),
        high=estimate.value + math.sqrt(up),
    )


def _apply(fit: DecayFit, transform: Transform | None, constant: FloatArray) -> FloatArray:
    """Give the wanted function of decay constants."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        rate = fit.rate_of(constant)
        return rate if transform is None else np.asarray(transform(rate), dtype=np.float64)


def _derivatives(
    fit: DecayFit, transform: Transform | None, constant: FloatArray, error: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Give the wanted function at the constants and its first two derivatives, numerically."""
    step = 1e-3 * np.maximum(np.abs(constant), error)
    step = np.where(step > 0, step, 1e-9)
    below, value, above = (_apply(fit, transform, constant + d * step) for d in (-1, 0, 1))
    return value, (above - below) / (2 * step), (above - 2 * value + below) / step**2
