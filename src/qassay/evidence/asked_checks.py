"""What a stranger's plan runs for the questions of its sheet, held against what they ask.

Each question is planned again from the sheet, the description and what the plan itself has of its
files. Nothing that decides on a figure's circuits is unknown to an auditor: not the value that they
are planned by, not the error probabilities, not the durations and prices of the machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from qassay.claims.figures import is_sound, wanted_figures
from qassay.claims.questions import Question
from qassay.claims.rows.asked import FIGURE
from qassay.errors import QassayError, quoted
from qassay.evidence.planned_checks import Oddity, covers_scope
from qassay.planning.application_designs import (
    MOST_SECONDS_AGAIN,
    asked_again,
    same_application,
    seconds_again,
)
from qassay.planning.plan import Plan
from qassay.protocols.approximation_ratio import ApproximationRatio, read_problem
from qassay.protocols.asked import ReadsFiles, deviations, planned_again, question_of
from qassay.protocols.interface import Experiment
from qassay.protocols.known import answering, is_application, is_asked, is_published


def unasked(plan: Plan, again: list[Experiment]) -> Iterator[Oddity]:
    """Name what answers the questions of a sheet otherwise than they ask.

    Args:
        plan: A stranger's; each of its experiments is sound by itself.
        again: Told the experiments that answer questions, figures aside, as they are planned anew
            without a budget.

    Yields:
        Where, what was found, and what was expected.
    """
    yield from _figures(plan)
    yield from _others(plan, again)


def _others(plan: Plan, again: list[Experiment]) -> Iterator[Oddity]:
    """Hold the experiments that answer questions, but figures, against the questions."""
    cut = plan.budget_shots is not None
    wanted = [one.ask for one in plan.sheet.questions if one.ask != FIGURE]
    # Formerly `qassay apply` asked by a command, not by its sheet.
    scores = [x for x in plan.experiments if is_application(x) and not x.claims and wanted]
    own = [x for x in plan.experiments if x in scores or (not is_published(x) and is_asked(x))]
    asked, left = [x.protocol for x in own], iter(wanted)
    # A budget may leave a question out, and puts none in another's place.
    if not all(one in left for one in asked) or (asked != wanted and not cut):
        yield "experiments", asked, f"those that answer the questions of the sheet: {wanted}"
        return
    seconds = seconds_again(scores, plan.device)
    if seconds > MOST_SECONDS_AGAIN:
        limit = f"problems that take at most {MOST_SECONDS_AGAIN:g} s"
        yield "experiments", f"problems that take {seconds:.0f} s to plan again", limit
        return
    questions = {one.id: one for one in plan.sheet.questions}
    for x in own:
        name = read_problem(x.problem).question if x in scores else question_of(x)
        question = questions.pop(name, None)
        kind = ApproximationRatio.id if x in scores else x.protocol
        if question is None or question.ask != kind:
            yield f"experiment {quoted(x.id)}, question", name, "one of the sheet, answered once"
            continue
        try:
            whole = _planned_again(x, question, plan)
        except QassayError as error:
            yield f"experiment {quoted(x.id)}, problem", str(error), "what its question asks"
            continue
        protocol: object = answering(x.protocol)
        reads = protocol.same_problem if isinstance(protocol, ReadsFiles) else None
        same = same_application if x in scores else reads
        for what, odd, expected in deviations(x, whole, cut=cut, same=same):
            yield f"experiment {quoted(x.id)}, {what}", odd, expected
        again.append(replace(whole, id=x.id, problem=x.problem))


def _planned_again(x: Experiment, question: Question, plan: Plan) -> Experiment:
    protocol = answering(x.protocol)
    if protocol is None:
        return asked_again(x, question, plan.device)
    return planned_again(protocol, x, question, plan.device)


def _figures(plan: Plan) -> Iterator[Oddity]:
    """Check that every figure that is asked for has its circuits, which are no claim's."""
    claims = {claim.id for claim in plan.sheet.claims}
    cut, sound = plan.budget_shots is not None, True
    for question in plan.sheet.questions:
        if question.ask != FIGURE:
            continue
        mine = plan.experiments_for(question.id)
        odd: tuple[object, str] | None = None
        if question.id in claims or not is_sound(question):
            odd = question.settings, "a figure that can be asked"
        elif not mine and not cut:
            odd = "no experiment", "circuits that measure it"
        elif any(claims & {*x.claims} or is_published(x) for x in mine):
            odd = "circuits of a claim", "circuits of its own"
        if odd is not None:
            sound = False
            yield f"question {quoted(question.id)}", *odd
    for one in wanted_figures(plan.sheet.questions) if sound else ():
        if not covers_scope(one.claim, plan):
            yield f"question {quoted(one.id)}", "other qubits or pairs", "all of its scope"
            return
