"""Intervals of probabilities: published values, edges, guaranteed and average coverage."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from qassay.statistics.intervals import (
    binomial_estimate,
    bounded_mean_estimate,
    clopper_pearson,
    lower_limit,
    upper_limit,
    wilson,
)


def probabilities(shots: int, chance: float) -> np.ndarray:
    counts = np.arange(shots + 1)
    logs = special.gammaln(shots + 1) - special.gammaln(counts + 1)
    logs = logs - special.gammaln(shots - counts + 1)
    return np.exp(logs + special.xlogy(counts, chance) + special.xlog1py(shots - counts, -chance))


def test_published_values():
    # Newcombe, Stat. Med. 17, 857 (1998), table I: 81/263, 15/148, 0/20, 1/29.
    hits, shots = np.array([81, 15, 0, 1]), np.array([263, 148, 20, 29])
    low, high = clopper_pearson(hits, shots)
    assert low == pytest.approx([0.2527, 0.0578, 0.0, 0.0009], abs=5e-5)
    assert high == pytest.approx([0.3676, 0.1617, 0.1684, 0.1776], abs=5e-5)
    low, high = wilson(hits, shots)
    assert low == pytest.approx([0.2553, 0.0624, 0.0, 0.0061], abs=5e-5)
    assert high == pytest.approx([0.3662, 0.1605, 0.1611, 0.1718], abs=5e-5)


@pytest.mark.parametrize("interval", [clopper_pearson, wilson])
def test_extreme_counts_and_no_shots(interval):
    low, high = interval([0, 7, 0], [7, 7, 0])
    assert low[0] == 0
    assert high[1] == 1
    assert 0 < high[0] < 1
    assert 0 < low[1] < 1
    assert (low[2], high[2]) == (0, 1)


def test_rule_of_three():
    assert upper_limit(0, 1000, 0.05) == pytest.approx(1 - 0.05 ** (1 / 1000))
    assert lower_limit(0, 1000) == 0
    assert upper_limit(1000, 1000) == 1


@given(st.integers(1, 10**6), st.floats(0, 1), st.floats(1e-6, 0.4))
def test_limits_mirror_each_other_and_enclose_the_fraction(shots, share, tail):
    hits = round(share * shots)
    low, high = lower_limit(hits, shots, tail), upper_limit(hits, shots, tail)
    assert 0 <= low <= hits / shots <= high <= 1
    assert high == pytest.approx(1 - lower_limit(shots - hits, shots, tail), abs=1e-12)


@pytest.mark.parametrize("shots", [20, 200, 1000])
def test_exact_coverage_over_a_grid_of_truths(shots):
    counts = np.arange(shots + 1)
    exact, score = clopper_pearson(counts, shots), wilson(counts, shots)
    truths = np.linspace(0.001, 0.999, 301)

    def covered(ends, truth):
        return probabilities(shots, truth)[(ends[0] <= truth) & (truth <= ends[1])].sum()

    assert min(covered(exact, truth) for truth in truths) >= 0.95
    assert np.mean([covered(score, truth) for truth in truths]) == pytest.approx(0.95, abs=0.01)


def test_bad_counts_and_levels_are_refused():
    for hits, shots in ((3, 2), (-1, 2), (float("nan"), 2)):
        with pytest.raises(ValueError, match="hits"):
            clopper_pearson(hits, shots)
    for level in (0.0, 1.0, float("nan")):
        with pytest.raises(ValueError, match="level"):
            wilson(1, 2, level)


def test_estimates_of_one_probability():
    estimate = binomial_estimate(3, 1000, circuits=5)
    assert estimate.value == 0.003
    assert (estimate.shots, estimate.circuits) == (1000, 5)
    assert not binomial_estimate(0, 0).informative


@pytest.mark.parametrize(("wrong", "shots"), [(0, 40), (3, 1000), (20, 20), (1, 1), (7, 9)])
def test_the_mean_of_single_bits_is_clopper_and_pearson(wrong, shots):
    values = np.zeros(shots)
    values[:wrong] = 1
    estimate = bounded_mean_estimate(values)
    low, high = clopper_pearson(wrong, shots)
    assert estimate.value == pytest.approx(wrong / shots)
    assert (estimate.low, estimate.high) == pytest.approx((float(low), float(high)), abs=1e-12)


def test_a_mean_of_shares_allows_for_a_worst_shot_not_seen():
    flat = bounded_mean_estimate(np.full(200, 0.01))
    assert flat.high - 0.01 > 2 / 200  # one shot in 100 may be wrong everywhere
    assert 0.005 < flat.low < 0.01
    assert bounded_mean_estimate(np.zeros(100)).high == pytest.approx(1 - 0.025 ** (1 / 100))
    assert not bounded_mean_estimate(np.zeros(0)).informative
    doubled = bounded_mean_estimate(np.full(200, 0.02), most=2.0)
    assert doubled.high == pytest.approx(2 * flat.high)


SHARES = {  # laws of the share of wrong bits of a shot, with mean 0.02
    "bits alone": lambda rng, size: rng.binomial(1, 0.02, size),
    "20 bits": lambda rng, size: rng.binomial(20, 0.02, size) / 20,
    "bad shots": lambda rng, size: (
        np.where(
            rng.random(size) < 0.02, rng.binomial(50, 0.5, size), rng.binomial(50, 0.0102, size)
        )
        / 50
    ),
    "only bad shots": lambda rng, size: (
        np.where(rng.random(size) < 0.04, rng.binomial(50, 0.5, size), 0) / 50
    ),
}


@pytest.mark.parametrize("law", SHARES)
@pytest.mark.parametrize("shots", [60, pytest.param(300, marks=pytest.mark.slow), 2000])
def test_the_mean_of_shares_covers(law, shots):
    generator = np.random.default_rng(20)
    games = 1500
    values = SHARES[law](generator, (games, shots))
    ends = np.array([(e.low, e.high) for e in map(bounded_mean_estimate, values)])
    mean = 0.02 * 0.5 + 0.98 * 0.0102 if law == "bad shots" else 0.02
    missed = int(np.sum((ends[:, 0] > mean) | (ends[:, 1] < mean)))
    # If 95 % are covered, more misses than this come in one of 10^6 runs.
    assert missed <= 118
    assert special.bdtrc(118, games, 0.05) < 1e-6
