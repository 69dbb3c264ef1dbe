"""The rule for the best chain or set, against every chain and set there is on small grids."""

from itertools import combinations, pairwise, permutations

import numpy as np
import pytest

from qassay.circuits.best_registers import best_chain, best_set

GRID = [(q, q + 1) for q in (0, 1, 3, 4)] + [(q, q + 3) for q in range(3)]  # 2 x 3


def losses_of(pairs, seed):
    drawn = np.random.default_rng(seed).integers(1, 1000, len(pairs))
    return {pair: int(loss) for pair, loss in zip(pairs, drawn, strict=True)}


def every_chain(pairs, size):
    qubits = sorted({q for pair in pairs for q in pair})
    for path in permutations(qubits, size):
        chain = [(min(p), max(p)) for p in pairwise(path)]
        if set(chain) <= set(pairs):
            yield tuple(sorted(chain))


@pytest.mark.parametrize("size", [2, 3, 5, 6])
def test_of_few_ways_the_chain_is_the_best_there_is(size):
    for seed in range(10):
        lost = losses_of(GRID, seed)
        found = best_chain(lost, size)
        least = min(sum(lost[p] for p in chain) for chain in every_chain(GRID, size))
        assert sum(lost[p] for p in found) == least
        assert found in set(every_chain(GRID, size))


def test_what_qubits_lose_counts():
    line = {(q, q + 1): 10 for q in range(5)}
    assert best_chain(line, 3, {0: 5, 1: 5, 2: 5}) == ((3, 4), (4, 5))
    assert best_set(line, 3, {3: 50, 4: 50, 5: 50}) == (0, 1, 2)


def test_ties_go_to_the_smaller_qubits_whatever_the_order_of_the_pairs():
    ring = {(q, q + 1): 7 for q in range(7)} | {(0, 7): 7}
    turned = dict(reversed(ring.items()))
    assert best_chain(ring, 4) == best_chain(turned, 4) == ((0, 1), (1, 2), (2, 3))
    assert best_set(ring, 4) == best_set(turned, 4)


def test_a_set_is_joined_and_good():
    pairs = GRID
    for seed in range(10):
        lost = losses_of(pairs, seed)
        found = best_set(lost, 4)
        inside = [p for p in pairs if set(p) <= set(found)]
        assert len(found) == 4
        assert {q for p in inside for q in p} == set(found)
        totals = sorted(
            sum(lost[p] for p in tree) for tree in combinations(pairs, 3) if joined(tree)
        )
        own = min(sum(lost[p] for p in t) for t in combinations(inside, 3) if joined(t))
        assert own <= 2 * totals[0]  # greedy from every qubit; within twice the best here


def joined(tree):
    groups = [set(tree[0])]
    for _ in tree:
        for pair in tree:
            if groups[0] & set(pair):
                groups[0] |= set(pair)
    return len(groups[0]) == len(tree) + 1


def test_where_there_is_none_nothing_is_found():
    assert best_chain({(0, 1): 1, (1, 2): 1}, 4) == ()
    assert best_set({(0, 1): 1, (2, 3): 1}, 3) == ()
    assert best_chain({}, 2) == best_set({}, 2) == ()
