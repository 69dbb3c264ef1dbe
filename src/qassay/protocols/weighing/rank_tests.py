"""Tests of medians, quantiles and "share above": counted target by target, and as one bulk.

The counted test is exact (`statistics.ranked`) and quick on machines far from their claim. Close
to it a quantile is settled by what all targets say together (`statistics.bulk`): the likelihood
ratio of a normal variable at the precision reached so far, mixed over a ladder of drifts, as for
means; asymptotic, and only for targets that are one bulk. Both are run at once, each with a stake
of its own, and the stakes add up to one.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from qassay.claims.claim import Claim
from qassay.languages.english import said
from qassay.protocols.known import estimator_of
from qassay.protocols.shares import wrong_shares
from qassay.protocols.terms import Terms
from qassay.protocols.weighing.decision import canonical_limits
from qassay.protocols.weighing.lengths import lengths_of
from qassay.protocols.weighing.measurands import ClaimPart, Measurand
from qassay.protocols.weighing.normal_tests import mixture, normal_wealth
from qassay.protocols.weighing.ranked_measurands import RankedMeasurand, scale_of
from qassay.protocols.weighing.sequential_tests import prior_of
from qassay.protocols.weighing.wealth import NO_WEALTH, Wealth, staked
from qassay.statistics.bounded_bets import (
    FEWER_WRONG,
    MORE_WRONG,
    log_e_mean_above,
    log_e_mean_below,
)
from qassay.statistics.ranked import least_convinced
from qassay.statistics.sequential import RUNGS, Floats, Side, ladder
from qassay.statistics.sequential_probabilities import log_e_probability
from qassay.statistics.sequential_rates import log_e_rate, steps_of

COUNTED_STAKE: Final = 0.1
BULK_REMARK: Final = said("remark.bulk")
COUNTED_REMARK: Final = said("remark.counted")
_SURE: Final = 1 - 1e-6


def ranked_wealth(terms: Terms, claim: Claim, now: Measurand) -> Wealth:
    """Add up the evidence for and against a claim on a quantile of several targets."""
    if claim.value <= 0 or not isinstance(now, RankedMeasurand):
        return NO_WEALTH
    counted = _counted(terms, claim, now)
    if claim.test == "counted":
        return counted
    other = _bulk(terms, claim, now) if now.is_bulk else normal_wealth(terms, claim, now)
    return staked([(1 - COUNTED_STAKE, other), (COUNTED_STAKE, counted)])


def _bulk(terms: Terms, claim: Claim, measurand: RankedMeasurand) -> Wealth:
    """Weigh the quantile of the bulk on the scale of its logarithm."""
    found = measurand.bulk()
    if found is None:
        return NO_WEALTH
    scale = scale_of(measurand.parts[0])
    claimed, limit = (scale.constant(value) for value in canonical_limits(claim, terms))
    edge = math.log(limit / claimed)
    step = abs(edge) if terms.rule == "tolerant" else math.log1p(claim.delta)
    if measurand.low_is_good:
        support = mixture(edge - found.value, found.above, step)
        refute = mixture(found.value, found.below, step)
    else:
        support = mixture(found.value - edge, found.below, step)
        refute = mixture(-found.value, found.above, step)
    return Wealth(
        support=support,
        refute=refute,
        support_peak=support,
        refute_peak=refute,
        refuted_first=refute > support,
        remarks=(BULK_REMARK,),
    )


def _counted(terms: Terms, claim: Claim, now: RankedMeasurand) -> Wealth:
    """Average the least convinced bettors of enough targets, for and against."""
    ends = [_streams(terms, claim, now, part) for part in now.parts]
    if len(ends) > 1:  # experiments of their own are compared where they end
        ends = [(for_it[-1:], against[-1:]) for for_it, against in ends]
    support, refute = (
        least_convinced(np.concatenate([end[side] for end in ends], axis=1), count)
        for side, count in ((0, now.misses), (1, now.meets))
    )
    for_it, against = support >= -math.log(terms.beta), refute >= -math.log(terms.alpha)
    return Wealth(
        support=float(support[-1]),
        refute=float(refute[-1]),
        support_peak=float(support.max()),
        refute_peak=float(refute.max()),
        refuted_first=bool(against.any())
        and (not for_it.any() or int(against.argmax()) < int(for_it.argmax())),
        remarks=(COUNTED_REMARK,),
    )


def _streams(
    terms: Terms, claim: Claim, measurand: RankedMeasurand, part: ClaimPart
) -> tuple[Floats, Floats]:
    """Bet on each target, against "beyond the limit" and against "within the claim"."""
    trials, tolerance, scale = part.trials, claim.delta, scale_of(part)
    claimed, limit = (scale.lost(value) for value in canonical_limits(claim, terms))
    beyond: Side = "at least" if measurand.low_is_good else "at most"
    within: Side = "at most" if measurand.low_is_good else "at least"
    if estimator_of(part.experiment).model == "probability" and trials.shots > 1:
        columns = [wrong_shares(trials.select([place])) for place in range(trials.targets)]

        def bet(null: float, side: Side) -> Floats:
            # The shots of a circuit have one string: only the mean of its share is known.
            paths = [
                log_e_mean_below(x, null, 1.0, FEWER_WRONG)
                if side == "at least"
                else log_e_mean_above(x, null, 0.0, MORE_WRONG)
                for x in columns
            ]
            return np.stack(paths, axis=1)
    elif estimator_of(part.experiment).model == "probability":
        shots = np.ones((trials.circuits, 1), dtype=np.int64)

        def bet(null: float, side: Side) -> Floats:
            null = min(null, _SURE)
            ends = [1 - (1 - null) * 0.5**rung for rung in RUNGS]
            others = [min(pair) for pair in zip(ladder(null, side, tolerance), ends, strict=True)]
            return log_e_probability(trials.hits, shots, null=null, side=side, alternatives=others)
    else:
        lengths = lengths_of(part.experiment, part.quantity)
        steps = steps_of(trials, lengths)
        prior = prior_of(claim, lengths, claimed)

        def bet(null: float, side: Side) -> Floats:
            others = ladder(null, side, tolerance)
            return log_e_rate(
                steps, lengths, null=null, side=side, alternatives=others, prior=prior
            )

    return bet(limit, beyond), bet(claimed, within)
