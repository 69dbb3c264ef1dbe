"""Commit and reveal: fixed vectors, and bound to role and plan."""

import pytest

from qassay.errors import MalformedError, TamperedError
from qassay.evidence.commitment import (
    check_opens,
    commit,
    draw_secret,
    joint_root,
    secret_from_hex,
)

PLAN = "11" * 32
SECRET = bytes(range(32))


def test_vectors():
    """Anybody can compute these with sha256 alone; docs/evidence.md says how."""
    assert commit(SECRET, "verifier", PLAN) == (
        "578838132553cea5159314d74bd319c325b92020614350b7b26c090778d019c9"
    )
    shares = {"verifier": SECRET, "partner": bytes(32)}
    assert joint_root(shares, b"\xff" * 32, PLAN).hex() == (
        "858edebe46e2d33e075e34c002f77d20a106c2827649776e6d60f8f9ac5b0e55"
    )


def test_a_commitment_holds_for_one_secret_role_and_plan():
    made = commit(SECRET, "verifier", PLAN)
    check_opens(made, SECRET, "verifier", PLAN, "w")
    for call in (
        (bytes(32), "verifier", PLAN),
        (SECRET, "partner", PLAN),
        (SECRET, "verifier", "22" * 32),
    ):
        with pytest.raises(TamperedError):
            check_opens(made, *call, "w")


def test_every_share_and_the_plan_change_the_seed():
    both = {"verifier": SECRET, "partner": bytes(32)}
    roots = {
        joint_root(both, SECRET, PLAN),
        joint_root({"verifier": SECRET}, SECRET, PLAN),
        joint_root({"verifier": bytes(32), "partner": SECRET}, SECRET, PLAN),
        joint_root(both, bytes(32), PLAN),
        joint_root(both, SECRET, "22" * 32),
    }
    assert len(roots) == 5


def test_secrets_are_32_bytes():
    assert len(draw_secret()) == 32
    assert draw_secret() != draw_secret()
    assert secret_from_hex(SECRET.hex(), "w") == SECRET
    for bad in (SECRET.hex().upper(), "ab", "", None, 5, "zz" * 32, "0" * 63, " " * 64):
        with pytest.raises(MalformedError):
            secret_from_hex(bad, "w")
