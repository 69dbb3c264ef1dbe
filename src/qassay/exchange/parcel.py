"""What the parties of a campaign send one another: parcels from the verifier, replies to them.

A parcel is a zip file with the whole of what is public so far:

    claims/sheet.toml  plan/plan.json  keys/roles.json
    log/entries.jsonl                       the log, every line signed by the party it comes from
    jobs/round-01.json ...                  manifests of the packs that went out
    verdicts/...  report/...  software/...  what was closed on, at the end

A reply is a zip file of events that one of the others signs:

    reply.json          {"qassay_reply": 2, "role", "events": [envelopes]}
    returned/ID.json    files of counts that the events name
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from qassay.canonical import canonical_bytes, content_id
from qassay.claims.claim_file import parse_claim_sheet
from qassay.errors import (
    ClaimError,
    IncompleteError,
    MalformedError,
    PlanError,
    Problem,
    TamperedError,
    quoted,
)
from qassay.evidence.archive import archive_bytes, read_archive
from qassay.evidence.campaign_log import follow_log, split_log
from qassay.evidence.campaign_state import CampaignRules, CampaignState
from qassay.evidence.envelope import Envelope, envelope_from_json
from qassay.evidence.events import (
    ENTRIES,
    PLAN,
    ROLES_FILE,
    SHEET,
    manifest_file,
    returned_file,
)
from qassay.evidence.plan_checks import check_plan
from qassay.evidence.records import plan_from_json
from qassay.evidence.roles import ROLES, Roles, parse_roles
from qassay.planning.best_choices import chosen_again
from qassay.planning.plan import Plan
from qassay.reading.strict_json import read_json

FORMAT: Final = 2
REPLY: Final = "reply.json"
_MOST_EVENTS: Final = 1000
_NEEDED: Final = (SHEET, PLAN, ROLES_FILE, ENTRIES)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Parcel:
    """A parcel whose log and plan have been checked.

    Attributes:
        files: Everything in it.
        roles: The parties.
        plan: The plan.
        lines: Of the log.
        state: What the log comes to.
    """

    files: Mapping[str, bytes]
    roles: Roles
    plan: Plan
    lines: tuple[bytes, ...]
    state: CampaignState


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Reply:
    """What one party answers.

    Attributes:
        role: Its role.
        events: Signed events.
        returned: Files of counts by name in the bundle.
    """

    role: str
    events: tuple[Envelope, ...] = ()
    returned: Mapping[str, bytes] = field(default_factory=dict)

    def to_bytes(self) -> bytes:
        """Give the reply's file."""
        document = {
            "qassay_reply": FORMAT,
            "role": self.role,
            "events": [envelope.as_json() for envelope in self.events],
        }
        return archive_bytes({REPLY: canonical_bytes(document), **self.returned})


def read_parcel(path: Path) -> Parcel:
    """Read a parcel and check that everything in it belongs together.

    Raises:
        EvidenceError: Not a parcel, or one whose log, plan and sheet do not fit.
    """
    files = read_archive(path)
    if "log/checkpoint" in files:
        raise MalformedError(
            Problem(
                where=path.name,
                found="a parcel of a campaign that an earlier version of qassay began",
                expected="one of this version",
                advice="finish it with the version that began it",
            )
        )
    IncompleteError.raise_if_any(
        Problem(where=f"{path.name}: {name}", found="no such file", expected="a part of a parcel")
        for name in _NEEDED
        if name not in files
    )
    roles = parse_roles(files[ROLES_FILE], ROLES_FILE)
    plan = plan_from_json(read_json(files[PLAN], PLAN), PLAN)
    try:
        sheet = parse_claim_sheet(files[SHEET], SHEET, plan.sheet)
        check_plan(plan, PLAN)
        sheet = chosen_again(sheet, plan.sheet, plan.device)
    except (ClaimError, PlanError) as error:
        raise MalformedError(*error.problems) from None
    if plan.campaign is None or plan.campaign.alone:
        raise MalformedError(
            Problem(where=PLAN, found="a plan of one party", expected="the terms of several")
        )
    if sheet != plan.sheet:
        raise TamperedError(
            Problem(where=SHEET, found="other claims than the plan's", expected="the plan's sheet")
        )
    lines = split_log(files[ENTRIES])
    state = follow_log(lines, CampaignRules.of(plan), roles)
    manifests = {manifest_file(number): made for number, made in state.manifests.items()}
    named = {
        SHEET: plan.sheet.text_id,
        PLAN: plan.id,
        ROLES_FILE: plan.campaign.roles,
        **manifests,
        **state.closed,
    }
    IncompleteError.raise_if_any(
        Problem(where=f"{path.name}: {name}", found="no such file", expected="what the log names")
        for name in named
        if name not in files
    )
    TamperedError.raise_if_any(
        Problem(
            where=name,
            found="another file than the log names",
            expected=f"the file with sha256 {digest[:16]}…",
        )
        for name, digest in named.items()
        if content_id(files[name]) != digest
    )
    return Parcel(files=files, roles=roles, plan=plan, lines=lines, state=state)


def is_reply(path: Path) -> bool:
    """Say whether a file is a zip archive, and so a reply rather than bare counts."""
    try:
        with path.open("rb") as file:
            return file.read(4) == b"PK\x03\x04"
    except OSError:
        return False


def read_reply(path: Path) -> Reply:
    """Read a reply; its signatures are not verified yet.

    Raises:
        MalformedError: Not a reply.
    """
    files = dict(read_archive(path))
    document: Any = read_json(files.pop(REPLY, b"null"), f"{path.name}: {REPLY}")
    keys = {"qassay_reply", "role", "events"}
    right = isinstance(document, dict) and document.keys() == keys
    if not right or document["qassay_reply"] != FORMAT or document["role"] not in ROLES:
        raise _no_reply(path, document)
    events = document["events"]
    if not isinstance(events, list) or len(events) > _MOST_EVENTS:
        raise _no_reply(path, events)
    MalformedError.raise_if_any(
        Problem(
            where=f"{path.name}: {name}",
            found="a file under another name than its content's",
            expected=returned_file(content_id(data)),
        )
        for name, data in files.items()
        if name != returned_file(content_id(data))
    )
    return Reply(
        role=document["role"],
        events=tuple(envelope_from_json(one, f"{path.name}, event") for one in events),
        returned=files,
    )


def _no_reply(path: Path, found: object) -> MalformedError:
    return MalformedError(
        Problem(where=path.name, found=quoted(found), expected="a reply of `qassay answer`")
    )


__all__ = [
    "Parcel",
    "Reply",
    "is_reply",
    "manifest_file",
    "read_parcel",
    "read_reply",
    "returned_file",
]
