"""A verdict and the interval beside it never say different things.

A verdict rests on a one-sided test that may be looked at any time; the interval beside it is that
of a fixed sample, with both ends. Each holds what it promises, and yet a reader would find a
refuted claim inside its interval, or an open claim outside. So both are made from one set of
values: what the test has excluded is cut off the interval, and what it has not is put back.

* supported: the test excludes the limit and all beyond it, so the interval ends before the limit;
* refuted: it excludes the claim and all on its good side, so the interval begins beyond the claim;
* inconclusive: it excludes neither, so the interval holds both.

The cut costs no coverage where the verdict is right, and a wrong one has probability beta (alpha)
at most; what is put back can only widen. Where all counts together put the value itself on the
other side of what the test excluded earlier, no verdict stands.
"""

from __future__ import annotations

import math
from dataclasses import replace

from qassay.claims.claim import Claim
from qassay.claims.metrics import METRICS
from qassay.planning.plan import Plan
from qassay.protocols.known import mark_for
from qassay.protocols.weighing.decision import Outcome, as_told, limit_of
from qassay.statistics.estimate import Estimate, excludes_nothing, no_information, physical
from qassay.verdicts.verdict import Verdict


def contradicted(estimate: Estimate, claim: Claim, limit: float, outcome: Outcome) -> bool:
    """Whether the value lies where the verdict says that it cannot be."""
    if not estimate.informative or outcome not in ("supported", "refuted"):
        return False
    sign = 1.0 if claim.relation == "at most" else -1.0
    if outcome == "supported":
        return sign * (estimate.value - limit) >= 0
    return sign * (estimate.value - claim.value) <= 0


def agreeing(estimate: Estimate, claim: Claim, limit: float, outcome: Outcome) -> Estimate:
    """Give the interval that stands beside a verdict.

    Args:
        estimate: Of the claimed statistic, in the claim's convention; not `contradicted`.
        claim: The claim, in the terms of the estimate (`as_told`).
        limit: Its limit, likewise.
        outcome: The verdict.

    Returns:
        The estimate in its physical range, without what the verdict excludes and with what it
        leaves open; no information where the interval excludes nothing.
    """
    least, most = METRICS[claim.metric].bounds
    if mark_for(claim) is not None:
        least, most = 0.0, 1.0
    inside = physical(estimate, least, most)
    if not inside.informative:
        return _by_the_test_alone(inside, claim, limit, outcome)
    if claim.relation == "at least":
        mirrored = replace(claim, relation="at most", value=-claim.value)
        turned = _agreeing(_negative(inside), mirrored.value, -limit, outcome)
        inside = _negative(turned)
    else:
        inside = _agreeing(inside, claim.value, limit, outcome)
    if excludes_nothing(inside, least, most):
        return no_information(inside.shots, inside.circuits)
    return inside


def _by_the_test_alone(unknown: Estimate, claim: Claim, limit: float, outcome: Outcome) -> Estimate:
    """Where the counts give no number a settled test still says which side it is on.

    So of lifetimes so long that no decay was seen: nobody knows how long, but longer than that.
    """
    if outcome not in ("supported", "refuted"):
        return unknown
    border = limit if outcome == "supported" else claim.value
    below = (outcome == "supported") == (claim.relation == "at most")
    method = "one side only, where the test excludes"
    low, high = (unknown.low, border) if below else (border, unknown.high)
    return replace(unknown, low=low, high=high, method=method)


def _agreeing(one: Estimate, claimed: float, limit: float, outcome: Outcome) -> Estimate:
    """Cut off and put back for a claim "at most"."""
    if outcome == "supported" and one.high >= limit:
        end = max(math.nextafter(limit, -math.inf), one.value)
        return replace(one, high=end, method=f"{one.method}, ends where the test excludes")
    if outcome == "refuted" and one.low <= claimed:
        end = min(math.nextafter(claimed, math.inf), one.value)
        return replace(one, low=end, method=f"{one.method}, begins where the test excludes")
    if outcome == "inconclusive" and (one.low > claimed or one.high < limit):
        low, high = min(one.low, claimed), max(one.high, limit)
        return replace(one, low=low, high=high, method=f"{one.method}, with what the test leaves")
    return one


def _negative(one: Estimate) -> Estimate:
    return replace(one, value=-one.value, low=-one.high, high=-one.low)


def reopened(verdict: Verdict, plan: Plan, reasons: tuple[str, ...]) -> Verdict:
    """Turn a verdict into "inconclusive", its interval with it.

    Args:
        verdict: Supported or refuted.
        plan: Holds its claim.
        reasons: What stands in the place of the verdict's own sentence.
    """
    claim = as_told(next(one for one in plan.sheet.claims if one.id == verdict.claim))
    shown, always = (
        None if one is None else agreeing(one, claim, limit_of(claim, plan), "inconclusive")
        for one in (verdict.estimate, verdict.sequence)
    )
    return replace(
        verdict,
        outcome="inconclusive",
        estimate=shown,
        sequence=always,
        reasons=(*reasons, *verdict.reasons[1:]),
    )
