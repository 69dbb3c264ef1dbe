"""What the counts of a plan say to the questions of its sheet."""

from __future__ import annotations

from qassay.planning.plan import Plan
from qassay.protocols.asked import Answer
from qassay.protocols.known import answering, is_published
from qassay.protocols.weighing.counted import Counted


def answers_of(plan: Plan, counted: Counted) -> tuple[Answer, ...]:
    """Answer every question of which anything came back, in the order of the plan.

    Args:
        plan: The frozen plan.
        counted: All hits of the run.
    """
    found = []
    for x in plan.experiments:
        protocol = None if is_published(x) else answering(x.protocol)
        scored = counted.joined([x]).get(x.id) if protocol else None
        if protocol is None or not scored:
            continue
        lost = sum(x.batch_size(index) for index in counted.missing.get(x.id, ()))
        found.append(protocol.answer(x, scored, lost))
    return tuple(found)
