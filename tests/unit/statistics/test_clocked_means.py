"""Means of timed jobs: each doubt is counted once, and clocks of any step are seen as such."""

import numpy as np
import pytest
from scipy import stats

from qassay.statistics.clocked_means import grain_of, mean_of_jobs, mean_of_targets


@pytest.mark.parametrize(
    ("seconds", "grain"),
    [
        ([1.0, 3.0], 1.0),
        ([1.25, 3.5], 0.25),
        ([0.016, 0.03, 0.112], 0.002),
        ([1.5, 2.0], 0.5),
        ([0.123456789, 1.0], 1e-9),
        ([], 0.0),
        ([0.1, 0.1 + 1e-13], 0.1),
    ],
)
def test_the_step_of_a_clock(seconds, grain):
    assert grain_of(seconds) == pytest.approx(grain)


def test_one_target_is_students_interval():
    jobs = np.array([1.0, 1.2, 0.9, 1.4, 1.1])
    low, high = stats.t.interval(0.9, 4, jobs.mean(), stats.sem(jobs))
    assert mean_of_jobs(jobs, 0.9, 0.0) == pytest.approx((jobs.mean(), low, high))


def test_nothing_is_known_of_one_cycle_or_of_one_target_of_many():
    assert np.isinf(mean_of_jobs(np.array([1.0]), 0.95, 0.0)[1])
    assert np.isinf(mean_of_targets(np.ones((1, 4)), 5, 0.95, 0.0)[2])
    assert mean_of_targets(np.ones((1, 4)), 1, 0.95, 0.1) == pytest.approx((1.0, 0.9, 1.1))


@pytest.mark.parametrize("grain", [0.0, 0.3, 1.0, 4.0])
@pytest.mark.parametrize("drift", [0.0, 1.0])
def test_rounded_jobs_that_drift_hold_the_truth(grain, drift):
    """1,000 games at 95 %: fewer than 930 hold it with a probability of 0.3 % (binomial)."""
    random, held = np.random.default_rng(11), 0
    for _ in range(1000):
        truth = random.uniform(50, 60) + drift * np.arange(4)
        jobs = truth + random.standard_normal((3, 4)) * 0.4
        seen = np.round(jobs / grain) * grain if grain else jobs
        _, low, high = mean_of_targets(seen, 3, 0.95, grain)
        held += low <= truth.mean() <= high
    assert held >= 930


@pytest.mark.parametrize("spread", [0.0, 0.5, 5.0])
def test_targets_that_were_not_timed(spread):
    """1,000 games, three of six timed: fewer than 926 of 95 % have a probability of 0.1 %."""
    random, held = np.random.default_rng(12), 0
    for _ in range(1000):
        own = 50 + spread * random.standard_normal(6)
        jobs = own[:3, None] + random.standard_normal((3, 4))
        _, low, high = mean_of_targets(jobs, 6, 0.95, 0.0)
        held += low <= own.mean() <= high
    assert held >= 926
