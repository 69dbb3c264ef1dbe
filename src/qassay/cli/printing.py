"""The edge at which text leaves for a terminal: nothing that a stranger wrote can drive it.

Sheets, notes, amendments, reasons, names of keys and of files come from people whom the reader
does not know. Escape sequences could erase a report and paint another; marks of direction could
turn a number round. All that commands print goes through here, and one test holds them to it.
"""

from __future__ import annotations

import codecs
import io
import re
import sys
import unicodedata
from collections.abc import Callable
from typing import Any, Final

import click

_JOINERS: Final = "\u200c\u200d"  # needed to spell Persian and the scripts of India
_PLAINLY: Final = "qassay.plainly"  # how a codec knows what to do with characters it lacks
_NEAREST: Final = {
    "\u202f": " ",
    "\u00a0": " ",
    "–": "-",
    "—": "-",
    "\u2212": "-",
    "µ": "u",
    "✔": "+",
    "✘": "x",
    "·": ".",
    "…": "...",
    "×": "x",
    "≤": "<=",
    "≥": ">=",
    "²": "^2",
    "±": "+-",
}
_NOT_ASCII: Final = re.compile(r"[^\x20-\x7e\n]")


def clean(text: str) -> str:
    """Give a text in which every character is one that is seen; lines stay lines.

    Control characters, marks of direction, and whatever else has no glyph stand as "?".
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        char if char == "\n" or _is_seen(char) else "?" for char in text.replace("\t", " ")
    )


def _is_seen(char: str) -> bool:
    """Say whether a character has a glyph, or is a blank of some width."""
    return char.isprintable() or char in _JOINERS or unicodedata.category(char) == "Zs"


def plain_where_needed() -> None:
    """Let streams that cannot write every character write the nearest one in ASCII.

    An old locale, or a pipe on Windows, would end a command whose work is done.
    """
    codecs.register_error(_PLAINLY, _plainly)
    for stream in (sys.stdout, sys.stderr):
        if not _writes_all(stream) and isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_PLAINLY)


def _writes_all(stream: object) -> bool:
    return str(getattr(stream, "encoding", None) or "utf-8").lower().startswith("utf")


def _plainly(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    asked = error.object[error.start : error.end]
    return "".join(_NEAREST.get(char, "?") for char in asked), error.end


_room: list[Callable[[], None]] = []


def make_room_with(aside: Callable[[], None]) -> None:
    """Call something before anything is printed, as what takes a line away that moves."""
    _room[:] = [aside]


def make_room() -> None:
    """Say that something will be printed now."""
    for aside in _room:
        aside()


def echo(text: str = "", *, err: bool = False, nl: bool = True) -> None:
    """Print a line, or a text that ends as it does."""
    make_room()
    # Not click's own choice of a stream, which writes UTF-8 into one that says it is ASCII.
    click.echo(clean(text), file=sys.stderr if err else sys.stdout, nl=nl)


def print_json(document: Any) -> None:
    """Print one JSON document; characters without a glyph stand as escapes, so none is lost."""
    make_room()
    import json  # a help page writes none

    text = json.dumps(document, indent=2, ensure_ascii=not _writes_all(sys.stdout))
    click.echo(_NOT_ASCII.sub(_escaped, text), file=sys.stdout)


def _escaped(found: re.Match[str]) -> str:
    char = found[0]
    if _is_seen(char):
        return char
    import json  # a help page has no such letters

    return json.dumps(char)[1:-1]
