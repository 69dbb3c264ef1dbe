"""Gates uniform over SU(4), against their definition and against moments that are known exactly."""

import numpy as np
import pytest
from scipy.linalg import expm

from qassay.circuits.circuit import Circuit
from qassay.circuits.haar import GRID, nonlocal_parts, pair_gate, turn, uniform_turns
from qassay.circuits.ideal import probabilities
from qassay.randomness import Stream

X = np.array([[0, 1], [1, 0]])
Y = np.array([[0, -1j], [1j, 0]])
Z = np.diag([1, -1])
BELL = np.array([[1, 0, 0, 1j], [0, 1j, 1, 0], [0, 1j, -1, 0], [1, 0, 0, -1j]]) / np.sqrt(2)
ROOT = Stream(bytes(range(32)), "haar")


def matrix_of(gates):
    whole = np.eye(4, dtype=complex)
    for gate in gates:
        if gate.kind == "cz":
            step = np.diag([1, 1, 1, -1])
        else:
            axis = np.cos(gate.phase) * X + np.sin(gate.phase) * Y if gate.kind == "prx" else Z
            one = expm(-0.5j * gate.angle * axis)
            step = np.kron(one, np.eye(2)) if gate.qubits[0] == 0 else np.kron(np.eye(2), one)
        whole = step @ whole
    return whole


def invariants(gate):
    """Local invariants (Makhlin, arXiv:quant-ph/0002045): alike for gates that differ by turns."""
    gate = gate / np.linalg.det(gate) ** 0.25
    moved = BELL.conj().T @ gate @ BELL
    square = moved.T @ moved
    trace = np.trace(square)
    return np.array([trace**2 / 16, (trace**2 - np.trace(square @ square)) / 4])


@pytest.mark.parametrize("number", range(6))
def test_the_middle_part_is_the_one_that_was_drawn(number):
    doubled = nonlocal_parts(ROOT, 6)[number].tolist()
    x, y, z = (np.pi * steps / GRID for steps in doubled)
    wanted = expm(-1j * (x * np.kron(X, X) + y * np.kron(Y, Y) + z * np.kron(Z, Z)))
    found = matrix_of(pair_gate(0, 1, doubled))
    # The fourth root of a determinant leaves a sign of the first invariant open.
    gap = invariants(found) - invariants(wanted)
    other = invariants(found) * [-1, 1] - invariants(wanted) * [1, 1]
    assert min(np.abs(gap).max(), np.abs(other).max()) < 1e-9


def test_chances_have_the_moments_of_uniform_gates():
    """Of a uniform state of 4 levels the mean of p^k is 3! k! / (k + 3)!: 1/10 and 1/20."""
    many = 3000
    turns = [uniform_turns(ROOT.child(k), many).tolist() for k in range(4)]
    parts = nonlocal_parts(ROOT.child("middle"), many).tolist()
    chances = np.empty((many, 4))
    for k in range(many):
        gates = (
            *turn(0, turns[0][k]),
            *turn(1, turns[1][k]),
            *pair_gate(0, 1, parts[k]),
            *turn(0, turns[2][k], last=True),
            *turn(1, turns[3][k], last=True),
        )
        chances[k] = probabilities(Circuit(2, gates))
    for power, mean in ((2, 1 / 10), (3, 1 / 20)):
        found = chances**power
        # Eight means, each beyond 4.5 of its own standard errors: 8 * 6.8e-6 = 5.4e-5.
        error = found.std(axis=0) / np.sqrt(many)
        assert (np.abs(found.mean(axis=0) - mean) < 4.5 * error).all()


def test_a_turn_takes_0_anywhere_alike():
    """The height on the sphere is uniform, and so are both angles about Z (Kolmogorov-Smirnov)."""
    drawn = uniform_turns(ROOT.child("sphere"), 4000)
    assert drawn[:, 0].max() <= GRID // 2
    height = (1 - np.cos(2 * np.pi * drawn[:, 0] / GRID)) / 2
    for values in (height, drawn[:, 1] / GRID, drawn[:, 2] / GRID):
        ladder = np.sort(values)
        gap = np.abs(ladder - (np.arange(ladder.size) + 0.5) / ladder.size).max()
        assert gap < 2.2 / np.sqrt(ladder.size)  # 2 exp(-2 * 2.2^2) = 1.3e-4 each
