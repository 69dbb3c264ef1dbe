"""One-qubit gates in whole numbers, so that every machine regenerates the same circuits.

A gate is a triple (theta, phi, lam) of Rz(phi) Ry(theta) Rz(lam), up to a phase, each a whole
number of 2^-24 of a full turn. Paulis before and after it, and its pulses, are exact integer
arithmetic: no library's rounding enters a circuit's name. The grid costs 1e-13 of infidelity.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

Turns = npt.NDArray[np.int64]
Mask = npt.NDArray[np.uint8]

FULL: Final = 1 << 24  # of one turn
HALF: Final = FULL // 2
QUARTER: Final = FULL // 4
RADIANS: Final = 2 * np.pi / FULL


def turns_of(matrices: npt.NDArray[np.complex128]) -> Turns:
    """Write 2 x 2 unitaries as triples.

    Args:
        matrices: Shape (..., 2, 2).

    Returns:
        Whole numbers modulo FULL, shape (..., 3).
    """
    determinant = matrices[..., 0, 0] * matrices[..., 1, 1]
    determinant = determinant - matrices[..., 0, 1] * matrices[..., 1, 0]
    special = matrices / np.sqrt(determinant)[..., None, None]
    along, across = special[..., 1, 1], special[..., 1, 0]
    theta = 2 * np.arctan2(np.abs(across), np.abs(along))
    # Where an entry vanishes its angle is noise; all of the turn is put into phi, so that
    # Clifford gates come out in quarter turns.
    first, second = np.angle(along), np.angle(across)
    straight, crossed = np.abs(across) < 1e-9, np.abs(along) < 1e-9
    phi = np.where(straight, 2 * first, np.where(crossed, 2 * second, first + second))
    lam = np.where(straight | crossed, 0.0, first - second)
    angles = np.stack([theta, phi, lam], axis=-1)
    return np.asarray(np.rint(angles / RADIANS).astype(np.int64) % FULL)


def matrices_of(turns: Turns) -> npt.NDArray[np.complex128]:
    """Give the 2 x 2 unitaries of triples, shape (..., 2, 2)."""
    theta, phi, lam = (turns[..., part] * RADIANS for part in range(3))
    made = np.empty((*turns.shape[:-1], 2, 2), dtype=np.complex128)
    made[..., 0, 0] = np.cos(theta / 2) * np.exp(-0.5j * (phi + lam))
    made[..., 0, 1] = -np.sin(theta / 2) * np.exp(-0.5j * (phi - lam))
    made[..., 1, 0] = np.sin(theta / 2) * np.exp(0.5j * (phi - lam))
    made[..., 1, 1] = np.cos(theta / 2) * np.exp(0.5j * (phi + lam))
    return made


def after(turns: Turns, x: Mask, z: Mask) -> Turns:
    """Multiply gates from the left by Z^z X^x (a phase aside).

    Args:
        turns: Shape (..., 3).
        x: 0 or 1, shape (...).
        z: The same.
    """
    theta, phi, lam = turns[..., 0], turns[..., 1], turns[..., 2]
    flip = x.astype(bool)
    return _wrapped(
        np.where(flip, HALF - theta, theta),
        np.where(flip, -phi, phi) + HALF * z.astype(np.int64),
        np.where(flip, lam + HALF, lam),
    )


def before(turns: Turns, x: Mask, z: Mask) -> Turns:
    """Multiply gates from the right by X^x Z^z (a phase aside); see `after`."""
    theta, phi, lam = turns[..., 0], turns[..., 1], turns[..., 2]
    flip = x.astype(bool)
    return _wrapped(
        np.where(flip, theta + HALF, theta),
        phi,
        np.where(flip, HALF - lam, lam) + HALF * z.astype(np.int64),
    )


def quarter_pulses(rounds: Turns) -> Turns:
    """Write rounds of gates as two quarter pulses each, and nothing else.

    Rz(phi) Ry(theta) Rz(lam) = Rz(phi + theta + lam) P(-theta - lam - pi) P(-lam), where P(a)
    turns by pi/2 about cos(a) X + sin(a) Y. The turn about Z commutes with CZ and shifts the
    phases of the next round; after the last one nothing sees it. So every gate, the identity
    as well, is two pulses of one length and one power: only their phases differ.

    Args:
        rounds: Shape (circuits, rounds, qubits, 3).

    Returns:
        Phases of the first and the second pulse, shape (circuits, rounds, qubits, 2).
    """
    theta, phi, lam = rounds[..., 0], rounds[..., 1], rounds[..., 2]
    frame = np.cumsum(theta + phi + lam, axis=1)
    start = lam + frame - (theta + phi + lam)
    return np.asarray(np.stack([-start, -(start + theta + HALF)], axis=-1) % FULL)


def _wrapped(theta: Turns, phi: Turns, lam: Turns) -> Turns:
    return np.asarray(np.stack([theta, phi, lam], axis=-1) % FULL)
