"""The line under all that a command says in another language than English."""

from __future__ import annotations

from rich.console import Console

from qassay.languages.english import said
from qassay.languages.speaker import Speaker


def tell_unreviewed(terminal: Console, speaker: Speaker) -> None:
    """Say that no native speaker has reviewed the words; nothing in English."""
    if speaker.language != "en":
        terminal.print(f"[dim]{speaker.say(said('table.unreviewed'))}[/]")
