"""`qassay registry show`: one machine on one screen."""

from __future__ import annotations

from collections.abc import Sequence

import click
from rich.markup import escape

from qassay.cli import options
from qassay.cli.page import Page, open_page
from qassay.cli.printing import print_json
from qassay.cli.registry import add_plain, day_of, day_option, heading, table_of
from qassay.registry.catalog import registered
from qassay.registry.disclosure import announced_until, disclosure
from qassay.registry.documents import machine_document, score_document
from qassay.registry.figure_words import (
    day_words,
    evidence_words,
    meaning_words,
    title_words,
    value_words,
)
from qassay.registry.missing import MissingKinds, missing_kinds
from qassay.registry.records import FigureSource, PublishedFigure, RegisteredMachine

_MANY = 12  # figures beyond which the latest of each kind stand for all


@click.command(name="show")
@click.argument("machine_id", metavar="ID")
@click.option("--all", "everything", is_flag=True, help="Every figure, not the latest of each.")
@day_option
@options.as_json
def registry_show(machine_id: str, everything: bool, day: str | None, as_json: bool) -> int:
    """Show what was announced of a machine, what came later, what is missing, and the sources."""
    machine = registered(machine_id)
    when = day_of(day)
    score = disclosure(machine, when)
    until = announced_until(machine)
    early = None if until is None else disclosure(machine, until)
    if as_json:
        document = machine_document(machine)
        document["score"] = {
            "as_announced": None if early is None else score_document(early),
            "today": None if score is None else score_document(score),
        }
        print_json(document)
        return 0
    terminal = open_page()
    _head(terminal, machine)
    first = [one for one in machine.figures if until is not None and one.dated.first <= until]
    later = [one for one in machine.figures if one not in first]
    signs = _signs(machine)
    shown: list[PublishedFigure] = []
    if until is not None:
        band = (
            f", transparency {early.low:.0f} to {early.high:.0f} of 100" if early and first else ""
        )
        heading(terminal, f"As announced{band}")
        if first:
            shown += _figures(terminal, first, signs, everything)
        else:
            terminal.print("  no figure of that time was found")
    band = f", transparency {score.low:.0f} to {score.high:.0f} of 100" if score else ""
    heading(terminal, ("Came later" if until is not None else "Published") + band)
    if later:
        shown += _figures(terminal, later, signs, everything)
    else:
        terminal.print("  nothing was found")
    _missing(terminal, missing_kinds(machine))
    used = {one.source for one in shown} | {gap.source for gap in machine.gaps}
    _sources(terminal, {one: sign for one, sign in signs.items() if one in used}, machine)
    return 0


def _head(terminal: Page, machine: RegisteredMachine) -> None:
    terminal.print(f"[bold]{escape(machine.name)}[/] ({machine.id})")
    parts = [
        ", ".join(machine.makers),
        machine.programme,
        machine.technology,
        f"announced {day_words(machine.announced, machine.announced_sourced)}"
        if machine.announced
        else "",
        machine.announced_note,
        machine.status,
    ]
    terminal.print(escape("; ".join(part for part in parts if part)))


def _signs(machine: RegisteredMachine) -> dict[FigureSource, str]:
    """Give each source of the machine's figures and gaps a number."""
    signs: dict[FigureSource, str] = {}
    gaps = [one.source for one in machine.gaps if one.source is not None]
    for source in (*(one.source for one in machine.figures), *gaps):
        signs.setdefault(source, str(len(signs) + 1))
    return signs


def _figures(
    terminal: Page,
    figures: Sequence[PublishedFigure],
    signs: dict[FigureSource, str],
    everything: bool,
) -> list[PublishedFigure]:
    """Print figures, and give those that were printed."""
    shown = list(figures) if everything or len(figures) <= _MANY else _latest(figures)
    table = table_of("Figure", "Published", "What it means", "Evidence", "Source")
    for one in shown:
        add_plain(
            table,
            title_words(one),
            value_words(one),
            meaning_words(one),
            evidence_words(one),
            f"[{signs[one.source]}]",
        )
    terminal.print(table)
    if len(shown) < len(figures):
        terminal.print(f"  {len(figures) - len(shown)} more with --all")
    for one in shown:
        if one.note:
            terminal.print(f"  {title_words(one)}: {one.note}", markup=False)
    return shown


def _latest(figures: Sequence[PublishedFigure]) -> list[PublishedFigure]:
    """Keep the latest figure of each kind by the maker and by others, the widest circuits."""
    best: dict[tuple[str, str], PublishedFigure] = {}
    for one in figures:
        key = (one.metric, one.evidence.party)
        kept = best.get(key)
        if kept is None or (one.dated.last, one.width or 0) > (kept.dated.last, kept.width or 0):
            best[key] = one
    return [one for one in figures if one in best.values()]


def _missing(terminal: Page, missing: Sequence[MissingKinds]) -> None:
    heading(terminal, "Missing")
    for one in missing:
        terminal.print(f"  {one.words}: {', '.join(one.titles)}", markup=False)
    if not missing:
        terminal.print("  nothing of the groups that a machine like this has")


def _sources(terminal: Page, signs: dict[FigureSource, str], machine: RegisteredMachine) -> None:
    heading(terminal, "Sources")
    for source, sign in signs.items():
        kind = "" if source.primary else ", secondary"
        via = f", read in {source.seen_via}" if source.seen_via else ""
        terminal.print(
            f"  [{sign}] {source.title}, {source.publisher}, {source.dated.text}{kind}{via}",
            markup=False,
        )
        terminal.print(f"      {source.url}", soft_wrap=True, markup=False)
    if machine.notes:
        heading(terminal, "To be known")
        for note in machine.notes:
            terminal.print(f"  {note}", markup=False)
    terminal.print()
    terminal.print(f"[dim]last looked for figures on {machine.checked.text}[/]")
