import itertools

import numpy as np
import pytest
from benchmarks._rules_of_many import bonferroni, e_bh
from hypothesis import given, settings
from hypothesis import strategies as st

from qassay.statistics.multiplicity import closed_e_bh, e_holm, uncorrected

EVIDENCE = st.lists(st.floats(-3, 7), min_size=1, max_size=6).map(np.array)


def every_set(size):
    return [
        list(chosen)
        for count in range(1, size + 1)
        for chosen in itertools.combinations(range(size), count)
    ]


@settings(deadline=None)  # many sets: a busy machine takes its time
@given(EVIDENCE)
def test_e_holm_is_closed_testing_with_averages(log_e):
    e, sets = np.exp(log_e), every_set(log_e.size)
    expected = [all(e[s].mean() >= 10 for s in sets if index in s) for index in range(log_e.size)]
    assert e_holm(log_e, 0.1).tolist() == expected


@settings(deadline=None)  # many sets: a busy machine takes its time
@given(EVIDENCE)
def test_closed_e_bh_is_the_largest_set_that_every_set_pays_for(log_e):
    e, sets = np.exp(log_e), every_set(log_e.size)

    def paid(r):
        return all(e[s].mean() >= len(set(s) & set(r)) / (0.1 * len(r)) * (1 - 1e-12) for s in sets)

    largest = max((len(r) for r in sets if paid(r)), default=0)
    rejected = closed_e_bh(log_e, 0.1)
    assert int(rejected.sum()) == largest
    assert largest == 0 or paid(np.flatnonzero(rejected).tolist())


@given(EVIDENCE)
def test_from_strict_to_free(log_e):
    ladder = [rule(log_e, 0.1) for rule in (bonferroni, e_holm)]
    assert (ladder[0] <= ladder[1]).all()
    ladder = [rule(log_e, 0.1) for rule in (bonferroni, e_bh, closed_e_bh)]
    assert all((a <= b).all() for a, b in itertools.pairwise(ladder))
    assert (ladder[1] <= uncorrected(log_e, 0.1)).all()


def test_closed_e_bh_may_take_what_would_not_stand_alone():
    log_e = np.log(np.array([7.0, 20.0]))
    assert closed_e_bh(log_e, 0.1).tolist() == [True, True]
    assert uncorrected(log_e, 0.1).tolist() == [False, True]


@given(EVIDENCE, EVIDENCE)
def test_what_was_settled_in_a_running_game_stays(now, later):
    size = min(now.size, later.size)
    now, later = now[:size], later[:size]
    settled = closed_e_bh(now, 0.1, np.zeros(size, dtype=bool))
    then = np.where(settled, now, later)
    assert (closed_e_bh(then, 0.1, settled) >= settled).all()
    # And the set is one of those that the procedure allows in the end.
    e, r = np.exp(np.where(settled, now, -50.0)), np.flatnonzero(settled)
    for s in every_set(size):
        assert not r.size or e[s].mean() >= np.isin(s, r).sum() / (0.1 * r.size) * (1 - 1e-9)


def test_e_bh_by_hand():
    e = np.log(np.array([41.0, 13.0, 100.0, 1.0]))
    # K / (alpha k) at 10 %: 40, 20, 13.3, 10.
    assert e_bh(e, 0.1).tolist() == [True, False, True, False]
    assert bonferroni(e, 0.1).tolist() == [True, False, True, False]
    assert uncorrected(e, 0.1).tolist() == [True, True, True, False]


def test_huge_evidence_does_not_overflow():
    log_e = np.array([5000.0, 0.0, 5000.0])
    for rule in (e_holm, e_bh, closed_e_bh, bonferroni):
        assert rule(log_e, 0.05).tolist() == [True, False, True]


@pytest.mark.parametrize("rule", [uncorrected, bonferroni, e_holm, e_bh, closed_e_bh])
def test_alpha_is_a_probability_and_an_empty_sheet_is_no_fault(rule):
    with pytest.raises(ValueError, match="alpha"):
        rule(np.zeros(2), 1.5)
    assert rule(np.zeros(0), 0.05).tolist() == []
