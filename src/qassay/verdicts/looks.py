"""Verdicts at a few planned looks: for means and medians, and for counts taken elsewhere.

A mean over many qubits is precise long before any single qubit is, so four looks are enough.
Each look spends its share of the error probabilities (Pocock-type spending, Lan and DeMets,
Biometrika 70, 659 (1983): alpha ln(1 + (e - 1) t) is spent by the fraction t of the shots);
the shares are added up (Bonferroni), so the bound holds under any dependence of the looks.
"""

from __future__ import annotations

import math

from qassay.claims.claim import Claim
from qassay.planning.plan import Plan
from qassay.verdicts.decision import OPEN, Decision, canonical_limits
from qassay.verdicts.measurands import Measurand

MOST_LOOKS = 4


def look_cycles(cycles: int) -> tuple[int, ...]:
    """Give the cycles after which one looks, out of so many planned ones; the last is one."""
    looks = min(MOST_LOOKS, cycles)
    return tuple(math.ceil(cycles * (look + 1) / looks) for look in range(looks))


def spent(total: float, look: int, looks: int) -> float:
    """Give the error probability that look number `look` (from 0) may use."""

    def until(part: float) -> float:
        return total * math.log1p((math.e - 1) * part)

    return until((look + 1) / looks) - until(look / looks)


def decide_at_look(
    plan: Plan, claim: Claim, measurand: Measurand, alpha: float, beta: float, cycle: int
) -> Decision:
    """Compare one-sided limits with the claim and its limit.

    Args:
        plan: The plan.
        claim: The claim.
        measurand: Its data at this look.
        alpha: Share of the probability of refuting a true claim.
        beta: Share of the probability of supporting a claim that misses its limit.
        cycle: Number of the look's cycle.
    """
    claimed, limit = canonical_limits(claim, plan)
    at_beta = measurand.statistic(1 - 2 * beta)
    at_alpha = at_beta if alpha == beta else measurand.statistic(1 - 2 * alpha)
    if not at_beta.informative:
        return OPEN
    most = claim.relation == "at most"
    good = at_beta.high < limit if most else at_beta.low > limit
    bad = at_alpha.low > claimed if most else at_alpha.high < claimed
    if good and bad:
        remark = "the value itself misses the claim, by less than the tolerance agreed before"
        return Decision(outcome="supported", cycle=cycle, remarks=(remark,))
    if good or bad:
        return Decision(outcome="supported" if good else "refuted", cycle=cycle)
    return OPEN
