"""Envelopes: DSSE's own example, securesystemslib both ways, and what is not an envelope."""

import json
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from securesystemslib.dsse import Envelope as OtherEnvelope
from securesystemslib.signer import CryptoSigner, SSlibKey

from qassay.errors import MalformedError, SignatureInvalidError
from qassay.evidence.envelope import (
    Envelope,
    KeySignature,
    Statement,
    open_statement,
    pae,
    parse_envelope,
    read_statement,
    sign_statement,
)
from qassay.evidence.keys import SigningKey

ONE = SigningKey(Ed25519PrivateKey.from_private_bytes(bytes([1]) * 32))
TWO = SigningKey(Ed25519PrivateKey.from_private_bytes(bytes([2]) * 32))
STATEMENT = Statement({"bundle.json": "a" * 64}, "qassay:test/v1", {"said": "ü", "n": 1})


def test_the_bytes_that_are_signed():
    # secure-systems-lab/dsse, protocol.md, test vector
    assert pae("http://example.com/HelloWorld", b"hello world") == (
        b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )


def known_there(key):
    """Tell securesystemslib of a key."""
    return SSlibKey(key.public.fingerprint, "ed25519", "ed25519", {"public": key.public.raw.hex()})


def test_securesystemslib_verifies_ours():
    envelope = sign_statement(STATEMENT, ONE, TWO)
    other = OtherEnvelope.from_dict(json.loads(envelope.to_bytes()))
    accepted = other.verify([known_there(ONE), known_there(TWO)], 2)
    assert set(accepted) == {ONE.public.fingerprint, TWO.public.fingerprint}
    assert other.payload == STATEMENT.payload()
    forged = replace(envelope, payload=envelope.payload + b" ")
    with pytest.raises(Exception, match="Accepted signatures do not match threshold"):
        OtherEnvelope.from_dict(json.loads(forged.to_bytes())).verify([known_there(ONE)], 1)


def test_we_verify_securesystemslib_s():
    signer = CryptoSigner(ONE.private, known_there(ONE))
    other = OtherEnvelope(STATEMENT.payload(), "application/vnd.in-toto+json", {})
    other.sign(signer)
    envelope = parse_envelope(json.dumps(other.to_dict(), indent=2).encode(), "e")
    assert open_statement(envelope, [ONE.public, TWO.public], "e") == (STATEMENT, (ONE.public,))


def test_several_signatures_and_one_a_key():
    envelope = sign_statement(STATEMENT, ONE, TWO)
    assert parse_envelope(envelope.to_bytes(), "e") == envelope
    assert envelope.signers([ONE.public, TWO.public], "e") == (ONE.public, TWO.public)
    assert envelope.signed(ONE) == sign_statement(STATEMENT, TWO, ONE)


def test_nothing_is_read_before_a_signature_holds():
    envelope = Envelope(b"no JSON at all")
    for keys in ([], [ONE.public]):
        with pytest.raises(SignatureInvalidError, match="no signature of a known key"):
            open_statement(envelope, keys, "e")
    with pytest.raises(MalformedError, match="e, payload"):
        open_statement(envelope.signed(ONE), [ONE.public], "e")


def test_a_false_signature_under_a_known_name():
    envelope = sign_statement(STATEMENT, ONE)
    stolen = replace(envelope, signatures=(KeySignature(TWO.public.fingerprint, bytes(64)),))
    with pytest.raises(SignatureInvalidError, match="does not hold"):
        stolen.signers([TWO.public], "e")
    both = replace(envelope, signatures=(*envelope.signatures, *stolen.signatures))
    with pytest.raises(SignatureInvalidError, match="does not hold"):
        both.signers([ONE.public, TWO.public], "e")
    assert both.signers([ONE.public], "e") == (ONE.public,)


@pytest.mark.parametrize("place", range(0, 300, 7))
def test_any_changed_byte_of_the_payload_breaks_it(place):
    envelope = sign_statement(STATEMENT, ONE)
    data = bytearray(envelope.payload)
    data[place % len(data)] ^= 1
    with pytest.raises(SignatureInvalidError):
        replace(envelope, payload=bytes(data)).signers([ONE.public], "e")


def bad_envelopes():
    sound = json.loads(sign_statement(STATEMENT, ONE).to_bytes())
    one = sound["signatures"][0]
    yield []
    yield sound | {"payloadType": "text/plain"}
    yield sound | {"more": 1}
    yield sound | {"signatures": {}}
    yield sound | {"signatures": [one, one]}
    yield sound | {"signatures": [one] * 33}
    yield sound | {"signatures": [one | {"sig": "@@"}]}
    yield sound | {"signatures": [one | {"sig": one["sig"].rstrip("=")}]}
    yield sound | {"signatures": [one | {"keyid": 1}]}
    yield sound | {"signatures": [one | {"alg": "none"}]}
    yield sound | {"signatures": [1]}
    yield sound | {"payload": 1}
    yield sound | {"payload": sound["payload"] + "\n"}


@pytest.mark.parametrize("document", list(bad_envelopes()))
def test_what_is_no_envelope(document):
    with pytest.raises(MalformedError):
        parse_envelope(json.dumps(document).encode(), "e")


@pytest.mark.parametrize(
    "payload",
    [
        b"[]",
        b"{}",
        b'{"subject":[{}]}',
        b'{"subject":3}',
        b'{"subject":[3]}',
        STATEMENT.payload() + b" ",
        STATEMENT.payload().replace(b"v1", b"v2", 1),
        STATEMENT.payload().replace(b'"sha256"', b'"sha512"'),
        STATEMENT.payload().replace(b'"' + b"a" * 64 + b'"', b"[]"),
        STATEMENT.payload().replace(b'"qassay:test/v1"', b"{}"),
    ],
)
def test_what_is_no_statement(payload):
    with pytest.raises(MalformedError):
        read_statement(payload, "e")
