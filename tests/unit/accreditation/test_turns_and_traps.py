"""Traps return 0...0, the pad comes off, and two quarter pulses make any gate."""

from fractions import Fraction

import numpy as np
import pytest

from qassay.circuits.circuit import Circuit, Gate
from qassay.devices.description import DeviceDescription
from qassay.errors import UnsupportedCircuitError
from qassay.protocols.accreditation import PROTOCOL, TARGET, Wanted
from qassay.protocols.accrediting.cycles import cycles_of
from qassay.protocols.accrediting.places import placed_target
from qassay.protocols.accrediting.turns import after, before, matrices_of, turns_of
from qassay.randomness import Stream, root_from_integer

ROOT = root_from_integer(1)
LINE = DeviceDescription(
    name="line",
    platform="other",
    qubits=6,
    connectivity="line",
    couplings=tuple((q, q + 1) for q in range(5)),
)


@pytest.fixture
def drawn(monkeypatch):
    """Draw a block of traps and targets for a place that no file was read for."""

    def draw(place, traps, targets):
        wanted = Wanted(
            question="q",
            file="f",
            qasm="",
            place=place,
            traps=traps,
            targets=targets,
            alpha=Fraction(1, 20),
            runs=False,
            expect=None,
        )
        monkeypatch.setattr("qassay.protocols.accreditation.read_wanted", lambda _: wanted)
        return PROTOCOL.draw(0.0, traps + targets, (), LINE.qubits, Stream(ROOT, "accreditation"))

    return draw


def random_circuit(seed, qubits=4, layers=5):
    """Brickwork with free angles, one-qubit gates of all kinds, and a zz."""
    rng = np.random.default_rng(seed)
    gates = []
    for layer in range(layers):
        for q in range(qubits):
            gates += [
                Gate("prx", (q,), *rng.uniform(-7, 7, 2)),
                Gate("rz", (q,), rng.uniform(0, 7)),
            ]
        gates += [Gate("cz", (q, q + 1)) for q in range(layer % 2, qubits - 1, 2)]
    gates += [Gate("zz", (1, 2), 0.7), Gate("barrier", tuple(range(qubits)))]
    gates += [Gate("prx", (q,), *rng.uniform(-7, 7, 2)) for q in range(qubits)]
    return Circuit(qubits, tuple(gates))


def outcome_probabilities(circuit):
    """Brute force, from the definitions of the gates."""
    n = circuit.qubits
    state = np.zeros((2,) * n, complex)
    state[(0,) * n] = 1
    z = np.array([1, -1])
    for gate in circuit.gates:
        if gate.kind in ("cz", "zz"):
            both = (
                np.array([1, 1, 1, -1])
                if gate.kind == "cz"
                else np.exp(-0.5j * gate.angle * np.kron(z, z))
            )
            shape = [2 if q in gate.qubits else 1 for q in range(n)]
            state = state * both.reshape(2, 2).reshape(shape)
        elif gate.kind in ("prx", "rz"):
            x, y = np.array([[0, 1], [1, 0]]), np.array([[0, -1j], [1j, 0]])
            axis = np.cos(gate.phase) * x + np.sin(gate.phase) * y
            axis = np.diag(z) if gate.kind == "rz" else axis
            made = np.cos(gate.angle / 2) * np.eye(2) - 1j * np.sin(gate.angle / 2) * axis
            q = gate.qubits[0]
            state = np.moveaxis(np.tensordot(made, state, (1, q)), 0, q)
    return np.abs(state.ravel()) ** 2


def test_integer_gates_agree_with_matrices():
    rng = np.random.default_rng(1)
    raw = rng.normal(size=(200, 2, 2)) + 1j * rng.normal(size=(200, 2, 2))
    gates = np.linalg.qr(raw)[0]
    x, z = rng.integers(0, 2, (2, 200)).astype(np.uint8)
    flips, signs = np.array([[0, 1], [1, 0]]), np.diag([1, -1])
    powers = np.linalg.matrix_power
    pauli = np.array([powers(signs, b) @ powers(flips, a) for a, b in zip(x, z, strict=True)])
    turns = turns_of(gates)
    for ours, theirs in (
        (turns, gates),
        (after(turns, x, z), pauli @ gates),
        (before(turns, x, z), gates @ pauli),
    ):
        overlap = np.abs(np.einsum("kij,kij->k", matrices_of(ours).conj(), theirs)) / 2
        assert overlap.min() > 1 - 1e-12


def test_clifford_gates_are_whole_quarters():
    h, s = np.array([[1, 1], [1, -1]]) / np.sqrt(2), np.diag([1, 1j])
    for gate in (h, s, s.conj(), h @ s, s @ h, h @ s.conj() @ h, np.eye(2)):
        assert not (turns_of(gate.astype(complex)) % (1 << 22)).any()


@pytest.mark.parametrize("seed", range(3))
def test_targets_keep_their_distribution_and_traps_return_zeros(drawn, seed):
    circuit = random_circuit(seed)
    ideal = outcome_probabilities(circuit)
    place = placed_target(cycles_of(circuit), LINE, (1, 2, 3, 4), "idle")
    made = drawn(place, traps=24, targets=8)
    mask, kinds = made.key[:, [1, 2, 3, 4]], made.key[:, -1]
    assert (kinds == TARGET).sum() == 8
    for index, one in enumerate(made.circuits):
        chance = outcome_probabilities(one)
        chance = chance.reshape(2, 16, 2).sum((0, 2))  # qubits 0 and 5 do not take part
        plain = chance[np.arange(16) ^ int("".join(map(str, mask[index])), 2)]
        if kinds[index] == TARGET:
            assert plain == pytest.approx(ideal, abs=1e-5)
        else:
            assert plain[0] == pytest.approx(1, abs=1e-12)


def test_traps_and_targets_have_one_skeleton_and_fresh_pads(drawn):
    place = placed_target(cycles_of(random_circuit(1)), LINE, (0, 1, 2, 3), "gates")
    made = drawn(place, traps=20, targets=20)
    skeletons = {
        tuple((gate.kind, gate.qubits, gate.angle) for gate in one.gates) for one in made.circuits
    }
    assert len(skeletons) == 1
    assert len({one.circuit_ids()[0] for one in made.circuits}) == 40
    assert place.pairs == ((4, 5),)


def test_a_delay_is_refused():
    with pytest.raises(UnsupportedCircuitError, match="delay"):
        cycles_of(Circuit(1, (Gate("delay", (0,), seconds=1.0),)))
