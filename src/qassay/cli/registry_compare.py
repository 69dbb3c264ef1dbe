"""`qassay registry compare`: machines beside each other, like with like."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import click
from rich.markup import escape

from qassay.cli import options
from qassay.cli.page import open_page
from qassay.cli.printing import print_json
from qassay.cli.registry import add_plain, day_of, day_option, heading, measured_option, table_of
from qassay.cli.registry_add import bundles_of
from qassay.cli.unreviewed import tell_unreviewed
from qassay.evidence.roles import trust_from
from qassay.languages.english import commas, said
from qassay.languages.sentence import DayFact, Figures, Sentence
from qassay.languages.speaker import speaker_of
from qassay.registry.catalog import all_registered, registered
from qassay.registry.disclosure import disclosure
from qassay.registry.documents import row_document
from qassay.registry.figure_words import (
    evidence_words,
    kind_title,
    meaning_words,
    size_words,
    value_words,
)
from qassay.registry.records import PublishedFigure, RegisteredMachine
from qassay.registry.standing import FigureCell, FigureRow, compare_machines
from qassay.site.measured import measured_bundle


@click.command(name="compare")
@click.argument("machine_ids", metavar="ID...", nargs=-1, required=True)
@click.option("--with", "bundles", multiple=True, metavar="BUNDLE", help="Also a measured bundle.")
@measured_option
@day_option
@options.together(options.trust, options.language, options.as_json)
def registry_compare(
    machine_ids: tuple[str, ...],
    bundles: tuple[str, ...],
    measured: str | None,
    trust: tuple[str, ...],
    day: str | None,
    language: str,
    as_json: bool,
) -> int:
    """Put machines beside each other; a place is given only among figures that are alike.

    Alike is what has the same statistic, convention and conditions. Best cases are never ranked,
    and what was never published is said to be so. A measured bundle is audited first, and stands
    beside the first machine named.
    """
    machines, speaker = [registered(one) for one in machine_ids], speaker_of(language)
    found = [measured_bundle(one, trust=trust_from(trust)) for one in bundles]
    for one in machine_ids:
        found += bundles_of(measured, one, trust)
    beside = [one.beside(machines[0]) for one in found]
    real = [one for one, kept in zip(beside, found, strict=True) if not kept.simulator]
    rows = compare_machines([*machines, *beside], [*all_registered(), *real])
    added = {one.id for one in beside}
    rows = tuple(of_bundles(row, added, added - {one.id for one in real}) for row in rows)
    if as_json:
        print_json({"machines": list(machine_ids), "rows": [row_document(one) for one in rows]})
        return 0
    terminal = open_page()
    when = day_of(day)
    for machine in machines:
        terminal.print(_heading(speaker.say(_band(machine, when)), machine.id))
    for kept in found:
        words = said(
            "compare.measured_simulator" if kept.simulator else "compare.measured",
            file=kept.file,
            device=kept.device,
            day=DayFact(iso=kept.day.text) if kept.day else said("compare.no_date"),
            verified=kept.verified,
        )
        terminal.print(speaker.say(words), markup=False)
    names = ("registry.machine", "registry.value", "registry.meaning", "registry.evidence")
    heads = [speaker.say(said(name)) for name in (*names, "compare.standing")]
    for row in rows:
        heading(terminal, speaker.say(_title(row)))
        table = table_of(*heads)
        for cell in row.cells:
            if cell.figure is not None:
                add_plain(table, *map(speaker.say, _cells(cell, cell.figure)))
        terminal.print(table)
        for reason in dict.fromkeys(cell.reason for cell in row.cells if cell.figure is None):
            missing = [x.machine for x in row.cells if x.figure is None and x.reason == reason]
            words = said("compare.unranked_all", why=reason, machines=commas(missing))
            terminal.print(f"  {speaker.say(words)}", markup=False)
    tell_unreviewed(terminal, speaker)
    return 0


def _band(machine: RegisteredMachine, when: date) -> Sentence:
    """Say how openly a machine is documented."""
    score = disclosure(machine, when)
    if score is None:
        return said("compare.no_band", machine=machine.id)
    low, high = (Figures(number=f"{end:.0f}") for end in (score.low, score.high))
    return said("compare.band", machine=machine.id, low=low, high=high)


def _heading(words: str, name: str) -> str:
    return escape(words).replace(name, f"[bold]{name}[/]", 1)


def of_bundles(row: FigureRow, measured: set[str], simulators: set[str]) -> FigureRow:
    """Say of bundles what they did not measure, and give no place to what no hardware gave."""
    cells = []
    for cell in row.cells:
        if cell.machine in measured and cell.figure is None:
            cells.append(replace(cell, reason=said("compare.not_measured")))
        elif cell.machine in simulators:
            cells.append(replace(cell, place=None, reason=said("compare.simulator")))
        else:
            cells.append(cell)
    return replace(row, cells=tuple(cells))


def _title(row: FigureRow) -> Sentence:
    title = commas([kind_title(row.metric), size_words(row.width, row.depth)])
    return title if row.alike else said("compare.not_alike", title=title)


def _cells(cell: FigureCell, figure: PublishedFigure) -> tuple[str, str, str, str, str]:
    standing = said("compare.unranked", why=cell.reason)
    if cell.place is not None:
        place = {"rank": cell.place.rank, "of": cell.place.of}
        standing = (
            said("compare.only_one") if cell.place.of == 1 else said("compare.place", **place)
        )
    words = (value_words(figure), meaning_words(figure), evidence_words(figure))
    return cell.machine, *words, standing
