"""`qassay registry show`: one machine, on one screen or with all that is known of it."""

from __future__ import annotations

from collections.abc import Sequence

import click
from rich.markup import escape

from qassay.cli import options
from qassay.cli.page import FittingTable, Page, open_page
from qassay.cli.printing import print_json
from qassay.cli.registry import add_plain, day_of, day_option, heading
from qassay.cli.registry_screen import MachineScreen, numbered_sources, print_screen
from qassay.cli.unreviewed import tell_unreviewed
from qassay.languages.english import commas, lowered, said, semicolons, unended
from qassay.languages.sentence import DayFact, Figures, Sentence
from qassay.languages.speaker import Speaker, speaker_of
from qassay.registry.catalog import registered
from qassay.registry.disclosure import DisclosureScore, announced_until, disclosure
from qassay.registry.documents import machine_document, score_document
from qassay.registry.figure_words import (
    day_words,
    evidence_words,
    meaning_words,
    title_words,
    value_words,
)
from qassay.registry.missing import missing_kinds
from qassay.registry.notes import note_words
from qassay.registry.records import FigureSource, PublishedFigure, RegisteredMachine


@click.command(name="show")
@click.argument("machine_id", metavar="ID")
@click.option(
    "--all", "everything", is_flag=True, help="Every figure, source and title, not one screen."
)
@day_option
@options.language
@options.as_json
def registry_show(
    machine_id: str, everything: bool, day: str | None, language: str, as_json: bool
) -> int:
    """Show what was announced of a machine, what came later, what is missing, and the sources."""
    machine, speaker = registered(machine_id), speaker_of(language)
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
    first = [one for one in machine.figures if until is not None and one.dated.first <= until]
    later = [one for one in machine.figures if one not in first]
    parts = []
    if until is not None:
        head = _with_band("announced", early if first else None)
        parts.append((head, tuple(first), said("registry.none_then")))
    head = _with_band("later" if until is not None else "published", score)
    parts.append((head, tuple(later), said("registry.none_found")))
    screen = MachineScreen(machine=machine, head=_head(machine, speaker), parts=tuple(parts))
    if everything:
        _print_all(terminal, screen, speaker)
    else:
        print_screen(terminal, screen, speaker)
    return 0


def _print_all(terminal: Page, screen: MachineScreen, speaker: Speaker) -> None:
    machine = screen.machine
    terminal.print(f"[bold]{escape(machine.name)}[/] ({machine.id})")
    terminal.print(screen.head, markup=False)
    signs, named = numbered_sources(machine.figures, machine), True
    for head, figures, none in screen.parts:
        heading(terminal, speaker.say(head))
        if figures:
            _figures(terminal, figures, signs, speaker, head=named)
            named = False
        else:
            terminal.print(f"  {speaker.say(lowered(unended(none)))}", markup=False)
    _missing(terminal, machine, speaker)
    _sources(terminal, signs, machine, speaker)


def _with_band(head: str, score: DisclosureScore | None) -> Sentence:
    if score is None:
        return said(f"registry.{head}")
    low, high = (Figures(number=f"{end:.0f}") for end in (score.low, score.high))
    return said(f"registry.{head}_with", low=low, high=high)


def _head(machine: RegisteredMachine, speaker: Speaker) -> str:
    """Say who built it, how, and when it was announced."""
    parts = [
        ", ".join(machine.makers),
        note_words(machine.programme),
        note_words(machine.technology),
        said(
            "registry.announced_at",
            day=day_words(machine.announced, machine.announced_sourced),
        )
        if machine.announced
        else "",
        note_words(machine.announced_note),
        note_words(machine.status),
    ]
    return speaker.say(semicolons(parts))


def _figures(
    terminal: Page,
    figures: Sequence[PublishedFigure],
    signs: dict[FigureSource, str],
    speaker: Speaker,
    *,
    head: bool,
) -> None:
    table = FittingTable(head=head)
    for name in ("figure", "value", "meaning", "evidence"):
        table.add_column(speaker.say(said(f"registry.{name}")))
    for one in figures:
        add_plain(
            table,
            speaker.say(title_words(one)),
            speaker.say(value_words(one)),
            speaker.say(meaning_words(one)),
            f"{speaker.say(evidence_words(one))} [{speaker.number(signs[one.source])}]",
        )
    terminal.print(table)
    notes: dict[str, list[str]] = {}
    for one in figures:
        if one.note:
            notes.setdefault(one.note, []).append(title_words(one))
    for note, titles in notes.items():
        terminal.print(
            f"  {speaker.say(commas(titles))}: {speaker.say(note_words(note))}", markup=False
        )


def _missing(terminal: Page, machine: RegisteredMachine, speaker: Speaker) -> None:
    missing = missing_kinds(machine)
    looked = said("registry.last_looked", day=DayFact(iso=machine.checked.text))
    head = said("read.by_definition", told=said("registry.missing"), definition=looked)
    heading(terminal, speaker.say(head))
    for one in missing:
        titles = speaker.say(commas(one.titles))
        terminal.print(f"  {speaker.say(one.words)}: {titles}", markup=False)
    if not missing:
        terminal.print(f"  {speaker.say(said('registry.nothing_missing'))}")


def _sources(
    terminal: Page, signs: dict[FigureSource, str], machine: RegisteredMachine, speaker: Speaker
) -> None:
    heading(terminal, speaker.say(said("registry.sources")))
    for source, sign in signs.items():
        parts = [source.title, source.publisher, day_words(source.dated)]
        parts += [] if source.primary else [said("registry.secondary")]
        parts += [said("registry.read_in", place=source.seen_via)] if source.seen_via else []
        told = f"  [{speaker.number(sign)}] {speaker.say(commas(parts))}: {source.url}"
        terminal.print(told, markup=False)
    if machine.notes:
        heading(terminal, speaker.say(said("registry.known")))
        for note in machine.notes:
            terminal.print(f"  {speaker.say(note_words(note))}", markup=False)
    tell_unreviewed(terminal, speaker)
