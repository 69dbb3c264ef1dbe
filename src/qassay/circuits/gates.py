"""The native one-qubit alphabet: pulses about equatorial axes of the Bloch sphere.

A pulse is PRX(angle, phase): a rotation by `angle` about the axis cos(phase) X + sin(phase) Y.
Every platform has it (ions and atoms directly, superconducting qubits as a virtual Z, a
square root of X and a virtual Z), and a quarter pulse with a phase drawn from four is one
physical gate, so an error per pulse is an error per gate. The entangler is CZ; MS and ZZ
gates equal it up to virtual Z rotations.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

IDLE: Final = 0
QUARTER: Final = (1, 2, 3, 4)  # PRX(pi/2, k pi/2): +x, +y, -x, -y
HALF_X: Final = 5
HALF_Y: Final = 6
PULSES: Final = (0, 1, 2, 3, 4, 5, 6)

STIM_NAMES: Final = ("I", "SQRT_X", "SQRT_Y", "SQRT_X_DAG", "SQRT_Y_DAG", "X", "Y")
ANGLES: Final = (0.0, *(np.pi / 2,) * 4, np.pi, np.pi)
PHASES: Final = (0.0, 0.0, np.pi / 2, np.pi, 3 * np.pi / 2, 0.0, np.pi / 2)


def quarter_turns(angle: float) -> int | None:
    """Give an angle in quarter turns, 0 .. 3, or None where it is not one within 1e-9 of them."""
    turns = angle / (np.pi / 2)
    return round(turns) % 4 if abs(turns - round(turns)) < 1e-9 else None


def shorter_way(angle: npt.ArrayLike, phase: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Turn the shorter way round, as the control does: angles from 0 to pi, and their phases."""
    # A half turn stays one about its own axis.
    signed = np.pi - np.remainder(np.pi - np.asarray(angle, dtype=np.float64), 2 * np.pi)
    turned = np.where(signed < 0, np.pi, 0.0) + phase
    return np.abs(signed), np.remainder(turned, 2 * np.pi)


def rotation(angle: npt.ArrayLike, phase: npt.ArrayLike) -> FloatArray:
    """Rotate the Bloch vector (x, y, z) by `angle` about cos(phase) x + sin(phase) y.

    Args:
        angle: Radians, shape (...).
        phase: Radians, shape (...); 0 is the x axis.

    Returns:
        The rotation matrices, shape (..., 3, 3) (Rodrigues' formula, written out).
    """
    x, y = np.cos(phase), np.sin(phase)
    cosine, sine = np.cos(angle), np.sin(angle)
    rest = 1 - cosine
    turned = np.empty((*np.shape(rest * x), 3, 3))
    turned[..., 0, 0], turned[..., 0, 1] = 1 - rest * y**2, rest * x * y
    turned[..., 1, 0], turned[..., 1, 1] = rest * x * y, 1 - rest * x**2
    turned[..., 0, 2], turned[..., 1, 2] = sine * y, -sine * x
    turned[..., 2, 0], turned[..., 2, 1] = -sine * y, sine * x
    turned[..., 2, 2] = cosine
    return turned


def pulse_rotations() -> npt.NDArray[np.float64]:
    """Give the ideal Bloch rotation of every pulse code, shape (7, 3, 3), entries 0 or +-1."""
    return np.stack([np.rint(rotation(a, p)) for a, p in zip(ANGLES, PHASES, strict=True)])


def controlled_z() -> npt.NDArray[np.float64]:
    """Give the Pauli transfer matrix of CZ, 16 x 16, index 4 * first + second over I X Y Z."""
    diagonal = np.array([1.0, 1.0, 1.0, -1.0])
    paulis = np.array(
        [[[1, 0], [0, 1]], [[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]],
        dtype=np.complex128,
    )
    both = np.stack([np.kron(a, b) for a in paulis for b in paulis])
    moved = diagonal[:, None] * both * diagonal[None, :]
    overlaps = np.einsum("aij,bji->ab", both, moved).real / 4.0
    return np.asarray(np.rint(overlaps), dtype=np.float64)
