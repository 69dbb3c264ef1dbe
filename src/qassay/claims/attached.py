"""Files that a sheet names beside itself: read once, bounded, and never from elsewhere."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from qassay.claims.claim import ClaimSheet
from qassay.claims.claim_file import STANDARD_INPUT
from qassay.claims.conditions_table import FILE_CONDITIONS, is_inside
from qassay.errors import ClaimError, Problem, quoted

LARGEST_ATTACHED: Final = 1 << 19
_EXPECTED: Final = "a file in the folder of the sheet or below it, at most 512 KiB"


def attached_files(sheet: ClaimSheet, path: str | Path) -> dict[str, bytes]:
    """Read the files that the claims and questions of a sheet name.

    Args:
        sheet: The sheet.
        path: Of the sheet; names are paths from its folder.

    Returns:
        The bytes of each, by the name that the sheet has for it.

    Raises:
        ClaimError: One of them is not there, lies elsewhere, is too large, or cannot be read; all
            such mistakes at once.
    """
    found: dict[str, bytes] = {}
    problems = []
    folder = Path() if str(path) == STANDARD_INPUT else Path(path).parent
    for where, name in _named(sheet):
        if name in found:
            continue
        try:
            found[name] = _read(folder, name)
        except (OSError, ValueError) as error:
            reason = str(error) if isinstance(error, ValueError) else error.strerror or "unreadable"
            problems.append(
                Problem(
                    where=where,
                    found=f"{quoted(name)} ({reason})",
                    expected=_EXPECTED,
                )
            )
    ClaimError.raise_if_any(problems)
    return found


def _named(sheet: ClaimSheet) -> Iterator[tuple[str, str]]:
    for claim in sheet.claims:
        for key in FILE_CONDITIONS:
            name = claim.condition(key)
            if isinstance(name, str):
                yield f'claim "{claim.id}", conditions', name
    for question in sheet.questions:
        for name in question.files:
            yield f'question "{question.id}"', name


def _read(folder: Path, name: str) -> bytes:
    if not is_inside(name):
        raise ValueError("no path below the sheet's folder")
    place = folder / name
    if not place.resolve().is_relative_to(folder.resolve()):
        raise ValueError("a link to elsewhere")
    status = place.stat()
    if not stat.S_ISREG(status.st_mode):
        raise ValueError("no regular file")
    with place.open("rb") as file:
        data = file.read(LARGEST_ATTACHED + 1)
    if len(data) > LARGEST_ATTACHED:
        raise ValueError(f"more than {LARGEST_ATTACHED} bytes")
    return data
