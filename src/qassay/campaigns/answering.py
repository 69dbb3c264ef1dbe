"""The other parties' side: read a parcel, answer with whatever is due, cosign the log.

A party keeps a small file of its own: its secret bytes, whose keys the campaign's are, and the
last head of the log that it has seen. A later parcel whose log does not continue that head is
refused, so that nothing can be taken back.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from qassay.canonical import canonical_bytes, content_id
from qassay.errors import CountsError, LogBrokenError, MalformedError, Problem, UsageError
from qassay.evidence.checkpoint import Checkpoint, cosign
from qassay.evidence.commitment import commit, draw_secret
from qassay.evidence.events_v1 import PLAN, SHEET, Event, sign_event
from qassay.evidence.keys import SigningKey
from qassay.evidence.log import ROLES_FILE
from qassay.evidence.roles import Party, Trust
from qassay.exchange.counts_file import Returned, parse_counts, read_counts_bytes
from qassay.exchange.manifest import read_manifest
from qassay.exchange.parcel import JOBS, Parcel, Reply, read_parcel, returned_file
from qassay.reading.strict_json import read_json
from qassay.whole_files import private_folder, write_whole

FORMAT: Final = 1
_SLOW_CLOCK: Final = 3600  # seconds by which a party's clock may lag behind the verifier's


@dataclass(slots=True, kw_only=True)
class Memory:
    """What a party remembers between parcels.

    Attributes:
        path: Its file.
        roles: sha256 of the campaign's `roles.json`.
        secret: Of the party: what it commits to, or the vendor's bytes.
        seen: The last head of the log that it has cosigned.
    """

    path: Path
    roles: str = ""
    secret: bytes = b""
    seen: Checkpoint | None = None

    def save(self) -> None:
        """Write it, before anything that rests on it leaves the house."""
        private_folder(self.path.parent)
        seen = self.seen and [self.seen.origin, self.seen.size, self.seen.root.hex()]
        write_whole(
            self.path,
            canonical_bytes(
                {"qassay_party": FORMAT, "roles": self.roles, "secret": self.secret.hex(),
                 "seen": seen}
            ),
            0o600,
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the vendor has to say beside the counts.

    Attributes:
        failed: Reason by part that was not run.
        excused: Reason by part that is to be left out, before its release.
        note: A statement on record.
        incomplete: Whether parts may be signed of which circuits are missing.
    """

    failed: Mapping[str, str] = field(default_factory=dict)
    excused: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    incomplete: bool = False


def answer(
    parcel: Path,
    key: SigningKey,
    home: Path,
    *,
    counts: Sequence[Path] = (),
    said: Said | None = None,
    trust: Trust | None = None,
    now: int | None = None,
) -> tuple[Path, tuple[str, ...]]:
    """Answer a parcel.

    Args:
        parcel: What the verifier sent.
        key: The party's key; its role follows from the parcel's roles.
        home: The party's own folder.
        counts: The vendor's files of counts.
        said: What else the vendor states.
        trust: Keys that the party has pinned; a parcel by others is refused.
        now: The time, in seconds since 1970.

    Returns:
        The reply's file, and what it says, in sentences.

    Raises:
        EvidenceError: The parcel does not hold together, or does not continue the last one.
        UsageError: The key has no part in the campaign, or nothing of the kind can be said now.
    """
    read = read_parcel(parcel)
    party = _party(read, key, trust)
    memory = _memory(home, read)
    now = int(time.time()) if now is None else now
    if now + _SLOW_CLOCK < read.last:
        raise UsageError(
            Problem(where="clock", found=f"{read.last - now} s behind the log's last entry",
                    expected="a clock that is right")
        )  # fmt: skip
    said = said or Said()
    returned: dict[str, bytes] = {}
    events = [
        *_due(read, party.role, memory),
        *_of_the_vendor(read, party.role, counts, said, returned),
    ]
    if said.note:
        events.append(_event(read, "noted", party.role, text=said.note))
    proof = read.log.consistency(memory.seen.size) if memory.seen and memory.seen.size else []
    keeper = read.roles.of("verifier")[0].key
    head = cosign(
        read.note, keeper, memory.seen, proof, key, party.role, max(now, read.last)
    )  # fmt: skip
    memory.seen = read.head
    memory.save()
    share = memory.secret if _share_due(read, party.role) else None
    reply = Reply(
        role=party.role,
        events=tuple(sign_event(event, key) for event in events),
        head=head,
        share=share,
        returned=returned,
    )
    path = home / f"reply-{party.role}-{read.head.size:04d}.zip"
    number = 1
    while path.exists():  # a second answer to one parcel, with more counts in it
        number += 1
        path = home / f"reply-{party.role}-{read.head.size:04d}-{number}.zip"
    reply.save(path)
    sentences = [f"signed: {event.kind} {event.facts.get('batch', '')}".strip() for event in events]
    if share:
        sentences.append("holds your share of the seed: send it to the verifier alone")
    return path, (*sentences, f"cosigned: the log's {read.head.size} entries")


def _party(read: Parcel, key: SigningKey, trust: Trust | None) -> Party:
    party = read.roles.holder(key.public)
    if party is None or party.role == "verifier":
        raise UsageError(
            Problem(where="--key", found=f"{key.public.fingerprint}, "
                    + ("the verifier's" if party else "which has no role here"),
                    expected="the key of another party of this campaign")
        )  # fmt: skip
    if trust:
        pinned = trust.pinned(read.roles)
        UsageError.raise_if_any(
            Problem(where=ROLES_FILE, found=f"the {one.role} {one.key.fingerprint}",
                    expected="a key that you have pinned with --trust")
            for one in read.roles.of("verifier")
            if pinned.holder(one.key) is None
        )  # fmt: skip
    return party


def _memory(home: Path, read: Parcel) -> Memory:
    """Read what this party remembers; the first parcel of a campaign finds nothing."""
    path = home / f"party-{read.plan.id[:16]}.json"
    roles = content_id(read.files[ROLES_FILE])
    if not path.exists():
        return Memory(path=path, roles=roles)
    try:
        document: Any = read_json(path.read_bytes(), str(path))
        seen = document["seen"]
        memory = Memory(
            path=path,
            roles=document["roles"],
            secret=bytes.fromhex(document["secret"]),
            seen=seen and Checkpoint(seen[0], seen[1], bytes.fromhex(seen[2])),
        )
    except (OSError, KeyError, TypeError, ValueError, IndexError, MalformedError):
        raise UsageError(
            Problem(where=str(path), found="no memory of a campaign",
                    expected="the file that an earlier answer wrote",
                    advice="restore it: without it a secret that was committed to is lost")
        ) from None  # fmt: skip
    if memory.roles != roles:
        raise LogBrokenError(
            Problem(where=ROLES_FILE, found="other parties or keys than in the first parcel",
                    expected="the same to the end")
        )  # fmt: skip
    return memory


def _due(read: Parcel, role: str, memory: Memory) -> Iterator[Event]:
    """Give the events that the log waits for from this party."""
    state = read.state
    if role == "vendor" and not state.sheet:
        digest = content_id(read.files[SHEET])
        yield Event(kind="sheet", by="vendor", subject={SHEET: digest})
    if role in state.committers and role not in state.commitments:
        memory.secret = memory.secret or draw_secret()
        made = commit(memory.secret, role, read.plan.id)
        yield _event(read, "committed", role, commitment=made)
    complete = bool(state.committers) and set(state.commitments) == set(state.committers)
    if role == "vendor" and complete and not state.nonce:
        memory.secret = memory.secret or secrets.token_bytes(32)
        yield _event(read, "nonce", role, nonce=memory.secret.hex(),
                     commitments=dict(state.commitments))  # fmt: skip
    if role in state.commitments and role not in state.secrets and "verifier" in state.secrets:
        yield _event(read, "revealed", role, secret=memory.secret.hex())


def _share_due(read: Parcel, role: str) -> bool:
    """Whether the verifier needs the secret now to draw circuits, and may have it."""
    state = read.state
    return role == "partner" and role in state.commitments and bool(state.nonce)


def _of_the_vendor(
    read: Parcel, role: str, paths: Sequence[Path], said: Said, returned: dict[str, bytes]
) -> Iterator[Event]:
    """Give the events that end parts."""
    if not (paths or said.failed or said.excused):
        return
    if role != "vendor":
        raise UsageError(
            Problem(where="counts", found=f"counts or excuses of the {role}",
                    expected="those of the vendor")
        )  # fmt: skip
    for part, reason in said.excused.items():
        yield _event(read, "excused", role, batch=part, reason=reason)
    for part, reason in said.failed.items():
        yield _event(read, "failed", role, batch=part, reason=reason)
    yield from _counts(read, paths, said, returned)


def _counts(
    read: Parcel, paths: Sequence[Path], said: Said, returned: dict[str, bytes]
) -> Iterator[Event]:
    """Sign files of counts, part by part, and only parts that are whole."""
    if not paths:
        return
    rounds: dict[int, dict[str, int]] = {}
    parts: dict[str, tuple[str, ...]] = {}
    for name, data in read.files.items():
        if name.startswith(JOBS):
            manifest = read_manifest(data, name)
            parts |= manifest.parts
            rounds[manifest.number] = {
                circuit: 1 for circuits in manifest.parts.values() for circuit in circuits
            }
    files: dict[str, Returned] = {}
    for path in paths:
        data = read_counts_bytes(path)
        file = parse_counts(data, path.name, rounds, read.plan.device.qubits)
        name = returned_file(file.sha256)
        returned[name], files[name] = data, file
    open_parts = [p for p in read.state.open_batches if p in parts and p not in said.failed]
    problems, signed = [], 0
    for part in open_parts:
        ids = parts[part]
        named = [n for n, f in files.items() if not {*f.outcomes, *f.failed}.isdisjoint(ids)]
        if not named:
            continue
        answered = {one for n in named for one in (*files[n].outcomes, *files[n].failed)}
        missing = [one for one in ids if one not in answered]
        if missing and not said.incomplete:
            problems.append(
                Problem(where=part, found=f"no counts of {len(missing)} circuits: {missing[0]} …",
                        expected=f"all {len(ids)} circuits of the part",
                        advice="--incomplete signs it as it is; the rest then counts as not run")
            )  # fmt: skip
        signed += 1
        yield Event(
            kind="counts",
            by="vendor",
            subject={PLAN: read.plan.id, **{n: files[n].sha256 for n in named}},
            facts={"batch": part},
        )
    CountsError.raise_if_any(problems)
    if not signed:
        raise CountsError(
            Problem(where="counts", found="counts of no part that is open",
                    expected=", ".join(open_parts[:4]) or "an open part")
        )  # fmt: skip


def _event(read: Parcel, kind: str, role: str, **facts: Any) -> Event:
    return Event(kind=kind, by=role, subject={PLAN: read.plan.id}, facts=facts)
