"""Text in files of strangers: a byte order mark is no fault, and what is no text is named."""

from __future__ import annotations

import codecs
from typing import Final

from qassay.errors import Problem

_TEXT: Final = "UTF-8 text"
# How files begin that people take for tables of text.
_OTHERS: Final = (
    (b"\x1f\x8b", "a file that gzip has packed", "unpack it"),
    (b"PK\x03\x04", "a ZIP archive, as workbooks are too", "unpack it, or save it as CSV"),
    (codecs.BOM_UTF16_LE, "text in UTF-16", "save it as UTF-8"),
    (codecs.BOM_UTF16_BE, "text in UTF-16", "save it as UTF-8"),
)


def text_problem(data: bytes, where: str) -> Problem | None:
    """Say what bytes are that are no text in UTF-8; None where they are."""
    for beginning, found, advice in _OTHERS:
        if data.startswith(beginning):
            return Problem(where=where, found=found, expected=_TEXT, advice=advice)
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        found = f"byte {error.start} is not UTF-8"
        return Problem(where=where, found=found, expected=_TEXT)
    return None


def without_mark(data: bytes) -> bytes:
    """Take away the byte order mark that some programs put before JSON."""
    return data.removeprefix(codecs.BOM_UTF8)
