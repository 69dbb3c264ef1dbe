"""Answers to questions on a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape

from qassay.cli.page import FittingTable
from qassay.languages.english import said
from qassay.languages.speaker import Speaker
from qassay.protocols.asked import Answer


def tell_answers(terminal: Console, answers: Sequence[Answer], speaker: Speaker) -> None:
    """Print what was asked and answered."""
    for one in answers:
        terminal.print(f"[bold]{escape(speaker.say(one.headline))}[/]")
        if one.rows:
            table = FittingTable(head=False)
            table.add_column()
            table.add_column(justify="right")
            for name, value in one.rows:
                table.add_row(escape(speaker.say(name)), escape(speaker.say(value)))
            terminal.print(table)
        for wide in one.tables:
            terminal.print(escape(speaker.say(wide.lead)))
            table = FittingTable()
            for name in wide.head:
                table.add_column(escape(speaker.say(name)))
            for row in wide.rows:
                table.add_row(*(escape(speaker.say(cell)) for cell in row))
            terminal.print(table)
        for sentence in one.sentences:
            terminal.print(escape(speaker.say(sentence)))
        for code, told in (("assumed", one.assumptions), ("unproven", one.unproven)):
            if told:
                terminal.print(escape(speaker.say(said(f"answer.{code}"))) + ":")
            for sentence in told:
                terminal.print(f"  – {escape(speaker.say(sentence))}")
