"""Sequential verdicts on decay rates where a circuit is run many times.

Shots of one random circuit share its luck (coherent errors), so they are not independent and a
binomial test is wrong by factors. Here the circuit is the unit: its share of hits, ybar in
[0, 1], has mean s(m) over fresh random circuits and any distribution around it. The bet

    S = 1 + u (ybar - s*) on a short circuit,  1 + v (ybar - t*) on a long one,

with (s*, t*) on the border of the null, as in `sequential_rates`, and k0 u + k1 v R = 0, has
mean at most one on the whole half-plane: the same two lines of proof, in which only the means
of the outcomes entered. Every factor is kept above `_FLOOR`, so the wealth stays positive.

Sizes of the bets: u and v come from the projection in the metric of the circuits' variances,
estimated from the past (gain = mean / variance, the normal form of Kelly's rule).

A long circuit's bet is at most as large as the short circuits can balance: for REFUTE
|v| <= k0 / (k1 R s*). With many shots a circuit take a third of the circuits short.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from qassay.statistics.sequential import (
    WEIGHTS,
    Evidence,
    Floats,
    Side,
    check_alternatives,
    ladder,
    log_mixture,
)
from qassay.statistics.sequential_rates import PRIOR, TwoLengths, circuits_of_arms, clipped_short
from qassay.statistics.trials import Trials

Bools = npt.NDArray[np.bool_]

_FLOOR: Final = 0.1  # least factor: a single circuit never ends the game
_PRIOR_CIRCUITS: Final = 6.0  # how much the guess of the variance weighs
_PRIOR_CORRELATION: Final = 0.3  # between shots of one circuit: coherent errors, half of them


def circuit_evidence(
    trials: Trials,
    lengths: TwoLengths,
    *,
    rate: float,
    tolerance: float,
    guarded: bool = False,
    arms: tuple[int, int] = (0, 1),
) -> Evidence:
    """Bet for and against "the rate is at most `rate`", circuit by circuit.

    Args:
        trials: In order of execution, any number of shots a circuit.
        lengths: The design.
        rate: r0.
        tolerance: delta: CONFIRM is against r >= (1 + delta) r0, REFUTE against r <= r0.
        guarded: CONFIRM against r >= r0 instead.
        arms: Indices of the short and the long arm in `trials.lengths`.
    """
    limit = rate if guarded else rate * (1 + tolerance)
    above: Side = "at least"
    below: Side = "at most"
    mine, short = circuits_of_arms(trials, lengths, arms)
    shares = trials.hits[mine] / trials.shots
    confirm = log_e_circuits(
        shares, short, trials.shots, lengths,
        null=limit, side=above, alternatives=ladder(limit, above, tolerance),
    )  # fmt: skip
    refute = log_e_circuits(
        shares, short, trials.shots, lengths,
        null=rate, side=below, alternatives=ladder(rate, below, tolerance),
    )  # fmt: skip
    return Evidence(confirm=confirm, refute=refute, circuits=(mine + 1).astype(np.int64))


def log_e_circuits(
    shares: Floats,
    short: Bools,
    shots: int,
    lengths: TwoLengths,
    *,
    null: float,
    side: Side,
    alternatives: Sequence[float],
    weights: Sequence[float] = WEIGHTS,
) -> Floats:
    """Bet against "the rate is at least (at most) `null`".

    Args:
        shares: Hits over shots of each circuit, shape (circuits, targets).
        short: Which circuits are short, shape (circuits,). In a design with blocks all bets of
            a block are settled with what was known before it.
        shots: Shots of each circuit.
        lengths: The design.
        null: Border of the hypothesis.
        side: On which side of the border it lies.
        alternatives: Rates on the other side, each a bettor.
        weights: Stake of each bettor.

    Returns:
        Log wealth after each circuit (only ends of blocks count), shape (circuits, targets).
    """
    check_alternatives(null, side, alternatives)
    is_short = np.broadcast_to(short[:, None], shares.shape)
    base, (k0, k1) = lengths.asymptote, lengths.shares
    border = lengths.retention(null)
    past_short = _before(is_short, lengths)
    a = clipped_short(
        (PRIOR[0] + _before(np.where(is_short, shares, 0.0), lengths)) / (sum(PRIOR) + past_short),
        base,
    )
    spread_short = _variance(shares, is_short, a, shots, lengths)
    paths = []
    for alternative in alternatives:
        b = base + lengths.retention(alternative) * (a - base)
        spread_long = _variance(shares, ~is_short, b, shots, lengths)
        # Nearest point of the border in the metric of the variances, in closed form.
        gap = b - base - border * (a - base)
        pull = gap / (spread_short / k0 * border**2 + spread_long / k1)
        u, v = -pull * border / k0, pull / k1
        s = a - u * spread_short
        t = b - v * spread_long
        least = np.minimum(
            np.minimum(-u * s, u * (1 - s)), np.minimum(-v * t, v * (1 - t))
        )  # of bet x (outcome - mean), always negative
        scale = np.minimum(1.0, (1 - _FLOOR) / np.maximum(-least, 1e-300))
        gain = np.where(is_short, scale * u * (shares - s), scale * v * (shares - t))
        paths.append(np.cumsum(np.log1p(gain), axis=0))
    return log_mixture(paths, weights)


def _before(values: Floats | Bools, lengths: TwoLengths) -> Floats:
    """Add up what happened before each circuit, or before its block."""
    sums = np.cumsum(values, axis=0, dtype=np.float64)
    size = 1 if lengths.block is None else sum(lengths.block)
    starts = np.arange(len(sums)) // size * size
    return np.concatenate([np.zeros_like(sums[:1]), sums])[starts]


def _variance(shares: Floats, arm: Bools, mean: Floats, shots: int, lengths: TwoLengths) -> Floats:
    """Predict the variance of a circuit's share of hits from the past circuits of its arm."""
    guess = mean * (1 - mean) * (1 + (shots - 1) * _PRIOR_CORRELATION) / shots
    count = _before(arm, lengths)
    total = _before(np.where(arm, shares, 0.0), lengths)
    squares = _before(np.where(arm, shares**2, 0.0), lengths)
    spread = np.maximum(squares - total**2 / np.maximum(count, 1.0), 0.0)
    return (_PRIOR_CIRCUITS * guess + spread) / (_PRIOR_CIRCUITS + count)
