"""Traps return 0...0, the pad comes off, and two quarter pulses make any gate."""

import numpy as np
import pytest

from qassay.accreditation.cycles import cycles_of
from qassay.accreditation.design import draw_design, place_target
from qassay.accreditation.turns import after, before, matrices_of, turns_of
from qassay.circuits.circuit import Circuit, Gate
from qassay.devices.description import DeviceDescription
from qassay.errors import UnsupportedCircuitError, UsageError
from qassay.randomness import root_from_integer

ROOT = root_from_integer(1)
LINE = DeviceDescription(
    name="line",
    platform="other",
    qubits=6,
    connectivity="line",
    couplings=tuple((q, q + 1) for q in range(5)),
)


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
def test_targets_keep_their_distribution_and_traps_return_zeros(seed):
    circuit = random_circuit(seed)
    ideal = outcome_probabilities(circuit)
    design = place_target(
        cycles_of(circuit),
        LINE,
        ROOT,
        targets=8,
        traps=24,
        patch=(1, 2, 3, 4),
        spectators="idle",
    )
    drawn = draw_design(design)
    assert drawn.is_target.sum() == 8
    for index in range(design.circuits):
        chance = outcome_probabilities(drawn.circuit(index))
        chance = chance.reshape(2, 16).sum(0)  # qubit 0 does not take part
        mask = int("".join(map(str, drawn.mask[index])), 2)
        plain = chance[np.arange(16) ^ mask]
        if drawn.is_target[index]:
            assert plain == pytest.approx(ideal, abs=1e-5)
        else:
            assert plain[0] == pytest.approx(1, abs=1e-12)


def test_traps_and_targets_have_one_skeleton_and_fresh_pads():
    design = place_target(
        cycles_of(random_circuit(1)), LINE, ROOT, targets=20, traps=20, spectators="gates"
    )
    drawn = draw_design(design)
    skeletons = {
        tuple((gate.kind, gate.qubits, gate.angle) for gate in drawn.circuit(index).gates)
        for index in range(design.circuits)
    }
    assert len(skeletons) == 1
    assert len({drawn.circuit(index).circuit_ids()[0] for index in range(40)}) == 40
    assert design.spectator_pairs == ((4, 5),)


def test_runs_hold_one_target_each():
    design = place_target(
        cycles_of(random_circuit(1)), LINE, ROOT, targets=50, traps=0, traps_a_run=3
    )
    places = draw_design(design).is_target.reshape(50, 4)
    assert design.traps == 150
    assert (places.sum(1) == 1).all()
    assert (places.sum(0) > 0).all()


def test_what_does_not_fit_is_said_at_once():
    cycles = cycles_of(random_circuit(1))
    with pytest.raises(UsageError) as caught:
        place_target(cycles, LINE, ROOT, targets=-1, traps=0, patch=(0, 2, 4, 5))
    said = str(caught.value)
    assert "--traps: found 0" in said
    assert "--targets: found -1" in said
    assert "0-1 (device 0-2)" in said
    with pytest.raises(UsageError, match="--patch: found 3 different qubits"):
        place_target(cycles, LINE, ROOT, targets=1, traps=1, patch=(0, 1, 2))
    with pytest.raises(UsageError, match=r"qubits \[9\]"):
        place_target(cycles, LINE, ROOT, targets=1, traps=1, patch=(0, 1, 2, 9))
    with pytest.raises(UnsupportedCircuitError, match="delay"):
        cycles_of(Circuit(1, (Gate("delay", (0,), seconds=1.0),)))
