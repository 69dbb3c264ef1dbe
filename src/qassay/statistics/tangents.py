"""A lower bound of a sum over targets that few shots do not bias: tangents of their decays.

The retention h(v) over a span is convex in an error v (for times, concave wherever the tangent is
taken at a time no shorter than the span, and then the tangent lies above it everywhere). So for
any v*, c >= 0 with sum c = 1, X the excess of the shortest arm and x that of a longer one,

    sum_a c_a (X (v* - h(v*) / h'(v*)) + x_a / h'(v*))  <=  A h_0 v    in the mean

target by target, linear in the counts: nothing is biased by few shots (Jensen; the same line
serves errors and times, for h' changes its sign with the bend). v* and c have to come from other
circuits: two folds, the weights of each from the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from qassay.statistics.circuit_scatter import CircuitScatter, own_variance, smoothed
from qassay.statistics.losses import losses_of
from qassay.statistics.target_groups import Floats, TargetGroup

_ROUNDS: Final = 15  # of expectation maximisation
_PRIOR: Final = 0.1  # share of the vague prior in each round
_FLOOR: Final = 0.05  # of the claimed rate
_DEEPEST: Final = 2.0  # -ln of the retention at which a tangent touches
_DEEPEST_TIME: Final = 1.0
_SHALLOWEST_TIME: Final = 0.3
_FEWEST: Final = 2  # circuits of an arm in each fold


@dataclass(frozen=True, slots=True, kw_only=True)
class TangentBound:
    """An estimate that lies below the sum in the mean, for any border taken off each target.

    Attributes:
        total: Sum over targets of weight, amplitude and bound of the value.
        size: Sum over targets of weight and amplitude.
        variance: Of the total less border x size, circuits as units: coefficients of powers of
            the border.
    """

    total: float
    size: float
    variance: tuple[float, float, float]

    def at(self, border: float) -> tuple[float, float]:
        """Give the total less border x size, and its variance.

        With a border near the value amplitudes matter little.
        """
        none, once, twice = self.variance
        return self.total - border * self.size, none + once * border + twice * border**2


def tangent_bound(groups: Sequence[TargetGroup], scatter: CircuitScatter) -> TangentBound | None:
    """Bound one experiment; None while an arm that is needed has too few circuits.

    Args:
        groups: Targets that share their circuits.
        scatter: Of these circuits.
    """
    trials = groups[0].trials
    arms = trials.lengths.size
    fold = _folds(trials.arms, arms)
    counts = np.array(
        [np.bincount(trials.arms[fold == f], minlength=arms) for f in (0, 1)], dtype=np.float64
    )
    usable = counts.min(axis=0) >= _FEWEST
    if not usable[0] or not usable[1:].any():
        return None
    share = np.concatenate([g.trials.hits for g in groups], axis=1) / trials.shots
    base = np.concatenate([np.full(g.targets, g.asymptote) for g in groups])
    omega = np.concatenate([g.weights for g in groups])
    both = [
        omega
        * np.concatenate(
            [tangent_weights(g, fold != f, counts[1 - f], usable) for g in groups], axis=1
        )
        for f in (0, 1)
    ]
    total = size = none = once = twice = 0.0
    for arm in np.flatnonzero(usable):
        rows, halves = share[trials.arms == arm], fold[trials.arms == arm]
        fraction = smoothed(rows, trials.shots)
        between = rows.var(axis=0, ddof=1)
        excess, common = fraction - base, float(scatter.common[arm])
        for f in (0, 1):
            w, mine = both[f][arm], rows[halves == f]
            n = float(mine.shape[0])
            own = own_variance(fraction, between, trials.shots, n)
            mean = mine.mean(axis=0) - base
            pull = float(w @ excess)
            total += float(w @ mean) / 2
            none += float(w**2 @ own + common * pull**2) / n / 4
            if arm == 0:
                plain = float(omega @ excess)
                size += float(omega @ mean) / 2
                once -= 2 * float((w * omega) @ own + common * pull * plain) / n / 4
                twice += float(omega**2 @ own + common * plain**2) / n / 4
    return TangentBound(total=total, size=size, variance=(none, once, twice))


def _folds(arms: npt.NDArray[np.intp], count: int) -> npt.NDArray[np.intp]:
    """Deal the circuits of each arm out to two folds by turns."""
    fold = np.empty(arms.size, dtype=np.intp)
    for arm in range(count):
        mine = np.flatnonzero(arms == arm)
        fold[mine] = np.arange(mine.size) % 2
    return fold


def tangent_weights(
    group: TargetGroup, others: npt.NDArray[np.bool_], counts: Floats, usable: Floats
) -> Floats:
    """Give the weight of every arm and target from other circuits, shape (arms, targets)."""
    trials = group.trials
    other = replace(trials, arms=trials.arms[others], hits=trials.hits[others])
    constant = _likely(replace(group, trials=other))
    spans = group.spans[1:, None]
    keep = usable[1:]
    times = not group.value.rising
    depth = constant * spans
    touched = (
        np.clip(depth, _SHALLOWEST_TIME, _DEEPEST_TIME) if times else np.minimum(depth, _DEEPEST)
    )
    at = touched / spans
    kept, value = np.exp(-touched), group.value.of(at)
    steep = -spans * kept / group.value.slope(at)  # of the retention in the value
    p = group.asymptote + (1 - group.asymptote) * kept
    noise = p * (1 - p) / ((1 - group.asymptote) * steep) ** 2 / np.maximum(counts[1:, None], 1)
    real = np.exp(-np.minimum(depth, 50.0))
    short = group.value.of(constant) - (value + (real - kept) / steep)
    c = keep[:, None] / (noise + group.targets * short**2)
    c = c / c.sum(axis=0)
    weights = np.zeros((group.trials.lengths.size, group.targets))
    weights[1:] = c / steep
    weights[0] = (c * (value - kept / steep)).sum(axis=0)
    return weights


def _likely(group: TargetGroup) -> Floats:
    """Give a likely decay constant of each target; many targets tell what is usual among them."""
    losses = losses_of(group)
    inside = losses.constants >= 0
    constants = losses.constants[inside]
    floor = np.maximum(constants, _FLOOR * group.scale)
    like = np.exp(-losses.loss[:, inside])
    vague = np.gradient(constants) / floor * np.minimum(1.0, group.scale / floor)
    vague = vague / vague.sum()
    prior = vague
    for _ in range(_ROUNDS):
        after = like * prior
        after /= np.maximum(after.sum(axis=1, keepdims=True), 1e-300)
        prior = (1 - _PRIOR) * after.mean(axis=0) + _PRIOR * vague
    after = like * prior
    after /= np.maximum(after.sum(axis=1, keepdims=True), 1e-300)
    return np.asarray(np.exp(after @ np.log(floor)))
