"""Signed notes: plain text with signature lines, as transparency logs publish their heads.

Format and key ids as in C2SP signed-note (c2sp.org/signed-note); the two kinds of signature that
qassay makes and reads are Ed25519 (0x01) and timestamped Ed25519 cosignatures (0x04, see
`checkpoint`).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from qassay.errors import MalformedError, Problem, quoted
from qassay.evidence import base64_text
from qassay.evidence.keys import PublicKey, SigningKey, public_key

ED25519, COSIGNATURE = 0x01, 0x04
_MAX_NOTE = 64 << 10
_MAX_SIGNATURES = 64
_DASH = "\u2014 "  # an em dash and a space begin a signature line
_NAME = re.compile(r"[^\s+]{1,200}")
_KEY_ID_BYTES = 4


@dataclass(frozen=True, slots=True)
class NoteKey:
    """A key under the name that signature lines give it.

    Attributes:
        name: Without white space and plus.
        key: The key.
        kind: 0x01 for signatures, 0x04 for cosignatures.
    """

    name: str
    key: PublicKey
    kind: int = ED25519

    @property
    def key_id(self) -> bytes:
        """Give the four bytes that signature lines begin with."""
        head = self.name.encode() + b"\n" + bytes([self.kind])
        return hashlib.sha256(head + self.key.raw).digest()[:_KEY_ID_BYTES]

    @property
    def vkey(self) -> str:
        """Give the key as other programs of transparency logs take it."""
        kind_and_key = base64_text.encode(bytes([self.kind]) + self.key.raw)
        return f"{self.name}+{self.key_id.hex()}+{kind_and_key}"


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line, as it stands there.

    Attributes:
        name: Of the key.
        key_id: Four bytes.
        signature: The bytes after them.
    """

    name: str
    key_id: bytes
    signature: bytes

    def line(self) -> str:
        """Give the line, with its end."""
        return f"{_DASH}{self.name} {base64_text.encode(self.key_id + self.signature)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text and the signatures under it.

    Attributes:
        text: Ends with a line end.
        signatures: In order.
    """

    text: str
    signatures: tuple[NoteSignature, ...] = ()

    def to_bytes(self) -> bytes:
        """Give the note's file."""
        return (self.text + "\n" + "".join(one.line() for one in self.signatures)).encode()

    def under(self, key: NoteKey) -> Iterator[bytes]:
        """Give the signatures that stand under this key's name and id; they may be false."""
        return (
            one.signature
            for one in self.signatures
            if (one.name, one.key_id) == (key.name, key.key_id)
        )

    def signed_by(self, key: NoteKey) -> bool:
        """Say whether the note bears this key's signature, and no false one under its name."""
        found = [key.key.verifies(one, self.text.encode()) for one in self.under(key)]
        return bool(found) and all(found)

    def adding(self, key: NoteKey, signature: bytes) -> Note:
        """Add a signature line, in the place of an earlier one of the same key."""
        made = NoteSignature(key.name, key.key_id, signature)
        others = (one for one in self.signatures if (one.name, one.key_id) != made_by(made))
        return replace(self, signatures=(*others, made))


def made_by(signature: NoteSignature) -> tuple[str, bytes]:
    """Name the key of a signature line."""
    return signature.name, signature.key_id


def sign_note(text: str, key: SigningKey, name: str) -> Note:
    """Sign a text with an Ed25519 key under a name."""
    return Note(text).adding(NoteKey(name, key.public), key.sign(text.encode()))


def parse_note(data: bytes, where: str) -> Note:
    """Read a note; nothing in it is verified yet.

    Raises:
        MalformedError: Not a note of at most 64 KiB and 64 signatures.
    """
    if len(data) > _MAX_NOTE:
        raise _malformed(where, f"{len(data)} bytes")
    try:
        whole = data.decode("utf-8", "strict")
    except UnicodeDecodeError:
        raise _malformed(where, "bytes that are not UTF-8") from None
    text, gap, below = whole.rpartition("\n\n")
    if not gap or not below.endswith("\n"):
        raise _malformed(where, "no signatures")
    lines = below[:-1].split("\n")
    if any(ord(char) < 0x20 and char != "\n" for char in whole):
        raise _malformed(where, "control characters")
    if len(lines) > _MAX_SIGNATURES:
        raise _malformed(where, f"{len(lines)} signatures")
    return Note(text + "\n", tuple(_signature(line, where) for line in lines))


def parse_vkey(text: str, where: str) -> NoteKey:
    """Read a verifier key: name, key id and key.

    Raises:
        MalformedError: Another format, kind of key or key id.
    """
    name, _, rest = text.partition("+")
    stated, _, encoded = rest.partition("+")
    data = base64_text.decode(encoded, where)
    if not _NAME.fullmatch(name) or data[:1] not in (bytes([ED25519]), bytes([COSIGNATURE])):
        raise _malformed(where, quoted(text), "a verifier key")
    key = NoteKey(name, public_key(data[1:], where), data[0])
    if key.key_id.hex() != stated:
        raise _malformed(where, quoted(text), f"the key id {key.key_id.hex()}")
    return key


def _signature(line: str, where: str) -> NoteSignature:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not _NAME.fullmatch(name):
        raise _malformed(where, quoted(line), "a signature line")
    data = base64_text.decode(encoded, where)
    if len(data) <= _KEY_ID_BYTES:
        raise _malformed(where, quoted(line), "a signature line")
    return NoteSignature(name, data[:_KEY_ID_BYTES], data[_KEY_ID_BYTES:])


def _malformed(where: str, found: str, expected: str = "a signed note") -> MalformedError:
    return MalformedError(Problem(where=where, found=found, expected=expected))
