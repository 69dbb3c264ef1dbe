"""Random circuits: ideal distributions, fidelity, uniformity, and the words about forging."""

from itertools import product

import numpy as np
import pytest

from qassay.circuits.ideal import probabilities, string_indices
from qassay.claims.questions import Question
from qassay.devices.description import DeviceDescription
from qassay.errors import UnsupportedCircuitError, UsageError
from qassay.protocols.random_circuits import PROTOCOL, chosen_for_check, sampling_of
from qassay.protocols.sampling.contraction import contraction_cost
from qassay.protocols.sampling.forging import Forging, forging
from qassay.protocols.sampling.xeb import Checked, predicted_fidelity
from qassay.randomness import Stream

ALL = DeviceDescription(name="all", platform="other", qubits=10)
LINE = DeviceDescription(
    name="line",
    platform="other",
    qubits=6,
    connectivity="line",
    couplings=tuple((q, q + 1) for q in range(5)),
)


def experiment(device=ALL, **changes):
    usual = {"qubits": 5, "depth": 6, "circuits": 60, "checked": 40, "shots": 100} | changes
    question = Question(id="r", ask="random_circuits", settings=tuple(usual.items()))
    return PROTOCOL.planned(question, device, {})


def drawn_of(planned, seed=1, qubits=10):
    stream = Stream(bytes([seed]) * 32, "batch")
    return PROTOCOL.draw(planned.lengths[0], planned.rounds, planned.targets, qubits, stream)


def pairs_of(circuit):
    """Layers of CZ gates, in order."""
    layers = [[]]
    for gate in circuit.gates:
        if gate.kind == "cz":
            layers[-1].append(gate.qubits)
        elif gate.kind == "prx" and layers[-1]:
            layers.append([])
    return [layer for layer in layers if layer]


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
    for device, qubits in ((ALL, 5), (LINE, 5)):
        circuit = drawn_of(experiment(device, circuits=4, checked=2), qubits=qubits).circuits[3]
        assert probabilities(circuit) == pytest.approx(by_kronecker_products(circuit), abs=1e-12)
    assert string_indices(np.array([[1, 0, 1], [0, 1, 0]], np.uint8)).tolist() == [5, 2]
    wide = DeviceDescription(name="w", platform="other", qubits=30)
    circuit = drawn_of(experiment(wide, qubits=30, depth=1, circuits=2, checked=2), qubits=30)
    with pytest.raises(UnsupportedCircuitError, match="too many to check"):
        probabilities(circuit.circuits[0])


def test_circuits_follow_from_the_seed_and_fit_the_graph():
    planned = experiment()
    made = drawn_of(planned).circuits
    again, other = (drawn_of(planned, seed=seed).circuits for seed in (1, 2))
    assert [c.circuit_ids() for c in made] == [c.circuit_ids() for c in again]
    assert made[0].circuit_ids() != other[0].circuit_ids()
    assert len({circuit.circuit_ids()[0] for circuit in made}) == 60
    assert pairs_of(made[0]) != pairs_of(made[1])
    line = drawn_of(experiment(LINE), qubits=6).circuits[0]
    assert {pair for layer in pairs_of(line) for pair in layer} <= set(LINE.couplings)
    for circuit in made[:5]:
        assert len(pairs_of(circuit)) == 6
        for layer in pairs_of(circuit):
            met = [qubit for pair in layer for qubit in pair]
            assert len(met) == len(set(met)) == 4


@pytest.mark.parametrize("device", [ALL, LINE])
def test_outcomes_of_perfect_circuits_are_scored_by_their_own_distributions(device):
    # By the key alone: the answer never sees a circuit. Of a perfect machine F is 1; 40 checked
    # circuits of 400 shots have a standard error below 0.02, and 0.12 is six of them.
    planned = experiment(device, shots=400, circuits=50)
    drawn = drawn_of(planned, qubits=5)
    rng = np.random.default_rng(7)
    outcomes = np.zeros((50, 400, 5), dtype=np.uint8)
    for index, circuit in enumerate(drawn.circuits):
        chance = by_kronecker_products(circuit)
        strings = rng.choice(chance.size, 400, p=chance / chance.sum())
        outcomes[index] = strings[:, None] >> np.arange(5)[::-1] & 1
    scored = PROTOCOL.score(drawn.key, outcomes, planned, np.zeros(50, dtype=int))
    answer = PROTOCOL.answer(planned, scored, 0)
    assert answer.telling
    assert answer.numbers["fidelity"]["value"] == pytest.approx(1, abs=0.12)
    lost = PROTOCOL.answer(planned, scored, 50)  # as many lost as came back
    assert lost.numbers["fidelity"]["value"] == pytest.approx(
        answer.numbers["fidelity"]["value"] / 2
    )
    assert lost.numbers["fidelity"]["low"] < answer.numbers["fidelity"]["low"] / 1.9


def drawn(fidelity_of, shots=300, circuits=60):
    rng = np.random.default_rng(5)
    made = drawn_of(experiment(qubits=7, depth=10), qubits=7).circuits
    chances = [probabilities(made[index]) for index in range(circuits)]
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


def test_checked_circuits_follow_from_lots_and_all_outcomes():
    rng = np.random.default_rng(1)
    lots = rng.integers(0, 256, (1000, 16), dtype=np.uint8)
    strings = rng.integers(0, 32, (1000, 3))
    first = chosen_for_check(strings, lots, 40)
    assert len(set(first)) == 40
    assert first == chosen_for_check(strings, lots, 40)
    others = strings.copy()
    others[999, 2] ^= 1  # one bit of one circuit that need not be among them
    assert chosen_for_check(others, lots, 40) != first
    assert chosen_for_check(strings, lots[::-1], 40) != first


def test_cost_grows_with_depth_and_the_cheaper_way_counts():
    costs = [sampling_of(experiment(qubits=10, depth=depth)).cost for depth in (2, 6, 30)]
    assert costs[0].amplitude < costs[1].amplitude < costs[2].amplitude
    assert all(cost.cheapest == min(cost.amplitude, cost.state_vector) for cost in costs)
    chain = tuple((((0, 1),)) for _ in range(5))
    assert contraction_cost(2, chain).width <= 3


def test_nothing_is_called_hard_that_is_not():
    cost = contraction_cost(4, (((0, 1), (2, 3)),))
    told = forging(0.5, 10, cost, 10.0, sparse=False, two_qubit_error=None)
    assert told.work == pytest.approx(0.5 * 10 * cost.cheapest)
    assert told.rate == told.work / 10
    assert "NOT hard" in told.sentences[1]
    assert "ordinary computer" in told.refusal
    assert forging(-0.1, 10, cost, 10.0, sparse=False, two_qubit_error=None).work == 0
    huge = {"work": 1e26, "deadline": 1000.0}
    assert Forging(**huge, sparse=False, two_qubit_error=0.02).refusal == ""
    assert Forging(**huge, sparse=True, two_qubit_error=0.009).refusal == ""
    assert "no regime" in Forging(**huge, sparse=True, two_qubit_error=0.01).refusal
    assert (
        "GPUs may"
        in Forging(work=1e22, deadline=1000.0, sparse=False, two_qubit_error=None).refusal
    )


def test_numbers_without_meaning():
    with pytest.raises(UsageError) as caught:
        experiment(qubits=11, checked=61)
    assert all(word in str(caught.value) for word in ("qubits", "checked"))
    apart = DeviceDescription(
        name="apart", platform="other", qubits=4, connectivity="other", couplings=((0, 1), (1, 3))
    )
    with pytest.raises(UsageError, match="without a neighbour"):
        experiment(apart, qubits=3)
