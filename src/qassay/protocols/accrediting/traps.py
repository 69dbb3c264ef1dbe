"""Traps and the one-time pad, drawn for thousands of circuits at once.

A trap has the target's skeleton and returns 0...0 without noise. A secret coin t puts H on every
qubit first and last. In each layer every CZ (a, b) stands between H on a and S on b, or the
other way round, by a coin; idle qubits take H or S. So each qubit is in a Pauli state at every
layer, and what a Pauli error does to it shows at the end with probability 1/2 at least.

The pad, the same on traps and target: Z^z before the first round; X^x Z^z after every round,
undone at the start of the next with the Paulis that the CZ gates made of it; the last X^x stays
and is taken off the counts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qassay.circuits.family import Pair
from qassay.protocols.accrediting.cycles import Cycles
from qassay.protocols.accrediting.turns import Mask, Turns, after, before, turns_of
from qassay.randomness import Stream

_H = np.array([[1, 1], [1, -1]], dtype=np.complex128) / np.sqrt(2)
_S = np.diag(np.array([1, 1j], dtype=np.complex128))
_ONE = np.eye(2, dtype=np.complex128)
# What stands before a layer (nothing, H, S), after what undoes the layer before it.
_DOING, _UNDOING = (_ONE, _H, _S), (_ONE, _H, _S.conj())
_TABLE = turns_of(np.array([[left @ right for right in _UNDOING] for left in _DOING]))


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Padded:
    """Circuits of one skeleton, ready to run.

    Attributes:
        rounds: Merged one-qubit gates as triples, shape (circuits, layers + 1, qubits, 3).
        mask: What the pad left on the outcome, shape (circuits, qubits).
    """

    rounds: Turns
    mask: Mask


def trap_rounds(cycles: Cycles, count: int, stream: Stream) -> Turns:
    """Draw the one-qubit gates of `count` traps, shape (count, layers + 1, qubits, 3)."""
    layers, qubits = len(cycles.layers), cycles.qubits
    turned = stream.child("turned").bits((count,)).astype(np.int64)
    coins = stream.child("coins").bits((count, layers, qubits)).astype(np.int64)
    for place, layer in enumerate(cycles.layers):
        for a, b in layer:
            coins[:, place, b] = 1 - coins[:, place, a]
    # 1 is H, 2 is S or its inverse.
    basis = 2 - coins
    ends = np.broadcast_to(turned[:, None, None], (count, 1, qubits))
    doing = np.concatenate([basis, ends], axis=1)
    undoing = np.concatenate([ends, basis], axis=1)
    return np.asarray(_TABLE[doing, undoing])


def padded(rounds: Turns, layers: tuple[tuple[Pair, ...], ...], stream: Stream) -> Padded:
    """Put a fresh one-time pad on every circuit, merged into its one-qubit gates.

    Args:
        rounds: Shape (circuits, layers + 1, qubits, 3).
        layers: Pairs of each layer.
        stream: Of the pads.
    """
    x = stream.child("x").bits(rounds.shape[:3])
    z = stream.child("z").bits(rounds.shape[:3])
    first = stream.child("first").bits((rounds.shape[0], rounds.shape[2]))
    undone = np.concatenate([first[:, None], _through(x, z, layers)], axis=1)
    flipped = np.concatenate([np.zeros_like(first)[:, None], x[:, :-1]], axis=1)
    return Padded(rounds=after(before(rounds, flipped, undone), x, z), mask=x[:, -1])


def _through(x: Mask, z: Mask, layers: tuple[tuple[Pair, ...], ...]) -> npt.NDArray[np.uint8]:
    """Give the Z parts of the pads after their layers: each X puts a Z on its CZ partner."""
    moved = z[:, :-1].copy()
    for place, layer in enumerate(layers):
        for a, b in layer:
            moved[:, place, a] ^= x[:, place, b]
            moved[:, place, b] ^= x[:, place, a]
    return moved
