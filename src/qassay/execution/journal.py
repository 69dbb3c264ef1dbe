"""The append-only record of a run: one line an event, on disk before the run goes on.

A line is JSON with a checksum of its own. A program that is killed while writing leaves a
torn last line; it is cut off when the journal is opened again, and that batch is run again,
with the same circuits, since they follow from the plan and the seed.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from qassay.canonical import canonical_bytes, content_id
from qassay.claims.validity import Days
from qassay.errors import MalformedError, Problem, UsageError, quoted
from qassay.reading.limits import KEPT
from qassay.reading.strict_json import read_json
from qassay.whole_files import PRIVATE, add_line, cut_off, keep_name

Event = dict[str, Any]


@dataclass(slots=True)
class Journal:
    """Events of one run, in the order in which they happened.

    Attributes:
        path: The file; made if it is not there.
        events: What it holds.
        torn: Whether a line could not be written; then nothing is written behind it.
    """

    path: Path
    events: list[Event] = field(default_factory=list)
    torn: bool = False

    @classmethod
    def open(cls, path: Path) -> Journal:
        """Read what is there, and cut off a torn last line.

        Args:
            path: The file.

        Raises:
            UsageError: It is a link.
            MalformedError: A line before the last one is not what was written.
        """
        events, end, size = _written(path)
        if end < size:
            cut_off(path, end)
        return cls(path, events)

    def append(self, event: Event) -> None:
        """Write an event and wait until the disk has it.

        Raises:
            OSError: It cannot be written, as on a full disk; no half of it is left.
        """
        if self.torn:
            raise OSError(errno.EIO, "an earlier line could not be written", str(self.path))
        line = canonical_bytes(event)
        record = b'{"sha256":"' + content_id(line).encode() + b'","event":' + line + b"}\n"
        new, end = not self.path.exists(), 0
        try:
            end = self.path.stat().st_size if not new else 0
            add_line(self.path, record, PRIVATE)
        except OSError as error:
            self.torn = True
            with suppress(OSError):  # a torn last line is cut off by the next call as well
                cut_off(self.path, end)
            error.filename = error.filename or str(self.path)
            raise
        if new:
            keep_name(self.path)
        self.events.append(event)

    def of_kind(self, kind: str) -> Iterator[Event]:
        """Go through the events of one kind."""
        return (event for event in self.events if event["kind"] == kind)


def written_events(path: Path) -> list[Event]:
    """Read the events of a journal; a torn last line is left to whoever may be writing it.

    Raises:
        UsageError: It is a link.
        MalformedError: A line before the last one is not what was written.
    """
    return _written(path)[0]


def now_text() -> str:
    """Say what time it is, in UTC and whole seconds.

    Where SOURCE_DATE_EPOCH is set, it is that time always, as in other reproducible builds: then
    the same run gives the same bytes, dates included.
    """
    fixed = os.environ.get("SOURCE_DATE_EPOCH", "")
    now = datetime.fromtimestamp(int(fixed), UTC) if fixed.isdecimal() else datetime.now(UTC)
    return now.strftime("%Y-%m-%dT%H:%M:%SZ")


def today() -> Days:
    """Give the day on which a command is given, in UTC, before anything was counted."""
    day = now_text()[:10]
    return Days(first=day, last=day, counted=False)


def _written(path: Path) -> tuple[list[Event], int, int]:
    """Read the events of a file, with the end of the last whole line and the end of all."""
    if path.is_symlink():
        raise UsageError(
            Problem(
                where=str(path),
                found="a link",
                expected="a file of this folder",
                advice="what is written there would go somewhere else",
            )
        )
    data = path.read_bytes() if path.exists() else b""
    events, end = [], 0
    for number, line in enumerate(data.splitlines(keepends=True), start=1):
        event = _read(line)
        if event is None:
            if end + len(line) < len(data):
                raise MalformedError(
                    Problem(
                        where=f"{path.name}:{number}",
                        found=quoted(line[:40].decode("utf-8", "replace")),
                        expected="an event with its own checksum",
                        advice="restore the journal, or start again in another --out folder",
                    )
                )
            break
        events.append(event)
        end += len(line)
    return events, end, len(data)


def _read(line: bytes) -> Event | None:
    """Read one line; None if it is torn or was changed."""
    try:
        record = read_json(line, "journal", limits=KEPT)
        event = record["event"]
        intact = record["sha256"] == content_id(canonical_bytes(event))
    except (MalformedError, ValueError, KeyError, TypeError):
        return None
    return event if intact and line.endswith(b"\n") and isinstance(event.get("kind"), str) else None
