"""What the pages say of machines, in words and rows; no drawing, no markup."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from qassay.languages.english import said
from qassay.languages.sentence import Figures, Sentence
from qassay.registry.codebreaking import two_qubit_figure
from qassay.registry.disclosure import DisclosureScore, disclosure
from qassay.registry.figure_words import evidence_words, meaning_words, title_words, value_words
from qassay.registry.missing import missing_kinds
from qassay.registry.records import FigureSource, PublishedFigure, RegisteredMachine
from qassay.registry.vocabulary import BEST_CASE, FIGURE_KINDS, GROUPS
from qassay.site.charts import ChartPoint, year_of

# Look of a cell by how its figure is missing.
_ABSENT: Final = {
    "withheld": "withheld",
    "unread": "unread",
    "mentioned": "unread",
    "not found": "absent",
    "not applicable": "apart",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class GridCell:
    """One cell of the disclosure grid.

    Attributes:
        words: A letter of evidence, or how the figure is missing.
        css: Class of its look: "rung-N" or the way it is missing.
        title: What it means.
    """

    words: str
    css: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GridRow:
    """One machine of the grid."""

    id: str
    name: str
    cells: tuple[GridCell, ...]
    band: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureLine:
    """One figure on a machine's page."""

    title: str
    value: str
    meaning: str
    evidence: str
    source: str
    note: str


def grid_rows(machines: Sequence[RegisteredMachine], day: date) -> list[GridRow]:
    """Give the disclosure grid, the most openly documented first."""
    scored = [(one, disclosure(one, day)) for one in machines]
    scored.sort(key=lambda pair: (-(pair[1].low if pair[1] else -1.0), pair[0].id))
    return [
        GridRow(id=one.id, name=one.name, cells=_cells(one, score), band=band_words(score))
        for one, score in scored
    ]


def band_words(score: DisclosureScore | None) -> Sentence:
    """Write a score as its band."""
    if score is None:
        return said("registry.no_score")
    low, high = (Figures(number=f"{end:.0f}") for end in (score.low, score.high))
    return said("registry.band", low=low, high=high)


def _cells(machine: RegisteredMachine, score: DisclosureScore | None) -> tuple[GridCell, ...]:
    missing = {group: one for one in missing_kinds(machine) for group in one.groups}
    cells = []
    for group in GROUPS:
        letter = score.found.get(group) if score else None
        if letter:
            rungs = "xpdcaRWJTbB"
            css = f"rung-{min(rungs.index(letter) // 2, 4)}"
            cells.append(GridCell(words=letter, css=css, title=GROUPS[group]))
            continue
        how = missing[group].how if group in missing else "not found"
        if score and group not in score.applicable:
            how = "not applicable"
        said_so = how != "not found"
        words = said(f"absence.short_{how.replace(' ', '_')}") if said_so else "–"
        cells.append(GridCell(words=words, css=_ABSENT[how], title=GROUPS[group]))
    return tuple(cells)


def numbered_errors(
    machines: Sequence[RegisteredMachine],
) -> list[tuple[ChartPoint, RegisteredMachine, PublishedFigure]]:
    """Give the two-qubit figures that speak for machines, numbered, the smallest error first."""
    found = []
    for machine in machines:
        figure = two_qubit_figure(machine)
        if figure is not None and figure.error and machine.qubits:
            found.append((figure.error, machine, figure))
    found.sort(key=lambda row: row[0])
    return [
        (
            ChartPoint(
                label=str(place),
                x=float(machine.qubits or 1),
                y=error,
                solid=figure.statistic not in BEST_CASE and figure.convention != "unstated",
            ),
            machine,
            figure,
        )
        for place, (error, machine, figure) in enumerate(found, start=1)
    ]


def histories(
    machines: Sequence[RegisteredMachine],
) -> list[tuple[RegisteredMachine, list[tuple[ChartPoint, PublishedFigure]]]]:
    """Give the machines of which two-qubit figures of several days are there, numbered."""
    found: list[tuple[RegisteredMachine, list[tuple[ChartPoint, PublishedFigure]]]] = []
    for machine in machines:
        rows = history_of(machine, str(len(found) + 1))
        if len({figure.dated.text for _, figure in rows}) > 1:
            found.append((machine, rows))
    return found


def history_of(machine: RegisteredMachine, label: str) -> list[tuple[ChartPoint, PublishedFigure]]:
    """Give a machine's two-qubit figures by date; a maker's statement is drawn full."""
    figures = [f for f in machine.of("two_qubit_fidelity") if f.error]
    figures.sort(key=lambda one: one.dated.first)
    return [
        (
            ChartPoint(
                label=label,
                x=year_of(one.dated.first),
                y=one.error or 0.0,
                solid=one.evidence.party == "maker"
                and one.verification != "vendor_calibration_data",
            ),
            one,
        )
        for one in figures
    ]


def figure_lines(
    figures: Sequence[PublishedFigure], signs: dict[FigureSource, str]
) -> list[FigureLine]:
    """Give figures as lines of a table, by kind and date."""
    order = list(FIGURE_KINDS)
    ranked = sorted(
        figures, key=lambda one: (order.index(one.metric), one.width or 0, one.dated.first)
    )
    return [
        FigureLine(
            title=title_words(one),
            value=value_words(one),
            meaning=meaning_words(one),
            evidence=evidence_words(one),
            source=signs[one.source],
            note=one.note,
        )
        for one in ranked
    ]


def source_signs(machine: RegisteredMachine) -> dict[FigureSource, str]:
    """Give each source of a machine a number, in the order of its figures."""
    signs: dict[FigureSource, str] = {}
    for figure in machine.figures:
        signs.setdefault(figure.source, str(len(signs) + 1))
    return signs
