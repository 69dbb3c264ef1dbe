"""Tests of a time T by the contrast where the claim speaks: no law of the decay is needed.

T is the delay after which the contrast has fallen to 1/e. "T is at least t" says that the contrast
at t is at least 1/e of that without a delay, s(t) - B >= (s(0) - B) / e, and that is a half-plane
in (s(0), s(t)) as for rates (`sequential_rates`): the same bets are fair on it, with preparation
and readout eliminated and whatever the decay looks like before and after t. The claim is attacked
at the claimed time, the limit at the limit's own. A claim that finds no circuits at its own times
takes those of others: with a contrast that only falls, a later delay excludes the limit as well,
an earlier one the claim.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from qassay.claims.claim import Claim
from qassay.protocols.interface import Experiment
from qassay.protocols.terms import Terms
from qassay.protocols.weighing.decision import canonical_limits
from qassay.protocols.weighing.measurands import ClaimPart
from qassay.statistics.sequential import Floats, Side, ladder
from qassay.statistics.sequential_rates import Steps, TwoLengths, log_e_rate
from qassay.statistics.trials import Trials

_ALIKE: Final = 1 + 1e-9


def contrast_arms(lengths: Sequence[float], claimed: float, limit: float) -> tuple[int, int]:
    """Find the arms by which a time is supported and refuted; 0 where there is none.

    Args:
        lengths: Delays of an experiment, the first one zero.
        claimed: The claimed time.
        limit: The shorter time that a supported machine has to exceed.

    Returns:
        The first delay not before the limit, and the last one not after the claim.
    """
    later = [(t, i) for i, t in enumerate(lengths) if i and t * _ALIKE >= limit]
    earlier = [(t, i) for i, t in enumerate(lengths) if i and t <= claimed * _ALIKE]
    return min(later, default=(0.0, 0))[1], max(earlier, default=(0.0, 0))[1]


def contrast_evidence(terms: Terms, claim: Claim, part: ClaimPart) -> tuple[Floats, Floats]:
    """Bet for and against "the time of every target is at least the claimed one".

    Args:
        terms: Says what the limit is.
        claim: A claim "at least" on a time.
        part: Its data.

    Returns:
        Log wealth for the claim and against it after each circuit, shape (circuits, targets).
    """
    claimed, limit = canonical_limits(claim, terms)
    later, earlier = contrast_arms(part.experiment.lengths, claimed, limit)
    nothing = np.zeros((part.trials.circuits, part.trials.targets))
    return (
        _bets(part, later, "at least", claim.delta) if later else nothing,
        _bets(part, earlier, "at most", claim.delta) if earlier else nothing,
    )


def _bets(part: ClaimPart, arm: int, side: Side, tolerance: float) -> Floats:
    """Bet against "1 over the time to 1/e is at least (at most) 1 / delay" by its circuits."""
    lengths = contrast_lengths(part.experiment, arm)
    null = 1 / lengths.span
    others = ladder(null, side, tolerance)
    return log_e_rate(
        steps_at(part.trials, arm), lengths, null=null, side=side, alternatives=others
    )


def contrast_lengths(experiment: Experiment, arm: int) -> TwoLengths:
    """Give no delay and that of one arm to the tests of rates; at the border 1/e is left."""
    short, long = experiment.block[0], experiment.block[arm]
    return TwoLengths(
        asymptote=0.5,
        span=experiment.lengths[arm] - experiment.lengths[0],
        law="exponential",
        short_share=short / (short + long),
    )


def steps_at(trials: Trials, arm: int) -> Steps:
    """Give the hits of every circuit; those of other arms count as no shot at all."""
    masks = np.stack([trials.arms == 0, trials.arms == arm], axis=1)
    return Steps(
        hits=masks[:, :, None] * trials.hits[:, None, :],
        shots=masks[:, :, None].astype(np.int64) * trials.shots,
        circuits=np.arange(1, trials.circuits + 1, dtype=np.int64),
        each=trials.shots,
    )
