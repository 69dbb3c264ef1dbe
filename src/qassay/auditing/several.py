"""Several campaigns of one claim: their e-values multiplied, and the union bound of all known.

A verifier who may begin again publishes the best of m campaigns; the risk of a wrong verdict is
then up to m times that of one. Where the bundles of all are at hand, the product of their e-values
is an e-value of all of them (each counts new shots and is fixed in advance), and no campaign can
be left out of it in silence. Error probabilities are the smallest that any of the campaigns was
planned for, and the claims of the sheet share them as the strictest of the plans has them share.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from qassay.auditing.measurement import counted_twice
from qassay.auditing.state import Audit, known
from qassay.claims.claim import Claim
from qassay.errors import Problem, UsageError
from qassay.planning.plan import Plan
from qassay.protocols.weighing.decision import Outcome
from qassay.statistics.multiplicity import Mask, closed_e_bh, e_holm, uncorrected
from qassay.verdicts.judge import wealth_of

_NOTHING: Final = -700.0  # the logarithm of an e-value that says nothing


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
        beta: Probability at most that the best of the known campaigns supports wrongly.
        alpha: That it refutes wrongly.
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
        bound = (
            f"the best of {self.known} known campaigns is wrongly supported with probability up to"
            f" {100 * self.beta:g} %, wrongly refuted up to {100 * self.alpha:g} %"
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
            (
                plan.rule != first.rule,
                f"limits by the {plan.rule} rule",
                f"the {first.rule} rule, as in {audits[0].path.name}",
            ),
        )
        if wrong
    )
    named = {plan.id for plan in plans}
    for audit in audits:
        state = audit.campaign.state if audit.campaign else None
        if state is not None:
            named |= {o["campaign"] for said in state.attested.values() for o in said.campaigns}
    products = [_product(claim, audits) for claim in first.sheet.claims]
    support = _rejected(plans, [one.support for one in products], min(p.beta for p in plans))
    refute = _rejected(plans, [one.refute for one in products], min(p.alpha for p in plans))
    return tuple(
        _combined(claim, product, plans, len(named), (bool(held), bool(missed)))
        for claim, product, held, missed in zip(
            first.sheet.claims, products, support, refute, strict=True
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Product:
    """E-values of one claim multiplied, in logarithms; None without a test in each campaign."""

    outcomes: tuple[Outcome, ...]
    support: float | None
    refute: float | None


def _product(claim: Claim, audits: Sequence[Audit]) -> _Product:
    outcomes: list[Outcome] = []
    support: float | None = 0.0
    refute: float | None = 0.0
    for audit in audits:
        verdicts = {v.claim: v.outcome for v in known(audit.analysis).verdicts}
        for one in known(audit.plan).sheet.claims:
            if not _same(one, claim):
                continue
            outcomes.append(verdicts[one.id])
            wealth = wealth_of(known(audit.plan), one, known(audit.counted))
            if wealth is None or support is None or refute is None:
                support = refute = None
            else:
                support, refute = support + wealth.support, refute + wealth.refute
    return _Product(outcomes=tuple(outcomes), support=support, refute=refute)


def _rejected(plans: Sequence[Plan], logs: Sequence[float | None], level: float) -> Mask:
    """Say which hypotheses fall, each by itself and among the claims of the sheet."""
    values = np.array([_NOTHING if one is None else one for one in logs])
    asked = {plan.multiplicity for plan in plans}
    alone = uncorrected(values, level)
    if "family-wise" in asked:
        return alone & e_holm(values, level)
    return alone & closed_e_bh(values, level) if "fdr" in asked else alone


def _combined(
    claim: Claim, product: _Product, plans: Sequence[Plan], many: int, fallen: tuple[bool, bool]
) -> CombinedClaim:
    held, missed = fallen
    outcome: Outcome = "supported" if held else "inconclusive"
    if missed and not (held and (product.refute or 0.0) <= (product.support or 0.0)):
        outcome = "refuted"
    return CombinedClaim(
        claim=claim.id,
        outcomes=product.outcomes,
        campaigns=len(product.outcomes),
        known=many,
        support=product.support,
        refute=product.refute,
        outcome=outcome,
        beta=_of_best([plan.beta for plan in plans], many),
        alpha=_of_best([plan.alpha for plan in plans], many),
    )


def _of_best(levels: Sequence[float], many: int) -> float:
    """Bound the error of the best campaign; of those not at hand the worst is thought."""
    return min(1.0, sum(levels) + (many - len(levels)) * max(levels))


def _same(one: Claim, other: Claim) -> bool:
    """Whether two sheets make the same claim, whatever they call it."""
    return replace(one, id="", stated="", read_as=(), unstated=()) == replace(
        other, id="", stated="", read_as=(), unstated=()
    )


def _e(log: float) -> str:
    return f"{math.exp(min(max(log, -700.0), 700.0)):.3g}"
