"""Bets on bounded values are fair whatever hangs together inside a value."""

from itertools import product

import numpy as np
import pytest

from qassay.statistics.bounded_bets import (
    EVEN,
    FEWER_WRONG,
    MORE_WRONG,
    log_e_mean_above,
    log_e_mean_below,
    mean_gains,
)

# Laws of the wrong bits of one shot of three qubits: chance of each pattern.
PATTERNS = np.array(list(product((0, 1), repeat=3)))
SHARES = PATTERNS.mean(axis=1)
LAWS = {
    "independent": lambda e: np.prod(np.where(PATTERNS == 1, e, 1 - e), axis=1),
    "all together": lambda e: np.where(SHARES == 1, e, np.where(SHARES == 0, 1 - e, 0.0)),
    "two of three": lambda e: np.array(
        [
            1.5 * e if tuple(p) == (1, 1, 0) else 1 - 1.5 * e if not p.any() else 0.0
            for p in PATTERNS
        ]
    ),
    "never none": lambda e: np.where(
        SHARES == 1 / 3, (1.5 - 1.5 * e) / 3, np.where(SHARES == 1, 1.5 * e - 0.5, 0.0)
    ),
}


def mean_wealth(log_e, laws, border, end, bets):
    """Enumerate every game of three shots; give the mean of the last wealth."""
    total = 0.0
    for game in product(range(8), repeat=3):
        chance = np.prod([law[pattern] for law, pattern in zip(laws, game, strict=True)])
        if chance:
            wealth = log_e(SHARES[list(game)], border, end, bets)
            total += chance * np.exp(wealth[-1])
    return total


@pytest.mark.parametrize(
    ("name", "error"),
    [
        *((name, e) for name in ("independent", "all together") for e in (0.02, 0.4, 0.6)),
        ("two of three", 0.02),
        ("two of three", 0.4),
        ("never none", 0.4),
        ("never none", 0.6),
    ],
)
def test_no_game_wins_on_the_border(name, error):
    laws = [LAWS[name](error)] * 3
    assert laws[0] @ SHARES == pytest.approx(error)
    assert laws[0].sum() == pytest.approx(1.0)
    for bets in (EVEN, FEWER_WRONG):
        assert mean_wealth(log_e_mean_below, laws, error, 1.0, bets) == pytest.approx(1.0)
    assert mean_wealth(log_e_mean_above, laws, error, 0.0, MORE_WRONG) == pytest.approx(1.0)


def test_drift_and_unlike_shots_within_the_hypothesis_win_nothing():
    worse = [LAWS["independent"](0.2), LAWS["all together"](0.3), LAWS["two of three"](0.2)]
    assert mean_wealth(log_e_mean_below, worse, 0.2, 1.0, FEWER_WRONG) < 1
    better = [LAWS["independent"](0.2), LAWS["all together"](0.1), LAWS["two of three"](0.05)]
    assert mean_wealth(log_e_mean_above, better, 0.2, 0.0, MORE_WRONG) < 1


def wrong_in(prepared, string, wrong):
    return sum(w for bit, w in zip(string, wrong, strict=True) if bit == prepared) / len(string)


@pytest.mark.parametrize("prepared", [0, 1])
def test_one_direction_is_twice_the_share_whatever_the_string_does(prepared):
    """Errors depend on the whole string: the mean share is half of the mean P(wrong | prepared)."""
    rng = np.random.default_rng(3)
    chances = {string: rng.random(8) for string in product((0, 1), repeat=3)}  # of patterns
    chances = {string: row / row.sum() for string, row in chances.items()}
    share = np.mean(
        [
            sum(p * wrong_in(prepared, s, w) for p, w in zip(row, PATTERNS, strict=True))
            for s, row in chances.items()
        ]
    )
    each = [
        np.mean([row @ PATTERNS[:, q] for s, row in chances.items() if s[q] == prepared])
        for q in range(3)
    ]
    assert 2 * share == pytest.approx(np.mean(each))


def test_the_floor_is_that_of_rare_shots_wrong_everywhere():
    """Without a wrong bit, support takes ln(1 / beta) / border shots and not much more."""
    border, beta = 0.015, 0.05
    wealth = log_e_mean_below(np.zeros(1000), border, 1.0, FEWER_WRONG)
    shots = int(np.argmax(wealth >= -np.log(beta)))
    assert np.log(1 / beta) / border <= shots <= 1.25 * np.log(1 / beta) / border


def test_gains_foretell_games():
    shares, chances = np.array([0.0, 0.5, 1.0]), np.array([0.9, 0.07, 0.03])
    means, spreads = mean_gains(shares, chances, 0.1, 1.0, FEWER_WRONG)
    drawn = np.random.default_rng(1).choice(shares, p=chances, size=200_000)
    gains = np.log1p(np.array(FEWER_WRONG)[:, :1] * (0.1 - drawn) / 0.9)
    # each mean of 200,000 within 6 standard errors; spreads within 2 %
    assert np.abs(gains.mean(axis=1) - means).max() < 6 * spreads.max() / 200_000**0.5
    assert gains.std(axis=1) == pytest.approx(spreads, rel=0.02)


def test_a_border_beyond_the_range_is_refused():
    with pytest.raises(ValueError, match="below the largest"):
        log_e_mean_below(np.zeros(3), 1.0, 1.0)
