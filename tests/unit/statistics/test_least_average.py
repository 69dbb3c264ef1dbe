"""Exact support of a mean: fair whatever the rates and their dependence, quick far from a claim."""

import itertools
import math

import numpy as np
import pytest

from qassay.statistics.least_average import BORDERS, border_evidence, least_average
from qassay.statistics.sequential_rates import Steps, TwoLengths, steps_of
from qassay.statistics.trials import Trials

SHOTS = 3
LENGTHS = TwoLengths(asymptote=0.5, span=0.85, law="exponential", block=None, short_share=0.3)
OUTCOMES = [(arm, bits) for arm in (0, 1) for bits in itertools.product((0, 1), repeat=2)]


def steps_for(paths):
    """Put all courses of two targets side by side."""
    hits = np.zeros((len(paths[0]), 2, 2 * len(paths)), dtype=np.int64)
    shots = np.zeros_like(hits)
    for column, path in enumerate(paths):
        for step, (arm, bits) in enumerate(path):
            hits[step, arm, 2 * column : 2 * column + 2] = bits
            shots[step, arm, 2 * column : 2 * column + 2] = 1
    return Steps(hits=hits, shots=shots, circuits=np.arange(1, len(paths[0]) + 1))


def values(of_times):
    """Give the e-value of every course of up to SHOTS shots; the limit is a rate of 1."""
    made = {(): 1.0}
    for length in range(1, SHOTS + 1):
        paths = list(itertools.product(OUTCOMES, repeat=length))
        log_e = border_evidence(steps_for(paths), LENGTHS, BORDERS, 1.0)
        for column, path in enumerate(paths):
            own = log_e[:, 2 * column : 2 * column + 2]
            classes = np.concatenate([np.zeros((1, 2)), own])
            excess = [1 / b - 1 for b in BORDERS] + [-1.0] if of_times else [1 - b for b in BORDERS]
            made[path] = math.exp(least_average(classes, excess, lost=not of_times))
    return made


def best_stopping(value_of, chances, coupling):
    """Give the largest mean over all times to stop; bits share one uniform, up or down."""

    def outcomes(arm):
        first, second = chances[arm]
        places = [(0.0, first), (0.0, second) if coupling == "alike" else (1 - second, 1.0)]
        cuts = sorted({0.0, 1.0, *(x for place in places for x in place)})
        for low, high in itertools.pairwise(cuts):
            yield tuple(int(a <= low and high <= b) for a, b in places), high - low

    def worth(past):
        now = value_of[past]
        if len(past) == SHOTS:
            return now
        on = sum(
            share * p * worth((*past, (arm, bits)))
            for arm, share in ((0, LENGTHS.short_share), (1, 1 - LENGTHS.short_share))
            for bits, p in outcomes(arm)
        )
        return max(now, on)

    return worth(())


@pytest.mark.parametrize("coupling", ["alike", "unlike"])
@pytest.mark.parametrize("of_times", [False, True], ids=["rates", "times"])
def test_no_time_to_stop_pays_where_the_mean_misses_its_limit(of_times, coupling):
    value_of = values(of_times)
    pairs = [(1.0, 1.0), (0.1, 1.9), (0.02, 1.98), (0.7, 1.3), (0.01, 1e9)]
    if of_times:  # the same for times: their mean is 1 or less
        pairs = [(1.0, 1.0), (1 / 1.9, 10.0), (1 / 1.99, 100.0), (1 / 1.4, 1 / 0.6), (0.5, 1e9)]
    for rates in pairs:
        for start in ((0.98, 0.98), (0.9, 0.99), (0.99, 0.7)):
            kept = [
                0.5 + (s - 0.5) * math.exp(-0.85 * r) for s, r in zip(start, rates, strict=True)
            ]
            assert best_stopping(value_of, (start, tuple(kept)), coupling) <= 1 + 1e-9


def test_the_bound_lies_below_every_choice_that_misses_the_limit():
    """All assignments of three targets to classes, by brute force."""
    rng = np.random.default_rng(1)
    excess = [1 - b for b in BORDERS]
    for _ in range(20):
        log_e = np.sort(rng.normal(0, 3, (13, 3)), axis=0)
        log_e[0] = 0.0
        found = math.exp(least_average(log_e, excess, lost=True))
        wealth = np.exp(log_e)
        for classes in itertools.product(range(13), repeat=3):
            own = wealth[list(classes), range(3)]
            if 12 in classes or sum(excess[c] for c in classes) <= 0:
                assert found <= own.mean() + 1e-9


def test_one_hidden_target_is_no_support():
    """One of twenty holds all of a mean at the limit: never supported, far from it otherwise."""
    rng = np.random.default_rng(2)
    arms = (rng.random(150) > 1 / 9).astype(np.intp)

    def support(rates):
        kept = np.where(arms[:, None] > 0, np.exp(-0.85 * rates), 1.0)
        hits = (rng.random(kept.shape) < 0.5 + 0.48 * kept).astype(np.int64)
        trials = Trials(lengths=np.array([0.0, 0.85]), arms=arms, hits=hits)
        lengths = TwoLengths(asymptote=0.5, span=0.85, law="exponential", short_share=1 / 9)
        log_e = border_evidence(steps_of(trials, lengths), lengths, BORDERS, 1.0)
        classes = np.concatenate([np.zeros((1, 20)), log_e])
        return least_average(classes, [1 - b for b in BORDERS], lost=True)

    good = np.full(20, 0.1)
    bad = np.where(np.arange(20) == 7, 20 - 19 * 0.02, 0.02)
    assert support(good) > math.log(20)
    assert support(bad) < math.log(20)
    dead = np.where(np.arange(20) == 7, 1e9, 0.02)
    assert support(dead) < math.log(20)


def test_a_circuit_of_many_shots_is_one_trial():
    """Sixteen copies of one shot say no more than a stake of their scatter allows."""
    rng = np.random.default_rng(3)
    arms = (rng.random(60) > 0.2).astype(np.intp)
    hits = (rng.random((60, 4)) < 0.97).astype(np.int64)
    lengths = TwoLengths(asymptote=0.5, span=0.85, law="exponential", short_share=0.2)
    once, many = (
        border_evidence(
            steps_of(
                Trials(lengths=np.array([0.0, 0.85]), arms=arms, hits=n * hits, shots=n), lengths
            ),
            lengths,
            BORDERS,
            1.0,
        )
        for n in (1, 16)
    )
    assert (many[4] < 16 * once[4]).all()
    assert np.isfinite(many).all()
