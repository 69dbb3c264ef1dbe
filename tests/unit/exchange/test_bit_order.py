"""The canary at the file door: a convention is told apart from a bad machine."""

import numpy as np
import pytest

from qassay.exchange.bit_order import other_order


def answers(qubits, circuits, error, seed=1, shots=1):
    """Draw ideal bits and what a machine with this error on every bit gives."""
    rng = np.random.default_rng(seed)
    expected = rng.integers(0, 2, (circuits, qubits), dtype=np.uint8)
    flips = rng.random((shots, circuits, qubits)) < error
    return expected, (expected ^ flips).mean(axis=0)


TURNED = {
    "bits in reverse": lambda found: found[:, ::-1],
    "bits upside down": lambda found: 1 - found,
    "bits in reverse and upside down": lambda found: 1 - found[:, ::-1],
}


@pytest.mark.parametrize("error", [0.0, 0.05, 0.3])
@pytest.mark.parametrize(("qubits", "circuits"), [(2, 600), (5, 300), (50, 200), (101, 100)])
@pytest.mark.parametrize("words", TURNED)
def test_turned_orders_are_told(words, qubits, circuits, error):
    """At 30 % error z is 0.4 sqrt(N n) > 13: missed with probability below 1e-9."""
    expected, found = answers(qubits, circuits, error)
    assert other_order(expected, TURNED[words](found)).startswith(words)


@pytest.mark.parametrize("error", [0.0, 0.02, 0.2, 0.4, 0.5, 0.6])
@pytest.mark.parametrize(("qubits", "circuits"), [(1, 600), (2, 40), (5, 300), (50, 200)])
@pytest.mark.parametrize("seed", range(5))
def test_a_bad_machine_is_never_refused(qubits, circuits, error, seed):
    """Below 50 % nothing but the own place agrees; at 60 % the levels are swapped for a fifth.

    By chance a score of 7 has probability 1e-12, so 120 cases fail with 1e-6 at the most.
    """
    expected, found = answers(qubits, circuits, error, seed)
    told = other_order(expected, found)
    if error > 0.5 and qubits * circuits * 0.04 > 100:
        assert told in ("", "bits upside down: 0 stands for 1")
    elif error <= 0.5:
        assert told == ""


def test_one_qubit_with_swapped_levels_is_a_fault_of_the_machine():
    expected, found = answers(6, 400, 0.01)
    found[:, 2] = 1 - found[:, 2]
    assert other_order(expected, found) == ""


def test_two_dead_qubits_and_a_copy_are_no_permutation():
    expected, found = answers(6, 400, 0.01)
    found[:, 1] = found[:, 0]  # crosstalk: place 1 shows qubit 0, which is in its own place too
    found[:, 4] = 0
    assert other_order(expected, found) == ""


@pytest.mark.parametrize("order", [[1, 0, 2, 3, 4], [2, 0, 1, 3, 4], [4, 2, 0, 1, 3]])
def test_any_permutation_is_named(order):
    expected, found = answers(5, 300, 0.1)
    told = other_order(expected, found[:, order])
    assert told.startswith("bits in another order: ")
    for place, qubit in enumerate(order):
        assert (f"qubit {qubit} in place {place}" in told) == (place != qubit) or "more" in told


def test_too_few_circuits_say_nothing():
    expected, found = answers(2, 20, 0.0)
    assert other_order(expected, found[:, ::-1]) == ""


def test_bits_that_are_not_checked_say_nothing():
    expected, found = answers(5, 600, 0.05)
    rng = np.random.default_rng(9)
    unchecked = rng.random(expected.shape) < 0.5
    expected = np.where(unchecked, 2, expected).astype(np.uint8)
    found = np.where(unchecked, rng.integers(0, 2, expected.shape), found)
    assert other_order(expected, found) == ""
    assert other_order(expected, found[:, ::-1]).startswith("bits in reverse")
    assert other_order(np.full_like(expected, 2), found) == ""
