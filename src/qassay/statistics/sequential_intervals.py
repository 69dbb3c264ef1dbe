"""Confidence sequences: an interval for a rate after every step, valid at all steps at once.

The rates that no gambler has refuted: r' stays while neither the bet against "r >= r'" nor the
one against "r <= r'" has reached 2 / alpha. The true rate is ever thrown out with probability
at most alpha (Turner & Grünwald, arXiv:2203.09785), whatever makes one stop, and under drift
as far as the rate stays where it is.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from qassay.statistics.sequential import Floats, Ints, Side, log_threshold
from qassay.statistics.sequential_rates import Steps, TwoLengths, log_e_rate

_STEP: Final = 1.25  # rungs are powers of it, finer than in a verdict: intervals go on shrinking
_RUNGS: Final = (0.25, 0.5, 1.0, 2.0, 4.0)
_WEIGHTS: Final = (0.15, 0.25, 0.3, 0.2, 0.1)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ConfidenceSequence:
    """Intervals for the rate that hold simultaneously with probability 1 - alpha.

    Attributes:
        circuits: Circuits executed, shape (steps,).
        low: Lower ends, shape (steps, targets); 0 where the rate may be as small as one likes.
        high: Upper ends; infinite where nothing bounds it yet.
        alpha: Probability that the true rate is ever outside.
    """

    circuits: Ints
    low: Floats
    high: Floats
    alpha: float


def rate_confidence_sequence(
    steps: Steps, lengths: TwoLengths, *, alpha: float, rates: Sequence[float] | Floats
) -> ConfidenceSequence:
    """Invert the tests of single rates over a grid.

    Args:
        steps: From `steps_of`; from `coarsened` where they are very many.
        lengths: The design.
        alpha: Probability that the true rate is ever outside.
        rates: Increasing grid, such as `rate_grid(claim)`. Ends are moved outward to the next
            point of the grid.
    """
    grid = np.asarray(rates, dtype=np.float64)
    if grid.ndim != 1 or grid.size < 2 or grid[0] <= 0 or (np.diff(grid) <= 0).any():
        raise ValueError("the grid must be increasing and positive")
    needed = log_threshold(alpha / 2)
    shape = (steps.circuits.size, steps.hits.shape[2])
    low, high = np.zeros(shape), np.full(shape, math.inf)
    # The hull of what is left: from below, the ends move while every point so far has fallen.
    falling = np.ones(shape, dtype=bool)
    for rate in grid:
        falling &= _refuted(steps, lengths, float(rate), "at most", needed)
        low = np.where(falling, rate, low)
    falling = np.ones(shape, dtype=bool)
    for rate in grid[::-1]:
        falling &= _refuted(steps, lengths, float(rate), "at least", needed)
        high = np.where(falling, rate, high)
    return ConfidenceSequence(circuits=steps.circuits, low=low, high=high, alpha=alpha)


def _refuted(
    steps: Steps, lengths: TwoLengths, rate: float, side: Side, needed: float
) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    sign = -1 if side == "at least" else 1
    log_e = log_e_rate(
        steps, lengths, null=rate, side=side,
        alternatives=[rate * _STEP ** (sign * x) for x in _RUNGS], weights=_WEIGHTS,
    )  # fmt: skip
    return np.asarray(np.maximum.accumulate(log_e, axis=0) >= needed)


def rate_grid(claim: float, *, factor: float = 8.0, points: int = 97) -> Floats:
    """Give a geometric grid from claim / factor to claim * factor."""
    return np.geomspace(claim / factor, claim * factor, points)


def coarsened(steps: Steps, size: int) -> Steps:
    """Join `size` steps into one: fewer points to draw, bets settled less often.

    Bets of a joined step are placed with what was known before it, so nothing is lost but a
    little speed of learning; steps that do not fill a last one are left out.
    """
    count = steps.circuits.size // size
    shots = np.broadcast_to(steps.shots, (steps.shots.shape[0], 2, steps.shots.shape[2]))
    return Steps(
        hits=steps.hits[: count * size].reshape(count, size, 2, -1).sum(axis=1),
        shots=shots[: count * size].reshape(count, size, 2, -1).sum(axis=1),
        circuits=steps.circuits[size - 1 : count * size : size],
    )
