"""The experiments that answer the questions of a sheet, one a question."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from qassay.claims.claim import ClaimSheet
from qassay.claims.questions import Question
from qassay.claims.rows.asked import FIGURE
from qassay.devices.description import DeviceDescription
from qassay.errors import PlanError, Problem, QassayError
from qassay.planning.application_designs import (
    MOST_SECONDS_AGAIN,
    asked_experiment,
    asked_problem,
    seconds_again,
)
from qassay.planning.plan import Plan
from qassay.protocols.approximation_ratio import ApproximationRatio
from qassay.protocols.asked import ReadsFiles
from qassay.protocols.interface import Bounded, Experiment
from qassay.protocols.known import answering, is_application, is_asked, protocol_for

_ANYWHERE: Final = DeviceDescription(name="any machine", platform="other", qubits=255)


def misread_questions(sheet: ClaimSheet, files: Mapping[str, bytes]) -> list[Problem]:
    """Name what is wrong with questions and their files, whatever the machine.

    Args:
        sheet: Whose questions these are.
        files: What they name beside it, by name.
    """
    found: list[Problem] = []
    for question in sheet.questions:
        protocol: object = answering(question.ask)
        problems: list[Problem] = []
        if isinstance(protocol, ReadsFiles):
            problems = list(protocol.misread(question, files))
        elif question.ask != FIGURE:
            try:
                _asked_anywhere(question, files)
            except QassayError as error:
                problems = [_named(x, question) for x in error.problems if isinstance(x, Problem)]
        found += [one for one in problems if one not in found]
    return found


def _asked_anywhere(question: Question, files: Mapping[str, bytes]) -> None:
    """Plan a question for a large machine without a shape, where no solver is asked.

    Raises:
        QassayError: It can be asked of no machine.
    """
    protocol = answering(question.ask)
    if protocol is not None:
        protocol.planned(question, _ANYWHERE, files)
    elif question.ask == ApproximationRatio.id:
        asked_problem(question, _ANYWHERE, files)


def question_experiments(
    questions: Sequence[Question], device: DeviceDescription, files: Mapping[str, bytes]
) -> tuple[Experiment, ...]:
    """Plan what answers the questions of a sheet.

    Args:
        questions: In the order of the sheet; figures are planned apart (`planning.figures`).
        device: The machine.
        files: What they name beside their sheet, by name.

    Raises:
        PlanError: What is asked cannot be run on this machine; all such mistakes at once.
    """
    made: list[Experiment] = []
    problems: list[Problem] = []
    numbers: Counter[str] = Counter()
    for question in (one for one in questions if one.ask != FIGURE):
        where = f'question "{question.id}"'
        try:
            planned = _planned(question, device, files)
        except QassayError as error:
            problems += [_named(x, question) for x in error.problems if isinstance(x, Problem)] or [
                Problem(where=where, found=str(error), expected="what can be run")
            ]
            continue
        made.append(replace(planned, id=f"{question.ask}/{numbers[question.ask]:02d}"))
        numbers[question.ask] += 1
    PlanError.raise_if_any(problems)
    return tuple(made)


def _named(problem: Problem, question: Question) -> Problem:
    """Name a setting as the sheet does, and not as the option that a command has for it."""
    key = problem.where.removeprefix("--")
    if key not in {one.key for one in question.kind.settings}:
        return problem
    return replace(problem, where=f'question "{question.id}", {key}')


def _planned(
    question: Question, device: DeviceDescription, files: Mapping[str, bytes]
) -> Experiment:
    """Ask the protocol; an application's score has a place of its own among the results."""
    protocol = answering(question.ask)
    if protocol is not None:
        return protocol.planned(question, device, files)
    if question.ask == ApproximationRatio.id:
        return asked_experiment(question, device, files)
    raise PlanError(
        Problem(
            where=f'question "{question.id}"',
            found=question.ask,
            expected="a question that a protocol here answers",
        )
    )


def unanswerable(plan: Plan) -> Iterator[Problem]:
    """Name what is asked beyond what a stranger could check.

    Args:
        plan: Whose circuits are to be run.
    """
    scores = [x for x in plan.experiments if is_application(x) and not x.claims]
    seconds = seconds_again(scores, plan.device)
    if seconds > MOST_SECONDS_AGAIN:
        yield Problem(
            where="questions on applications",
            found=f"problems that take {seconds:.0f} s to plan again",
            expected=f"at most {MOST_SECONDS_AGAIN:g} s, which an audit takes",
            advice="fewer depths, couplings or qubits",
        )
    for x in plan.experiments:
        if not is_asked(x):
            continue
        protocol: object = protocol_for(x)
        for what, found, expected in protocol.unsound(x) if isinstance(protocol, Bounded) else ():
            yield Problem(
                where=f"{x.id}, {what}",
                found=str(found),
                expected=expected,
                advice="`--plan-only` foretells larger ones",
            )
