"""What the counts of a plan say to the questions of its sheet."""

from __future__ import annotations

from qassay.claims.questions import FIGURE
from qassay.planning.plan import Plan
from qassay.protocols.asked import Answer, without_answer
from qassay.protocols.known import answering, is_published
from qassay.protocols.weighing.counted import Counted
from qassay.verdicts.figure_answers import answers_on_figures


def answers_of(plan: Plan, counted: Counted) -> tuple[Answer, ...]:
    """Answer every question in the order of the sheet, but all figures first, in one answer.

    A question of which nothing came back, or that no budget was left for, is answered so.

    Args:
        plan: The frozen plan.
        counted: All hits of the run.
    """
    found = {}
    for x in plan.experiments:
        protocol = None if is_published(x) else answering(x.protocol)
        scored = counted.joined([x]).get(x.id) if protocol else None
        if protocol is None or not scored:
            continue
        lost = sum(x.batch_size(index) for index in counted.missing.get(x.id, ()))
        answer = protocol.answer(x, scored, lost)
        found[answer.question] = answer
    asked = [one for one in plan.sheet.questions if one.ask != FIGURE]
    others = tuple(found.get(one.id) or without_answer(one) for one in asked)
    return (*answers_on_figures(plan, counted), *others)
