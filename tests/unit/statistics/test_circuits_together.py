"""Targets of one circuit that fail together are found, independent ones rarely taken for such."""

import numpy as np

from qassay.statistics.circuits_together import fail_together
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
