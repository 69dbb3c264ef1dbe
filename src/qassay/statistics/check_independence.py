"""Are shots independent of the one before, and targets of their neighbours in the same shot?"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from qassay.statistics.model_check import (
    BOTH,
    ModelCheck,
    Residuals,
    normal_power,
    not_applicable,
    tails,
    two_sided,
    verdict_of,
)
from qassay.statistics.trials import Trials

SHOTS = "correlation between consecutive shots"
TARGETS = "correlation between targets"
_FEWEST = 50  # pairs of shots
_COINCIDENCES = 5.0  # expected pairs of rare outcomes below which tails cannot be trusted


def consecutive_shots_check(
    trials: Trials, *, level: float, batches: npt.NDArray[np.intp] | None = None
) -> ModelCheck:
    """Look for a lag-1 correlation of the targets' residuals, added up over targets.

    The variance allows for targets that are correlated within a shot: it is the sum over pairs of
    shots of <C, C'> with C, C' the covariance matrices of the two arms.

    Args:
        trials: One shot a circuit, in order of execution.
        level: Level of the check.
        batches: Batch of each circuit; pairs across batches do not count.
    """
    if trials.shots > 1:
        return not_applicable(SHOTS, "more than one shot a circuit, and their order is not known")
    residuals = Residuals.of(trials)
    together = np.ones(max(trials.circuits - 1, 0), dtype=bool)
    if batches is not None:
        together = np.asarray(batches)[1:] == np.asarray(batches)[:-1]
    first, second = residuals.values[:-1][together], residuals.values[1:][together]
    if first.shape[0] < _FEWEST:
        return not_applicable(SHOTS, f"fewer than {_FEWEST} pairs of consecutive circuits")
    pairs = _pairs_by_arm(residuals, together)
    mean, variance, third, scale, rare = _lag_moments(residuals, pairs)
    if rare < _COINCIDENCES or variance <= 0:
        return not_applicable(SHOTS, "outcomes so rare that hardly two could follow one another")
    excess = float((first * second).sum()) - mean
    error = variance**0.5
    p_value = two_sided(*tails(excess / error, third / variance**1.5))
    return ModelCheck(
        name=SHOTS,
        statistic=excess / scale,
        p_value=p_value,
        sentence=(
            f"the correlation of a shot with the one before is {excess / scale:+.4f} "
            f"(noise {error / scale:.4f}); leakage that stays, slow noise and drift make it "
            f"positive; {verdict_of(p_value, level)}"
        ),
        power=tuple(
            (f"correlation {c}", normal_power(c * scale / error, level))
            for c in (0.1, 0.05, 0.02, 0.01)
        ),
        caps=BOTH,
    )


def _pairs_by_arm(residuals: Residuals, together: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """Count the consecutive pairs by the arms of their members."""
    arms = residuals.circuits.size
    code = residuals.arms[:-1] * arms + residuals.arms[1:]
    return np.bincount(code[together], minlength=arms * arms).reshape(arms, arms)


def _lag_moments(
    residuals: Residuals, pairs: npt.NDArray[np.int64]
) -> tuple[float, float, float, float, float]:
    """Give mean, variance and third cumulant of the lag-1 sum, its scale, coincidences.

    The mean is that of residuals from fitted means: two different shots of one arm are
    correlated by -1 / (n - 1).
    """
    n = np.maximum(residuals.circuits, 1)
    squares = residuals.squares
    own = squares / n[:, None]
    share = np.where(residuals.circuits[:, None] > 0, residuals.fractions, 0.0)
    skewed = own * (1 - 2 * share)
    few = np.minimum(share, 1 - share)
    mean = -float((np.diag(pairs) * squares.sum(1) / (n * np.maximum(n - 1, 1))).sum())
    third = float((pairs * (skewed @ skewed.T)).sum())
    scale = float((pairs * (np.sqrt(own) @ np.sqrt(own).T)).sum())
    rare = float((pairs * (few @ few.T)).sum())
    matrices = (
        np.stack(
            [
                residuals.values[residuals.arms == arm].T @ residuals.values[residuals.arms == arm]
                for arm in range(n.size)
            ]
        )
        / n[:, None, None]
    )
    flat = (matrices * (1 - np.eye(own.shape[1]))).reshape(n.size, -1)
    # The squares of estimated covariances hold their own noise, var var' / (n - 1) each.
    noise = (own.sum(1) ** 2 - (own**2).sum(1)) / np.maximum(n - 1, 1)
    crossed = float((pairs * (flat @ flat.T - np.diag(noise))).sum())
    variance = float((pairs * (own @ own.T)).sum()) + max(crossed, 0.0)
    return mean, variance, third, scale, rare


def between_targets_check(trials: Trials, *, level: float) -> ModelCheck:
    """Compare the variance of the hits of a shot with that of independent targets.

    The statistic is the sum over shots and ordered pairs of targets of products of residuals.
    Exchanging the shots of each target by itself gives its mean 0 and its exact variance
    2 sum S_t S_t' / (n - 1) for each arm; the third cumulant is that of a sum of n independent
    quadratic forms, 8 sum d d' d'' over triples plus 4 sum of products of third moments.
    """
    if trials.shots > 1:
        return not_applicable(
            TARGETS, "more than one shot a circuit; the single ones are not known"
        )
    if trials.targets < 2:
        return not_applicable(TARGETS, "a single target")
    residuals = Residuals.of(trials)
    used = residuals.circuits > 1
    n = residuals.circuits[used].astype(np.float64)
    squares = residuals.squares[used]
    own = squares / n[:, None]
    variance = float((2 * (squares.sum(1) ** 2 - (squares**2).sum(1)) / (n - 1)).sum())
    few = np.minimum(residuals.fractions[used], 1 - residuals.fractions[used])
    coincidences = float((n * (few.sum(1) ** 2 - (few**2).sum(1)) / 2).sum())
    if n.sum() < _FEWEST or coincidences < _COINCIDENCES:
        return not_applicable(TARGETS, "too few circuits, or outcomes too rare to coincide")
    one, two, three = own.sum(1), (own**2).sum(1), (own**3).sum(1)
    third_moments = own * (1 - 2 * residuals.fractions[used])
    pairs = third_moments.sum(1) ** 2 - (third_moments**2).sum(1)
    third = float((n * (8 * (one**3 - 3 * one * two + 2 * three) + 4 * pairs)).sum())
    excess = float((residuals.values.sum(1) ** 2).sum() - (residuals.values**2).sum())
    error = variance**0.5
    roots = np.sqrt(own)
    scale = float((n * (roots.sum(1) ** 2 - own.sum(1))).sum())  # excess per unit of correlation
    skewness = third / variance**1.5
    p_value = two_sided(*tails(excess / error, skewness))
    total = float(squares.sum())
    return ModelCheck(
        name=TARGETS,
        statistic=excess / scale,
        p_value=p_value,
        sentence=(
            f"the number of hits of a shot varies {1 + excess / total:.3f} times as much as that "
            f"of independent targets (mean correlation {excess / scale:+.5f}, noise "
            f"{error / scale:.5f}); common noise and drift make it more; "
            f"{verdict_of(p_value, level)}"
        ),
        power=tuple(
            (
                f"correlation {c} between any two targets",
                normal_power(
                    c * scale / error, level, spread=1 + c * scale / total, skewness=skewness
                ),
            )
            for c in (0.01, 0.003, 0.001)
        ),
        # Single targets and "every target" need no independence; errors of means do.
        caps=("mean confirmed", "mean refuted"),
    )
