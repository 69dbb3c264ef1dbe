"""Bets on a layer's entangler beside one-qubit gates of which nothing is known beforehand."""

import math

import numpy as np
import pytest

from qassay.planning.pair_designs import pair_design
from qassay.statistics import sequential_shares
from qassay.statistics.sequential_rates import TwoLengths
from qassay.statistics.sequential_shares import (
    PAIR_LAYERS,
    Counts,
    Moment,
    ShareDesign,
    share_cost,
    share_evidence,
    worst_shift,
)

CLAIM, DELTA = 6.25e-3, 0.25  # process infidelity
LIMIT = CLAIM * (1 + DELTA)
PLANNED = pair_design(5e-3, None, DELTA)
LAYER = TwoLengths(asymptote=0.25, span=96, short_share=1 / 9)
SINGLE = TwoLengths(asymptote=0.5, span=211, short_share=5 / 18)
DESIGN = ShareDesign(
    composition=PAIR_LAYERS, layer=LAYER, first=SINGLE, second=SINGLE, shots_ratio=PLANNED.ratio
)
STAGES = (120, 240, 360, 480, 720, 960, 1320, 1920, 2640, 3600, 5400)


def draw(generator, lengths, rates, circuits, spam):
    """Draw hits of one stage, each target with its own coin."""
    short = generator.binomial(circuits, lengths.shares[0])
    shots = np.array([short, circuits - short], dtype=float)
    start = 1 - spam - lengths.asymptote
    kept = np.array([lengths.retention(float(rate)) for rate in rates])
    chances = lengths.asymptote + start * np.stack([np.ones_like(kept), kept])
    hits = generator.binomial(shots[:, None].astype(int), chances).astype(float)
    return Counts.of_single_shots(hits, shots)


def evidence(gate, first, second, circuits, targets=40, seed=1, spam=0.01):
    """Play a run up to some layers and give log e-values for and against the claim."""
    generator = np.random.default_rng(seed)
    ones = [np.full(targets, 2 * r) for r in (first, second)]
    taken = sum(PAIR_LAYERS.taken(x) for x in ones)
    layers = PAIR_LAYERS.layer(gate, taken)
    ends = [n for n in STAGES if n < circuits] + [circuits]
    total, moments, before = None, [], 0
    for end in ends:
        count = end - before
        parts = [
            draw(generator, LAYER, layers, count, 2 * spam),
            *(draw(generator, SINGLE, x, int(count * PLANNED.ratio), spam) for x in ones),
        ]
        if total is not None:
            parts = [Counts(a.tally + b.tally) for a, b in zip(parts, total, strict=True)]
        total, before = parts, end
        moments.append(Moment(*total))
    return share_evidence(moments, DESIGN, claimed=CLAIM, limit=LIMIT, tolerance=DELTA)


@pytest.mark.parametrize(("first", "second"), [(5e-5, 5e-5), (1e-3, 1e-4)])
def test_an_entangler_on_the_border_is_wrongly_judged_as_rarely_as_promised(first, second):
    # 60 games a side; more than 15 at probability 1/20 each: 2e-8
    at_limit = evidence(LIMIT, first, second, 1320, targets=60, seed=2)[0]
    at_claim = evidence(CLAIM, first, second, 1320, targets=60, seed=3)[1]
    assert (at_limit >= math.log(20)).sum() <= 15
    assert (at_claim >= math.log(20)).sum() <= 15


def test_a_claim_that_is_met_or_missed_is_settled_by_the_planned_circuits():
    # the true shares are above 0.95: fewer than 27 of 40 has probability below 1e-7
    good, _ = evidence(CLAIM, 5e-4, 5e-4, 5400)
    _, bad = evidence(LIMIT, 5e-4, 5e-4, 5400)
    assert (good >= math.log(20)).sum() >= 27
    assert (bad >= math.log(20)).sum() >= 27


def test_one_qubit_circuits_are_what_isolates_the_gate():
    """Without any of them the layer might be all one-qubit gates, and nothing is refuted."""
    layer = Counts.of_single_shots(np.array([[1000.0], [2500.0]]), np.array([1000.0, 8000.0]))
    nothing = Counts(np.zeros((2, 2, 1)))
    moments = [Moment(layer, nothing, nothing)]
    support, refute = share_evidence(moments, DESIGN, claimed=CLAIM, limit=LIMIT, tolerance=DELTA)
    assert refute[0] < 0
    assert support[0] < 0


def test_the_least_is_found_between_the_points_of_the_grid(monkeypatch):
    rough = np.array(evidence(CLAIM, 5e-4, 8e-4, 1320, targets=4))
    top = sequential_shares._GRID[-1]
    monkeypatch.setattr(
        sequential_shares, "_GRID", np.concatenate([[0.0], np.geomspace(0.005, top, 150)])
    )
    monkeypatch.setattr(sequential_shares, "_SUMS", 121)
    sequential_shares._side.cache_clear()
    fine = np.array(evidence(CLAIM, 5e-4, 8e-4, 1320, targets=4))
    sequential_shares._side.cache_clear()
    assert (rough - fine).max() < sequential_shares._MARGIN  # which is taken off for it


def test_stages_that_are_over_are_settled_once():
    first = evidence(CLAIM, 5e-4, 5e-4, 960, targets=3)
    again = evidence(CLAIM, 5e-4, 5e-4, 960, targets=3)
    assert np.array_equal(first, again)


def test_the_impostor_hides_more_where_one_qubit_circuits_are_few():
    each = PAIR_LAYERS.taken(np.array([1e-3]))
    few, many = (
        share_cost(PAIR_LAYERS, LAYER, SINGLE, CLAIM, each, ratio)[0] for ratio in (0.2, 2.0)
    )
    assert few == pytest.approx(10 * many)
    assert worst_shift(DESIGN, LIMIT, CLAIM, each)[0] > 0
    assert worst_shift(DESIGN, CLAIM, LIMIT, each)[0] < 0


def test_fidelities_of_a_layer_multiply():
    singles = np.array([0.0, 2e-3, 0.1])
    taken = PAIR_LAYERS.taken(singles)
    layer = PAIR_LAYERS.layer(0.01, 2 * taken)
    assert layer == pytest.approx(16 / 15 * (1 - 0.99 * (1 - 0.75 * singles) ** 2))
    assert PAIR_LAYERS.single(taken) == pytest.approx(singles)


def test_more_matchings_share_more_one_qubit_circuits():
    one, four = pair_design(5e-3, 5e-4, 0.25), pair_design(5e-3, 5e-4, 0.25, 4)
    assert four.ratio == pytest.approx(2 * one.ratio)
    assert four.factor < one.factor
    assert 0 < one.tolerance < 0.25
