import itertools

import numpy as np
import pytest

from qassay.statistics.sequential_probabilities import (
    log_e_probability,
    rare_event_evidence,
)


@pytest.mark.parametrize(
    ("side", "null", "alternatives", "inside"),
    [
        ("at least", 0.0045, [0.003, 0.002, 0.001, 0.0002], (0.0045, 0.01, 0.5, 1.0)),
        ("at most", 0.003, [0.0045, 0.007, 0.015, 0.05], (0.003, 0.001, 0.0)),
        ("at most", 2 / 3, [0.75, 0.8, 0.9, 0.97], (2 / 3, 0.5, 0.0)),
    ],
)
def test_fair_while_the_probability_drifts_inside_the_hypothesis(side, null, alternatives, inside):
    outcomes = np.array(list(itertools.product((0, 1), repeat=4))).T  # shots, games
    wealth = np.exp(
        log_e_probability(
            outcomes, np.ones((4, 1), dtype=int), null=null, side=side, alternatives=alternatives
        )
    )[-1]
    for path in itertools.product(inside, repeat=4):
        s = np.array(path)[:, None]
        chance = np.where(outcomes == 1, s, 1 - s).prod(axis=0)
        assert chance @ wealth <= 1 + 1e-12


def test_unlike_targets_may_be_added_up():
    """For the mean over targets: unequal probabilities of the same mean win no more."""
    outcomes = np.array(list(itertools.product((0, 1), repeat=3)))
    game = rare_event_evidence(
        outcomes.sum(axis=1)[None], np.full((1, 1), 3), rate=0.1, tolerance=0.5
    )
    for chances in ((0.15, 0.15, 0.15), (0.0, 0.15, 0.3), (0.0, 0.0, 0.45)):
        weight = np.where(outcomes == 1, chances, 1 - np.array(chances)).prod(axis=1)
        assert weight @ np.exp(game.confirm[0]) <= 1 + 1e-12
    for chances in ((0.1, 0.1, 0.1), (0.0, 0.1, 0.2), (0.0, 0.0, 0.3)):
        weight = np.where(outcomes == 1, chances, 1 - np.array(chances)).prod(axis=1)
        assert weight @ np.exp(game.refute[0]) <= 1 + 1e-12


def test_clear_cases_are_settled():
    shots = np.full((40, 1), 500)
    game = rare_event_evidence(np.full((40, 1), 0), shots, rate=0.003, tolerance=0.5)
    assert game.confirm[-1, 0] > 20
    assert game.circuits[-1] == 20_000
    game = rare_event_evidence(np.full((40, 1), 5), shots, rate=0.003, tolerance=0.5)
    assert game.refute[-1, 0] > 20


def test_large_claims_stay_below_one():
    game = rare_event_evidence(np.array([[9]]), np.array([[10]]), rate=0.6, tolerance=0.5)
    assert np.isfinite(game.confirm).all()
    assert game.refute[0, 0] > 0


def test_guarded_rule_asks_more():
    hits, shots = np.zeros((1, 1), dtype=int), np.full((1, 1), 1000)
    tolerant = rare_event_evidence(hits, shots, rate=0.003, tolerance=0.5)
    guarded = rare_event_evidence(hits, shots, rate=0.003, tolerance=0.5, guarded=True)
    assert guarded.confirm[0, 0] < tolerant.confirm[0, 0]


def test_mistakes_are_refused():
    hits, shots = np.zeros((1, 1), dtype=int), np.ones((1, 1), dtype=int)
    with pytest.raises(ValueError, match="lie in"):
        log_e_probability(hits, shots, null=1.0, side="at least", alternatives=[0.5], weights=[1.0])
    with pytest.raises(ValueError, match="alternatives"):
        log_e_probability(hits, shots, null=0.5, side="at least", alternatives=[0.6], weights=[1.0])
    with pytest.raises(ValueError, match="tolerance"):
        rare_event_evidence(hits, shots, rate=0.1, tolerance=-1)
    with pytest.raises(ValueError, match="beyond"):
        rare_event_evidence(hits, shots, rate=0.8, tolerance=0.5)
