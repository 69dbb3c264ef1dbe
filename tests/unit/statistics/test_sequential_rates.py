"""The game is fair: checked exactly, outcome by outcome, not by simulation."""

import itertools
import math

import numpy as np
import pytest
from scipy.special import comb

from qassay.statistics.sequential import RUNGS
from qassay.statistics.sequential_rates import (
    Steps,
    TwoLengths,
    log_e_present,
    log_e_rate,
    log_factors,
    project,
    rate_evidence,
    steps_of,
)
from qassay.statistics.trials import Trials

SPAN = 170.0
LADDERS = {
    "at least": (0.00625, [0.005, 0.004, 0.00256, 0.0013]),
    "at most": (0.005, [0.00625, 0.0078, 0.0122, 0.024]),
}
CLOSE = 1e-12
GATE = 0.0085  # decay a layer of an entangler


def lengths_of(asymptote, block):
    return TwoLengths(asymptote=asymptote, span=SPAN, block=block, short_share=0.11)


def null_points(lengths, side, border):
    """Machines for which the hypothesis holds: on its border, inside, and far inside."""
    base = lengths.asymptote
    inward = (1.0, 1.3, 4.0) if side == "at least" else (1.0, 0.7, 0.1)
    for s0 in (1.0, 0.999, 0.99, 0.95, 0.8, base + 0.6 * (1 - base), base + 1e-3):
        for factor in inward:
            yield s0, base + lengths.retention(border * factor) * (s0 - base)


def block_outcomes(block):
    """Hits of every outcome, shape (2, outcomes), and how many orders each has."""
    hits = np.array(list(itertools.product(range(block[0] + 1), range(block[1] + 1)))).T
    return hits, comb(block[0], hits[0]) * comb(block[1], hits[1])


def block_chances(block, s0, s1):
    (c0, c1), ways = block_outcomes(block)
    k0, k1 = block
    return ways * s0**c0 * (1 - s0) ** (k0 - c0) * s1**c1 * (1 - s1) ** (k1 - c1)


@pytest.mark.parametrize("asymptote", [0.0, 0.25, 0.5])
@pytest.mark.parametrize("block", [(1, 1), (1, 7), (3, 2)])
@pytest.mark.parametrize("side", ["at least", "at most"])
def test_a_block_is_a_fair_bet(asymptote, block, side):
    lengths = lengths_of(asymptote, block)
    border, alternatives = LADDERS[side]
    hits, _ = block_outcomes(block)
    shots = np.array(block)[None, :, None]
    for prior in ((19.6, 0.4), (1.0, 1.0), (0.5, 4.0)):
        steps = Steps(hits=hits[None], shots=shots, circuits=np.array([sum(block)]))
        wealth = np.exp(
            log_e_rate(
                steps, lengths, null=border, side=side, alternatives=alternatives, prior=prior
            )
        )[0]
        for s0, s1 in null_points(lengths, side, border):
            assert block_chances(block, s0, s1) @ wealth <= 1 + CLOSE


@pytest.mark.parametrize("side", ["at least", "at most"])
def test_what_was_learnt_may_be_used_and_the_machine_may_drift(side):
    """Two blocks, 256 outcomes: the second bet depends on the first outcome, A moves between."""
    block, lengths = (1, 7), lengths_of(0.5, (1, 7))
    border, alternatives = LADDERS[side]
    hits, _ = block_outcomes(block)
    count = hits.shape[1]
    first, second = (x.ravel() for x in np.meshgrid(range(count), range(count), indexing="ij"))
    steps = Steps(
        hits=np.stack([hits[:, first], hits[:, second]]),
        shots=np.broadcast_to(np.array(block)[None, :, None], (2, 2, 1)),
        circuits=np.array([8, 16]),
    )
    wealth = np.exp(log_e_rate(steps, lengths, null=border, side=side, alternatives=alternatives))
    points = list(null_points(lengths, side, border))
    for one, two in itertools.product(points[::3], points[::2]):
        chance = block_chances(block, *one)[first] * block_chances(block, *two)[second]
        assert chance @ wealth[1] <= 1 + CLOSE


@pytest.mark.parametrize("side", ["at least", "at most"])
def test_a_coin_makes_every_single_shot_a_fair_bet(side):
    """Three shots, 64 outcomes, and the machine may change from shot to shot."""
    lengths = lengths_of(0.5, None)
    border, alternatives = LADDERS[side]
    q = lengths.short_share
    singles = [(arm, hit) for arm in (0, 1) for hit in (0, 1)]
    games = list(itertools.product(singles, repeat=3))
    hits = np.zeros((3, 2, len(games)), dtype=int)
    shots = np.zeros_like(hits)
    for column, game in enumerate(games):
        for row, (arm, hit) in enumerate(game):
            shots[row, arm, column], hits[row, arm, column] = 1, hit
    steps = Steps(hits=hits, shots=shots, circuits=np.array([1, 2, 3]))
    wealth = np.exp(log_e_rate(steps, lengths, null=border, side=side, alternatives=alternatives))

    points = list(null_points(lengths, side, border))
    for path in (points[:3], points[3:6], points[::-6], points[1::8]):
        chances = np.ones(len(games))
        for column, game in enumerate(games):
            for (arm, hit), s in zip(game, path, strict=False):
                chances[column] *= (q, 1 - q)[arm] * (s[arm] if hit else 1 - s[arm])
        assert chances.sum() == pytest.approx(1)
        assert chances @ wealth[2] <= 1 + CLOSE


def test_on_the_border_the_coins_game_is_exactly_fair():
    lengths = lengths_of(0.5, None)
    border, alternatives = LADDERS["at least"]
    factors = np.exp(
        log_factors(
            np.array(0.97), lengths.retention(alternatives[0]), lengths.retention(border), lengths
        )
    )
    for s0 in (1.0, 0.99, 0.9, 0.7):
        s1 = 0.5 + lengths.retention(border) * (s0 - 0.5)
        k0, k1 = lengths.shares
        mean = k0 * (s0 * factors[0] + (1 - s0) * factors[1]) + k1 * (
            s1 * factors[2] + (1 - s1) * factors[3]
        )
        assert mean == pytest.approx(1, abs=1e-13)


def test_drift_inside_a_block_is_harmless_only_to_second_order():
    """Why the coin is better: two circuits whose A differ can make a block's bet unfair."""
    lengths = lengths_of(0.5, (1, 1))
    border, alternatives = LADDERS["at least"]
    factors = np.exp(
        log_factors(
            np.array(0.95), lengths.retention(alternatives[0]), lengths.retention(border), lengths
        )
    )

    def mean(move):
        shorts, longs = [], []
        for s0 in (middle + move, middle - move):
            s1 = 0.5 + lengths.retention(border) * (s0 - 0.5)
            shorts.append(s0 * factors[0] + (1 - s0) * factors[1])
            longs.append(s1 * factors[2] + (1 - s1) * factors[3])
        return (shorts[0] * longs[1] + longs[0] * shorts[1]) / 2

    # The point of the border at which the bet is balanced.
    middle = float(
        project(
            np.array(0.95),
            np.array(0.5 + 0.45 * lengths.retention(alternatives[0])),
            lengths.retention(border),
            lengths,
        )
    )
    assert mean(0.0) == pytest.approx(1, abs=1e-12)
    assert 1 < mean(0.02) < 1 + 2e-4
    assert mean(0.02) - 1 == pytest.approx(4 * (mean(0.01) - 1), rel=1e-3)


@pytest.mark.parametrize("block", [None, (1, 7), (2, 3)])
def test_the_projection_is_the_nearest_point_of_the_border(block):
    lengths = lengths_of(0.25, block)
    k0, k1 = lengths.shares

    def divergence(p, q):
        return p * math.log(p / q) + (1 - p) * math.log((1 - p) / (1 - q))

    for a, alternative, border in itertools.product(
        (0.3, 0.8, 0.99, 0.99999), (0.001, 0.005, 0.02), (0.002, 0.00625)
    ):
        kept, other = lengths.retention(alternative), lengths.retention(border)
        b = 0.25 + kept * (a - 0.25)
        s = float(project(np.array(a), np.array(b), other, lengths))

        def distance(x, a=a, b=b, other=other):
            return k0 * divergence(a, x) + k1 * divergence(b, 0.25 + other * (x - 0.25))

        assert 0 < s < 1
        nearby = [x for x in (s * (1 - 1e-5), s + 1e-5 * (1 - s)) if 0 < x < 1]
        assert all(distance(s) <= distance(x) + 1e-15 for x in nearby)


def test_a_bet_against_the_truth_loses_and_one_for_it_wins():
    rng = np.random.default_rng(5)
    lengths = lengths_of(0.5, (1, 7))
    shots = np.broadcast_to(np.array([1, 7])[None, :, None], (200, 2, 1))
    for multiple, sign in ((0.5, 1), (2.5, -1)):
        s1 = 0.5 + 0.49 * lengths.retention(multiple * 0.005)
        hits = rng.binomial(np.broadcast_to(shots, (200, 2, 20)), np.array([0.99, s1])[:, None])
        steps = Steps(hits=hits, shots=shots, circuits=np.arange(1, 201) * 8)
        game = rate_evidence(steps, lengths, rate=0.005, tolerance=0.25)
        assert (sign * game.confirm[-1] > 3).all()
        assert (sign * game.refute[-1] < -3).all()


def test_guarded_rule_asks_more():
    lengths = lengths_of(0.5, (1, 7))
    steps = Steps(
        hits=np.tile(np.array([1, 5])[None, :, None], (60, 1, 1)),
        shots=np.tile(np.array([1, 7])[None, :, None], (60, 1, 1)),
        circuits=np.arange(1, 61) * 8,
    )
    tolerant = rate_evidence(steps, lengths, rate=0.005, tolerance=0.25)
    guarded = rate_evidence(steps, lengths, rate=0.005, tolerance=0.25, guarded=True)
    assert guarded.confirm[-1, 0] < tolerant.confirm[-1, 0]
    assert (guarded.refute == tolerant.refute).all()


def trials(arms, targets=2, shots=1):
    arms = np.asarray(arms)
    hits = (np.arange(arms.size)[:, None] + np.arange(targets)) % 2
    return Trials(lengths=np.array([0.0, SPAN, 3 * SPAN]), arms=arms, hits=hits, shots=shots)


def test_trials_become_blocks_without_sentinels_and_without_the_unfinished_block():
    steps = steps_of(trials([1, 2, 0, 1, 1, 0, 2, 1, 0]), lengths_of(0.5, (1, 2)))
    assert steps.circuits.tolist() == [4, 8]
    assert steps.shots[:, :, 0].tolist() == [[1, 2], [1, 2]]
    assert steps.hits[:, :, 0].tolist() == [[0, 1], [1, 1]]
    assert steps.hits[:, :, 1].tolist() == [[1, 1], [0, 1]]


def test_trials_become_single_shots_under_a_coin():
    steps = steps_of(trials([1, 2, 0, 1]), lengths_of(0.5, None))
    assert steps.circuits.tolist() == [1, 3, 4]
    assert steps.shots[:, :, 0].tolist() == [[0, 1], [1, 0], [0, 1]]


def test_no_circuits_no_evidence():
    game = rate_evidence(
        steps_of(trials([]), lengths_of(0.5, (1, 7))),
        lengths_of(0.5, (1, 7)),
        rate=0.005,
        tolerance=0.25,
    )
    assert game.confirm.shape == (0, 2)


def test_mistakes_are_refused():
    block = lengths_of(0.5, (1, 2))
    with pytest.raises(ValueError, match="blocks of"):
        steps_of(trials([0, 0, 1, 1, 1, 1]), block)
    with pytest.raises(ValueError, match="drawn by a coin"):
        steps_of(trials([0, 1, 1], shots=10), block)
    steps = steps_of(trials([0, 1, 1]), block)
    with pytest.raises(ValueError, match="alternatives"):
        log_e_rate(steps, block, null=0.01, side="at least", alternatives=[0.02], weights=[1.0])
    with pytest.raises(ValueError, match="weights"):
        log_e_rate(steps, block, null=0.01, side="at least", alternatives=[0.005], weights=[0.9])
    with pytest.raises(ValueError, match="tolerance"):
        rate_evidence(steps, block, rate=0.01, tolerance=0)
    for wrong in ({"asymptote": 1.0}, {"span": 0.0}, {"block": (0, 7)}, {"short_share": 0.0}):
        with pytest.raises(ValueError, match="must|needs"):
            TwoLengths(**{"asymptote": 0.5, "span": 10.0, **wrong})


def bent(prior, bend):
    """Give the wealth of REFUTE after each outcome of one shot, beside its chances' arms."""
    lengths = TwoLengths(asymptote=0.25, span=100.0, short_share=0.2, bend=bend)
    hits = np.array([[[1, 0, 0, 0], [0, 0, 1, 0]]])  # short hit and miss, long hit and miss
    shots = np.array([[[1, 1, 0, 0], [0, 0, 1, 1]]])
    steps = Steps(hits=hits, shots=shots, circuits=np.array([1]))
    others = [GATE * 1.25**rung for rung in RUNGS]
    log_e = log_e_rate(steps, lengths, null=GATE, side="at most", alternatives=others, prior=prior)
    return lengths, np.exp(log_e[0])


@pytest.mark.parametrize("short", [0.95, 0.8, 0.6, 0.4])
def test_a_reference_that_hides_as_much_as_allowed_is_a_fair_bet(short):
    """What was lost unseen is at most `bend` times the square of what is seen to be lost."""
    lengths, wealth = bent((20 * short, 20 * (1 - short)), 0.05)
    lost = -math.log((short - 0.25) / 0.75)
    kept = lengths.retention(GATE) * math.exp(-0.05 * lost**2)
    assert float(lengths.bent(lengths.retention(GATE), np.array(short))) == pytest.approx(kept)
    for s0 in (0.99, 0.9, 0.7, 0.5, 0.3):
        for more in (0.0, 0.02, 0.2):
            s1 = min(0.25 + kept * (s0 - 0.25) + more, 1.0)
            chances = np.array([0.2 * s0, 0.2 * (1 - s0), 0.8 * s1, 0.8 * (1 - s1)])
            assert chances @ wealth <= 1 + CLOSE
    straight = bent((20 * short, 20 * (1 - short)), 0.0)[1]
    s1 = 0.25 + kept * (short - 0.25)
    chances = np.array([0.2 * short, 0.2 * (1 - short), 0.8 * s1, 0.8 * (1 - s1)])
    assert chances @ straight > 1 + CLOSE  # which is why the border is bent


def test_bettors_whom_the_border_has_overtaken_keep_their_stake():
    _, wealth = bent((0.0001, 20.0), 1.0)  # hardly any signal left: the border is far off
    assert wealth == pytest.approx(1.0, abs=1e-9)


def test_a_target_that_was_never_there_is_not_taken_for_one_that_stays():
    """Lost from the start, read as if it were there by one shot in twenty at all lengths alike.

    By its own lengths it does not decay; the bet against "never there" is fair, so 20 is reached
    by at most 5 of 100 games: 24 of 300 or more with probability below 2 % (binomial). One that is
    there gains 0.17 +- 0.70 nats a short shot, so of 300 games at most 8 are not won after 150:
    more with probability below 1e-4.
    """
    rng = np.random.default_rng(20261129)
    shots = np.zeros((600, 2, 1), dtype=np.int64)
    shots[np.arange(600), (np.arange(600) % 4 > 0).astype(int)] = 1
    luck = rng.random((600, 2, 300))
    lost = log_e_present(steps(luck < 0.05, shots))
    there = log_e_present(steps(luck < 0.22, shots))
    assert (lost.max(axis=0) >= math.log(20)).sum() < 24
    assert (there[-1] < math.log(20)).sum() <= 8


def steps(drawn, shots):
    hits = drawn & (shots > 0)
    count = np.arange(1, shots.shape[0] + 1)
    return Steps(hits=hits.astype(np.int64), shots=shots, circuits=count)
