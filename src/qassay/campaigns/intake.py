"""What comes back: replies of parties who sign, or a laboratory's bare files of counts.

A reply is checked whole before one byte of it is kept: signatures, the machine on a copy of the
log, files against their part.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from qassay.campaigns.keeping import Keeper
from qassay.campaigns.standing import Standing
from qassay.canonical import canonical_bytes, content_id
from qassay.errors import CountsError, Problem, TamperedError, UsageError
from qassay.evidence.campaign_log import read_signed, signed_line
from qassay.evidence.campaign_state import CampaignState, Place
from qassay.evidence.events import Event, manifest_file, returned_file
from qassay.evidence.log import read_line
from qassay.evidence.machine import take
from qassay.evidence.reckoning import joined_files
from qassay.exchange.bit_order import check_bit_order, told_of
from qassay.exchange.counts_file import Returned, parse_counts, read_counts_bytes
from qassay.exchange.manifest import read_manifest
from qassay.exchange.pack import time_text
from qassay.exchange.parcel import Reply
from qassay.exchange.pieces import check_values, cut_by_part
from qassay.exchange.returns import merged, shots_of, unanswered
from qassay.planning.schedule import part_name
from qassay.reading.strict_json import read_json
from qassay.whole_files import write_whole

_RECEIVED: Final = "received.json"


# replies


@dataclass(slots=True)
class Intake:
    """Replies on their way into the log.

    Attributes:
        keeper: Whose log it is.
        standing: With the parts of the current round.
        expire: Whether parts whose deadline has passed are about to be closed.
        state: What the log would come to.
    """

    keeper: Keeper
    standing: Standing
    expire: bool
    state: CampaignState
    lines: list[bytes] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    late: list[str] = field(default_factory=list)
    problems: list[Problem | str] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    answered: dict[int, dict[str, tuple[str, ...]]] = field(default_factory=dict)

    def take(self, reply: Reply) -> None:
        """Check a reply, event by event."""
        for envelope in reply.events:
            name = content_id(envelope.payload)
            if name in self.known:
                continue
            at = self.keeper.now
            event, signer = read_signed(envelope, self.keeper.campaign.roles, at, "reply")
            if event.by != reply.role:
                raise TamperedError(
                    Problem(
                        where="reply",
                        found=f"an event of the {event.by}",
                        expected=f"events of the {reply.role}",
                    )
                )
            if event.kind == "counts" and not self._counts(event, reply):
                continue
            line = signed_line(at, envelope)
            self.state = take(self.state, at, event, signer, line, "reply")
            self.lines.append(line)
            self.known.add(name)

    def _counts(self, event: Event, reply: Reply) -> bool:
        """Check the files of counts; say whether they come in time."""
        place: Place = (event.facts["round"], event.facts["part"])
        where = f"counts of {part_name(*place)}"
        CountsError.raise_if_any(
            Problem(where=where, found=f"no file {name}", expected="the file that is signed")
            for name in event.files
            if name not in reply.returned
        )
        out = self.state.released.get(place)
        part = self.standing.parts.get(place[1])
        digests = ", ".join(sorted(digest[:16] for digest in event.files.values()))
        if place in self.state.ended and out is not None:
            self.late.append(f"{where} came after its end and are not used: {digests}")
            return False
        if out is None or part is None or self.standing.current != place[0]:
            still = [part_name(*one) for one in self.state.open_parts[:4]]
            self.problems.append(
                Problem(
                    where=where,
                    found="a part that did not go out",
                    expected=", ".join(still) or "an open part",
                )
            )
            return False
        if self.keeper.now > out.until:
            if self.expire:
                self.late.append(f"{where} came after its end and are not used: {digests}")
            else:
                self.problems.append(
                    Problem(
                        where=where,
                        found=f"a file of {time_text(self.keeper.now)}",
                        expected=f"counts until the deadline, {time_text(out.until)}",
                        advice="--received TIME if they came in time; --expire closes the "
                        "part without them",
                    )
                )
            return False
        try:
            self._check_files(event, reply, place, where)
        except CountsError as error:
            self.problems += error.problems
            return False
        return True

    def _check_files(self, event: Event, reply: Reply, place: Place, where: str) -> None:
        part = self.standing.parts[place[1]]
        shots = shots_of([part])
        answers: dict[str, dict[str, Any]] = {}
        for name in event.files:
            data = reply.returned[name]
            file = self.keeper.parsed(data, where, place[0], part)
            answers[name] = {**file.outcomes, **file.failed}
            self.answered.setdefault(place[1], {}).update(file.outcomes)
            check_values(data, {one: shots[one] for one in answers[name]}, where)
            self.files[name] = data
        try:
            joined_files(answers, part.ids, event.facts["circuits"], where)
        except TamperedError as error:
            raise CountsError(*error.problems) from None

    def out_of_order(self) -> list[str]:
        """Say whether signed answers stand in another order than they were asked for.

        They are taken all the same: a signed answer is final, or there would be a second attempt.
        Said on record, so that a reader knows what the verdict may come from.
        """
        number = self.standing.current
        root = self.keeper.root(number) if number is not None and self.answered else None
        if root is None:
            return []
        parts = [self.standing.parts[index] for index in sorted(self.answered)]
        outcomes = {name: one for each in self.answered.values() for name, one in each.items()}
        told = told_of(parts, outcomes, root)
        if not told:
            return []
        return [f"counts of round {number}: {told}; taken as they were signed, which is final"]


def take_replies(
    keeper: Keeper, standing: Standing, replies: Sequence[Reply], *, expire: bool
) -> list[str]:
    """Take replies into the log, all or none; give words on late and on mixed counts."""
    known = {content_id(read_line(line, "log")[1].payload) for line in keeper.lines}
    intake = Intake(keeper, standing, expire, keeper.state, known=known)
    for reply in replies:
        intake.take(reply)
    if intake.problems:
        raise CountsError(*intake.problems)
    keeper.keep(intake.files)
    keeper.append(intake.lines, intake.state)
    return [*intake.late, *intake.out_of_order()]


# bare files of counts, where one party is alone


@dataclass(slots=True)
class RawFiles:
    """A laboratory's files, as they came.

    Attributes:
        keeper: Whose log it is.
        listed: Round, time and whether it was late, by sha256.
    """

    keeper: Keeper
    listed: dict[str, dict[str, Any]]

    @classmethod
    def of(cls, keeper: Keeper) -> RawFiles:
        """Read the list of what came."""
        place = keeper.campaign.returned(_RECEIVED)
        return cls(keeper, read_json(place.read_bytes(), _RECEIVED) if place.exists() else {})

    def of_round(self, number: int) -> list[str]:
        """Name the files of a round that came in time, in the order in which they came."""
        return [
            sha for sha, one in self.listed.items() if one["round"] == number and not one["late"]
        ]

    def read(self, sha: str) -> bytes:
        """Read one."""
        return self.keeper.read(f"{sha}.json", sha)

    def parsed(self, sha: str, number: int) -> Returned:
        """Read one against its round."""
        rounds = {number: sent_shots(self.keeper, number)}
        qubits = self.keeper.campaign.plan.device.qubits
        return parse_counts(self.read(sha), f"{sha}.json", rounds, qubits)

    def add(self, sha: str, data: bytes, *, number: int, at: int, late: bool) -> None:
        """Keep one more."""
        name = f"{sha}.late.json" if late else f"{sha}.json"
        self.keeper.keep({name: data})
        self.listed[sha] = {"round": number, "at": at, "late": late}
        write_whole(self.keeper.campaign.returned(_RECEIVED), canonical_bytes(self.listed))


def sent_shots(keeper: Keeper, number: int) -> dict[str, int]:
    """Give the shots of every circuit that went out in a round."""
    data = (keeper.campaign.folder / manifest_file(number)).read_bytes()
    return dict(read_manifest(data, manifest_file(number)).shots)


def take_files(
    keeper: Keeper,
    standing: Standing,
    paths: Sequence[Path],
    received: int,
    now: int,
    *,
    expire: bool,
) -> list[str]:
    """Keep files of counts; all of them, or none if one is wrong."""
    if received > now:
        raise UsageError(
            Problem(
                where="--received",
                found=f"{time_text(received)}, in the future",
                expected=f"a time until now, {time_text(now)}",
            )
        )
    raw, state = RawFiles.of(keeper), keeper.state
    rounds = {number: sent_shots(keeper, number) for number in state.manifests}
    taken: list[tuple[int, bytes, Returned]] = []
    problems: list[Problem | str] = []
    for path in paths:
        try:
            data = read_counts_bytes(path)
            file = parse_counts(data, path.name, rounds, keeper.campaign.plan.device.qubits)
            number = read_json(data, path.name)["round"]
            check_values(
                data, {n: rounds[number][n] for n in (*file.outcomes, *file.failed)}, path.name
            )
            whole, _ = merged(
                [
                    *(raw.parsed(sha, number) for sha in raw.of_round(number)),
                    *(f for n, _, f in taken if n == number),
                    file,
                ]
            )
            root = keeper.root(number)
            if number == standing.current and root is not None:
                check_bit_order(standing.parts.values(), whole, root, path.name)
            _check_in_time(keeper, number, received, expire=expire)
        except CountsError as error:
            problems += error.problems
            continue
        taken.append((number, data, file))
    if problems:
        raise CountsError(*problems)
    return [_file_one(keeper, raw, number, data, file, received) for number, data, file in taken]


def _until(keeper: Keeper, number: int) -> int | None:
    """Give a round's deadline."""
    state, limit = keeper.state, keeper.state.rules.terms.deadline_seconds
    return None if limit is None else state.times[state.places[f"released {number}"]] + limit


def _open(keeper: Keeper, number: int) -> bool:
    return any(place[0] == number for place in keeper.state.open_parts)


def _check_in_time(keeper: Keeper, number: int, received: int, *, expire: bool) -> None:
    """Ask what to do with counts that came late for a round that is still open."""
    until = _until(keeper, number)
    if _open(keeper, number) and not expire and until is not None and received > until:
        raise CountsError(
            Problem(
                where=f"counts of round {number}",
                found=f"a file that came at {time_text(received)}",
                expected=f"counts until the deadline, {time_text(until)}",
                advice="--received TIME if it came in time; --expire closes the round without it",
            )
        )


def _file_one(
    keeper: Keeper, raw: RawFiles, number: int, data: bytes, file: Returned, received: int
) -> str:
    """Keep one file: as counts, or as late."""
    name, sha = file.sha256[:16], file.sha256
    if sha in raw.listed:
        late = " as late" if raw.listed[sha]["late"] else ""
        return f"{name} had been taken before{late}"
    until = _until(keeper, number)
    late_now = not _open(keeper, number) or (until is not None and received > until)
    raw.add(sha, data, number=number, at=received, late=late_now)
    if late_now:
        return f"{name} came after its round was over and is not used"
    return f"{name}: counts of {len(file.outcomes)} circuits, {len(file.failed)} failed"


def settle_parts(keeper: Keeper, standing: Standing, *, expire: bool) -> None:
    """End the parts that are answered; with `expire` also those that are answered in part."""
    number = standing.current
    raw = RawFiles.of(keeper)
    shas = raw.of_round(number) if number else []
    if number is None or not shas:
        return
    still = {p[1]: standing.parts[p[1]] for p in keeper.state.open_parts if p[0] == number}
    parsed = {sha: raw.parsed(sha, number) for sha in shas}
    documents = [read_json(raw.read(sha), sha) for sha in shas]
    pieces = cut_by_part(documents, number, {index: part.ids for index, part in still.items()})
    for index, files in pieces.items():
        part = still[index]
        ids = set(part.ids)
        mine = [s for s, file in parsed.items() if ids & {*file.outcomes, *file.failed}]
        missing = unanswered(part, [parsed[sha] for sha in mine])
        if missing and not expire:
            continue
        named = {returned_file(content_id(data)): data for data in files}
        keeper.keep(named)
        keeper.write(
            "counts",
            {name: content_id(data) for name, data in named.items()},
            at=max(raw.listed[sha]["at"] for sha in mine),
            round=number,
            part=index,
            circuits=len(part.ids) - len(missing),
        )
