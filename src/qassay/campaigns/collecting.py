"""Export and collect: what goes out next, and what came back, without signatures.

Everything that happens is a line of the journal before anything else follows from it. The same
call twice changes nothing, and a call that was killed is completed by the next one.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qassay.assay import Clock, RunResult, conclude, counted
from qassay.campaigns.folder import Campaign
from qassay.campaigns.sending import send
from qassay.campaigns.standing import Record, Standing, follow
from qassay.canonical import content_id
from qassay.errors import CountsError, Problem, UsageError
from qassay.exchange.bit_order import check_bit_order
from qassay.exchange.counts_file import Returned, parse_counts, read_counts_bytes
from qassay.exchange.pack import Release, pack_name, time_text
from qassay.exchange.returns import End, merged, shots_of, unanswered
from qassay.planning.schedule import round_name
from qassay.verdicts.analysis import Analysis, analyse
from qassay.whole_files import write_whole


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Progress:
    """Where a campaign stands after a call.

    Attributes:
        standing: Rounds, parts and decisions.
        release: Of the current round; None while it is held back, or at the end.
        pack: Its file.
        missing: Names of circuits of which nothing came back yet, by part.
        remarks: What the user should know of this call.
        analysis: Estimates and verdicts so far.
        result: Verdicts, bundle and datasheet, once the campaign is over.
        parcel: In a campaign of several parties, what all of them are sent.
    """

    standing: Standing
    release: Release | None
    pack: Path | None
    missing: dict[str, list[str]]
    remarks: tuple[str, ...]
    analysis: Analysis
    result: RunResult | None
    parcel: Path | None = None

    @property
    def exit_code(self) -> int:
        """3 while counts are awaited, then that of the verdicts."""
        return 3 if self.result is None else self.result.exit_code


def advance(
    campaign: Campaign,
    counts: Sequence[Path] = (),
    *,
    received: int | None = None,
    expire: bool = False,
    excuse: str = "",
    hold: bool = False,
    now: int | None = None,
) -> Progress:
    """Take counts, close what is over, and send the next round or end the campaign.

    Args:
        campaign: The campaign.
        counts: Files that came back; if one is wrong, none is taken.
        received: When they came, in seconds since 1970; now by default.
        expire: Close the current round without what is missing.
        excuse: Leave out the round that has not gone out yet, for this reason.
        hold: Do not send the next round yet.
        now: The time, in seconds since 1970.

    Raises:
        CountsError: A file cannot be taken; nothing has changed.
        UsageError: What was asked for has no meaning now.
    """
    clock = Clock()
    now = int(time.time()) if now is None else now
    remarks: list[str] = []
    standing = follow(campaign.request, record_of(campaign))
    if counts:
        remarks += _take(campaign, standing, counts, received or now, now, expire=expire)
        standing = follow(campaign.request, record_of(campaign))
    if expire:
        remarks += _expire(campaign, standing, now)
        standing = follow(campaign.request, record_of(campaign))
    if excuse:
        _excuse(campaign, standing, excuse, now)
        standing = follow(campaign.request, record_of(campaign))
    record = record_of(campaign)
    if standing.current is not None and not (hold and standing.current not in record.releases):
        record.releases[standing.current] = _send(campaign, standing, record, now)
    return _progress(campaign, standing, record, remarks, clock)


def record_of(campaign: Campaign) -> Record:
    """Read what has happened from the journal and the files that were taken."""
    record = Record()
    plan = campaign.request.plan
    for event in campaign.journal.events:
        number = event.get("round", 0)
        if event["kind"] == "released":
            record.releases[number] = Release(
                number=number, at=event["at"], deadline=event["deadline"]
            )
        elif event["kind"] == "counts":
            place = campaign.returned(event["file"])
            data = read_counts_bytes(place)
            if content_id(data) != event["file"]:
                raise CountsError(
                    Problem(where=str(place), found="another content than was taken",
                            expected=f"the file with sha256 {event['file'][:16]}…",
                            advice="restore the file from the vendor's message")
                )  # fmt: skip
            known = {number: dict(event["circuits"])}
            file = parse_counts(data, place.name, known, plan.device.qubits)
            record.files.setdefault(round_name(number), []).append(file)
        elif event["kind"] == "ended":
            for name in event["parts"]:
                record.ends[name] = End(event["how"], event["reason"])
    return record


def _take(
    campaign: Campaign,
    standing: Standing,
    paths: Iterable[Path],
    received: int,
    now: int,
    *,
    expire: bool,
) -> list[str]:
    """Write down files of counts; all of them, or none if one is wrong."""
    record = record_of(campaign)
    known = {
        number: shots_of(parts)
        for number, parts in standing.sent.items()
        if number in record.releases
    }
    if received > now:
        raise UsageError(
            Problem(where="--received", found=f"{time_text(received)}, in the future",
                    expected=f"a time until now, {time_text(now)}")
        )  # fmt: skip
    taken: list[tuple[int, bytes, Returned]] = []
    problems: list[Any] = []
    for path in paths:
        try:
            data = read_counts_bytes(path)
            file = parse_counts(data, path.name, known, campaign.request.plan.device.qubits)
            number = next(
                n for n, ids in known.items() if {*file.outcomes, *file.failed} <= ids.keys()
            )
            before = record.files.get(round_name(number), ())
            earlier = [*before, *(f for n, _, f in taken if n == number)]
            whole, _ = merged([*earlier, file])
            check_bit_order(standing.sent[number], whole, campaign.request.root, path.name)
        except CountsError as error:
            problems += error.problems
            continue
        taken.append((number, data, file))
    if problems:
        raise CountsError(*problems)
    for number, _, _ in taken:
        _check_in_time(standing, record, number, received, expire=expire)
    return [
        _file_one(campaign, standing, record, number, data, file, received)
        for number, data, file in taken
    ]


def _check_in_time(
    standing: Standing, record: Record, number: int, received: int, *, expire: bool
) -> None:
    """Ask what to do with counts that came late for a round that is still open."""
    deadline = record.releases[number].deadline
    if number == standing.current and not expire and deadline and received > deadline:
        raise CountsError(
            Problem(where=f"counts of round {number}",
                    found=f"a file that came at {time_text(received)}",
                    expected=f"counts until the deadline, {time_text(deadline)}",
                    advice="--received TIME if it came in time; --expire closes the round "
                           "without it")
        )  # fmt: skip


def _file_one(
    campaign: Campaign, standing: Standing, record: Record, number: int, data: bytes,
    file: Returned, received: int,
) -> str:  # fmt: skip
    """Write down one file: as counts, or as late."""
    name = file.sha256[:16]
    seen = {e["file"]: e["kind"] for e in campaign.journal.events if "file" in e}
    if file.sha256 in seen:
        late = " as late" if seen[file.sha256] == "late" else ""
        return f"{name} had been taken before{late}"
    deadline = record.releases[number].deadline
    place = campaign.returned(file.sha256)
    if number != standing.current or (deadline is not None and received > deadline):
        write_whole(place.with_suffix(".late.json"), data)
        campaign.journal.append(
            {"kind": "late", "round": number, "file": file.sha256, "at": received}
        )
        return f"{name} came after its round was over and is not used"
    write_whole(place, data)
    ids = {*file.outcomes, *file.failed}
    shots = {n: s for n, s in shots_of(standing.sent[number]).items() if n in ids}
    campaign.journal.append(
        {"kind": "counts", "round": number, "file": file.sha256, "at": received, "circuits": shots}
    )
    return f"{name}: counts of {len(file.outcomes)} circuits, {len(file.failed)} failed"


def _expire(campaign: Campaign, standing: Standing, now: int) -> list[str]:
    """Close the open parts of the current round."""
    record = record_of(campaign)
    number = standing.current
    if number is None or number not in record.releases:
        return ["nothing was open that could be closed"]
    deadline = record.releases[number].deadline
    if deadline is not None and now <= deadline:
        raise UsageError(
            Problem(where="--expire", found=f"round {number}, open until {time_text(deadline)}",
                    expected="a round whose deadline has passed")
        )  # fmt: skip
    reason = f"the deadline was {time_text(deadline)}" if deadline else "closed by the verifier"
    _end(campaign, standing, "expired", reason, now)
    return [f"round {number} was closed without {len(standing.open_parts)} parts"]


def _excuse(campaign: Campaign, standing: Standing, reason: str, now: int) -> None:
    """Leave out a round that has not gone out yet."""
    number = standing.current
    if number is None or number in record_of(campaign).releases:
        raise UsageError(
            Problem(where="--excuse", found="no round that is still to go out",
                    expected="an excuse before the release",
                    advice="`--hold` keeps the next round back until the vendor is ready")
        )  # fmt: skip
    _end(campaign, standing, "excused", reason, now)


def _end(campaign: Campaign, standing: Standing, how: str, reason: str, now: int) -> None:
    names = [part.name for part in standing.open_parts]
    campaign.journal.append(
        {"kind": "ended", "round": standing.current, "parts": names, "how": how, "reason": reason,
         "at": now}
    )  # fmt: skip


def _send(campaign: Campaign, standing: Standing, record: Record, now: int) -> Release:
    """Write the pack of the current round, unless it is there."""
    number = standing.current or 0
    release = record.releases.get(number)
    path = campaign.pack(pack_name(number))
    if release is not None and path.exists():
        return release
    known = release is not None
    if release is None:
        deadline = campaign.terms.deadline
        release = Release(number=number, at=now, deadline=deadline and now + deadline)
    sent = release

    def announce(manifest: bytes) -> None:
        if not known:
            campaign.journal.append(
                {"kind": "released", "round": number, "at": sent.at, "deadline": sent.deadline,
                 "manifest": content_id(manifest)}
            )  # fmt: skip

    send(campaign, campaign.request, standing.sent[number], release, announce)
    return release


def _progress(
    campaign: Campaign, standing: Standing, record: Record, remarks: list[str], clock: Clock
) -> Progress:
    request, number = campaign.request, standing.current
    analysis = analyse(request.plan, counted(standing.done), standing.known)
    result = None
    if number is None:
        result = conclude(
            request, campaign.folder, analysis, standing.done, clock, request.plan.device.name
        )
    release = record.releases.get(number or 0)
    return Progress(
        standing=standing,
        release=release,
        pack=campaign.pack(pack_name(number)) if release and number else None,
        missing={
            part.name: unanswered(part, record.files_for(part)) for part in standing.open_parts
        },
        remarks=tuple(remarks),
        analysis=analysis,
        result=result,
    )
