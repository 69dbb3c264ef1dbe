import itertools

import numpy as np
import pytest

from qassay.statistics.sequential import ladder
from qassay.statistics.sequential_circuits import circuit_evidence, log_e_circuits
from qassay.statistics.sequential_rates import TwoLengths
from qassay.statistics.trials import Trials

SPAN = 160.0
SHARES = np.array([0.0, 0.5, 0.75, 1.0])  # of hits that a circuit can have in these tests


def spreads(mean):
    """Give distributions of a circuit's share of hits with this mean: wild, and narrow."""
    yield np.array([1 - mean, 0, 0, mean])
    if mean >= 0.75:
        yield np.array([0, 0, 4 * (1 - mean), 1 - 4 * (1 - mean)])
    elif mean >= 0.5:
        yield np.array([0, 3 - 4 * mean, 4 * mean - 2, 0])


@pytest.mark.parametrize("side", ["at least", "at most"])
@pytest.mark.parametrize("block", [None, (1, 2)])
def test_fair_whatever_the_scatter_of_the_circuits(side, block):
    """All games of three circuits; the bets of later ones depend on the earlier ones."""
    lengths = TwoLengths(asymptote=0.5, span=SPAN, block=block, short_share=1 / 3)
    border = 0.0075 if side == "at least" else 0.005
    orders = [(True, False, False), (False, True, False), (False, False, True)]
    if block is None:
        orders = list(itertools.product((True, False), repeat=3))
    games = np.array(list(itertools.product(range(4), repeat=3))).T
    for s0, kept in itertools.product((1.0, 0.98, 0.8), (1.0, 0.8)):
        inward = kept if side == "at least" else 2 - kept
        s1 = 0.5 + min(inward * lengths.retention(border), 1.0) * (s0 - 0.5)
        for short, long in itertools.product(spreads(s0), spreads(s1)):
            mean = 0.0
            for order in orders:
                weight = 1 / len(orders)
                if block is None:
                    weight = np.prod([1 / 3 if x else 2 / 3 for x in order])
                log_e = log_e_circuits(
                    SHARES[games], np.array(order), 4, lengths,
                    null=border, side=side, alternatives=ladder(border, side, 0.5),
                )[-1]  # fmt: skip
                chance = np.prod(
                    [(short if x else long)[games[i]] for i, x in enumerate(order)], axis=0
                )
                mean += weight * float(chance @ np.exp(log_e))
            assert mean <= 1 + 1e-12


def test_evidence_from_trials():
    rng = np.random.default_rng(3)
    lengths = TwoLengths(asymptote=0.5, span=SPAN, short_share=1 / 3)
    arms = (rng.random(300) > 1 / 3).astype(np.intp)
    for multiple, sign in ((0.5, 1), (2.5, -1)):
        s = np.where(arms == 0, 0.99, 0.5 + 0.49 * lengths.retention(multiple * 0.005))
        trials = Trials(
            lengths=np.array([0.0, SPAN]),
            arms=arms,
            hits=rng.binomial(64, rng.beta(9 * s, 9 * (1 - s))[:, None], (300, 2)),
            shots=64,
        )
        game = circuit_evidence(trials, lengths, rate=0.005, tolerance=0.5)
        assert game.confirm.shape == (300, 2)
        assert (sign * game.confirm[-1] > 3).all()
        assert (sign * game.refute[-1] < -3).all()
        assert game.circuits[-1] == 300


def test_alternatives_outside_the_hypothesis_only():
    lengths = TwoLengths(asymptote=0.5, span=SPAN)
    with pytest.raises(ValueError, match="alternatives"):
        log_e_circuits(
            np.ones((1, 1)), np.array([True]), 4, lengths, null=0.01, side="at most",
            alternatives=[0.009],
        )  # fmt: skip
