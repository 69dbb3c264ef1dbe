"""Pauli operators with a sign, one a circuit, on their way through quarter turns and CZ.

Benchmarks without motion reversal prepare a product state that a Pauli operator leaves as it is,
run a circuit, and read what the operator has become: a product again, so no circuit is undone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qassay.circuits.layouts import Pair
from qassay.circuits.states import one_qubit_states
from qassay.randomness import Stream

Codes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]
_AXES = 3  # states come as +x +y +z -x -y -z
# What CZ makes of two factors (0 none, 1 x, 2 y, 3 z): factors and whether the sign turns.
_X_Y = (1, 2)


@dataclass(slots=True, eq=False, kw_only=True)
class SignedPaulis:
    """N operators on a register; `turn` and `meet` carry them along, in place.

    Attributes:
        factors: 0 none, 1 x, 2 y, 3 z, shape (N, qubits).
        minus: Whether the operator's value has turned round, shape (N,).
    """

    factors: Ints
    minus: npt.NDArray[np.bool_]

    def turn(self, codes: Codes) -> None:
        """Carry them through pulses, codes of shape (N, qubits)."""
        after = one_qubit_states().after.astype(np.int64)
        found = after[np.maximum(self.factors - 1, 0), codes]
        there = self.factors > 0
        self.factors = np.where(there, found % _AXES + 1, 0)
        self.minus ^= ((found >= _AXES) & there).sum(axis=1) % 2 == 1

    def meet(self, pairs: Sequence[Pair]) -> None:
        """Carry them through CZ on disjoint pairs of places."""
        if not pairs:
            return
        first, second = (np.array([pair[side] for pair in pairs]) for side in (0, 1))
        a, b = self.factors[:, first], self.factors[:, second]
        across_a, across_b = np.isin(a, _X_Y), np.isin(b, _X_Y)
        # x or y on one side brings z to the other: none <-> z, x <-> y
        self.factors[:, first] = np.where(across_b, 3 - a, a)
        self.factors[:, second] = np.where(across_a, 3 - b, b)
        turned = across_a & across_b & (a != b)  # XY becomes -YX
        self.minus ^= turned.sum(axis=1) % 2 == 1


def random_paulis(count: int, width: int, stream: Stream) -> SignedPaulis:
    """Draw operators, uniform over all but the identity."""
    factors = stream.child("operator").bits((count, width), 2).astype(np.int64)
    attempt = 0
    while (empty := ~factors.any(axis=1)).any():
        attempt += 1
        again = stream.child(f"operator again {attempt}").bits((count, width), 2)
        factors[empty] = again[empty]
    return SignedPaulis(factors=factors, minus=np.zeros(count, dtype=np.bool_))


def prepared(paulis: SignedPaulis, stream: Stream) -> Codes:
    """Draw the pulses that prepare a random product state with a sharp value of each operator.

    A qubit without a factor gets a random one of the six states. The operators' signs are those of
    the states afterwards.

    Returns:
        Pulse codes, shape (N, qubits).
    """
    states = one_qubit_states()
    state = stream.child("state").below(6, paulis.factors.shape)
    there = paulis.factors > 0
    own = (paulis.factors - 1) + _AXES * (state // _AXES)
    state = np.where(there, own, state)
    paulis.minus ^= ((state >= _AXES) & there).sum(axis=1) % 2 == 1
    return np.asarray(states.enter[state], dtype=np.uint8)


def sign_reading(paulis: SignedPaulis, stream: Stream, unread: int) -> tuple[Codes, Codes]:
    """Draw the pulses that read each operator, every bit flipped at random.

    Args:
        paulis: What the operators have become.
        stream: Randomness.
        unread: What stands for the bit of a qubit that is not looked at.

    Returns:
        Pulse codes and the expected bits, shape (N, qubits): an even number of wrong ones is what
        a machine without errors gives.
    """
    states = one_qubit_states()
    there = paulis.factors > 0
    axis = stream.child("axis").below(_AXES, paulis.factors.shape)
    axis = np.where(there, paulis.factors - 1, axis)
    bits = stream.child("bits").bits(paulis.factors.shape)
    codes = states.leave[axis, bits]
    expected = np.where(there, bits, np.uint8(unread))
    first = there.argmax(axis=1)
    rows = np.flatnonzero(paulis.minus)
    expected[rows, first[rows]] ^= 1
    return np.asarray(codes, dtype=np.uint8), np.asarray(expected, dtype=np.uint8)
