"""What the counts of a plan say to the questions of its sheet."""

from __future__ import annotations

from collections.abc import Mapping

from qassay.claims.rows.asked import FIGURE
from qassay.planning.plan import Plan
from qassay.protocols.asked import Answer, without_answer
from qassay.protocols.interface import Measured
from qassay.protocols.known import answering, is_published
from qassay.protocols.weighing.counted import Counted
from qassay.verdicts.application_answers import answers_on_applications
from qassay.verdicts.figure_answers import answers_on_figures
from qassay.verdicts.missing import standing


def answers_of(
    plan: Plan, counted: Counted, measured: Mapping[str, tuple[Measured, ...]]
) -> tuple[Answer, ...]:
    """Answer every question in the order of the sheet, but all figures first, in one answer.

    A question of which nothing came back, or that no budget was left for, is answered so.

    Args:
        plan: The frozen plan.
        counted: All hits of the run.
        measured: Estimates of each experiment that has data, by its id.
    """
    run = {x.id: x for x in plan.experiments}
    found = {
        one.question: standing(one, plan, [run[one.experiment]], counted)
        for one in answers_on_applications(plan, measured)
    }
    for x in plan.experiments:
        protocol = None if is_published(x) else answering(x.protocol)
        scored = counted.joined([x]).get(x.id) if protocol else None
        if protocol is None or not scored:
            continue
        lost = sum(x.batch_size(index) for index in counted.missing.get(x.id, ()))
        answer = protocol.answer(x, scored, lost)
        if not protocol.counts_lost:
            answer = standing(answer, plan, [x], counted)
        found[answer.question] = answer
    asked = [one for one in plan.sheet.questions if one.ask != FIGURE]
    others = tuple(found.get(one.id) or without_answer(one) for one in asked)
    names = {one.id for one in plan.sheet.questions if one.ask == FIGURE}
    own = [x for x in plan.experiments if names & {*x.claims}]
    figures = (standing(one, plan, own, counted) for one in answers_on_figures(plan, counted))
    return (*figures, *others)
