"""Why a report has its trust level, and what the next one lacks."""

from types import SimpleNamespace

import pytest
from forgeries.registry import ROLES, honest_path

from qassay.auditing.audit import audit_bundle
from qassay.evidence.roles import trust_from
from qassay.reports.sections.trust import LEVELS, WHY, trust_of, why_levels


def analysis_of(*verdicts):
    return SimpleNamespace(
        verdicts=[SimpleNamespace(trust=level, shots=shots) for level, shots in verdicts]
    )


@pytest.mark.parametrize(
    ("level", "because", "lacks"),
    [
        ("T0", "nobody signed the counts", "T1 takes a campaign of several parties"),
        ("T1", "the vendor signed the counts", "T2 takes a partner who opened a share"),
        ("T2", "an independent party watched the log", "T3 takes a bound on the computing"),
    ],
)
def test_each_level_says_why_and_what_the_next_one_lacks(level, because, lacks):
    (words,) = why_levels(analysis_of((level, 10)))
    assert f"at {level} because {because}" in words
    assert lacks in words


def test_only_levels_that_counts_rest_on_are_explained():
    told = trust_of(analysis_of(("T0", 0), ("T2", 5), ("T2", 7)))
    assert told.why == (WHY["T2"],)
    assert [name for name, _, here in told.levels if here] == ["T2"]


def test_no_level_is_promised_that_no_evidence_can_earn():
    assert {name for name, _ in LEVELS} - set(WHY) == {"T3", "T4"}
    assert "no evidence of this version can earn T3 or T4" in WHY["T2"]


@pytest.mark.parametrize(("name", "level"), [("run", "T0"), ("campaign", "T2"), ("exchange", "T2")])
def test_the_reason_is_that_of_the_level_which_the_audit_derives(name, level):
    audit = audit_bundle(honest_path(name), trust=trust_from([str(ROLES)]))
    assert audit.level == level
    assert why_levels(audit.analysis) == (WHY[level],)
