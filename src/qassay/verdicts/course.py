"""The course of a run: which batches a plan asks for, given what came back.

The runner asks after each cycle which experiments to stop; an auditor asks afterwards which
batches must be there. Both ask here, so neither can differ from the other.
"""

from __future__ import annotations

from collections.abc import Mapping

from qassay.headway import walked
from qassay.planning.plan import Plan
from qassay.planning.schedule import Slot, cycle, rounds
from qassay.protocols.weighing.counted import Counted
from qassay.protocols.weighing.decision import Decision
from qassay.verdicts.judge import decisions


def stopped_experiments(plan: Plan, settled: Mapping[str, Decision]) -> frozenset[str]:
    """Name the experiments all of whose claims are settled."""
    return frozenset(
        experiment.id
        for experiment in plan.experiments
        if experiment.claims
        and all(name in settled and settled[name].settled for name in experiment.claims)
    )


def asked_parts(
    plan: Plan, number: int, settled: Mapping[str, Decision]
) -> dict[int, tuple[Slot, ...]]:
    """Give what a plan asks for in a round: its canonical parts, with their batches.

    Runner, keeper, parties and auditors of campaigns all ask here. Part k is cycle k of the
    round; a cycle all of whose experiments have stopped is no part.

    Args:
        plan: The frozen plan.
        number: Of the round, from 1.
        settled: Decisions at the end of the round before.
    """
    stopped = stopped_experiments(plan, settled)
    start, end = rounds(plan)[number - 1]
    found = {}
    for index in range(start, end):
        slots = tuple(s for s in cycle(plan, index) if s.experiment.id not in stopped)
        if slots:
            found[index - start + 1] = slots
    return found


def course_by_round(
    plan: Plan, counted: Counted, most: int | None = None
) -> tuple[list[dict[int, tuple[Slot, ...]]], dict[str, Decision]]:
    """Replay a run round by round.

    Args:
        plan: The frozen plan.
        counted: All hits of the run.
        most: Rounds after which the run was given up; None if it was not.

    Returns:
        What every round had to execute, by number of the part; and the decisions it came to.
    """
    course: list[dict[int, tuple[Slot, ...]]] = []
    known: dict[str, Decision] = {}
    for number, (_, end) in enumerate(walked(rounds(plan), "rounds"), start=1):
        asked = asked_parts(plan, number, known)
        if not asked or (most is not None and number > most):
            break
        course.append(asked)
        known = decisions(plan, counted.until(end), known)
    return course, known
