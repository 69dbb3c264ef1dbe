"""Who speaks for whom: the parties' keys, and which of them a reader has pinned.

A `roles.json` in a bundle says whose keys these are; it is a claim of the bundle's maker. Only
what a reader got another way (a signed paper, a call) and gives with `--trust` makes it true.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal, get_args

from qassay.canonical import canonical_bytes
from qassay.errors import MalformedError, Problem, UsageError, quoted
from qassay.evidence.keys import PublicKey, key_from_line
from qassay.reading.strict_json import read_json

RoleName = Literal["vendor", "verifier", "partner", "witness"]
ROLES: tuple[RoleName, ...] = get_args(RoleName)
_MAX_FILE = 256 << 10
_FINGERPRINT = re.compile(r"SHA256:[A-Za-z0-9+/]{43}", re.ASCII)
_PIN = re.compile(r"(vendor|verifier|partner|witness)=(SHA256:[A-Za-z0-9+/]{43})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One person in one role, with the key of both.

    Attributes:
        role: What the key may sign.
        name: Of the person or office.
        key: The key.
        valid_from: First day, as in 2026-11-26; None if nobody said.
        valid_to: Last day.
    """

    role: RoleName
    name: str
    key: PublicKey
    valid_from: str | None = None
    valid_to: str | None = None

    def valid_at(self, at: int) -> bool:
        """Say whether the key was valid at a time, in seconds since 1970 (days in UTC)."""
        day = datetime.fromtimestamp(at, UTC).date().isoformat()
        return (self.valid_from or day) <= day <= (self.valid_to or day)

    def as_json(self) -> dict[str, Any]:
        """Give the party as plain JSON values."""
        return {
            "role": self.role,
            "name": self.name,
            "key": self.key.line(),
            "fingerprint": self.key.fingerprint,
            "valid_from": self.valid_from,
            "valid_to": self.valid_to,
        }


@dataclass(frozen=True, slots=True)
class Roles:
    """The parties of a campaign, or those whom a reader trusts."""

    parties: tuple[Party, ...] = ()

    @property
    def keys(self) -> tuple[PublicKey, ...]:
        """Give all keys."""
        return tuple(party.key for party in self.parties)

    def of(self, role: str) -> tuple[Party, ...]:
        """Find the parties in a role."""
        return tuple(party for party in self.parties if party.role == role)

    def holder(self, key: PublicKey) -> Party | None:
        """Find whose key this is."""
        return next((party for party in self.parties if party.key == key), None)

    def to_bytes(self) -> bytes:
        """Give the file `roles.json`."""
        return canonical_bytes(
            {"qassay_roles": 1, "roles": [party.as_json() for party in self.parties]}
        )

    def allowed_signers(self) -> str:
        """Give the file that `ssh-keygen -Y verify -f` takes, with roles as identities."""
        return "".join(f"{party.role} {party.key.line()}\n" for party in self.parties)


@dataclass(frozen=True, slots=True)
class Trust:
    """What a reader has pinned.

    Attributes:
        roles: Keys that he brought himself.
        pins: Role and fingerprint of keys that a bundle may bring.
    """

    roles: Roles = Roles()
    pins: frozenset[tuple[str, str]] = frozenset()

    def __bool__(self) -> bool:
        """Say whether anything is pinned."""
        return bool(self.roles.parties or self.pins)

    def pinned(self, brought: Roles) -> Roles:
        """Give the pinned parties: the reader's own, and those of a bundle that he has named."""
        named = (
            party for party in brought.parties if (party.role, party.key.fingerprint) in self.pins
        )
        own = {party.key for party in self.roles.parties}
        return Roles((*self.roles.parties, *(party for party in named if party.key not in own)))

    def prevailing(self, brought: Roles) -> Roles:
        """Give the parties of a bundle with the names and days that the reader pinned for them."""
        own = {party.key: party for party in self.roles.parties}
        return Roles(tuple(own.get(party.key, party) for party in brought.parties))


def is_fingerprint(value: object) -> bool:
    """Say whether a value is the fingerprint of a key."""
    return isinstance(value, str) and _FINGERPRINT.fullmatch(value) is not None


Pinned = Trust | str | Path | Iterable[str | Path] | None


def trust_from(known: Pinned) -> Trust:
    """Read `--trust`: files like `roles.json`, or ROLE=SHA256:... for single keys.

    Args:
        known: One of these or several, what was read from them before, or nothing.

    Raises:
        UsageError: Neither.
        MalformedError: A file that is no `roles.json`.
    """
    if known is None or isinstance(known, Trust):
        return Trust() if known is None else known
    parties: list[Party] = []
    pins = set()
    for option in map(str, [known] if isinstance(known, str | Path) else known):
        pin = _PIN.fullmatch(option)
        if pin is not None:
            pins.add((pin[1], pin[2]))
            continue
        path = Path(option)
        if not path.is_file() or path.stat().st_size > _MAX_FILE:
            raise UsageError(
                Problem(
                    where="--trust",
                    found=quoted(option),
                    expected="a roles.json, or ROLE=SHA256:... with the role vendor, "
                    "verifier, partner or witness",
                )
            )
        parties.extend(parse_roles(path.read_bytes(), option).parties)
    return Trust(_unique(Roles(tuple(dict.fromkeys(parties))), "--trust"), frozenset(pins))


def read_roles(path: Path) -> Roles:
    """Read a `roles.json` from a file.

    Raises:
        UsageError: There is no such file, or it is too large.
        MalformedError: Another document.
    """
    if not path.is_file() or path.stat().st_size > _MAX_FILE:
        raise UsageError(
            Problem(where=quoted(str(path)), found="no such file", expected="a roles.json")
        )
    return parse_roles(path.read_bytes(), path.name)


def parse_roles(data: bytes, where: str) -> Roles:
    """Read a `roles.json`.

    Raises:
        MalformedError: Another document; all mistakes at once.
    """
    document = read_json(data, where)
    if (
        not isinstance(document, dict)
        or document.keys() != {"qassay_roles", "roles"}
        or document["qassay_roles"] != 1
        or not isinstance(document["roles"], list)
        or len(document["roles"]) > 100
    ):
        raise MalformedError(Problem(where=where, found=quoted(document), expected="roles.json"))
    entries = list(enumerate(document["roles"]))
    MalformedError.raise_if_any(
        problem for place, one in entries for problem in _mistakes(one, f"{where}, role {place}")
    )
    return _unique(Roles(tuple(_party(one, f"{where}, role {n}") for n, one in entries)), where)


def _party(one: dict[str, Any], where: str) -> Party:
    party = Party(
        role=one["role"],
        name=one["name"],
        key=key_from_line(one["key"], where)[0],
        valid_from=one["valid_from"],
        valid_to=one["valid_to"],
    )
    if party.as_json() != one:
        raise MalformedError(
            Problem(where=where, found=quoted(one["fingerprint"]), expected=party.key.fingerprint)
        )
    return party


def _mistakes(one: Any, where: str) -> Iterable[Problem]:
    keys = {"role", "name", "key", "fingerprint", "valid_from", "valid_to"}
    if not isinstance(one, dict) or one.keys() != keys:
        yield Problem(where=where, found=quoted(one), expected="a table of " + ", ".join(keys))
        return
    if one["role"] not in ROLES:
        yield Problem(where=where, found=quoted(one["role"]), expected="one of " + ", ".join(ROLES))
    for key in ("name", "key", "fingerprint"):
        text = one[key]
        if not isinstance(text, str) or not 0 < len(text) <= 200 or not text.isprintable():
            yield Problem(where=f"{where}, {key}", found=quoted(text), expected="a short text")
    for key in ("valid_from", "valid_to"):
        if one[key] is not None and not is_day(one[key]):
            yield Problem(where=f"{where}, {key}", found=quoted(one[key]), expected="a day or null")


def is_day(text: object) -> bool:
    """Say whether a text is a day as in 2026-11-26."""
    try:
        return isinstance(text, str) and date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _unique(roles: Roles, where: str) -> Roles:
    seen: set[PublicKey] = set()
    for party in roles.parties:
        if party.key in seen:
            raise MalformedError(
                Problem(
                    where=where,
                    found=f"{party.key.fingerprint} twice",
                    expected="a key for one person in one role",
                )
            )
        seen.add(party.key)
    return roles
