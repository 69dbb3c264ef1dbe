"""A ratio a / sqrt(b c) of three means of +1 and -1: an exact sequential test, and an interval.

Shots come in groups of four: two with mean a, one with mean b, one with mean c. In each group
y = x_a x_a' - g^2 x_b x_c has the mean a^2 - g^2 b c, which is positive where a / sqrt(b c) > g
(all means being positive), whatever the three are. It lies within 1 + g^2 of zero, so bets on a
bounded mean test it exactly, without any estimate of b and c.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from qassay.statistics.bounded_bets import EVEN, log_e_mean_above, log_e_mean_below, mean_gains
from qassay.statistics.estimate import Estimate, no_information
from qassay.statistics.intervals import binomial_estimate, normal_quantile
from qassay.statistics.trials import Trials

Floats = npt.NDArray[np.float64]
GROUP: Final = 4
BESIDE, MAIN, SQUARE = 0, 1, 2  # kinds of circuits: c, a and b


def group_signs(trials: Trials) -> tuple[Floats, Floats]:
    """Give x_a x_a' and x_b x_c of each whole group, in order."""
    whole = trials.circuits // GROUP * GROUP
    signs = (2.0 * trials.hits[:whole, 0] - 1).reshape(-1, GROUP)
    main = trials.arms[:whole].reshape(-1, GROUP) == MAIN
    ones = np.ones_like(signs)
    return (
        np.where(main, signs, ones).prod(axis=1),
        np.where(main, ones, signs).prod(axis=1),
    )


def log_e_ratio_above(trials: Trials, border: float) -> Floats:
    """Bet against "the ratio is at most `border`"; log wealth after each group."""
    first, second = group_signs(trials)
    return log_e_mean_above(first - border**2 * second, 0.0, -(1 + border**2))


def log_e_ratio_below(trials: Trials, border: float) -> Floats:
    """Bet against "the ratio is at least `border`"; log wealth after each group."""
    first, second = group_signs(trials)
    return log_e_mean_below(first - border**2 * second, 0.0, 1 + border**2)


def ratio_gains(truth: tuple[float, float, float], border: float, *, above: bool) -> Floats:
    """Give mean and spread of each bettor's gain in a group on a machine with means a, b and c."""
    a, b, c = truth
    first, second = a * a, b * c
    values, chances = [], []
    for one in (1, -1):
        for two in (1, -1):
            values.append(one - border**2 * two)
            chances.append((1 + one * first) * (1 + two * second) / 4)
    sign = -1.0 if above else 1.0
    return mean_gains(sign * np.array(values), np.array(chances), 0.0, 1 + border**2, EVEN)


def ratio_groups(
    truth: tuple[float, float, float], border: float, alpha: float, beta: float
) -> int:
    """Count groups that tell a ratio from a border (normal approximation)."""
    a, b, c = truth
    mean = a * a - border**2 * b * c
    variance = 1 - a**4 + border**4 * (1 - (b * c) ** 2)
    spread = normal_quantile(alpha) + normal_quantile(beta)
    return math.ceil(spread**2 * variance / max(mean**2, 1e-12))


def ratio_estimate(trials: Trials, level: float) -> Estimate:
    """Estimate a / sqrt(b c); its limits from those of the three means, on a logarithmic scale.

    The distance of each limit is the root of the sum of squared distances of the three (the method
    of variance estimates recovery, G. Y. Zou and A. Donner, Stat. Med. 27, 1693 (2008)); where a
    limit of a mean is not positive the ratio has none.
    """
    hits, shots = trials.totals()
    if not shots.all():
        return no_information(int(shots.sum()), trials.circuits)
    found = [
        binomial_estimate(
            int(hits[kind, 0]), int(shots[kind]), level=level, circuits=int(shots[kind])
        )
        for kind in range(3)
    ]
    means, lows, highs = (
        [2 * getattr(one, end) - 1 for one in found] for end in ("value", "low", "high")
    )
    if min(means[SQUARE], means[BESIDE]) <= 0 or min(lows[SQUARE], lows[BESIDE]) <= 0:
        return no_information(int(shots.sum()), trials.circuits)
    value = means[MAIN] / math.sqrt(means[SQUARE] * means[BESIDE])
    low, high = 0.0, math.inf
    if lows[MAIN] > 0:
        low = value * math.exp(-_distance(means, lows, highs))
    if means[MAIN] > 0:
        high = value * math.exp(_distance(means, highs, lows))
    else:
        high = highs[MAIN] / math.sqrt(lows[SQUARE] * lows[BESIDE])
    return replace(
        found[MAIN],
        value=value,
        low=min(low, value),
        high=max(high, value),
        shots=int(shots.sum()),
        circuits=trials.circuits,
        method="ratio of three means, by variance estimates recovery",
    )


def _distance(means: list[float], own: list[float], others: list[float]) -> float:
    """Add distances of logarithms in squares; those of the square and the rest count by half."""
    parts = (
        math.log(own[MAIN] / means[MAIN]),
        math.log(others[SQUARE] / means[SQUARE]) / 2,
        math.log(others[BESIDE] / means[BESIDE]) / 2,
    )
    return math.sqrt(sum(part**2 for part in parts))
