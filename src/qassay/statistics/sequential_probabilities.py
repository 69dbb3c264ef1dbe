"""Sequential verdicts on a probability: readout error, heavy outputs, GHZ by single shots.

For one stream of shots with success probability s (free to drift within the hypothesis), the
likelihood ratio of an alternative s' to the border s* multiplies the wealth by
`1 + u (y - s*)`, u = (s' - s*) / (s* (1 - s*)), with mean 1 + u (s - s*) <= 1 wherever the
hypothesis holds. Wald's sequential test is the special case of one alternative.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from qassay.statistics.sequential import (
    RUNGS,
    WEIGHTS,
    Evidence,
    Floats,
    Ints,
    Side,
    check_alternatives,
    ladder,
    log_mixture,
)


def log_e_probability(
    hits: Ints | Floats,
    shots: Ints | Floats,
    *,
    null: float,
    side: Side,
    alternatives: Sequence[float],
    weights: Sequence[float] = WEIGHTS,
) -> Floats:
    """Bet against "the probability is at least (at most) `null`".

    Args:
        hits: Successes in each step, shape (steps, targets).
        shots: Shots in each step, shape (steps, targets) or (steps, 1).
        null: s*, border of the hypothesis, in (0, 1).
        side: On which side of the border it lies.
        alternatives: Probabilities on the other side, each a bettor.
        weights: Stake of each bettor.

    Returns:
        Log wealth after each step, shape (steps, targets).
    """
    if not 0 < null < 1 or min(alternatives) <= 0 or max(alternatives) >= 1:
        raise ValueError("the border and its alternatives must lie in (0, 1)")
    check_alternatives(null, side, alternatives)
    won = np.cumsum(hits, axis=0)
    lost = np.cumsum(shots - hits, axis=0)
    paths = [
        won * np.log(x / null) + lost * np.log1p((null - x) / (1 - null)) for x in alternatives
    ]
    return log_mixture(paths, weights)


def rare_event_evidence(
    hits: Ints, shots: Ints, *, rate: float, tolerance: float, guarded: bool = False
) -> Evidence:
    """Bet for and against "the probability of an error is at most `rate`".

    Args:
        hits: Errors in each step, shape (steps, targets).
        shots: Shots in each step, shape (steps, 1) or (steps, targets).
        rate: The claim.
        tolerance: delta: CONFIRM is against p >= (1 + delta) rate, REFUTE against p <= rate.
        guarded: CONFIRM against p >= rate instead.
    """
    if not (0 < rate < 1 and tolerance > 0):
        raise ValueError("the claimed rate must lie in (0, 1), the tolerance be positive")
    step = 1 + tolerance
    limit = rate if guarded else rate * step
    if limit >= 1:
        raise ValueError(f"no probability lies beyond (1 + {tolerance}) x {rate}")
    # A geometric ladder as for rates, held below one where the claim itself is large.
    above = [min(rate * step**x, 1 - (1 - rate) * 0.5**x) for x in RUNGS]
    return Evidence(
        confirm=log_e_probability(
            hits,
            shots,
            null=limit,
            side="at least",
            alternatives=ladder(limit, "at least", tolerance),
        ),
        refute=log_e_probability(hits, shots, null=rate, side="at most", alternatives=above),
        circuits=_executed(hits, shots),
    )


def _executed(hits: Ints, shots: Ints) -> Ints:
    return np.cumsum(np.broadcast_to(shots, hits.shape)[:, 0]).astype(np.int64)
