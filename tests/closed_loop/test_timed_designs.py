"""Designs made for device time keep the error rates, at the claim and at its edge.

Seeds are fixed. A test whose error is exactly the stated one fails with probability below 1e-6
(`most_wrong`).
"""

import math

import numpy as np
import pytest
from scipy.special import bdtrc

from qassay.protocols.designs.timed_designs import cheapest_arms
from qassay.statistics.mean_decays import MeanOfDecays
from qassay.statistics.sequential import first_crossing
from qassay.statistics.sequential_rates import Steps, TwoLengths, rate_evidence
from qassay.statistics.target_groups import DecayValue, TargetGroup
from qassay.statistics.trials import Trials

DELTA, ALPHA = 0.25, 0.05


def most_wrong(runs):
    """Least count that a binomial of probability ALPHA exceeds with probability below 1e-6."""
    return next(k for k in range(runs) if bdtrc(k, runs, ALPHA) < 1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("asymptote", [0.5, 0.25])
@pytest.mark.parametrize("overhead", [1e-4, 0.1, 0.4])
def test_single_targets(asymptote, overhead):
    """A coin draws the arms, SPAM swings by 1 %; 400 games a side."""
    arms = cheapest_arms(asymptote, overhead, DELTA, third=True, paid=False)
    short, long = arms.block[:2]
    lengths = TwoLengths(
        asymptote=asymptote,
        span=arms.at_rate,
        law="exponential",
        short_share=short / (short + long),
    )
    rng, runs, steps = np.random.default_rng(17), 400, 6000
    for rate in (1.0, 1 + DELTA):
        first = rng.random((steps, runs)) < lengths.short_share
        s0 = 0.98 + 0.01 * np.sin(np.arange(steps) / 80)[:, None]
        s1 = asymptote + math.exp(-rate * arms.at_rate) * (s0 - asymptote)
        right = rng.random((steps, runs)) < np.where(first, s0, s1)
        shots = np.stack([first, ~first], axis=1).astype(np.int64)
        game = rate_evidence(
            Steps(hits=shots * right[:, None, :], shots=shots, circuits=np.arange(steps) + 1),
            lengths,
            rate=1.0,
            tolerance=DELTA,
        )
        confirm, refute = (first_crossing(x, ALPHA) for x in (game.confirm, game.refute))
        wrong = refute < confirm if rate == 1.0 else confirm < refute
        settled = (refute != confirm).mean()
        assert wrong.sum() <= most_wrong(runs)
        assert settled > 0.95


@pytest.mark.slow
def test_means_over_many_qubits():
    """The mean T of 50 qubits, looked at after each batch of two blocks; 100 games a side."""
    arms = cheapest_arms(0.5, 1e-4, DELTA, third=True, paid=False)
    rng, runs, batches = np.random.default_rng(18), 100, 20
    lengths = np.array(arms.lengths)
    block = np.repeat(np.arange(len(arms.block)), arms.block)
    for rate in (1.0, 1 + DELTA):
        right = 0.5 + 0.49 * np.exp(-rate * lengths)
        wrong = 0
        for _ in range(runs):
            which = np.tile(block, 2 * batches)
            hits = (rng.random((which.size, 50)) < right[which][:, None]).astype(np.int64)
            for batch in range(1, batches + 1):
                end = 2 * batch * block.size
                added = MeanOfDecays(
                    experiments=(
                        (
                            TargetGroup(
                                trials=Trials(lengths=lengths, arms=which[:end], hits=hits[:end]),
                                asymptote=0.5,
                                value=DecayValue(meaning="time"),
                                weights=np.full(50, 0.02),
                                scale=1.0,
                            ),
                        ),
                    )
                )
                support = added.evidence_above(1 / (1 + DELTA), math.log1p(DELTA))
                refute = added.evidence_below(1.0, math.log1p(DELTA))
                if max(support, refute) >= -math.log(ALPHA):
                    wrong += support > refute if rate > 1 else support <= refute
                    break
        assert wrong <= most_wrong(runs)
