"""The exact engine against density matrices, and its slow detuning against the formulas."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from qassay.circuits.family import CircuitFamily, Delay, Pulses
from qassay.devices.machine_file import read_machine
from qassay.devices.simulated.blocks import split
from qassay.devices.simulated.product_engine import outcome_probabilities, sample
from qassay.devices.simulated.strengths import Strengths

_spec = importlib.util.spec_from_file_location(
    "density_matrix", Path(__file__).with_name("density_matrix.py")
)
density_matrix = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(density_matrix)

BAD = """
[machine]
name = "bad"
qubits = {qubits}
connectivity = {connectivity}
seed = 3
[durations]
one_qubit_gate = "1 ms"
two_qubit_gate = "5 ms"
[noise]
t1 = {{median = "100 ms", spread = 0.3}}
t2 = {{median = "80 ms", spread = 0.3}}
t2_star = "20 ms"
one_qubit_error = {{median = 0.03, spread = 0.2}}
two_qubit_error = {{median = 0.15, spread = 0.2}}
one_qubit_overrotation = {{median = "0.2 rad", spread = 0.5}}
two_qubit_overrotation = {{median = "-0.3 rad", spread = 0.5}}
crosstalk_error = 0.04
readout_p01 = {{median = 0.02, spread = 0.5}}
readout_p10 = {{median = 0.06, spread = 0.5}}
preparation_error = 0.03
leakage = {leakage}
"""


def machine_of(qubits, connectivity='"all-to-all"', leakage=0.0):
    text = BAD.format(qubits=qubits, connectivity=connectivity, leakage=leakage)
    return read_machine(text.encode(), "bad.toml")


def joint(machine, family, detuning):
    """Multiply the engine's blocks to the distribution of all bits, circuits last."""
    blocks = split(family)
    found = outcome_probabilities(
        family, Strengths.of(machine, 0.0), blocks, detuning=detuning
    )
    letters = "abcdef"
    parts, names = [], []
    for place, q in enumerate(blocks.singles):
        ones = found.singles[place]
        parts.append(np.stack([1 - ones, ones]))
        names.append(letters[q] + "z")
    for place, (a, b) in enumerate(blocks.pairs):
        parts.append(found.pairs[:, :, place])
        names.append(letters[a] + letters[b] + "z")
    return np.einsum(",".join(names) + "->" + letters[: family.qubits] + "z", *parts)


def random_family(qubits, pairs, seed, *, size=4, depth=3, quarter=False):
    rng = np.random.default_rng(seed)

    def codes(layers):
        low, high = (1, 5) if quarter else (0, 7)
        return rng.integers(low, high, (size, layers, qubits), dtype=np.uint8)

    elements = (
        Pulses(codes(2)),
        Delay(0.013),
        Pulses(codes(depth), pairs, rng.random((size, len(pairs))) < 0.6),
        Delay(0.007),
        Pulses(codes(depth), tuple((b, a) for a, b in pairs)),
        Pulses(codes(1)),
    )
    return CircuitFamily(qubits, size, elements)


CASES = {
    "one alone": (1, (), '"all-to-all"', 0.0),
    "a pair": (2, ((0, 1),), '"all-to-all"', 0.0),
    "a pair and one": (3, ((0, 2),), '"line"', 0.0),
    "neighbours in a chain": (4, ((0, 2), (1, 3)), '"all-to-all"', 0.0),
    "neighbours on a grid": (4, ((0, 1), (2, 3)), '"grid:2x2"', 0.0),
    "pairs far apart": (5, ((0, 1), (3, 4)), "[[3, 4], [0, 1]]", 0.0),
}


@pytest.mark.parametrize("quarter", [True, False])
@pytest.mark.parametrize("case", CASES)
def test_engine_agrees_with_density_matrices(case, quarter):
    qubits, pairs, connectivity, leakage = CASES[case]
    if connectivity == '"line"':
        connectivity = "[[0, 2], [1, 2]]"
    machine = machine_of(qubits, connectivity, leakage)
    family = random_family(qubits, pairs, seed=len(case), quarter=quarter, size=3, depth=2)
    detuning = np.random.default_rng(5).normal(scale=40.0, size=(family.size, qubits))
    found = joint(machine, family, detuning)
    for index in range(family.size):
        expected = density_matrix.probabilities(machine, family, index, detuning[index])
        np.testing.assert_allclose(found[..., index], expected, atol=1e-12)


def test_leakage_agrees_with_the_sum_over_all_ways_to_leak():
    machine = machine_of(2, leakage=0.2)
    family = random_family(2, ((0, 1),), seed=9, size=3, depth=2)
    detuning = np.random.default_rng(5).normal(scale=40.0, size=(3, 2))
    found = joint(machine, family, detuning)
    for index in range(family.size):
        expected = density_matrix.probabilities(machine, family, index, detuning[index])
        np.testing.assert_allclose(expected.sum(), 1.0, atol=1e-12)
        np.testing.assert_allclose(found[..., index], expected, atol=1e-12)
