"""Bundles of every version that was ever released must verify for ever, for what they prove.

A file here is never made again. If one of these fails, an auditor of the future cannot check
what was sealed today: keep the old estimator or layout beside the new one. Two things are of
their day and told apart from a forgery: the rules of the judge, by which numbers follow from
counts, and the words of the page, which are compared where the reader would rely on them.
"""

from pathlib import Path

import pytest

from qassay.auditing.audit import CHECKS, audit_bundle
from qassay.errors import NotReproducedError
from qassay.evidence.roles import Trust, trust_from
from qassay.planning.plan import JUDGE

HERE = Path(__file__).parent
TRUST = trust_from([str(HERE / "roles.json")])
BUNDLES = {  # name: (what the reader pinned, trust level, verdicts, rules of the judge)
    "format-1-import": (Trust(), "T0", 2, 1),
    "format-1-run": (Trust(), "T0", 5, 1),
    **{
        f"{name}-{kind}": (trust, level, verdicts, rules)
        for name, rules in (("judge-2", 2), ("format-2", 3))
        for kind, trust, level, verdicts in (
            ("run", TRUST, "T0", 5),
            ("import", Trust(), "T0", 2),
            ("campaign", TRUST, "T2", 5),
            ("exchange", TRUST, "T2", 1),
            ("apply", Trust(), "T0", 0),
            ("repeats", Trust(), "T0", 2),
        )
    },
}
# Of runs that drew strings in complementary pairs; their circuits cannot be drawn here any more.
OLD_CIRCUITS = ("format-1-run", "judge-2-run", "judge-2-campaign", "judge-2-exchange")
OF_TODAY = [name for name, (*_, rules) in BUNDLES.items() if rules == JUDGE]
OF_OTHER_RULES = [name for name in BUNDLES if name not in OF_TODAY]


def test_all_golden_bundles_are_listed():
    names = {path.name.removesuffix(".qassay.zip") for path in HERE.glob("*.zip")}
    assert names == set(BUNDLES)


@pytest.mark.parametrize("name", OF_TODAY)
def test_it_verifies(name):
    trust, level, verdicts, _ = BUNDLES[name]
    audit = audit_bundle(HERE / f"{name}.qassay.zip", trust=trust)
    if audit.failed == "datasheet":  # a page of another day, which passes where nobody relies on it
        assert level == "T2"
        assert "another version of qassay wrote, and that is not compared" in str(audit.failure)
        audit = audit_bundle(HERE / f"{name}.qassay.zip", trust=trust, page=False)
    unreleased = "if the rules of an unreleased judge moved: python tests/golden/make.py"
    assert audit.failure is None, f"{audit.failure}; {unreleased}"
    assert audit.level == level
    assert len(audit.analysis.verdicts) == verdicts


@pytest.mark.parametrize("name", OF_OTHER_RULES)
def test_rules_of_another_time_are_named_and_not_called_a_forgery(name):
    trust, level, _, rules = BUNDLES[name]
    audit = audit_bundle(HERE / f"{name}.qassay.zip", trust=trust)
    assert isinstance(audit.failure, NotReproducedError)
    assert audit.failure.exit_code == 4
    assert f"the rules of version {rules}: what needs no rules holds" in str(audit.failure)
    assert 'audit it with "qassay ' in str(audit.failure)
    checks = [name for name, _ in CHECKS]
    assert audit.failed == ("claims and plan" if name in OLD_CIRCUITS else "rules")
    assert [check.name for check in audit.passed] == checks[: checks.index(audit.failed)]
    assert audit.level == level or name in OLD_CIRCUITS
