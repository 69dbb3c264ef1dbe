"""Scatter between circuits beyond the binomial, and what it does to an interval.

With many shots of one random circuit the shots are not independent: a coherent error treats one
sequence better than another. The circuit is then the unit. The maximum-likelihood value stays;
its variance is taken from the observed scatter of the circuits within each arm, and the profile
of the likelihood is flattened until it agrees (Chandler and Bate, Biometrika 94, 167 (2007)).
Few circuits make a poor variance, so targets pool their dispersions, except one that scatters
too much to be of their kind, which stands on its own circuits; and Student's t replaces the
normal. docs/decisions/0001-over-dispersion.md gives the alternatives and measured coverage.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from qassay.statistics.trials import Trials

FloatArray = npt.NDArray[np.float64]

_ODD = 0.05  # probability to set apart any of many like targets


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
        The dispersion of each target. Without any repeated circuit it is binomial.
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
    alike = _alike(ratio, own)
    common = float(ratio[alike].mean())
    dispersion, degrees = np.full(usable.shape, common), np.full(usable.shape, own * alike.sum())
    dispersion[usable], degrees[usable] = (
        np.where(alike, common, ratio),
        np.where(alike, own * alike.sum(), own),
    )
    # Nothing physical scatters less than independent shots do.
    return Scatter(dispersion=np.maximum(dispersion, 1.0), freedom=degrees)


def _alike(ratio: FloatArray, own: float) -> npt.NDArray[np.bool_]:
    """Say which dispersions may come from one, shape as `ratio`.

    The largest is tested against the mean of the others by an F test at 5 % over all targets, and
    again until one passes. Two targets are never told apart: neither says which is the odd one.
    """
    alike = np.full(ratio.shape, True)
    while alike.sum() > 2:
        largest = int(np.argmax(np.where(alike, ratio, -1.0)))
        others = alike & (np.arange(ratio.size) != largest)
        against = float(ratio[others].mean())
        if against <= 0 and ratio[largest] <= 0:
            break
        quotient = ratio[largest] / max(against, 1e-9)
        if special.fdtrc(own, own * others.sum(), quotient) * alike.sum() >= _ODD:
            break
        alike = others
    return alike
