"""Bundles of every version that was ever released must verify for ever.

A file here is never made again. If one of these fails, an auditor of the future cannot check
what was sealed today: keep the old estimator or layout beside the new one. The exception are runs
that were judged by other rules than today's: they are told apart from a forgery.
"""

from pathlib import Path

import pytest

from qassay.auditing.audit import audit_bundle
from qassay.errors import NotReproducedError
from qassay.evidence.roles import Trust, trust_from

HERE = Path(__file__).parent
TRUST = trust_from([str(HERE / "roles.json")])
BUNDLES = {  # name: (what the reader pinned, trust level, verdicts)
    "format-2-run": (TRUST, "T0", 5),
    "format-2-import": (Trust(), "T0", 2),
    "format-2-campaign": (TRUST, "T2", 5),
    "format-2-exchange": (TRUST, "T2", 1),
    "format-2-apply": (Trust(), "T0", 0),
    "format-2-repeats": (Trust(), "T0", 2),
}


OTHER_RULES = {  # of a time before today's judge: the version of its rules, and of what made them
    "format-1-run": (1, "0.1.0"),
    "format-1-import": (1, "0.1.0"),
    **{
        f"judge-2-{kind}": (2, "0.2.0")
        for kind in ("run", "import", "exchange", "apply", "repeats")
    },
    "judge-2-campaign": (2, "test"),
}


def test_all_golden_bundles_are_listed():
    names = {path.name.removesuffix(".qassay.zip") for path in HERE.glob("*.zip")}
    assert names == {*BUNDLES, *OTHER_RULES}


@pytest.mark.parametrize("name", BUNDLES)
def test_it_verifies(name):
    trust, level, verdicts = BUNDLES[name]
    audit = audit_bundle(HERE / f"{name}.qassay.zip", trust=trust)
    unreleased = "if the rules of an unreleased judge moved: python tests/golden/make.py"
    assert audit.failure is None, f"{audit.failure}; {unreleased}"
    assert audit.level == level
    assert len(audit.analysis.verdicts) == verdicts


@pytest.mark.parametrize("name", OTHER_RULES)
def test_rules_of_another_time_are_named_and_not_called_a_forgery(name):
    rules, program = OTHER_RULES[name]
    failure = audit_bundle(HERE / f"{name}.qassay.zip").failure
    assert isinstance(failure, NotReproducedError)
    assert f"the rules of version {rules}" in str(failure)
    assert f'audit it with "qassay {program}"' in str(failure)
