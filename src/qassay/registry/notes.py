"""What the pages of the registry say in our words: notes, why a figure is missing, technologies.

A page holds the English text alone. Other languages have it under a digest of that text, so that a
translation never outlives what it translates: a text that is changed is told in English, and marked
as English, until somebody translates it anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Final

from qassay.languages.english import named
from qassay.languages.sentence import Sentence
from qassay.registry.records import RegisteredMachine

_DIGITS: Final = 10  # hexadecimal, of the sha256


def note_code(text: str) -> str:
    """Give the code under which other languages have a text of a page."""
    return f"note.{hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]}"


def note_words(text: str) -> Sentence:
    """Give a text of a page with its code; empty where there is none."""
    return named(note_code(text), text)


def notes_of(machine: RegisteredMachine) -> Iterator[str]:
    """Give the texts of a page that are ours to translate, names and figures left out."""
    yield from machine.notes
    yield from (machine.announced_note, machine.status, machine.programme, machine.technology)
    yield from (gap.why for gap in machine.gaps)
    for one in machine.figures:
        yield from (one.note, one.over, one.specimen, one.words)
        if one.post_selection != "none":
            yield one.post_selection
