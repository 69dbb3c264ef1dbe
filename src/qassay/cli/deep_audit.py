"""`qassay audit --deep`: what takes solvers and simulators, worked out again."""

from __future__ import annotations

from typing import Final

from qassay.applying.predicting import ForetoldAgain, foretold_again
from qassay.auditing.problems import own_problems, solved_again
from qassay.auditing.state import Audit, Passed, known
from qassay.cli.progress import Work
from qassay.errors import NotReproducedError, Problem, quoted
from qassay.execution.workers import AUTO, executor_of
from qassay.languages.english import said
from qassay.languages.sentence import Figures
from qassay.planning.plan import Plan
from qassay.reports.claimed_rates import predictions_of

PROBLEMS: Final = "problems"
PREDICTIONS: Final = "predictions"
_WORDS: Final = "{:.4f} ± {:.4f} of {} batches"


def audit_deeper(audit: Audit, line: Work) -> None:
    """Solve the problems of a bundle again and simulate its predictions; add what comes of it.

    Args:
        audit: One that has found nothing wrong.
        line: Where the work is shown.
    """
    plan, name = known(audit.plan), PROBLEMS
    try:
        _solve(audit, plan, line)
        name = PREDICTIONS
        _foretell(audit, plan, line)
    except NotReproducedError as error:
        audit.failed, audit.failure = name, error


def _solve(audit: Audit, plan: Plan, line: Work) -> None:
    left = {said("unproven.best")}
    for one in filter(lambda own: own.solvable, own_problems(plan)):
        problem = one.instance.name
        line.begin(f"solving {problem} again")
        open_points = solved_again(one)
        left.add(said("unproven.simple_rules", problem=problem))
        audit.unproven += open_points
        if not open_points:
            audit.passed.append(Passed(PROBLEMS, said("audited.solved", problem=problem)))
    audit.unproven = [one for one in audit.unproven if one not in left]


def _foretell(audit: Audit, plan: Plan, line: Work) -> None:
    line.begin("simulating predictions again", 0, "batches")
    with executor_of(AUTO) as helpers:
        found = list(foretold_again(plan, helpers, line.advance))
    NotReproducedError.raise_if_any(_oddity(one) for one in found if not one.same)
    for one in found:
        value, error = (Figures(number=f"{number:.4f}") for number in one.said[:2])
        told = said("audited.prediction", experiment=one.experiment, value=value, error=error)
        audit.passed.append(Passed(PREDICTIONS, told))
    if len(found) == sum("sheet" in told for _, told in predictions_of(plan)):
        audit.unproven = [one for one in audit.unproven if one != said("unproven.prediction")]


def _oddity(one: ForetoldAgain) -> Problem:
    again = one.again if isinstance(one.again, str) else _WORDS.format(*one.again)
    return Problem(
        where=f"prediction of {quoted(one.experiment)}",
        found=_WORDS.format(*one.said),
        expected=f"{again}, which its claim sheet leads to",
    )
