"""What a verdict means, in the words of conformity testing."""

from __future__ import annotations

from qassay.claims.claim import Claim
from qassay.claims.metrics import METRICS
from qassay.numerals import numeral
from qassay.planning.plan import Plan
from qassay.protocols.known import is_published, mark_of
from qassay.protocols.quantity import PassMark
from qassay.protocols.weighing.decision import Decision, Outcome, limit_of
from qassay.units import format_quantity


def sentence(plan: Plan, claim: Claim, decision: Decision) -> str:
    """Say what a verdict means, in the words of conformity testing."""
    dimension = METRICS[claim.metric].dimension
    claimed = format_quantity(claim.value, dimension)
    limit = format_quantity(limit_of(claim, plan), dimension)
    mark = mark_of(claim.metric)
    if mark is not None:
        return _of_mark(plan, claim, decision, mark)
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


def _of_mark(plan: Plan, claim: Claim, decision: Decision, mark: PassMark) -> str:
    """Say what a verdict means where a share of shots has to pass a mark."""
    share, border = mark.title, format_quantity(mark.share, "probability")
    qubits = mark.width(claim.value)
    claimed = f"{claim.relation} {numeral(claim.value)}"
    if decision.outcome == "inconclusive":
        return (
            f"the data exclude of circuits of {qubits} qubits neither a {share} above nor one below"
            f" the mark of {border} (claim: {claimed}); {_used_up(plan, claim)} used up"
        )
    good = decision.outcome == "supported"
    side, error = ("less", plan.beta) if good else ("more", plan.alpha)
    return (
        f"the data exclude of circuits of {qubits} qubits a {share} of {border} or {side} (claim:"
        f" {claimed}); a machine at that mark would get this verdict with probability at most"
        f" {100 * error:g} %"
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
