"""Answers under the names of other circuits are told apart from a bad machine."""

import numpy as np
import pytest

from qassay.exchange.mixed_answers import mixed_answers


def played(qubits, circuits, error, seed=1):
    """Draw centred ideal bits and outcomes, and names whose order is no order of execution."""
    rng = np.random.default_rng(seed)
    ideal = rng.integers(0, 2, (circuits, qubits))
    seen = ideal ^ (rng.random(ideal.shape) < error)
    names = [f"{value:04x}" for value in rng.permutation(circuits)]
    return ideal - 0.5, seen - seen.mean(axis=0), names


def ranked(names):
    return sorted(range(len(names)), key=names.__getitem__)


# One qubit says little: z is sqrt(n m) (1 - 2 p) for all circuits together, and 8.9 at the least.
@pytest.mark.parametrize(("qubits", "circuits"), [(2, 80), (3, 50), (12, 24), (50, 16)])
@pytest.mark.parametrize("error", [0.0, 0.1])
def test_circuits_in_another_order_are_told(qubits, circuits, error):
    ideal, seen, names = played(qubits, circuits, error)
    here, there = list(range(circuits)), ranked(names)
    orders = {
        "1 off in the order of execution": here[-1:] + here[:-1],
        "3 off in the order of execution": here[3:] + here[:3],
        "backwards in the order of execution": here[::-1],
        "sorted by name under": there,
    }
    for words, order in orders.items():
        told = mixed_answers(ideal, seen[order], names)
        assert told.startswith(f"answers in another order of the circuits: {words}"), told
    off = dict(zip(there, there[1:] + there[:1], strict=True))
    told = mixed_answers(ideal, seen[[off[i] for i in here]], names)
    assert "1 off in the order of their names" in told
    assert mixed_answers(ideal, seen, names) == ""


@pytest.mark.parametrize("error", [0.0, 0.05])
def test_two_circuits_exchanged_are_named(error):
    ideal, seen, names = played(60, 40, error)
    order = list(range(40))
    order[7], order[21] = 21, 7
    told = mixed_answers(ideal, seen[order], names)
    assert f"{names[7]} holds that of {names[21]}" in told
    assert f"{names[21]} holds that of {names[7]}" in told


def test_an_order_of_chance_is_told():
    ideal, seen, names = played(20, 40, 0.02)
    told = mixed_answers(ideal, seen[np.random.default_rng(3).permutation(40)], names)
    assert told.startswith("answers under the names of other circuits")


def test_the_answers_of_one_part_for_another_are_told():
    ideal, seen, names = played(20, 60, 0.02)
    seen[30:] = seen[:30]
    parts = [0] * 30 + [1] * 30
    assert "holds that of" in mixed_answers(ideal, seen, names, parts)


@pytest.mark.parametrize("error", [0.0, 0.02, 0.2, 0.4, 0.5])
@pytest.mark.parametrize(("qubits", "circuits"), [(1, 300), (2, 40), (5, 120), (50, 60)])
@pytest.mark.parametrize("seed", range(4))
def test_a_bad_machine_is_never_taken_for_a_mixed_one(error, qubits, circuits, seed):
    """Each answer has a chance of 3e-11 at the most: together below 1e-8."""
    assert mixed_answers(*played(qubits, circuits, error, seed)) == ""


def test_machines_that_are_bad_in_their_own_way_are_not_either():
    """Dead qubits, a copy of a neighbour, circuits lost to chance, and all outcomes alike."""
    ideal, seen, names = played(12, 200, 0.02)
    seen[:, 3] = 0.5
    seen[:, 4] = seen[:, 5]
    rng = np.random.default_rng(4)
    seen[::3] = rng.integers(0, 2, seen[::3].shape) - 0.5
    assert mixed_answers(ideal, seen, names) == ""
    assert mixed_answers(ideal, np.zeros_like(seen), names) == ""
    assert mixed_answers(np.zeros_like(ideal), seen, names) == ""
    assert mixed_answers(ideal[:1], seen[:1], names[:1]) == ""
