"""Heads of logs: one that a public log and four public witnesses signed, and the witness rule."""

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from qassay.errors import LogBrokenError, MalformedError, UsageError
from qassay.evidence.checkpoint import (
    Checkpoint,
    cosign,
    cosigned_at,
    cosigner,
    kept_by,
    origin_of,
    parse_checkpoint,
    sign_checkpoint,
)
from qassay.evidence.keys import SigningKey
from qassay.evidence.log import Log
from qassay.evidence.note import Note, parse_note, parse_vkey

# A head of the staging log arche2025h1 with cosignatures of public witnesses, and their public
# keys. The witness's key stands also in transparency-dev/formats, note/note_cosigv1_test.go at
# 091ce41666c09683aa9350785e572be27f0c026d.
REAL = """arche2025h1.staging.ct.transparency.dev
1432088532
U7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=

— arche2025h1.staging.ct.transparency.dev zTM8sQAAAZ5W0WdjBAMARjBEAiBjW5IQf9pvsYLfQFX6hoGREPMHbdQ3urbllzalApkptQIgIpwtEroeW2BXaHAI4kJXFbon5Ch9MNL5zRNZ55lvGt0=
— arche2025h1.staging.ct.transparency.dev ui8GwCF1+kWqZrxGdhj4aX3gcw7XUlXQQabg/27lefwhUkzbC3NygNI75MdhL1bfTW9g8Ei59RA23oHP7Ry1k3ZFWwQ=
— transparency.dev/DEV:witness-little-garden 2AQqhwAAAABqEiEgzgFIqqhbUoDwjMWE6UP8nd8/KYTzwZ2rhIgcqoXHAwVkjZr4AscylP3v7sEodkRAErumC2q44vdgJY096st5BQ==
— witness1.smartit.nu/witness1 pIyCDwAAAABqEiEghIp82KWebrw7/oHQwlTAm3g2RKS4+eebl8eO0WH+/iEcxZ75W3u5hNI7TOQtmJbqmNWVuE0tgh0XwzdZsDsUAQ==
— remora.n621.de 2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI+aVCIobWX9sXTynk5XeU/zZ0WBxtqB0DrAWfBw==
— witness.stagemole.eu Z/euoAAAAABqEiEgw0i+7g2ENfDAWHmtRzCfKTHSDwYDJA2NmKeGi9Y8FtEyOUvVr+AJmIY/2TUFucgKi7lI7cUiOvKFYe/TmN9DAg==
"""  # noqa: E501
LOG_KEY = (
    "arche2025h1.staging.ct.transparency.dev+ba2f06c0+AU0vHmlGCS/PdN8b2OaGmKprLI8HKM+dJ472xgFYh15f"
)
WITNESSES = (
    "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2",
    "witness.stagemole.eu+67f7aea0+BEqSG3yu9YrmcM3BHvQYTxwFj3uSWakQepafafpUqklv",
    "transparency.dev/DEV:witness-little-garden+d8042a87+BCtusOxINQNUTN5Oj8HObRkh2yHf/MwYaGX4CPdiVEPM",
    "witness1.smartit.nu/witness1+a48c820f+BPSFWg9G6KPiO7QPryYO5Xq4oYJJ+kAvLKLSimDhoxMO",
)
KEEPER = SigningKey(Ed25519PrivateKey.from_private_bytes(bytes([1]) * 32))
WITNESS = SigningKey(Ed25519PrivateKey.from_private_bytes(bytes([2]) * 32))
LOG = Log(tuple(b"entry %d" % n for n in range(9)))
ORIGIN = origin_of("test")


def test_a_public_log_and_its_witnesses():
    note = parse_note(REAL.encode(), "n")
    assert note.to_bytes() == REAL.encode()
    head = parse_checkpoint(note, "n")
    assert (head.origin, head.size) == ("arche2025h1.staging.ct.transparency.dev", 1432088532)
    assert head.text == note.text
    assert note.signed_by(parse_vkey(LOG_KEY, "k"))
    for vkey in WITNESSES:
        assert cosigned_at(note, parse_vkey(vkey, "k")) == 1779573024
    forged = replace(note, text=note.text.replace("1432088532", "1432088533"))
    assert not forged.signed_by(parse_vkey(LOG_KEY, "k"))
    for vkey in WITNESSES:
        with pytest.raises(LogBrokenError, match="false cosignature"):
            cosigned_at(forged, parse_vkey(vkey, "k"))


def test_our_own_head_is_read_back():
    head = LOG.head(ORIGIN)
    note = sign_checkpoint(head, KEEPER)
    assert parse_checkpoint(parse_note(note.to_bytes(), "n"), "n") == head
    assert kept_by(note, head, KEEPER.public)
    assert not kept_by(note, head, WITNESS.public)
    with pytest.raises(UsageError):
        sign_checkpoint(Checkpoint("cosignature/v1", 1, bytes(32)), KEEPER)
    for name in ("", "a b", "a\nb", "é", "x" * 200):
        with pytest.raises(UsageError):
            origin_of(name)


def signed(log, size, origin=ORIGIN):
    return sign_checkpoint(log.head(origin, size), KEEPER)


def witnessed(note, seen, proof, keeper=KEEPER, at=1000):
    return cosign(note, keeper.public, seen, proof, WITNESS, "partner", at)


def test_a_witness_cosigns_what_continues():
    partner = cosigner("partner", WITNESS.public)
    seen = None
    for size in (2, 5, 5, 9):
        proof = [] if seen is None else LOG.consistency(seen.size, size)
        note = witnessed(signed(LOG, size), seen, proof, at=1000 + size)
        assert cosigned_at(note, partner) == 1000 + size
        assert note.signed_by(parse_vkey(f"{partner.vkey}", "k")) is False  # another kind of line
        seen = parse_checkpoint(note, "n")
    assert cosigned_at(signed(LOG, 9), partner) is None


def test_a_witness_refuses_another_past():
    seen = LOG.head(ORIGIN, 5)
    other = Log((b"edited", *LOG.lines[1:]))
    proof = LOG.consistency(5, 9)
    refused = {
        "an edited entry": (signed(other, 9), seen, other.consistency(5, 9)),
        "a shorter log": (signed(LOG, 4), seen, []),
        "no proof": (signed(LOG, 9), seen, []),
        "another proof": (signed(LOG, 9), seen, LOG.consistency(4, 9)),
        "an entry taken out": (
            signed(Log((*LOG.lines[:3], *LOG.lines[4:])), 8),
            seen,
            LOG.consistency(5, 8),
        ),
        "another log": (signed(LOG, 9, origin_of("other")), seen, proof),
    }
    for call in refused.values():
        with pytest.raises(LogBrokenError):
            witnessed(*call)
    with pytest.raises(LogBrokenError, match="keeper"):
        witnessed(signed(LOG, 9), seen, proof, keeper=WITNESS)
    assert witnessed(signed(LOG, 9), seen, proof)


@pytest.mark.parametrize(
    "text",
    # log/checkpoint_test.go of transparency-dev/formats at 7a6ef700, and more
    [
        "Head\n9944\n",
        "\n9944\n{root}\n",
        "Log\n123\n{root}",
        "Log\nbananas\n{root}\n",
        "Log\n-34\n{root}\n",
        "Log\n3438945738945739845734895735\n{root}\n",
        "Log\n123\nThisIsn'tBase64\n",
        "Log\n0123\n{root}\n",
        "Log\n+1\n{root}\n",
        "Log\n1\n{root}\nmore\n",
        "Log\n1\nYmFuYW5hcw==\n",
        "Log\n\u0661\n{root}\n",
    ],
)
def test_what_is_no_head(text):
    root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="
    with pytest.raises(MalformedError):
        parse_checkpoint(Note(text.replace("{root}", root)), "n")


def test_cut_cosignatures_are_false():
    note = witnessed(signed(LOG, 9), None, [])
    partner = cosigner("partner", WITNESS.public)
    line = note.signatures[-1]
    for signature in (b"x", line.signature[:-1], line.signature + b"x", bytes(72)):
        cut = replace(note, signatures=(replace(line, signature=signature),))
        with pytest.raises(LogBrokenError):
            cosigned_at(cut, partner)
