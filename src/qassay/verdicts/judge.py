"""The judge: a pure function from a plan and measured quantities to one verdict a claim.

Fixed samples are judged by one-sided limits: a claim "at most v" is supported if the upper
limit at error probability beta is below the rule's limit (v widened by delta), refuted if the
lower limit at error probability alpha is above v. Both can hold in the zone between; then the
limit decides, for that is what the rule promises. Sequential tests replace this where a plan
asks for them.
"""

from __future__ import annotations

import math

from qassay.claims.claim import Claim
from qassay.claims.conventions import canonical_value
from qassay.claims.metrics import METRICS
from qassay.planning.grouping import targets_of
from qassay.planning.plan import Plan
from qassay.protocols.catalog import estimator_of, is_published
from qassay.protocols.interface import Target
from qassay.statistics.estimate import Estimate
from qassay.statistics.intervals import upper_limit
from qassay.units import format_quantity
from qassay.verdicts.measurands import Data, Measurand, in_claim_convention, measurand_of
from qassay.verdicts.verdict import Outcome, Verdict

SHOWN_LEVEL = 0.95
_USABLE = 0.25  # assignment error above which a qubit does not count as one


def judge(plan: Plan, data: Data) -> tuple[Verdict, ...]:
    """Judge every claim of the plan's sheet, in its order."""
    untested = {item.claim: item.reason for item in plan.untested}
    return tuple(
        _left_out(plan, claim, untested[claim.id])
        if claim.id in untested
        else _judged(plan, claim, data)
        for claim in plan.sheet.claims
    )


def limit_of(claim: Claim, plan: Plan) -> float:
    """Give the limit on whose good side a supported machine lies, in the claim's convention."""
    if plan.rule == "guarded":
        return claim.value
    widened = 1 + claim.delta
    return claim.value * widened if claim.relation == "at most" else claim.value / widened


def _left_out(plan: Plan, claim: Claim, reason: str) -> Verdict:
    return Verdict(
        claim=claim.id,
        metric=claim.metric,
        outcome="not tested",
        estimate=None,
        claimed=claim.value,
        limit=limit_of(claim, plan),
        shots=0,
        circuits=0,
        reasons=(reason,),
    )


def _judged(plan: Plan, claim: Claim, data: Data) -> Verdict:
    if claim.metric == "qubits":
        return _judged_count(plan, claim, data)
    scope = _scope(plan, claim, data)
    measurand = measurand_of(claim, plan, data, scope)
    if measurand is None:
        return _left_out(plan, claim, "the run brought no counts for part of the claim's scope")
    outcome, reasons = _decide(plan, claim, measurand)
    shown = in_claim_convention(claim, measurand.statistic(SHOWN_LEVEL))
    return _verdict(plan, claim, measurand, outcome, shown, reasons)


def _scope(plan: Plan, claim: Claim, data: Data) -> tuple[Target, ...]:
    """List the claim's targets; of published counts, those the publisher chose to measure."""
    published = [x for x in plan.experiments_for(claim.id) if is_published(x)]
    if published and claim.scope.everything:
        return tuple(target for x in published if x.id in data for target in x.targets)
    return targets_of(claim, METRICS[claim.metric].target, plan.device)


def _verdict(
    plan: Plan,
    claim: Claim,
    measurand: Measurand,
    outcome: Outcome,
    shown: Estimate,
    reasons: tuple[str, ...],
) -> Verdict:
    estimators = [estimator_of(x) for x in measurand.experiments]
    shots_each = measurand.parts[0].measured.trials.shots
    published = any(is_published(x) for x in measurand.experiments)
    return Verdict(
        claim=claim.id,
        metric=claim.metric,
        outcome=outcome,
        estimate=shown,
        claimed=claim.value,
        limit=limit_of(claim, plan),
        shots=measurand.circuits * (shots_each if published else 1),
        circuits=measurand.circuits,
        reasons=reasons,
        assumptions=tuple(dict.fromkeys(s for e in estimators for s in e.assumptions)),
        experiments=tuple(x.id for x in measurand.experiments),
    )


def _decide(plan: Plan, claim: Claim, measurand: Measurand) -> tuple[Outcome, tuple[str, ...]]:
    """Compare one-sided limits with the claim and its limit, in canonical units."""
    factor = canonical_value(claim) / claim.value if claim.value else 1.0
    claimed, limit = claim.value * factor, limit_of(claim, plan) * factor
    at_beta = measurand.statistic(1 - 2 * plan.beta)
    at_alpha = measurand.statistic(1 - 2 * plan.alpha)
    if not at_beta.informative:
        return "inconclusive", ("the data hold no information on this claim",)
    most = claim.relation == "at most"
    good = at_beta.high < limit if most else at_beta.low > limit
    bad = at_alpha.low > claimed if most else at_alpha.high < claimed
    if good:
        outcome: Outcome = "supported"
    else:
        outcome = "refuted" if bad else "inconclusive"
    reasons = [_sentence(plan, claim, outcome)]
    if good and bad:
        reasons.append(
            "the value itself misses the claim, by less than the tolerance that was agreed before"
        )
    return outcome, tuple(reasons)


def _sentence(plan: Plan, claim: Claim, outcome: Outcome) -> str:
    """Say what a verdict means, in the words of conformity testing."""
    dimension = METRICS[claim.metric].dimension
    claimed = format_quantity(claim.value, dimension)
    limit = format_quantity(limit_of(claim, plan), dimension)
    beyond = "or more" if claim.relation == "at most" else "or less"
    if outcome == "supported":
        return (
            f"the data exclude a value of {limit} {beyond} (claim: {claim.relation} {claimed});"
            f" a machine at {limit} would get this verdict with probability at most"
            f" {100 * plan.beta:g} %"
        )
    if outcome == "refuted":
        return (
            f"the data exclude that the machine meets its claim of {claim.relation} {claimed};"
            f" a machine that does would get this verdict with probability at most"
            f" {100 * plan.alpha:g} %"
        )
    return (
        f"the data exclude neither the claim ({claim.relation} {claimed}) nor its limit"
        f" ({limit}); more shots would be needed"
    )


def _judged_count(plan: Plan, claim: Claim, data: Data) -> Verdict:
    """Count the qubits that can be prepared and read.

    Supported if at least the claimed number of qubits has an assignment error below 1/4, each
    with error probability beta over the number of qubits (so all hold at once).
    """
    measured = next(
        (m for x in plan.experiments_for(claim.id) for m in data.get(x.id, ())
         if m.quantity == "readout_error"),
        None,
    )  # fmt: skip
    if measured is None:
        return _left_out(plan, claim, "the run brought no counts for the readout of the register")
    hits, shots = measured.trials.totals()
    wrong, each = hits.sum(axis=0), int(shots.sum())
    tail = min(plan.alpha, plan.beta) / max(len(wrong), 1)
    usable = int((upper_limit(wrong, each, tail) < _USABLE).sum())
    useless = int((upper_limit(each - wrong, each, tail) < 1 - _USABLE).sum())
    enough = math.ceil(claim.value)
    most = len(wrong) - useless
    if usable >= enough:
        outcome: Outcome = "supported"
        why = f"{usable} qubits answer with an assignment error below 25 %"
    elif most < enough:
        outcome = "refuted"
        why = f"at most {most} of {len(wrong)} qubits answer with an assignment error below 25 %"
    else:
        outcome = "inconclusive"
        why = f"between {usable} and {most} qubits answer with an assignment error below 25 %"
    experiments = plan.experiments_for(claim.id)
    circuits = 2 * measured.trials.circuits
    return Verdict(
        claim=claim.id,
        metric=claim.metric,
        outcome=outcome,
        estimate=Estimate(value=float(usable), low=float(usable), high=float(most), level=0.95,
                          shots=circuits, circuits=circuits, method="count of usable qubits"),
        claimed=claim.value,
        limit=claim.value,
        shots=circuits,
        circuits=circuits,
        reasons=(why,),
        assumptions=estimator_of(experiments[0]).assumptions,
        experiments=tuple(x.id for x in experiments if x.protocol == "readout"),
    )  # fmt: skip
