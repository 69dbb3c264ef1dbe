"""Exact support of means of machines far better than claimed, beside the usual test of a mean.

An estimate without misses knows its error only vaguely, so a machine ten times better than
claimed takes a mean more circuits than it takes "every target" of the same. Here each target is
bet on by itself against a ladder of values, and the mean is supported by the least that any
choice of values beyond the limit would leave (`statistics.least_average`): exact, for any
spread, one bad target among many included, and any dependence.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from qassay.claims.claim import Claim
from qassay.planning.plan import Plan
from qassay.planning.registers import LAYERED
from qassay.protocols.catalog import estimator_of, is_published
from qassay.statistics.least_average import BORDERS, border_evidence, least_average
from qassay.statistics.sequential import Floats
from qassay.statistics.sequential_rates import steps_of
from qassay.verdicts.decision import canonical_limits
from qassay.verdicts.lengths import lengths_of
from qassay.verdicts.measurands import Measurand, Part
from qassay.verdicts.ranked_measurands import scale_of
from qassay.verdicts.wealth import Wealth, staked

STAKE: Final = 0.1
REMARK: Final = "exact, however targets differ or depend on one another"
_LARGEST: Final = 0.9  # of what a step can lose: no border lies beyond


def beside_usual(plan: Plan, claim: Claim, measurand: Measurand, usual: Wealth) -> Wealth:
    """Put a tenth of the stake on exact support, where a claim is on a mean of decays.

    Args:
        plan: The plan.
        claim: The claim.
        measurand: Its data so far.
        usual: What the usual test of a mean owns.
    """
    if not _has_exact_support(claim, measurand):
        return usual
    support = _support(plan, claim, measurand)
    exact = Wealth(
        support=support,
        refute=0.0,
        support_peak=support,
        refute_peak=0.0,
        remarks=(REMARK,) if support > usual.support_peak else usual.remarks,
    )
    return staked([(1 - STAKE, usual), (STAKE, exact)])


def _has_exact_support(claim: Claim, measurand: Measurand) -> bool:
    estimator = estimator_of(measurand.parts[0].experiment)
    at_most = estimator.model == "exponential"
    return (
        claim.statistic == "mean"
        and claim.metric not in (*LAYERED, "crosstalk")
        and claim.value > 0
        and not measurand.singles
        and estimator.model != "probability"
        and (claim.relation == "at most") != at_most
        and len(measurand.targets) > 1
        and not any(is_published(part.experiment) for part in measurand.parts)
        and all(part.experiment.coin or part.trials.shots == 1 for part in measurand.parts)
    )


def _support(plan: Plan, claim: Claim, measurand: Measurand) -> float:
    """Give the log e-value against "the mean misses the limit"."""
    _, limit = canonical_limits(claim, plan)
    first = scale_of(measurand.parts[0])
    if first.timed:
        values = [limit / border for border in BORDERS]
        excess = [value / limit - 1 for value in values] + [-1.0]
    else:
        most = _LARGEST * (first.most or 1.0)
        values = [limit * border for border in BORDERS if limit * border < most]
        excess = [1 - value / limit for value in values]
    if not values:
        return 0.0
    against = np.concatenate([_against(part, values, limit) for part in measurand.parts], axis=1)
    classes = np.concatenate([np.zeros((1, against.shape[1])), against])
    return least_average(classes, excess, lost=not first.timed)


def _against(part: Part, values: list[float], limit: float) -> Floats:
    """Bet against each value as a lower bound, target by target."""
    scale, lengths = scale_of(part), lengths_of(part.experiment)
    rates = [scale.lost(value) for value in values]
    return border_evidence(steps_of(part.trials, lengths), lengths, rates, scale.lost(limit))
