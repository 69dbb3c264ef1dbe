"""What the log of a campaign comes to, and what the plan says of it: data alone, see `machine`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from qassay.evidence import merkle
from qassay.evidence.events import SELF, Head
from qassay.planning.plan import CampaignTerms, Plan, TrustLevel

Place = tuple[int, int]
_NOBODY: Final = CampaignTerms(committers=())
EMPTY: Final = merkle.root_of(()).hex()


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignRules:
    """What the frozen plan says of the log; no event sets a term.

    Attributes:
        campaign: sha256 of the plan.
        sheet: sha256 of the claim sheet.
        sizes: Parts of each round at most; which of them are asked for, only counts can tell.
        terms: Committers, deadline and quotas.
    """

    campaign: str
    sheet: str
    sizes: tuple[int, ...]
    terms: CampaignTerms

    @classmethod
    def of(cls, plan: Plan) -> CampaignRules:
        """Take the rules from a plan; one without terms of a campaign allows nothing."""
        return cls(
            campaign=plan.id,
            sheet=plan.sheet.text_id,
            sizes=plan.rounds,
            terms=plan.campaign or _NOBODY,
        )

    @property
    def keeper(self) -> str:
        """The role that keeps the log."""
        return SELF if self.terms.alone else "verifier"

    @property
    def vendor(self) -> str:
        """The role that answers."""
        return SELF if self.terms.alone else "vendor"

    @property
    def has_partner(self) -> bool:
        """Whether circuits wait for a partner's share."""
        return "partner" in self.terms.committers

    def secrets(self, role: str) -> tuple[int, ...]:
        """Give the rounds for which a role commits to a secret; 0 is one secret for all."""
        if role == "partner" and self.terms.shares == "each round":
            return tuple(range(1, len(self.sizes) + 1))
        return (0,)

    def longest(self, parties: int, witnesses: int) -> int:
        """Count the entries that a log can have at most."""
        rounds, terms = len(self.sizes), self.terms
        return (
            6
            + (3 + witnesses) * rounds
            + sum(self.sizes)
            + terms.amendments
            + (terms.notes + 1) * parties
        )


@dataclass(frozen=True, slots=True)
class PartOut:
    """A part that went out.

    Attributes:
        at: When, in seconds since 1970.
        until: Last second at which its counts may come.
        index: Entry of its release.
    """

    at: int
    until: int
    index: int


@dataclass(frozen=True, slots=True)
class PartEnd:
    """How a part ended.

    Attributes:
        how: "counts", "failed", "expired" or "excused".
        at: When, in seconds since 1970.
        index: Entry of its end.
        files: sha256 by name of what came back.
        reason: Why it was not run; empty for counts.
        circuits: How many circuits were answered.
    """

    how: str
    at: int
    index: int
    files: Mapping[str, str]
    reason: str = ""
    circuits: int = 0


@dataclass(frozen=True, slots=True)
class Attestation:
    """What a party said of the end.

    Attributes:
        role: Its role.
        key: Its fingerprint.
        campaigns: Others that it knows, of this vendor and machine.
        objections: In sentences.
        clock: Its own time.
    """

    role: str
    key: str
    campaigns: tuple[Mapping[str, Any], ...]
    objections: tuple[str, ...]
    clock: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CampaignState:
    """What a log comes to.

    Attributes:
        rules: What the plan says.
        at: Time of the last entry.
        heads: Root of the log at every size from 0.
        peaks: The tree, as its largest whole subtrees.
        keys: Fingerprints by role.
        places: Entry by what happened: a kind, with role or round where it can happen again.
        times: When each entry was taken in.
        commitments: By role.
        nonce: The vendor's bytes, hexadecimal; empty before.
        shares: The partner's secrets by round; 0 stands for all.
        clocks: The partner's own time of each share.
        released: What went out.
        manifests: sha256 of the manifest by round.
        ended: How parts ended.
        amendments: Texts, with the parts that they touch (none named: all).
        notes: Role, key and text of statements on record.
        secret: The keeper's; empty before it is shown.
        finished: Whether the keeper says that the course came to its end.
        why: If not, why.
        closed: sha256 of verdicts, page and versions, once the log is closed.
        attested: By key.
    """

    rules: CampaignRules
    at: int = 0
    heads: tuple[str, ...] = (EMPTY,)
    peaks: tuple[bytes, ...] = ()
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    places: Mapping[str, int] = field(default_factory=dict)
    times: tuple[int, ...] = ()
    commitments: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    nonce: str = ""
    shares: Mapping[int, str] = field(default_factory=dict)
    clocks: Mapping[int, int] = field(default_factory=dict)
    released: Mapping[Place, PartOut] = field(default_factory=dict)
    manifests: Mapping[int, str] = field(default_factory=dict)
    ended: Mapping[Place, PartEnd] = field(default_factory=dict)
    amendments: tuple[tuple[str, tuple[Place, ...]], ...] = ()
    notes: tuple[tuple[str, str, str], ...] = ()
    secret: str = ""
    finished: bool = False
    why: str = ""
    closed: Mapping[str, str] = field(default_factory=dict)
    attested: Mapping[str, Attestation] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Count the entries."""
        return len(self.times)

    @property
    def head(self) -> Head:
        """Give the head of the log as it is now."""
        return Head(self.size, self.heads[-1])

    def extends(self, head: Head) -> bool:
        """Say whether the log of a head is the beginning of this one."""
        return head.size < len(self.heads) and self.heads[head.size] == head.root

    @property
    def agreed(self) -> bool:
        """Whether the seed is fixed: all have committed, and then the vendor gave its bytes."""
        return "agreed" in self.places or (self.rules.terms.alone and SELF in self.commitments)

    @property
    def called(self) -> int:
        """The last round that was called; 0 before any."""
        return max(
            (n for n in range(1, len(self.rules.sizes) + 1) if f"called {n}" in self.places),
            default=0,
        )

    @property
    def open_parts(self) -> tuple[Place, ...]:
        """Name the parts that went out and have not ended."""
        return tuple(place for place in self.released if place not in self.ended)

    @property
    def between_rounds(self) -> bool:
        """Whether every round that was called went out, and all of it has ended."""
        return (not self.called or self.called in self.manifests) and not self.open_parts

    @property
    def next_round(self) -> int:
        """The round that can be called next; one that is excused as a whole is called all the same.

        Its release then names no part. Without the call its seed would never be opened.
        """
        return self.called + 1

    def share_for(self, number: int) -> str | None:
        """Give the partner's share of a round, once it is there."""
        return self.shares.get(number if self.rules.terms.shares == "each round" else 0)

    @property
    def excused(self) -> int:
        """Count the parts that were excused."""
        return sum(end.how == "excused" for end in self.ended.values())

    @property
    def level(self) -> TrustLevel:
        """Give the trust level that the log earns, whoever reads it.

        T1: the vendor signed claims and answers, and the log is whole. T2: the partner gave every
        share and attested the end without objection; in a plan without partner a witness watched
        every round and did. A witness never stands in for a partner who did not attest.
        """
        if self.rules.terms.alone:
            return "T0"
        clean = [one for one in self.attested.values() if not one.objections]
        if self.rules.has_partner:
            return "T2" if any(one.role == "partner" for one in clean) else "T1"
        watched = (
            one.role == "witness"
            and all(f"watched {number} {one.key}" in self.places for number in self.manifests)
            for one in clean
        )
        return "T2" if self.manifests and any(watched) else "T1"
