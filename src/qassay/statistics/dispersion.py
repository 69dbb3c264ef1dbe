"""Scatter between circuits beyond the binomial, and what it does to an interval.

With many shots of one random circuit the shots are not independent: a coherent error treats one
sequence better than another. The circuit is then the unit. The maximum-likelihood value stays;
its variance is taken from the observed scatter of the circuits within each arm, and the profile
of the likelihood is flattened until it agrees (Chandler and Bate, Biometrika 94, 167 (2007)).
Few circuits make a poor variance, so targets lend one another strength as far as they look alike
(moderated variances: Smyth, Stat. Appl. Genet. Mol. Biol. 3, 3 (2004)), and Student's t replaces
the normal. docs/decisions/0001-over-dispersion.md gives the alternatives and measured coverage.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from qassay.statistics.trials import Trials

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Scatter:
    """How much wider than binomial an estimate scatters.

    Attributes:
        dispersion: Variance over the binomial variance, >= 1, shape (targets,).
        freedom: Degrees of freedom behind it, inf where it is known, shape (targets,).
    """

    dispersion: FloatArray
    freedom: FloatArray


def binomial_scatter(targets: int) -> Scatter:
    """Say that the shots are independent, as with one shot a circuit."""
    return Scatter(dispersion=np.ones(targets), freedom=np.full(targets, np.inf))


def student_quantile(tail: float, freedom: npt.ArrayLike) -> FloatArray:
    """Give the deviate of Student's t exceeded with probability `tail`; normal for infinity."""
    nu = np.asarray(freedom, dtype=np.float64)
    large = nu > 1e8
    student = special.stdtrit(np.where(large, 1.0, nu), 1 - tail)
    quantile = np.where(large, -special.ndtri(tail), student)
    return np.asarray(quantile, dtype=np.float64)


def arm_variances(trials: Trials, arms: npt.NDArray[np.intp]) -> tuple[FloatArray, FloatArray]:
    """Measure how the mean fraction of each arm scatters, from its circuits alone.

    Args:
        trials: The counts.
        arms: The arms wanted; each must have a circuit.

    Returns:
        The unbiased variances of the arm means, shape (targets, arms), and the circuits of each
        arm less one, shape (arms,). An arm of one circuit has the binomial variance and 0.
    """
    variance = np.empty((trials.targets, arms.size))
    freedom = np.empty(arms.size)
    for column, arm in enumerate(arms):
        fractions = trials.hits[trials.arms == arm] / trials.shots
        circuits = fractions.shape[0]
        freedom[column] = circuits - 1
        if circuits > 1:
            variance[:, column] = fractions.var(axis=0, ddof=1) / circuits
        else:
            mean = fractions[0]
            variance[:, column] = mean * (1 - mean) / max(trials.shots - 1, 1)
    return variance, freedom


def measured_scatter(
    sensitivity: FloatArray, observed: FloatArray, binomial: FloatArray, freedom: FloatArray
) -> Scatter:
    """Compare the observed scatter of estimates with the binomial one.

    Args:
        sensitivity: How each estimate moves with the fraction of each arm, (targets, arms).
        observed: Variance of arm means measured between circuits, (targets, arms).
        binomial: Variance of arm means that independent shots would have, (targets, arms).
        freedom: Circuits of each arm less one, shape (arms,).

    Returns:
        The moderated dispersion of each target. Without any repeated circuit it is binomial.
    """
    repeated = freedom > 0
    usable: npt.NDArray[np.bool_] = np.asarray(np.isfinite(sensitivity).all(axis=1))
    if not repeated.any() or not usable.any():
        return binomial_scatter(sensitivity.shape[0])
    weight = np.where(usable[:, None], sensitivity, 0.0)[:, repeated] ** 2
    parts, expected = weight * observed[:, repeated], (weight * binomial[:, repeated]).sum(1)
    usable = np.asarray(usable & (expected > 0))
    if not usable.any():
        return binomial_scatter(sensitivity.shape[0])
    ratio = parts[usable].sum(1) / expected[usable]
    # Which arms carry the variance is taken from all targets: one target's own few circuits
    # would make the degrees of freedom as noisy as the variance.
    shares = (parts[usable] / expected[usable, None]).sum(0)
    own = float(freedom[repeated].sum())
    if shares.sum() > 0:
        shares = shares / shares.sum()
        own = 1 / float((shares**2 / freedom[repeated]).sum())
    common, prior = _prior_of(ratio, own)
    if np.isinf(prior):
        moderated, total = np.full(ratio.shape, common), own * ratio.size
    else:
        moderated = (prior * common + own * ratio) / (prior + own)
        total = min(prior + own, own * ratio.size)
    dispersion = np.full(usable.shape, max(1.0, common))
    dispersion[usable] = np.maximum(1.0, moderated)
    return Scatter(dispersion=dispersion, freedom=np.full(usable.shape, total))


def _prior_of(ratio: FloatArray, own: float) -> tuple[float, float]:
    """Fit the scaled inverse chi-square that the targets' dispersions were drawn from.

    The moments are those of Smyth (2004), section 6.2: the variance of log ratios beyond what
    `own` degrees of freedom cause. Infinite degrees of freedom mean that all targets are alike.

    Returns:
        The common dispersion and its degrees of freedom.
    """
    mean = float(ratio.mean())
    if ratio.size < 3 or mean <= 0:
        # Two targets cannot tell whether they are alike: each stands on its own circuits.
        return mean, (np.inf if mean <= 0 else 0.0)
    logs = np.log(np.maximum(ratio, 1e-3 * mean))
    excess = float(logs.var(ddof=1)) - float(special.polygamma(1, own / 2))
    if excess <= 0:
        return mean, np.inf
    prior = 2 * _inverse_trigamma(excess)
    shift = -float(special.digamma(own / 2)) + np.log(own / 2)
    centre = float(logs.mean()) + shift + float(special.digamma(prior / 2)) - np.log(prior / 2)
    return float(np.exp(centre)), prior


def _inverse_trigamma(value: float) -> float:
    """Solve trigamma(x) = value by Newton's method (Smyth 2004, appendix)."""
    x = 0.5 + 1 / value
    for _ in range(50):
        trigamma = float(special.polygamma(1, x))
        step = trigamma * (1 - trigamma / value) / float(special.polygamma(2, x))
        x += step
        if abs(step) < 1e-10 * x:
            break
    return x
