"""Claims that a plan leaves out: what stands behind the reason, rules or the tester's word."""

from __future__ import annotations

from qassay.errors import QassayError, quoted
from qassay.evidence.asked_checks import unasked
from qassay.evidence.planned_checks import planned_anew
from qassay.languages.english import said
from qassay.languages.sentence import Sentence
from qassay.planning.plan import JUDGE, Plan
from qassay.planning.plan_files import files_in_plan, has_its_files
from qassay.protocols.interface import Experiment
from qassay.protocols.known import is_published


def by_word_alone(plan: Plan) -> tuple[Sentence, ...]:
    """Say of which claims that are not tested nothing but the tester's word says so.

    That a claim without a file is untestable is planned again (`otherwise_planned`); its reason is
    a text of the plan, which is held against what today's rules say. A claim on a file that the
    plan does not hold cannot be planned again at all.

    Args:
        plan: A stranger's, which `otherwise_planned` found nothing in.
    """
    untested = {one.claim: one.reason for one in plan.untested}
    if plan.judge != JUDGE or any(map(is_published, plan.experiments)) or not untested:
        return ()
    asked: list[Experiment] = []
    try:
        files, known = files_in_plan(plan)
        oddities = [*unasked(plan, asked)]
        again = None if oddities else planned_anew(plan, asked)
    except QassayError:
        return ()
    reasons = {} if again is None else {one.claim: one.reason for one in again.untested}
    told = []
    for claim in plan.sheet.claims:
        name, reason = quoted(claim.id), untested.get(claim.id)
        if reason is None:
            continue
        if not has_its_files(claim, {*files, *known}):
            told.append(said("unproven.untested_file", claim=name))
        elif (ours := reasons.get(claim.id, reason)) != reason:
            told.append(
                said("unproven.untested_reason", claim=name, found=quoted(reason), ours=ours)
            )
    return tuple(told)
