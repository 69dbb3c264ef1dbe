"""The judge: a pure function from a plan and counted hits to one verdict a claim.

At the end of each cycle the evidence on every open claim is weighed by its sequential test;
the first decision stands, whatever comes later. Published counts have no cycles: they are
looked at once.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

from qassay.claims.claim import Claim
from qassay.languages.english import said
from qassay.planning.availability import narrowed
from qassay.planning.plan import Plan
from qassay.planning.plan_files import not_held
from qassay.planning.schedule import rounds
from qassay.protocols.designs.grouping import targets_of
from qassay.protocols.interface import Target
from qassay.protocols.known import (
    assumptions_of,
    counts_of,
    estimator_of,
    is_published,
    kind_of,
    mark_for,
)
from qassay.protocols.weighing.counted import Counted, Joined
from qassay.protocols.weighing.data_of_claims import measurand_of
from qassay.protocols.weighing.decision import OPEN, Decision, Outcome, as_told, limit_of
from qassay.protocols.weighing.fixed_sample import decide_fixed_sample
from qassay.protocols.weighing.mark_tests import other_rule
from qassay.protocols.weighing.mean_tests import ASSUMED, added_decays, mean_wealth, suspicion
from qassay.protocols.weighing.measurands import Measurand, in_claim_convention
from qassay.protocols.weighing.normal_tests import anytime_interval, normal_wealth
from qassay.protocols.weighing.rank_tests import ranked_wealth
from qassay.protocols.weighing.ranked_measurands import is_bulk
from qassay.protocols.weighing.register_tests import has_own_test, own_wealth
from qassay.protocols.weighing.sequential_tests import has_test, tested_wealth
from qassay.protocols.weighing.wealth import NO_WEALTH, Wealth, discoveries, outcome_alone
from qassay.statistics.estimate import Estimate
from qassay.statistics.shaped_times import of_any_shape
from qassay.verdicts.after_stopping import after_stopping
from qassay.verdicts.agreement import agreeing, contradicted, reopened
from qassay.verdicts.application_tests import ratio_wealth
from qassay.verdicts.figures import figure_decisions
from qassay.verdicts.legible import is_read
from qassay.verdicts.looks import look_due
from qassay.verdicts.missing import weighed
from qassay.verdicts.readings import both_readings
from qassay.verdicts.sentences import belied, verdict_sentence
from qassay.verdicts.usable_qubits import count_usable, counted_outcome, counted_words
from qassay.verdicts.verdict import Verdict

SHOWN_LEVEL = 0.95


def judge(
    plan: Plan, counted: Counted, known: Mapping[str, Decision] | None = None
) -> tuple[Verdict, ...]:
    """Judge every claim of the plan's sheet, in its order.

    Args:
        plan: The plan.
        counted: All hits of the run.
        known: Decisions made on the way; without them the run is replayed.
    """
    known = replayed(plan, counted) if known is None else known
    untested = {item.claim: item.reason for item in plan.untested}
    return tuple(
        _left_out(plan, claim, untested[claim.id], *not_held(plan, claim))
        if claim.id in untested
        else weighed(_judged(plan, claim, counted, decision), plan, counted, decision)
        for claim in plan.sheet.claims
        for decision in (known.get(claim.id, OPEN),)
    )


def decisions(plan: Plan, counted: Counted, known: Mapping[str, Decision]) -> dict[str, Decision]:
    """Decide at the end of the last cycle what was still open before it; figures have no verdict.

    A claim by itself has no others to share errors with: it counts what its gamblers ever owned.

    Args:
        plan: The plan.
        counted: Hits so far.
        known: Decisions of earlier cycles, by claim or question.

    Returns:
        Decisions on all claims and figures that have experiments; earlier settled ones unchanged.
    """
    tested = [claim for claim in plan.sheet.claims if plan.experiments_for(claim.id)]
    made = {c.id: known[c.id] for c in tested if c.id in known and known[c.id].settled}
    wealth: dict[str, Wealth] = {}
    for claim in tested:
        if claim.id in made:
            continue
        weighed = _weigh(plan, claim, counted)
        if isinstance(weighed, Decision):
            made[claim.id] = weighed
        else:
            wealth[claim.id] = weighed
    together = plan.multiplicity == "fdr" and len(tested) > 1
    if together:
        settled = {name: made[name] for name in made if made[name].settled}
        outcomes = discoveries(plan, wealth, settled)
    else:
        outcomes = {name: outcome_alone(plan, one, len(tested)) for name, one in wealth.items()}
    for name, one in wealth.items():
        outcome = outcomes.get(name, "inconclusive")
        before = known.get(name, OPEN)
        made[name] = _decision(one, outcome, counted.cycles, before, together=together)
    return made | figure_decisions(plan, counted, known)


def _decision(
    wealth: Wealth, outcome: Outcome, cycle: int, before: Decision, *, together: bool
) -> Decision:
    """Write down the wealth that settled a claim, or the largest so far of an open one."""
    open_still = outcome == "inconclusive"
    peaks = (wealth.support_peak, wealth.refute_peak)
    if together and not open_still:
        peaks = (wealth.support, wealth.refute)
    e_support, e_refute = (math.exp(min(peak, 600.0)) for peak in peaks)
    if open_still:
        e_support = max(e_support, before.e_support or 0.0)
        e_refute = max(e_refute, before.e_refute or 0.0)
    return Decision(
        outcome=outcome,
        cycle=None if open_still else cycle,
        e_support=e_support,
        e_refute=e_refute,
        remarks=() if open_still else wealth.remarks,
    )


def replayed(plan: Plan, counted: Counted) -> dict[str, Decision]:
    """Decide round by round, as the run did."""
    known: dict[str, Decision] = {}
    for start, end in rounds(plan):
        if start < counted.cycles:
            known = decisions(plan, counted.until(end), known)
    return known


def _judged(plan: Plan, claim: Claim, counted: Counted, decision: Decision) -> Verdict:
    wanted = plan.experiments_for(claim.id)
    data = counted.joined(wanted)
    if kind_of(claim.metric) == "count":
        return _count_verdict(plan, claim, decision, data)
    measurand = measurand_of(claim, wanted, data, _scope(plan, claim, data))
    if measurand is None:
        return _left_out(plan, claim, said("verdict.no_counts"))
    shown = in_claim_convention(claim, measurand.statistic(SHOWN_LEVEL))
    verdict = _verdict(plan, claim, measurand, decision, shown)
    if verdict.outcome == "inconclusive" and not is_read(plan, claim, counted):
        return replace(verdict, reasons=(*verdict.reasons, said("verdict.unread")))
    return verdict


def _headline(
    plan: Plan,
    claim: Claim,
    shown: Estimate,
    decision: Decision,
    delays: tuple[float, ...],
    *,
    published: bool,
) -> Estimate:
    """Give the interval beside the verdict; who fixed the sample beforehand has it unwidened."""
    told = as_told(claim)
    limit = limit_of(told, plan)
    lower, wide = told.relation == "at most", shown
    if not published:
        wide = after_stopping(shown, decision.outcome, told.value, limit, lower_is_better=lower)
    return agreeing(of_any_shape(wide, delays), told, limit, decision.outcome)


def wealth_of(plan: Plan, claim: Claim, counted: Counted) -> Wealth | None:
    """Give the e-values of a claim at the end of a run; None where it has no sequential test."""
    if not plan.experiments_for(claim.id):
        return None
    weighed_now = _weigh(plan, claim, counted)
    return None if isinstance(weighed_now, Decision) else weighed_now


def _weigh(plan: Plan, claim: Claim, counted: Counted) -> Wealth | Decision:
    """Weigh a claim by all hits so far; nothing is owned for it before its bits are surely read."""
    found = _by_hits(plan, claim, counted)
    if isinstance(found, Decision) or is_read(plan, claim, counted):
        return found
    return replace(
        found, support=min(found.support, 0.0), support_peak=min(found.support_peak, 0.0)
    )


def _by_hits(plan: Plan, claim: Claim, counted: Counted) -> Wealth | Decision:
    """Weigh a claim; counts and published data are decided at once."""
    wanted = plan.experiments_for(claim.id)
    data = counted.joined(wanted)
    if kind_of(claim.metric) == "count":
        outcome, remarks = counted_outcome(plan, claim, data)
        cycle = None if outcome == "inconclusive" else counted.cycles
        return Decision(outcome=outcome, cycle=cycle, remarks=remarks)
    scope = _scope(plan, claim, data)
    measurand = measurand_of(claim, wanted, data, scope)
    if measurand is None:
        return NO_WEALTH
    if any(is_published(x) for x in measurand.experiments):
        return decide_fixed_sample(plan, claim, measurand)
    if kind_of(claim.metric) == "score":
        return ratio_wealth(plan, claim, measurand)
    added = added_decays(measurand)
    if added is not None:
        due = look_due(plan, counted.cycles)
        return mean_wealth(plan, claim, measurand, added) if due else NO_WEALTH
    if is_bulk(claim, len(scope)) and not has_own_test(claim, len(scope)):
        return ranked_wealth(plan, claim, measurand)
    if has_own_test(claim, len(scope)):
        # a difference of two fits takes as long as a mean, and is looked at as seldom
        due = kind_of(claim.metric) != "difference" or look_due(plan, counted.cycles)
        return own_wealth(plan, claim, measurand) if due else NO_WEALTH
    if not has_test(claim, len(scope)):
        return normal_wealth(plan, claim, measurand)
    return tested_wealth(plan, claim, measurand)


def _scope(plan: Plan, claim: Claim, data: Joined) -> tuple[Target, ...]:
    """List the claim's targets; of published counts, those the publisher chose to measure."""
    if kind_of(claim.metric) == "score":
        return ((0,),)
    published = [x for x in plan.experiments_for(claim.id) if is_published(x)]
    if published and claim.scope.everything:
        return tuple(target for x in published if x.id in data for target in x.targets)
    return targets_of(claim, plan.device)


def _left_out(plan: Plan, claim: Claim, *reasons: str) -> Verdict:
    return Verdict(
        claim=claim.id,
        metric=claim.metric,
        outcome="not tested",
        estimate=None,
        claimed=claim.value,
        limit=limit_of(claim, plan),
        shots=0,
        circuits=0,
        reasons=reasons,
    )


def _verdict(
    plan: Plan, claim: Claim, measurand: Measurand, decision: Decision, shown: Estimate
) -> Verdict:
    published = any(is_published(x) for x in measurand.experiments)
    bounded = () if added_decays(measurand) is None else ASSUMED
    told, mark = as_told(claim), mark_for(claim)
    limit = limit_of(told, plan)
    always = None
    if not published and mark is None:
        found = anytime_interval(shown, claim, plan.alpha)
        always = None if found is None else of_any_shape(found, measurand.lone_delays)
    verdict = Verdict(
        claim=claim.id,
        metric=claim.metric,
        outcome=decision.outcome,
        estimate=_headline(
            plan, claim, shown, decision, measurand.lone_delays, published=published
        ),
        claimed=claim.value,
        limit=limit_of(claim, plan),
        shots=measurand.shots,
        circuits=measurand.circuits,
        reasons=(
            verdict_sentence(plan, claim, decision),
            *decision.remarks,
            *(() if mark is None else other_rule(mark, measurand)),
            *(suspicion(plan, claim, measurand) if decision.outcome == "inconclusive" else ()),
            *both_readings(claim, shown),
            *filter(None, (narrowed(claim, plan.device),)),
        ),
        assumptions=tuple(
            dict.fromkeys(
                (*(s for x in measurand.experiments for s in assumptions_of(x)), *bounded)
            )
        ),
        experiments=tuple(x.id for x in measurand.experiments),
        e_support=decision.e_support,
        e_refute=decision.e_refute,
        sequence=None if always is None else agreeing(always, told, limit, decision.outcome),
    )
    if contradicted(shown, told, limit, decision.outcome):
        whole = replace(verdict, estimate=shown, sequence=always)
        return reopened(whole, plan, (belied(decision.outcome),))
    return verdict


def _count_verdict(plan: Plan, claim: Claim, decision: Decision, data: Joined) -> Verdict:
    experiment = next((x for x in plan.experiments_for(claim.id) if x.id in data), None)
    if experiment is None:
        return _left_out(plan, claim, said("verdict.no_readout"))
    usable, most, circuits = count_usable(plan, claim, data)
    shown = Estimate(
        value=float(usable),
        low=float(usable),
        high=float(most),
        level=SHOWN_LEVEL,
        shots=circuits,
        circuits=circuits,
        method="count of usable qubits"
        if counts_of(claim.metric) == "qubits"
        else "count of pairs that violate CHSH",
    )
    verdict = _left_out(plan, claim, "")
    return replace(
        verdict,
        outcome=decision.outcome,
        estimate=shown,
        limit=claim.value,
        shots=circuits,
        circuits=circuits,
        reasons=(
            *(decision.remarks or (counted_words(claim, usable, most),)),
            *filter(None, (narrowed(claim, plan.device),)),
        ),
        assumptions=estimator_of(experiment).assumptions,
        experiments=(experiment.id,),
    )
