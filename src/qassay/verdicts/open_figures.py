"""Why a figure is not as precise as was asked for, and what would make it so."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from qassay.claims.figures import WantedFigure
from qassay.languages.english import named, said
from qassay.languages.sentence import Fact, Figures, Sentence, quantity_fact
from qassay.numerals import numeral
from qassay.planning.plan import Plan
from qassay.protocols.weighing.counted import Counted
from qassay.units import format_quantity
from qassay.verdicts.figures import FoundFigure

_WIDEST: Final = 0.5  # precision that a figure can be asked for with


def why_open(
    plan: Plan, counted: Counted, wanted: Sequence[WantedFigure], found: Mapping[str, FoundFigure]
) -> Iterator[Sentence]:
    """Say it of every figure whose circuits are used up; of others the run just has to go on.

    Args:
        plan: The plan.
        counted: All hits so far.
        wanted: What the sheet asks for.
        found: What was found, by question.
    """
    for one in wanted:
        figure = found.get(one.id)
        own = plan.experiments_for(one.id)
        used_up = bool(own) and counted.cycles >= max(x.batches for x in own)
        if figure is not None and used_up and not figure.precise:
            yield _reason(one, figure)


def _reason(one: WantedFigure, figure: FoundFigure) -> Sentence:
    title = named(f"metric.{one.metric.id}", one.metric.title)
    circuits = Figures(number=numeral(figure.circuits))
    if not math.isfinite(figure.half_width) or figure.wanted <= 0:
        near = quantity_fact(format_quantity(one.claim.value, one.metric.dimension))
        return said("answer.figure.open_unseen", title=title, circuits=circuits, near=near)
    reached = one.precision * figure.half_width / figure.wanted
    needed = figure.circuits * (figure.half_width / figure.wanted) ** 2
    value = quantity_fact(format_quantity(figure.estimate.value, one.metric.dimension))
    facts: dict[str, Fact] = {
        "title": title,
        "circuits": circuits,
        "needed": Figures(number=numeral(float(f"{needed:.1e}"))),
        "value": value,
    }
    if reached > _WIDEST:
        return said("answer.figure.open_far", **facts)
    share = math.ceil(100 * reached) / 100
    return said("answer.figure.open_short", **facts, share=Figures(number=f"{share:g}"))
