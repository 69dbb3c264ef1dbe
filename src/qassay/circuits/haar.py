"""Random gates on pairs of qubits, uniform over SU(4), drawn in native gates from a seed.

A gate on a pair is local turns, the three-parameter part exp(-i (x XX + y YY + z ZZ)), local turns
(the KAK decomposition). Uniform gates have uniform turns, and (x, y, z) with a density in
proportion to the product of |sin 2(u + v) sin 2(u - v)| over the three pairs u, v of them. So they
are drawn part by part, and nothing is ever decomposed: an auditor draws the very same circuit. The
middle part takes three CZ gates and four pulses; turns that a uniform turn follows or goes before
are left out, since they change nothing.

All angles lie on a grid of 2 pi / 2^20, so that a circuit's name does not hang on how a machine
rounds. Where a density is met by rejection, cosines of different machines could disagree on one
draw in about 2^50.

Reference: B. Kraus and J. I. Cirac, PRA 63, 062309 (2001), arXiv:quant-ph/0011050 (the
decomposition); J. Zhang et al., PRA 67, 042313 (2003), arXiv:quant-ph/0209120 (its geometry);
F. Vatan and C. Williams, PRA 69, 032315 (2004), arXiv:quant-ph/0308006 (three CNOT gates).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from qassay.circuits.circuit import Gate
from qassay.randomness import Stream

GRID: Final = 1 << 20  # steps of a full turn
_STEP: Final = 2 * np.pi / GRID
_CANDIDATES: Final = 64  # for each triple that is still wanted: one in about 19 is kept
_QUARTER: Final = GRID // 4
Steps = npt.NDArray[np.int64]
Matrices = npt.NDArray[np.complex128]


def grid_angles(stream: Stream, shape: tuple[int, ...]) -> Steps:
    """Draw angles uniform over a full turn, in steps of the grid."""
    words = stream.take(4 * int(np.prod(shape))).view("<u4").astype(np.int64)
    return np.asarray(words & (GRID - 1)).reshape(shape)


def uniform_turns(stream: Stream, count: int) -> Steps:
    """Draw turns uniform over SU(2): a pulse and then a virtual turn about Z.

    Returns:
        Angle and phase of the pulse and angle of the turn, in steps, shape (count, 3); the pulse's
        angle from 0 to half a turn, with a density in proportion to its sine.
    """
    found = grid_angles(stream.child("turn"), (count, 3))
    missing = np.arange(count)
    attempt = 0
    while missing.size:
        angle = grid_angles(stream.child(f"angle {attempt}"), (missing.size,)) // 2
        level = _uniform(stream.child(f"level {attempt}"), missing.size)
        kept = level < np.sin(angle * _STEP)
        found[missing[kept], 0] = angle[kept]
        missing = missing[~kept]
        attempt += 1
    return found


def nonlocal_parts(stream: Stream, count: int) -> Steps:
    """Draw (2x, 2y, 2z) of gates uniform over SU(4), in steps, shape (count, 3)."""
    found = np.zeros((count, 3), dtype=np.int64)
    have, attempt = 0, 0
    while have < count:
        size = _CANDIDATES * (count - have)
        points = grid_angles(stream.child(f"point {attempt}"), (size, 3))
        level = _uniform(stream.child(f"density {attempt}"), size)
        kept = points[level < _density(_STEP * points.astype(np.float64))][: count - have]
        found[have : have + len(kept)] = kept
        have, attempt = have + len(kept), attempt + 1
    return found


def _density(doubled: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Give the density of (2x, 2y, 2z), up to a factor and at most 1."""
    x, y, z = doubled.T
    product = np.ones(len(doubled))
    for u, v in ((x, y), (x, z), (y, z)):
        product *= np.abs(np.sin(u + v) * np.sin(u - v))
    return product


def _uniform(stream: Stream, count: int) -> npt.NDArray[np.float64]:
    """Draw numbers from 0 to 1, of 53 bits."""
    words = stream.take(8 * count).view("<u8") >> np.uint64(11)
    return np.asarray(words / np.float64(1 << 53), dtype=np.float64)


def turn(qubit: int, steps: Sequence[int], *, last: bool = False) -> Iterator[Gate]:
    """Write a turn of `uniform_turns`; behind the `last` one only the outcome is asked for."""
    angle, phase, about_z = steps
    yield _pulse(qubit, angle, phase)
    if not last:
        yield Gate("rz", (qubit,), about_z * _STEP)


def pair_gate(a: int, b: int, doubled: Sequence[int]) -> Iterator[Gate]:
    """Write exp(-i (x XX + y YY + z ZZ)) with (2x, 2y, 2z) in steps, up to turns at its ends."""
    x, y, z = doubled
    meet = Gate("cz", (a, b))
    yield meet
    yield _about_y(a, _QUARTER)
    yield Gate("rz", (a,), ((z - _QUARTER) % GRID) * _STEP)
    yield _about_y(b, -x)
    yield meet
    yield _about_y(a, -_QUARTER)
    yield _about_y(b, y)
    yield meet


def turn_matrices(turns: Steps) -> Matrices:
    """Give turns of `uniform_turns`, shape (..., 3), as matrices of shape (..., 2, 2)."""
    angle, phase, about_z = np.moveaxis(turns * _STEP, -1, 0)
    cosine, across = np.cos(angle / 2), -1j * np.sin(angle / 2)
    pulse = np.stack(
        [
            np.stack([cosine + 0j, across * np.exp(-1j * phase)], axis=-1),
            np.stack([across * np.exp(1j * phase), cosine + 0j], axis=-1),
        ],
        axis=-2,
    )
    z = np.stack([np.exp(-0.5j * about_z), np.exp(0.5j * about_z)], axis=-1)
    return np.asarray(z[..., :, None] * pulse)


def pair_matrices(doubled: Steps) -> Matrices:
    """Give what `pair_gate` writes, of parts of shape (..., 3), as matrices (..., 4, 4).

    The first qubit is the more significant one.
    """
    x, y, z = np.moveaxis(doubled, -1, 0)
    quarter, none = np.full_like(x, _QUARTER), np.zeros_like(x)
    meet = np.array([1, 1, 1, -1])[:, None]
    first = _both(_turns_about_y(quarter, z - _QUARTER), _turns_about_y(-x, none))
    second = _both(_turns_about_y(-quarter, none), _turns_about_y(y, none))
    return np.asarray(meet * (second @ (meet * (first * meet[:, 0]))))


def _turns_about_y(angle: Steps, about_z: Steps) -> Matrices:
    """Turn about Y and then about Z."""
    return turn_matrices(np.stack([angle, np.full_like(angle, _QUARTER), about_z], axis=-1))


def _both(first: Matrices, second: Matrices) -> Matrices:
    """Put turns of two qubits side by side: shape (..., 4, 4)."""
    whole = first[..., :, None, :, None] * second[..., None, :, None, :]
    return whole.reshape(*first.shape[:-2], 4, 4)


def _pulse(qubit: int, angle: int, phase: int) -> Gate:
    return Gate("prx", (qubit,), angle * _STEP, phase * _STEP)


def _about_y(qubit: int, angle: int) -> Gate:
    return _pulse(qubit, angle % GRID, _QUARTER)
