import math

import numpy as np
import pytest

from qassay.statistics.sequential_intervals import (
    coarsened,
    rate_confidence_sequence,
    rate_grid,
)
from qassay.statistics.sequential_rates import Steps, TwoLengths, rate_evidence

LENGTHS = TwoLengths(asymptote=0.5, span=170.0, block=(1, 7))


def steps(blocks=150, rate=0.005, targets=3, seed=4):
    s1 = 0.5 + 0.49 * LENGTHS.retention(rate)
    shots = np.broadcast_to(np.array([1, 7])[None, :, None], (blocks, 2, 1))
    hits = np.random.default_rng(seed).binomial(
        np.broadcast_to(shots, (blocks, 2, targets)), np.array([0.99, s1])[None, :, None]
    )
    return Steps(hits=hits, shots=shots, circuits=np.arange(1, blocks + 1) * 8)


def test_intervals_shrink_around_the_truth():
    found = rate_confidence_sequence(steps(), LENGTHS, alpha=0.05, rates=rate_grid(0.005))
    assert found.low.shape == found.high.shape == (150, 3)
    assert (found.low[1:] >= found.low[:-1]).all()
    assert (found.high[1:] <= found.high[:-1]).all()
    assert (found.low < 0.005).all()
    assert (found.high > 0.005).all()
    assert (found.low[0] == 0).all()
    assert (found.high[0] == math.inf).all()
    assert (found.high[-1] / np.maximum(found.low[-1], 1e-9) < 2.5).all()


def test_the_ends_are_where_the_tests_turn():
    """With alpha / 2 a side, a rate below the lower end is one that is refuted as a limit."""
    data, alpha = steps(rate=0.02, targets=1), 0.1
    grid = np.array([0.004, 0.005, 0.006])
    found = rate_confidence_sequence(data, LENGTHS, alpha=alpha, rates=grid)
    game = rate_evidence(data, LENGTHS, rate=0.005, tolerance=0.25)
    assert game.refute[-1, 0] > math.log(2 / alpha)
    assert found.low[-1, 0] == 0.006
    assert found.high[-1, 0] == math.inf


def test_coarse_steps_hold_the_same_shots():
    data = steps(blocks=103)
    coarse = coarsened(data, 10)
    assert coarse.circuits.tolist() == list(range(80, 801, 80))
    assert (coarse.hits.sum(axis=0) == data.hits[:100].sum(axis=0)).all()
    assert coarse.shots[0, :, 0].tolist() == [10, 70]
    fine = rate_evidence(data, LENGTHS, rate=0.005, tolerance=0.25).confirm[99]
    rough = rate_evidence(coarse, LENGTHS, rate=0.005, tolerance=0.25).confirm[-1]
    assert fine == pytest.approx(rough, abs=0.6)


def test_mistakes_are_refused():
    for grid in ([0.1], [0.2, 0.1], [0.0, 0.1]):
        with pytest.raises(ValueError, match="grid"):
            rate_confidence_sequence(steps(2), LENGTHS, alpha=0.05, rates=grid)
