"""What a stranger's plan runs for the questions of its sheet, held against what they ask.

Each question is planned again from the sheet, the description and what the plan itself has of its
files. Nothing that decides on a figure's circuits is unknown to an auditor: not the value that they
are planned by, not the error probabilities, not the durations and prices of the machine.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from qassay.claims.figures import is_sound, wanted_figures
from qassay.claims.questions import Question
from qassay.claims.rows.asked import FIGURE
from qassay.errors import QassayError, quoted
from qassay.planning.application_designs import (
    MOST_SECONDS_AGAIN,
    asked_again,
    same_application,
    seconds_again,
)
from qassay.planning.figures import LONGER, figure_experiments
from qassay.planning.options import options_of
from qassay.planning.plan import Plan
from qassay.protocols.approximation_ratio import ApproximationRatio, read_problem
from qassay.protocols.asked import ReadsFiles, deviations, planned_again, question_of
from qassay.protocols.designs.grouping import targets_of
from qassay.protocols.interface import Experiment
from qassay.protocols.known import answering, is_application, is_asked, is_published

_ROUNDED = 1e-6  # what another library may round otherwise
_MANY_TARGETS = 100_000  # of a figure that a budget left out in part
Oddity = tuple[str, object, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cut:
    """What a budget left of an experiment.

    Attributes:
        circuits: What is left; 0 where it was left out.
        whole: What was asked for.
        block: Circuits of a block.
        shots: Of a circuit.
    """

    circuits: int
    whole: int
    block: int
    shots: int


def unasked(plan: Plan) -> Iterator[Oddity]:
    """Name what answers the questions of a sheet otherwise than they ask.

    Args:
        plan: A stranger's; each of its experiments is sound by itself.

    Yields:
        Where, what was found, and what was expected.
    """
    figures: list[_Cut] = []
    others: list[_Cut] = []
    told = False
    for oddity in (*_figures(plan, figures), *_others(plan, others)):
        told = True
        yield oddity
    if plan.budget_shots is not None and not told:
        asked = sum(one.ask != FIGURE for one in plan.sheet.questions)
        whole = len(others) == asked and not plan.untested
        yield from _budget(plan, plan.budget_shots, (*figures, *others), whole=whole)


def _others(plan: Plan, cuts: list[_Cut]) -> Iterator[Oddity]:
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
            again = _planned_again(x, question, plan)
        except QassayError as error:
            yield f"experiment {quoted(x.id)}, problem", str(error), "what its question asks"
            continue
        protocol: object = answering(x.protocol)
        reads = protocol.same_problem if isinstance(protocol, ReadsFiles) else None
        same = same_application if x in scores else reads
        for what, odd, expected in deviations(x, again, cut=cut, same=same):
            yield f"experiment {quoted(x.id)}, {what}", odd, expected
        cuts.append(_cut(x, again.rounds))


def _planned_again(x: Experiment, question: Question, plan: Plan) -> Experiment:
    protocol = answering(x.protocol)
    if protocol is None:
        return asked_again(x, question, plan.device)
    return planned_again(protocol, x, question, plan.device)


def _figures(plan: Plan, cuts: list[_Cut]) -> Iterator[Oddity]:
    """Check that every figure that is asked for has its circuits, which are no claim's."""
    claims = {claim.id for claim in plan.sheet.claims}
    sound = True
    for question in plan.sheet.questions:
        if question.ask != FIGURE:
            continue
        mine = plan.experiments_for(question.id)
        odd: tuple[object, str] | None = None
        if question.id in claims or not is_sound(question):
            odd = question.settings, "a figure that can be asked"
        elif not mine and plan.budget_shots is None:
            odd = "no experiment", "circuits that measure it"
        elif any(claims & {*x.claims} or is_published(x) for x in mine):
            odd = "circuits of a claim", "circuits of its own"
        if odd is not None:
            sound = False
            yield f"question {quoted(question.id)}", *odd
    if sound:
        yield from _figures_again(plan, cuts)


def _figures_again(plan: Plan, cuts: list[_Cut]) -> Iterator[Oddity]:
    """Plan the figures anew, and compare."""
    wanted = wanted_figures(plan.sheet.questions)
    names = {one.id for one in wanted}
    mine = {x.id: x for x in plan.experiments if names & {*x.claims}}
    cut = plan.budget_shots is not None
    for one in wanted:  # first of all, so that the rest takes no longer than the plan is large
        found = {t for x in mine.values() if one.id in x.claims for t in x.targets}
        targets = targets_of(one.claim, plan.device)
        if not found.issuperset(targets) and not (cut and len(targets) <= _MANY_TARGETS):
            yield f"question {quoted(one.id)}", "other qubits or pairs", "all of its scope"
            return
    try:
        planned = figure_experiments(plan.sheet, plan.device, options_of(plan))
    except QassayError as error:
        yield "questions", str(error), "figures that can be measured here"
        return
    order = [x.id for x in planned if x.id in mine]
    whole = len(order) == len(planned) or cut
    if order != list(mine) or not whole:
        yield "experiments", [*mine], f"those that measure the figures: {[x.id for x in planned]}"
        return
    for again in planned:
        x = mine.get(again.id)
        if x is not None and not _alike(x, again, cut=cut):
            yield f"experiment {quoted(x.id)}", "other circuits", "those that its figures ask for"
            return
        cuts.append(_cut(x, again.rounds) if x is not None else _left_out(again))


def _alike(found: Experiment, again: Experiment, *, cut: bool) -> bool:
    """Whether an experiment is as it was planned anew, but for what libraries round otherwise.

    That is a step of a length, and a block more or less.
    """
    size = sum(again.block)
    lengths = zip(found.lengths, again.lengths, strict=False)
    near = len(found.lengths) == len(again.lengths) and all(
        math.isclose(a, b, rel_tol=_ROUNDED) or (_whole(a) and _whole(b) and abs(a - b) <= 1)
        for a, b in lengths
    )
    fewest = 0 if cut else again.rounds - LONGER * size
    batch = min(again.batch, found.rounds)
    rest = replace(again, lengths=found.lengths, rounds=found.rounds, batch=found.batch)
    return (
        near
        and fewest <= found.rounds <= again.rounds + LONGER * size
        and abs(found.batch - batch) <= size
        and rest == found
    )


def _whole(length: float) -> bool:
    return length >= 1 and length == int(length)


def _cut(x: Experiment, whole: int) -> _Cut:
    return _Cut(circuits=x.rounds, whole=whole, block=sum(x.block), shots=x.shots)


def _left_out(x: Experiment) -> _Cut:
    return _Cut(circuits=0, whole=x.rounds, block=sum(x.block), shots=x.shots)


def _budget(plan: Plan, budget: int, cuts: Sequence[_Cut], *, whole: bool) -> Iterator[Oddity]:
    """Check that a budget cut all that answers questions in the same proportion, and was needed.

    What claims would have taken in full is not known here. What is known has to fit one share, and
    a budget that cut something has no room left for a block of each experiment.

    Args:
        plan: The plan.
        budget: Its shots.
        cuts: What is left of the experiments that are asked for.
        whole: Whether nothing was left out of which no block is known.
    """
    least = max((one.circuits / one.whole for one in cuts), default=0.0)
    most = min(((one.circuits + one.block) / one.whole for one in cuts), default=1.0)
    if least > most * (1 + _ROUNDED):
        yield "budget_shots", "experiments cut unlike one another", "the same share of each"
    taken = sum(x.rounds * x.shots for x in plan.experiments)
    if taken > budget:
        yield "budget_shots", taken, f"at most {budget} shots"
    room = sum(sum(x.block) * x.shots for x in plan.experiments)
    room += sum(one.block * one.shots for one in cuts if not one.circuits)
    if whole and any(one.circuits < one.whole for one in cuts) and budget - taken >= room:
        yield "budget_shots", f"{taken} shots", f"about {budget}, since experiments were cut"
