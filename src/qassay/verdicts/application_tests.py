"""Sequential verdicts on applications: bets on the mean score of each batch.

A score cannot exceed 1 where the optimum is proven (or what the solver's bound leaves open),
nor fall below that of the highest cost there could be; within that range the bets assume
nothing but that each batch's mean, given the past, obeys the hypothesis.
"""

from __future__ import annotations

import math

from qassay.claims.claim import Claim
from qassay.planning.plan import Plan
from qassay.protocols.approximation_ratio import batch_values, read_problem
from qassay.protocols.weighing.decision import limit_of
from qassay.protocols.weighing.measurands import Measurand
from qassay.protocols.weighing.wealth import NO_WEALTH, Wealth
from qassay.statistics.bounded_bets import log_e_mean_above, log_e_mean_below


def ratio_wealth(plan: Plan, claim: Claim, measurand: Measurand) -> Wealth:
    """Add up the evidence for and against a claim on an approximation ratio."""
    part = measurand.parts[0]
    values = batch_values(part.trials)
    instance = read_problem(part.experiment.problem).instance
    # An optimum with a gap may be beaten by it, in units of the score's own span.
    span = abs(instance.optimum.energy) / (instance.ising.constant - instance.optimum.energy)
    high = 1.0 + (0.0 if instance.optimum.proven else instance.optimum.gap * span)
    low = instance.lowest_ratio
    limit = limit_of(claim, plan)
    if max(limit, claim.value) >= high:
        return NO_WEALTH  # nobody can score more than the optimum
    if claim.relation == "at most":
        support = log_e_mean_below(values, limit, high)
        refute = log_e_mean_above(values, claim.value, low)
    else:
        support = log_e_mean_above(values, limit, low)
        refute = log_e_mean_below(values, claim.value, high)
    for_it, against = support >= -math.log(plan.beta), refute >= -math.log(plan.alpha)
    return Wealth(
        support=float(support[-1]),
        refute=float(refute[-1]),
        support_peak=float(support.max()),
        refute_peak=float(refute.max()),
        refuted_first=bool(against.any())
        and (not for_it.any() or int(against.argmax()) < int(for_it.argmax())),
    )
