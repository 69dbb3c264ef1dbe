"""The counted test of a quantile is an e-process, however bits depend on one another."""

import functools
import itertools
import math

import numpy as np
import pytest

from qassay.statistics.ranked import least_convinced
from qassay.statistics.sequential import ladder
from qassay.statistics.sequential_probabilities import log_e_probability
from qassay.statistics.sequential_rates import Steps, TwoLengths, log_e_rate

TOLERANCE, SHOTS, TARGETS = 0.25, 3, 3
LENGTHS = TwoLengths(asymptote=0.5, span=1.0, law="exponential", block=None, short_share=0.3)
COUPLINGS = ("comonotone", "antithetic", "changing")


def turn_of(past):
    """What a coupling can follow: the bits so far, by threes."""
    return sum(map(sum, past)) % 3


def joint(chances, coupling, turn=0):
    """Give the probability of each pattern of bits with these marginals, from one uniform.

    With "changing" the coupling follows the bits so far.
    """
    if coupling == "changing":
        coupling = ("comonotone", "antithetic", "independent")[turn]
    if coupling == "independent":
        return {
            bits: math.prod(c if b else 1 - c for b, c in zip(bits, chances, strict=True))
            for bits in itertools.product((0, 1), repeat=len(chances))
        }
    places = [
        (0.0, c) if coupling == "comonotone" or i % 2 == 0 else (1 - c, 1.0)
        for i, c in enumerate(chances)
    ]
    cuts = sorted({0.0, 1.0, *(x for place in places for x in place)})
    made = {}
    for low, high in itertools.pairwise(cuts):
        bits = tuple(int(a <= low and high <= b) for a, b in places)
        made[bits] = made.get(bits, 0.0) + high - low
    return made


def best_stopping(outcomes, chance_of, value_of):
    """Give the largest mean of an e-value over all times to stop (Snell's envelope)."""

    def worth(past):
        now = value_of[past]
        if len(past) == SHOTS:
            return now
        chances = chance_of(past)
        return max(now, sum(p * worth((*past, o)) for o, p in chances.items() if p > 0))

    assert set(outcomes) >= set(chance_of(()))
    return worth(())


OUTCOMES = [(arm, bits) for arm in (0, 1) for bits in itertools.product((0, 1), repeat=TARGETS)]


@functools.cache
def rate_values(side, count, null):
    """Give the e-value of every course of shots, (arm, bits) each."""
    paths = [p for n in range(SHOTS + 1) for p in itertools.product(OUTCOMES, repeat=n)]
    values = {(): 1.0}
    full = [path for path in paths if len(path) == SHOTS]
    hits = np.zeros((SHOTS, 2, len(full) * TARGETS), dtype=np.int64)
    shots = np.zeros_like(hits)
    for column, path in enumerate(full):
        for step, (arm, bits) in enumerate(path):
            hits[step, arm, column * TARGETS : (column + 1) * TARGETS] = bits
            shots[step, arm, column * TARGETS : (column + 1) * TARGETS] = 1
    steps = Steps(hits=hits, shots=shots, circuits=np.arange(1, SHOTS + 1))
    others = ladder(null, side, TOLERANCE)
    log_e = log_e_rate(steps, LENGTHS, null=null, side=side, alternatives=others)
    ends = np.exp(least_convinced(log_e.reshape(-1, TARGETS), count)).reshape(SHOTS, len(full))
    for path, after in zip(full, ends.T.tolist(), strict=True):
        for length in range(1, SHOTS + 1):
            values[path[:length]] = after[length - 1]
    return values


@pytest.mark.parametrize("coupling", COUPLINGS)
@pytest.mark.parametrize("side", ["at least", "at most"])
@pytest.mark.parametrize("misses", [1, 2, 3])
def test_no_time_to_stop_pays_on_decays(side, misses, coupling):
    """On the border `misses` targets keep the hypothesis; the others are all on the far side."""
    values = rate_values(side, misses, 1.0)
    far = 0.1 if side == "at least" else 6.0
    rates = np.array([1.0] * misses + [far] * (TARGETS - misses))
    start = np.array([0.98, 0.9, 0.8])

    @functools.cache
    def chances(turn):
        made = {}
        for arm, share in ((0, LENGTHS.short_share), (1, 1 - LENGTHS.short_share)):
            kept = 0.5 + (start - 0.5) * (np.exp(-rates) if arm else 1.0)
            for bits, p in joint(kept.tolist(), coupling, turn).items():
                made[arm, bits] = share * p
        return made

    def chance_of(past):
        return chances(turn_of([bits for _, bits in past]))

    assert best_stopping(OUTCOMES, chance_of, values) <= 1 + 1e-9


def test_one_target_less_than_the_hypothesis_says_would_be_no_e_process():
    """The number of the least convinced matters: with one more of them, stopping pays."""
    values = rate_values("at least", 3, 1.0)
    kept = 0.5 + 0.48 * np.exp(-np.array([1.0, 0.01, 0.01]))

    made = {}
    for arm, share in ((0, 0.3), (1, 0.7)):
        chances = kept if arm else np.full(TARGETS, 0.98)
        for bits, p in joint(chances.tolist(), "comonotone").items():
            made[arm, bits] = share * p

    assert best_stopping(OUTCOMES, lambda _: made, values) > 1.02


@pytest.mark.parametrize("coupling", COUPLINGS)
@pytest.mark.parametrize("side", ["at least", "at most"])
def test_no_time_to_stop_pays_on_readout(side, coupling):
    null, misses = 0.2, 2
    outcomes = list(itertools.product((0, 1), repeat=TARGETS))
    others = ladder(null, side, 0.5)
    others = [min(x, (1 + null) / 2) for x in others]
    values = {(): 1.0}
    for path in itertools.product(outcomes, repeat=SHOTS):
        log_e = log_e_probability(
            np.array(path),
            np.ones((SHOTS, 1), dtype=np.int64),
            null=null,
            side=side,
            alternatives=others,
        )
        ends = np.exp(least_convinced(log_e, misses))
        for length in range(1, SHOTS + 1):
            values[path[:length]] = float(ends[length - 1])
    far = 0.01 if side == "at least" else 0.7

    chances = [joint([null, null, far], coupling, turn) for turn in range(3)]
    assert best_stopping(outcomes, lambda past: chances[turn_of(past)], values) <= 1 + 1e-9


def test_the_average_is_that_of_the_smallest():
    log_e = np.log(np.array([[4.0, 1.0, 9.0], [0.5, 2.0, 0.1]]))
    assert np.exp(least_convinced(log_e, 1)) == pytest.approx([1.0, 0.1])
    assert np.exp(least_convinced(log_e, 2)) == pytest.approx([2.5, 0.3])
    with pytest.raises(ValueError, match="count"):
        least_convinced(log_e, 4)
