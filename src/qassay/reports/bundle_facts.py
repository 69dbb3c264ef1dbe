"""What the datasheet tells of a bundle beside estimates and verdicts.

The facts are read from the bundle, never from the run, so that anybody who holds the bundle
can write the same datasheet again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from qassay.claims.claim import ClaimSheet
from qassay.claims.claim_file import parse_claim_sheet
from qassay.claims.plausibility import findings
from qassay.claims.validity import Days, days_between
from qassay.devices.interface import RECKONED
from qassay.errors import QassayError
from qassay.evidence import bundle as layout
from qassay.evidence.bundle import Bundle
from qassay.evidence.campaign_log import statement_in
from qassay.evidence.log import ENTRIES, ROLES_FILE, parse_log
from qassay.evidence.roles import parse_roles
from qassay.evidence.run_record import RunRecord, read_run_record
from qassay.languages.files import files_of
from qassay.planning.availability import broken_words
from qassay.planning.plan import Plan
from qassay.planning.schedule import part_name
from qassay.reading.strict_json import read_json
from qassay.reports.facts import RunFacts
from qassay.verdicts.operations import OperationVerdict, SentJob, Timings, operation_verdicts

_DAY: Final = "%Y-%m-%d"
_MOST_ROUNDS: Final = 6  # of which the dates are written out

# Where words, numbers or drawings of the page come from. A change there, which leaves every file of
# `reports` as it was, writes another page: the writer's name has to change with it, or an honest
# bundle of yesterday would be called forged.
SPEAKING: Final = (
    "applications",
    "claims",
    "errors.py",
    "evidence",
    "headway.py",
    "languages",
    "numerals.py",
    "planning",
    "protocols",
    "reports",
    "statistics",
    "units.py",
    "verdicts",
)


def facts_of(bundle: Bundle, plan: Plan, name: str) -> RunFacts:
    """Collect from a bundle what its datasheet tells beside estimates and verdicts.

    Args:
        bundle: The evidence.
        plan: Its plan.
        name: File name of the bundle.
    """
    said = tuple(_said(bundle))
    batches = [
        bundle.document(path)
        for path in sorted(bundle.files)
        if path.startswith("batches/") and path.endswith("/counts.json")
    ]
    published = [bundle.document(path) for path in bundle.files if path.startswith("published/")]
    shots = [len(batch["outcomes"] or ()) for batch in batches]
    circuits = [n // batch["shots"] for n, batch in zip(shots, batches, strict=True)]
    imported = bool(published)
    sheet = _sheet_as_read(bundle, plan)
    record = None
    if layout.RUN_RECORD in bundle.files:
        record = read_run_record(bundle.document(layout.RUN_RECORD), layout.RUN_RECORD)
    return RunFacts(
        seed=bundle.document(layout.SEED)["seed"],
        shots=plan.cost.shots if imported else sum(shots),
        circuits=plan.cost.circuits if imported else sum(circuits),
        device_seconds=sum(batch["seconds"] for batch in batches),
        plan_id=plan.id,
        bundle_name=name,
        software=f"qassay {bundle.document(layout.VERSIONS)['qassay']}",
        failures=tuple(
            f"{batch['batch']}: {failure}" for batch in batches for failure in batch["failures"]
        ),
        notes=(
            *dict.fromkeys(note for batch in batches for note in batch["notes"]),
            *dict.fromkeys(note for one in published for note in one.get("notes", ())),
            *_on_record(said),
        ),
        findings=findings(
            sheet,
            None if imported else plan.device.durations,
            broken_words(plan.device),
            _days(said, record),
        ),
        kind="import" if imported else "run",
        source=", ".join(sorted({document["file"] for document in published})),
        record=record,
        operations=_operations(replace(plan, sheet=sheet), batches, record),
        parties=tuple(_parties(bundle)),
        dates=tuple(_dates(said)),
    )


def _sheet_as_read(bundle: Bundle, plan: Plan) -> ClaimSheet:
    """Read the sheet of the bundle again where it is the plan's, for the codes of its sentences."""
    try:
        sheet = parse_claim_sheet(bundle.files[layout.SHEET], layout.SHEET, plan.sheet)
    except QassayError:  # what today's rules read otherwise; the plan has the sentences as texts
        return plan.sheet
    return sheet if sheet == plan.sheet else plan.sheet


def _operations(
    plan: Plan, batches: Sequence[Mapping[str, Any]], record: RunRecord | None
) -> tuple[OperationVerdict, ...]:
    """Judge by the seconds in the bundle what no counts settle."""
    if not plan.sheet.operations:
        return ()
    timings = Timings(
        seconds={str(x["batch"]): float(x["seconds"]) for x in batches if x["outcomes"]},
        reckoned=any(RECKONED in x["notes"] for x in batches),
        sent=_sent(record),
    )
    return operation_verdicts(plan, timings)


def _sent(record: RunRecord | None) -> tuple[SentJob, ...]:
    """Give the attempts at jobs of which the ledger has both ends."""
    return tuple(
        SentJob(
            job=x.job,
            answered=x.standing == "done",
            sent_at=_seconds(x.sent_at),
            ended_at=_seconds(x.ended_at),
        )
        for x in (record.ledger if record is not None else ())
        if x.standing in ("done", "lost") and x.sent_at and x.ended_at
    )


def _seconds(text: str) -> float:
    """Read a time of the ledger; what is none, in a stranger's bundle, is 1970."""
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp()
    except ValueError:
        return 0.0


def _parties(bundle: Bundle) -> Iterator[tuple[str, str, str]]:
    """Name the parties of a campaign with their keys; the audit verifies what they signed."""
    if ROLES_FILE in bundle.files:
        for party in parse_roles(bundle.files[ROLES_FILE], ROLES_FILE).parties:
            yield party.role, party.name, party.key.fingerprint


def _said(bundle: Bundle) -> Iterator[tuple[int, Any]]:
    """Give time and statement of every line of a campaign's log."""
    for line in parse_log(bundle.files.get(ENTRIES, b"")).lines:
        yield read_json(line, ENTRIES)["at"], statement_in(line, ENTRIES)


def _dates(course: Iterable[tuple[int, Any]]) -> Iterator[tuple[str, str]]:
    """Say when circuits of a campaign went out and counts came in, as its log has it.

    Only entries before the secret is revealed are looked at: the page is written before the log is
    closed, on this very page.
    """
    times: dict[str, dict[int, list[int]]] = {"released": {}, "counts": {}}
    by = ""
    for at, said in course:
        kind, facts = said.get("event"), said["facts"]
        if kind in times and "round" in facts:  # in logs of format 2 parts are names
            by = said["by"] if kind == "released" else by
            times[kind].setdefault(facts["round"], []).append(at)
    if not by:
        return
    yield "Circuits went out", _by_round(times["released"])
    yield "Counts were taken in", _by_round(times["counts"]) or "none"
    whose = (
        "of the one party that keeps the log" if by == "self" else f"of the {by}, who signs them"
    )
    yield "Whose clock that is", f"that {whose}; nobody else vouches for these times"


def _days(course: Iterable[tuple[int, Any]], record: RunRecord | None) -> Days | None:
    """Say when counts were taken: by a campaign's log, else by the record; None if nobody says."""
    times = sorted(at for at, said in course if said.get("event") in ("released", "counts"))
    if times:
        first, last = (
            datetime.fromtimestamp(at, UTC).strftime(_DAY) for at in (times[0], times[-1])
        )
        return Days(first=first, last=last)
    return None if record is None else days_between(record.measured_from, record.measured_to)


def _by_round(times: Mapping[int, list[int]]) -> str:
    """Write times in UTC, round by round: of many rounds the first and the last."""
    numbers = sorted(times)
    shown = numbers if len(numbers) <= _MOST_ROUNDS else (numbers[0], numbers[-1])
    return "; ".join(f"round {number}: {_span(times[number])}" for number in shown)


def _span(times: list[int]) -> str:
    first, last = (
        datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
        for at in (min(times), max(times))
    )
    return first if first == last else f"{first} to {last}"


def _on_record(course: Iterable[tuple[int, Any]]) -> Iterator[str]:
    """Tell what was amended and stated in a campaign; the audit verifies who signed it."""
    for _, said in course:
        facts = said["facts"]
        if said.get("event") == "amended":
            named = facts.get("batches") or [part_name(*one) for one in facts.get("parts", ())]
            batches = ", ".join(named) or "all batches"
            yield f"Amended before the release of {batches}: {facts['text']}"
        elif said.get("event") == "noted":
            yield f"On record, by the {said['by']}: {facts['text']}"


@cache
def renderer_id() -> str:
    """Name the writer of datasheets by its source: sha256 over all files that speak on the page."""
    here = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for place in SPEAKING:
        whole = here / place
        for path in sorted(whole.rglob("*")) if whole.is_dir() else (whole,):
            if path.suffix in (".py", ".j2", ".css") or path.name in files_of("en"):
                data = path.read_bytes().replace(b"\r\n", b"\n")
                name = path.relative_to(here).as_posix().encode()
                for part in (name, data):
                    digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()
