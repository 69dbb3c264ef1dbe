"""Claim sheets from TOML files: every mistake at once, each with its place."""

from __future__ import annotations

import stat
import sys
from pathlib import Path
from typing import Final

from qassay.canonical import content_id
from qassay.claims.claim import ClaimSheet
from qassay.claims.metrics import METRICS
from qassay.claims.sheet_table import read_sheet
from qassay.claims.toml_places import find_places
from qassay.claims.toml_table import MistakeList, printable
from qassay.errors import ClaimError, Problem
from qassay.numerals import numeral
from qassay.reading.limits import SHEET
from qassay.reading.strict_toml import read_toml

LARGEST_FILE: Final = SHEET.size
STANDARD_INPUT: Final = "-"


def load_claim_sheet(path: str | Path) -> ClaimSheet:
    """Read a claim sheet from a file.

    Raises:
        ClaimError: The file cannot be read, or is not a claim sheet; the error carries every
            mistake.
    """
    return parse_claim_sheet(read_sheet_bytes(path), str(path))


def read_sheet_bytes(path: str | Path) -> bytes:
    """Read the bytes of a sheet, as they go into a bundle.

    Args:
        path: Of the file; "-" reads the standard input.

    Raises:
        ClaimError: There is no such file, it is no regular file, it cannot be read, or it is
            larger than 1 MiB; then it is not read at all.
    """
    if str(path) == STANDARD_INPUT:
        return sys.stdin.buffer.read(LARGEST_FILE + 1)
    place = Path(path)
    name = printable(str(path), 200)
    expected = "a claim sheet, a TOML file of at most 1 MiB"
    try:
        status = place.stat()
        if stat.S_ISDIR(status.st_mode):
            raise ClaimError(Problem(where=name, found="a directory", expected=expected))
        if not stat.S_ISREG(status.st_mode):
            raise ClaimError(Problem(where=name, found="no regular file", expected=expected))
        if status.st_size > LARGEST_FILE:
            raise ClaimError(_too_large(name, status.st_size))
        with place.open("rb") as file:
            return file.read(LARGEST_FILE + 1)  # a file may grow; the parser refuses the rest
    except FileNotFoundError:
        raise ClaimError(Problem(where=name, found="no such file", expected=expected)) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        found = f"a file that cannot be read ({printable(reason, 80)})"
        raise ClaimError(Problem(where=name, found=found, expected=expected)) from error


def parse_claim_sheet(
    data: bytes, name: str = "claim sheet", planned: ClaimSheet | None = None
) -> ClaimSheet:
    """Read a claim sheet from the bytes of its TOML text.

    Args:
        data: The text in UTF-8, at most 1 MiB.
        name: What messages call the file.
        planned: The sheet as a plan has it, which may be of a time when a figure that only a
            clock settles was asked of counts, and not tested; then it is read so again.

    Returns:
        The sheet in SI units, with the sha256 of `data` as its `text_id`.

    Raises:
        ClaimError: Not a claim sheet; the error carries every mistake.
    """
    name = printable(name, 200)
    if len(data) > LARGEST_FILE:
        raise ClaimError(_too_large(name, len(data)))
    text, document = read_toml(data, name)
    mistakes = MistakeList(name, find_places(text))
    asked = () if planned is None else planned.claims
    earlier = [c.id for c in asked if c.metric in METRICS and not METRICS[c.metric].protocol]
    sheet = read_sheet(document, mistakes, text_id=content_id(data), as_counted=earlier)
    ClaimError.raise_if_any(mistakes.all())
    return sheet


def _too_large(name: str, size: int) -> Problem:
    return Problem(
        where=name,
        found=f"{numeral(size)} bytes",
        expected=f"a claim sheet of at most {numeral(LARGEST_FILE)} bytes",
    )
