"""The course of a run: which batches a plan asks for, given what came back.

The runner asks after each cycle which experiments to stop; an auditor asks afterwards which
batches must be there. Both ask here, so neither can differ from the other.
"""

from __future__ import annotations

from collections.abc import Mapping

from qassay.planning.plan import Plan
from qassay.planning.schedule import round_slots, rounds
from qassay.verdicts.counted import Counted
from qassay.verdicts.decision import Decision
from qassay.verdicts.judge import decisions


def stopped_experiments(plan: Plan, settled: Mapping[str, Decision]) -> frozenset[str]:
    """Name the experiments all of whose claims are settled."""
    return frozenset(
        experiment.id
        for experiment in plan.experiments
        if experiment.claims
        and all(name in settled and settled[name].settled for name in experiment.claims)
    )


def course_of(plan: Plan, counted: Counted) -> tuple[tuple[str, ...], dict[str, Decision]]:
    """Replay a run.

    Args:
        plan: The frozen plan.
        counted: All hits of the run.

    Returns:
        Ids of the batches that it had to execute, in order; and the decisions it came to.
    """
    course: list[str] = []
    known: dict[str, Decision] = {}
    for span in rounds(plan):
        running = round_slots(plan, span, stopped_experiments(plan, known))
        if not running:
            break
        course += [slot.id for slot in running]
        known = decisions(plan, counted.until(span[1]), known)
    return tuple(course), known
