"""Signed statements: DSSE v1 envelopes around in-toto Statements v1.

A signature covers the payload's bytes and type (the pre-authentication encoding), so nothing
hangs on how JSON is written, and the payload is not read before a signature over it holds.
Sources: the protocol and envelope documents of secure-systems-lab/dsse, v1.0.2; the Statement
document of in-toto/attestation, v1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from qassay.canonical import canonical_bytes
from qassay.errors import MalformedError, Problem, SignatureInvalidError, quoted
from qassay.evidence import base64_text
from qassay.evidence.keys import PublicKey, SigningKey
from qassay.reading.strict_json import read_json

PAYLOAD_TYPE = "application/vnd.in-toto+json"
STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
_MAX_SIGNATURES = 32


def pae(payload_type: str, payload: bytes) -> bytes:
    """Give the bytes that are signed: DSSE's pre-authentication encoding."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


@dataclass(frozen=True, slots=True)
class KeySignature:
    """One signature of an envelope.

    Attributes:
        keyid: Fingerprint of the key; a hint where to look, never a reason to trust.
        signature: Its 64 bytes.
    """

    keyid: str
    signature: bytes


@dataclass(frozen=True, slots=True)
class Statement:
    """Who holds what of which bytes: an in-toto Statement v1.

    Attributes:
        subject: sha256, as hexadecimal digits, by name of each file it speaks of.
        kind: The predicate's type.
        predicate: What is said.
    """

    subject: Mapping[str, str]
    kind: str
    predicate: Mapping[str, Any]

    def payload(self) -> bytes:
        """Give the canonical bytes that are signed."""
        return canonical_bytes(
            {
                "_type": STATEMENT_TYPE,
                "subject": [
                    {"name": name, "digest": {"sha256": digest}}
                    for name, digest in self.subject.items()
                ],
                "predicateType": self.kind,
                "predicate": dict(self.predicate),
            }
        )


@dataclass(frozen=True, slots=True)
class Envelope:
    """A payload and the signatures over it.

    Attributes:
        payload: Bytes; nobody has read them yet.
        signatures: In the order in which they were made.
    """

    payload: bytes
    signatures: tuple[KeySignature, ...] = ()

    def signed(self, key: SigningKey) -> Envelope:
        """Add a signature, in the place of an earlier one of the same key."""
        name = key.public.fingerprint
        made = KeySignature(name, key.sign(pae(PAYLOAD_TYPE, self.payload)))
        others = (one for one in self.signatures if one.keyid != name)
        return replace(self, signatures=(*others, made))

    def as_json(self) -> dict[str, Any]:
        """Give the envelope as plain JSON values."""
        return {
            "payload": base64_text.encode(self.payload),
            "payloadType": PAYLOAD_TYPE,
            "signatures": [
                {"keyid": one.keyid, "sig": base64_text.encode(one.signature)}
                for one in self.signatures
            ],
        }

    def to_bytes(self) -> bytes:
        """Give the envelope's file."""
        return canonical_bytes(self.as_json())

    def signers(self, keys: Iterable[PublicKey], where: str) -> tuple[PublicKey, ...]:
        """Verify every signature of a known key; give those keys.

        Raises:
            SignatureInvalidError: A known key's signature does not hold, or no key is known.
        """
        known = {key.fingerprint: key for key in keys}
        message = pae(PAYLOAD_TYPE, self.payload)
        found = [(one, known[one.keyid]) for one in self.signatures if one.keyid in known]
        SignatureInvalidError.raise_if_any(
            Problem(
                where=where,
                found=f"a signature of {key.fingerprint} that does not hold",
                expected="a signature over this payload",
            )
            for one, key in found
            if not key.verifies(one.signature, message)
        )
        if not found:
            raise SignatureInvalidError(
                Problem(
                    where=where,
                    found="no signature of a known key",
                    expected="one of " + (", ".join(sorted(known)) or "no keys at all"),
                )
            )
        return tuple(dict.fromkeys(key for _, key in found))


def sign_statement(statement: Statement, *keys: SigningKey) -> Envelope:
    """Put a statement into an envelope and sign it."""
    envelope = Envelope(statement.payload())
    for key in keys:
        envelope = envelope.signed(key)
    return envelope


def open_statement(
    envelope: Envelope, keys: Iterable[PublicKey], where: str
) -> tuple[Statement, tuple[PublicKey, ...]]:
    """Verify an envelope, then read its statement.

    Raises:
        SignatureInvalidError: No sound signature of one of the keys.
        MalformedError: What is signed is no statement.
    """
    signers = envelope.signers(keys, where)
    return read_statement(envelope.payload, where), signers


def read_statement(payload: bytes, where: str) -> Statement:
    """Read a statement whose signatures have been verified.

    Raises:
        MalformedError: Not one that `Statement.payload` could have written.
    """
    document = read_json(payload, f"{where}, payload")
    try:
        statement = Statement(
            subject={one["name"]: one["digest"]["sha256"] for one in document["subject"]},
            kind=document["predicateType"],
            predicate=document["predicate"],
        )
        texts = (*statement.subject, *statement.subject.values(), statement.kind)
        if all(isinstance(text, str) for text in texts) and statement.payload() == payload:
            return statement
    except (KeyError, TypeError, ValueError, AttributeError):
        pass
    raise MalformedError(
        Problem(where=f"{where}, payload", found=quoted(document), expected="an in-toto Statement")
    )


def parse_envelope(data: bytes, where: str) -> Envelope:
    """Read an envelope; its payload stays unread.

    Raises:
        MalformedError: Not a DSSE envelope of this payload type.
    """
    return envelope_from_json(read_json(data, where), where)


def envelope_from_json(document: Any, where: str) -> Envelope:
    """Take an envelope from plain JSON values.

    Raises:
        MalformedError: Not a DSSE envelope of this payload type.
    """
    if (
        not isinstance(document, dict)
        or document.keys() != {"payload", "payloadType", "signatures"}
        or document["payloadType"] != PAYLOAD_TYPE
        or not isinstance(document["signatures"], list)
        or len(document["signatures"]) > _MAX_SIGNATURES
    ):
        raise MalformedError(
            Problem(where=where, found=quoted(document), expected=f"an envelope of {PAYLOAD_TYPE}")
        )
    signatures = []
    for one in document["signatures"]:
        if (
            not isinstance(one, dict)
            or one.keys() != {"keyid", "sig"}
            or not isinstance(one["keyid"], str)
        ):
            raise MalformedError(
                Problem(where=where, found=quoted(one), expected="a signature: keyid and sig")
            )
        signatures.append(KeySignature(one["keyid"], base64_text.decode(one["sig"], where)))
    if len({one.keyid for one in signatures}) != len(signatures):
        raise MalformedError(
            Problem(where=where, found="two signatures of a key", expected="one a key")
        )
    return Envelope(base64_text.decode(document["payload"], where), tuple(signatures))
