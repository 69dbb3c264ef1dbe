"""Reads records that are one JSON file; whatever is wrong with one is told as broken evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from qassay.errors import MalformedError, Problem, QassayError, quoted
from qassay.evidence.records import table_from_json
from qassay.reading.limits import EVIDENCE
from qassay.reading.strict_json import read_json


def read_record(
    path: Path, fields: Mapping[str, tuple[type, ...]], versions: Mapping[str, int]
) -> dict[str, Any]:
    """Read a record, bounded before it is parsed.

    Args:
        path: The file.
        fields: Names and types of its values.
        versions: What the values that name a version must be.

    Raises:
        MalformedError: Not a record of this form and version.
    """
    where = path.name
    if not path.is_file():
        raise MalformedError(Problem(where=where, found="no such file", expected="a record"))
    if (size := path.stat().st_size) > EVIDENCE.size:
        raise MalformedError(
            Problem(where=where, found=f"{size} bytes", expected=f"at most {EVIDENCE.size}")
        )
    document = table_from_json(read_json(path.read_bytes(), where), where, fields)
    for key, known in versions.items():
        if document[key] != known:
            raise MalformedError(
                Problem(
                    where=f"{where}, {key}", found=str(document[key]), expected=f"version {known}"
                )
            )
    return document


@contextmanager
def as_evidence(where: str, kind: str) -> Iterator[None]:
    """Turn every mistake that a record can cause into an error of evidence.

    Args:
        where: Name of the file.
        kind: What it should be, such as "a record of an accreditation".

    Raises:
        EvidenceError: The mistake.
    """
    try:
        yield
    except QassayError as error:
        if error.exit_code == MalformedError.exit_code:
            raise
        raise MalformedError(*error.problems) from None
    except (ArithmeticError, LookupError, TypeError, ValueError, MemoryError) as error:
        broken = f"{type(error).__name__} ({quoted(str(error), 120)})"
        raise MalformedError(Problem(where=where, found=broken, expected=kind)) from None
