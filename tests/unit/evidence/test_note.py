"""Signed notes: the vectors of Go's sumdb/note and of C2SP, and what is not a note."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from qassay.errors import MalformedError
from qassay.evidence import base64_text
from qassay.evidence.keys import SigningKey
from qassay.evidence.note import Note, parse_note, parse_vkey, sign_note

# golang/mod, sumdb/note/note_test.go at 02c991387e35f9e4c0a9b7ce137717055f8d716d
TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
SIGNER = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
PETER_SIGNS = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6"
    "KE6RyyBwJnAM=\n"
)
ENOCH_SIGNS = (
    "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WW"
    "d1RvMc+QQ=\n"
)


def test_go_signs_the_same_bytes():
    key = SigningKey(Ed25519PrivateKey.from_private_bytes(base64_text.decode(SIGNER, "s")[1:]))
    made = sign_note(TEXT, key, "PeterNeumann")
    assert made.to_bytes().decode() == f"{TEXT}\n{PETER_SIGNS}"
    assert parse_vkey(PETER, "k").key == key.public
    assert parse_vkey(PETER, "k").vkey == PETER


def test_go_s_signatures_hold():
    data = f"{TEXT}\n{PETER_SIGNS}{ENOCH_SIGNS}".encode()
    note = parse_note(data, "n")
    assert note.to_bytes() == data
    assert note.text == TEXT
    assert note.signed_by(parse_vkey(PETER, "k"))
    assert note.signed_by(parse_vkey(ENOCH, "k"))
    other = parse_vkey("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "k")
    assert not note.signed_by(other)
    assert not Note(TEXT + "x\n", note.signatures).signed_by(parse_vkey(PETER, "k"))


def test_c2sp_s_own_example():
    # C2SP signed-note v1, test vector
    vkey = parse_vkey("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "k")
    assert vkey.key.raw.hex() == "e932791ae6e7a840a46164c904786426d5e7821dd8b29a00d61cae72afdd4da4"
    note = parse_note(
        "This is an example message.\n\n— example.com/foo "
        "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n".encode(),
        "n",
    )
    assert note.signed_by(vkey)


def test_a_false_signature_of_a_known_key_spoils_a_true_one():
    bad = PETER_SIGNS.replace("RZb6", "RZb7")
    note = parse_note(f"{TEXT}\n{PETER_SIGNS}{bad}".encode(), "n")
    assert not note.signed_by(parse_vkey(PETER, "k"))


BAD_NOTES = (
    TEXT,
    TEXT + "\n",
    f"{TEXT}\n{PETER_SIGNS[:-1]}",
    f"\x01{TEXT}\n{PETER_SIGNS}",
    f"{TEXT}\n— Bad Name {PETER_SIGNS.split()[2]}\n",
    f"{TEXT}\n{PETER_SIGNS}Unexpected line.\n",
    f"{TEXT}\n{PETER_SIGNS * 101}",
    f"{TEXT}\n— a+b AAAAAAA=\n",
    f"{TEXT}\n— a AAAA\n",
    f"{TEXT}\n— a {'A' * 9}\n",
    f"{TEXT}\n-- a AAAAAAAA\n",
    "",
    "\n\n",
    "x" * 70_000,
    f"{TEXT}\n{PETER_SIGNS}".replace("\n", "\r\n"),
)


@pytest.mark.parametrize("text", BAD_NOTES)
def test_what_is_no_note(text):
    with pytest.raises(MalformedError):
        parse_note(text.encode(), "n")


def test_bytes_that_are_no_text():
    with pytest.raises(MalformedError):
        parse_note(b"\xff" + f"{TEXT}\n{PETER_SIGNS}".encode(), "n")


def test_verifier_keys_mean_one_thing():
    for start in range(len(PETER)):
        for end in range(start + 1, len(PETER) + 1):
            if (start, end) != (0, len(PETER)):
                with pytest.raises(MalformedError):
                    parse_vkey(PETER[start:end], "k")
    for place in range(len(PETER)):
        changed = PETER[:place] + chr(ord(PETER[place]) + 1) + PETER[place + 1 :]
        with pytest.raises(MalformedError):
            parse_vkey(changed, "k")
    for bad in (
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ):
        with pytest.raises(MalformedError):
            parse_vkey(bad, "k")
