"""Text from outside made safe to read, and small words of English.

Everything on a claim sheet is hostile input. Escaping keeps it from becoming markup; what is
done here keeps it from deceiving the eye: characters that reorder or hide text are shown by
their number.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Final

from markupsafe import Markup

from qassay.numerals import bound, numeral

_JOINERS: Final = "\u200c\u200d"  # needed to spell Persian and the scripts of India
_MOST_MARKS: Final = 4  # combining marks on one letter; more only paint over other lines
_HIDDEN: Final = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def visible(value: object) -> object:
    """Make characters that hide or reorder text visible; for Jinja's `finalize`.

    Args:
        value: What a template prints. Markup made by qassay itself is passed on.

    Returns:
        Text in which control, format, bidirectional, private and unassigned characters stand
        as their code point in brackets, stacks of combining marks are cut, and no line ends
        between a number and its unit; other values unchanged.
    """
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    value = bound(str(value))
    if value.isascii() and value.isprintable():
        return value
    shown: list[str] = []
    marks = 0
    for char in value:
        category = unicodedata.category(char)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if marks > _MOST_MARKS:
            continue
        if char in "\t\n\r":
            shown.append(" ")
        elif category in _HIDDEN and char not in _JOINERS:
            shown.append(f"[U+{ord(char):04X}]")
        else:
            shown.append(char)
    return "".join(shown)


def plural(number: int, noun: str, nouns: str = "") -> str:
    """Write a number with its noun: "1 pair", "1225 pairs"."""
    return f"{numeral(number)} {noun if number == 1 else nouns or noun + 's'}"


def noun_of(target: Sequence[int]) -> str:
    """Name what has an estimate of its own: "qubit", "pair" or "register"."""
    return {1: "qubit", 2: "pair"}.get(len(target), "register")


def listed(words: Sequence[str]) -> str:
    """Join words as English does: "a", "a and b", "a, b and c"."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def sentence(text: str) -> str:
    """Begin with a capital and end with a stop, as a sentence of its own."""
    text = text.strip()
    if not text:
        return ""
    text = text[0].upper() + text[1:]
    return text if text[-1] in ".!?" else text + "."
