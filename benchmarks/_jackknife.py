"""Rates of halves held against one another, with standard errors that no model of counts enters."""

import numpy as np
from scipy.stats import t

from qassay.protocols.known import PUBLISHED


def left_out(one, trials):
    """Give a rate with its jackknife variance by length and the freedom of each.

    The rate is the slope of log(share right - asymptote) over length, the share being that of all
    targets of a length; one circuit after the other is left out (Efron and Stein, Annals of
    Statistics 9, 586 (1981)). No model of counts, no allowance and no bound enters.
    """
    estimator = PUBLISHED[one.protocol]
    estimator = type(estimator)(one.problem) if one.problem else estimator
    base = float(np.mean(estimator.asymptote))
    right = trials.hits.mean(1) / trials.shots - base
    arms = [right[trials.arms == arm] for arm in range(trials.lengths.size)]
    means = np.array([one.mean() for one in arms])
    weights = means**2 * [one.size for one in arms]

    def slope(values):
        across = trials.lengths - weights @ trials.lengths / weights.sum()
        return float((weights * across) @ np.log(values) / ((weights * across) @ across))

    variances = []
    for place, each in enumerate(arms):
        without = (each.sum() - each) / (each.size - 1)
        found = [slope(np.where(np.arange(means.size) == place, x, means)) for x in without]
        variances.append(
            (each.size - 1) / each.size * float(np.square(found - np.mean(found)).sum())
        )
    return slope(means), variances, [one.size - 1 for one in arms]


def unlike(first, second):
    """Whether two rates differ by more than 1.96 standard errors, and beyond 5 % of Student's t.

    The degrees of freedom are those of a sum of variances (Satterthwaite, Biometrics Bulletin 2,
    110 (1946)).
    """
    variances = np.array([*first[1], *second[1]])
    freedom = variances.sum() ** 2 / (variances**2 / [*first[2], *second[2]]).sum()
    z = abs(first[0] - second[0]) / np.sqrt(variances.sum())
    return bool(z > 1.96), bool(z > t.ppf(0.975, freedom))


def parted(first, second):
    """Whether two values with standard errors differ beyond 5 % of Welch's law; their freedom."""
    (a, own, m), (b, other, n) = first, second
    freedom = (own**2 + other**2) ** 2 / (own**4 / m + other**4 / n)
    return bool(abs(a - b) > t.ppf(0.975, freedom) * np.hypot(own, other)), (m + n) / 2
