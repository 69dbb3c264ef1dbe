"""Is what qassay calls the two-qubit gate error the gate's? Exact answer, no sampling.

    .venv/bin/python benchmarks/two_qubit_bias.py

The benchmark averages over random layers. The average evolves linearly: for each of the 60 ideal
stabilizer states, carry the mean of what the noisy machine really holds (a Pauli vector); one
layer maps 60 x 16 numbers to 60 x 16 numbers. So the mean survival at any length is exact for any
noise. From the layers of a plan and their reference without the entangler follows the gate's error;
it is compared with the process infidelity put in. Without the entangler the classes of Pauli errors
do not mix, so a gate looks worse by up to 0.05 s^2 for turns that take exp(-s) over the whole
length; that is the bend which REFUTE allows for (`docs/decisions/0012-reference.md`).
"""

from __future__ import annotations

import itertools

import numpy as np

from qassay.circuits.gates import QUARTER, controlled_z, pulse_rotations
from qassay.circuits.states import two_qubit_states

DELTA = 0.25
PAULIS = np.array(
    [[[1, 0], [0, 1]], [[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]], complex
)
NAMES = ["".join(pair) for pair in itertools.product("IXYZ", repeat=2)]


def pauli_channel(rates: dict[str, float], qubits: int) -> np.ndarray:
    """Give the Pauli transfer matrix (diagonal) of a channel with these error probabilities."""
    labels = ["".join(x) for x in itertools.product("IXYZ", repeat=qubits)]
    diagonal = np.ones(len(labels))
    for row, label in enumerate(labels):
        for error, rate in rates.items():
            both = zip(label, error, strict=True)
            clashes = sum(a != "I" and b not in ("I", a) for a, b in both)
            diagonal[row] -= 2 * rate * (clashes % 2)
    return np.diag(diagonal)


def rotation_zz(angle: float) -> np.ndarray:
    """Give the Pauli transfer matrix of exp(-i angle / 2 ZZ)."""
    zz = np.kron(PAULIS[3], PAULIS[3])
    unitary = np.cos(angle / 2) * np.eye(4) - 1j * np.sin(angle / 2) * zz
    both = [np.kron(a, b) for a in PAULIS for b in PAULIS]
    return np.array(
        [[np.trace(a @ unitary @ b @ unitary.conj().T).real / 4 for b in both] for a in both]
    )


def infidelity(channel: np.ndarray) -> float:
    """Give the process infidelity of a channel from its Pauli transfer matrix."""
    return float(1 - np.trace(channel) / channel.shape[0])


def survival(gate: np.ndarray | None, pulse: np.ndarray, lengths: list[int]) -> list[float]:
    """Give the exact mean survival at some lengths; see `states_after`."""
    return [float((held * ideal).sum() / 4) for held, ideal in states_after(gate, pulse, lengths)]


def states_after(
    gate: np.ndarray | None, pulse: np.ndarray, lengths: list[int]
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Give Pauli vectors of what is held at some lengths, and of what should be, shape (60, 16).

    Args:
        gate: Error of the entangler, after the ideal one, 16 x 16; None of the reference.
        pulse: Error of a quarter turn about x on one qubit, 4 x 4; phase-rotated with the pulse.
        lengths: Increasing numbers of layers.
    """
    table = two_qubit_states()
    turns = [
        np.block([[np.ones((1, 1)), np.zeros((1, 3))], [np.zeros((3, 1)), turn]])
        for turn in pulse_rotations()
    ]
    frames = [np.eye(4)]
    quarter_z = np.eye(4)
    quarter_z[1:3, 1:3] = [[0, -1], [1, 0]]
    for _ in range(3):
        frames.append(quarter_z @ frames[-1])
    noisy = [frames[k] @ pulse @ frames[k].T @ turns[QUARTER[k]] for k in range(4)]
    meets = np.eye(16) if gate is None else gate @ controlled_z()
    to = table.turned if gate is None else table.after
    layers = {
        (a, b): meets @ np.kron(noisy[a], noisy[b])
        for a, b in itertools.product(range(4), repeat=2)
    }
    ideal = ideal_vectors(turns)
    held = ideal / 60
    found, step = [], 0
    for length in lengths:
        while step < length:
            after = np.zeros_like(held)
            for (a, b), layer in layers.items():  # each takes every state to another one
                after[to[:, a, b]] += held @ layer.T / 16
            held, step = after, step + 1
        found.append((held, ideal))
    return found


def ideal_vectors(turns: list[np.ndarray]) -> np.ndarray:
    """Give the Pauli vectors of the 60 states, by the way that makes each from |00>."""
    zero = np.kron([1, 0, 0, 1], [1, 0, 0, 1]).astype(float)
    vectors = []
    for a, b, meets, c, d in two_qubit_states().enter:
        vector = np.kron(turns[a], turns[b]) @ zero
        vector = controlled_z() @ vector if meets else vector
        vectors.append(np.kron(turns[c], turns[d]) @ vector)
    return np.rint(vectors)


def cases(error: float) -> dict[str, np.ndarray]:
    """Entangler errors of one process infidelity and different kinds."""
    others = NAMES[1:]
    angle = 2 * np.arcsin(np.sqrt(error))
    return {
        "depolarizing": pauli_channel(dict.fromkeys(others, error / 15), 2),
        "biased to ZZ": pauli_channel({"ZZ": 0.8 * error, "ZI": 0.1 * error, "IZ": 0.1 * error}, 2),
        "dephasing of both": pauli_channel({"ZI": error / 2, "IZ": error / 2}, 2),
        "first qubit only": pauli_channel({"XI": error / 3, "YI": error / 3, "ZI": error / 3}, 2),
        "correlated XX, YY, ZZ": pauli_channel(dict.fromkeys(("XX", "YY", "ZZ"), error / 3), 2),
        "coherent ZZ": rotation_zz(angle),
    }


def pulses(error: float) -> dict[str, np.ndarray]:
    """Quarter-turn errors of one process infidelity and different kinds."""
    angle = 2 * np.arcsin(np.sqrt(error))
    turn = np.eye(4)
    turn[2:, 2:] = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
    return {
        "depolarizing": pauli_channel(dict.fromkeys("XYZ", error / 3), 1),
        "dephasing": pauli_channel({"Z": error}, 1),
        "coherent": turn,
    }


def bias(gate: np.ndarray, pulse: np.ndarray) -> float:
    """Give the error of the gate's estimate, in units of delta times the truth."""
    layers = max(1, round(0.85 / -np.log1p(-16 / 15 * infidelity(gate))))
    (with_it,), (without,) = survival(gate, pulse, [layers]), survival(None, pulse, [layers])
    p = ((with_it - 0.25) / (without - 0.25)) ** (1 / layers)
    return (15 / 16 * (1 - p) / infidelity(gate) - 1) / DELTA


def main() -> None:
    print("bias of the two-qubit gate error in units of delta (25 %); aim: at most 0.1 in size")
    print(
        f"{'entangler error':24s} {'quarter turns':14s} "
        + " ".join(f"{share:>7s}" for share in ("3 %", "10 %", "33 %", "50 %"))
        + "   one-qubit share of the layer"
    )
    worst = 0.0
    for error in (1e-3, 1e-2, 5e-2):
        print(f"process infidelity of the entangler {error:g}")
        for kind, gate in cases(error).items():
            for how in ("depolarizing", "dephasing", "coherent"):
                row = []
                for share in (0.03, 0.1, 1 / 3, 0.5):
                    each = error * share / (1 - share) / 2
                    row.append(bias(gate, pulses(each)[how]))
                worst = max(worst, *map(abs, row[:3]))
                print(f"  {kind:22s} {how:14s} " + " ".join(f"{x:+7.3f}" for x in row))
    print(f"largest up to a third: {worst:.3f}")


if __name__ == "__main__":
    main()
