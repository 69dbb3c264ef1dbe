"""Truncated matrix products against whole state vectors, and against light cones at 50 qubits."""

import itertools

import numpy as np
import pytest

from qassay.circuits.circuit import Circuit, Gate
from qassay.devices.interface import Job
from qassay.devices.machine_file import read_machine
from qassay.devices.simulated import matrix_products
from qassay.devices.simulated.circuit_engine import choose_for
from qassay.devices.simulated.gate_errors import GateErrors
from qassay.devices.simulated.machine import VirtualMachine
from qassay.devices.simulated.schedule import schedule
from qassay.devices.simulated.state_vectors import StateVectors
from qassay.devices.simulated.strengths import Strengths
from qassay.devices.simulated.trajectories import draw_trajectories, ideal_layers
from qassay.errors import UnsupportedCircuitError

NOISE = (
    't1 = "30 us"\nt2 = "20 us"\none_qubit_error = 0.02\ntwo_qubit_error = 0.05\n'
    "preparation_error = 0.05\n"
)
ROUNDING = 2e-6  # of state vectors in single precision, in the sine of an angle


def machine_of(qubits, noise=""):
    text = f'[machine]\nname = "m"\nqubits = {qubits}\n'
    if noise:
        text += f'[durations]\none_qubit_gate = "20 ns"\ntwo_qubit_gate = "60 ns"\n[noise]\n{noise}'
    return read_machine(text.encode(), "m.toml")


def in_layers(qubits, edges, depth, strength=0.8, seed=3):
    """Layers of zz of many strengths, and pulses of any angle."""
    generator = np.random.default_rng(seed)
    gates = [Gate("prx", (q,), np.pi / 2, np.pi / 2) for q in range(qubits)]
    for _ in range(depth):
        gates += [Gate("zz", edge, float(strength * generator.uniform(0.5, 1.5))) for edge in edges]
        gates += [Gate("rz", (q,), float(generator.uniform(-1, 1))) for q in range(qubits)]
        gates += [
            Gate("prx", (q,), *(float(x) for x in generator.uniform(0.3, 1.5, 2)))
            for q in range(qubits)
        ]
    return Circuit(qubits, tuple(gates))


def ladder(rungs):
    """Two lines side by side, qubits 2k and 2k + 1 in a rung."""
    along = [(q, q + 2) for q in range(2 * rungs - 2)]
    return along + [(2 * k, 2 * k + 1) for k in range(rungs)]


def hidden(edges, qubits, seed=5):
    """Rename the qubits, so that the order must be found."""
    name = np.random.default_rng(seed).permutation(qubits).tolist()
    return [(name[a], name[b]) for a, b in edges]


def vector_of(states, number):
    """The whole vector of one trajectory, normalised, an axis a qubit."""
    vector = np.ones((1, 1), dtype=np.complex128)
    for site in states.sites:
        vector = np.einsum("xa,asb->xsb", vector, site[number]).reshape(-1, site.shape[3])
    return vector[:, 0] / np.linalg.norm(vector)


def sine(states, line, layers, number):
    """Sine of the angle to the state that the vectors have."""
    qubits = len(line)
    whole = StateVectors(layers).after_last_gates(number).astype(np.complex128)
    whole = whole.reshape((2,) * qubits).transpose([qubits - 1 - q for q in line]).ravel()
    ours = vector_of(states, number)
    along = np.vdot(ours, whole)
    return np.linalg.norm(whole - along * ours) / np.linalg.norm(whole)


@pytest.mark.parametrize("depth", [1, 2, 4])
@pytest.mark.parametrize("edges", [ladder(6), hidden(ladder(6), 12), [(0, 11), (11, 3), (3, 7)]])
def test_trajectories_with_errors_have_the_states_of_whole_vectors(edges, depth):
    machine, circuit = machine_of(12, NOISE), in_layers(12, edges, depth)
    errors = GateErrors.of(Strengths.of(machine, 0.0))
    drawn = draw_trajectories(
        range(12), schedule(circuit, machine), errors, 6, np.random.default_rng(depth)
    )
    assert len(drawn.weights) > 1
    line = matrix_products.line_of(tuple(sorted(edges)), 12)
    states = matrix_products.MatrixProducts(drawn.layers, line)
    for number in range(len(drawn.weights)):
        turned = sine(states, line, drawn.layers, number)
        assert turned < states.angle[number] + ROUNDING
        assert turned < 1e-3


@pytest.mark.parametrize("widest", [4, 8, 16])
def test_what_is_cut_is_never_less_than_it_says(widest, monkeypatch):
    edges = hidden(ladder(8), 16)
    layers = ideal_layers(range(16), schedule(in_layers(16, edges, 3), machine_of(16)))
    line = matrix_products.line_of(tuple(sorted(edges)), 16)
    with pytest.raises(
        UnsupportedCircuitError, match="of the state's weight: up to .* could differ"
    ):
        matrix_products.MatrixProducts(layers, line, widest)
    monkeypatch.setattr(matrix_products, "MOST_ANGLE", 100.0)  # all that the bond needs
    monkeypatch.setattr(matrix_products, "_allowed", lambda angle, _: 0 * angle)
    states = matrix_products.MatrixProducts(layers, line, widest)
    turned = sine(states, line, layers, 0)
    assert states.bond == widest
    assert 1e-3 < turned < states.angle[0]


def test_samples_are_those_of_the_state():
    edges = ladder(4)
    layers = ideal_layers(range(8), schedule(in_layers(8, edges, 3), machine_of(8)))
    line = matrix_products.line_of(tuple(edges), 8)
    rows, shots = np.zeros(40_000, dtype=np.intp), 40_000
    bits, angle = matrix_products.sample_chain(layers, line, rows, 16, np.random.default_rng(1))
    seen = np.bincount(bits @ (1 << np.arange(8)), minlength=256) / shots
    expected = np.abs(StateVectors(layers).after_last_gates(0)) ** 2
    error = np.sqrt(np.maximum(expected * (1 - expected), 5 / shots) / shots)
    # 256 strings beyond 6.2 standard errors: 2e-7.
    assert np.abs((seen - expected) / error).max() < 6.2
    assert angle < matrix_products.MOST_ANGLE


def cone_mean(circuit, pair, machine):
    """<Z Z> of a pair without noise, from the gates that can reach it."""
    near, kept = set(pair), []
    for kind, run in itertools.groupby(reversed(circuit.gates), lambda gate: gate.kind):
        met = [gate for gate in run if near & set(gate.qubits)]  # those of one kind commute
        kept += met
        near |= {qubit for gate in met for qubit in gate.qubits}
        assert kind in ("prx", "rz", "zz")
    place = {qubit: k for k, qubit in enumerate(sorted(near))}
    gates = tuple(
        Gate(g.kind, tuple(place[q] for q in g.qubits), g.angle, g.phase) for g in reversed(kept)
    )
    small = Circuit(len(near), gates)
    layers = ideal_layers(range(small.qubits), schedule(small, machine))
    chance = np.abs(StateVectors(layers).after_last_gates(0).astype(np.complex128)) ** 2
    number = np.arange(chance.size)
    odd = (number >> place[pair[0]] ^ number >> place[pair[1]]) & 1
    return float(chance @ (1 - 2.0 * odd))


def test_fifty_qubits_in_two_layers_have_the_means_of_their_light_cones():
    edges, shots, machine = hidden(ladder(25), 50), 4000, machine_of(50)
    circuit = in_layers(50, edges, 2)
    choice = choose_for(circuit, machine, shots)
    assert choice.engines == ("matrix products",)
    job = Job(id="a", families=(circuit,), order=np.zeros(1, dtype=np.intp), shots=shots)
    device = VirtualMachine(machine)
    result = device.collect(device.submit(job))
    assert any("a share of at most 0.001 of the shots can differ" in x for x in result.notes)
    signs = 1 - 2.0 * result.outcomes[0]
    for a, b in edges:
        mean = cone_mean(circuit, (a, b), machine)
        error = np.sqrt((1 - mean**2) / shots)
        # 73 means beyond 5.8 standard errors: 5e-7.
        assert abs((signs[:, a] * signs[:, b]).mean() - mean) < 5.8 * error + 2e-3


@pytest.mark.parametrize("widest", [8, pytest.param(256, marks=pytest.mark.slow)])
def test_what_would_lose_too_much_is_refused_at_the_door(monkeypatch, widest):
    """At the bond that is allowed it takes seconds until one is too wide."""
    monkeypatch.setattr(matrix_products.MatrixProducts.__init__, "__defaults__", (widest,))
    every = list(itertools.combinations(range(30), 2))
    some = [every[k] for k in np.random.default_rng(1).permutation(len(every))[:60]]
    device = VirtualMachine(machine_of(30))
    circuit = in_layers(30, some, 2)
    job = Job(id="a", families=(circuit,), order=np.zeros(1, dtype=np.intp), shots=10)
    with pytest.raises(
        UnsupportedCircuitError, match="at most 0.001 is allowed; take fewer layers"
    ):
        device.submit(job)


def test_the_same_job_has_the_same_counts():
    circuit = in_layers(30, ladder(15), 2)
    job = Job(id="a", families=(circuit,), order=np.zeros(1, dtype=np.intp), shots=60)
    first, second = (
        (device := VirtualMachine(machine_of(30, NOISE))).collect(device.submit(job)).outcomes
        for _ in range(2)
    )
    assert (first == second).all()
