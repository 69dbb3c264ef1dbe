"""What the parties of a campaign send one another: parcels from the verifier, replies to them.

A parcel is a zip file with the whole of what is public so far:

    claims/sheet.toml  plan/plan.json  keys/roles.json
    log/entries.jsonl  log/checkpoint       the log, and its head signed by the verifier
    jobs/round-01.json ...                  manifests of the packs that went out

A reply is a zip file that one of the others signs:

    reply.json          {"qassay_reply": 1, "role", "events": [envelopes], "head": note, "share"}
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
    LogBrokenError,
    MalformedError,
    PlanError,
    Problem,
    TamperedError,
    quoted,
)
from qassay.evidence.archive import read_archive, write_archive
from qassay.evidence.campaign_v1 import Campaign, follow
from qassay.evidence.checkpoint import Checkpoint, kept_by, parse_checkpoint
from qassay.evidence.commitment import secret_from_hex
from qassay.evidence.envelope import Envelope, envelope_from_json
from qassay.evidence.events_v1 import PLAN, SHEET
from qassay.evidence.log import CHECKPOINT, ENTRIES, ROLES_FILE, Log, parse_log
from qassay.evidence.note import Note, parse_note
from qassay.evidence.plan_checks import check_plan
from qassay.evidence.records import plan_from_json
from qassay.evidence.roles import ROLES, Roles, parse_roles
from qassay.planning.plan import Plan
from qassay.reading.strict_json import read_json
from qassay.whole_files import PRIVATE

FORMAT: Final = 1
REPLY: Final = "reply.json"
JOBS, RETURNED = "jobs/", "returned/"
_MOST_EVENTS: Final = 1000
_NEEDED: Final = (SHEET, PLAN, ROLES_FILE, ENTRIES, CHECKPOINT)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Parcel:
    """A parcel whose log, head and plan have been checked.

    Attributes:
        files: Everything in it.
        roles: The parties.
        plan: The plan.
        log: The log.
        state: What the log comes to.
        note: The signed head.
        head: What it says.
    """

    files: Mapping[str, bytes]
    roles: Roles
    plan: Plan
    log: Log
    state: Campaign
    note: Note
    head: Checkpoint

    @property
    def last(self) -> int:
        """Time of the log's last entry, 0 without any."""
        return self.state.times[-1] if self.state.times else 0


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Reply:
    """What one party answers.

    Attributes:
        role: Its role.
        events: Signed events.
        head: The head that it cosigned; None without one.
        share: Its secret, for the verifier alone, once the seed cannot be chosen any more.
        returned: Files of counts by name in the bundle.
    """

    role: str
    events: tuple[Envelope, ...] = ()
    head: Note | None = None
    share: bytes | None = None
    returned: Mapping[str, bytes] = field(default_factory=dict)

    def save(self, path: Path) -> None:
        """Write the reply's file, whole or not at all."""
        document = {
            "qassay_reply": FORMAT,
            "role": self.role,
            "events": [envelope.as_json() for envelope in self.events],
            "head": None if self.head is None else self.head.to_bytes().decode(),
            "share": None if self.share is None else self.share.hex(),
        }
        write_archive(path, {REPLY: canonical_bytes(document), **self.returned}, PRIVATE)


def manifest_file(number: int) -> str:
    """Name the manifest of a round's pack."""
    return f"{JOBS}round-{number:02d}.json"


def returned_file(sha256: str) -> str:
    """Name a file of counts that the vendor returned."""
    return f"{RETURNED}{sha256[:32]}.json"


def read_parcel(path: Path) -> Parcel:
    """Read a parcel and check that everything in it belongs together.

    Raises:
        EvidenceError: Not a parcel, or one whose log, head, plan and sheet do not fit.
    """
    files = read_archive(path)
    IncompleteError.raise_if_any(
        Problem(where=f"{path.name}: {name}", found="no such file", expected="a part of a parcel")
        for name in _NEEDED
        if name not in files
    )
    roles = parse_roles(files[ROLES_FILE], ROLES_FILE)
    plan = plan_from_json(read_json(files[PLAN], PLAN), PLAN)
    try:
        sheet = parse_claim_sheet(files[SHEET], SHEET)
        check_plan(plan, PLAN)
    except (ClaimError, PlanError) as error:
        raise MalformedError(*error.problems) from None
    log = parse_log(files[ENTRIES])
    state = follow(log.entries(roles))
    signed = {SHEET: state.sheet, PLAN: state.plan, **state.files}
    TamperedError.raise_if_any(
        Problem(where=name, found="another file than the log names",
                expected=f"the file with sha256 {digest[:16]}…")
        for name, digest in signed.items()
        if digest and name in files and content_id(files[name]) != digest
    )  # fmt: skip
    if sheet != plan.sheet:
        raise TamperedError(
            Problem(where=SHEET, found="other claims than the plan's", expected="the plan's sheet")
        )
    note = parse_note(files[CHECKPOINT], CHECKPOINT)
    head = parse_checkpoint(note, CHECKPOINT)
    if head != log.head(head.origin) or not any(
        kept_by(note, head, party.key) for party in roles.of("verifier")
    ):
        raise LogBrokenError(
            Problem(where=CHECKPOINT, found="no head of this log that the verifier signed",
                    expected=f"the head of {len(log.lines)} entries")
        )  # fmt: skip
    return Parcel(
        files=files, roles=roles, plan=plan, log=log, state=state, note=note, head=head
    )  # fmt: skip


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
    keys = {"qassay_reply", "role", "events", "head", "share"}
    right = isinstance(document, dict) and document.keys() == keys
    if not right or document["qassay_reply"] != FORMAT or document["role"] not in ROLES:
        raise _no_reply(path, document)
    events, head, share = document["events"], document["head"], document["share"]
    if not isinstance(events, list) or len(events) > _MOST_EVENTS:
        raise _no_reply(path, events)
    if not isinstance(head, str | None):
        raise _no_reply(path, head)
    wrong = [name for name, data in files.items() if name != returned_file(content_id(data))]
    MalformedError.raise_if_any(
        Problem(where=f"{path.name}: {name}", found="a file under another name than its content's",
                expected=returned_file(content_id(files[name])))
        for name in wrong
    )  # fmt: skip
    return Reply(
        role=document["role"],
        events=tuple(envelope_from_json(one, f"{path.name}, event") for one in events),
        head=None if head is None else parse_note(head.encode("utf-8", "replace"), path.name),
        share=None if share is None else secret_from_hex(share, f"{path.name}, share"),
        returned=files,
    )


def _no_reply(path: Path, found: object) -> MalformedError:
    return MalformedError(
        Problem(where=path.name, found=quoted(found), expected="a reply of `qassay answer`")
    )
