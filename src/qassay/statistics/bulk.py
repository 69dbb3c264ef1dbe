"""A median or a quantile over many targets, taken as one bulk, from few shots of each.

Single targets are known to a third of their error when a median over fifty is known to a tenth.
What is pooled is the distribution of u = ln(r / r0) over the targets, r0 being the claimed rate:
a normal law of any place and spread, mixed with a few per cent of anything, a target without
signal included. Given a law, the number of targets below a border is nearly normal, its mean the
sum of the targets' own posterior probabilities; the quantile follows from that number, and laws
are weighed by how well they explain the counts (a hierarchical model; Morris, J. Am. Stat.
Assoc. 78, 47 (1983)).

Two groups of unlike targets deceive it, since their counts look like a spread: how often is in
`docs/decisions/0014-medians.md`. The counted test of `ranked` needs no law.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

from qassay.statistics.trials import Trials

Floats = npt.NDArray[np.float64]

_GRID: Final = np.linspace(-3.0, 3.0, 121)
_STEP: Final = float(_GRID[1] - _GRID[0])
_SPREADS: Final = np.array([0.02, 0.1, 0.2, 0.3, 0.4, 0.52, 0.68, 0.9])
_PLACES: Final = np.linspace(-1.0, 1.0, 25)
_KEPT: Final = 0.99  # weight of the laws that are reckoned with
_LOST: Final = 12.0  # points of the grid that "no signal" counts as, among what is odd
_GUESS: Final = (19.6, 20.0)  # hits and shots of the short arm before the first one
_SHRUNK: Final = 40.0  # shots that the other targets count as where one is predicted from them
_NODES: Final = ((0.0, 2 / 3), (math.sqrt(3), 1 / 6), (-math.sqrt(3), 1 / 6))  # Gauss-Hermite
_SURE: Final = 2.0  # standard errors by which short arms have to differ
_COUNT_NOISE: Final = 0.08  # variance of a number of targets beyond that of the normal law
_NARROW: Final = 0.88  # of a median's errors: tuned on log-normal machines, as are the next two
_WIDE: Final = 1.05  # of other quantiles', which lean on the form of the law
_TOGETHER: Final = 1.25  # times the variance that targets of one circuit share
_LEAST_SIGNAL: Final = 0.02
_LARGEST: Final = 0.98
_SEEN: Final = 3.0  # standard errors; nearer to an end of the grid there is no bound on that side
_ODD: Final = 0.1  # of the targets, the worst, that do not tell where the others are
_MOST_MOVES: Final = 30  # of the places that are looked at
_FARTHEST: Final = 1.5  # u to which the slope of a better machine's signal is followed


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Likelihoods:
    """What the circuits of one experiment say of each of its targets.

    Attributes:
        log: Log likelihood of each rate on the grid, shape (grid, targets).
        lost: That of a target without signal, shape (targets,).
        centre: Rough place of the bulk.
        worth: Inverse variance of that place, roughly.
        signals: How the sums over targets of the long and of the short arm move with u, over
            exp(u), shape (2,).
        noises: Variances of these sums that single targets do not account for, shape (2,).
    """

    log: Floats
    lost: Floats
    centre: float
    worth: float
    signals: tuple[float, float]
    noises: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkQuantile:
    """A quantile of u = ln(r / r0) over the targets.

    Attributes:
        value: Where it is as likely above as below.
        below: Standard error towards small rates; infinite where they are beyond the grid.
        above: Towards large ones, likewise.
    """

    value: float
    below: float
    above: float


def decay_likelihoods(trials: Trials, asymptote: float, reach: Sequence[float]) -> Likelihoods:
    """Read counts of decays from a short arm and one or more longer ones.

    Args:
        trials: With circuits of the short arm and of a longer one.
        asymptote: Probability of a hit without signal, above 0.
        reach: Claimed rate times the length of each arm beyond the short one; 0 for the short
            arm, the first, and for arms that are to be left out.
    """
    hits, shots = trials.totals()
    longer = [arm for arm, x in enumerate(reach) if x > 0 and shots[arm] > 0]
    level = (hits[0].sum() + _GUESS[0]) / (shots[0] * trials.targets + _GUESS[1])
    level = min(max(level, asymptote + _LEAST_SIGNAL), 1 - 1e-6)
    worth = _worth_of_others(hits[0], int(shots[0]), level)
    known = float(shots[0]) + worth
    start = np.clip((hits[0] + worth * level) / known, asymptote + _LEAST_SIGNAL, 1 - 1e-6)
    error = np.sqrt(start * (1 - start) / known)
    lost = np.zeros(trials.targets)
    for arm in longer:
        misses = shots[arm] - hits[arm]
        lost += hits[arm] * math.log(asymptote) + misses * math.log1p(-asymptote)
    parts = []
    # A start is known from few shots only; taken for exact, its noise would pass for a spread.
    for off, weight in _NODES:
        begins = np.clip(start + off * error, asymptote + _LEAST_SIGNAL, 1 - 1e-6)
        told_by = np.full((_GRID.size, trials.targets), math.log(weight))
        for arm in longer:
            kept = np.exp(-reach[arm] * np.exp(_GRID))[:, None]
            chance, misses = asymptote + (begins - asymptote) * kept, shots[arm] - hits[arm]
            told_by += hits[arm] * np.log(chance) + misses * np.log1p(-chance)
        parts.append(told_by)
    log = np.logaddexp.reduce(parts, axis=0)
    told = max(longer, key=lambda arm: shots[arm] * (reach[arm] * math.exp(-reach[arm])) ** 2)
    circuits = _Circuits.of(trials, told)
    x, left = reach[told], np.maximum(circuits.share - asymptote, _LEAST_SIGNAL)
    mean = (float(hits[told].mean()) / shots[told] - asymptote) / (level - asymptote)
    first = _Circuits.of(trials, 0)
    apart = _common_scatter((circuits, first), asymptote)
    short = max(
        circuits.together * trials.targets * level * (1 - level) / float(shots[0]),
        trials.targets * level * (1 - level) / float(shots[0])
        + apart * (trials.targets * (level - asymptote)) ** 2 / (circuits.alone * first.circuits),
    )
    return Likelihoods(
        log=log / circuits.alone,
        lost=lost / circuits.alone,
        centre=math.log(-math.log(min(max(mean, 0.02), 0.98)) / x),
        worth=trials.targets * float(shots[told]) / 8,
        signals=(x * float(left.sum()), x * trials.targets * (level - asymptote)),
        noises=(
            max(circuits.shared_variance, apart * float(left.sum()) ** 2 / circuits.circuits),
            circuits.alone * short,
        ),
    )


def _common_scatter(arms: Sequence[_Circuits], asymptote: float) -> float:
    """Give the variance of a factor that all targets of a circuit share, from several arms.

    A few short circuits without a bad shot are no proof that there are none, and a bad shot moves
    a short circuit most: so what one arm shows counts for the others, in parts of their signal.
    """
    signal = [float((one.share - asymptote).sum()) for one in arms]
    weights = [(one.circuits - 1) * x**2 for one, x in zip(arms, signal, strict=True)]
    top = math.fsum(w * one.beyond for w, one in zip(weights, arms, strict=True))
    bottom = math.fsum(w * x**2 for w, x in zip(weights, signal, strict=True))
    return max(top / bottom, 0.0) if bottom > 0 else 0.0


def _worth_of_others(hits: npt.NDArray[np.int64], shots: int, level: float) -> float:
    """Give the shots that the others' short circuits count as: fewer where they surely differ.

    Of a reference without entanglers the short arm holds one-qubit gates, which differ.
    """
    own = level * (1 - level)
    binomial = own / shots
    apart = float((hits / shots).var(ddof=1)) if hits.size > 1 else 0.0
    surely = apart - binomial * (1 + _SURE * math.sqrt(2 / hits.size))
    return min(own / surely, _SHRUNK) if surely > 0 else _SHRUNK


def event_likelihoods(trials: Trials, claimed: float) -> Likelihoods:
    """Read counts of errors, each target with a probability of its own.

    Args:
        trials: Errors out of shots, of one arm.
        claimed: The claimed probability.
    """
    hits, shots = (part[0] for part in trials.totals())
    chance = np.minimum(claimed * np.exp(_GRID), _LARGEST)[:, None]
    circuits = _Circuits.of(trials, 0)
    log = hits * np.log(chance) + (shots - hits) * np.log1p(-chance)
    # One terrible target may hold most of the errors; the bulk is where the others are.
    usual = np.sort(hits)[: trials.targets - max(1, round(_ODD * trials.targets))]
    mean = (usual.sum() + 0.5) / (shots * max(usual.size, 1) + 1)
    return Likelihoods(
        log=log / circuits.alone,
        lost=np.full(trials.targets, shots * math.log(0.5)) / circuits.alone,
        centre=math.log(mean / claimed),
        worth=trials.targets * float(shots) * min(mean / (1 - mean), 1.0),
        signals=(trials.targets * claimed, 0.0),
        noises=(circuits.shared_variance, 0.0),
    )


def bulk_quantile(seen: Sequence[Likelihoods], place: float) -> BulkQuantile:
    """Find the rate that `place` of the targets lie below.

    Args:
        seen: The experiments, each with targets of its own.
        place: Number of targets: n / 2 for the median, k - 1/2 for the k-th smallest rate.
    """
    log = np.concatenate([part.log for part in seen], axis=1)
    lost = np.concatenate([part.lost for part in seen])
    targets, worth = lost.size, [part.worth for part in seen]
    centre = float(np.average([part.centre for part in seen], weights=worth))
    width = 1.5 / math.sqrt(max(sum(worth), 1.0)) + 0.9 / math.sqrt(targets) + 0.03
    highest = np.maximum(log.max(axis=0), lost)
    like, lost = np.exp(log - highest), np.exp(lost - highest)
    laws, explained, score, bounded = _found_laws(like, lost, centre, max(1.6 * width, 0.12))
    weights = np.exp(score - score.max())
    order = np.argsort(-weights, kind="stable")
    total = np.cumsum(weights[order])
    kept = order[: int(np.searchsorted(total, _KEPT * total[-1])) + 1]
    by_spread = np.zeros((_SPREADS.size, _GRID.size))
    weight_of = np.zeros(_SPREADS.size)
    for law in kept:
        parts = np.cumsum(laws[law][:, None] * like, axis=0) / explained[law]
        spread = (parts * (1 - parts)).sum(axis=1) + _COUNT_NOISE
        of = int(law) % _SPREADS.size
        by_spread[of] += weights[law] * ndtr((parts.sum(axis=1) - place) / np.sqrt(spread))
        weight_of[of] += weights[law]
    low, middle, high = _middle(by_spread.sum(axis=0) / weight_of.sum())
    of_median = abs(place - targets / 2) < 1e-9
    width = _NARROW if of_median else _WIDE
    down, up = middle - low, high - middle
    if not of_median:  # in a tail the spread itself is a part of the value
        ends = _ends_of_spreads(by_spread, weight_of)
        down, up = max(down, middle - ends[0]), max(up, ends[1] - middle)
    extra = _TOGETHER * _shared_variance(seen, middle)
    return BulkQuantile(
        value=middle,
        below=math.hypot(width * down, math.sqrt(extra)) if bounded[0] else math.inf,
        above=math.hypot(width * up, math.sqrt(extra)) if bounded[1] else math.inf,
    )


def _found_laws(
    like: Floats, lost: Floats, centre: float, reach: float
) -> tuple[Floats, Floats, Floats, tuple[bool, bool]]:
    """Look for the laws that explain the counts, first where the bulk roughly is, then beyond.

    A machine much worse than claimed has lost its signal in the arm that tells most, and the rough
    place is then too near; so the places move on as long as the best of them is at their end.

    Returns:
        The laws, how they explain each target, their log likelihoods, and whether there are laws
        on either side that explain the counts worse.
    """
    moves = 0
    while True:
        laws, none = _laws(centre + reach * _PLACES, lost.size)
        explained = laws @ like + none * lost
        score = np.log(explained).sum(axis=1)
        best = int(score.argmax()) // _SPREADS.size
        bounded = (best > 0, best < _PLACES.size - 1)
        moved = min(max(centre + reach * float(_PLACES[best]), _GRID[0]), _GRID[-1])
        if all(bounded) or moved == centre or moves == _MOST_MOVES:
            return laws, explained, score, bounded
        centre, moves = moved, moves + 1


def _middle(below: Floats) -> tuple[float, float, float]:
    """Read where a quantile is, and one standard error to each side; infinite beyond the grid."""
    rising = np.clip(np.maximum.accumulate(below), 1e-12, 1 - 1e-12)
    probit = ndtri(rising) + 1e-9 * np.arange(_GRID.size)
    low, middle, high = (
        float(end) for end in np.interp([-1.0, 0.0, 1.0], probit, _GRID + _STEP / 2)
    )
    return (
        -math.inf if probit[0] > -_SEEN else low,
        middle,
        math.inf if probit[-1] < _SEEN else high,
    )


def _ends_of_spreads(by_spread: Floats, weights: Floats) -> tuple[float, float]:
    """Give the ends of one standard error where the spread is as far off as the counts allow.

    That is the contour of the joint likelihood: a spread that explains the counts worse by z^2 / 2
    nats leaves sqrt(1 - z^2) of the errors that the quantile has at that spread.
    """
    known = weights > 0
    away = 2 * np.log(weights[known].max() / weights[known])
    ends = []
    for of, z_squared in zip(np.flatnonzero(known).tolist(), away.tolist(), strict=True):
        if z_squared < 1:
            low, middle, high = _middle(by_spread[of] / weights[of])
            left = math.sqrt(1 - z_squared)
            ends.append((middle - left * (middle - low), middle + left * (high - middle)))
    return min(low for low, _ in ends), max(high for _, high in ends)


def _laws(places: Floats, targets: int) -> tuple[Floats, float]:
    """Give distributions of u, shape (laws, grid), and the share of targets without signal."""
    away = (_GRID[None, None, :] - places[:, None, None]) / _SPREADS[None, :, None]
    made = np.exp(-0.5 * away**2).reshape(-1, _GRID.size) + 1e-300
    odd = 0.02 + 0.5 / targets
    each = odd / (_GRID.size + _LOST)
    return (1 - odd) * made / made.sum(axis=1, keepdims=True) + each, each * _LOST


def _shared_variance(seen: Sequence[Likelihoods], value: float) -> float:
    """Give the variance of u that comes from whole circuits and from the short arm."""
    steepness = math.exp(max(value, -_FARTHEST))
    total = 0.0
    for arm in (0, 1):
        signal = steepness * sum(part.signals[arm] for part in seen)
        noise = sum(part.noises[arm] for part in seen)
        total += noise / signal**2 if noise else 0.0
    return total


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Circuits:
    """How the circuits of one arm scatter.

    Attributes:
        share: Of hits, each target, held off 0 and 1.
        alone: Variance of single targets over the binomial, 1 with single shots.
        together: Variance of the sum over targets over that of independent ones, at least 1.
        shared_variance: Of the sum over targets of their shares, beyond independent ones.
        beyond: The same of one circuit's sum; below 0 where chance made the circuits too alike.
        circuits: How many.
    """

    share: Floats
    alone: float
    together: float
    shared_variance: float
    beyond: float
    circuits: int

    @classmethod
    def of(cls, trials: Trials, arm: int) -> _Circuits:
        """Take the circuit as the unit."""
        rows = trials.hits[trials.arms == arm]
        circuits = rows.shape[0]
        share = (rows.sum(axis=0) + 0.5) / (circuits * trials.shots + 1)
        binomial = float((share * (1 - share)).sum()) * trials.shots
        alone = together = 1.0
        beyond = 0.0
        if circuits > 1 and trials.shots > 1:
            alone = max(float(rows.var(axis=0, ddof=1).sum()) / binomial, 1.0)
        if circuits > 1:
            scatter = float(rows.sum(axis=1).var(ddof=1))
            together = max(scatter / (alone * binomial), 1.0)
            beyond = (scatter - alone * binomial) / trials.shots**2
        own = alone * binomial / max(circuits, 1) / trials.shots**2
        return cls(
            share=share,
            alone=alone,
            together=together,
            shared_variance=(together - 1) * own,
            beyond=beyond,
            circuits=circuits,
        )
