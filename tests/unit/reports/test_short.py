"""The half page that a minister reads, and what stands beside a claim that needed its tolerance."""

from dataclasses import replace

import pytest

from qassay.claims.claim import Claim, Scope
from qassay.claims.validity import Days, outside_validity
from qassay.reports.claim_data import claims_data
from qassay.reports.sections.short import in_short
from qassay.reports.words import headline, limit_words, owed_to_tolerance
from qassay.statistics.estimate import Estimate
from qassay.verdicts.verdict import Verdict


def claim(metric="t1", relation="at least", value=100.0, **changes):
    return Claim(id="c", metric=metric, relation=relation, value=value, stated="", **changes)


def verdict(outcome, value, claimed=100.0, limit=80.0):
    return Verdict(
        claim="c",
        metric="t1",
        outcome=outcome,
        claimed=claimed,
        limit=limit,
        shots=9,
        circuits=9,
        reasons=(),
        estimate=Estimate(value=value, low=value - 1, high=value + 1),
    )


@pytest.mark.parametrize(
    ("relation", "outcome", "value", "owed"),
    [
        ("at least", "supported", 95.0, True),
        ("at least", "supported", 105.0, False),
        ("at most", "supported", 105.0, True),
        ("at most", "supported", 95.0, False),
        ("at least", "inconclusive", 95.0, False),
        ("at least", "refuted", 95.0, False),
    ],
)
def test_a_claim_that_needed_its_tolerance_says_so(relation, outcome, value, owed):
    words = owed_to_tolerance(claim(relation=relation, delta=0.25), verdict(outcome, value))
    assert words == ("within its tolerance of 25\u00a0%" if owed else "")


def test_the_limit_stands_beside_the_claim():
    assert limit_words(claim(), verdict("supported", 95.0)) == "limit 80\u00a0s"
    assert limit_words(claim(), verdict("supported", 95.0, limit=100.0)) == ""


@pytest.mark.parametrize(
    ("values", "outcomes", "told"),
    [
        ([95], ["supported"], "the claim is supported, within its tolerance."),
        (
            [95, 95],
            ["supported"] * 2,
            "all 2 claims are supported, all of them within their tolerance.",
        ),
        (
            [95, 105],
            ["supported"] * 2,
            "all 2 claims are supported, 1 of them within its tolerance.",
        ),
        (
            [95, 60],
            ["supported", "refuted"],
            "1 of 2 claims is supported and 1 is refuted, the supported one within its tolerance.",
        ),
        ([105], ["supported"], "the claim is supported."),
    ],
)
def test_the_headline_names_simulator_and_tolerance(values, outcomes, told):
    verdicts = [verdict(o, v) for o, v in zip(outcomes, values, strict=True)]
    claims = [claim()] * len(verdicts)
    assert headline(claims, verdicts, simulator=True) == f"On the simulator: {told}"
    assert headline(claims, verdicts, simulator=False) == f"{told[0].upper()}{told[1:]}"


def test_the_half_page_tells_what_programs_meet_and_what_is_unknown(ions, make_facts):
    short = in_short(claims_data(ions), ions, make_facts(ions.plan))
    # 0.69 % average infidelity is 0.86 % process infidelity: ln 2 / 0.0087 = 80 gates
    assert short.programs[0].startswith(("A circuit of about 7", "A circuit of about 8"))
    assert "two-qubit gates meets a gate error" in short.programs[0]
    assert any("counts come from a simulator" in words for words in short.unknown)
    assert short.found[0].endswith("refuted.")  # the gravest first


def test_nothing_measured_of_pairs_is_said(ions, make_facts):
    bare = tuple(replace(d, verdict=replace(d.verdict, estimate=None)) for d in claims_data(ions))
    short = in_short(bare, ions, make_facts(ions.plan))
    assert short.programs == (
        "How long a circuit may be cannot be said: no typical error of two-qubit gates was"
        " measured here.",
    )


def test_claims_that_read_alike_are_told_apart(ions, make_facts):
    """By their qubits; where these are the same too, by what they are over; else by their names."""
    plan, (first, *_) = ions.plan, claims_data(ions)
    scopes = [Scope(qubits=(1,)), Scope(qubits=(2, 3)), Scope(qubits=(2, 3)), Scope()]
    named = [
        replace(first, claim=replace(first.claim, id=f"c{n}", scope=scope))
        for n, scope in enumerate(scopes)
    ]
    told = in_short(tuple(named[:2]), ions, make_facts(plan)).found
    assert told[0].partition(": ")[0].endswith(", qubit 1")
    assert told[1].partition(": ")[0].endswith(", qubits 2, 3")
    told = in_short(tuple(named[1:3]), ions, make_facts(plan)).found
    assert ['"c1"' in told[0], '"c2"' in told[1]] == [True, True]
    (alone,) = in_short(tuple(named[:1]), ions, make_facts(plan)).found
    assert "qubit 1" not in alone


def test_a_claim_that_is_no_longer_valid_is_told_on_the_half_page(ions, make_facts):
    sheet = replace(
        ions.plan.sheet,
        claims=(replace(ions.plan.sheet.claims[0], valid_until="2025-12-31"),),
    )
    late = tuple(outside_validity(sheet, Days(first="2026-01-01", last="2026-01-01")))
    facts = replace(make_facts(ions.plan), findings=late)
    short = in_short(claims_data(ions), ions, facts)
    assert "was to hold until 2025-12-31" in short.unknown[0]
