"""`qassay key`: keys are made once, shown, and collected."""

import json
from pathlib import Path

from qassay.evidence.roles import trust_from


def test_new_show_and_roles(qassay):
    fingerprints = {}
    for role in ("vendor", "verifier", "partner"):
        call = ("key", "new", "--role", role, "--name", f"The {role}", "--out", f"{role}.key")
        code, out, err = qassay(*call)
        assert (code, err) == (0, "")
        code, shown, _ = qassay("key", "show", f"{role}.key")
        assert code == 0
        fingerprint, line = shown.splitlines()
        assert out.startswith(f"{fingerprint}  {role} The {role}\n")
        assert line == Path(f"{role}.key.pub").read_text(encoding="utf-8").rstrip("\n")
        assert qassay("key", "show", f"{role}.key.pub")[1] == shown
        kept = Path(f"{role}.key").read_bytes()
        code, _, err = qassay(*call)
        assert code == 2
        assert "not overwritten" in err
        assert Path(f"{role}.key").read_bytes() == kept
        fingerprints[role] = fingerprint
    files = [f"{role}.key.pub" for role in fingerprints]
    code, out, _ = qassay(
        "key", "roles", *files, "--out", "roles.json", "--valid-from", "2026-11-26"
    )
    assert code == 0
    assert out == "".join(f"{f}  {role} The {role}\n" for role, f in fingerprints.items())
    parties = trust_from(["roles.json"]).roles.parties
    assert [(p.role, p.key.fingerprint, p.valid_from) for p in parties] == [
        (role, f, "2026-11-26") for role, f in fingerprints.items()
    ]
    assert qassay("key", "roles", *files, "--out", "roles.json")[0] == 2
    code, _, err = qassay("key", "roles", files[0], files[0], "--out", "other.json")
    assert code == 4
    assert "twice" in err
    assert not Path("other.json").exists()


def test_a_passphrase(qassay, monkeypatch):
    monkeypatch.setenv("QASSAY_PASSPHRASE", "open sesame")
    call = ("key", "new", "--role", "vendor", "--name", "V", "--out", "k", "--passphrase")
    assert qassay(*call)[0] == 0
    assert "ENCRYPTED" in Path("k").read_text(encoding="utf-8")
    assert qassay("key", "show", "k")[0] == 0


def test_wrong_calls_are_told(qassay):
    for call in (
        ("new", "--role", "admin", "--name", "x", "--out", "k"),
        ("new", "--role", "vendor", "--name", "", "--out", "k"),
        ("new", "--role", "vendor", "--name", "a\nb", "--out", "k"),
        ("new", "--role", "vendor", "--name", "x", "--out", "no/such/folder/k"),
        ("show", "none"),
        ("roles", "none.pub", "--out", "r"),
        ("roles", "none.pub", "--out", "r", "--valid-to", "tomorrow"),
    ):
        code, out, err = qassay("key", *call)
        assert (code, out) == (2, ""), call
        assert err
    assert json.dumps(sorted(path.name for path in Path().iterdir())) == "[]"
