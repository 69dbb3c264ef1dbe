"""One step of a campaign by files, as its keeper takes it.

What came back is taken, all or none; then everything that the log allows next is done. Where
several parties sign, the others are asked for what is theirs with a new parcel; alone, one party
does both. The same call twice changes nothing, and a call that was killed is completed by the
next one.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from qassay.assay import RunResult, counted
from qassay.assay.stopwatch import Stopwatch
from qassay.campaigns.closing import close
from qassay.campaigns.folder import Campaign
from qassay.campaigns.intake import RawFiles, settle_parts, take_files, take_replies
from qassay.campaigns.keeping import Keeper
from qassay.campaigns.sending import send
from qassay.campaigns.standing import Standing
from qassay.errors import Problem, UsageError
from qassay.evidence.keys import SigningKey
from qassay.exchange.pack import Release, pack_name, time_text
from qassay.exchange.parcel import read_reply
from qassay.exchange.returns import unanswered
from qassay.verdicts.analysis import Analysis, analyse
from qassay.verdicts.unfinished import unfinished
from qassay.whole_files import write_whole


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Progress:
    """Where a campaign stands after a call.

    Attributes:
        standing: Rounds, parts and decisions.
        release: Of the current round; None while it has not gone out, or at the end.
        pack: Its file.
        missing: Names of circuits of which nothing came back yet, by part.
        remarks: What the user should know of this call.
        analysis: Estimates and verdicts so far.
        result: Verdicts, bundle and datasheet, once the campaign is over.
        parcel: In a campaign of several parties, what all of them are sent.
    """

    standing: Standing
    release: Release | None = None
    pack: Path | None = None
    missing: dict[str, list[str]]
    remarks: tuple[str, ...]
    analysis: Analysis
    result: RunResult | None = None
    parcel: Path | None = None

    @property
    def exit_code(self) -> int:
        """3 while something is awaited, then that of the verdicts."""
        return 3 if self.result is None else self.result.exit_code


def advance(
    campaign: Campaign,
    files: Sequence[Path] = (),
    *,
    key: SigningKey | None = None,
    received: int | None = None,
    expire: bool = False,
    excuse: str = "",
    amend: str = "",
    give_up: str = "",
    hold: bool = False,
    now: int | None = None,
) -> Progress:
    """Take what came back, close what is over, and send the next round or end the campaign.

    Args:
        campaign: The campaign.
        files: Replies of the other parties, or counts where one is alone; if one is wrong, none
            is taken.
        key: The verifier's key, where several parties sign.
        received: When they came, in seconds since 1970; now by default.
        expire: Close what is open and over.
        excuse: Alone: leave out the round that has not been called, for this reason.
        amend: An amendment, in words, to everything that has not been called.
        give_up: End the campaign though its course is not over, for this reason.
        hold: Do not call the next round yet.
        now: The time, in seconds since 1970.

    Raises:
        CountsError: Counts that cannot be taken; nothing has changed.
        EvidenceError: A reply that is wrong; nothing has changed.
        UsageError: What was asked for has no meaning now.
    """
    clock = Stopwatch()
    now = int(time.time()) if now is None else now
    at = received if received is not None else now
    keeper = Keeper.open(campaign, key, at if campaign.signed else now)
    keeper.begin()
    standing = keeper.follow()
    remarks: list[str] = []
    late: list[str] = []
    if files and campaign.signed:
        late = take_replies(keeper, standing, [read_reply(p) for p in files], expire=expire)
    elif files:
        remarks += take_files(keeper, standing, files, at, now, expire=expire)
    if not campaign.signed and standing.current in keeper.state.manifests:
        settle_parts(keeper, standing, expire=False)
    if expire:
        remarks += _expire(keeper, standing)
    for text in late:
        _note(keeper, text)
    if amend:
        _amend(keeper, amend)
    standing = keeper.follow(standing)
    if excuse:
        _excuse(keeper, standing, excuse)
        standing = keeper.follow(standing)
    return _go_on(keeper, standing, [*late, *remarks], clock, hold=hold, give_up=give_up)


def _go_on(
    keeper: Keeper,
    standing: Standing,
    remarks: list[str],
    clock: Stopwatch,
    *,
    hold: bool,
    give_up: str,
) -> Progress:
    """Do whatever the log allows next."""
    release = None
    ending = bool(give_up or keeper.state.secret)
    while standing.current is not None and not ending:
        number = standing.current
        if not keeper.state.agreed or (number != keeper.state.called and hold):
            break
        if number != keeper.state.called:
            keeper.write("called", round=number)
        root = keeper.root(number)
        if root is None:
            break
        standing = keeper.follow(standing)
        release = send(keeper, number, standing.parts, root)
        standing = keeper.follow(standing)  # a round of which all is excused is over at once
        if standing.current == number:
            break
        release = None
    plan = keeper.campaign.plan
    analysis = analyse(plan, counted(standing.done), standing.known)
    progress = Progress(
        standing=standing,
        release=release,
        missing=_missing(keeper, standing, release),
        remarks=(*remarks, *_awaited(keeper, standing)),
        analysis=analysis,
    )
    if release is not None:
        pack = keeper.campaign.pack(pack_name(release.number))
        progress = replace(progress, pack=pack)
    closed = {}
    if ending or (standing.current is None and keeper.state.agreed):
        why = keeper.state.why if keeper.state.closed else give_up
        if standing.current is None:
            why = ""  # the course is over: there is nothing to give up
        elif not why:
            why = "given up"  # a call that was killed between its two last lines
        _check_end(keeper, why)
        if why:
            analysis = unfinished(analysis, standing.known, why)
        done = close(keeper, standing, analysis, why, clock)
        over = replace(standing, current=None)
        progress = replace(
            progress,
            analysis=done.result.analysis,
            result=done.result,
            standing=over,
            missing={},
            remarks=(*remarks, *_awaited(keeper, over)),
        )
        closed = dict(done.files)
    if not keeper.campaign.signed:
        return progress
    place = keeper.campaign.folder / "to-all" / f"parcel-{keeper.state.size:04d}.zip"
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        write_whole(place, keeper.parcel(closed))
    return replace(progress, parcel=place)


def _missing(keeper: Keeper, standing: Standing, release: Release | None) -> dict[str, list[str]]:
    """Name the circuits of open parts of which nothing came back yet."""
    if release is None:
        return {}
    parts = [p for i, p in standing.parts.items() if (release.number, i) not in keeper.state.ended]
    files = []
    if not keeper.campaign.signed:
        raw = RawFiles.of(keeper)
        shas = raw.of_round(release.number)
        files = [raw.parsed(sha, release.number) for sha in shas]
    return {part.name: unanswered(part, files) for part in parts}


def _awaited(keeper: Keeper, standing: Standing) -> list[str]:
    """Say what the others have to do next."""
    state, rules = keeper.state, keeper.state.rules
    if rules.terms.alone:
        return []
    if state.closed:
        roles = {one.role for one in state.attested.values()}
        wanted = [role for role in ("partner", "vendor") if role in state.keys]
        if not rules.has_partner and "witness" in state.keys:
            wanted.append("witness")
        return [
            f"awaited: the {role}'s attestation of the end" for role in wanted if role not in roles
        ]
    if not state.agreed:
        lacking = [role for role in rules.terms.committers if role not in state.commitments]
        return [f"awaited: the {role}'s commitment" for role in lacking] or [
            "awaited: the vendor's agreement to claims and plan"
        ]
    number = standing.current
    if number is not None and number == state.called and keeper.root(number) is None:
        return [f"awaited: the partner's share of round {number}"]
    return []


def _expire(keeper: Keeper, standing: Standing) -> list[str]:
    """Close the parts whose deadline has passed."""
    state = keeper.state
    if not state.open_parts:
        return ["nothing was open that could be closed"]
    over = [
        p
        for p in state.open_parts
        if keeper.now > state.released[p].until or state.rules.terms.deadline_seconds is None
    ]
    if not over:
        until = time_text(min(state.released[place].until for place in state.open_parts))
        raise UsageError(
            Problem(
                where="--expire",
                found=f"parts that are open until {until}",
                expected="a part whose deadline has passed",
            )
        )
    if not keeper.campaign.signed:
        settle_parts(keeper, standing, expire=True)
        over = [place for place in over if place not in keeper.state.ended]
    for number, part in over:
        keeper.write("expired", round=number, part=part)
    return (
        []
        if keeper.campaign.signed
        else [f"round {standing.current} was closed without {len(over)} parts"]
    )


def _excuse(keeper: Keeper, standing: Standing, reason: str) -> None:
    """Leave out a round that has not been called yet."""
    number = standing.current
    if keeper.campaign.signed:
        raise UsageError(
            Problem(
                where="--excuse",
                found="an excuse by the verifier",
                expected="the vendor's own, by `qassay answer --excuse`",
            )
        )
    if number is None or number == keeper.state.called:
        raise UsageError(
            Problem(
                where="--excuse",
                found="no round that is still to go out",
                expected="an excuse before the release",
                advice="`--hold` keeps the next round back until the vendor is ready",
            )
        )
    for index in standing.asked:
        if (number, index) not in keeper.state.ended:
            keeper.write("excused", round=number, part=index, reason=reason)


def _amend(keeper: Keeper, text: str) -> None:
    """Put an amendment on record for all parts that have not been called."""
    state, sizes = keeper.state, keeper.state.rules.sizes
    left = [
        [number, part]
        for number, size in enumerate(sizes, start=1)
        if number > state.called
        for part in range(1, size + 1)
    ]
    if not left or state.ended or state.secret:
        raise UsageError(
            Problem(
                where="--amend",
                found="a campaign of which parts have ended",
                expected="an amendment before the first part has ended",
                advice="other terms are another plan; a note can say what happened",
            )
        )
    keeper.write("amended", text=text, parts=left if state.called else [])


def _note(keeper: Keeper, text: str) -> None:
    """Put a statement of the keeper's own on record, while there is room."""
    state = keeper.state
    mine = sum(role == keeper.role for role, _, _ in state.notes)
    if not state.closed and mine < state.rules.terms.notes:
        keeper.write("noted", text=text)


def _check_end(keeper: Keeper, why: str) -> None:
    state = keeper.state
    if why and (not state.agreed or state.open_parts):
        raise UsageError(
            Problem(
                where="--give-up",
                found="parts that are open" if state.open_parts else "a seed not agreed on",
                expected="every part that went out ended, if need be by --expire",
            )
        )
