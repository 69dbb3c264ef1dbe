"""Which claims of a sheet are settled together."""

import math
from types import SimpleNamespace

import numpy as np
import pytest

from qassay.protocols.weighing.decision import Decision
from qassay.protocols.weighing.wealth import Wealth, discoveries

PLAN = SimpleNamespace(alpha=0.05, beta=0.05, multiplicity="fdr")


def wealth(support=1.0, refute=1.0):
    s, r = math.log(support), math.log(refute)
    return Wealth(support=s, refute=r, support_peak=s, refute_peak=r)


def test_one_claim_alone_needs_its_own_threshold():
    assert discoveries(PLAN, {"a": wealth(20.1)}, {}) == {"a": "supported"}
    assert discoveries(PLAN, {"a": wealth(19.9)}, {}) == {}
    assert discoveries(PLAN, {"a": wealth(1, 20.1)}, {}) == {"a": "refuted"}


def test_a_claim_among_open_ones_pays_for_them():
    crowd = {name: wealth() for name in "bcd"}
    assert discoveries(PLAN, {"a": wealth(79)} | crowd, {}) == {}
    assert discoveries(PLAN, {"a": wealth(81)} | crowd, {}) == {"a": "supported"}


def test_settled_claims_of_the_same_kind_carry_the_next():
    settled = {n: Decision(outcome="supported", cycle=1, e_support=100.0) for n in "bcd"}
    assert discoveries(PLAN, {"a": wealth(20.1)}, settled) == {"a": "supported"}
    assert discoveries(PLAN, {"a": wealth(1, 20.1)}, settled) == {}
    assert discoveries(PLAN, {"a": wealth(1, 81)}, settled) == {"a": "refuted"}


def test_no_verdict_is_given_that_could_not_stand_alone():
    settled = {n: Decision(outcome="supported", cycle=1, e_support=1e6) for n in "bcd"}
    assert discoveries(PLAN, {"a": wealth(19.9)}, settled) == {}


def test_of_two_won_bets_the_larger_fortune_decides():
    assert discoveries(PLAN, {"a": wealth(200, 30)}, {}) == {"a": "supported"}
    assert discoveries(PLAN, {"a": wealth(30, 200)}, {}) == {"a": "refuted"}


@pytest.mark.parametrize("sheets", [400, pytest.param(2000, marks=pytest.mark.slow)])
def test_the_share_of_wrong_verdicts_stays_within_its_promise(sheets):
    # e-values 40 with probability 1/40 under the null: sheets of 10 true nulls beside 10 claims
    # that are settled; the mean share is below 0.05, its standard error below 0.16 / sqrt(sheets).
    generator = np.random.default_rng(1)
    shares = []
    for _ in range(sheets):
        bad = {f"bad {i}": wealth(40.0 if generator.random() < 1 / 40 else 1e-3) for i in range(10)}
        good = {f"good {i}": wealth(1e3) for i in range(10)}
        found = discoveries(PLAN, bad | good, {})
        wrong = sum(name.startswith("bad") for name in found)
        shares.append(wrong / max(len(found), 1))
    assert np.mean(shares) < 0.05 + 5 * 0.16 / sheets**0.5
