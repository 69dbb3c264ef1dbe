"""How many circuits a verdict on a decay rate takes, and the design that takes the fewest.

The number of shots depends on the claim only through rate times length: a machine ten times
better needs circuits ten times longer, not more of them.

Formulas: Wald (1945) and Chernoff (1959) for the sequential bound; the delta method for the
fixed sample; growth of a likelihood-ratio bettor for the expected length of our own game.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from typing import Final

import numpy as np
from scipy.special import xlogy

from qassay.statistics.roots import bracketed_roots
from qassay.statistics.sequential import RUNGS, WEIGHTS, Floats, log_threshold
from qassay.statistics.sequential_rates import Law, TwoLengths, log_factors, project

_BETWEEN_LOOKS: Final = 0.583
_OVERSHOOT: Final = 0.05  # nats by which the wealth exceeds 1 / alpha when it gets there


def relative_entropy(p: Floats | float, q: Floats | float) -> Floats:
    """Give kl(p|q) of two coins, in nats."""
    p, q = np.asarray(p, dtype=np.float64), np.asarray(q, dtype=np.float64)
    return np.asarray(xlogy(p, p / q) + xlogy(1 - p, (1 - p) / (1 - q)))


def information(lengths: TwoLengths, spam: float, rate: float, border: float) -> float:
    """Least relative entropy per circuit from a machine to the wrong side of a border.

    The least is over the wrong side's unknown A: the machine's worst impostor.

    Args:
        lengths: The design.
        spam: 1 - s(m0) of the machine.
        rate: Its rate.
        border: Rate at which the wrong side begins.
    """
    base = lengths.asymptote
    s0 = 1 - spam
    s1 = base + lengths.retention(rate) * (s0 - base)
    retention = lengths.retention(border)
    s = project(np.asarray(s0), np.asarray(s1), retention, lengths)
    t = base + retention * (s - base)
    k0, k1 = lengths.shares
    return float(k0 * relative_entropy(s0, s) + k1 * relative_entropy(s1, t))


def least_circuits(
    asymptote: float,
    *,
    spam: float,
    rate: float,
    border: float,
    alpha: float,
    law: Law = "exponential",
) -> float:
    """Bound the mean circuits of every sequential test with both errors alpha.

    N >= (1 - 2 alpha) ln((1 - alpha) / alpha) / D, D the information per circuit of the best
    two-length design for this very machine (Wald 1945; Chernoff 1959): an oracle's bound, as
    no design is the best for all machines.
    """

    def loss(x: Floats) -> float:
        u, logit = float(x[0]), float(x[1])
        if not 0.05 < u < 5:
            return 0.0
        share = min(max(1 / (1 + math.exp(-logit)), 1e-3), 0.9)
        design = TwoLengths(
            asymptote=asymptote, span=u / rate, law=law, block=None, short_share=share
        )
        return -information(design, spam, rate, border)

    from scipy.optimize import minimize

    best = minimize(loss, [0.9, -2.0], method="Nelder-Mead", options={"xatol": 1e-3, "fatol": 1e-9})
    return (1 - 2 * alpha) * math.log((1 - alpha) / alpha) / -float(best.fun)


def bettors(
    lengths: TwoLengths, *, spam: float, rate: float, border: float, alternatives: Sequence[float]
) -> tuple[Floats, Floats]:
    """Mean and standard deviation of each bettor's gain per circuit, in nats, at a true rate.

    The bettors are taken to know s(m0); shapes (alternatives,).
    """
    base = lengths.asymptote
    s0 = 1 - spam
    s1 = base + lengths.retention(rate) * (s0 - base)
    k0, k1 = lengths.shares
    chances = np.array([k0 * s0, k0 * spam, k1 * s1, k1 * (1 - s1)])
    factors = np.stack(
        [
            log_factors(np.asarray(s0), lengths.retention(x), lengths.retention(border), lengths)
            for x in alternatives
        ]
    )
    means = factors @ chances
    return means, np.sqrt(np.maximum(factors**2 @ chances - means**2, 0.0))


def expected_circuits(
    lengths: TwoLengths,
    *,
    spam: float,
    rate: float,
    claim: float,
    tolerance: float,
    alpha: float,
    looks: float = 1.0,
) -> float:
    """Approximate the mean circuits to the verdict of `rate_evidence`.

    The number at which the mean log wealth of the mixture, with the bettors' gains normal and
    driven by one common variable, reaches ln(1 / alpha); shortened by the share of games that
    end on the other side. Within 12 % of simulations (`benchmarks/sequential.py`). Inside the
    zone between the claim and its edge there is no such formula; infinity is returned.
    """
    step = 1 + tolerance
    if claim < rate < claim * step * (1 - 1e-9):
        return math.inf
    border = claim * step if rate <= claim else claim
    sign = -1 if rate <= claim else 1
    alternatives = [border * step ** (sign * x) for x in RUNGS]
    means, spreads = bettors(
        lengths, spam=spam, rate=rate, border=border, alternatives=alternatives
    )
    # Probability of ending on the other side, from the operating characteristic of Wald's test.
    distance = abs(math.log(border / rate)) / math.log(step)
    return mean_crossing(means, spreads, alpha, looks=looks) * share_straight(distance, alpha)


def share_straight(distance: float, alpha: float) -> float:
    """Shorten a mean by the games that end on the other side (Wald's operating characteristic).

    Args:
        distance: Of the machine from the border that it is far from, in tolerances.
        alpha: Both error probabilities.
    """
    return float(1 - 2 * alpha ** (2 * distance - 1))


def mean_crossing(
    means: Floats,
    spreads: Floats,
    alpha: float,
    *,
    luck: float | None = None,
    more: float = 0.0,
    looks: float = 1.0,
    weights: Sequence[float] = WEIGHTS,
) -> float:
    """Approximate the steps at which the mixture of bettors reaches 1 / alpha.

    Args:
        means: Mean gain of each bettor in a step, nats, shape (bettors,).
        spreads: Its standard deviation.
        alpha: Error probability.
        luck: In standard deviations, of a game that is not the mean one: the unluckiest of
            many, say; None for the mean over all.
        more: Nats that are needed beside ln(1 / alpha).
        looks: Steps from one look at the wealth to the next; the border then lies 0.583
            standard deviations of a look further off (Siegmund, Sequential Analysis, 1985, X).
        weights: Stake of each bettor.

    Returns:
        Infinity where no bettor gains.
    """
    nodes, odds = _normal_nodes()
    if luck is not None:
        nodes, odds = np.array([luck]), np.array([1.0])

    drift, scatter = means[:, None], spreads[:, None]
    stakes = np.log(np.array(weights))[:, None]

    def wealth(steps: float) -> float:
        paths = steps * drift + math.sqrt(steps) * scatter * nodes
        return float(_log_sum(paths + stakes) @ odds)

    target = log_threshold(alpha) + _OVERSHOOT + more
    if looks > 1:
        target += _BETWEEN_LOOKS * math.sqrt(looks) * float(spreads[int(means.argmax())])
    if not means.max() > 0:
        return math.inf
    most = 4 * target / float(means.max())
    while wealth(most) < target and most < 1e15:
        most *= 4
    least = most
    while wealth(least) >= target and least > 1e-6:  # the last time it is below
        least /= 1.5
    if not least < most:
        return most
    ends = np.array([least]), np.array([most])
    return float(bracketed_roots(lambda n: np.array([wealth(n.item()) - target]), *ends)[0])


@cache
def _normal_nodes() -> tuple[Floats, Floats]:
    """Give points of a normal variable and their weights, by Gauss and Hermite."""
    nodes, odds = np.polynomial.hermite_e.hermegauss(31)
    return nodes, odds / odds.sum()


def _log_sum(logs: Floats) -> Floats:
    """Add finite numbers that are given by their logarithms, over the first axis.

    The arithmetic of `scipy.special.logsumexp`, whose way there takes ten times as long.
    """
    top = logs.max(axis=0)
    highest = logs == top
    many = highest.sum(axis=0, dtype=np.float64)
    rest = np.exp(np.where(highest, -np.inf, logs) - top).sum(axis=0)
    return np.asarray(np.log1p(rest / many) + np.log(many) + top)
