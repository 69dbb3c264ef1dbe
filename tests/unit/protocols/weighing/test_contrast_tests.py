"""Bets on the contrast at a delay are fair whatever the decay looks like elsewhere."""

from itertools import product
from types import SimpleNamespace

import numpy as np
import pytest

from qassay.protocols.weighing.contrast_tests import contrast_arms, contrast_lengths, steps_at
from qassay.statistics.sequential import ladder
from qassay.statistics.sequential_rates import log_e_rate
from qassay.statistics.trials import Trials

ARMS = (0.0, 1.0, 0.8)
BLOCK = (1, 5, 5)
X = SimpleNamespace(lengths=ARMS, block=BLOCK)


def test_arms_are_found_on_the_safe_side():
    assert contrast_arms((0.0, 1.0, 0.8), 1.0, 0.8) == (2, 1)
    assert contrast_arms((0.0, 1.0, 0.8), 0.9, 0.72) == (2, 2)
    assert contrast_arms((0.0, 1.0, 0.8), 2.0, 1.6) == (0, 1)
    assert contrast_arms((0.0, 1.0, 0.8), 0.5, 0.4) == (2, 0)
    assert contrast_arms((0.0, 0.3, 1.0), 1.0, 0.8) == (2, 2)


@pytest.mark.parametrize(("side", "arm"), [("at least", 2), ("at most", 1)])
@pytest.mark.parametrize("start", [0.99, 0.7])
def test_no_game_wins_where_just_1_over_e_is_left(side, arm, start):
    """All games of four circuits: arms by the coin, bits by s(0) and the contrast at the delays."""
    other = {1: 0.93, 2: 0.55}  # what the curve does at the other delay is nobody's business
    shares = np.array(BLOCK) / sum(BLOCK)
    chances = [start, other[1], other[2]]
    chances[arm] = 0.5 + np.exp(-1) * (start - 0.5)
    lengths = contrast_lengths(X, arm)
    null = 1 / lengths.span
    others = ladder(null, side, 0.25)
    games = 4
    total = 0.0
    hits = np.array(list(product((0, 1), repeat=games))).T  # each way to answer as a target
    for arms in map(np.array, product(range(3), repeat=games)):
        chance = np.array(chances)[arms][:, None]
        weight = shares[arms].prod() * np.where(hits, chance, 1 - chance).prod(axis=0)
        trials = Trials(lengths=np.array(ARMS), arms=arms, hits=hits)
        log_e = log_e_rate(
            steps_at(trials, arm), lengths, null=null, side=side, alternatives=others
        )
        total += (weight * np.exp(log_e[-1])).sum()
    assert total == pytest.approx(1.0, abs=1e-9)


def test_circuits_of_other_delays_move_nothing():
    rng = np.random.default_rng(1)
    arms = rng.integers(0, 3, 60)
    trials = Trials(lengths=np.array(ARMS), arms=arms, hits=rng.integers(0, 2, (60, 2)))
    lengths = contrast_lengths(X, 2)
    others = ladder(1.25, "at least", 0.25)
    log_e = log_e_rate(
        steps_at(trials, 2), lengths, null=1.25, side="at least", alternatives=others
    )
    assert log_e.shape == (60, 2)
    steps = np.diff(log_e, axis=0)
    assert np.abs(steps[arms[1:] == 1]).max() == 0
    assert np.abs(steps[arms[1:] == 2]).min() > 0
