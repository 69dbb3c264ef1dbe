"""A sentence that remembers what it says: its English text, with a code and facts behind it.

Evidence, tables and pages take it for the text that it is, so that what is sealed stays the same
bytes whatever languages there are. A report in another language asks for code and facts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """A number that is rounded already, with its unit: digits, sign and unit follow the language.

    Attributes:
        number: As English writes it: "0.52", "−3", "12 345" with a narrow space.
        unit: Its symbol, such as "%", "µs" or "kHz"; empty where it has none.
        joint: What English puts between the two.
    """

    number: str
    unit: str = ""
    joint: str = "\u00a0"

    def __str__(self) -> str:
        """Give it as English writes it."""
        return f"{self.number}{self.joint}{self.unit}" if self.unit else self.number


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFact:
    """A day, a month or a year, in the ISO form: "2024-12-19", "2024-12" or "2024"."""

    iso: str

    def __str__(self) -> str:
        """Give it as English writes it here: the ISO form, which nobody misreads."""
        return self.iso


_DAY: Final = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?", re.ASCII)

# A number that decides the grammar is an int; a tuple is a list that the language joins.
Fact = str | int | Figures | DayFact | tuple[Any, ...]


class Sentence(str):
    """An English text with the code and the facts that it was made from.

    Attributes:
        code: Its name in the files of sentences.
        facts: What stands in its places, by name.
    """

    code: str
    facts: Mapping[str, Fact]
    __slots__ = ("code", "facts")

    def __new__(cls, text: str, code: str, facts: Mapping[str, Fact]) -> Self:
        """Make a text remember what it was made from."""
        made = super().__new__(cls, text)
        made.code = code
        made.facts = MappingProxyType(dict(facts))
        return made

    def __deepcopy__(self, memo: object) -> Self:
        """Give itself: nothing in it can change."""
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """Go to another process and back as a plain text would."""
        return (Sentence, (str(self), self.code, dict(self.facts)))

    def __str__(self) -> str:
        """Give the English text alone."""
        return str.__str__(self)


def day_fact(text: str) -> Fact:
    """Take a text for a date where it is one in the ISO form; else it stays as it is."""
    return DayFact(iso=text) if _DAY.fullmatch(text) else text


def quantity_fact(text: str) -> Figures:
    """Take a written quantity such as "0.5 %" or "30 us" apart into number and unit."""
    for joint in ("\u00a0", " "):
        number, found, unit = text.rpartition(joint)
        if found:
            return Figures(number=number, unit=unit, joint=joint)
    return Figures(number=text)
