import math

import numpy as np
import pytest

from qassay.statistics.sequential import (
    Evidence,
    confirm_every,
    every,
    first_crossing,
    ladder,
    log_mixture,
    log_threshold,
    refute_every,
    settle,
)

THRESHOLD = math.log(20)


def evidence(confirm, refute):
    confirm, refute = np.array(confirm, dtype=float), np.array(refute, dtype=float)
    return Evidence(confirm=confirm, refute=refute, circuits=np.arange(1, len(confirm) + 1) * 8)


def test_mixture_is_the_weighted_sum():
    paths = [np.log(np.array([[2.0], [4.0]])), np.log(np.array([[1.0], [0.5]]))]
    assert np.exp(log_mixture(paths, (0.75, 0.25)))[:, 0] == pytest.approx([1.75, 3.125])


def test_mixture_takes_weights_that_are_a_stake():
    path = np.zeros((1, 1))
    for weights in ((0.5,), (0.5, 0.6), (1.5, -0.5)):
        with pytest.raises(ValueError, match="weights"):
            log_mixture([path, path], weights)


def test_first_crossing():
    log_e = np.array([[0.0, 3.0], [2.9, 0.0], [3.1, 0.0]])
    assert first_crossing(log_e, 0.05).tolist() == [2, 0]
    assert first_crossing(log_e, 0.01).tolist() == [3, 3]
    assert first_crossing(log_e[:0], 0.05).tolist() == [0, 0]


@pytest.mark.parametrize("alpha", [0.0, 1.0, -0.1, math.nan])
def test_alpha_is_a_probability(alpha):
    with pytest.raises(ValueError, match="alpha"):
        log_threshold(alpha)


def test_every_target_must_be_convincing_but_not_at_the_same_time():
    confirm = np.array([[4.0, 0.0], [0.0, 2.0], [-1.0, 3.5]])
    assert confirm_every(confirm)[:, 0].tolist() == [0.0, 2.0, 3.5]


def test_the_case_against_every_target_is_the_mean_wealth_at_one_time():
    refute = np.log(np.array([[10.0, 2.0], [1.0, 3.0]]))
    assert np.exp(refute_every(refute))[:, 0] == pytest.approx([6.0, 2.0])


def test_settle_stops_at_the_first_verdict():
    found = settle(evidence([[0.0], [3.5], [0.0]], [[0.0], [0.0], [9.0]]), 0.05)
    assert (found.verdict, found.circuits) == ("confirmed", 16)
    assert (found.log_e_confirm, found.log_e_refute) == (3.5, 0.0)
    found = settle(evidence([[0.0], [3.5], [0.0]], [[0.0], [0.0], [9.0]]), 0.05, beta=0.01)
    assert (found.verdict, found.circuits) == ("refuted", 24)


def test_settle_without_a_verdict_is_inconclusive():
    found = settle(evidence([[1.0], [2.0]], [[0.5], [-1.0]]), 0.05)
    assert (found.verdict, found.circuits) == ("inconclusive", 16)
    empty = settle(evidence(np.zeros((0, 1)), np.zeros((0, 1))), 0.05)
    assert (empty.verdict, empty.circuits) == ("inconclusive", 0)


def test_settle_judges_one_target():
    both = evidence([[4.0, 5.0]], [[0.0, 0.0]])
    with pytest.raises(ValueError, match="one target"):
        settle(both, 0.05)
    assert settle(every(both), 0.05).verdict == "confirmed"


def test_ladder_begins_one_tolerance_away():
    assert ladder(0.0125, "at least", 0.25)[0] == pytest.approx(0.01)
    assert ladder(0.01, "at most", 0.25)[0] == pytest.approx(0.0125)
