"""Tangents lie on one side of every decay, whatever the weights were made from."""

import numpy as np
import pytest

from qassay.statistics.circuit_scatter import CircuitScatter
from qassay.statistics.tangents import tangent_bound, tangent_weights
from qassay.statistics.target_groups import DecayValue, TargetGroup
from qassay.statistics.trials import Trials

LENGTHS = np.array([1.0, 50.0, 150.0, 300.0])
VALUES = {
    "infidelity": DecayValue(meaning="infidelity", factor=0.5),
    "log fidelity": DecayValue(meaning="log fidelity", factor=15 / 16),
    "time": DecayValue(meaning="time"),
}


def made(value, rng, targets=5, circuits=120, asymptote=0.5):
    arms = rng.permutation(np.r_[np.repeat(np.arange(4), 4), rng.integers(0, 4, circuits - 16)])
    rates = 2e-3 * np.exp(1.5 * rng.standard_normal(targets))
    p = asymptote + (1 - asymptote) * 0.96 * np.exp(-rates * LENGTHS[arms][:, None])
    return TargetGroup(
        trials=Trials(lengths=LENGTHS, arms=arms, hits=(rng.random(p.shape) < p).astype(np.int64)),
        asymptote=asymptote,
        value=value,
        weights=np.ones(targets),
        scale=2e-3,
    )


@pytest.mark.parametrize("meaning", VALUES)
def test_the_mean_never_exceeds_the_value(meaning):
    """E T <= 0, term by term: for any weights drawn from other circuits and any decay at all."""
    value = VALUES[meaning]
    for seed in range(30):
        rng = np.random.default_rng(seed)
        one = made(value, rng)
        others = rng.random(one.trials.circuits) < 0.7
        counts = np.bincount(one.trials.arms[others], minlength=4)
        weights = tangent_weights(one, others, counts, np.array([True, True, True, True]))
        truths = np.geomspace(1e-6, 3.0, 200)
        kept = np.exp(-truths[None, :] * (LENGTHS - LENGTHS[0])[:, None])  # (arms, truths)
        mean = weights.T @ kept  # excess over the amplitude, of every target and truth
        assert np.all(mean <= value.of(truths)[None, :] * (1 + 1e-9) + 1e-12)
        assert (mean > 0.5 * value.of(truths)[None, :]).any()  # and is no empty promise


@pytest.mark.parametrize(
    "meaning", ["infidelity", pytest.param("log fidelity", marks=pytest.mark.slow)]
)
def test_the_bound_of_a_sum_is_unbiased_enough_and_says_its_error(meaning):
    """225 games: a mean above the truth by 4.9 standard errors has probability below 1e-6."""
    value, found = VALUES[meaning], []
    rng = np.random.default_rng(5)
    for _ in range(225):
        arms = np.repeat(np.arange(4), (12, 6, 12, 30))
        rates = np.full(10, 2e-3)
        p = 0.5 + 0.48 * np.exp(-rates * LENGTHS[arms][:, None])
        one = TargetGroup(
            trials=Trials(
                lengths=LENGTHS, arms=arms, hits=(rng.random(p.shape) < p).astype(np.int64)
            ),
            asymptote=0.5,
            value=value,
            weights=np.full(10, 0.1),
            scale=2e-3,
        )
        truth = float(value.of(2e-3))
        bound = tangent_bound([one], CircuitScatter.of([one]))
        total, variance = bound.at(truth)
        found.append(total / np.sqrt(variance))
    scores = np.array(found)
    assert scores.mean() < 4.9 / 15
    assert scores.mean() > -0.7
    assert 0.6 < scores.std() < 1.25


def test_too_few_circuits_say_nothing():
    rng = np.random.default_rng(1)
    one = made(VALUES["infidelity"], rng, circuits=16)
    few = TargetGroup(
        trials=one.trials.of_arms(np.array([0])),
        asymptote=0.5,
        value=one.value,
        weights=one.weights,
        scale=one.scale,
    )
    assert tangent_bound([few], CircuitScatter.of([one])) is None
