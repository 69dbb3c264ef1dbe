"""The evidence on one claim at one moment, as two e-values, and when it settles a claim.

An e-value is the wealth of a gambler who started with 1 and bet against a hypothesis at fair
odds; if the hypothesis holds, it reaches 1 / alpha with probability at most alpha, however
often one looks (Ville). On one claim that may be used at any moment of the past, so the
largest wealth counts. Across a sheet with control of the false discovery rate (e-BH, Wang and
Ramdas, arXiv:2009.02824) it is the wealth at the moment of stopping that counts.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from qassay.planning.plan import Plan
from qassay.verdicts.verdict import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Wealth:
    """Log e-values on one claim.

    Attributes:
        support: Against "the limit is missed", now.
        refute: Against "the claim holds", now.
        support_peak: The largest so far.
        refute_peak: The largest so far.
        refuted_first: Whether `refute` reached its threshold before `support` did.
        share: Fraction of the error probabilities that these bets may use.
        remarks: What the reader should know.
    """

    support: float
    refute: float
    support_peak: float
    refute_peak: float
    refuted_first: bool = False
    share: float = 1.0
    remarks: tuple[str, ...] = ()


NO_WEALTH = Wealth(support=0.0, refute=0.0, support_peak=0.0, refute_peak=0.0)


def outcome_alone(plan: Plan, wealth: Wealth, claims: int) -> Outcome:
    """Judge one claim by itself; family-wise, with its part of the error probabilities.

    Args:
        plan: Holds alpha, beta and the rule for many claims.
        wealth: The evidence.
        claims: Claims under test on the sheet.
    """
    part = wealth.share / (claims if plan.multiplicity == "family-wise" else 1)
    supported = wealth.support_peak >= -math.log(part * plan.beta)
    refuted = wealth.refute_peak >= -math.log(part * plan.alpha)
    if supported and refuted:
        return "refuted" if wealth.refuted_first else "supported"
    if supported or refuted:
        return "supported" if supported else "refuted"
    return "inconclusive"


def discoveries(plan: Plan, wealth: Mapping[str, Wealth], frozen: int) -> dict[str, Outcome]:
    """Judge open claims of a sheet together by e-BH.

    With K claims under test, the k-th largest e-value (settled claims count as large) must
    reach K / (alpha k). Each claim has two hypotheses, of which at most one is true, so K and
    not 2 K bounds the number of true ones, and the false discovery rate is at most alpha.

    Args:
        plan: Holds alpha and beta.
        wealth: Evidence on the claims that are open, now.
        frozen: Claims settled before.

    Returns:
        Outcomes of the claims that are settled now.
    """
    total = frozen + len(wealth)
    scores = {
        name: max(
            one.support + math.log(one.share * plan.beta),
            one.refute + math.log(one.share * plan.alpha),
        )
        for name, one in wealth.items()
    }
    ranked = sorted(scores, key=lambda name: -scores[name])
    settled = 0
    for place in range(1, len(ranked) + 1):
        if scores[ranked[place - 1]] >= math.log(total / (frozen + place)):
            settled = place
    chosen: dict[str, Outcome] = {}
    for name in ranked[:settled]:
        one = wealth[name]
        for_it = one.support + math.log(plan.beta) >= one.refute + math.log(plan.alpha)
        chosen[name] = "supported" if for_it else "refuted"
    return chosen
