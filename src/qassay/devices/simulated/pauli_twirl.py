"""The Pauli errors that are left of each channel after a twirl.

A Pauli channel with the diagonal l_Q of its Pauli transfer matrix has the probabilities
p_P = sum over Q of (-1)^{P and Q anticommute} l_Q / d^2, and the twirl keeps that diagonal.
"""

from __future__ import annotations

import numpy as np

from qassay.circuits.gates import ANGLES, IDLE, PHASES, PULSES
from qassay.devices.noise import Floats, NoiseModel
from qassay.devices.simulated.strengths import Strengths, Waiting

# +1 where two of I X Y Z commute, else -1.
_SIGNS = np.array([[1, 1, 1, 1], [1, 1, -1, -1], [1, -1, 1, -1], [1, -1, -1, 1]], dtype=np.float64)


def one_qubit_probabilities(diagonal: Floats) -> Floats:
    """Turn the diagonal of a transfer matrix into the chances of I X Y Z, both shape (4,)."""
    chances = _without_rounding(_SIGNS @ diagonal / 4)
    return np.asarray(chances / chances.sum())


def two_qubit_probabilities(diagonal: Floats) -> Floats:
    """Turn the diagonal of a transfer matrix into the chances of II IX .. ZZ, both (16,)."""
    chances = _without_rounding(_SIGNS @ diagonal.reshape(4, 4) @ _SIGNS / 16).ravel()
    return np.asarray(chances / chances.sum())


def _one_qubit(x: Floats, y: Floats, z: Floats) -> Floats:
    """Turn diagonals into the probabilities of X, Y, Z, shape (3, qubits)."""
    diagonal = np.stack([np.ones_like(x), x, y, z])
    return _without_rounding(_SIGNS @ diagonal / 4)[1:]


def _without_rounding(probabilities: Floats) -> Floats:
    return np.where(probabilities < 1e-15, 0.0, probabilities)


def _waiting(wait: Waiting) -> Floats:
    return _one_qubit(wait.across, wait.across, wait.along)


def waiting_errors(strengths: Strengths, seconds: float) -> Floats:
    """Errors of qubits that idle in a layer: T1 and T2, shape (3, qubits)."""
    return _waiting(strengths.waiting(seconds))


def delay_errors(strengths: Strengths, seconds: float) -> Floats:
    """Errors of a free delay: T1 and T2*, shape (3, qubits)."""
    wait = strengths.waiting(seconds)
    across = wait.across * np.exp(-seconds * strengths.noise.slow_dephasing)
    return _one_qubit(across, across, wait.along)


def pulse_errors(strengths: Strengths) -> list[Floats]:
    """Errors of each pulse code, a list over codes of shape (3, qubits).

    The over-rotation turns about the pulse's own axis: it spares the coherence along that
    axis and shortens the other two components by its cosine.
    """
    wait = strengths.waiting(strengths.durations.one_qubit_gate)
    keep = strengths.pulse_keeps()
    errors = []
    for code in PULSES:
        kept = np.ones_like(keep) if code == IDLE else keep
        over = strengths.noise.one_qubit_overrotation * ANGLES[code] / (np.pi / 2)
        about_x = abs(np.cos(PHASES[code])) > 0.5
        x = kept * wait.across * (1.0 if about_x else np.cos(over))
        y = kept * wait.across * (np.cos(over) if about_x else 1.0)
        errors.append(_one_qubit(x, y, kept * wait.along * np.cos(over)))
    return errors


def entangler_errors(strengths: Strengths, pair: tuple[int, int], neighbours: int) -> Floats:
    """Errors of a CZ, shape (15,): IX, IY, IZ, XI, ... ZZ."""
    keep = strengths.entangler_keeps((pair,), np.array([[neighbours]])).item()
    wait = strengths.waiting(strengths.durations.two_qubit_gate)
    sides = [np.array([1.0, wait.across[q], wait.across[q], wait.along[q]]) for q in pair]
    diagonal = keep * np.outer(*sides)
    diagonal[0, 0] = 1.0
    # exp(-i phi/2 ZZ) turns what anticommutes with ZZ: one side in X Y, the other in I Z.
    turned = _SIGNS[3][:, None] * _SIGNS[3][None, :] < 0
    phi = strengths.noise.two_qubit_overrotation[strengths.machine.pair_places((pair,))]
    diagonal = np.where(turned, diagonal * np.cos(phi), diagonal)
    return _without_rounding(_SIGNS @ diagonal @ _SIGNS / 16).ravel()[1:]


def twirl_changes(noise: NoiseModel, qubits: int) -> tuple[str, ...]:
    """Name what twirling changes; nothing where the noise is Pauli noise to begin with."""
    some = slice(qubits)
    changed = []
    if (noise.t1[some] < float("inf")).any():
        changed.append("relaxation")
    if noise.one_qubit_overrotation[some].any() or noise.two_qubit_overrotation.any():
        changed.append("over-rotation")
    if noise.slow_dephasing[some].any():
        changed.append("slow dephasing, which an echo then does not bring back")
    if not changed:
        return ()
    said = f"approximation: pauli-twirl ({', '.join(changed)})"
    if "over-rotation" in changed:
        # Measured on mirror circuits of six qubits: benchmarks and docs/devices.md.
        said += "; coherent errors make circuits differ 2 to 5 times more than they do here"
    return (said,)
