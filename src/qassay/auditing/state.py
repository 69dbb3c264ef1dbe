"""What an audit knows so far; each check reads it and adds to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self, TypeVar

from qassay.auditing.told import ToldCampaign
from qassay.errors import MalformedError, QassayError
from qassay.evidence.bundle import Bundle
from qassay.evidence.keys import PublicKey
from qassay.evidence.roles import Roles, Trust
from qassay.languages.sentence import Sentence
from qassay.planning.plan import Plan, TrustLevel
from qassay.planning.schedule import rounds
from qassay.protocols.interface import Bits, Experiment
from qassay.protocols.weighing.counted import Counted
from qassay.protocols.weighing.decision import Decision
from qassay.statistics.trials import Trials
from qassay.verdicts.analysis import Analysis

T = TypeVar("T")


class Absent(Sentence):
    """The sentence of a check that had nothing to look at: not wrong, and no reason to trust."""

    __slots__ = ()

    def __new__(cls, told: Sentence) -> Self:
        """Take what it says, in any language."""
        return super().__new__(cls, str(told), told.code, told.facts)


@dataclass(frozen=True, slots=True)
class Passed:
    """One passed check, for the report.

    Attributes:
        name: The check.
        sentence: What was found, or that there was nothing to look at.
    """

    name: str
    sentence: str

    @property
    def absent(self) -> bool:
        """Say whether there was nothing to look at."""
        return isinstance(self.sentence, Absent)


@dataclass(slots=True)
class Audit:
    """The state of an audit, and its report.

    Attributes:
        path: The bundle's file.
        trust: What the reader has pinned.
        members: Files of the archive.
        bundle: What is audited.
        passed: Checks passed so far.
        roles: Whose keys the bundle says these are.
        signers: Keys whose signatures over the manifest hold.
        campaign: What the log tells; None without a log.
        independent: Keys of witnesses, neither vendor nor verifier, that cosigned the first and
            the last head that count.
        written: The trust level that the bundle's own files rest on, by the rules of its format.
        level: How far the counts can be trusted, by what has been verified.
        plan: The plan, once it has been read.
        root: The seed of all circuits, where one seed is all there is.
        roots: The seed of each round's circuits, in a campaign of format 3.
        sent: Circuits that went out, by round and part, in a campaign of format 3.
        answers: What came back, by file and circuit, in a campaign of format 3.
        outcomes: Read and not yet scored, by batch.
        hits: What was scored, by experiment and batch.
        missing: Batches that were handed out and brought nothing.
        circuits: Circuits drawn again.
        counted: All hits.
        decisions: Of the stopping rule.
        analysis: What follows from the counts, once it has been computed.
        other_rules: Whether the plan is for rules of another time; then no number is derived.
        unproven: What the audit could not check, in sentences.
        failed: Name of the check that ended the audit; empty if everything holds.
        failure: What ended the audit; None if everything holds.
    """

    path: Path
    trust: Trust = field(default_factory=Trust)
    members: Mapping[str, bytes] = field(default_factory=dict)
    bundle: Bundle | None = None
    passed: list[Passed] = field(default_factory=list)
    roles: Roles = field(default_factory=Roles)
    signers: tuple[PublicKey, ...] = ()
    campaign: ToldCampaign | None = None
    independent: tuple[PublicKey, ...] = ()
    written: TrustLevel = "T0"
    level: TrustLevel = "T0"
    plan: Plan | None = None
    root: bytes = b""
    roots: dict[int, bytes] = field(default_factory=dict)
    sent: dict[int, dict[tuple[int, int], tuple[str, ...]]] = field(default_factory=dict)
    answers: dict[str, Mapping[str, object]] = field(default_factory=dict)
    outcomes: dict[str, Bits] = field(default_factory=dict)
    hits: list[tuple[Experiment, int, Mapping[str, Trials]]] = field(default_factory=list)
    missing: list[tuple[Experiment, int]] = field(default_factory=list)
    circuits: int = 0
    counted: Counted | None = None
    decisions: dict[str, Decision] | None = None
    analysis: Analysis | None = None
    other_rules: bool = False
    unproven: list[str] = field(default_factory=list)
    failed: str = ""
    failure: QassayError | None = None

    def root_of(self, number: int) -> bytes:
        """Give the seed of a round's circuits."""
        return self.roots.get(number, self.root)

    def root_at(self, cycle: int) -> bytes:
        """Give the seed of the circuits of a cycle."""
        if not self.roots:
            return self.root
        spans = enumerate(rounds(known(self.plan)), start=1)
        number = next(number for number, (start, end) in spans if start <= cycle < end)
        return self.roots.get(number, b"")


def known(value: T | None) -> T:
    """Give a value that an earlier check has set."""
    if value is None:
        raise MalformedError("the audit's checks are out of order")
    return value
