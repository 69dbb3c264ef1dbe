"""The answer to all figures that a sheet asks for: a table, and where a layer goes wrong."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, Final

from qassay.claims.conventions import canonical_value
from qassay.claims.figures import WantedFigure, wanted_figures
from qassay.claims.metrics import METRICS
from qassay.claims.rows.asked import FIGURE
from qassay.languages.english import named, number_sentence, said
from qassay.languages.sentence import Figures, Sentence, quantity_fact
from qassay.numerals import numeral
from qassay.planning.plan import Plan
from qassay.protocols.asked import Answer, AnswerTable
from qassay.protocols.known import assumptions_of
from qassay.protocols.weighing.counted import Counted
from qassay.units import format_quantity
from qassay.verdicts.figures import LEVEL, FoundFigure, figures_of
from qassay.verdicts.layer_budget import LayerShare, error_budget
from qassay.verdicts.open_figures import why_open

# Without any of these the parts of a layer cannot be told from one another.
_OF_A_LAYER: Final = ("turn", "entangler", "readout")
_HEAD: Final = ("figure", "mean", "wanted", "targets", "shots", "narrow")


def answers_on_figures(plan: Plan, counted: Counted) -> Iterator[Answer]:
    """Answer the figures of a sheet, all at once; nothing where none is asked for.

    Args:
        plan: The frozen plan.
        counted: All hits of the run.
    """
    wanted = wanted_figures(plan.sheet.questions)
    if wanted:
        yield _answer(plan, counted, wanted, figures_of(plan, counted))


def _answer(
    plan: Plan, counted: Counted, wanted: Sequence[WantedFigure], found: Sequence[FoundFigure]
) -> Answer:
    budget = layer_budget(plan, wanted, found)
    known = {one.id: one for one in found}
    used = [x for x in plan.experiments if set(x.claims) & known.keys()]
    run = [(x.batch_size(i), x.shots) for x in used for i in counted.batches.get(x.id, ())]
    open_still = sum(one.id not in known or not known[one.id].precise for one in wanted)
    sure = Figures(number=f"{100 * LEVEL:g}", unit="%", joint=" ")
    return Answer(
        question=FIGURE,
        experiment="",
        ask=FIGURE,
        title=said("answer.figure.title"),
        telling=not open_still,
        headline=said("answer.figure.open", n=open_still, all=len(wanted))
        if open_still
        else said("answer.figure.precise", n=len(wanted)),
        rows=(),
        tables=(
            AnswerTable(
                lead=said("answer.figure.together", sure=sure),
                head=tuple(said(f"answer.figure.{name}") for name in _HEAD),
                rows=tuple(_row(one, known.get(one.id)) for one in wanted),
            ),
            *_parts(budget),
        ),
        sentences=tuple(why_open(plan, counted, wanted, known)),
        assumptions=(
            *dict.fromkeys(one for x in used for one in assumptions_of(x)),
            said("answer.figure.assumed_looks"),
        ),
        unproven=(said("answer.figure.unproven"),),
        numbers=figure_numbers(found, budget),
        shots=sum(circuits * shots for circuits, shots in run),
        circuits=sum(circuits for circuits, _ in run),
    )


def figure_numbers(found: Sequence[FoundFigure], budget: Sequence[LayerShare]) -> dict[str, Any]:
    """Give figures and parts of a layer as plain JSON values."""
    return {
        "figures": [one.as_json() for one in found],
        "error_budget": [
            {"part": one.part, "error": one.error, "share": one.share} for one in budget
        ],
    }


def layer_budget(
    plan: Plan, wanted: Sequence[WantedFigure], found: Sequence[FoundFigure]
) -> tuple[LayerShare, ...]:
    """Say where a layer of the machine goes wrong; nothing where too little was asked for.

    Args:
        plan: The plan.
        wanted: What the sheet asks for.
        found: What was found.
    """
    canonical = {one.id: canonical_value(one.claim) / one.claim.value for one in wanted}
    means = {
        METRICS[one.metric].part: one.estimate.value * canonical[one.id]
        for one in found
        if one.estimate.informative and METRICS[one.metric].part
    }
    if not means.keys() >= {*_OF_A_LAYER}:
        return ()
    return error_budget(means, plan.device)


def figure_words(one: FoundFigure) -> Sentence:
    """Write a figure with its interval."""
    dimension = METRICS[one.metric].dimension
    if one.estimate.bounded_below:
        low = quantity_fact(format_quantity(one.estimate.low, dimension))
        return said("answer.figure.more_than", low=low)
    if not one.estimate.informative:
        return said("answer.figure.nothing")
    if math.isinf(one.estimate.high):
        low = quantity_fact(format_quantity(one.estimate.low, dimension))
        return said("answer.figure.more_than", low=low)
    if one.only_above:
        high = quantity_fact(format_quantity(one.estimate.high, dimension))
        return said("answer.figure.less_than", high=high)
    value, low, high = (
        quantity_fact(format_quantity(x, dimension))
        for x in (one.estimate.value, one.estimate.low, one.estimate.high)
    )
    return said("answer.figure.interval", value=value, low=low, high=high)


def _row(one: WantedFigure, found: FoundFigure | None) -> tuple[str, ...]:
    title = named(f"metric.{one.metric.id}", one.metric.title)
    if found is None:
        return (title, said("answer.figure.nothing"), "", "", "", said("answer.figure.not_yet"))
    wanted = quantity_fact(format_quantity(found.wanted, one.metric.dimension))
    return (
        title,
        figure_words(found),
        said("answer.figure.within", half=wanted),
        _number(numeral(len(found.targets))),
        _number(numeral(found.shots)),
        said("answer.figure.yes" if found.precise else "answer.figure.not_yet"),
    )


def _number(text: str, unit: str = "") -> Sentence:
    """Give a number that any language can write."""
    return number_sentence(Figures(number=text, unit=unit, joint=" "))


def _parts(budget: Sequence[LayerShare]) -> Iterator[AnswerTable]:
    if budget:
        yield AnswerTable(
            lead=said("answer.figure.layer"),
            head=tuple(said(f"answer.figure.{name}") for name in ("part", "errors", "share")),
            rows=tuple(
                (
                    said(f"answer.figure.part_{one.code}"),
                    _number(f"{one.error:.3g}"),
                    _number(f"{100 * one.share:.0f}", "%"),
                )
                for one in budget
            ),
        )
