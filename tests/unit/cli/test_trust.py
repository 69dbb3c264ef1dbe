"""What `audit` takes to trust a signed bundle, the other readers of bundles take as well."""

import json

import pytest
from forgeries.registry import ROLES, honest_path

TRUST = ("--trust", str(ROLES))


@pytest.mark.parametrize("command", ["report", "forensics", "results"])
def test_a_signed_bundle_is_read_by_who_knows_its_parties(qassay, command, tmp_path):
    more = ("--html", tmp_path / "page.html") if command == "report" else ()
    assert qassay(command, honest_path("exchange"), *more)[0] != 0  # nobody is pinned
    code, out, err = qassay(command, honest_path("exchange"), *TRUST, *more)
    assert (code, err) == (0, "")
    assert out


def test_the_level_is_that_of_the_audit(qassay):
    code, out, _ = qassay("results", honest_path("exchange"), *TRUST, "--json")
    assert code == 0
    assert json.loads(out)["trust"] == "T2"
