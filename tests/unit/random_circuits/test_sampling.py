"""Random circuits: ideal distributions, fidelity, uniformity, and the words about forging."""

from itertools import product

import numpy as np
import pytest

from qassay.circuits.ideal import probabilities, string_indices
from qassay.devices.description import DeviceDescription
from qassay.errors import UnsupportedCircuitError, UsageError
from qassay.random_circuits.contraction import contraction_cost
from qassay.random_circuits.design import make_sampling_design
from qassay.random_circuits.forging import Forging, forging
from qassay.random_circuits.sampling import chosen_for_check
from qassay.random_circuits.xeb import Checked, predicted_fidelity
from qassay.randomness import root_from_integer

ROOT = root_from_integer(1)
ALL = DeviceDescription(name="all", platform="other", qubits=10)
LINE = DeviceDescription(
    name="line",
    platform="other",
    qubits=6,
    connectivity="line",
    couplings=tuple((q, q + 1) for q in range(5)),
)


def design(device=ALL, **changes):
    numbers = {"qubits": 5, "depth": 6, "circuits": 60, "shots": 100} | changes
    return make_sampling_design(device, ROOT, **numbers)


def by_kronecker_products(circuit):
    """Brute force at the smallest size: whole matrices."""
    n = circuit.qubits
    state = np.zeros(2**n, complex)
    state[0] = 1
    for gate in circuit.gates:
        if gate.kind == "cz":
            state *= [
                (-1) ** (s[gate.qubits[0]] * s[gate.qubits[1]]) for s in product((0, 1), repeat=n)
            ]
        elif gate.kind == "prx":
            x, y = np.array([[0, 1], [1, 0]]), np.array([[0, -1j], [1j, 0]])
            axis = np.cos(gate.phase) * x + np.sin(gate.phase) * y
            turn = np.cos(gate.angle / 2) * np.eye(2) - 1j * np.sin(gate.angle / 2) * axis
            whole = np.eye(1)
            for q in range(n):
                whole = np.kron(whole, turn if q == gate.qubits[0] else np.eye(2))
            state = whole @ state
    return np.abs(state) ** 2


def test_ideal_distributions_agree_with_brute_force():
    for device in (ALL, LINE):
        circuit = design(device).circuit(3)
        assert probabilities(circuit) == pytest.approx(by_kronecker_products(circuit), abs=1e-12)
    assert string_indices(np.array([[1, 0, 1], [0, 1, 0]], np.uint8)).tolist() == [5, 2]
    wide = DeviceDescription(name="w", platform="other", qubits=30)
    circuit = design(wide, qubits=30, depth=1).circuit(0)
    with pytest.raises(UnsupportedCircuitError, match="too many to check"):
        probabilities(circuit)


def test_circuits_follow_from_the_seed_and_fit_the_graph():
    made = design()
    assert made.circuit(1).circuit_ids() == design().circuit(1).circuit_ids()
    assert len({made.circuit(index).circuit_ids()[0] for index in range(60)}) == 60
    assert made.layers(0) != made.layers(1)
    assert {pair for layer in design(LINE).layers(0) for pair in layer} <= set(LINE.couplings)
    for index in range(5):
        for layer in made.layers(index):
            met = [qubit for pair in layer for qubit in pair]
            assert len(met) == len(set(met)) == 4


def drawn(fidelity_of, shots=300, circuits=60):
    rng = np.random.default_rng(5)
    made = design(qubits=7, depth=10)
    chances = [probabilities(made.circuit(index)) for index in range(circuits)]
    picked = []
    for index, chance in enumerate(chances):
        ideal = rng.choice(chance.size, shots, p=chance / chance.sum())
        noise = rng.integers(0, chance.size, shots)
        picked.append(np.where(rng.random(shots) < fidelity_of(index), ideal, noise))
    return Checked.of(chances, picked)


def test_fidelity_is_found_and_honest_circuits_are_alike():
    checked = drawn(lambda _: 0.3)
    estimate = checked.fidelity(0.999999)  # fails by chance with probability 1e-6
    assert estimate.low < 0.3 < estimate.high
    assert estimate.high - estimate.low < 0.15
    assert checked.uniformity().p_value > 1e-6


def test_simulating_a_share_of_the_circuits_is_noticed():
    cheat = drawn(lambda index: 1.0 if index % 3 == 0 else 0.0)
    assert cheat.fidelity().value == pytest.approx(0.33, abs=0.1)
    assert cheat.uniformity().p_value < 1e-12


def test_the_prediction():
    assert predicted_fidelity(0, 0, 0, (0.5, 0.5, 0.5)) == 1
    assert predicted_fidelity(10, 5, 2, (0.01, 0.1, 0.2)) == pytest.approx(
        0.99**10 * 0.9**5 * 0.8**2
    )


def test_checked_circuits_are_drawn_from_randomness_of_afterwards():
    first, second = (chosen_for_check(1000, 40, bytes([k]) * 32) for k in (1, 2))
    assert len(set(first)) == 40
    assert first != second
    assert first == chosen_for_check(1000, 40, bytes([1]) * 32)


def test_cost_grows_with_depth_and_the_cheaper_way_counts():
    costs = [contraction_cost(10, design(qubits=10, depth=depth).layers(0)) for depth in (2, 6, 30)]
    assert costs[0].amplitude < costs[1].amplitude < costs[2].amplitude
    assert all(cost.cheapest == min(cost.amplitude, cost.state_vector) for cost in costs)
    chain = tuple((((0, 1),)) for _ in range(5))
    assert contraction_cost(2, chain).width <= 3


def test_nothing_is_called_hard_that_is_not():
    cost = contraction_cost(4, (((0, 1), (2, 3)),))
    told = forging(0.5, 10, cost, 10.0, sparse=False, two_qubit_error=None)
    assert told.work == pytest.approx(0.5 * 10 * cost.cheapest)
    assert told.rate == told.work / 10
    assert "NOT hard" in told.words
    assert "ordinary computer" in told.refusal
    assert forging(-0.1, 10, cost, 10.0, sparse=False, two_qubit_error=None).work == 0
    huge = {"work": 1e26, "deadline": 1000.0}
    assert Forging(**huge, sparse=False, two_qubit_error=0.02).refusal == ""
    assert Forging(**huge, sparse=True, two_qubit_error=0.009).refusal == ""
    assert "no regime" in Forging(**huge, sparse=True, two_qubit_error=0.01).refusal
    assert "NOT hard" in Forging(**huge, sparse=True, two_qubit_error=0.01).words
    assert (
        "GPUs may"
        in Forging(work=1e22, deadline=1000.0, sparse=False, two_qubit_error=None).refusal
    )


def test_numbers_without_meaning():
    with pytest.raises(UsageError) as caught:
        design(qubits=11, depth=0, shots=0)
    assert all(word in str(caught.value) for word in ("--qubits", "--depth", "--shots"))
