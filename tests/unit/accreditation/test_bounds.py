"""Bounds in whole numbers, and the probabilities behind their factors."""

from fractions import Fraction

import numpy as np
import pytest
from benchmarks._trap_detection import (
    Patterns,
    all_patterns,
    coins,
    detection_probabilities,
    trap_fails,
)
from scipy import special

from qassay.protocols.accrediting.bounds import (
    acceptance_bound,
    bounds_of,
    exact_upper_limit,
    hoeffding_bound,
    traps_needed,
    upper_limit_is_below,
)
from qassay.protocols.accrediting.cycles import Cycles
from qassay.protocols.accrediting.forecast import Rates, forecast

TWO_LAYERS = (((0, 1),), ((0, 1),))


def test_whole_numbers_agree_with_the_beta_quantile():
    rng = np.random.default_rng(1)
    for _ in range(60):
        traps = int(rng.integers(1, 1500))
        failures = int(rng.integers(0, traps + 1))
        alpha = Fraction(int(rng.integers(1, 400)), 1000)
        limit = exact_upper_limit(failures, traps, alpha)
        if failures == traps:
            assert limit == 1
            continue
        quantile = special.betaincinv(failures + 1, traps - failures, 1 - float(alpha))
        assert quantile - 1e-9 <= limit <= quantile + 1e-6 + 1e-9
        assert upper_limit_is_below(failures, traps, limit, alpha)
        assert not upper_limit_is_below(failures, traps, limit - Fraction(1, 10**6), alpha)


def test_no_failure_in_n_traps_is_the_rule_of_three():
    assert float(exact_upper_limit(0, 1000, Fraction(1, 20))) == pytest.approx(
        1 - 0.05 ** (1 / 1000), abs=1e-6
    )


def test_both_bounds_and_where_they_say_nothing():
    bounds = bounds_of(816, 4000, Fraction(1, 20))  # TRUST 2.2: p = 0.204 gives 0.429
    assert float(bounds.two) == pytest.approx(0.4295, abs=5e-4)
    assert bounds.four == 2 * bounds.two
    assert not bounds.trivial
    assert bounds_of(600, 1000, Fraction(1, 20)).trivial
    assert bounds_of(600, 1000, Fraction(1, 20)).four == 1
    assert (
        bounds_of(20, 1000, Fraction(1, 20))
        .as_json()["bound_4p"]["assumption"]
        .startswith("without")
    )


def test_the_corrected_hoeffding_form_counts_theta_twice():
    theta = (np.log(20) / 2000) ** 0.5
    assert hoeffding_bound(100, 1000, 0.05) == pytest.approx(2 * 0.1 + 2 * theta)
    assert traps_needed(0.1, 0.05) == 600
    # Clopper-Pearson is the tighter one (TRUST 2.2: 0.429 against 0.450 with two tails).
    assert float(bounds_of(816, 4000, Fraction(1, 20)).two) < hoeffding_bound(816, 4000, 0.05)


def test_the_acceptance_form():
    k = np.arange(1, 50)
    assert (k * 0.75 ** (k - 1)).max() == pytest.approx(27 / 16)
    assert acceptance_bound(0, 100, 6, 0.05) == 1
    low = 1 - special.betaincinv(21, 80, 0.95)
    assert acceptance_bound(80, 100, 6, 0.05) == pytest.approx(27 / 16 / 7 / low)


@pytest.mark.parametrize("layers", [(((0, 1),),), TWO_LAYERS, (((0, 1),), ())])
def test_every_error_pattern_is_seen_with_the_probability_the_bounds_need(layers):
    patterns = all_patterns(len(layers), 2)
    found = detection_probabilities(layers, 2, patterns)
    first, last = patterns.prepared.any(1), patterns.readout.any(1)
    struck = patterns.gates.any((2, 3)).sum(1) + first + last
    assert found[struck == 1].min() == 0.5
    assert found[(struck > 0) & ~(first & last)].min() == 0.25
    # Partial spin flips, one a set of qubits, are all that no trap sees.
    assert (found[1:] == 0).sum() == 3
    assert found[1:][found[1:] > 0].min() == 0.25


def test_a_cancelling_pair_in_adjacent_layers_is_seen_by_a_quarter_of_the_traps():
    patterns = all_patterns(2, 2)
    found = detection_probabilities(TWO_LAYERS, 2, patterns)
    gates_alone = ~(patterns.prepared.any(1) | patterns.readout.any(1))
    both = patterns.gates.any((2, 3)).all(1) & gates_alone
    worst = np.flatnonzero(both & (found == 0.25))[0]
    traps = 20_000
    rng = np.random.default_rng(1)
    rows = Patterns(
        np.zeros((traps, 2), np.uint8),
        np.broadcast_to(patterns.gates[worst], (traps, 2, 2, 2)),
        np.zeros((traps, 2), np.uint8),
    )
    laid = coins(TWO_LAYERS, rng.integers(0, 2, (traps, 2, 2), dtype=np.uint8))
    share = trap_fails(TWO_LAYERS, rows, rng.integers(0, 2, traps, dtype=np.uint8), laid).mean()
    # Five standard errors: fails by chance with probability 6e-7.
    assert abs(share - 0.25) < 5 * (0.25 * 0.75 / traps) ** 0.5


def test_the_forecast():
    layers = tuple(tuple((q, q + 1) for q in range(j % 2, 9, 2)) for j in range(10))
    cycles = Cycles(np.zeros((11, 10, 3), dtype=np.int64), layers)
    told = forecast(cycles, Rates(one_qubit=0.0003, two_qubit=0.003, readout=0.01))
    assert told.p == pytest.approx(0.223, abs=0.002)
    assert "bound of about 0.45" in told.words
    hopeless = forecast(cycles, Rates(one_qubit=0.002, two_qubit=0.02, readout=0.02))
    assert hopeless.two == 1
    assert "says nothing" in hopeless.words
