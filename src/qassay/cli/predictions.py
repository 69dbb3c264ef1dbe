"""`qassay audit --predictions`: what claims are said to lead to, simulated again."""

from __future__ import annotations

from typing import Final

from qassay.auditing.state import Audit, Passed, known
from qassay.cli.progress import Work
from qassay.errors import NotReproducedError, Problem, quoted
from qassay.execution.workers import AUTO, executor_of
from qassay.languages.english import said
from qassay.languages.sentence import Figures
from qassay.predicting import ForetoldAgain, foretold_again

NAME: Final = "predictions"
_WORDS: Final = "{:.4f} ± {:.4f} of {} batches"


def foretell(audit: Audit, line: Work) -> None:
    """Simulate the predictions of a bundle again, and add to its audit what comes of it.

    Args:
        audit: One that has found nothing wrong.
        line: Where the work is shown.
    """
    line.begin("simulating predictions again", 0, "batches")
    with executor_of(AUTO) as helpers:
        found = list(foretold_again(known(audit.plan), helpers, line.advance))
    odd = [_oddity(one) for one in found if not one.same]
    if odd:
        audit.failed, audit.failure = NAME, NotReproducedError(*odd)
        return
    for one in found:
        value, error = (Figures(number=f"{number:.4f}") for number in one.said[:2])
        told = said("audited.prediction", experiment=one.experiment, value=value, error=error)
        audit.passed.append(Passed(NAME, told))
    audit.unproven = [one for one in audit.unproven if one != said("unproven.prediction")]


def _oddity(one: ForetoldAgain) -> Problem:
    again = one.again if isinstance(one.again, str) else _WORDS.format(*one.again)
    return Problem(
        where=f"prediction of {quoted(one.experiment)}",
        found=_WORDS.format(*one.said),
        expected=f"{again}, which its claim sheet leads to",
    )
