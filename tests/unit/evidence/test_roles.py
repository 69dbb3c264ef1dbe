"""Roles and pins: one key a person and role, and an embedded key alone is not trust."""

import json
import shutil
import subprocess

import pytest

from qassay.errors import MalformedError, UsageError
from qassay.evidence.keys import new_key
from qassay.evidence.roles import Roles, Trust, parse_roles, trust_from
from qassay.evidence.sshsig import NAMESPACE, sign_ssh


def test_what_was_written_is_read(parties):
    data = parties.roles.to_bytes()
    assert parse_roles(data, "r") == parties.roles
    assert json.loads(data)["roles"][0]["fingerprint"].startswith("SHA256:")
    assert parties.roles.holder(parties.keys["vendor"].public).role == "vendor"
    assert parties.roles.holder(new_key().public) is None


def test_pins(parties, tmp_path):
    path = tmp_path / "roles.json"
    path.write_bytes(parties.roles.to_bytes())
    assert trust_from([str(path), str(path)]).pinned(Roles()) == parties.roles
    vendor = parties.keys["vendor"].public.fingerprint
    assert trust_from(str(path)) == trust_from(path) == trust_from([path])
    assert trust_from(trust_from(path)) == trust_from(path)
    assert trust_from(None) == Trust()
    trust = trust_from([f"vendor={vendor}"])
    assert [party.role for party in trust.pinned(parties.roles).parties] == ["vendor"]
    assert trust_from([f"verifier={vendor}"]).pinned(parties.roles) == Roles()
    assert not Trust()
    assert Trust().pinned(parties.roles) == Roles()
    both = trust_from([str(path), f"vendor={vendor}"])
    assert both.pinned(parties.roles) == parties.roles


@pytest.mark.parametrize(
    "option",
    ["", "no-such.json", "vendor=SHA256:x", "SHA256:" + "A" * 43, "admin=SHA256:" + "A" * 43, "."],
)
def test_pins_that_are_none(option):
    with pytest.raises(UsageError, match="--trust"):
        trust_from([option])


def change(document, **values):
    document["roles"][0].update(values)
    return document


BAD = (
    lambda _: [],
    lambda d: d | {"more": 1},
    lambda d: d | {"qassay_roles": 2},
    lambda d: d | {"roles": {}},
    lambda d: d | {"roles": [1]},
    lambda d: d | {"roles": d["roles"] * 50},
    lambda d: d | {"roles": [d["roles"][0], d["roles"][0]]},
    lambda d: change(d, role="admin"),
    lambda d: change(d, role=[]),
    lambda d: change(d, name=""),
    lambda d: change(d, name="x\u202ey"),
    lambda d: change(d, name="x" * 300),
    lambda d: change(d, fingerprint="SHA256:" + "A" * 43),
    lambda d: change(d, key="ssh-rsa AAAA"),
    lambda d: change(d, key=d["roles"][1]["key"]),
    lambda d: change(d, valid_from="2026-13-01"),
    lambda d: change(d, valid_to="20261301"),
    lambda d: change(d, valid_to=5),
)


@pytest.mark.parametrize("make", BAD)
def test_what_is_no_roles_file(parties, make):
    document = make(json.loads(parties.roles.to_bytes()))
    with pytest.raises(MalformedError):
        parse_roles(json.dumps(document).encode(), "r")


@pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="ssh-keygen is not there")
def test_openssh_takes_the_roles_as_allowed_signers(parties, tmp_path):
    (tmp_path / "allowed").write_text(parties.roles.allowed_signers(), encoding="utf-8")
    (tmp_path / "s").write_bytes(sign_ssh(b"m", parties.keys["partner"]).to_bytes())
    call = [
        "ssh-keygen",
        "-Y",
        "verify",
        "-f",
        tmp_path / "allowed",
        "-n",
        NAMESPACE,
        "-s",
        tmp_path / "s",
        "-I",
    ]
    assert subprocess.run([*call, "partner"], input=b"m", check=False).returncode == 0
    assert subprocess.run([*call, "vendor"], input=b"m", check=False).returncode != 0
