"""Sum, mean, median, worst and best of estimates."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from qassay.statistics.combine import highest, linear_combination, lowest, mean_of, median_of
from qassay.statistics.estimate import Estimate, no_information


def normal(value, error, level=0.95, shots=10, circuits=2):
    half = float(special.ndtri(0.5 + level / 2)) * error
    return Estimate(
        value=value,
        low=value - half,
        high=value + half,
        level=level,
        shots=shots,
        circuits=circuits,
    )


def family_of(values, errors):
    return lambda level: [normal(v, e, level) for v, e in zip(values, errors, strict=True)]


def test_symmetric_parts_add_in_squares():
    layer, first, second = normal(5.0, 0.3), normal(0.5, 0.4), normal(0.25, 1.2)
    gate = linear_combination((1, -1, -1), (layer, first, second))
    assert gate.value == 4.25
    assert gate.high - gate.value == pytest.approx(1.96 * 1.3, abs=1e-3)
    assert gate.value - gate.low == pytest.approx(1.96 * 1.3, abs=1e-3)
    assert (gate.shots, gate.circuits, gate.level) == (30, 6, 0.95)


def test_skewed_parts_change_sides_when_taken_away():
    skewed = Estimate(value=1.0, low=0.0, high=4.0)
    sure = Estimate(value=10.0, low=10.0, high=10.0)
    rest = linear_combination((1, -1), (sure, skewed))
    assert (rest.low, rest.value, rest.high) == (6, 9, 10)
    assert linear_combination((1, -1), (skewed, sure), low=0.0).value == 0
    assert linear_combination((0, 1), (skewed, sure)).high == 10


def test_published_difference_of_proportions():
    # Newcombe, Stat. Med. 17, 873 (1998), example (a): 56/70 - 48/80 by Wilson and MOVER.
    first = Estimate(value=0.8, low=0.6918, high=0.8774)
    second = Estimate(value=0.6, low=0.4905, high=0.7004)
    difference = linear_combination((1, -1), (first, second))
    assert (difference.low, difference.high) == pytest.approx((0.0524, 0.3339), abs=2e-4)


def test_unknown_parts_and_mixed_levels():
    assert not linear_combination((1, 1), (normal(1, 1), no_information())).informative
    assert not mean_of([]).informative
    with pytest.raises(ValueError, match="level"):
        mean_of([normal(1, 1), normal(1, 1, level=0.9)])
    with pytest.raises(ValueError, match="coefficients"):
        linear_combination((1,), (normal(1, 1), normal(1, 1)))
    unbounded = Estimate(value=1.0, low=0.5, high=math.inf)
    assert mean_of([unbounded, normal(1, 0.1)]).high == math.inf


def test_mean_shrinks_with_the_number():
    mean = mean_of([normal(1.0, 0.2)] * 25)
    assert mean.value == pytest.approx(1)
    assert mean.high - 1 == pytest.approx(1.96 * 0.2 / 5, abs=1e-3)


def test_worst_pays_below_and_not_above():
    family = family_of([1.0, 2.0, 3.0, 3.1], [0.1, 0.1, 0.1, 0.1])
    worst = highest(family)
    assert worst.value == 3.1
    assert worst.high == pytest.approx(3.1 + 0.196, abs=1e-3)
    assert worst.low == pytest.approx(3.1 + 0.1 * special.ndtri(0.025 / 4), abs=1e-9)
    assert worst.shots == 10  # targets measured at once share their shots
    best = lowest(family_of([-1.0, -2.0, -3.0, -3.1], [0.1] * 4))
    assert (best.low, best.value, best.high) == (-worst.high, -worst.value, -worst.low)
    assert "lowest" in best.method
    assert not highest(lambda level: [normal(1, 1, level), no_information()]).informative
    assert not lowest(lambda _: []).informative


@given(st.lists(st.floats(0, 10), min_size=1, max_size=60), st.floats(0.001, 3))
def test_order_of_ends(values, error):
    family = family_of(values, [error] * len(values))
    low, middle, high = lowest(family), median_of(family), highest(family)
    for estimate in (low, middle, high):
        assert estimate.low <= estimate.value <= estimate.high
    assert low.value <= middle.value <= high.value
    assert middle.value == pytest.approx(float(np.median(values)))


def test_median_of_one_is_the_one():
    only = median_of(family_of([2.0], [0.5]))
    expected = normal(2.0, 0.5)
    assert (only.low, only.high) == pytest.approx((expected.low, expected.high))


@pytest.mark.parametrize("count", [3, 4, 8, 25, pytest.param(50, marks=pytest.mark.slow)])
@pytest.mark.parametrize("spread", [0.0, pytest.param(0.3, marks=pytest.mark.slow), 20.0])
def test_coverage(count, spread):
    generator = np.random.default_rng(6)
    games, missed = 400, np.zeros(3)
    for _ in range(games):
        truths = spread * generator.standard_normal(count)
        family = family_of(truths + generator.standard_normal(count), np.ones(count))
        for place, (end, truth) in enumerate(
            [(highest, truths.max()), (median_of, np.median(truths)), (lowest, truths.min())]
        ):
            estimate = end(family)
            missed[place] += not estimate.low <= truth <= estimate.high
    # The guarantee is 5 %; 46 misses or more come in one of 10^6 runs.
    assert np.all(missed <= 45)
    assert special.bdtrc(45, games, 0.05) < 1e-6


def test_median_covers_when_half_are_alike_and_half_far_off():
    generator = np.random.default_rng(7)
    truths = np.array([0.0] * 13 + [50.0] * 12)
    missed = 0
    for _ in range(400):
        family = family_of(truths + generator.standard_normal(25), np.ones(25))
        estimate = median_of(family)
        missed += not estimate.low <= 0 <= estimate.high
    assert missed <= 45
