"""Heads of a log, signed by whoever keeps it and cosigned by those who watch it.

Text as in C2SP tlog-checkpoint, cosignatures as in C2SP tlog-cosignature (Ed25519, version 1).
A cosignature says: of this log I have seen no larger head, and every one that I saw before is
its beginning. `cosign` therefore asks for a consistency proof from the last head seen.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qassay.errors import LogBrokenError, MalformedError, Problem, UsageError, quoted
from qassay.evidence import base64_text, merkle
from qassay.evidence.keys import SIGNATURE_BYTES, PublicKey, SigningKey
from qassay.evidence.note import COSIGNATURE, Note, NoteKey, sign_note

ORIGIN = "qassay/log/"  # keeps what a log's key signs apart from envelopes and cosignatures
_SIZE = re.compile(r"0|[1-9][0-9]{0,15}", re.ASCII)
_ORIGIN = re.compile(r"qassay/log/[A-Za-z0-9._-]{1,100}", re.ASCII)
_TIME_BYTES = 8


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log at one size.

    Attributes:
        origin: Which log.
        size: Entries.
        root: Merkle root of the entries, 32 bytes.
    """

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """Give the text that is signed."""
        return f"{self.origin}\n{self.size}\n{base64_text.encode(self.root)}\n"


def origin_of(name: str) -> str:
    """Name the log of a campaign.

    Raises:
        UsageError: The name has characters other than letters, digits, dot, dash and underscore.
    """
    origin = ORIGIN + name
    if not _ORIGIN.fullmatch(origin):
        expected = "letters, digits, dots, dashes and underscores, at most 100"
        raise UsageError(Problem(where="campaign", found=quoted(name), expected=expected))
    return origin


def head_of(origin: str, entries: Sequence[bytes]) -> Checkpoint:
    """Give the head of a log with these entries."""
    leaves = [merkle.leaf_hash(entry) for entry in entries]
    return Checkpoint(origin, len(entries), merkle.root_of(leaves))


def parse_checkpoint(note: Note, where: str) -> Checkpoint:
    """Read the text of a checkpoint; lines after the third are not taken.

    Raises:
        MalformedError: Not the head of a log.
    """
    lines = note.text.split("\n")
    if len(lines) != 4 or not lines[0] or not _SIZE.fullmatch(lines[1]):
        raise MalformedError(
            Problem(where=where, found=quoted(note.text), expected="origin, size and root of a log")
        )
    root = base64_text.decode(lines[2], where)
    if len(root) != 32:
        raise MalformedError(Problem(where=where, found=quoted(lines[2]), expected="32 bytes"))
    return Checkpoint(lines[0], int(lines[1]), root)


def sign_checkpoint(checkpoint: Checkpoint, key: SigningKey) -> Note:
    """Sign a head as the keeper of the log; the key's name is the log's origin."""
    if not _ORIGIN.fullmatch(checkpoint.origin):
        raise UsageError(
            Problem(where="log", found=quoted(checkpoint.origin), expected=f"{ORIGIN}NAME")
        )
    return sign_note(checkpoint.text, key, checkpoint.origin)


def kept_by(note: Note, checkpoint: Checkpoint, key: PublicKey) -> bool:
    """Say whether a head bears the signature of the log's keeper."""
    return note.signed_by(NoteKey(checkpoint.origin, key))


def cosigner(role: str, key: PublicKey) -> NoteKey:
    """Name the key that cosigns for a role."""
    return NoteKey(f"qassay/{role}", key, COSIGNATURE)


def cosign(
    note: Note,
    keeper: PublicKey,
    seen: Checkpoint | None,
    proof: Sequence[bytes],
    key: SigningKey,
    role: str,
    at: int,
) -> Note:
    """Cosign a head, if it continues the last one that was seen.

    Args:
        note: The head, signed by the log's keeper.
        keeper: Key of the log's keeper, pinned.
        seen: The last head that this witness cosigned; None the first time.
        proof: Consistency proof from that head to this one.
        key: The witness's key.
        role: The witness's role.
        at: Seconds since 1970.

    Raises:
        LogBrokenError: Not the keeper's head, another log, an older head, or another past.
    """
    head = parse_checkpoint(note, "checkpoint")
    if not kept_by(note, head, keeper):
        raise _broken("no signature of the log's keeper", f"one of {keeper.fingerprint}")
    if seen is not None:
        if seen.origin != head.origin:
            raise _broken(f"a head of {quoted(head.origin)}", f"one of {quoted(seen.origin)}")
        if not merkle.consistent(seen.size, head.size, seen.root, head.root, proof):
            raise _broken(
                f"a head of {head.size} entries that does not continue the one seen before",
                f"a log whose first {seen.size} entries are unchanged",
            )
    witness = cosigner(role, key.public)
    signature = key.sign(_cosigned_text(note.text, at))
    return note.adding(witness, at.to_bytes(_TIME_BYTES, "big") + signature)


def cosigned_at(note: Note, witness: NoteKey) -> int | None:
    """Give the time of a witness's cosignature; None if there is none that holds.

    Raises:
        LogBrokenError: There is one under this key's name, and it does not hold.
    """
    times = []
    for signature in note.under(witness):
        at = int.from_bytes(signature[:_TIME_BYTES], "big")
        rest = signature[_TIME_BYTES:]
        message = _cosigned_text(note.text, at)
        if len(rest) != SIGNATURE_BYTES or not witness.key.verifies(rest, message):
            raise _broken(f"a false cosignature of {witness.name}", "a cosignature of this head")
        times.append(at)
    return max(times, default=None)


def _cosigned_text(text: str, at: int) -> bytes:
    return f"cosignature/v1\ntime {at}\n{text}".encode()


def _broken(found: str, expected: str) -> LogBrokenError:
    return LogBrokenError(Problem(where="checkpoint", found=found, expected=expected))
