"""Do the checks of the model alarm as rarely, and notice as often, as they say?

Seeds are fixed; the bounds would fail with probability below 1e-6 for another seed.
"""

import numpy as np
import pytest
from scipy import special

from qassay.statistics.model_checks import CHECKS, check_model
from qassay.statistics.trials import Trials

LENGTHS = np.array([4.0, 170.0, 600.0])
UNITS = np.array([0.02, 0.85, 3.0])


def order(circuits, rng):
    return rng.permutation(
        np.repeat([0, 1, 2], [circuits // 8, circuits - 3 * (circuits // 16), circuits // 16])
    )


def draw(chance, arms, rng):
    hits = (rng.random(chance.shape) < chance).astype(np.int64)
    return Trials(lengths=LENGTHS, arms=arms, hits=hits)


def too_many(count, runs, share):
    """Say whether so many alarms have a probability below 1e-8; a tenth is left to the tails."""
    return count > 0 and special.bdtrc(count - 1, runs, 1.1 * share) < 1e-8


def honest(circuits, targets, asymptote, rate, spam, rng):
    """Give the p-values of one machine with unequal targets; 2 where not applicable."""
    rates = rate * np.exp(rng.normal(0, 0.4, targets))
    start = 1 - asymptote - spam * np.exp(rng.normal(0, 0.4, targets))
    arms = order(circuits, rng)
    chance = asymptote + start * np.exp(-UNITS[arms][:, None] * rates)
    outcomes = rng.integers(0, 2, chance.shape, dtype=np.uint8)
    checked = check_model(draw(chance, arms, rng), asymptote=asymptote, outcomes=outcomes)
    return [2.0 if check.p_value is None else check.p_value for check in checked.checks]


@pytest.mark.slow
def test_false_alarms():
    rng = np.random.default_rng(1)
    machines = [(200, 20, 0.5, 1.0, 0.02), (100, 50, 0.5, 0.6, 0.02), (240, 12, 0.25, 2.0, 0.08)]
    values = np.array([honest(*machines[run % 3], rng) for run in range(2100)])
    for share in (0.05, 0.01, 0.001):
        for name, column in zip(CHECKS, values.T, strict=True):
            assert not too_many(int((column <= share).sum()), len(values), share), (name, share)
        each = values.min(axis=1) * len(CHECKS)
        assert not too_many(int((each <= share).sum()), len(values), share)


def gaussian(arms, targets, time):
    return np.exp(-(UNITS[arms] ** 2))[:, None] * np.ones(targets)


def leaking(arms, targets, time):
    # To 0.4 in place of 0.5: y = 0.59 exp(-u) - 0.1 over 0.49.
    return ((0.59 * np.exp(-UNITS[arms]) - 0.1) / 0.49)[:, None] * np.ones(targets)


def rising(arms, targets, time):
    return np.exp(-UNITS[arms] * (1 + 0.4 * time))[:, None] * np.ones(targets)


def swinging(arms, targets, time):
    return np.exp(-UNITS[arms] * (1 + 0.2 * np.sin(2 * np.pi * time)))[:, None] * np.ones(targets)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "words", "curve", "circuits", "targets"),
    [
        ("non-exponential decay", "Gaussian decay", gaussian, 700, 40),
        ("leakage", "leakage that moves the asymptote 20% down", leaking, 300, 24),
        ("drift, long circuits: trend", "the rate rises by 40% in a line", rising, 240, 20),
        ("drift, long circuits: batches", "the rate swings by +-20% once", swinging, 400, 20),
    ],
)
def test_power_is_what_the_check_says(name, words, curve, circuits, targets):
    rng = np.random.default_rng(circuits)
    level, runs, noticed, foretold = 0.01, 300, [], []
    time = np.linspace(-0.5, 0.5, circuits)
    for _ in range(runs):
        arms = order(circuits, rng)
        trials = draw(0.5 + 0.49 * curve(arms, targets, time), arms, rng)
        checked = check_model(trials, asymptote=0.5, level=level * len(CHECKS))
        check = next(check for check in checked.checks if check.name == name)
        noticed.append(check.p_value < level)
        foretold.append(dict(check.power)[words])
    power, said = np.mean(noticed), np.mean(foretold)
    assert 0.1 < power < 0.99  # or there would be nothing to compare
    noise = (said * (1 - said) / runs) ** 0.5
    assert abs(power - said) < 5.2 * noise + 0.05


def test_a_good_simulation_passes_all_checks():
    rng = np.random.default_rng(11)
    arms = order(1000, rng)
    chance = 0.5 + 0.48 * np.exp(-UNITS[arms])[:, None] * np.ones(50)
    checked = check_model(draw(chance, arms, rng), asymptote=0.5)
    assert checked.passed
