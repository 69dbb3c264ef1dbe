"""When a test was made, with what, and under which names the machine knows its jobs.

What ISO/IEC 17025 (7.8.2) asks of a test report beside its results: dates of the test and of the
report, and what was used. It stands in the bundle as the program that ran the test wrote it; only a
campaign's log has times that somebody signed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from qassay.canonical import canonical_bytes
from qassay.errors import MalformedError, Problem, quoted
from qassay.evidence.ledger import (
    Calibration,
    LedgerEntry,
    ledger_json,
    read_calibrations,
    read_ledger,
)

_TEXT: Final = 200
_MORE: Final = frozenset({"ledger", "calibration"})
_TIMES: Final = frozenset({"measured_from", "measured_to", "sealed_at"})
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_KEYS: Final = ("jobs", "libraries", "measured_from", "measured_to", "sealed_at", "version")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """The record of one test; times are UTC, as in "2026-11-29T12:40:00Z", or empty.

    Attributes:
        measured_from: When the first counts came.
        measured_to: When the last counts came.
        sealed_at: When counts were judged and the bundle was sealed.
        version: Of the device, as it says itself; empty where it says none.
        libraries: Names and versions of what drove the device.
        jobs: Name of each batch, and the id under which its maker knows the job.
        ledger: Every attempt at a job that was sent to a provider.
        calibration: What the backend said of itself, oldest first.
    """

    measured_from: str = ""
    measured_to: str = ""
    sealed_at: str = ""
    version: str = ""
    libraries: tuple[tuple[str, str], ...] = ()
    jobs: tuple[tuple[str, str], ...] = ()
    ledger: tuple[LedgerEntry, ...] = ()
    calibration: tuple[Calibration, ...] = ()

    def to_bytes(self) -> bytes:
        """Give the file; ledger and calibration stand in it where there are such."""
        document: dict[str, Any] = {
            "measured_from": self.measured_from,
            "measured_to": self.measured_to,
            "sealed_at": self.sealed_at,
            "version": self.version,
            "libraries": dict(self.libraries),
            "jobs": dict(self.jobs),
        }
        if self.ledger:
            document["ledger"] = ledger_json(self.ledger)
        if self.calibration:
            document["calibration"] = [one.as_json() for one in self.calibration]
        return canonical_bytes(document)


def read_run_record(document: Any, where: str) -> RunRecord:
    """Read a record back from a bundle, which a stranger may have written.

    Raises:
        MalformedError: It is none.
    """
    tables = ("libraries", "jobs")
    if not isinstance(document, Mapping) or sorted(document.keys() - _MORE) != sorted(_KEYS):
        raise _refused(where, document, f"the keys {', '.join(_KEYS)}")
    for key in _KEYS:
        value = document[key]
        if key in tables:
            held = isinstance(value, Mapping) and _texts([*value, *value.values()])
        else:
            held = _texts([value])
        if not held:
            raise _refused(f"{where}, {key}", value, f"texts of at most {_TEXT} characters")
        if key in _TIMES and not _is_time(value):
            raise _refused(f"{where}, {key}", value, "a time such as 2026-11-29T12:40:00Z, or none")
    return RunRecord(
        measured_from=document["measured_from"],
        measured_to=document["measured_to"],
        sealed_at=document["sealed_at"],
        version=document["version"],
        libraries=tuple(sorted(document["libraries"].items())),
        jobs=tuple(sorted(document["jobs"].items())),
        ledger=read_ledger(document.get("ledger", []), f"{where}, ledger"),
        calibration=read_calibrations(document.get("calibration", []), f"{where}, calibration"),
    )


def _texts(values: Iterable[Any]) -> bool:
    return all(isinstance(value, str) and len(value) <= _TEXT for value in values)


def _is_time(text: str) -> bool:
    """Whether a text is a time that there is, in the one form in which it is written; or empty."""
    try:
        return not text or bool(_TIME.fullmatch(text) and datetime.fromisoformat(text))
    except ValueError:
        return False


def _refused(where: str, found: Any, expected: str) -> MalformedError:
    return MalformedError(Problem(where=where, found=quoted(found), expected=expected))
