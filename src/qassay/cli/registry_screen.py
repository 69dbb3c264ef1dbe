"""One machine of the registry on one screen: what matters most of it, and how to see the rest.

What does not fit is left out by what the transparency score weighs least, never by its value, and
the last line says how much that was. `registry show --all` leaves nothing out.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlsplit

from rich.markup import escape
from rich.padding import Padding

from qassay.cli.page import FittingTable, Page
from qassay.cli.unreviewed import tell_unreviewed
from qassay.languages.english import commas, lowered, said, unended
from qassay.languages.sentence import DayFact, Sentence
from qassay.languages.speaker import Speaker
from qassay.registry.figure_words import (
    day_words,
    evidence_words,
    meaning_words,
    rung_title,
    title_words,
    value_words,
)
from qassay.registry.missing import missing_kinds
from qassay.registry.notes import note_words
from qassay.registry.records import FigureSource, PublishedFigure, RegisteredMachine
from qassay.registry.weights import current_weights

_LINES: Final = 23  # of a terminal of 24, whose last line is the prompt
_COLUMNS: Final = 80  # where a terminal is narrower, as much is told on more lines
_LEAST: Final = 6  # figures that stay, whatever room they take


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineScreen:
    """What one screen tells of a machine.

    Attributes:
        machine: The machine.
        head: What it is, in one line.
        parts: Headings with their figures; where there are none, what is said instead.
    """

    machine: RegisteredMachine
    head: str
    parts: tuple[tuple[Sentence, tuple[PublishedFigure, ...], Sentence], ...]


def print_screen(terminal: Page, screen: MachineScreen, speaker: Speaker) -> None:
    """Print what fits on one screen: whole addresses only where there is room, then fewer figures.

    Figures go by their weight in the transparency score, and some stay whatever room they take.
    """
    order = _ranked([one for _, figures, _ in screen.parts for one in figures])
    firsts = [next(x for x in order if x in figures) for _, figures, _ in screen.parts if figures]
    order = firsts + [one for one in order if one not in firsts]  # no heading stands alone
    lines = max(_LINES, terminal.height - 1) if terminal.is_terminal else _LINES
    lines = max(lines, lines * _COLUMNS // terminal.width)
    for count, whole in _choices(len(order)):
        stream = io.StringIO()
        page = Page(file=stream, width=terminal.width, highlight=False)
        _print(page, screen, order[:count], speaker, whole=whole)
        if stream.getvalue().count("\n") <= lines:
            break
    _print(terminal, screen, order[:count], speaker, whole=whole)


def _choices(most: int) -> Iterator[tuple[int, bool]]:
    """Give numbers of figures, with whole addresses or without, the fullest first."""
    yield most, True
    for count in range(most, min(_LEAST, most) - 1, -1):
        yield count, False


def _ranked(figures: Sequence[PublishedFigure]) -> list[PublishedFigure]:
    """Sort figures: how many qubits, then the first of each group, the weightiest first.

    Of a group the latest come first, of one day those of the widest circuits.
    """
    weights = current_weights().groups
    latest = sorted(figures, key=lambda one: (one.dated.last, one.width or 0), reverse=True)
    places: dict[str, int] = {}
    keyed = []
    for one in latest:
        group = one.kind.group
        place = places.get(group, 0)
        places[group] = place + 1
        asked_first = one.metric == "qubits" and place == 0
        keyed.append(((not asked_first, place, -weights.get(group, 0.0)), one))
    keyed.sort(key=lambda pair: pair[0])
    return [one for _, one in keyed]


def _print(
    terminal: Page,
    screen: MachineScreen,
    shown: Sequence[PublishedFigure],
    speaker: Speaker,
    *,
    whole: bool,
) -> None:
    machine, signs = screen.machine, numbered_sources(shown, screen.machine)
    terminal.print(f"[bold]{escape(machine.name)}[/] ({machine.id})")
    terminal.print(screen.head, markup=False)
    for head, figures, none in screen.parts:
        terminal.print(f"[bold]{escape(speaker.say(head))}[/]")
        kept = [one for one in figures if one in shown]
        if kept:
            _figures(terminal, kept, signs, speaker)
        elif not figures:
            terminal.print(f"  {speaker.say(lowered(unended(none)))}", markup=False)
    _missing(terminal, machine, speaker)
    terminal.print(f"[bold]{escape(speaker.say(said('registry.sources')))}[/]")
    for source, sign in signs.items():
        parts = [source.publisher, day_words(source.dated)]
        parts += [] if source.primary else [said("registry.secondary")]
        told = f"  [{speaker.number(sign)}] {speaker.say(commas(parts))}"
        told += f": {source.url if whole else urlsplit(source.url).hostname or source.url}"
        terminal.print(told, markup=False)
    if machine.notes:
        terminal.print(f"[bold]{escape(speaker.say(said('registry.known')))}[/]")
    for note in machine.notes:
        terminal.print(f"  {speaker.say(note_words(note))}", markup=False)
    left, command = len(machine.figures) - len(shown), f"qassay registry show {machine.id} --all"
    rest = said("registry.rest", n=left, command=command)
    none_left = said("registry.rest_none", command=command)
    terminal.print(speaker.say(rest if left else none_left), markup=False)
    tell_unreviewed(terminal, speaker)


def numbered_sources(
    shown: Sequence[PublishedFigure], machine: RegisteredMachine
) -> dict[FigureSource, str]:
    """Number the sources of the figures that are shown, and of what is known to be missing."""
    signs: dict[FigureSource, str] = {}
    gaps = [one.source for one in machine.gaps if one.source is not None]
    for source in (*(one.source for one in machine.figures if one in shown), *gaps):
        signs.setdefault(source, str(len(signs) + 1))
    return signs


def _figures(
    terminal: Page,
    figures: Sequence[PublishedFigure],
    signs: dict[FigureSource, str],
    speaker: Speaker,
) -> None:
    table = FittingTable(head=False)
    for _ in range(3):
        table.add_column("")
    for one in figures:
        # The day of the source stands beside the source.
        same_day = one.dated == one.source.dated
        evidence = rung_title(one.evidence) if same_day else evidence_words(one)
        meaning = meaning_words(replace(one, n=None))  # how many there were is told in full
        table.add_row(
            escape(speaker.say(title_words(one))),
            escape(speaker.say(commas([value_words(one), meaning]))),
            escape(f"{speaker.say(evidence)} [{speaker.number(signs[one.source])}]"),
        )
    terminal.print(Padding(table, (0, 0, 0, 2)))
    notes: dict[str, list[Sentence]] = {}
    for one in figures:
        if one.note:
            notes.setdefault(one.note, []).append(title_words(one))
    for note, titles in notes.items():
        all_of_them = 1 < len(titles) == len(figures)
        whose = said("registry.each") if all_of_them else commas(titles)
        terminal.print(f"  {speaker.say(whose)}: {speaker.say(note_words(note))}", markup=False)


def _missing(terminal: Page, machine: RegisteredMachine, speaker: Speaker) -> None:
    looked = said("registry.last_looked", day=DayFact(iso=machine.checked.text))
    head = said("read.by_definition", told=said("registry.missing"), definition=looked)
    terminal.print(f"[bold]{escape(speaker.say(head))}[/]")
    missing = missing_kinds(machine)
    for one in missing:
        titles = speaker.say(commas(one.titles))
        terminal.print(f"  {speaker.say(one.words)}: {titles}", markup=False)
    if not missing:
        terminal.print(f"  {speaker.say(said('registry.nothing_missing'))}", markup=False)
