"""The one way in which numbers are written for people: thousands apart from five digits on.

A narrow space that does not break stands between thousands, as ISO 80000-1 (7.3.1) has it: a
comma is a decimal sign for half of the readers, and a plain blank lets a line end inside a
number. A test holds every room to it.
"""

from __future__ import annotations

import re
from typing import Final

NARROW_SPACE: Final = "\u202f"
_APART_FROM: Final = 10_000
_UNIT: Final = r"%|(?:[nµu]|m)?s|min|h|days|[kMG]?Hz|m?rad|[kM]B"
_LOOSE: Final = re.compile(rf"(?<=[0-9)]) (?=(?:{_UNIT})(?!\w))")


def numeral(number: float, decimals: int = 0) -> str:
    """Write a number with fixed decimals: "1225", "41 234", "12 345.6".

    Args:
        number: Finite.
        decimals: Digits behind the point.
    """
    return thousands_apart(f"{number:.{decimals}f}")


def thousands_apart(text: str) -> str:
    """Set the thousands of a number apart that is written already; else the text as it is.

    Args:
        text: As "12345", "-12345.6" or "1.2e+20".
    """
    whole, point, rest = text.partition(".")
    digits = whole.lstrip("-+\u2212")
    if not (digits.isascii() and digits.isdigit()) or int(digits) < _APART_FROM:
        return text
    sign = whole[: len(whole) - len(digits)]
    return f"{sign}{int(digits):,}".replace(",", NARROW_SPACE) + point + rest


def bound(text: str) -> str:
    """Keep each number and its unit on one line of a page: "0.22 %" with a space that holds."""
    return _LOOSE.sub("\u00a0", text)
