"""The frozen plan: what will be run and how it will be judged, named by its content.

The plan's id is the pre-registration: it binds the sheet, the device's description, the
decision rule, the seed's commitment and every experiment, before the first shot.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

from qassay.canonical import document_id
from qassay.claims.claim import ClaimSheet
from qassay.devices.description import DeviceDescription
from qassay.protocols.interface import Experiment
from qassay.protocols.terms import Multiplicity, Rule

Shares = Literal["each round", "once"]
TrustLevel = Literal["T0", "T1", "T2", "T3", "T4"]  # how far evidence for a plan can be bent
JOINT_SEED = "joint-v1"  # the seed follows from shares to which the log of a campaign commits
JUDGE = 3  # moves when the same counts would give another estimate, verdict or course
PLANNER = 3  # moves when the same sheet, machine and options would give other circuits
_COMMITMENT_DOMAIN = b"qassay-seed-commitment-v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Untested:
    """A claim that no experiment of the plan can settle, and why."""

    claim: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What the plan takes at most.

    Attributes:
        shots: Executions, each counted once however many claims it serves.
        circuits: Different circuits.
        seconds: Device time.
        money: In the device's currency; 0 where unknown or free.
    """

    shots: int
    circuits: int
    seconds: float
    money: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignTerms:
    """What the parties of a campaign agree on beside the experiments; no event changes it.

    Attributes:
        committers: Who commits to a secret: ("verifier",), ("verifier", "partner"), or ("self",)
            where one party is alone.
        shares: Whether the partner opens a share before each round, or one for all rounds.
        deadline_seconds: From a round's release until its parts must have ended; None for no
            limit, which a party of one alone can have.
        excused_limit: Parts that may be left out with an excuse.
        notes: Statements on record, a party.
        amendments: Amendments, in words.
        roles: sha256 of `roles.json`; empty where one party is alone.
    """

    committers: tuple[str, ...]
    shares: Shares = "each round"
    deadline_seconds: int | None = None
    excused_limit: int = 1
    notes: int = 20
    amendments: int = 20
    roles: str = ""

    @property
    def alone(self) -> bool:
        """Whether one party is all there is, and nobody signs."""
        return self.committers == ("self",)


class _Kept:
    """Room beside the fields for a name that is asked for again and again."""

    __slots__ = ("_id",)
    _id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan(_Kept):
    """Everything that is fixed before the first shot.

    Attributes:
        software: Name and version of the program that made it.
        sheet: The vendor's claims.
        device: What the device said of itself.
        seed_commitment: sha256 commitment to the 32-byte root seed; or `JOINT_SEED`, where nobody
            can know it yet: the parties commit to their shares after the plan, in the log.
        alpha: Largest probability of refuting a true claim.
        beta: Largest probability of supporting a claim that misses its limit.
        rule: "tolerant" (limit is the claim widened by delta) or "guarded" (the claim).
        multiplicity: How the errors of many claims add up: "fdr" bounds the expected share of
            wrong verdicts on the sheet, "family-wise" the probability of any, "none" each alone.
        experiments: What is run, in this order, batch by batch in turns.
        cost: At most.
        budget_shots: The user's limit, if any.
        untested: Claims left out, with reasons.
        rounds: How many cycles go to the device at a time, before the claims are weighed; empty
            where they are weighed after every cycle.
        campaign: What the parties of a campaign by files agreed on; None for a run on a device.
        judge: Version of the rules by which counts become estimates and verdicts. An audit by
            other rules would call an honest bundle forged, so it refuses to begin.
        planner: Oldest version of the rules by which sheet, machine and options become this very
            plan: an audit plans again by them. By 2 a budget settles what it can, by 1 it cut all
            in proportion; without a budget both give the same.
    """

    software: str
    sheet: ClaimSheet
    device: DeviceDescription
    seed_commitment: str
    alpha: float
    beta: float
    rule: Rule
    multiplicity: Multiplicity
    experiments: tuple[Experiment, ...]
    cost: Cost
    budget_shots: int | None = None
    untested: tuple[Untested, ...] = ()
    rounds: tuple[int, ...] = ()
    campaign: CampaignTerms | None = None
    judge: int = 1
    planner: int = 1

    def as_json(self) -> dict[str, Any]:
        """Give the plan as plain JSON values, all-to-all couplings and defaults left out."""
        document: dict[str, Any] = {field.name: getattr(self, field.name) for field in fields(self)}
        document["sheet"] = self.sheet.as_json()
        document["device"] = self.device.as_json()
        document["experiments"] = [x.as_json() for x in self.experiments]
        document["cost"] = asdict(self.cost)
        document["untested"] = tuple(map(asdict, self.untested))
        if not self.rounds:
            del document["rounds"]
        if self.campaign is None:
            del document["campaign"]
        else:
            document["campaign"] = asdict(self.campaign)
        if self.judge == 1:  # plans of the time before it was written down
            del document["judge"]
        if self.planner == 1:
            del document["planner"]
        return document

    @property
    def id(self) -> str:
        """Name the plan by its content."""
        try:
            return self._id
        except AttributeError:
            object.__setattr__(self, "_id", document_id(self.as_json()))
            return self._id

    def experiments_for(self, claim: str) -> tuple[Experiment, ...]:
        """Find the experiments that serve a claim."""
        return tuple(x for x in self.experiments if claim in x.claims)


def commitment_to(root: bytes) -> str:
    """Commit to a seed without showing it."""
    return hashlib.sha256(_COMMITMENT_DOMAIN + root).hexdigest()
