"""The log of a campaign of format 2: one line an event, appended and never changed.

`log/entries.jsonl`: each line is the canonical JSON of `{"at": seconds, "envelope": {...}}`; its
bytes, without the line end, are a leaf of the Merkle tree. `at` is what the log's keeper says;
what a witness has cosigned (see `checkpoint`) bounds it.
"""

from __future__ import annotations

from dataclasses import dataclass

from qassay.canonical import canonical_bytes
from qassay.errors import LogBrokenError, MalformedError, Problem
from qassay.evidence import merkle
from qassay.evidence.checkpoint import Checkpoint, head_of
from qassay.evidence.envelope import Envelope, envelope_from_json
from qassay.evidence.events_v1 import EventV1, is_time, read_event
from qassay.evidence.roles import Party, Roles
from qassay.reading.strict_json import read_json

ENTRIES, CHECKPOINT, ROLES_FILE = "log/entries.jsonl", "log/checkpoint", "keys/roles.json"
EARLIER = "log/checkpoints/"  # heads that were cosigned on the way, named by their size
MAX_ENTRIES = 1_000
_MAX_LINE = 1 << 20


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One line of the log, verified.

    Attributes:
        index: Its place, from 0.
        at: When the log's keeper took it in, in seconds since 1970.
        event: What happened.
        party: Who signed it.
    """

    index: int
    at: int
    event: EventV1
    party: Party


@dataclass(frozen=True, slots=True, eq=False)
class Log:
    """The lines of a log.

    Attributes:
        lines: Leaves of the tree, in order.
    """

    lines: tuple[bytes, ...] = ()

    def appended(self, at: int, envelope: Envelope) -> Log:
        """Give the log with one more event."""
        return Log((*self.lines, entry_line(at, envelope)))

    def head(self, origin: str, size: int | None = None) -> Checkpoint:
        """Give the head of the log, or the one that it had at an earlier size."""
        return head_of(origin, self.lines[:size])

    def consistency(self, first: int, second: int | None = None) -> list[bytes]:
        """Prove that the log of `first` entries is the beginning of this one, or of `second`."""
        leaves = [merkle.leaf_hash(line) for line in self.lines[:second]]
        return merkle.consistency_proof(leaves, first)

    def entries(self, roles: Roles) -> tuple[Entry, ...]:
        """Verify and read all entries.

        Raises:
            MalformedError: A line that is none.
            SignatureInvalidError: An event that no party signed in its role.
            LogBrokenError: Time runs backwards, or a key was not valid then.
        """
        entries: list[Entry] = []
        for index, line in enumerate(self.lines):
            where = f"{ENTRIES} line {index + 1}"
            at, envelope = read_line(line, where)
            event, party = read_event(envelope, roles, where)
            if entries and at < entries[-1].at:
                raise LogBrokenError(
                    Problem(
                        where=where,
                        found=f"the time {at}",
                        expected=f"{entries[-1].at} or later, as the line before",
                    )
                )
            if not party.valid_at(at):
                raise LogBrokenError(
                    Problem(
                        where=where,
                        found=f"a key of the {party.role} that was not valid",
                        expected=f"a key valid at {at}",
                    )
                )
            entries.append(Entry(index, at, event, party))
        return tuple(entries)

    def to_bytes(self) -> bytes:
        """Give the file `log/entries.jsonl`."""
        return b"".join(line + b"\n" for line in self.lines)


def entry_line(at: int, envelope: Envelope) -> bytes:
    """Write one line of the log, without its end."""
    return canonical_bytes({"at": at, "envelope": envelope.as_json()})


def read_line(line: bytes, where: str) -> tuple[int, Envelope]:
    """Read one line of the log; its signature is not verified yet.

    Raises:
        MalformedError: Not a line that `entry_line` could have written.
    """
    document = read_json(line, where)
    if (
        not isinstance(document, dict)
        or document.keys() != {"at", "envelope"}
        or not is_time(document["at"])
    ):
        raise MalformedError(Problem(where=where, found="no entry", expected="at and envelope"))
    at: int = document["at"]
    envelope = envelope_from_json(document["envelope"], where)
    if entry_line(at, envelope) != line:
        raise MalformedError(
            Problem(where=where, found="an entry written another way", expected="canonical JSON")
        )
    return at, envelope


def parse_log(data: bytes, where: str = ENTRIES) -> Log:
    """Split a log file into lines.

    Raises:
        MalformedError: A torn last line, an empty one, or more than a log can have.
    """
    if not data:
        return Log()
    if (entries := data.count(b"\n")) > MAX_ENTRIES:  # before they are held one by one
        raise MalformedError(
            Problem(where=where, found=f"{entries} entries", expected=f"at most {MAX_ENTRIES}")
        )
    lines = data.split(b"\n")
    if lines.pop() or not all(lines) or max(map(len, lines)) > _MAX_LINE:
        raise MalformedError(
            Problem(where=where, found="a torn, empty or endless line", expected="whole lines")
        )
    return Log(tuple(lines))
