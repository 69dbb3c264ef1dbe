"""The other parties' side: read a parcel, look at it, sign whatever is due, remember it.

A party signs a thing once. What it has signed and the log does not hold yet goes out again, byte
for byte. A log that does not continue the last one seen is refused, and so is what a party would
sign unseen.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from qassay.campaigns.memory import Memory, others
from qassay.canonical import content_id
from qassay.claims.claim import ClaimSheet
from qassay.errors import CountsError, EvidenceError, Problem, UsageError
from qassay.evidence.campaign_log import signed_line
from qassay.evidence.campaign_state import CampaignState
from qassay.evidence.commitment import commit_round, draw_secret
from qassay.evidence.envelope import Envelope, read_statement
from qassay.evidence.events import (
    MOST_CAMPAIGNS,
    PLAN,
    ROLES_FILE,
    SHEET,
    Event,
    event_from,
    manifest_file,
    returned_file,
    signed_event,
)
from qassay.evidence.keys import SigningKey
from qassay.evidence.log import read_line
from qassay.evidence.machine import take
from qassay.evidence.roles import Party, Trust
from qassay.exchange.counts_file import parse_counts, read_counts_bytes
from qassay.exchange.manifest import Manifest, read_manifest
from qassay.exchange.parcel import Parcel, Reply, read_parcel
from qassay.exchange.pieces import check_values, cut_by_part
from qassay.planning.schedule import part_name, places_of_parts
from qassay.reading.strict_json import read_json
from qassay.whole_files import private_folder, write_whole

_SLOW_CLOCK: Final = 3600  # seconds by which a party's clock may lag behind the verifier's


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a party has to say beside what is due.

    Attributes:
        failed: The vendor: reason by part that was not run.
        excused: The vendor: reason by part that is to be left out, before its call.
        note: A statement on record.
        incomplete: Whether parts may be signed of which circuits are missing.
    """

    failed: Mapping[str, str] = field(default_factory=dict)
    excused: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    incomplete: bool = False


@dataclass(slots=True)
class PartyAnswer:
    """An answer on its way.

    Attributes:
        read: The parcel.
        party: Who answers.
        key: Its key.
        memory: What it remembers.
        home: Its folder.
        now: The time.
        state: What the log would come to with the events so far.
        events: Signed, by what they are.
        returned: Files of counts by name in the bundle.
        sentences: What was signed.
    """

    read: Parcel
    party: Party
    key: SigningKey
    memory: Memory
    home: Path
    now: int
    state: CampaignState
    events: dict[str, Envelope] = field(default_factory=dict)
    returned: dict[str, bytes] = field(default_factory=dict)
    sentences: list[str] = field(default_factory=list)

    def sign(self, kind: str, files: Mapping[str, str] | None = None, **facts: Any) -> None:
        """Sign an event, or take the one that was signed before.

        Raises:
            EvidenceError: It may not stand in the log.
        """
        name = _slot(kind, facts)
        late = kind == "counts" and self._is_late(facts["round"], facts["part"])
        if late:  # the verifier need not take them, and they are no ground for an objection
            name = f"late {name}"
            self.sentences.append("after the deadline: the verifier need not take them")
        if name not in self.memory.signed:
            event = Event(
                kind=kind,
                by=self.party.role,
                campaign=self.read.plan.id,
                head=self.read.state.head,
                facts=facts,
                files=files or {},
            )
            envelope = signed_event(event, self.key)
            if not late:
                self._take(event, envelope)
            self.memory.signed[name] = envelope
        elif name not in self.events and not late:
            self.again(name)
        self.events[name] = self.memory.signed[name]
        self.sentences.append(f"signed: {_told(kind, facts)}")

    def _is_late(self, number: int, part: int) -> bool:
        out = self.state.released.get((number, part))
        return out is not None and max(self.now, self.state.at) > out.until

    def again(self, name: str) -> None:
        """Take an event that was signed before; nothing else is signed in its place."""
        envelope = self.memory.signed[name]
        self._take(event_from(read_statement(envelope.payload, name), name), envelope)
        self.events[name] = envelope

    def _take(self, event: Event, envelope: Envelope) -> None:
        at = max(self.now, self.state.at)
        line = signed_line(at, envelope)
        signer = self.party.key.fingerprint
        self.state = take(self.state, at, event, signer, line, f"your {event.kind}")


def answer(
    parcel: Path,
    key: SigningKey,
    home: Path,
    *,
    counts: Sequence[Path] = (),
    said: Said | None = None,
    trust: Trust | None = None,
    sheet: bytes | None = None,
    confirm: Callable[[ClaimSheet], bool] | None = None,
    now: int | None = None,
) -> tuple[Path, tuple[str, ...]]:
    """Answer a parcel.

    Args:
        parcel: What the verifier sent.
        key: The party's key; its role follows from the parcel's roles.
        home: The party's own folder.
        counts: The vendor's files of counts.
        said: What else the party states.
        trust: Keys that the party has pinned; a parcel by others is refused.
        sheet: The vendor's own claim sheet, which must be that of the parcel to be signed.
        confirm: Shows the claims and asks, where no sheet is given.
        now: The time, in seconds since 1970.

    Returns:
        The reply's file, and what it says, in sentences.

    Raises:
        EvidenceError: The parcel does not hold together, or does not continue the last one.
        UsageError: The key has no part in the campaign, or nothing of the kind can be said now.
    """
    read = read_parcel(parcel)
    party = _party(read, key, trust)
    now = int(time.time()) if now is None else now
    if now + _SLOW_CLOCK < read.state.at:
        raise UsageError(
            Problem(
                where="clock",
                found=f"{read.state.at - now} s behind the log's last entry",
                expected="a clock that is right",
            )
        )
    memory = Memory.of(home, read, party.key.fingerprint)
    made = PartyAnswer(read, party, key, memory, home, now, read.state)
    said = said or Said()
    _once_more(made)
    if party.role == "vendor":
        _agree(made, sheet, confirm)
    _due(made)
    _of_the_vendor(made, counts, said)
    if said.note:
        made.sign("noted", text=said.note)
    memory.look(read.state)
    memory.save()
    reply = Reply(
        role=party.role,
        events=tuple(one for _, one in sorted(made.events.items())),
        returned=made.returned,
    )
    data = reply.to_bytes()
    stem = f"reply-{party.role}-{read.state.size:04d}"
    path = home / f"{stem}.zip"
    number = 1
    while path.exists() and path.read_bytes() != data:  # a second answer, with more in it
        number += 1
        path = home / f"{stem}-{number}.zip"
    write_whole(path, data, 0o600)
    return path, tuple(made.sentences) or ("nothing is due from you",)


def _party(read: Parcel, key: SigningKey, trust: Trust | None) -> Party:
    party = read.roles.holder(key.public)
    if party is None or party.role == "verifier":
        raise UsageError(
            Problem(
                where="--key",
                found=f"{key.public.fingerprint}, "
                + ("the verifier's" if party else "which has no role here"),
                expected="the key of another party of this campaign",
            )
        )
    if trust:
        pinned = trust.pinned(read.roles)
        UsageError.raise_if_any(
            Problem(
                where=ROLES_FILE,
                found=f"the {one.role} {one.key.fingerprint}",
                expected="a key that you have pinned with --trust",
            )
            for one in read.roles.of("verifier")
            if pinned.holder(one.key) is None
        )
    return party


def _once_more(made: PartyAnswer) -> None:
    """Send again what was signed and is not in the log, if it can still stand there."""
    there = {content_id(_payload(line)) for line in made.read.lines}
    for name, envelope in made.memory.signed.items():
        event = event_from(read_statement(envelope.payload, name), name)
        if content_id(envelope.payload) in there or name.startswith("late "):
            continue
        try:
            made.again(name)
        except EvidenceError:  # its part has ended otherwise: the party objects at the end
            made.events.pop(name, None)
            continue
        for file in event.files:
            place = made.home / "returned" / Path(file).name
            if event.kind == "counts":
                made.returned[file] = place.read_bytes()
        made.sentences.append(f"sent again: {_told(event.kind, event.facts)}")


def _payload(line: bytes) -> bytes:
    return read_line(line, "log")[1].payload


def _agree(
    made: PartyAnswer, sheet: bytes | None, confirm: Callable[[ClaimSheet], bool] | None
) -> None:
    """The vendor's signature on claims that he has seen, and his bytes for the seed."""
    state, read = made.state, made.read
    committed = all(role in state.commitments for role in state.rules.terms.committers)
    if sheet is not None and sheet != read.files[SHEET]:
        raise UsageError(
            Problem(
                where="--sheet",
                found="other claims than those of the parcel",
                expected="the very sheet that you made, byte for byte",
                advice=f"the parcel's is in {SHEET}: compare them, and ask the verifier",
            )
        )
    if not committed or state.nonce:
        return
    if sheet is None and not (confirm and confirm(read.plan.sheet)):
        raise UsageError(
            Problem(
                where="--sheet",
                found="claims that you have not been shown",
                expected="--sheet FILE with your own sheet, or your yes to the claims shown",
                advice="whoever signs claims unseen has made them",
            )
        )
    made.memory.secrets.setdefault(0, draw_secret().hex())
    files = {
        SHEET: read.plan.sheet.text_id,
        PLAN: read.plan.id,
        ROLES_FILE: state.rules.terms.roles,
    }
    made.sign(
        "agreed",
        files,
        nonce=made.memory.secrets[0],
        commitments={role: list(one) for role, one in state.commitments.items()},
    )


def _due(made: PartyAnswer) -> None:
    """Sign the events that the log waits for from this party."""
    state, role, memory = made.state, made.party.role, made.memory
    rules, number = state.rules, state.called
    if role in rules.terms.committers and role not in state.commitments:
        for slot in rules.secrets(role):
            memory.secrets.setdefault(slot, draw_secret().hex())
        made.sign(
            "committed",
            commitments=[
                commit_round(bytes.fromhex(memory.secrets[slot]), role, rules.campaign, slot)
                for slot in rules.secrets(role)
            ],
        )
    waiting = number and number not in state.manifests and not state.secret
    if role == "partner" and waiting and rules.has_partner and state.share_for(number) is None:
        slot = number if rules.terms.shares == "each round" else 0
        made.sign("shared", round=number, secret=memory.secrets[slot], clock=made.now)
    if role == "witness" and number and not state.closed:
        ended = any(place[0] == number and place in state.released for place in state.ended)
        watched = f"watched {number} {made.party.key.fingerprint}" in state.places
        if not ended and not watched:
            made.sign("watched", round=number, clock=made.now)
    if state.closed and made.party.key.fingerprint not in state.attested:
        known = [one.as_other() for one in others(made.home, memory)]
        known.sort(key=lambda one: -one["last"])
        made.sign(
            "attested",
            campaigns=known[:MOST_CAMPAIGNS],
            objections=_objections(made),
            clock=made.now,
        )


def _objections(made: PartyAnswer) -> list[str]:
    """Say what this party signed and the log does not hold."""
    state, found = made.state, []
    for name, envelope in made.memory.signed.items():
        event = event_from(read_statement(envelope.payload, name), name)
        if not name.startswith("counts "):
            continue
        place = event.facts["round"], event.facts["part"]
        end = state.ended.get(place)
        if end is None or dict(end.files) != dict(event.files):
            how = "missing" if end is None else f"ended as {end.how}"
            found.append(f"counts of {part_name(*place)} that I signed are not in the log: {how}")
    return found[:20]


def _of_the_vendor(made: PartyAnswer, paths: Sequence[Path], said: Said) -> None:
    """Sign the events that end parts."""
    if not (paths or said.failed or said.excused):
        return
    if made.party.role != "vendor":
        raise UsageError(
            Problem(
                where="counts",
                found=f"counts or excuses of the {made.party.role}",
                expected="those of the vendor",
            )
        )
    for name, reason in said.excused.items():
        number, part = _place(made, name, "--excuse")
        made.sign("excused", round=number, part=part, reason=reason)
    for name, reason in said.failed.items():
        number, part = _place(made, name, "--failed")
        made.sign("failed", round=number, part=part, reason=reason)
    if paths:
        _counts(made, paths, said)


def _place(made: PartyAnswer, name: str, option: str) -> tuple[int, int]:
    """Find the part that a name stands for."""
    places = places_of_parts(made.read.plan)
    if name not in places:
        raise UsageError(
            Problem(
                where=option,
                found=name,
                expected="a part of the plan, such as " + ", ".join([*places][:3]),
            )
        )
    return places[name]


def _counts(made: PartyAnswer, paths: Sequence[Path], said: Said) -> None:
    """Sign files of counts, part by part, and only parts that are whole."""
    manifests = {number: _manifest(made, number) for number in made.read.state.manifests}
    rounds = {number: dict(one.shots) for number, one in manifests.items()}
    qubits = made.read.plan.device.qubits
    documents: dict[int, list[Any]] = {}
    for path in paths:
        data = read_counts_bytes(path)
        file = parse_counts(data, path.name, rounds, qubits)
        document = read_json(data, path.name)
        shots = rounds[document["round"]]
        check_values(data, {n: shots[n] for n in (*file.outcomes, *file.failed)}, path.name)
        documents.setdefault(document["round"], []).append(document)
    problems: list[Problem] = []
    signed = 0
    for number, files in documents.items():
        manifest = manifests[number]
        still = {
            part: manifest.parts[part_name(number, part)]
            for r, part in made.read.state.open_parts
            if r == number and part_name(number, part) not in said.failed
        }
        for part, pieces in cut_by_part(files, number, still).items():
            answered = {
                one
                for piece in pieces
                for key in ("circuits", "failed")
                for one in read_json(piece, "piece").get(key, {})
            }
            missing = [one for one in still[part] if one not in answered]
            if missing and not said.incomplete:
                problems.append(
                    Problem(
                        where=part_name(number, part),
                        found=f"no counts of {len(missing)} circuits: {missing[0]} …",
                        expected=f"all {len(still[part])} circuits of the part",
                        advice="--incomplete signs it as it is; the rest counts as not run",
                    )
                )
                continue
            _sign_part(made, (number, part), pieces, answered)
            signed += 1
    CountsError.raise_if_any(problems)
    if not signed and not any(name.startswith("counts ") for name in made.events):
        names = [part_name(*place) for place in made.read.state.open_parts[:4]]
        raise CountsError(
            Problem(
                where="counts",
                found="counts of no part that is open",
                expected=", ".join(names) or "an open part",
            )
        )


def _manifest(made: PartyAnswer, number: int) -> Manifest:
    name = manifest_file(number)
    return read_manifest(made.read.files[name], name)


def _sign_part(
    made: PartyAnswer, place: tuple[int, int], pieces: Sequence[bytes], answered: set[str]
) -> None:
    """Sign the counts of a part, once, and keep the files that were signed."""
    files = {returned_file(content_id(data)): data for data in pieces}
    where = part_name(*place)
    mine = f"{where} {content_id(b''.join(sorted(pieces)))[:24]}"
    for one in answered:
        if made.memory.answers.get(one, mine) != mine:
            raise CountsError(
                Problem(
                    where=f"{where}, circuit {one}",
                    found="a circuit that you have answered otherwise, or elsewhere",
                    expected="each circuit run once, and its first answer kept",
                )
            )
    for name, data in files.items():
        folder = made.home / "returned"
        private_folder(folder)
        write_whole(folder / Path(name).name, data, 0o600)
    made.sign(
        "counts",
        {name: content_id(data) for name, data in files.items()},
        round=place[0],
        part=place[1],
        circuits=len(answered),
    )
    made.returned |= files
    made.memory.answers |= dict.fromkeys(answered, mine)


def _slot(kind: str, facts: Mapping[str, Any]) -> str:
    """Name what is signed once: a kind, with round and part; a note, by its text."""
    if kind == "noted":
        return f"noted {content_id(facts['text'].encode())[:16]}"
    places = [f"{facts[key]}" for key in ("round", "part") if key in facts]
    return " ".join([kind, *places])


def _told(kind: str, facts: Mapping[str, Any]) -> str:
    if "part" in facts:
        return f"{kind} {part_name(facts['round'], facts['part'])}"
    return f"{kind} round {facts['round']}" if "round" in facts else kind
