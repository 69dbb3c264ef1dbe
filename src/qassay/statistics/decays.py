"""Rates of exponential decays with a known asymptote: maximum likelihood and profile intervals.

What decays is the excess of the hit probability over its asymptote B, which is known because the
expected outcome was randomised: s = B + A p^m with p = 1 - rate for layers ("geometric"), or
s = B + A exp(-t rate) for times ("exponential"). The amplitude A, which holds the preparation and
readout errors, is a nuisance and profiled out. Ends of intervals are where twice the fall of the
log-likelihood reaches the squared quantile; with more than one shot a circuit the fall is divided
by the measured dispersion and the quantile is Student's (see `dispersion`).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

from qassay.statistics.dispersion import (
    Scatter,
    arm_variances,
    binomial_scatter,
    measured_scatter,
    student_quantile,
)
from qassay.statistics.estimate import Estimate, no_information, physical
from qassay.statistics.intervals import check_level, wilson
from qassay.statistics.likelihood import DecayLikelihood
from qassay.statistics.trials import Trials

FloatArray = npt.NDArray[np.float64]
Kind = Literal["geometric", "exponential"]
Transform = Callable[[FloatArray], FloatArray]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class DecayCurve:
    """What a figure of one decay shows.

    Attributes:
        lengths: Lengths with data, shape (points,).
        fractions: Observed fractions of hits, with the ends of their intervals in `low`, `high`.
        low: Lower Wilson ends.
        high: Upper Wilson ends.
        fit_lengths: Lengths at which the fitted curve is drawn.
        fit: The fitted curve there; NaN where nothing could be fitted.
    """

    lengths: FloatArray
    fractions: FloatArray
    low: FloatArray
    high: FloatArray
    fit_lengths: FloatArray
    fit: FloatArray


@dataclass(frozen=True, eq=False, kw_only=True)
class DecayFit:
    """Fitted decays of many targets.

    The ends of the intervals are found when they are first asked for: a mean over targets, which
    a run looks at after every batch, needs none of them.

    Attributes:
        trials: The data.
        kind: "geometric" (rate a layer, 1 - p) or "exponential" (rate a second).
        level: Confidence level of the two-sided intervals.
        asymptote: Known asymptote B, shape (targets,).
        rate: Most likely rates, shape (targets,); NaN where the data say nothing.
        amplitude: Most likely amplitudes A at length 0.
        scatter: Dispersion that the intervals allow for.
        likelihood: The likelihood by decay constant (-log p, or the rate).
    """

    trials: Trials
    kind: Kind
    level: float
    asymptote: FloatArray
    rate: FloatArray
    amplitude: FloatArray
    scatter: Scatter
    likelihood: DecayLikelihood

    @property
    def targets(self) -> int:
        """Number of targets."""
        return int(self.rate.size)

    @cached_property
    def low(self) -> FloatArray:
        """Lower ends of the intervals; 0 where the data are compatible with no decay."""
        return self.limits((1 - self.level) / 2, upper=False)

    @cached_property
    def high(self) -> FloatArray:
        """Upper ends of the intervals; inf where the data set no upper bound."""
        return self.limits((1 - self.level) / 2, upper=True)

    def constant_of(self, rate: npt.ArrayLike) -> FloatArray:
        """Turn rates into decay constants; a geometric rate of 1 or more into infinity."""
        value = np.asarray(rate, dtype=np.float64)
        if self.kind == "exponential":
            return value
        with np.errstate(divide="ignore"):
            return np.asarray(-np.log1p(-np.minimum(value, 1.0)), dtype=np.float64)

    def rate_of(self, constant: npt.ArrayLike) -> FloatArray:
        """Turn decay constants into rates."""
        value = np.asarray(constant, dtype=np.float64)
        return -np.expm1(-value) if self.kind == "geometric" else value

    def log_likelihood(self, rate: npt.ArrayLike) -> FloatArray:
        """Give the profile log-likelihood of binomial counts, for combining targets.

        Args:
            rate: Rates, shape (..., targets), or anything that broadcasts to it.

        Returns:
            Log-likelihoods with A profiled out, without the binomial coefficients,
            shape (..., targets). Divide by `scatter.dispersion` where shots > 1.
        """
        constant = self.constant_of(rate)
        shape = np.broadcast_shapes(constant.shape, (self.targets,))
        return self.likelihood.profile(np.broadcast_to(constant, shape))

    def deviance(self, rate: npt.ArrayLike) -> FloatArray:
        """Give twice the fall of `log_likelihood` from its maximum, over the dispersion."""
        best = np.where(np.isnan(self.rate), 0.0, self.rate)
        fall = self.log_likelihood(best) - self.log_likelihood(rate)
        return 2 * fall / self.scatter.dispersion

    def limits(self, tail: float, *, upper: bool) -> FloatArray:
        """Give one-sided limits of the rates, each wrong with probability `tail`.

        Args:
            tail: Probability that a limit lies on the wrong side of the truth, below 1/2.
            upper: Whether upper limits are wanted.

        Returns:
            Limits, shape (targets,): inf where there is no upper one, 0 where no lower one.
        """
        if not 0 < tail < 0.5:
            raise ValueError(f"tail: found {tail}, expected a number between 0 and 0.5")
        quantile = student_quantile(tail, self.scatter.freedom)
        drop = 0.5 * self.scatter.dispersion * quantile**2
        # With not one event the fall is that of the exact test, P(no event) = tail; the chi-square
        # one would be 1.9 in place of 3.7 events at 97.5 % and miss far too often.
        silent = self.likelihood.without_event(upper=upper)
        drop = np.where(silent, np.maximum(drop, -np.log(tail)), drop)
        constant = self.likelihood.crossing(self.constant_of(self.rate), drop, upper=upper)
        limit = self.rate_of(constant)
        # A geometric rate cannot exceed 1, but "no upper bound" must be told from "at most 1".
        return np.where(np.isinf(constant), np.inf, limit)

    def estimates(
        self, level: float | None = None, transform: Transform | None = None
    ) -> tuple[Estimate, ...]:
        """Give an `Estimate` for each target.

        Args:
            level: Confidence level, if another than that of the fit.
            transform: Monotone function of the rate whose value is wanted instead, for instance
                the lifetime 1 / rate, or the gate error behind p; it takes and gives arrays.
        """
        level = self.level if level is None else check_level(level)
        tail = (1 - level) / 2
        if level == self.level:
            low, high = self.low, self.high
        else:
            low, high = self.limits(tail, upper=False), self.limits(tail, upper=True)
        value, low, high = transformed(self, transform, self.rate, low, high)
        shots, circuits = self.trials.circuits * self.trials.shots, self.trials.circuits
        most = largest(self, transform)
        return tuple(
            no_information(shots, circuits)
            if np.isnan(rate)
            else physical(
                Estimate(
                    value=float(v),
                    low=float(a),
                    high=float(b),
                    level=level,
                    shots=shots,
                    circuits=circuits,
                    method=self.method,
                ),
                most=most,
            )
            for rate, v, a, b in zip(self.rate, value, low, high, strict=True)
        )

    @property
    def method(self) -> str:
        """How the intervals were made, in a few words."""
        scaled = bool((self.scatter.freedom < np.inf).any())
        return "profile likelihood" + (", scatter between circuits" if scaled else "")

    def curve(self, target: int, *, points: int = 101) -> DecayCurve:
        """Give the data and the fitted curve of one target, for a figure."""
        order = np.argsort(self.likelihood.lengths)
        lengths = self.likelihood.lengths[order]
        hits, shots = self.likelihood.hits[target][order], self.likelihood.shots[order]
        low, high = wilson(hits, shots, self.level)
        end = float(lengths.max(initial=0.0))
        fit_lengths = np.linspace(0.0, end, points)
        constant = float(self.constant_of(self.rate)[target])
        decay = np.where(fit_lengths == 0, 1.0, np.exp(-constant * np.maximum(fit_lengths, 1e-300)))
        return DecayCurve(
            lengths=lengths,
            fractions=hits / np.maximum(shots, 1),
            low=low,
            high=high,
            fit_lengths=fit_lengths,
            fit=self.asymptote[target] + self.amplitude[target] * decay,
        )


def fit_decays(
    trials: Trials,
    *,
    asymptote: npt.ArrayLike,
    amplitude_max: npt.ArrayLike | None = None,
    level: float = 0.95,
    kind: Kind = "geometric",
    independent_shots: bool = False,
) -> DecayFit:
    """Fit a decay with a known asymptote to each target.

    Args:
        trials: The counts; the arms are the lengths (layers or seconds).
        asymptote: B, where the curve ends: 1/2 for one qubit or a parity, 1/d for "all bits
            right"; one number, or one a target.
        amplitude_max: Largest possible A; by default what takes the curve to 1 at length 0.
        level: Confidence level of the two-sided intervals. At the boundary (most likely rate 0)
            the upper end keeps its tail (1 - level) / 2; ask `limits` for another.
        kind: "geometric" for s = B + A (1 - rate)^m, "exponential" for s = B + A exp(-t rate).
        independent_shots: Whether all shots of one circuit are known to be independent, so that
            no scatter between circuits is to be looked for.

    Returns:
        The fit. A target has rate NaN, low 0, high inf where its data hold no information: fewer
        than two lengths with shots, or no excess over the asymptote.
    """
    check_level(level)
    base = np.broadcast_to(np.asarray(asymptote, dtype=np.float64), (trials.targets,))
    top = 1 - base if amplitude_max is None else np.asarray(amplitude_max, dtype=np.float64)
    top = np.broadcast_to(top, (trials.targets,))
    if not (np.all(base >= 0) and np.all(top > 0) and np.all(base + top <= 1 + 1e-12)):
        raise ValueError(
            f"asymptote {base}, amplitude_max {top}: "
            "expected 0 <= asymptote, 0 < amplitude_max and a sum of at most 1"
        )
    if not np.all(np.isfinite(trials.lengths) & (trials.lengths >= 0)):
        raise ValueError("lengths: expected finite lengths, none below 0")
    hits, shots = trials.totals()
    seen = np.flatnonzero(shots)
    likelihood = DecayLikelihood(
        lengths=trials.lengths[seen].astype(np.float64),
        hits=hits[seen].T.astype(np.float64),
        shots=shots[seen].astype(np.float64),
        asymptote=base,
        amplitude_max=np.minimum(top, 1 - base),
    )
    constant = likelihood.maximum()
    scatter = binomial_scatter(trials.targets)
    if trials.shots > 1 and not independent_shots and likelihood.determined:
        scatter = _scatter(trials, likelihood, constant, seen)
    amplitude = np.where(np.isnan(constant), np.nan, likelihood.amplitude(constant))
    return DecayFit(
        trials=trials,
        kind=kind,
        level=level,
        asymptote=base,
        rate=constant if kind == "exponential" else -np.expm1(-constant),
        amplitude=amplitude,
        scatter=scatter,
        likelihood=likelihood,
    )


def transformed(
    fit: DecayFit,
    transform: Transform | None,
    value: FloatArray,
    low: FloatArray,
    high: FloatArray,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Apply a monotone function to rates and the ends of their intervals, in order.

    An unbounded upper end of a geometric rate is taken at the physical bound 1 when it becomes a
    lower end, and stays infinite when it becomes an upper one.
    """
    if transform is None:
        return value, low, high
    bound = 1.0 if fit.kind == "geometric" else np.inf
    with np.errstate(divide="ignore", invalid="ignore"):
        new, start, end = (
            np.asarray(transform(np.minimum(part, bound)), dtype=np.float64)
            for part in (value, low, high)
        )
    falling = start > end
    open_end = np.where(np.isinf(high), np.inf, end)
    return new, np.where(falling, end, start), np.where(falling, start, open_end)


def largest(fit: DecayFit, transform: Transform | None) -> float:
    """Give the largest value that a rate, or a rising function of it, can have."""
    if fit.kind == "exponential":
        return math.inf
    if transform is None:
        return 1.0
    with np.errstate(divide="ignore"):
        return float(np.max(transform(np.array([0.0, 1.0]))))


def _scatter(
    trials: Trials,
    likelihood: DecayLikelihood,
    constant: FloatArray,
    arms: npt.NDArray[np.intp],
) -> Scatter:
    """Measure the dispersion of the fitted constants from the scatter between circuits."""
    expansion = likelihood.expansion(constant)
    observed, freedom = arm_variances(trials, arms)
    binomial = expansion.fractions * expansion.misses / likelihood.shots
    return measured_scatter(expansion.sensitivity, observed, binomial, freedom)
