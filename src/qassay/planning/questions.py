"""The experiments that answer the questions of a sheet, one a question."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from qassay.claims.questions import Question
from qassay.devices.description import DeviceDescription
from qassay.errors import PlanError, Problem, QassayError
from qassay.protocols.interface import Experiment
from qassay.protocols.known import answering


def question_experiments(
    questions: Sequence[Question], device: DeviceDescription, files: Mapping[str, bytes]
) -> tuple[Experiment, ...]:
    """Plan what answers the questions of a sheet.

    Args:
        questions: In the order of the sheet.
        device: The machine.
        files: What they name beside their sheet, by name.

    Raises:
        PlanError: What is asked cannot be run on this machine; all such mistakes at once.
    """
    made: list[Experiment] = []
    problems: list[Problem] = []
    numbers: Counter[str] = Counter()
    for question in questions:
        where = f'question "{question.id}"'
        protocol = answering(question.ask)
        if protocol is None:
            problems.append(
                Problem(where=where, found=question.ask, expected="a question that is answered")
            )
            continue
        try:
            planned = protocol.planned(question, device, files)
        except QassayError as error:
            problems += [x for x in error.problems if isinstance(x, Problem)] or [
                Problem(where=where, found=str(error), expected="what can be run")
            ]
            continue
        made.append(replace(planned, id=f"{question.ask}/{numbers[question.ask]:02d}"))
        numbers[question.ask] += 1
    PlanError.raise_if_any(problems)
    return tuple(made)
