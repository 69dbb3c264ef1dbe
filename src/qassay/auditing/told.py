"""What the log of a bundle tells the audit, whichever version of events it was written in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from qassay.evidence.bundle import VERDICTS
from qassay.evidence.campaign_state import CampaignState
from qassay.evidence.campaign_v1 import CampaignV1
from qassay.evidence.events import ROLES_FILE, manifest_file
from qassay.evidence.keys import PublicKey
from qassay.evidence.roles import Roles
from qassay.planning.schedule import part_name


@dataclass(frozen=True, slots=True)
class ToldPart:
    """A part or batch that went out or ended.

    Attributes:
        at: When, in seconds since 1970.
        deadline: Of a release: until when counts may come; None for no limit.
        how: Of an end: "counts", "failed", "expired" or "excused".
        files: sha256 by name of what came back.
        reason: Why it was not run.
        circuits: How many were answered; None where the log does not say.
    """

    at: int
    deadline: int | None = None
    how: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    circuits: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldCampaign:
    """What a closed log comes to.

    Attributes:
        sheet: sha256 of the claim sheet.
        plan: sha256 of the plan.
        committers: Who committed to a secret.
        released: What went out, by name of the part or batch.
        ended: How it ended.
        files: sha256 by name of every file that the log names and the bundle must have.
        amendments: Texts, with names of what they touch (none: all).
        signers: Keys that signed an event.
        finished: Whether the course came to its end.
        why: If not, why.
        first: The log of version 1 itself, if it is one.
        state: The log of version 2 itself, if it is one.
    """

    sheet: str
    plan: str
    committers: tuple[str, ...]
    released: Mapping[str, ToldPart]
    ended: Mapping[str, ToldPart]
    files: Mapping[str, str]
    amendments: tuple[tuple[str, tuple[str, ...]], ...]
    signers: tuple[PublicKey, ...]
    finished: bool = True
    why: str = ""
    first: CampaignV1 | None = None
    state: CampaignState | None = None


def told_by_v1(campaign: CampaignV1) -> ToldCampaign:
    """Read a log of version 1."""
    return ToldCampaign(
        sheet=campaign.sheet,
        plan=campaign.plan,
        committers=campaign.committers,
        released={n: ToldPart(one.at, one.deadline) for n, one in campaign.released.items()},
        ended={
            n: ToldPart(one.at, how=one.how, files=one.files, reason=one.reason)
            for n, one in campaign.ended.items()
        },
        files={**campaign.files, VERDICTS: campaign.verdicts},
        amendments=tuple(campaign.amendments),
        signers=tuple(campaign.signers),
        first=campaign,
    )


def told_by(state: CampaignState, roles: Roles) -> ToldCampaign:
    """Read a log of version 2."""
    limit = state.rules.terms.deadline_seconds
    manifests = {manifest_file(number): digest for number, digest in state.manifests.items()}
    returned = {name: made for end in state.ended.values() for name, made in end.files.items()}
    keys = {key for own in state.keys.values() for key in own}
    roles_file = {} if state.rules.terms.alone else {ROLES_FILE: state.rules.terms.roles}
    return ToldCampaign(
        sheet=state.rules.sheet,
        plan=state.rules.campaign,
        committers=state.rules.terms.committers,
        released={
            part_name(*place): ToldPart(out.at, None if limit is None else out.at + limit)
            for place, out in state.released.items()
        },
        ended={
            part_name(*place): ToldPart(
                end.at, how=end.how, files=end.files, reason=end.reason, circuits=end.circuits
            )
            for place, end in state.ended.items()
        },
        files={**roles_file, **manifests, **returned, **state.closed},
        amendments=tuple(
            (text, tuple(part_name(*place) for place in places))
            for text, places in state.amendments
        ),
        signers=tuple(p.key for p in roles.parties if p.key.fingerprint in keys),
        finished=state.finished,
        why=state.why,
        state=state,
    )
