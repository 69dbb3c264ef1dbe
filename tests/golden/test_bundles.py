"""Bundles of every version that was ever released must verify for ever.

A file here is never made again. If one of these fails, an auditor of the future cannot check
what was sealed today: keep the old estimator or layout beside the new one.
"""

from pathlib import Path

import pytest

from qassay.auditing.audit import audit_bundle
from qassay.evidence.roles import Trust, trust_from

HERE = Path(__file__).parent
TRUST = trust_from([str(HERE / "roles.json")])
BUNDLES = {  # name: (what the reader pinned, trust level, verdicts)
    "format-1-import": (Trust(), "T0", 2),
    "format-2-run": (TRUST, "T0", 5),
    "format-2-import": (Trust(), "T0", 2),
    "format-2-campaign": (TRUST, "T2", 5),
}


def test_all_golden_bundles_are_listed():
    names = {path.name.removesuffix(".qassay.zip") for path in HERE.glob("*.zip")}
    assert names == set(BUNDLES)


@pytest.mark.parametrize("name", BUNDLES)
def test_it_verifies(name):
    trust, level, verdicts = BUNDLES[name]
    audit = audit_bundle(HERE / f"{name}.qassay.zip", trust=trust)
    assert audit.failure is None, str(audit.failure)
    assert audit.level == level
    assert len(audit.analysis.verdicts) == verdicts
