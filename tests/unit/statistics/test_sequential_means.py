import math

import numpy as np
import pytest

from qassay.statistics.sequential_means import mean_decay, mean_rate_log_e
from qassay.statistics.sequential_rates import TwoLengths
from qassay.statistics.trials import Trials

LENGTHS = TwoLengths(asymptote=0.25, span=190.0, law="exponential", block=(1, 7))


def measured(rates, rounds, seed=0, spam=0.01):
    rng = np.random.default_rng(seed)
    arms = np.concatenate([rng.permutation(np.repeat([0, 1], (1, 7))) for _ in range(rounds // 8)])
    s1 = 0.25 + (0.75 - spam) * np.exp(-np.asarray(rates) * LENGTHS.span)
    chance = np.where(arms[:, None] == 0, 1 - spam, s1)
    return Trials(
        lengths=np.array([0.0, LENGTHS.span]),
        arms=arms,
        hits=(rng.random(chance.shape) < chance).astype(np.int64),
    )


def gamma_rates(targets, mean, spread, seed=1):
    rates = np.random.default_rng(seed).gamma(spread**-2, size=targets)
    return mean * rates / rates.mean()


def test_the_mean_of_unlike_targets_is_not_the_rate_of_the_summed_counts():
    rates = gamma_rates(400, 0.005, 0.6)
    trials = measured(rates, 800)
    decay = mean_decay([trials], LENGTHS)
    short, long = (trials.hits[trials.arms == arm].mean() for arm in (0, 1))
    summed = math.log((short - 0.25) / (long - 0.25))
    truth = 0.005 * LENGTHS.span
    assert decay.variance**0.5 < 0.01 * truth
    assert decay.value == pytest.approx(truth, rel=0.02)
    assert summed < 0.9 * truth


def test_preparation_error_that_goes_with_the_rate_does_no_harm():
    rates = gamma_rates(400, 0.005, 0.5)
    spam = 0.04 * rates / 0.005
    decay = mean_decay([measured(rates, 800, spam=spam)], LENGTHS)
    assert decay.value == pytest.approx(0.005 * LENGTHS.span, rel=0.02)


def test_the_standard_error_is_that_of_repetitions():
    rates = gamma_rates(25, 0.005, 0.4)
    found = [mean_decay([measured(rates, 80, seed=x)], LENGTHS) for x in range(300)]
    values = np.array([x.value for x in found])
    errors = np.array([x.variance for x in found]) ** 0.5
    assert values.std() == pytest.approx(np.median(errors), rel=0.2)


def test_experiments_on_different_targets_join():
    rates = gamma_rates(50, 0.005, 0.4)
    trials = measured(rates, 160)
    halves = [
        Trials(lengths=trials.lengths, arms=trials.arms, hits=trials.hits[:, part])
        for part in (slice(0, 20), slice(20, 50))
    ]
    whole, joined = mean_decay([trials], LENGTHS), mean_decay(halves, LENGTHS)
    assert joined.value == pytest.approx(whole.value, rel=1e-12)
    assert joined.variance == pytest.approx(whole.variance, rel=0.4)


def test_evidence_points_the_right_way():
    good, bad = (
        mean_rate_log_e([measured(gamma_rates(25, x, 0.4), 160)], LENGTHS, rate=0.005, tolerance=d)
        for x, d in ((0.0035, 0.25), (0.008, 0.25))
    )
    assert good[0] > 3 > good[1]
    assert bad[1] > 3 > bad[0]
    guarded = mean_rate_log_e(
        [measured(gamma_rates(25, 0.0035, 0.4), 160)], LENGTHS,
        rate=0.005, tolerance=0.25, guarded=True,
    )  # fmt: skip
    assert guarded[0] < good[0]


def test_too_little_to_say_anything():
    assert mean_rate_log_e([measured([0.005] * 3, 8)], LENGTHS, rate=0.005, tolerance=0.25) == (
        0,
        0,
    )
    lost = measured([1.0] * 25, 160)
    assert mean_decay([lost], LENGTHS) is None
    none = Trials(lengths=np.array([0.0, 190.0]), arms=np.array([1, 1]), hits=np.ones((2, 3), int))
    assert mean_decay([none], LENGTHS) is None


def test_one_target_is_its_own_mean():
    decay = mean_decay([measured([0.005], 4000)], LENGTHS)
    assert decay.value == pytest.approx(0.95, rel=0.15)
