"""What a party remembers between parcels, so that it signs a thing once and sees what is missing.

One file a campaign, readable by its owner alone, on disk before anything that rests on it leaves
the house: the keys, the last head seen, secrets, every signed event byte for byte, and the
answers it gave. All files in a party's folder together are its index: other campaigns of the
same vendor and machine are named when it attests an end.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from qassay.canonical import canonical_bytes
from qassay.errors import LogBrokenError, MalformedError, Problem, TamperedError, UsageError
from qassay.evidence.campaign_state import EMPTY, CampaignState
from qassay.evidence.envelope import Envelope, envelope_from_json
from qassay.evidence.events import Head
from qassay.exchange.parcel import Parcel
from qassay.lookalikes import folded
from qassay.reading.strict_json import read_json
from qassay.whole_files import private_folder, write_whole

FORMAT: Final = 2
_NOTHING: Final = Head(0, EMPTY)
_KEYS: Final = (
    "qassay_party",
    "campaign",
    "roles",
    "vendor",
    "machine",
    "secrets",
    "size",
    "root",
    "state",
    "first",
    "last",
    "signed",
    "answers",
)
_LATER: Final = ("maker", "party")  # not in files of before


@dataclass(slots=True, kw_only=True)
class Memory:
    """What a party remembers of one campaign.

    Attributes:
        path: Its file.
        campaign: sha256 of the plan.
        roles: sha256 of the campaign's `roles.json`.
        vendor: Fingerprint of the vendor's key.
        machine: Name of the machine.
        maker: Name of its vendor, on the sheet.
        party: Fingerprint of whose memory it is; empty in files of before.
        secrets: Of the party, by round; 0 is one for all (the vendor's bytes, too).
        seen: The last head of the log.
        state: "open", "finished" or "unfinished", as last seen.
        first: When the log was first seen, by its own last entry.
        last: When last.
        signed: Events by what they are: an event of a kind, round and part is signed once.
        answers: Where each circuit was answered, and with what file, by its name.
    """

    path: Path
    campaign: str
    roles: str
    vendor: str
    machine: str
    maker: str = ""
    party: str = ""
    secrets: dict[int, str] = field(default_factory=dict)
    seen: Head = _NOTHING
    state: str = "open"
    first: int = 0
    last: int = 0
    signed: dict[str, Envelope] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, home: Path, read: Parcel, party: str) -> Memory:
        """Read what the party remembers of a parcel's campaign; the first finds nothing.

        Raises:
            LogBrokenError: The log does not continue the one that was seen.
            TamperedError: Other parties or keys.
            UsageError: It is the memory of another party, whose secrets are not for this one.
        """
        state = read.state
        (vendor,) = state.keys.get("vendor", ("",))
        path = home / f"campaign-{read.plan.id[:16]}.json"
        roles = read.plan.campaign.roles if read.plan.campaign else ""
        fresh = cls(
            path=path,
            campaign=read.plan.id,
            roles=roles,
            vendor=vendor,
            machine=read.plan.sheet.machine,
            maker=read.plan.sheet.vendor,
            party=party,
            first=state.at,
        )
        if not path.exists():
            return fresh
        memory = _read(path)
        if (memory.campaign, memory.roles, memory.vendor) != (read.plan.id, roles, vendor):
            raise TamperedError(
                Problem(
                    where="keys/roles.json",
                    found="other parties or keys than before",
                    expected="the same to the end",
                )
            )
        _check_own(memory, party)
        memory.party, memory.maker = party, fresh.maker
        if not state.extends(memory.seen):
            raise LogBrokenError(
                Problem(
                    where="log/entries.jsonl",
                    found=f"{state.size} entries that do not continue the log seen before",
                    expected=f"a log whose first {memory.seen.size} entries are unchanged",
                )
            )
        return memory

    def look(self, state: CampaignState) -> None:
        """Remember the head of a log, and how the campaign stands."""
        self.seen, self.last = state.head, max(self.last, state.at)
        if state.closed:
            self.state = "finished" if state.finished else "unfinished"

    def save(self) -> None:
        """Write it, before anything that rests on it leaves the house."""
        private_folder(self.path.parent)
        document = {
            "qassay_party": FORMAT,
            "campaign": self.campaign,
            "roles": self.roles,
            "vendor": self.vendor,
            "machine": self.machine,
            "maker": self.maker,
            "party": self.party,
            "secrets": {str(number): secret for number, secret in self.secrets.items()},
            "size": self.seen.size,
            "root": self.seen.root,
            "state": self.state,
            "first": self.first,
            "last": self.last,
            "signed": {name: one.as_json() for name, one in self.signed.items()},
            "answers": self.answers,
        }
        write_whole(self.path, canonical_bytes(document), 0o600)

    def as_other(self) -> Mapping[str, Any]:
        """Give what an attestation of another campaign says of this one."""
        return {
            "campaign": self.campaign,
            "size": self.seen.size,
            "root": self.seen.root,
            "state": self.state,
            "first": self.first,
            "last": self.last,
        }


def others(home: Path, mine: Memory) -> list[Memory]:
    """Find the other campaigns that a party knows of the same machine and vendor.

    A name that is written otherwise and reads alike is no other machine, and a new key is no other
    vendor while its name is the same.
    """
    return [
        one
        for one in _all(home)
        if one.campaign != mine.campaign
        and folded(one.machine) == folded(mine.machine)
        and (one.vendor == mine.vendor or folded(one.maker) == folded(mine.maker))
    ]


def _check_own(memory: Memory, party: str) -> None:
    """Refuse to read what another party has signed and drawn, in a folder that two of them use."""
    keys = {one.keyid for envelope in memory.signed.values() for one in envelope.signatures}
    strange = ({memory.party} - {""} or keys) - {party}
    if strange:
        raise UsageError(
            Problem(
                where=str(memory.path),
                found=f"the memory of {min(strange)}",
                expected=f"that of {party}, or a folder without one",
                advice="give each party a --home of its own: their secrets are not for one another",
            )
        )


def _all(home: Path) -> Iterator[Memory]:
    for path in sorted(home.glob("campaign-*.json")):
        yield _read(path)


def _read(path: Path) -> Memory:
    try:
        document: Any = read_json(path.read_bytes(), str(path))
        if document.keys() - set(_LATER) != set(_KEYS) or document["qassay_party"] != FORMAT:
            raise ValueError(path.name)
        return Memory(
            path=path,
            campaign=document["campaign"],
            roles=document["roles"],
            vendor=document["vendor"],
            machine=document["machine"],
            maker=str(document.get("maker", "")),
            party=str(document.get("party", "")),
            secrets={int(number): text for number, text in document["secrets"].items()},
            seen=Head(document["size"], document["root"]),
            state=document["state"],
            first=document["first"],
            last=document["last"],
            signed={
                name: envelope_from_json(one, str(path)) for name, one in document["signed"].items()
            },
            answers=document["answers"],
        )
    except (OSError, AttributeError, KeyError, TypeError, ValueError, MalformedError):
        raise UsageError(
            Problem(
                where=str(path),
                found="no memory of a campaign",
                expected="the file that an earlier answer wrote",
                advice="restore it: what it held cannot be replaced, and without it the"
                " campaign has to be begun anew",
            )
        ) from None
