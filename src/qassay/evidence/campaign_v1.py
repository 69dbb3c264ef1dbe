"""The order in which a campaign's events may come: the log's grammar.

    sheet, plan, committed (verifier, partner), nonce,
    then batch by batch: released, and exactly one of counts | failed | expired,
         or, instead of a release: excused,
    amended before the release of what it touches,
    revealed (all who committed) when every released batch has ended, verdicts, closed.

`take` is given one entry after the other and refuses the first that may not stand there. The
parties' programs use it before they append, the audit afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from qassay.errors import LogBrokenError, Problem, TamperedError
from qassay.evidence.commitment import check_opens, joint_root, secret_from_hex
from qassay.evidence.events_v1 import PLAN, SHEET, VERDICTS
from qassay.evidence.keys import PublicKey
from qassay.evidence.log import ENTRIES, Entry


@dataclass(slots=True)
class Ended:
    """How a batch ended.

    Attributes:
        how: "counts", "failed", "expired" or "excused".
        at: When, in seconds since 1970.
        files: sha256 by name of what the vendor returned.
        reason: Why it was not run; empty for counts.
    """

    how: str
    at: int
    files: dict[str, str]
    reason: str = ""


@dataclass(slots=True)
class Released:
    """A batch that was handed out.

    Attributes:
        at: When, in seconds since 1970.
        deadline: Until when its counts must be in the log.
        files: sha256 by name of what was handed out.
    """

    at: int
    deadline: int
    files: dict[str, str]


@dataclass(slots=True)
class CampaignV1:
    """How far a campaign has come.

    Attributes:
        taken: Entries so far.
        sheet: sha256 of the claim sheet.
        plan: sha256 of the plan, which is its id.
        committers: Roles that commit to a secret.
        excused_limit: How many batches may be excused.
        commitments: By role.
        nonce: The vendor's bytes; empty before.
        seed_fixed: Entries when nobody could choose the seed any more; 0 before.
        times: When each entry was taken in, in seconds since 1970.
        signers: Keys that signed an event.
        first_counts: Place of the first counts in the log; -1 without any.
        released: By batch.
        ended: By batch.
        files: sha256 by name of every file that batches handed out or brought back.
        excused: How many were excused.
        amendments: Texts, with the batches that they touch (none named: all).
        notes: Role and text of statements on record.
        secrets: Revealed, by role.
        verdicts: sha256 of the verdicts.
        closed: Whether the log has ended.
    """

    taken: int = 0
    sheet: str = ""
    plan: str = ""
    committers: tuple[str, ...] = ()
    excused_limit: int = 0
    commitments: dict[str, str] = field(default_factory=dict)
    nonce: bytes = b""
    seed_fixed: int = 0
    times: list[int] = field(default_factory=list)
    signers: dict[PublicKey, None] = field(default_factory=dict)
    first_counts: int = -1
    released: dict[str, Released] = field(default_factory=dict)
    ended: dict[str, Ended] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    excused: int = 0
    amendments: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    secrets: dict[str, bytes] = field(default_factory=dict)
    verdicts: str = ""
    closed: bool = False

    def fixed_in_advance(self, size: int, at: int) -> bool:
        """Say whether a head seen at a time shows that all was fixed before any counts came.

        Args:
            size: Entries of the head.
            at: When it was seen, in seconds since 1970.
        """
        first = self.first_counts
        unseen = first < 0 or (size <= first and at <= self.times[first])
        return 0 < self.seed_fixed <= size and unseen

    @property
    def open_batches(self) -> tuple[str, ...]:
        """Name the batches that were released and have not ended."""
        return tuple(batch for batch in self.released if batch not in self.ended)

    @property
    def root(self) -> bytes | None:
        """Give the root seed, once every secret has been revealed."""
        if not self.committers or set(self.secrets) != set(self.committers):
            return None
        return joint_root(self.secrets, self.nonce, self.plan)

    def take(self, entry: Entry) -> None:
        """Take in the next entry.

        Raises:
            LogBrokenError: It may not stand there.
            TamperedError: A secret that is not the one committed to.
        """
        event = entry.event
        if self.closed:
            self._refuse(entry, "after the log was closed", "nothing more")
        if event.kind != "sheet":
            if not self.sheet:
                self._refuse(entry, "before any sheet", "the vendor's sheet first")
            if event.kind != "plan" and not self.plan:
                self._refuse(entry, "before any plan", "a frozen plan first")
        if event.kind not in ("sheet", "plan") and event.subject[PLAN] != self.plan:
            self._refuse(entry, "for another plan", f"the plan {self.plan[:16]}")
        _RULES[event.kind](self, entry, event.facts)
        self.taken += 1
        self.times.append(entry.at)
        self.signers[entry.party.key] = None

    def _sheet(self, entry: Entry, _: Any) -> None:
        if self.sheet:
            self._refuse(entry, "twice", "one sheet")
        self.sheet = entry.event.subject[SHEET]

    def _plan(self, entry: Entry, facts: Any) -> None:
        if self.plan:
            self._refuse(entry, "twice", "one plan; an amendment says what changes")
        if entry.event.subject[SHEET] != self.sheet:
            self._refuse(entry, "for another sheet", f"the sheet {self.sheet[:16]}")
        self.plan = entry.event.subject[PLAN]
        self.committers = tuple(facts["committers"])
        self.excused_limit = facts["excused_limit"]

    def _committed(self, entry: Entry, facts: Any) -> None:
        role = entry.event.by
        if role not in self.committers or role in self.commitments:
            self._refuse(entry, f"by the {role}", "one of each: " + ", ".join(self.committers))
        if self.nonce:
            self._refuse(entry, "after the vendor's nonce", "commitments before it")
        self.commitments[role] = facts["commitment"]

    def _nonce(self, entry: Entry, facts: Any) -> None:
        if self.nonce:
            self._refuse(entry, "twice", "one nonce")
        if set(self.commitments) != set(self.committers):
            self._refuse(entry, "before all commitments", ", ".join(self.committers))
        if facts["commitments"] != self.commitments:
            self._refuse(entry, "for other commitments", "those in the log")
        self.nonce = secret_from_hex(facts["nonce"], f"{ENTRIES} line {entry.index + 1}")
        self.seed_fixed = entry.index + 1

    def _amended(self, entry: Entry, facts: Any) -> None:
        touched = tuple(facts["batches"])
        late = [b for b in touched or self.released if b in self.released or b in self.ended]
        if late or self.secrets:
            found = f"after the release of {late[0]}" if late else "after a reveal"
            self._refuse(entry, found, "amendments before the release of what they touch")
        self.amendments.append((facts["text"], touched))

    def _released(self, entry: Entry, facts: Any) -> None:
        batch = facts["batch"]
        if not self.nonce:
            self._refuse(entry, "before the vendor's nonce", "a seed that nobody chose")
        if self.secrets:
            self._refuse(entry, "after a reveal", "releases while the seed is secret")
        if batch in self.released or batch in self.ended:
            self._refuse(entry, f"of {batch} twice", "each batch once")
        if facts["deadline"] < entry.at:
            self._refuse(entry, f"of {batch} after its deadline", "a deadline that lies ahead")
        self.released[batch] = Released(entry.at, facts["deadline"], self._named(entry))

    def _ended(self, entry: Entry, facts: Any) -> None:
        batch, how = facts["batch"], entry.event.kind
        if batch in self.ended:
            self._refuse(entry, f"of {batch}, which has ended", "exactly one end of a batch")
        if batch not in self.released:
            self._refuse(entry, f"of {batch}, which was not released", "a release first")
        deadline = self.released[batch].deadline
        if how == "expired" and entry.at <= deadline:
            self._refuse(entry, f"of {batch} before its deadline", f"a time after {deadline}")
        if how == "counts" and entry.at > deadline:
            self._refuse(entry, f"of {batch} after its deadline", f"expired: it was {deadline}")
        if how == "counts" and self.first_counts < 0:
            self.first_counts = entry.index
        self.ended[batch] = Ended(how, entry.at, self._named(entry), facts.get("reason", ""))

    def _excused(self, entry: Entry, facts: Any) -> None:
        batch = facts["batch"]
        if batch in self.released or batch in self.ended:
            self._refuse(entry, f"of {batch}, which was released", "excuses before the release")
        self.excused += 1
        if self.excused > self.excused_limit:
            self._refuse(entry, f"number {self.excused}", f"at most {self.excused_limit}")
        self.ended[batch] = Ended("excused", entry.at, {}, facts["reason"])

    def _noted(self, entry: Entry, facts: Any) -> None:
        self.notes.append((entry.event.by, facts["text"]))

    def _revealed(self, entry: Entry, facts: Any) -> None:
        role, where = entry.event.by, f"{ENTRIES} line {entry.index + 1}"
        if role not in self.commitments or role in self.secrets or not self.nonce:
            self._refuse(entry, f"by the {role}", "one of each who committed")
        if self.open_batches:
            self._refuse(entry, f"while {self.open_batches[0]} is open", "reveals after all ends")
        secret = secret_from_hex(facts["secret"], where)
        check_opens(self.commitments[role], secret, role, self.plan, where)
        self.secrets[role] = secret

    def _verdicts(self, entry: Entry, _: Any) -> None:
        if self.verdicts:
            self._refuse(entry, "twice", "one set of verdicts")
        if self.root is None:
            self._refuse(entry, "before all reveals", ", ".join(self.committers))
        self.verdicts = entry.event.subject[VERDICTS]

    def _closed(self, entry: Entry, _: Any) -> None:
        if not self.verdicts:
            self._refuse(entry, "before the verdicts", "verdicts first")
        self.closed = True

    def _named(self, entry: Entry) -> dict[str, str]:
        """Give the files that a batch's event names beside the plan; a name means one file."""
        named = {name: digest for name, digest in entry.event.subject.items() if name != PLAN}
        for name, digest in named.items():
            if self.files.setdefault(name, digest) != digest:
                self._refuse(entry, f"with another {name}", "a name for one file")
        return named

    def _refuse(self, entry: Entry, found: str, expected: str) -> None:
        raise LogBrokenError(
            Problem(
                where=f"{ENTRIES} line {entry.index + 1}",
                found=f"{entry.event.kind} {found}",
                expected=expected,
            )
        )


_RULES: dict[str, Callable[[CampaignV1, Entry, Any], None]] = {
    "sheet": CampaignV1._sheet,
    "plan": CampaignV1._plan,
    "committed": CampaignV1._committed,
    "nonce": CampaignV1._nonce,
    "amended": CampaignV1._amended,
    "released": CampaignV1._released,
    "counts": CampaignV1._ended,
    "failed": CampaignV1._ended,
    "expired": CampaignV1._ended,
    "excused": CampaignV1._excused,
    "noted": CampaignV1._noted,
    "revealed": CampaignV1._revealed,
    "verdicts": CampaignV1._verdicts,
    "closed": CampaignV1._closed,
}


def follow_v1(entries: Iterable[Entry]) -> CampaignV1:
    """Follow a log from its beginning.

    Raises:
        LogBrokenError: The first entry that may not stand where it stands.
        TamperedError: A secret that is not the one committed to.
    """
    campaign = CampaignV1()
    for entry in entries:
        campaign.take(entry)
    return campaign


def check_root(campaign: CampaignV1, root: bytes, where: str) -> None:
    """Check that a root seed is the one that follows from the campaign's shares.

    Raises:
        TamperedError: It is another one.
        LogBrokenError: Not every share has been revealed.
    """
    joint = campaign.root
    if joint is None:
        raise LogBrokenError(
            Problem(where=where, found="a seed", expected="a reveal of every committed secret")
        )
    if joint != root:
        raise TamperedError(
            Problem(
                where=where,
                found="another seed",
                expected="the one that follows from all shares and the plan",
            )
        )
