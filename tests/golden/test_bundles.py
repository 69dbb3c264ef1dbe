"""Bundles of every version that was ever released must verify for ever.

A file here is never made again. If one of these fails, an auditor of the future cannot check
what was sealed today: keep the old estimator or layout beside the new one. The one exception, a
run of the time before plans named the rules of their judge, is told apart from a forgery.
"""

from pathlib import Path

import pytest

from qassay.auditing.audit import audit_bundle
from qassay.errors import NotReproducedError
from qassay.evidence.roles import Trust, trust_from

HERE = Path(__file__).parent
TRUST = trust_from([str(HERE / "roles.json")])
BUNDLES = {  # name: (what the reader pinned, trust level, verdicts)
    "format-1-import": (Trust(), "T0", 2),
    "format-2-run": (TRUST, "T0", 5),
    "format-2-import": (Trust(), "T0", 2),
    "format-2-campaign": (TRUST, "T2", 5),
    "format-2-exchange": (TRUST, "T2", 1),
    "format-2-apply": (Trust(), "T0", 0),
    "format-2-repeats": (Trust(), "T0", 2),
}


OTHER_RULES = "format-1-run"  # its judge left pairs open that today's settles


def test_all_golden_bundles_are_listed():
    names = {path.name.removesuffix(".qassay.zip") for path in HERE.glob("*.zip")}
    assert names == {*BUNDLES, OTHER_RULES}


@pytest.mark.parametrize("name", BUNDLES)
def test_it_verifies(name):
    trust, level, verdicts = BUNDLES[name]
    audit = audit_bundle(HERE / f"{name}.qassay.zip", trust=trust)
    assert audit.failure is None, str(audit.failure)
    assert audit.level == level
    assert len(audit.analysis.verdicts) == verdicts


def test_rules_of_another_time_are_named_and_not_called_a_forgery():
    failure = audit_bundle(HERE / f"{OTHER_RULES}.qassay.zip").failure
    assert isinstance(failure, NotReproducedError)
    assert "the rules of version 1" in str(failure)
    assert 'audit it with "qassay 0.1.0"' in str(failure)
