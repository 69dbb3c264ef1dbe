"""Words for graphs, and the graphs they give."""

import numpy as np
import pytest

from qassay.devices.connectivity import read_connectivity


def couplings_of(word, qubits):
    named, couplings, places, problems = read_connectivity(word, qubits, "here")
    assert not problems
    assert named == word
    assert places == []
    assert list(couplings) == sorted(set(couplings))
    assert all(a < b < qubits for a, b in couplings)
    return couplings


@pytest.mark.parametrize(
    ("word", "qubits", "count"),
    [
        ("line", 1, 0),
        ("line", 5, 4),
        ("ring", 2, 1),
        ("ring", 5, 5),
        ("grid:5x10", 50, 85),
        ("grid:1x4", 4, 3),
        ("all-to-all", 5, 0),
    ],
)
def test_number_of_couplings(word, qubits, count):
    assert len(couplings_of(word, qubits)) == count


@pytest.mark.parametrize(
    ("word", "qubits", "count"), [("heavy-hex", 133, 150), ("heavy-hex:16", 156, 176)]
)
def test_heavy_hex_has_the_size_of_heron(word, qubits, count):
    # IBM Heron: 133 qubits and 150 couplers (r1), 156 and 176 (r2).
    couplings = couplings_of(word, qubits)
    degree = np.bincount(np.array(couplings).ravel(), minlength=qubits)
    assert len(couplings) == count
    assert degree.max() == 3
    assert degree.min() >= 1


@pytest.mark.parametrize("qubits", [2, 7, 16, 20, 50, 127])
def test_heavy_hex_of_any_size_hangs_together(qubits):
    reached, edge = {0}, {0}
    couplings = couplings_of("heavy-hex", qubits)
    while edge:
        edge = {b for pair in couplings for a, b in (pair, pair[::-1]) if a in edge} - reached
        reached |= edge
    assert len(reached) == qubits
