"""The verifier's side of a campaign of several parties: it keeps the log.

Everything that happens is an event of the log, signed by the party that it comes from; the
verifier's own state follows from the log, the returned files and its secret. Whatever the log
allows next is done at once: plan, commitments, releases, reveals, verdicts. What the others must
do is asked of them with the next parcel.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from qassay.assay import Request
from qassay.campaigns.folder import Campaign
from qassay.campaigns.standing import Record, Standing, follow
from qassay.canonical import canonical_bytes, content_id
from qassay.errors import CountsError, LogBrokenError, Problem, UsageError
from qassay.evidence import campaign_v1 as grammar
from qassay.evidence.archive import write_archive
from qassay.evidence.checkpoint import (
    cosigned_at,
    cosigner,
    origin_of,
    parse_checkpoint,
    sign_checkpoint,
)
from qassay.evidence.commitment import check_opens, commit, draw_secret, joint_root
from qassay.evidence.envelope import Envelope
from qassay.evidence.events_v1 import PLAN, SHEET, Event, read_event, sign_event
from qassay.evidence.keys import PublicKey, SigningKey
from qassay.evidence.log import CHECKPOINT, EARLIER, ENTRIES, ROLES_FILE, Entry, append_to, read_log
from qassay.evidence.note import Note, parse_note
from qassay.evidence.roles import Roles, parse_roles
from qassay.exchange.counts_file import parse_counts
from qassay.exchange.pack import Release
from qassay.exchange.parcel import JOBS, Reply, manifest_file, returned_file
from qassay.exchange.parts import Part
from qassay.exchange.returns import End, shots_of
from qassay.reading.strict_json import read_json
from qassay.whole_files import write_whole

INDEPENDENT: Final = ("partner", "witness")
_SECRETS: Final = "private/secrets.json"
_HEADS: Final = "log/heads"


@dataclass(slots=True, eq=False)
class Keeper:
    """The log's keeper at work.

    Attributes:
        campaign: The campaign's folder and plan.
        key: The verifier's key.
        roles: The parties.
        state: What the log comes to.
        now: Time of what happens in this call, in seconds since 1970.
    """

    campaign: Campaign
    key: SigningKey
    roles: Roles
    state: grammar.Campaign
    now: int

    @classmethod
    def open(cls, campaign: Campaign, key: SigningKey, now: int) -> Keeper:
        """Read the log and follow it.

        Raises:
            UsageError: The key is not the verifier's.
        """
        roles = parse_roles((campaign.folder / ROLES_FILE).read_bytes(), ROLES_FILE)
        holder = roles.holder(key.public)
        if holder is None or holder.role != "verifier":
            raise UsageError(
                Problem(where="--key", found=key.public.fingerprint,
                        expected="the verifier's key: "
                        + ", ".join(one.key.fingerprint for one in roles.of("verifier")))
            )  # fmt: skip
        log = read_log(campaign.folder / ENTRIES)
        state = grammar.follow(log.entries(roles))
        return cls(campaign, key, roles, state, max([now, *state.times[-1:]]))

    # what stands on disk

    @property
    def secrets(self) -> dict[str, bytes]:
        """The shares of the seed that the verifier holds: its own, and the partner's in trust."""
        path = self.campaign.folder / _SECRETS
        if not path.exists():
            return {}
        return {
            role: bytes.fromhex(text)
            for role, text in read_json(path.read_bytes(), _SECRETS).items()
        }

    def keep_secret(self, role: str, secret: bytes) -> None:
        """Write down a share, before anything rests on it."""
        held = {name: one.hex() for name, one in self.secrets.items()} | {role: secret.hex()}
        path = self.campaign.folder / _SECRETS
        write_whole(path, canonical_bytes(held), 0o600)

    @property
    def root(self) -> bytes | None:
        """The joint seed, once the verifier can know it."""
        held, committers = self.secrets, self.state.committers
        if not (committers and self.state.nonce and set(committers) <= held.keys()):
            return None
        shares = {role: held[role] for role in committers}
        return joint_root(shares, self.state.nonce, self.campaign.request.plan.id)

    # what is written

    def offer(self, envelopes: Iterable[Envelope]) -> list[Event]:
        """Append events that others signed: all of them, or none if one may not stand there.

        Raises:
            EvidenceError: A signature, an event or its place is wrong; the log is unchanged.
        """
        log = read_log(self.campaign.folder / ENTRIES)
        known = {event_id(one) for one in log.entries(self.roles)}
        trial = copy.deepcopy(self.state)
        fresh: list[tuple[Envelope, Entry]] = []
        for envelope in envelopes:
            event, party = read_event(envelope, self.roles, "reply")
            entry = Entry(trial.taken, self.now, event, party)
            if event_id(entry) in known:
                continue
            if not party.valid_at(self.now):
                raise LogBrokenError(
                    Problem(where="reply", found=f"a key of the {party.role} that is not valid",
                            expected="a valid key")
                )  # fmt: skip
            trial.take(entry)
            known.add(event_id(entry))
            fresh.append((envelope, entry))
        for envelope, entry in fresh:
            append_to(self.campaign.folder / ENTRIES, self.now, envelope)
            self.state.take(entry)
        return [entry.event for _, entry in fresh]

    def write(self, kind: str, subject: Mapping[str, str] | None = None, **facts: Any) -> None:
        """Append an event of the verifier's own."""
        files = {PLAN: self.campaign.request.plan.id, **(subject or {})}
        event = Event(kind=kind, by="verifier", subject=files, facts=facts)
        self.offer([sign_event(event, self.key)])

    # what follows from the log

    def begin(self) -> None:
        """Freeze plan and commitment as soon as the vendor has signed the claims."""
        if not self.state.sheet:
            return
        sheet = content_id(self.campaign.request.sheet_bytes)
        if self.state.sheet != sheet:
            raise LogBrokenError(
                Problem(where=SHEET, found="a signature on other claims", expected=sheet[:16])
            )
        committers = ["verifier", *(["partner"] if self.roles.of("partner") else [])]
        if not self.state.plan:
            limit = self.campaign.terms.excused
            self.write("plan", {SHEET: sheet}, committers=committers, excused_limit=limit)
        if "verifier" not in self.state.commitments:
            secret = self.secrets.get("verifier") or draw_secret()
            self.keep_secret("verifier", secret)
            plan_id = self.campaign.request.plan.id
            self.write("committed", commitment=commit(secret, "verifier", plan_id))

    def check(self, reply: Reply) -> None:
        """Check what a reply holds beside events, before any of it is taken.

        Raises:
            TamperedError: A share that is not the one committed to.
            LogBrokenError: A head that was not sent to this party, or a false cosignature.
        """
        if reply.share is not None and reply.role in self.state.commitments:
            commitment = self.state.commitments[reply.role]
            check_opens(commitment, reply.share, reply.role, self.campaign.request.plan.id, "share")
        self._cosigned_note(reply)

    def take_share(self, reply: Reply) -> None:
        """Keep a partner's share, once nobody can choose the seed any more."""
        if reply.share is None or reply.role not in self.state.commitments or not self.state.nonce:
            return
        if reply.role not in self.secrets:
            self.keep_secret(reply.role, reply.share)

    def record(self) -> Record:
        """Read from the log what has happened to rounds and parts."""
        record = Record(must_end=True)
        for name, released in self.state.released.items():
            number = number_of(name)
            record.releases.setdefault(
                number, Release(number=number, at=released.at, deadline=released.deadline)
            )
        for name, ended in self.state.ended.items():
            record.ends[name] = End(ended.how, ended.reason)  # type: ignore[arg-type]
        return record

    def standing(self, root: bytes) -> tuple[Request, Record, Standing]:
        """Replay the campaign with the seed; returned files are read round by round."""
        request = replace(self.campaign.request, root=root)
        record = self.record()
        standing = follow(request, record)
        while True:  # a round's files can be read once its circuits' names are known
            before = len(record.files)
            for number, parts in standing.sent.items():
                self._read_files(number, parts, record)
            if len(record.files) == before:
                return request, record, standing
            standing = follow(request, record)

    def _read_files(self, number: int, parts: tuple[Part, ...], record: Record) -> None:
        qubits = self.campaign.request.plan.device.qubits
        shots = {number: shots_of(parts)}
        for part in parts:
            ended = self.state.ended.get(part.name)
            if ended is None or ended.how != "counts" or part.name in record.files:
                continue
            record.files[part.name] = [
                parse_counts(self.returned(name), name, shots, qubits) for name in ended.files
            ]

    def returned(self, name: str) -> bytes:
        """Read a file that came back, under its name in the bundle."""
        return (self.campaign.folder / "from-vendor" / Path(name).name).read_bytes()

    def keep_returned(self, reply: Reply) -> None:
        """Keep the files that a reply's events name, before the events are in the log."""
        for name, data in reply.returned.items():
            place = self.campaign.folder / "from-vendor" / Path(name).name
            if not place.exists():
                write_whole(place, data)

    # heads

    def head(self) -> Note | None:
        """Sign the log's head, with the cosignatures that have come for it."""
        log = read_log(self.campaign.folder / ENTRIES)
        path = self._head_path(len(log.lines))
        if path.exists():
            return parse_note(path.read_bytes(), str(path))
        note = sign_checkpoint(log.head(self.origin), self.key)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, note.to_bytes())
        return note

    def take_cosignatures(self, reply: Reply) -> None:
        """Add a party's cosignature to the head that it has seen."""
        note = self._cosigned_note(reply)
        if note is not None:
            write_whole(self._head_path(parse_checkpoint(note, "reply").size), note.to_bytes())

    def _cosigned_note(self, reply: Reply) -> Note | None:
        if reply.head is None:
            return None
        head = parse_checkpoint(reply.head, "reply")
        path = self._head_path(head.size)
        if not path.exists():
            raise LogBrokenError(
                Problem(where="reply", found=f"a head of {head.size} entries",
                        expected="a head that was sent to this party")
            )  # fmt: skip
        note = parse_note(path.read_bytes(), str(path))
        if note.text != reply.head.text:
            raise LogBrokenError(
                Problem(where="reply", found="another head of the same size",
                        expected="the head that was sent to this party")
            )  # fmt: skip
        for party in self.roles.of(reply.role):
            witness = cosigner(party.role, party.key)
            if cosigned_at(reply.head, witness) is not None:
                for signature in reply.head.under(witness):
                    note = note.adding(witness, signature)
        return note

    @property
    def origin(self) -> str:
        """Name of the log."""
        return origin_of(self.campaign.request.plan.id[:16])

    def _head_path(self, size: int) -> Path:
        return self.campaign.folder / _HEADS / f"{size:07d}"

    def cosigned(self) -> dict[int, set[PublicKey]]:
        """Tell which independent parties have cosigned which heads."""
        found: dict[int, set[PublicKey]] = {}
        for path in sorted((self.campaign.folder / _HEADS).glob("[0-9]" * 7)):
            note = parse_note(path.read_bytes(), str(path))
            for party in self.roles.parties:
                at = cosigned_at(note, cosigner(party.role, party.key))
                size = int(path.name)
                if at is not None and party.role in INDEPENDENT:
                    known = found.setdefault(size, set())
                    if size == self.state.taken or self.state.fixed_in_advance(size, at):
                        known.add(party.key)
        return found

    def log_files(self) -> dict[str, bytes]:
        """Collect the log and its heads, as they stand in a bundle."""
        folder = self.campaign.folder
        files = {
            ROLES_FILE: (folder / ROLES_FILE).read_bytes(),
            ENTRIES: (folder / ENTRIES).read_bytes(),
        }
        for path in sorted((folder / _HEADS).glob("[0-9]" * 7)):
            data, size = path.read_bytes(), int(path.name)
            if size == self.state.taken:
                files[CHECKPOINT] = data
            elif size and len(parse_note(data, str(path)).signatures) > 1:
                files[f"{EARLIER}{size:07d}"] = data
        return files

    def job_files(self) -> dict[str, bytes]:
        """Collect the manifests of the packs that went out, and what came back."""
        folder = self.campaign.folder
        files = {}
        for name in self.state.files:
            place = (
                folder / name if name.startswith(JOBS) else folder / "from-vendor" / Path(name).name
            )
            files[name] = place.read_bytes()
        return files

    def parcel(self) -> Path | None:
        """Write what all parties are sent, for the log as it is now."""
        path = self.campaign.folder / "to-all" / f"parcel-{self.state.taken:04d}.zip"
        note = self.head()
        if note is None or path.exists():
            return path
        files = {
            SHEET: self.campaign.request.sheet_bytes,
            PLAN: canonical_bytes(self.campaign.request.plan.as_json()),
            ROLES_FILE: (self.campaign.folder / ROLES_FILE).read_bytes(),
            ENTRIES: read_log(self.campaign.folder / ENTRIES).to_bytes(),
            CHECKPOINT: note.to_bytes(),
            **{n: data for n, data in self.job_files().items() if n.startswith(JOBS)},
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        write_archive(path, files)
        return path


def event_id(entry: Entry) -> str:
    """Name an event by what it states, whoever took it in and when."""
    return content_id(entry.event.statement().payload())


def number_of(part: str) -> int:
    """Give the number of the round that a part belongs to."""
    digits = part.removeprefix("round-").partition("/")[0]
    return int(digits) if digits.isdecimal() else 0


def check_files(reply: Reply, events: Iterable[Event]) -> None:
    """Check that a reply brings the files that its counts name.

    Raises:
        CountsError: A file is missing.
    """
    CountsError.raise_if_any(
        Problem(where="reply", found=f"counts without their file {name}", expected="the file")
        for event in events
        if event.kind == "counts"
        for name, digest in event.subject.items()
        if name != PLAN and (name != returned_file(digest) or name not in reply.returned)
    )


__all__ = ["INDEPENDENT", "Keeper", "check_files", "manifest_file", "number_of"]
