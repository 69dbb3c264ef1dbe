"""What a verdict means, in the words of conformity testing."""

from __future__ import annotations

from qassay.claims.claim import Claim
from qassay.claims.metrics import METRICS
from qassay.languages.english import named, said
from qassay.languages.sentence import Fact, Figures, Sentence, quantity_fact
from qassay.numerals import numeral
from qassay.planning.plan import Plan
from qassay.protocols.known import is_published, mark_for
from qassay.protocols.quantity import PassMark
from qassay.protocols.weighing.decision import Decision, Outcome, limit_of
from qassay.units import format_quantity


def verdict_sentence(plan: Plan, claim: Claim, decision: Decision) -> Sentence:
    """Say what a verdict means, in the words of conformity testing."""
    dimension = METRICS[claim.metric].dimension
    mark = mark_for(claim)
    if mark is not None:
        return _of_mark(plan, claim, decision, mark)
    claimed = quantity_fact(format_quantity(claim.value, dimension))
    limit = quantity_fact(format_quantity(limit_of(claim, plan), dimension))
    side = "at_most" if claim.relation == "at most" else "at_least"
    stated = said(f"relation.{side}", value=claimed)
    if decision.outcome == "supported":
        risk = _risk(plan.beta)
        return said(f"verdict.supported_{side}", limit=limit, claim=stated, risk=risk)
    if decision.outcome == "refuted":
        return said("verdict.refuted", claim=stated, risk=_risk(plan.alpha))
    alone = _alone(plan, decision)
    if alone and plan.multiplicity != "none":
        return said("verdict.alone", claim=stated, limit=limit, outcome=said(f"outcome.{alone}"))
    published = any(map(is_published, plan.experiments_for(claim.id)))
    return said(
        "verdict.open_published" if published else "verdict.open", claim=stated, limit=limit
    )


def _of_mark(plan: Plan, claim: Claim, decision: Decision, mark: PassMark) -> Sentence:
    """Say what a verdict means where a share of shots has to pass a mark."""
    border = quantity_fact(format_quantity(mark.share, "probability"))
    side = "at_most" if claim.relation == "at most" else "at_least"
    claimed = said(f"relation.{side}", value=Figures(number=numeral(claim.value)))
    facts: dict[str, Fact] = {
        "qubits": str(mark.width(claim.value)),
        "share": named(f"mark.title_{claim.metric}", mark.title),
        "border": border,
        "claim": claimed,
    }
    if decision.outcome == "inconclusive":
        published = any(map(is_published, plan.experiments_for(claim.id)))
        return said("mark.open_published" if published else "mark.open", **facts)
    good = decision.outcome == "supported"
    facts["risk"] = _risk(plan.beta if good else plan.alpha)
    return said("mark.supported" if good else "mark.refuted", **facts)


def _risk(probability: float) -> Figures:
    return Figures(number=f"{100 * probability:g}", unit="%", joint=" ")


def _alone(plan: Plan, decision: Decision) -> Outcome | None:
    """Say what an open claim would be if it stood alone on its sheet."""
    if (decision.e_support or 0.0) * plan.beta >= 1:
        return "supported"
    return "refuted" if (decision.e_refute or 0.0) * plan.alpha >= 1 else None


def belied(outcome: Outcome) -> Sentence:
    """Say why a verdict does not stand on counts that speak against it."""
    return said("verdict.belied", outcome=said(f"outcome.{outcome.replace(' ', '_')}"))
