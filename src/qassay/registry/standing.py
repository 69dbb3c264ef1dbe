"""Where a machine stands by its figures: like with like, or not at all.

Two figures are alike when they are of the same kind, width and depth, the same statistic and
convention, of gates at once or alone alike, with the same treatment of outcomes. Best cases,
figures over a part of the machine, and figures that leave one of these open are shown and never
ranked. "Cannot be ranked: never published" is an answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from qassay.languages.english import said
from qassay.registry.figure_words import statistic_words
from qassay.registry.notes import note_words
from qassay.registry.records import PublishedFigure, RegisteredMachine
from qassay.registry.vocabulary import (
    BEST_CASE,
    COMPARED,
    FIGURE_KINDS,
    LADDER,
    MIDDLE,
    NOT_APPLICABLE,
)

_GATES: Final = ("one_qubit_fidelity", "two_qubit_fidelity")
_EVIDENT: Final = ("exact", "nominal", "single", *MIDDLE)

Likeness = tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedPlace:
    """Where one figure stands among those that are like it.

    Attributes:
        rank: 1 is the best; machines within each other's stated errors share one.
        of: How many machines have such a figure.
    """

    rank: int
    of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureCell:
    """One machine's answer to one kind of figure.

    Attributes:
        machine: Its id.
        figure: The figure that speaks for it; None where there is none.
        place: Among the figures that are like it; None where it cannot be ranked.
        reason: Why it cannot be ranked; empty where it is.
        others: How many further figures of the kind there are.
    """

    machine: str
    figure: PublishedFigure | None
    place: RankedPlace | None
    reason: str
    others: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureRow:
    """One kind of figure, over some machines.

    Attributes:
        metric: Id of the kind.
        width: Qubits of the circuits, where the kind has several.
        depth: Layers, likewise.
        cells: In the order of the machines.
        alike: Whether all that have one have figures that are like each other.
    """

    metric: str
    width: int | None
    depth: int | None
    cells: tuple[FigureCell, ...]
    alike: bool


def likeness(figure: PublishedFigure) -> tuple[Likeness | None, str]:
    """Give what a figure must share with another to be compared; None and why where it cannot be.

    Args:
        figure: A published or measured figure.
    """
    kind = FIGURE_KINDS[figure.metric]
    if figure.value is None or kind.better == "neither":
        return None, said("compare.no_quantity")
    if figure.statistic in BEST_CASE:
        return None, said("compare.best_case", statistic=statistic_words(figure.statistic))
    if figure.statistic not in _EVIDENT:
        return None, said("compare.statistic", statistic=statistic_words(figure.statistic))
    if figure.statistic == "typical":
        return None, said("compare.typical")
    if figure.convention == "unstated":
        return None, said("meaning.unstated")
    if figure.metric in _GATES and figure.simultaneous is None and figure.over != "zones":
        return None, said("compare.at_once_unstated")
    if figure.over not in ("", "zones"):
        return None, said("compare.over_alone", what=note_words(figure.over))
    treated = figure.post_selection or figure.mitigation
    if treated and treated != "none":
        return None, said("compare.treated", what=note_words(treated))
    statistic = "" if figure.statistic in ("exact", "nominal", "single") else figure.statistic
    method = figure.method if FIGURE_KINDS[figure.metric].by_method else ""
    return (
        figure.metric,
        figure.width,
        figure.depth,
        statistic,
        figure.convention,
        figure.simultaneous,
        figure.over,
        method,
        figure.encoded,
    ), ""


def speaker(figures: Iterable[PublishedFigure]) -> PublishedFigure | None:
    """Choose the figure that speaks for a machine: one that can be ranked, the latest of them."""
    found = list(figures)
    if not found:
        return None
    return max(found, key=_weight)


def _weight(figure: PublishedFigure) -> tuple[bool, bool, int, date, int]:
    ranked = likeness(figure)[0] is not None
    rung = 0 if ranked else list(LADDER).index(figure.verification)
    middle = figure.statistic not in BEST_CASE
    return ranked, middle, rung, figure.dated.last, figure.width or 0


def compare_machines(
    machines: Sequence[RegisteredMachine],
    world: Sequence[RegisteredMachine],
    metrics: Sequence[str] = COMPARED,
) -> tuple[FigureRow, ...]:
    """Put machines beside each other.

    Args:
        machines: Those that are shown.
        world: Those among which a place is given; includes `machines`.
        metrics: Ids of kinds; rows that none of the machines has are left out.
    """
    rows = []
    for metric in metrics:
        for width, depth in _sizes(machines, metric):
            cells = tuple(_cell(one, metric, (width, depth), world) for one in machines)
            if not any(cell.figure for cell in cells):
                continue
            keys = {likeness(c.figure)[0] for c in cells if c.figure is not None}
            rows.append(
                FigureRow(
                    metric=metric,
                    width=width,
                    depth=depth,
                    cells=cells,
                    alike=len(keys) == 1 and None not in keys,
                )
            )
    return tuple(rows)


def _sizes(
    machines: Sequence[RegisteredMachine], metric: str
) -> list[tuple[int | None, int | None]]:
    """List the sizes that most machines have a figure of, at most two, the larger first."""
    count: dict[tuple[int | None, int | None], int] = {}
    for machine in machines:
        for size in {(one.width, one.depth) for one in machine.of(metric)}:
            count[size] = count.get(size, 0) + 1
    most = max(count.values(), default=0)
    common = [size for size, times in count.items() if times == most]
    return sorted(common, key=lambda size: (size[0] or 0, size[1] or 0), reverse=True)[:2]


def _cell(
    machine: RegisteredMachine,
    metric: str,
    size: tuple[int | None, int | None],
    world: Sequence[RegisteredMachine],
) -> FigureCell:
    mine = [one for one in machine.of(metric) if (one.width, one.depth) == size]
    figure = speaker(mine)
    if figure is None:
        return FigureCell(
            machine=machine.id, figure=None, place=None, reason=missing_words(machine, metric)
        )
    key, reason = likeness(figure)
    place = None if key is None else _place(machine, figure, key, world)
    return FigureCell(
        machine=machine.id, figure=figure, place=place, reason=reason, others=len(mine) - 1
    )


def missing_words(machine: RegisteredMachine, metric: str) -> str:
    """Say how a kind of figure is missing: withheld, unread, mentioned, or never published."""
    if FIGURE_KINDS[metric].group in NOT_APPLICABLE[machine.kind]:
        return said("absence.key_not_applicable")
    for kind in ("withheld", "unread", "mentioned"):
        if any(gap.kind == kind and metric in gap.figures for gap in machine.gaps):
            return said(f"absence.{kind}")
    return said("absence.not_found")


def _place(
    machine: RegisteredMachine,
    figure: PublishedFigure,
    key: Likeness,
    world: Sequence[RegisteredMachine],
) -> RankedPlace | None:
    """Rank a figure among the like figures of all machines, the latest of each."""
    others = []
    for one in world:
        if one.id == machine.id:
            continue
        like = [f for f in one.of(figure.metric) if likeness(f)[0] == key]
        if like:
            others.append(max(like, key=lambda f: f.dated.last))
    better = sum(_surely_better(other, figure) for other in others)
    return RankedPlace(rank=better + 1, of=len(others) + 1)


def _surely_better(one: PublishedFigure, two: PublishedFigure) -> bool:
    """Whether a figure is better by more than twice the stated errors of both together."""
    sign = -1 if FIGURE_KINDS[one.metric].better == "lower" else 1
    slack = 2 * ((one.uncertainty or 0.0) ** 2 + (two.uncertainty or 0.0) ** 2) ** 0.5
    ahead = sign * ((one.value or 0.0) - (two.value or 0.0))
    return bool(ahead > slack)
