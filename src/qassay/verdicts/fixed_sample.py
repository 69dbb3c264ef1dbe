"""Verdicts from samples whose size somebody else fixed: one look at one-sided limits.

A claim "at most v" is supported if the upper limit at error probability beta is below the
rule's limit, refuted if the lower limit at error probability alpha is above v. In the zone
between v and its limit both can hold; then the limit decides, for that is the rule.
"""

from __future__ import annotations

from qassay.claims.claim import Claim
from qassay.planning.plan import Plan
from qassay.verdicts.decision import OPEN, Decision, canonical_limits
from qassay.verdicts.measurands import Measurand


def decide_fixed_sample(plan: Plan, claim: Claim, measurand: Measurand) -> Decision:
    """Compare one-sided limits with the claim and its limit."""
    claimed, limit = canonical_limits(claim, plan)
    at_beta = measurand.statistic(1 - 2 * plan.beta)
    at_alpha = measurand.statistic(1 - 2 * plan.alpha)
    if not at_beta.informative:
        return OPEN
    most = claim.relation == "at most"
    good = at_beta.high < limit if most else at_beta.low > limit
    bad = at_alpha.low > claimed if most else at_alpha.high < claimed
    if good and bad:
        remark = "the value itself misses the claim, by less than the tolerance"
        return Decision(outcome="supported", cycle=1, remarks=(remark,))
    if good or bad:
        return Decision(outcome="supported" if good else "refuted", cycle=1)
    return OPEN
