"""The mean over targets of a decay rate, without the bias that averaging would pile up.

Three errors are avoided (STATISTICS 3.6 has the first). Adding up counts first gives the rate of
the mean curve, which is below the mean rate where targets differ (2.5 to 10 %). A maximum-
likelihood rate is biased by a small part of its own error, which the mean over 50 targets does
not shed while its interval shrinks sevenfold; it is removed to second order. And a rate that is
cut at 0 target by target is biased upward; the cut is made after averaging.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from qassay.statistics.combine import mean_of
from qassay.statistics.decays import DecayFit, Transform
from qassay.statistics.dispersion import arm_variances, student_quantile
from qassay.statistics.estimate import Estimate, no_information
from qassay.statistics.intervals import check_level
from qassay.statistics.likelihood import DecayLikelihood

FloatArray = npt.NDArray[np.float64]


def mean_rate(
    fit: DecayFit,
    *,
    level: float | None = None,
    transform: Transform | None = None,
    together: bool | None = None,
) -> Estimate:
    """Estimate the mean over all targets of the rate, or of a function of it.

    The value is the plain mean of single-target values, each corrected for its bias. Its variance
    comes from how the circuits scatter. The interval takes its shape (skewness, bounds) from the
    profile likelihood of the summed counts, flattened to that variance and shifted to the value.

    Args:
        fit: Fits of the targets.
        level: Confidence level of the two-sided interval; that of the fit by default.
        transform: Smooth monotone function of the rate to be averaged, on arrays.
        together: Whether errors of targets may be correlated within a circuit, because they were
            measured at once. By default so with one shot a circuit, where circuits are plenty
            and allowing for it is free; not with many shots a circuit, where it would leave as
            many degrees of freedom as an arm has circuits.

    Returns:
        The estimate. Where a target has no finite rate it is built by MOVER from the single
        intervals, unbounded above; where a target holds no information, neither does the mean.
    """
    level = fit.level if level is None else check_level(level)
    trials = fit.trials
    shots, circuits = trials.circuits * trials.shots, trials.circuits
    if fit.targets == 0 or bool(np.isnan(fit.rate).any()):
        return no_information(shots, circuits)
    free = replace(fit.likelihood, physical=False)
    constant = free.maximum()
    moments = _Moments.of(fit, free, constant, transform)
    if not np.isfinite(moments.values).all():
        mean = mean_of(fit.estimates(level, transform))
        return replace(mean, shots=shots, circuits=circuits, method=mean.method + " of profiles")
    if together is None:
        together = trials.shots == 1
    variance, freedom = moments.variance(fit, together=together)
    return _interval(fit, float(moments.values.mean()), variance, freedom, level, transform)


class _Moments:
    """Bias-corrected values of the targets and how they move with the observed fractions."""

    def __init__(
        self,
        values: FloatArray,
        moves: FloatArray,
        observed: FloatArray,
        binomial: FloatArray,
        freedom: FloatArray,
    ) -> None:
        self.values = values
        self.moves = moves
        self.observed = observed
        self.binomial = binomial
        self.freedom = freedom

    @classmethod
    def of(
        cls,
        fit: DecayFit,
        free: DecayLikelihood,
        constant: FloatArray,
        transform: Transform | None,
    ) -> _Moments:
        """Expand each target's value to second order in the fractions of its arms."""
        expansion = free.expansion(constant)
        arms = np.flatnonzero(fit.trials.totals()[1])
        observed, freedom = arm_variances(fit.trials, arms)
        spread = (expansion.sensitivity**2 * observed).sum(1)
        value, slope, bend = _derivatives(fit, transform, constant, np.sqrt(spread))
        corrected = value - slope * expansion.bias(observed) - 0.5 * bend * spread
        return cls(
            values=corrected,
            moves=slope[:, None] * expansion.sensitivity,
            observed=observed,
            binomial=expansion.fractions * expansion.misses / free.shots,
            freedom=freedom,
        )

    def variance(self, fit: DecayFit, *, together: bool) -> tuple[float, float]:
        """Give the variance of the mean of the values and its degrees of freedom."""
        targets, trials = self.values.size, fit.trials
        weight = self.moves / targets
        binomial = float((weight**2 * self.binomial).sum())
        if together:
            parts = np.zeros(self.freedom.size)
            for column, arm in enumerate(np.flatnonzero(trials.totals()[1])):
                pull = trials.hits[trials.arms == arm] / trials.shots @ weight[:, column]
                single = float((weight[:, column] ** 2 * self.observed[:, column]).sum())
                parts[column] = pull.var(ddof=1) / pull.size if pull.size > 1 else single
            freedoms = self.freedom
        else:
            parts = (weight**2 * self.observed).ravel()
            freedoms = np.broadcast_to(self.freedom, weight.shape).ravel()
        total = float(parts.sum())
        if trials.shots == 1:
            # The variance of a Bernoulli trial follows from its mean: nothing to learn from few.
            return total, np.inf
        repeated = freedoms > 0
        noise = float((parts[repeated] ** 2 / freedoms[repeated]).sum())
        freedom = total**2 / noise if noise > 0 else np.inf
        # Nothing physical scatters less than independent shots do.
        return max(total, binomial), freedom


def _interval(
    fit: DecayFit,
    value: float,
    variance: float,
    freedom: float,
    level: float,
    transform: Transform | None,
) -> Estimate:
    """Take the profile of the summed counts, flatten it to `variance` and shift it to `value`."""
    counts = fit.likelihood
    pooled = DecayLikelihood(
        lengths=counts.lengths,
        hits=counts.hits.sum(0, keepdims=True),
        shots=counts.shots * fit.targets,
        asymptote=counts.asymptote.mean(keepdims=True),
        amplitude_max=counts.amplitude_max.mean(keepdims=True),
    )
    best = pooled.maximum()
    expansion = pooled.expansion(best)
    binomial = expansion.fractions * expansion.misses / pooled.shots
    spread = (expansion.sensitivity**2 * binomial).sum(1)
    centre, slope, _ = _derivatives(fit, transform, best, np.sqrt(spread))
    flat = variance / float((slope**2 * spread)[0])
    if not np.isfinite(flat) or flat <= 0:
        flat = 1.0  # not one miss anywhere: the summed counts say all there is
    quantile = float(student_quantile((1 - level) / 2, freedom))
    drop, exact = 0.5 * flat * quantile**2, -np.log((1 - level) / 2)
    ends = [
        float(pooled.crossing(best, np.array([least]), upper=upper)[0])
        for upper in (False, True)
        for least in [max(drop, exact) if pooled.without_event(upper=upper)[0] else drop]
    ]
    zero = float(_apply(fit, transform, np.zeros(1))[0])
    outer = [float(_apply(fit, transform, np.array([end]))[0]) for end in ends]
    rising = float(slope[0]) >= 0
    # A mean below 0 is only noise: the cut that each target was spared is made here.
    value = max(value, zero) if rising else value
    low_end, high_end = value + (outer[0] - float(centre[0])), value + (outer[1] - float(centre[0]))
    if rising:
        low = zero if ends[0] == 0 else max(low_end, zero)
        high = np.inf if np.isinf(ends[1]) else high_end
    else:
        low = outer[1] if np.isinf(ends[1]) else high_end
        high = zero if ends[0] == 0 else low_end
    return Estimate(
        value=value,
        low=low,
        high=high,
        level=level,
        shots=fit.trials.circuits * fit.trials.shots,
        circuits=fit.trials.circuits,
        method=f"mean of {fit.targets} bias-corrected rates, profile of summed counts",
    )


def _apply(fit: DecayFit, transform: Transform | None, constant: FloatArray) -> FloatArray:
    """Give the wanted function of decay constants."""
    rate = fit.rate_of(constant)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return rate if transform is None else np.asarray(transform(rate), dtype=np.float64)


def _derivatives(
    fit: DecayFit, transform: Transform | None, constant: FloatArray, error: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Give the wanted function at the constants and its first two derivatives, numerically."""
    step = 1e-3 * np.maximum(np.abs(constant), np.nan_to_num(error))
    step = np.where(step > 0, step, 1e-9)
    below, value, above = (_apply(fit, transform, constant + d) for d in (-step, 0 * step, step))
    with np.errstate(invalid="ignore"):
        return value, (above - below) / (2 * step), (above - 2 * value + below) / step**2
