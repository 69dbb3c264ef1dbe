"""What a text of the registry may not hold: markup, and figures that no hardware made."""

from __future__ import annotations

import re
from typing import Final

from qassay.claims.toml_table import Table
from qassay.errors import quoted

_MARKUP: Final = re.compile(r"<\s*[/!?a-zA-Z]|&#?\w{1,12};")
_NOT_HARDWARE: Final = re.compile(
    r"\bemulat(?:or|ed)\b|\bsimulat(?:ed|or)\b|\bsynthetic\b|\bfake_(?!provider)\w+|\bH\d-\dE\b",
    re.IGNORECASE,
)


def clean_text(table: Table, key: str, *, longest: int = 200, required: bool = False) -> str:
    """Read a line of text without markup; "" where it is absent or wrong."""
    found = table.text(key, longest=longest, required=required) or ""
    if _MARKUP.search(found):
        table.complain(key, quoted(found), "plain text", "a page may not carry markup")
    return found


def hardware_text(table: Table, key: str, *, longest: int = 200, required: bool = False) -> str:
    """Read a line of text, and refuse what says that no quantum hardware stands behind it."""
    found = clean_text(table, key, longest=longest, required=required)
    if _NOT_HARDWARE.search(found):
        advice = "figures of emulators and synthetic files are not published"
        table.complain(key, quoted(found), "hardware", advice)
    return found
