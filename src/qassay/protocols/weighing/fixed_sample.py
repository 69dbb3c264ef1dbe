"""Verdicts from samples whose size somebody else fixed: one look at one-sided limits.

A claim "at most v" is supported if the upper limit at error probability beta is below the
rule's limit, refuted if the lower limit at error probability alpha is above v. In the zone
between v and its limit both can hold; then the limit decides, for that is the rule.
"""

from __future__ import annotations

from qassay.claims.claim import Claim
from qassay.claims.metrics import METRICS
from qassay.languages.english import said
from qassay.languages.sentence import Figures, quantity_fact
from qassay.protocols.known import mark_for
from qassay.protocols.terms import Terms
from qassay.protocols.weighing.decision import OPEN, Decision, as_told, canonical_limits
from qassay.protocols.weighing.measurands import Measurand, in_claim_convention
from qassay.units import format_quantity


def decide_fixed_sample(terms: Terms, claim: Claim, measurand: Measurand) -> Decision:
    """Compare one-sided limits with the claim and its limit; the one that decided is told."""
    told = as_told(claim)
    claimed, limit = canonical_limits(told, terms)
    at_beta = measurand.statistic(1 - 2 * terms.beta)
    at_alpha = measurand.statistic(1 - 2 * terms.alpha)
    if not at_beta.informative:
        return OPEN
    most = told.relation == "at most"
    good = at_beta.high < limit if most else at_beta.low > limit
    bad = at_alpha.low > claimed if most else at_alpha.high < claimed
    if not (good or bad):
        return OPEN
    one_sided, tail = (at_beta, terms.beta) if good else (at_alpha, terms.alpha)
    shown = in_claim_convention(told, one_sided)
    dimension = "probability" if mark_for(claim) else METRICS[claim.metric].dimension
    end, side = (shown.high, "upper") if most == good else (shown.low, "lower")
    shown_end = quantity_fact(format_quantity(end, dimension))
    level = Figures(number=f"{100 * (1 - tail):g}", unit="%", joint=" ")
    remarks = [said(f"remark.{side}_limit", level=level, end=shown_end)]
    if good and bad:
        remarks.append(said("remark.misses_claim"))
    return Decision(outcome="supported" if good else "refuted", cycle=1, remarks=tuple(remarks))
