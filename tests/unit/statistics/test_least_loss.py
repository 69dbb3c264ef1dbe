"""The least loss at which a sum reaches a border, against brute force."""

import itertools

import numpy as np
import pytest

from qassay.statistics.least_loss import RESERVE, LossCurves
from qassay.statistics.losses import losses_of
from qassay.statistics.target_groups import DecayValue, TargetGroup
from qassay.statistics.trials import Trials

LENGTHS = np.array([1.0, 50.0, 150.0, 300.0])
RATE = 2e-3
SHOTS = np.array([40, 20, 40, 100])


def group(rates, seed=1, shots=SHOTS, amplitude=0.97):
    """Hits of targets with these decays a layer, in units of RATE."""
    rng = np.random.default_rng(seed)
    arms = np.repeat(np.arange(4), shots)
    kept = (1 - np.minimum(np.array(rates) * RATE, 1 - 1e-12)) ** LENGTHS[arms][:, None]
    hits = rng.random(kept.shape) < 0.5 + 0.5 * amplitude * kept
    return TargetGroup(
        trials=Trials(lengths=LENGTHS, arms=arms, hits=hits.astype(np.int64)),
        asymptote=0.5,
        value=DecayValue(meaning="infidelity", factor=0.5),
        weights=np.ones(len(rates)),
        scale=-np.log1p(-RATE),
    )


def curves(one, *, reserve=True):
    losses = losses_of(one)
    values = np.tile(losses.values / (0.5 * RATE), (one.targets, 1))
    return losses, LossCurves.of(values, losses.loss, np.full(one.targets, True))


def brute(losses, values, border):
    """Try all but one target on the whole grid; the last takes what is left."""
    targets = losses.shape[0]
    best = np.inf
    for turn in range(targets):
        order = [*(i for i in range(targets) if i != turn), turn]
        for points in itertools.product(range(values.size), repeat=targets - 1):
            taken = sum(values[p] for p in points)
            paid = sum(losses[i, p] for i, p in zip(order, points, strict=False))
            need = border - taken
            if need > values[-1] or paid >= best:
                continue
            own = losses[order[-1]]
            start = int(np.searchsorted(values, need))
            start = min(start, values.size - 1)
            least = float(own[start:].min())
            if start > 0:
                part = (need - values[start - 1]) / (values[start] - values[start - 1])
                least = min(least, own[start - 1] + part * (own[start] - own[start - 1]))
            best = min(best, paid + least)
    return max(best, 0.0)


@pytest.mark.parametrize("rates", [(1, 1), (0.3, 0.3), (0.5, 2), (0.1, 1000), (1.5, 0.2), (4, 0.1)])
@pytest.mark.parametrize("border", [2.5, 4.0])
def test_two_targets(rates, border):
    losses, made = curves(group(rates))
    values = losses.values / (0.5 * RATE)
    found = made.at(border).nats
    exact = brute(losses.loss, values, border)
    assert exact - RESERVE - 0.25 <= found <= exact + 0.05


@pytest.mark.parametrize(
    ("rates", "share"),
    [((1000, 1000), 0.9), ((0.3, 1000), 0.9), ((0.3, 1000), 0.6), ((2, 1), 0.7), ((2, 1), 2.0)],
)
def test_borders_for_which_one_lost_target_is_not_enough(rates, share):
    """Two lost targets make 1.0 of two; what no two can add up to counts as both of them lost."""
    losses, made = curves(group(rates))
    values = losses.values / (0.5 * RATE)
    border = share * 2 * values[-1]
    exact = brute(losses.loss, values, min(border, 2 * values[-1]))
    found = made.at(border).nats
    assert exact - RESERVE - 0.25 <= found
    # a lost target beside one that is nearly lost counts as two: dearer, where all is excluded
    assert found <= exact + 0.05 or exact > 50


@pytest.mark.parametrize("rates", [(1, 1, 1), (0.3, 0.5, 1000), (0.2, 3, 0.5)])
def test_three_targets(rates):
    one = group(rates)
    losses = losses_of(one)
    values = losses.values / (0.5 * RATE)
    kept = np.r_[15 : values.size : 2]  # a coarser grid, so that all triples can be tried
    made = LossCurves.of(np.tile(values[kept], (3, 1)), losses.loss[:, kept], np.full(3, True))
    for border in (3.75, 6.0):
        exact = brute(losses.loss[:, kept], values[kept], border)
        assert exact - RESERVE - 0.3 <= made.at(border).nats <= exact + 0.05


def test_a_dead_target_among_perfect_ones_costs_what_it_alone_loses():
    """Nobody else can be blamed for so much: the least loss is its own, less the reserve."""
    losses, made = curves(group([0.01] * 10, amplitude=1.0))
    values, border = losses.values / (0.5 * RATE), 250.0
    found = made.at(border)
    alone = [float(np.interp(border, values, row)) for row in losses.loss]
    assert found.alone == int(np.argmin(alone))
    assert found.nats == pytest.approx(min(alone) - RESERVE, rel=0.02)


def test_nothing_is_lost_where_the_likeliest_sum_is_beyond():
    _, made = curves(group([2, 2, 2]))
    assert made.at(3.0).nats == 0.0


def test_it_rises_with_the_border():
    _, made = curves(group([0.5] * 20))
    found = [made.at(b).nats for b in np.linspace(5, 40, 15)]
    assert np.all(np.diff(found) >= -1e-9)


def test_a_dead_target_is_seen():
    """One of fifty lost: hardly any loss where the mean is far beyond the limit."""
    _, lost = curves(group([0.3] * 49 + [1e4]))
    _, fine = curves(group([0.3] * 50))
    border = 50 * 1.25
    assert lost.at(border).nats < 1
    assert lost.at(border).alone == 49
    assert fine.at(border).nats > 10


def test_two_lost_targets_cost_what_both_lose():
    """As when a dead qubit takes both of its pairs along: one alone cannot reach the border."""
    lengths = np.array([0.0, 1.0, 3.0, 6.0])
    rng = np.random.default_rng(4)
    arms = np.repeat(np.arange(4), [12, 6, 12, 30])
    kept = np.exp(-np.array([50.0, 50.0, 0.02, 0.03]) * lengths[arms][:, None])
    kept[:, :2] = 0  # nothing is left even without the gate
    hits = rng.random(kept.shape) < 0.25 + 0.7 * kept
    one = TargetGroup(
        trials=Trials(lengths=lengths, arms=arms, hits=hits.astype(np.int64)),
        asymptote=0.25,
        value=DecayValue(meaning="infidelity", factor=0.75),
        weights=np.ones(4),
        scale=-np.log1p(-0.1),
    )
    losses = losses_of(one)
    values = np.tile(losses.values / 0.075, (4, 1))
    made = LossCurves.of(values, losses.loss, np.full(4, True))
    border = 1.5 * float(values[0, -1])  # more than one of them can ever be
    assert made.at(border).nats <= losses.loss[:2, -1].sum() + 0.1 < 3
    assert made.at(2.9 * float(values[0, -1])).nats > 20  # the good ones cannot be lost as well


def test_a_time_without_end_costs_what_it_loses_and_no_less():
    """Its part of the sum is far beyond any border, and the others give nothing of that back."""
    arms = np.repeat([0, 1], [20, 80])
    hits = np.zeros((100, 6), dtype=np.int64)
    hits[:20], hits[20:49] = 1, 1  # 29 of 80 are left after the claimed time, 1/e
    one = TargetGroup(
        trials=Trials(lengths=np.array([0.0, 1.0]), arms=arms, hits=hits),
        asymptote=0.0,
        value=DecayValue(meaning="time"),
        weights=np.full(6, 1 / 6),
        scale=1.0,
    )
    losses = losses_of(one)
    values = np.tile(losses.values[::-1], (6, 1))
    made = LossCurves.of(values, losses.loss[:, ::-1], np.full(6, True))
    endless = losses.loss[:, 0].min()
    assert endless > 10
    assert made.at(15.0).nats > 0.5 * endless
