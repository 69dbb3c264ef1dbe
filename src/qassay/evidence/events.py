"""What may happen in a campaign: one table of events, signed or of a party of one.

An event says who states what of which files in which campaign, and names the head of the log
that its signer saw, so that it cannot be moved, reordered or used again. Where it may stand is
the business of `machine`; here is only its form.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final

from qassay.errors import MalformedError, Problem, quoted
from qassay.evidence.envelope import Envelope, Statement, sign_statement
from qassay.evidence.events_v1 import is_hex, is_time
from qassay.evidence.keys import SigningKey
from qassay.evidence.roles import is_fingerprint

STATEMENT_KIND: Final = "qassay:event/v2"
SHEET, PLAN, ROLES_FILE = "claims/sheet.toml", "plan/plan.json", "keys/roles.json"
VERDICTS, REPORT, VERSIONS = (
    "verdicts/verdicts.json",
    "report/datasheet.html",
    "software/versions.json",
)
ENTRIES: Final = "log/entries.jsonl"
SELF: Final = "self"  # the one party of a campaign that nobody signs
MOST_FILES: Final = 8  # of a part
MOST_REASON: Final = 500
MOST_NOTE: Final = 2048
MOST_CAMPAIGNS: Final = 100  # that an attestation names
_MOST_KEYS: Final = 100
_MOST_ROUNDS: Final = 9999
_RETURNED: Final = re.compile(r"returned/[0-9a-f]{32}\.json", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Head:
    """What a log was when somebody looked at it.

    Attributes:
        size: Entries.
        root: Merkle root of the entries, 64 hexadecimal digits.
    """

    size: int
    root: str

    def as_json(self) -> dict[str, Any]:
        """Give the head as plain JSON values."""
        return {"size": self.size, "root": self.root}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event.

    Attributes:
        kind: A key of `KINDS`.
        by: Role of the party that states it.
        campaign: sha256 of the plan.
        head: Of the log, as this party saw it.
        facts: What it states.
        files: sha256 by name of the files that it speaks of.
    """

    kind: str
    by: str
    campaign: str
    head: Head
    facts: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)

    def statement(self) -> Statement:
        """Give what is signed."""
        said = {
            "event": self.kind,
            "by": self.by,
            "campaign": self.campaign,
            "head": self.head.as_json(),
            "facts": dict(self.facts),
        }
        return Statement(self.files, STATEMENT_KIND, said)


Fact = Callable[[object], bool]


def _is_number(value: object) -> bool:
    return type(value) is int and 1 <= value <= _MOST_ROUNDS


def _is_count(value: object) -> bool:
    return type(value) is int and 0 <= value <= 10**9


def is_reason(value: object) -> bool:
    """Say whether a value is a line of text that any terminal can show."""
    return isinstance(value, str) and 0 < len(value) <= MOST_REASON and value.isprintable()


def is_note(value: object) -> bool:
    """Say whether a value can be put on record: printable, and at most 2 KiB."""
    return (
        isinstance(value, str)
        and 0 < len(value.encode("utf-8", "replace")) <= MOST_NOTE
        and value.isprintable()
    )


def _is_why(value: object) -> bool:
    return value == "" or is_reason(value)


def _is_flag(value: object) -> bool:
    return type(value) is bool


def _are_parts(value: object) -> bool:
    return (
        isinstance(value, list)
        and all(map(_is_number, value))
        and all(a < b for a, b in pairwise(value))
    )


def _are_places(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(one, list) and len(one) == 2 and all(map(_is_number, one)) for one in value
    )


def _are_hexes(value: object) -> bool:
    return isinstance(value, list) and 0 < len(value) <= _MOST_ROUNDS and all(map(is_hex, value))


def _are_commitments(value: object) -> bool:
    return isinstance(value, dict) and 0 < len(value) <= 2 and all(map(_are_hexes, value.values()))


def _are_keys(value: object) -> bool:
    return isinstance(value, dict) and all(
        isinstance(keys, list) and len(keys) <= _MOST_KEYS and all(map(is_fingerprint, keys))
        for keys in value.values()
    )


def _are_campaigns(value: object) -> bool:
    return isinstance(value, list) and len(value) <= MOST_CAMPAIGNS and all(map(_is_other, value))


def _is_other(one: object) -> bool:
    return (
        isinstance(one, dict)
        and one.keys() == {"campaign", "size", "root", "state", "first", "last"}
        and is_hex(one["campaign"])
        and is_hex(one["root"])
        and _is_count(one["size"])
        and one["state"] in ("open", "finished", "unfinished")
        and is_time(one["first"])
        and is_time(one["last"])
    )


def _are_reasons(value: object) -> bool:
    return isinstance(value, list) and len(value) <= 20 and all(map(is_reason, value))


@dataclass(frozen=True, slots=True, kw_only=True)
class EventForm:
    """What an event of one kind looks like.

    Attributes:
        by: Roles that may state it; a party of one states all but those of the others.
        facts: What it must state, and how that is checked.
        files: Files that it names, and none besides; None where the names depend on the facts.
        sentence: What it says, for people.
    """

    by: frozenset[str]
    facts: Mapping[str, Fact]
    files: tuple[str, ...] | None
    sentence: str


def _form(sentence: str, by: str, files: tuple[str, ...] | None = (), **facts: Fact) -> EventForm:
    return EventForm(by=frozenset(by.split()), facts=facts, files=files, sentence=sentence)


_PUBLIC = (SHEET, PLAN, ROLES_FILE)
KINDS: Mapping[str, EventForm] = {
    "opened": _form(
        "the campaign begins, with these keys", "verifier self", _PUBLIC, keys=_are_keys
    ),
    "committed": _form("secrets are committed to", "verifier partner self", commitments=_are_hexes),
    "agreed": _form(
        "the vendor makes these claims, by this plan",
        "vendor",
        _PUBLIC,
        nonce=is_hex,
        commitments=_are_commitments,
    ),
    "amended": _form(
        "words on what has not been called (no part named: on all)",
        "verifier self",
        text=is_note,
        parts=_are_places,
    ),
    "excused": _form(
        "the vendor asks, before the call, that a part be left out",
        "vendor self",
        round=_is_number,
        part=_is_number,
        reason=is_reason,
    ),
    "called": _form(
        "a round is next, and nobody can be excused from it any more",
        "verifier self",
        round=_is_number,
    ),
    "shared": _form(
        "the partner opens its share of a round",
        "partner",
        round=_is_number,
        secret=is_hex,
        clock=is_time,
    ),
    "watched": _form(
        "a witness saw the call of a round", "witness", round=_is_number, clock=is_time
    ),
    "released": _form(
        "the circuits of a round are handed out",
        "verifier self",
        None,
        round=_is_number,
        parts=_are_parts,
    ),
    "counts": _form(
        "the vendor returns the counts of a part",
        "vendor self",
        None,
        round=_is_number,
        part=_is_number,
        circuits=_is_count,
    ),
    "failed": _form(
        "the vendor could not run a part",
        "vendor self",
        round=_is_number,
        part=_is_number,
        reason=is_reason,
    ),
    "expired": _form(
        "nothing came before the deadline", "verifier self", round=_is_number, part=_is_number
    ),
    "noted": _form(
        "a party puts a statement on record", "vendor verifier partner witness self", text=is_note
    ),
    "revealed": _form("the keeper of the log shows its secret", "verifier self", secret=is_hex),
    "closed": _form(
        "the verdicts are handed down, on this page",
        "verifier self",
        (VERDICTS, REPORT, VERSIONS),
        finished=_is_flag,
        why=_is_why,
    ),
    "attested": _form(
        "a party has seen the end, and names what else it knows",
        "vendor partner witness",
        campaigns=_are_campaigns,
        objections=_are_reasons,
        clock=is_time,
    ),
}


def manifest_file(number: int) -> str:
    """Name the manifest of a round's pack."""
    return f"jobs/round-{number:02d}.json"


def returned_file(sha256: str) -> str:
    """Name a file of counts that the vendor returned."""
    return f"returned/{sha256[:32]}.json"


def signed_event(event: Event, key: SigningKey) -> Envelope:
    """Sign an event.

    Raises:
        MalformedError: It is not as its kind must be; all mistakes at once.
    """
    MalformedError.raise_if_any(_mistakes(event, f"event {event.kind}"))
    return sign_statement(event.statement(), key)


def checked_event(event: Event) -> Event:
    """Check the form of an event that one is about to write.

    Raises:
        MalformedError: It is not as its kind must be; all mistakes at once.
    """
    MalformedError.raise_if_any(_mistakes(event, f"event {event.kind}"))
    return event


def event_from(statement: Statement, where: str) -> Event:
    """Read an event from a statement whose signature, if it has one, holds.

    Raises:
        MalformedError: Not an event, or not as its kind must be.
    """
    said = statement.predicate
    keys = {"event", "by", "campaign", "head", "facts"}
    if statement.kind != STATEMENT_KIND or not isinstance(said, dict) or said.keys() != keys:
        raise MalformedError(
            Problem(where=where, found=quoted(statement.kind), expected=STATEMENT_KIND)
        )
    head = said["head"]
    kinds = (type(said["event"]), type(said["by"]), type(said["facts"]), type(head))
    if (
        kinds != (str, str, dict, dict)
        or head.keys() != {"size", "root"}
        or not _is_count(head["size"])
        or not is_hex(head["root"])
        or not is_hex(said["campaign"])
    ):
        raise MalformedError(Problem(where=where, found=quoted(said), expected="an event"))
    event = Event(
        kind=said["event"],
        by=said["by"],
        campaign=said["campaign"],
        head=Head(head["size"], head["root"]),
        facts=said["facts"],
        files=statement.subject,
    )
    MalformedError.raise_if_any(_mistakes(event, where))
    return event


def _mistakes(event: Event, where: str) -> Iterator[Problem]:
    form = KINDS.get(event.kind)
    if form is None:
        yield Problem(where=where, found=quoted(event.kind), expected="one of " + ", ".join(KINDS))
        return
    if event.by not in form.by:
        yield Problem(
            where=where,
            found=f"{event.kind} by {quoted(event.by)}",
            expected=f"{event.kind} by {' or '.join(sorted(form.by))}",
        )
    if event.facts.keys() != form.facts.keys():
        yield Problem(
            where=where,
            found=quoted(sorted(event.facts)),
            expected=f"the facts {', '.join(form.facts) or 'none'}",
        )
        return
    wrong = [name for name, right in form.facts.items() if not right(event.facts[name])]
    for name in wrong:
        yield Problem(
            where=f"{where}, {name}",
            found=quoted(event.facts[name]),
            expected=f"a {name} as {event.kind} has it",
        )
    if not wrong:
        yield from _file_mistakes(event, form, where)


def _file_mistakes(event: Event, form: EventForm, where: str) -> Iterator[Problem]:
    names = set(event.files)
    if not all(map(is_hex, event.files.values())):
        yield Problem(where=where, found="a file without its sha256", expected="a sha256 a file")
    elif event.kind == "counts":
        right = all(n == returned_file(digest) for n, digest in event.files.items())
        if not right or not 1 <= len(names) <= MOST_FILES:
            yield Problem(
                where=where,
                found=quoted(sorted(names), 80),
                expected=f"1 to {MOST_FILES} files, each named by its sha256",
            )
    else:
        own = form.files
        wanted = {manifest_file(event.facts["round"])} if own is None else set(own)
        if event.by == SELF:  # who is alone has no list of keys
            wanted.discard(ROLES_FILE)
        if names != wanted:
            yield Problem(
                where=where,
                found=quoted(sorted(names), 80),
                expected=f"the files {', '.join(sorted(wanted)) or 'none'}",
            )
