"""Tests of rates whose circuits are run many times: the circuit is the trial."""

import itertools

import numpy as np
import pytest

from qassay.statistics.sequential import ladder
from qassay.statistics.sequential_rates import (
    Steps,
    TwoLengths,
    circuit_stakes,
    log_e_rate,
    rate_evidence,
    steps_of,
)
from qassay.statistics.trials import Trials

SPAN, SHOTS = 160.0, 4
LENGTHS = TwoLengths(asymptote=0.5, span=SPAN, short_share=1 / 3)
HITS = np.array([0, 2, 3, 4])  # that a circuit can have in the games


def spreads(mean):
    """Give distributions of a circuit's hits with this mean share: wild, and narrow."""
    yield np.array([1 - mean, 0, 0, mean])
    if mean >= 0.75:
        yield np.array([0, 0, 4 * (1 - mean), 1 - 4 * (1 - mean)])
    elif mean >= 0.5:
        yield np.array([0, 3 - 4 * mean, 4 * mean - 2, 0])


@pytest.mark.parametrize("side", ["at least", "at most"])
def test_fair_whatever_the_scatter_of_the_circuits(side):
    """All games of three circuits; bets and stakes of later ones depend on the earlier ones."""
    border = 0.0075 if side == "at least" else 0.005
    games = np.array(list(itertools.product(range(4), repeat=3))).T
    for s0, kept in itertools.product((1.0, 0.98, 0.8), (1.0, 0.8)):
        inward = kept if side == "at least" else 2 - kept
        s1 = 0.5 + min(inward * LENGTHS.retention(border), 1.0) * (s0 - 0.5)
        for short, long in itertools.product(spreads(s0), spreads(s1)):
            mean = 0.0
            for order in itertools.product((True, False), repeat=3):
                arms = np.stack([order, np.logical_not(order)], axis=1)[:, :, None]
                steps = Steps(
                    hits=arms * HITS[games][:, None],
                    shots=arms * SHOTS,
                    circuits=np.arange(1, 4),
                    each=SHOTS,
                )
                log_e = log_e_rate(
                    steps, LENGTHS, null=border, side=side, alternatives=ladder(border, side, 0.5)
                )[-1]
                chance = np.prod(
                    [(short if x else long)[games[i]] for i, x in enumerate(order)], axis=0
                )
                weight = np.prod([1 / 3 if x else 2 / 3 for x in order])
                mean += weight * float(chance @ np.exp(log_e))
            assert mean <= 1 + 1e-12


def drawn(multiple, correlation, shots=64, circuits=300, seed=3):
    """Draw circuits of which two shots correlate so much, on two targets."""
    rng = np.random.default_rng(seed)
    arms = (rng.random(circuits) > 1 / 3).astype(np.intp)
    s = np.where(arms == 0, 0.99, 0.5 + 0.49 * LENGTHS.retention(multiple * 0.005))[:, None]
    chances = np.broadcast_to(s, (circuits, 2))
    if correlation:
        strength = 1 / correlation - 1
        chances = rng.beta(strength * s, strength * (1 - s), (circuits, 2))
    return Trials(
        lengths=np.array([0.0, SPAN]), arms=arms, hits=rng.binomial(shots, chances), shots=shots
    )


def test_evidence_from_trials():
    for multiple, sign in ((0.5, 1), (2.5, -1)):
        game = rate_evidence(
            steps_of(drawn(multiple, 0.1), LENGTHS), LENGTHS, rate=0.005, tolerance=0.5
        )
        assert game.confirm.shape == (300, 2)
        assert (sign * game.confirm[-1] > 3).all()
        assert (sign * game.refute[-1] < -3).all()
        assert game.circuits[-1] == 300


@pytest.mark.parametrize("correlation", [0.0, 0.05, 0.4])
def test_stakes_follow_the_scatter_between_circuits(correlation):
    """Where circuits have luck of their own, a bet on one is worth fewer single ones."""
    stakes = circuit_stakes(steps_of(drawn(1.0, correlation, circuits=3000), LENGTHS))[-1]
    true = 64 / (1 + 63 * correlation)
    # the variance of 2,000 circuits is known to 5 %, the guess is worth 20 of them
    assert stakes == pytest.approx(true, rel=0.25)


def test_one_shot_a_circuit_is_bet_on_as_before():
    trials = drawn(1.0, 0.0, shots=1)
    assert steps_of(trials, LENGTHS).each == 1


def test_blocks_of_many_shots_are_refused():
    with pytest.raises(ValueError, match="drawn by a coin"):
        steps_of(drawn(1.0, 0.1), TwoLengths(asymptote=0.5, span=SPAN, block=(1, 2)))


def test_alternatives_outside_the_hypothesis_only():
    steps = steps_of(drawn(1.0, 0.1), LENGTHS)
    with pytest.raises(ValueError, match="alternatives"):
        log_e_rate(steps, LENGTHS, null=0.01, side="at most", alternatives=[0.009])
