"""The lines of a campaign's log: signed envelopes, or plain statements of a party of one.

A line is the canonical JSON of `{"at": seconds, "envelope": {...}}`, or `{"at", "statement"}`
where one party is alone; its bytes without the line end are a leaf of the Merkle tree. A torn
last line is no line: whoever was cut off while writing sends the same bytes again.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from qassay.canonical import canonical_bytes
from qassay.errors import LogBrokenError, MalformedError, Problem, SignatureInvalidError, UsageError
from qassay.evidence import base64_text
from qassay.evidence.campaign_state import CampaignRules, CampaignState
from qassay.evidence.envelope import Envelope, open_statement, read_statement
from qassay.evidence.events import Event, event_from
from qassay.evidence.events_v1 import is_time
from qassay.evidence.log import ENTRIES, entry_line, read_line
from qassay.evidence.machine import MOST_ENTRIES, take
from qassay.evidence.roles import Roles
from qassay.reading.strict_json import read_json
from qassay.whole_files import keep_name

_MOST_BYTES: Final = 64 << 20
_MOST_LINE: Final = 1 << 20


def plain_line(at: int, event: Event) -> bytes:
    """Write a line of a party of one, without its end."""
    return canonical_bytes({"at": at, "statement": _statement(event)})


def signed_line(at: int, envelope: Envelope) -> bytes:
    """Write a signed line, without its end."""
    return entry_line(at, envelope)


def read_entry(line: bytes, roles: Roles | None, where: str) -> tuple[int, Event, str]:
    """Read a line.

    Args:
        line: Without its end.
        roles: Whose keys sign; None where one party is alone.
        where: What messages call the line.

    Returns:
        When it was taken in, what happened, and the fingerprint of the key that signed it
        (empty where one party is alone).

    Raises:
        MalformedError: Not a line that this module could have written.
        SignatureInvalidError: Not signed by one party in the role that it names.
        LogBrokenError: A key that was not valid then.
    """
    if roles is None:
        at, event = _plain(line, where)
        return at, event, ""
    at, envelope = read_line(line, where)
    event, signer = read_signed(envelope, roles, at, where)
    return at, event, signer


def read_signed(envelope: Envelope, roles: Roles, at: int, where: str) -> tuple[Event, str]:
    """Verify and read a signed event, and give the fingerprint of its key.

    Raises:
        SignatureInvalidError: Not signed by exactly one party, in the role that it names.
        MalformedError: Not an event, or not as its kind must be.
        LogBrokenError: The key was not valid at the time.
    """
    statement, signers = open_statement(envelope, roles.keys, where)
    event = event_from(statement, where)
    party = roles.holder(signers[0])
    if len(envelope.signatures) != 1 or party is None or party.role != event.by:
        role = "nobody" if party is None else f"the {party.role}"
        raise SignatureInvalidError(
            Problem(
                where=where,
                found=f"{event.kind} signed by {role}",
                expected=f"one signature, of the {event.by}",
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
    return event, party.key.fingerprint


def follow_log(lines: Iterable[bytes], rules: CampaignRules, roles: Roles | None) -> CampaignState:
    """Follow a log from its beginning.

    Raises:
        EvidenceError: The first line that is none, or may not stand there.
    """
    state = CampaignState(rules=rules)
    own = None if rules.terms.alone else (roles or Roles())
    for index, line in enumerate(lines, start=1):
        where = f"{ENTRIES} line {index}"
        at, event, signer = read_entry(line, own, where)
        state = take(state, at, event, signer, line, where)
    return state


def statement_in(line: bytes, where: str) -> Any:
    """Give the predicate of a line of any version, whose signature somebody else verifies."""
    document = read_json(line, where)
    if "statement" in document:
        return document["statement"]["predicate"]
    payload = base64_text.decode(document["envelope"]["payload"], where)
    return read_json(payload, where)["predicate"]


def split_log(data: bytes, where: str = ENTRIES) -> tuple[bytes, ...]:
    """Split a log into lines; all of them must be whole.

    Raises:
        MalformedError: A torn last line, an empty one, or more than a log can have.
    """
    if len(data) > _MOST_BYTES or data.count(b"\n") > MOST_ENTRIES:
        raise MalformedError(
            Problem(where=where, found="an endless log", expected=f"at most {MOST_ENTRIES} lines")
        )
    lines = data.split(b"\n")
    if lines.pop() or not all(lines) or max(map(len, lines), default=0) > _MOST_LINE:
        raise MalformedError(
            Problem(where=where, found="a torn, empty or endless line", expected="whole lines")
        )
    return tuple(lines)


def whole_lines(path: Path) -> tuple[bytes, ...]:
    """Read a log file up to its last whole line; a missing one is an empty log.

    Raises:
        MalformedError: Not a log.
        UsageError: The file cannot be read.
    """
    if not path.exists():
        return ()
    if not path.is_file():
        raise UsageError(Problem(where=str(path), found="no log", expected="a file of entries"))
    data = path.read_bytes()
    return split_log(data[: data.rfind(b"\n") + 1], str(path))


def append_lines(path: Path, before: Sequence[bytes], lines: Sequence[bytes]) -> None:
    """Append lines to a log file: on disk, file and folder, before returning.

    What stands behind the last whole line is cut off first; if the disk is full the file is left
    as it was.

    Args:
        path: The log.
        before: Its whole lines, as they were read.
        lines: More.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = sum(len(line) + 1 for line in before)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o644)
    try:
        os.ftruncate(handle, whole)
        data = b"".join(line + b"\n" for line in lines)
        try:
            done = 0
            while done < len(data):
                done += os.pwrite(handle, data[done:], whole + done)
            os.fsync(handle)
        except OSError:
            os.ftruncate(handle, whole)
            raise
    finally:
        os.close(handle)
    keep_name(path)


def _plain(line: bytes, where: str) -> tuple[int, Event]:
    document = read_json(line, where)
    wrong = MalformedError(Problem(where=where, found="no entry", expected="at and statement"))
    if not isinstance(document, dict) or document.keys() != {"at", "statement"}:
        raise wrong
    at: Any = document["at"]
    if not is_time(at) or canonical_bytes(document) != line:
        raise wrong
    payload = canonical_bytes(document["statement"])
    return at, event_from(read_statement(payload, where), where)


def _statement(event: Event) -> Any:
    return read_json(event.statement().payload(), "event")
