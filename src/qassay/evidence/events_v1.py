"""What may happen in a campaign, each event signed by the party that it comes from.

An event is a statement (see `envelope`): its subject names files by digest, its predicate holds
the facts. One table says who may sign it, and what it must name and state.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from qassay.errors import MalformedError, Problem, SignatureInvalidError, quoted
from qassay.evidence.envelope import Envelope, Statement, open_statement, sign_statement
from qassay.evidence.keys import SigningKey
from qassay.evidence.roles import Party, Roles

STATEMENT_KIND = "qassay:event/v1"
SHEET, PLAN, VERDICTS = "claims/sheet.toml", "plan/plan.json", "verdicts/verdicts.json"
LATEST = 253_402_300_799  # the last second of the year 9999
_MAX_TEXT = 16 << 10
_MAX_BATCHES = 100_000
_HEX = re.compile(r"[0-9a-f]{64}", re.ASCII)
_BATCH = re.compile(r"[a-z0-9_][a-z0-9._-]{0,60}(/[a-z0-9_][a-z0-9._-]{0,60}){0,3}", re.ASCII)
_FILE = re.compile(r"[a-z0-9_][a-z0-9._-]*(/[a-z0-9_][a-z0-9._-]*){0,5}", re.ASCII)


def is_hex(value: object) -> bool:
    """Say whether a value is 64 lower-case hexadecimal digits."""
    return isinstance(value, str) and _HEX.fullmatch(value) is not None


def is_batch(value: object) -> bool:
    """Say whether a value can name a batch."""
    return isinstance(value, str) and _BATCH.fullmatch(value) is not None


def is_time(value: object) -> bool:
    """Say whether a value is a time: whole seconds since 1970, in UTC."""
    return type(value) is int and 0 <= value <= LATEST


def _is_text(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _MAX_TEXT


def _is_count(value: object) -> bool:
    return type(value) is int and 0 <= value <= _MAX_BATCHES


def _is_committers(value: object) -> bool:
    return value in (["verifier"], ["verifier", "partner"])


def _is_batches(value: object) -> bool:
    return isinstance(value, list) and len(value) <= _MAX_BATCHES and all(map(is_batch, value))


def _are_commitments(value: object) -> bool:
    return isinstance(value, dict) and 0 < len(value) <= 2 and all(map(is_hex, value.values()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What an event of one kind looks like.

    Attributes:
        by: Roles that may sign it.
        names: Files that its subject must name.
        facts: What it must state, and how that is checked.
        sentence: What it says, for people.
    """

    by: frozenset[str]
    names: tuple[str, ...]
    facts: Mapping[str, Callable[[object], bool]] = field(default_factory=dict)
    sentence: str


def _kind(sentence: str, by: str, names: str = PLAN, **facts: Callable[[object], bool]) -> Kind:
    return Kind(
        by=frozenset(by.split()), names=tuple(names.split()), facts=facts, sentence=sentence
    )


KINDS: Mapping[str, Kind] = {
    "sheet": _kind("the vendor makes these claims", "vendor", SHEET),
    "plan": _kind(
        "the plan is frozen",
        "verifier",
        f"{PLAN} {SHEET}",
        committers=_is_committers,
        excused_limit=_is_count,
    ),
    "committed": _kind("a secret is committed to", "verifier partner", commitment=is_hex),
    "nonce": _kind(
        "the vendor adds his bytes, knowing the commitments",
        "vendor",
        nonce=is_hex,
        commitments=_are_commitments,
    ),
    "amended": _kind(
        "the plan is amended for batches not yet released (all, if none is named)",
        "verifier",
        batches=_is_batches,
        text=_is_text,
    ),
    "released": _kind(
        "the circuits of a batch are handed out", "verifier", batch=is_batch, deadline=is_time
    ),
    "counts": _kind("the vendor returns the counts of a batch", "vendor", batch=is_batch),
    "failed": _kind("the vendor could not run a batch", "vendor", batch=is_batch, reason=_is_text),
    "expired": _kind("nothing came before the deadline", "verifier", batch=is_batch),
    "excused": _kind(
        "the vendor asks, before its release, that a batch be left out",
        "vendor",
        batch=is_batch,
        reason=_is_text,
    ),
    "noted": _kind(
        "a party puts a statement on record", "vendor verifier partner witness", text=_is_text
    ),
    "revealed": _kind("a committed secret is shown", "verifier partner", secret=is_hex),
    "verdicts": _kind("the verdicts are handed down", "verifier", f"{PLAN} {VERDICTS}"),
    "closed": _kind("nothing more will be added", "verifier"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class EventV1:
    """One event.

    Attributes:
        kind: A key of `KINDS`.
        by: Role of the party that signs it.
        subject: sha256 by name of each file that it speaks of.
        facts: What it states.
    """

    kind: str
    by: str
    subject: Mapping[str, str]
    facts: Mapping[str, Any] = field(default_factory=dict)

    def statement(self) -> Statement:
        """Give what is signed."""
        said = {"event": self.kind, "by": self.by, "facts": dict(self.facts)}
        return Statement(self.subject, STATEMENT_KIND, said)


def sign_event(event: EventV1, key: SigningKey) -> Envelope:
    """Sign an event.

    Raises:
        MalformedError: It is not as its kind must be; all mistakes at once.
    """
    MalformedError.raise_if_any(_mistakes(event, f"event {event.kind}"))
    return sign_statement(event.statement(), key)


def read_event(envelope: Envelope, roles: Roles, where: str) -> tuple[EventV1, Party]:
    """Verify and read an event, and say whose it is.

    Raises:
        SignatureInvalidError: Not signed by exactly one party, in the role that it names.
        MalformedError: Not an event, or not as its kind must be.
    """
    statement, signers = open_statement(envelope, roles.keys, where)
    event = _event(statement, where)
    parties = [roles.holder(key) for key in signers]
    party = parties[0]
    if len(envelope.signatures) != 1 or party is None or party.role != event.by:
        role = "nobody" if party is None else f"the {party.role}"
        raise SignatureInvalidError(
            Problem(
                where=where,
                found=f"{quoted(event.kind)} signed by {role}",
                expected=f"one signature, of the {event.by}",
            )
        )
    return event, party


def _event(statement: Statement, where: str) -> EventV1:
    said = statement.predicate
    if statement.kind != STATEMENT_KIND or said.keys() != {"event", "by", "facts"}:
        raise MalformedError(
            Problem(where=where, found=quoted(statement.kind), expected=STATEMENT_KIND)
        )
    if (type(said["event"]), type(said["by"]), type(said["facts"])) != (str, str, dict):
        raise MalformedError(Problem(where=where, found=quoted(said), expected="an event"))
    event = EventV1(
        kind=said["event"], by=said["by"], subject=statement.subject, facts=said["facts"]
    )
    MalformedError.raise_if_any(_mistakes(event, where))
    return event


def _mistakes(event: EventV1, where: str) -> Iterator[Problem]:
    kind = KINDS.get(event.kind)
    if kind is None:
        yield Problem(where=where, found=quoted(event.kind), expected="one of " + ", ".join(KINDS))
        return
    if event.by not in kind.by:
        yield Problem(
            where=where,
            found=f"{event.kind} by {quoted(event.by)}",
            expected=f"{event.kind} by {_or(kind.by)}",
        )
    for name in kind.names:
        if name not in event.subject:
            yield Problem(where=where, found=f"{event.kind} without {name}", expected=name)
    for name, digest in event.subject.items():
        if not is_hex(digest) or not _FILE.fullmatch(name):
            yield Problem(where=where, found=quoted(name), expected="a file with its sha256")
    if event.facts.keys() != kind.facts.keys():
        yield Problem(
            where=where,
            found=quoted(sorted(event.facts)),
            expected=f"the facts {', '.join(kind.facts) or 'none'}",
        )
        return
    for name, right in kind.facts.items():
        if not right(event.facts[name]):
            yield Problem(
                where=f"{where}, {name}",
                found=quoted(event.facts[name]),
                expected=f"a {name} as {event.kind} has it",
            )


def _or(words: Iterable[str]) -> str:
    return " or ".join(sorted(words))
