"""Layers of pairs: disjoint, every pair once, and as few as the graph allows."""

from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kit.examples import examples

from qassay.circuits.layouts import edge_colouring
from qassay.devices.catalog import built_in_machines, device_of
from qassay.devices.connectivity import read_connectivity

COMMON = settings(max_examples=examples(150), deadline=None, derandomize=True)


def check(pairs):
    """Check layers by definition, and give their number and the largest degree."""
    layers = edge_colouring(pairs)
    assert Counter(pair for layer in layers for pair in layer) == Counter(pairs)
    for layer in layers:
        qubits = [qubit for pair in layer for qubit in pair]
        assert layer
        assert len(set(qubits)) == len(qubits)
    degrees = Counter(qubit for pair in pairs for qubit in pair)
    return len(layers), max(degrees.values(), default=0)


@st.composite
def graphs(draw):
    qubits = draw(st.integers(2, 14))
    every = list(combinations(range(qubits), 2))
    return draw(st.lists(st.sampled_from(every), unique=True, max_size=len(every)))


@st.composite
def bipartite_graphs(draw):
    names = draw(st.permutations(range(16)))
    left = draw(st.integers(1, 15))
    every = [(min(a, b), max(a, b)) for a in names[:left] for b in names[left:]]
    return draw(st.lists(st.sampled_from(every), unique=True, max_size=len(every)))


@COMMON
@given(graphs())
def test_layers_are_disjoint_and_hold_every_pair_once(pairs):
    layers, degree = check(pairs)
    assert layers >= degree
    assert layers <= max(2 * degree - 1, 0)  # what any greedy colouring reaches


@COMMON
@given(bipartite_graphs())
def test_bipartite_graphs_need_as_many_layers_as_their_largest_degree(pairs):
    layers, degree = check(pairs)
    assert layers == degree


@COMMON
@given(graphs(), st.randoms(use_true_random=False))
def test_the_order_of_the_pairs_does_not_matter(pairs, chance):
    mixed = pairs.copy()
    chance.shuffle(mixed)
    assert edge_colouring(mixed) == edge_colouring(pairs)


@pytest.mark.parametrize("qubits", range(2, 12))
def test_everybody_meets_everybody(qubits):
    layers, _ = check(list(combinations(range(qubits), 2)))
    assert layers == qubits - 1 + qubits % 2


def test_of_nothing_there_are_no_layers():
    assert edge_colouring([]) == ()


@pytest.mark.parametrize(
    ("word", "qubits", "fewest"),
    [
        ("line", 50, 2),
        ("line", 2, 1),
        ("ring", 10, 2),
        ("ring", 9, 3),
        ("grid:5x10", 50, 4),
        ("heavy-hex", 127, 3),
    ],
)
def test_lattices(word, qubits, fewest):
    _, pairs, _, problems = read_connectivity(word, qubits, "test")
    assert not problems
    layers, _ = check(list(pairs))
    assert layers == fewest


@pytest.mark.parametrize("name", built_in_machines())
def test_built_in_machines(name):
    description = device_of(f"virtual:{name}").describe()
    layers, degree = check(list(description.pairs))
    assert layers <= degree + 1
