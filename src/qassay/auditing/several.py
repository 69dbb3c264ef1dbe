"""Several campaigns of one claim: their e-values multiplied, and the union bound of all known.

A verifier who may begin again publishes the best of m campaigns; the risk of a wrong verdict is
then up to m times that of one. Where the bundles of all are at hand, the product of their e-values
is an e-value of all of them (each counts new shots and is fixed in advance), and no campaign can be
left out of it in silence.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from qassay.auditing.measurement import counted_twice
from qassay.auditing.state import Audit, known
from qassay.claims.claim import Claim
from qassay.errors import Problem, UsageError
from qassay.protocols.weighing.decision import Outcome
from qassay.verdicts.judge import wealth_of


@dataclass(frozen=True, slots=True, kw_only=True)
class CombinedClaim:
    """One claim in several campaigns.

    Attributes:
        claim: Its id on the first sheet.
        outcomes: In each campaign that made it, in the order given.
        campaigns: How many made it.
        known: How many are on record in all of them together, those given included.
        support: Logarithm of the product of e-values against "the limit is missed"; None where a
            campaign has no sequential test of it.
        refute: Against "the claim holds".
        outcome: What the product says.
        beta: Error probability of support in one campaign.
        alpha: Of refutation.
    """

    claim: str
    outcomes: tuple[Outcome, ...]
    campaigns: int
    known: int
    support: float | None
    refute: float | None
    outcome: Outcome
    beta: float
    alpha: float

    @property
    def sentence(self) -> str:
        """Say it for people."""
        best = self.known * self.beta, self.known * self.alpha
        bound = (
            f"the best of {self.known} known campaigns is wrongly supported with probability up to"
            f" {100 * min(best[0], 1):g} %, wrongly refuted up to {100 * min(best[1], 1):g} %"
        )
        if self.support is None or self.refute is None:
            return f"{self.claim}: no sequential test in each campaign; {bound}"
        return (
            f"{self.claim}: {self.outcome} by the e-values of {self.campaigns} campaigns multiplied"
            f" (for {_e(self.support)}, against {_e(self.refute)}; each alone:"
            f" {', '.join(self.outcomes)}); {bound}"
        )


def combined_audits(audits: Sequence[Audit]) -> tuple[CombinedClaim, ...]:
    """Multiply the e-values of campaigns that hold.

    Args:
        audits: Of bundles that passed, each of another campaign.

    Raises:
        UsageError: Two bundles of one campaign, or of another vendor or machine.
    """
    plans = [known(audit.plan) for audit in audits]
    first = plans[0]
    UsageError.raise_if_any(
        Problem(
            where=audit.path.name,
            found=f"counts of {earlier.path.name}",
            expected="new shots in each campaign: their e-values are multiplied",
        )
        for audit, earlier in counted_twice(audits)
        if known(audit.plan).id != known(earlier.plan).id  # else it is told below
    )
    UsageError.raise_if_any(
        Problem(where=audit.path.name, found=found, expected=expected)
        for audit, plan in zip(audits, plans, strict=True)
        for wrong, found, expected in (
            (
                sum(plan.id == other.id for other in plans) > 1,
                f"the plan {plan.id[:16]} twice",
                "a bundle of each campaign",
            ),
            (
                (plan.sheet.vendor, plan.sheet.machine)
                != (first.sheet.vendor, first.sheet.machine),
                f"{plan.sheet.vendor}, {plan.sheet.machine}",
                f"{first.sheet.vendor}, {first.sheet.machine}",
            ),
        )
        if wrong
    )
    named = {plan.id for plan in plans}
    for audit in audits:
        state = audit.campaign.state if audit.campaign else None
        if state is not None:
            named |= {o["campaign"] for said in state.attested.values() for o in said.campaigns}
    return tuple(_together(claim, audits, len(named)) for claim in first.sheet.claims)


def _together(claim: Claim, audits: Sequence[Audit], many: int) -> CombinedClaim:
    made = [
        (audit, one)
        for audit in audits
        for one in known(audit.plan).sheet.claims
        if _same(one, claim)
    ]
    verdicts = {
        id(audit): {v.claim: v.outcome for v in known(audit.analysis).verdicts} for audit, _ in made
    }
    support: float | None = 0.0
    refute: float | None = 0.0
    for audit, one in made:
        wealth = wealth_of(known(audit.plan), one, known(audit.counted))
        if wealth is None or support is None or refute is None:
            support = refute = None
            break
        support, refute = support + wealth.support, refute + wealth.refute
    plan = known(audits[0].plan)
    outcome: Outcome = "inconclusive"
    if support is not None and refute is not None:
        if support >= -math.log(plan.beta):
            outcome = "supported"
        if refute >= -math.log(plan.alpha) and refute > support:
            outcome = "refuted"
    return CombinedClaim(
        claim=claim.id,
        outcomes=tuple(verdicts[id(audit)][one.id] for audit, one in made),
        campaigns=len(made),
        known=many,
        support=support,
        refute=refute,
        outcome=outcome,
        beta=plan.beta,
        alpha=plan.alpha,
    )


def _same(one: Claim, other: Claim) -> bool:
    """Whether two sheets make the same claim, whatever they call it."""
    return replace(one, id="", stated="", read_as=(), unstated=()) == replace(
        other, id="", stated="", read_as=(), unstated=()
    )


def _e(log: float) -> str:
    return f"{math.exp(min(max(log, -700.0), 700.0)):.3g}"
