"""How one claim is decided, and when: the record, the rule's limits and the wording."""

from __future__ import annotations

from dataclasses import dataclass

from qassay.claims.claim import Claim
from qassay.claims.conventions import canonical_value
from qassay.claims.metrics import METRICS
from qassay.planning.plan import Plan
from qassay.protocols.catalog import is_published
from qassay.units import format_quantity
from qassay.verdicts.verdict import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What was decided on a claim.

    Attributes:
        outcome: The verdict.
        cycle: Number of cycles after which it stood; None while it is open.
        e_support: Largest e-value against "the limit is missed"; None without a sequential test.
        e_refute: Largest e-value against "the claim holds".
        remarks: What the reader should know beside the verdict's own sentence.
    """

    outcome: Outcome
    cycle: int | None = None
    e_support: float | None = None
    e_refute: float | None = None
    remarks: tuple[str, ...] = ()

    @property
    def settled(self) -> bool:
        """Whether more shots would change nothing."""
        return self.cycle is not None


OPEN = Decision(outcome="inconclusive")


def limit_of(claim: Claim, plan: Plan) -> float:
    """Give the limit on whose good side a supported machine lies, in the claim's convention."""
    if plan.rule == "guarded":
        return claim.value
    widened = 1 + claim.delta
    return claim.value * widened if claim.relation == "at most" else claim.value / widened


def canonical_limits(claim: Claim, plan: Plan) -> tuple[float, float]:
    """Give claim and limit in canonical units (average gate infidelity, seconds)."""
    factor = canonical_value(claim) / claim.value if claim.value else 1.0
    return claim.value * factor, limit_of(claim, plan) * factor


def sentence(plan: Plan, claim: Claim, decision: Decision) -> str:
    """Say what a verdict means, in the words of conformity testing."""
    dimension = METRICS[claim.metric].dimension
    claimed = format_quantity(claim.value, dimension)
    limit = format_quantity(limit_of(claim, plan), dimension)
    beyond = "or more" if claim.relation == "at most" else "or less"
    if decision.outcome == "supported":
        return (
            f"the data exclude a value of {limit} {beyond} (claim: {claim.relation} {claimed});"
            f" a machine at {limit} would get this verdict with probability at most"
            f" {100 * plan.beta:g} %"
        )
    if decision.outcome == "refuted":
        return (
            f"the data exclude that the machine meets its claim of {claim.relation} {claimed};"
            f" a machine that does would get this verdict with probability at most"
            f" {100 * plan.alpha:g} %"
        )
    alone = _alone(plan, decision)
    if alone and plan.multiplicity != "none":
        return (
            f"by itself this claim ({claim.relation} {claimed}, limit {limit}) would be {alone};"
            " beside the other claims of the sheet, which share one error probability, the planned"
            " shots do not suffice for a verdict"
        )
    return (
        f"the data exclude neither the claim ({claim.relation} {claimed}) nor its limit"
        f" ({limit}); {_used_up(plan, claim)} used up"
    )


def _used_up(plan: Plan, claim: Claim) -> str:
    if any(map(is_published, plan.experiments_for(claim.id))):
        return "the counts that were published are"
    return "the planned shots are"


def _alone(plan: Plan, decision: Decision) -> Outcome | None:
    """Say what an open claim would be if it stood alone on its sheet."""
    if (decision.e_support or 0.0) * plan.beta >= 1:
        return "supported"
    return "refuted" if (decision.e_refute or 0.0) * plan.alpha >= 1 else None


def belied(outcome: Outcome) -> str:
    """Say why a verdict does not stand on counts that speak against it."""
    return (
        f"an earlier part of the counts would say {outcome}, but all counts together put the value"
        " on the other side: no verdict stands on that"
    )
