"""One step of a campaign of several parties, as the verifier takes it.

Replies are taken, all or none; then everything that the log allows next is done, and the others
are asked for what is theirs with a new parcel.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from qassay.assay import Clock, Request, conclude, counted
from qassay.campaigns.collecting import Progress
from qassay.campaigns.folder import Campaign
from qassay.campaigns.keeping import Keeper, check_files, number_of
from qassay.campaigns.sending import send
from qassay.campaigns.standing import Record, Standing
from qassay.canonical import canonical_bytes, content_id
from qassay.errors import CountsError, Problem, UsageError
from qassay.evidence.envelope import Envelope
from qassay.evidence.events_v1 import PLAN, VERDICTS, read_event
from qassay.evidence.keys import SigningKey
from qassay.evidence.log import CHECKPOINT, EARLIER
from qassay.evidence.signing import sign_bundle
from qassay.exchange.counts_file import parse_counts
from qassay.exchange.pack import Release, pack_name, time_text
from qassay.exchange.parcel import Reply, manifest_file, read_reply
from qassay.exchange.parts import Part
from qassay.exchange.returns import shots_of
from qassay.planning.schedule import part_name, rounds
from qassay.verdicts.analysis import Analysis, analyse
from qassay.verdicts.counted import Counted
from qassay.verdicts.verdict import TrustLevel
from qassay.whole_files import write_whole


def advance_signed(
    campaign: Campaign,
    key: SigningKey,
    replies: Sequence[Path] = (),
    *,
    received: int | None = None,
    expire: bool = False,
    amend: str = "",
    hold: bool = False,
    now: int | None = None,
) -> Progress:
    """Take replies, and do whatever the log allows next.

    Args:
        campaign: The campaign.
        key: The verifier's key.
        replies: Files of the other parties; if one is wrong, none is taken.
        received: When they came, in seconds since 1970; now by default.
        expire: Close parts whose deadline has passed.
        amend: An amendment to everything that has not gone out yet, in words.
        hold: Do not send the next round yet.
        now: The time, in seconds since 1970.

    Raises:
        CountsError: Counts that cannot be taken; nothing has changed.
        EvidenceError: A reply that is wrong; nothing has changed.
        UsageError: What was asked for has no meaning now.
    """
    clock = Clock()
    at = received if received is not None else int(time.time()) if now is None else now
    keeper = Keeper.open(campaign, key, at)
    late: list[str] = []
    if replies:
        late = _take(keeper, [read_reply(path) for path in replies], expire=expire)
    keeper.begin()
    if expire:
        _expire(keeper)
    for text in late:
        if not keeper.state.closed:
            keeper.write("noted", text=text)
    if amend:
        _amend(keeper, amend)
    root = keeper.root
    if root is None:
        progress = _before_the_seed(keeper)
    else:
        request, record, standing = keeper.standing(root)
        progress = _go_on(keeper, request, record, standing, clock, hold=hold)
    remarks = (*late, *progress.remarks)
    return replace(progress, remarks=remarks, parcel=keeper.parcel())


def _take(keeper: Keeper, replies: list[Reply], *, expire: bool) -> list[str]:
    """Take replies into the log; give words on counts that came too late."""
    root = keeper.root
    parts: dict[str, Part] = {}
    if root is not None:
        _, _, standing = keeper.standing(root)
        parts = {part.name: part for sent in standing.sent.values() for part in sent}
    taken: list[Envelope] = []
    late: list[str] = []
    problems: list[Problem | str] = []
    for reply in replies:
        events = [read_event(envelope, keeper.roles, "reply")[0] for envelope in reply.events]
        check_files(reply, events)
        keeper.check(reply)
        for envelope, event in zip(reply.events, events, strict=True):
            if event.kind != "counts":
                taken.append(envelope)
                continue
            name = event.facts["batch"]
            names = [file for file in event.subject if file != PLAN]
            ended = keeper.state.ended.get(name)
            if ended is not None and ended.files == {n: event.subject[n] for n in names}:
                continue  # taken before
            try:
                _check_counts(keeper, parts, name, [reply.returned[file] for file in names])
            except CountsError as error:
                problems += error.problems
                continue
            if ended is None and keeper.now <= keeper.state.released[name].deadline:
                taken.append(envelope)
            elif ended is None and not expire:
                until = time_text(keeper.state.released[name].deadline)
                problems.append(
                    Problem(where=f"counts of {name}", found=f"a file of {time_text(keeper.now)}",
                            expected=f"counts until the deadline, {until}",
                            advice="--received TIME if they came in time; --expire closes the "
                                   "part without them")
                )  # fmt: skip
            else:
                digests = ", ".join(sorted(event.subject[file][:16] for file in names))
                late.append(f"counts of {name} came after its end and are not used: {digests}")
    if problems:
        raise CountsError(*problems)
    for reply in replies:
        keeper.keep_returned(reply)
    keeper.offer(taken)
    for reply in replies:
        keeper.take_cosignatures(reply)
        keeper.take_share(reply)
    return late


def _check_counts(keeper: Keeper, parts: dict[str, Part], name: str, files: list[bytes]) -> None:
    """Check files of counts strictly, before their event enters the log."""
    if name not in parts or name not in keeper.state.released:
        raise CountsError(
            Problem(where=f"counts of {name}", found="a part that did not go out",
                    expected=", ".join(keeper.state.open_batches[:4]) or "an open part")
        )  # fmt: skip
    number = number_of(name)
    mine = (part for part in parts.values() if number_of(part.name) == number)
    for data in files:
        parse_counts(
            data, f"counts of {name}", {number: shots_of(mine)},
            keeper.campaign.request.plan.device.qubits,
        )  # fmt: skip


def _expire(keeper: Keeper) -> None:
    """Close the parts whose deadline has passed."""
    waiting = keeper.state.open_batches
    over = [name for name in waiting if keeper.now > keeper.state.released[name].deadline]
    if waiting and not over:
        until = time_text(min(keeper.state.released[name].deadline for name in waiting))
        raise UsageError(
            Problem(where="--expire", found=f"parts that are open until {until}",
                    expected="a part whose deadline has passed")
        )  # fmt: skip
    for name in over:
        keeper.write("expired", batch=name)


def _amend(keeper: Keeper, text: str) -> None:
    """Put an amendment on record for all parts that have not gone out."""
    plan = keeper.campaign.request.plan
    names = [
        part_name(number, index)
        for number, (start, end) in enumerate(rounds(plan), start=1)
        for index in range(1, end - start + 1)
    ]
    left = [name for name in names if name not in {*keeper.state.released, *keeper.state.ended}]
    if not keeper.state.plan or not left:
        raise UsageError(
            Problem(where="--amend", found="nothing that is still to go out",
                    expected="an amendment before the release of what it touches")
        )  # fmt: skip
    untouched = not (keeper.state.released or keeper.state.ended)
    keeper.write("amended", batches=[] if untouched else left, text=text)


def _before_the_seed(keeper: Keeper) -> Progress:
    """Say what is awaited before the circuits can be drawn."""
    state = keeper.state
    awaited = []
    if not state.sheet:
        awaited.append("the vendor's signature on the claims")
    else:
        awaited += [f"the {r}'s commitment" for r in state.committers if r not in state.commitments]
        if not awaited and not state.nonce:
            awaited.append("the vendor's bytes for the seed")
        held = keeper.secrets
        if not awaited:
            awaited += [f"the {role}'s share" for role in state.committers if role not in held]
    plan = keeper.campaign.request.plan
    return Progress(
        standing=Standing(current=1),
        release=None,
        pack=None,
        missing={},
        remarks=tuple(f"awaited: {what}" for what in awaited),
        analysis=analyse(plan, Counted.of((), 0), {}),
        result=None,
    )


def _go_on(
    keeper: Keeper, request: Request, record: Record, standing: Standing, clock: Clock, *,
    hold: bool,
) -> Progress:  # fmt: skip
    """Send the current round, or end the campaign."""
    number = standing.current
    analysis = analyse(request.plan, counted(standing.done), standing.known)
    progress = Progress(
        standing=standing, release=None, pack=None, missing={}, remarks=(), analysis=analysis,
        result=None,
    )  # fmt: skip
    if number is None:
        return _end(keeper, request, progress, clock)
    if hold and number not in record.releases:
        return progress
    release = _send(keeper, request, record, standing, number)
    state, folder = keeper.state, keeper.campaign
    return replace(
        progress,
        release=release,
        pack=folder.pack(pack_name(number)),
        missing={p.name: list(p.ids) for p in standing.open_parts if p.name not in state.ended},
    )


def _send(
    keeper: Keeper, request: Request, record: Record, standing: Standing, number: int
) -> Release:
    """Write the pack of a round and put each of its open parts on record as released."""
    campaign = keeper.campaign
    release = record.releases.get(number)
    unreleased = [p for p in standing.open_parts if p.name not in keeper.state.released]
    if release is not None and not unreleased and campaign.pack(pack_name(number)).exists():
        return release
    if release is None:
        limit = campaign.terms.deadline or 0
        release = Release(number=number, at=keeper.now, deadline=keeper.now + limit)
    excused = {name for name, end in keeper.state.ended.items() if end.how == "excused"}
    parts = tuple(part for part in standing.sent[number] if part.name not in excused)

    def announce(manifest: bytes) -> None:
        name = manifest_file(number)
        place = campaign.folder / name
        place.parent.mkdir(exist_ok=True)
        write_whole(place, manifest)
        subject = {name: content_id(manifest)}
        for part in unreleased:
            keeper.write("released", subject, batch=part.name, deadline=release.deadline)

    send(campaign, request, parts, release, announce)
    return release


def _end(keeper: Keeper, request: Request, progress: Progress, clock: Clock) -> Progress:
    """Reveal, judge, close the log, and seal the bundle once it has been cosigned."""
    state = keeper.state
    if "verifier" not in state.secrets:
        keeper.write("revealed", secret=keeper.secrets["verifier"].hex())
    if state.root is None:
        others = [role for role in state.committers if role not in state.secrets]
        return replace(progress, remarks=tuple(f"awaited: the reveal of the {r}" for r in others))
    cosigned = keeper.cosigned()
    early = {key for size, keys in cosigned.items() if size != state.taken for key in keys}
    if not state.verdicts:
        analysis = progress.analysis.at_level("T2" if early else "T1")
        keeper.write("verdicts", {VERDICTS: content_id(_verdicts(analysis))})
    if not state.closed:
        keeper.write("closed")
        keeper.head()
        cosigned = {}
    level = _level_written(progress.analysis, state.verdicts)
    analysis = progress.analysis.at_level(level)
    progress = replace(progress, analysis=analysis)
    if level == "T2" and not early & cosigned.get(state.taken, set()):
        words = "awaited: a cosignature of the closed log by a party other than the vendor"
        return replace(progress, remarks=(words,))
    more = {**keeper.log_files(), **keeper.job_files()}
    if level == "T1":  # heads that came too late for the verdicts prove nothing more
        more = {name: data for name, data in more.items() if not name.startswith(EARLIER)}
    if CHECKPOINT not in more:
        raise UsageError("the log has no signed head")
    result = conclude(
        request, keeper.campaign.folder, analysis, progress.standing.done, clock,
        request.plan.device.name, more,
    )  # fmt: skip
    sign_bundle(result.bundle, keeper.key, "verifier")
    return replace(progress, result=result)


def _verdicts(analysis: Analysis) -> bytes:
    return canonical_bytes(analysis.verdicts_json())


def _level_written(analysis: Analysis, digest: str) -> TrustLevel:
    """Find the trust level at which the verdicts on record were handed down."""
    return "T2" if content_id(_verdicts(analysis.at_level("T2"))) == digest else "T1"
