"""Targets of one circuit that fail together are found, independent ones rarely taken for such."""

import math

import numpy as np
import pytest

from qassay.protocols.published import PublishedTwoQubitRB
from qassay.statistics.circuits_together import allowing_for_skew, fail_together
from qassay.statistics.estimate import Estimate
from qassay.statistics.trials import Trials


def drawn(seed, circuits, targets, shared):
    """Survivals of three lengths; `shared` is the spread of a factor that a circuit has."""
    rng = np.random.default_rng(seed)
    lengths, arms = np.array([2.0, 16.0, 64.0]), np.repeat(np.arange(3), circuits)
    rate = 4e-4 * np.exp(shared * rng.standard_normal(arms.size) - shared**2 / 2)
    chance = 0.5 + 0.49 * np.exp(-rate * lengths[arms])
    hits = rng.binomial(100, chance[:, None], size=(arms.size, targets))
    return Trials(lengths=lengths, arms=arms, hits=hits, shots=100)


def test_independent_targets_are_rarely_taken_for_such_as_fail_together():
    """400 sets, expected 20: more than 45 has a probability of 1e-7 (binomial, 5 %)."""
    assert sum(fail_together(drawn(seed, 8, 20, 0.0)) for seed in range(400)) <= 45


def test_shared_disturbance_is_found():
    found = sum(fail_together(drawn(seed, 8, 56, 1.5)) for seed in range(40))
    assert found >= 25


def test_one_target_and_one_circuit_say_nothing():
    assert not fail_together(drawn(1, 8, 1, 3.0))
    assert not fail_together(drawn(1, 1, 56, 3.0))


def test_skew_moves_both_ends_out():
    one = Estimate(value=2e-3, low=1.2e-3, high=3e-3)
    wide = allowing_for_skew(one, scattered=True)
    assert wide.high == pytest.approx(2e-3 * math.exp(0.5))
    assert wide.low == pytest.approx(2e-3 * (2 - math.exp(0.4)))
    assert allowing_for_skew(one, scattered=False) is one
    endless = allowing_for_skew(Estimate(value=1e-3, low=0.0, high=math.inf), scattered=True)
    assert (endless.low, endless.high) == (0.0, math.inf)


@pytest.mark.slow
@pytest.mark.parametrize("level_arms", [10, 4])
def test_few_skewed_sequences_rarely_deceive(level_arms):
    """One pair, a factor of CV 1 a sequence: one-sided limits at 5 % err in at most 5 %.

    Of 400 runs 20 are expected at 5 %; more than 46 has a probability of 1e-7.
    """
    rng, below = np.random.default_rng(5), 0
    lengths, arms = np.array([2.0, 64.0]), np.repeat([0, 1], level_arms)
    rate = 0.1 / 64
    ends = 1 / (1 + rate * lengths)
    truth = 0.75 * (1 - (ends[1] / ends[0]) ** (2 / 3 / 62))
    for _ in range(400):
        factor = rng.exponential(size=arms.size)
        hits = rng.binomial(100, 0.25 + 0.73 * np.exp(-rate * factor * lengths[arms]))
        trials = Trials(lengths=lengths, arms=arms, hits=hits[:, None], shots=100)
        (one,) = PublishedTwoQubitRB().estimate("two_qubit_gate_error", trials, 0.9)
        below += one.high < truth
    assert below <= 46
