"""Stabilizer states of one and two qubits, and the shortest native way in and out.

Randomized benchmarking needs a uniformly random stabilizer state to start from and a way
back to a computational state at the end. A uniform start is stationary under layers of
random quarter pulses (and CZ): the decay has no transient, and its first-order rate is the
average over all Paulis, which is the gate's process infidelity.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import product

import numpy as np
import numpy.typing as npt

from qassay.circuits.gates import HALF_X, IDLE, PULSES, QUARTER, controlled_z, pulse_rotations

Table = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class OneQubitStates:
    """The six states +-x, +-y, +-z of one qubit.

    Attributes:
        after: State after a pulse, shape (6 states, 7 codes).
        enter: Pulse that makes the state from |0>, shape (6,).
        leave: Pulse that takes the state to |bit>, shape (6, 2).
        equator: The four states that a quarter pulse makes from |0>, by code - 1.
    """

    after: Table
    enter: Table
    leave: Table
    equator: Table


@dataclass(frozen=True, slots=True, eq=False)
class TwoQubitStates:
    """The sixty stabilizer states of two qubits: 36 products, 24 entangled.

    Attributes:
        after: State after one layer, shape (60, 4, 4): quarter pulses of phase k on the first
            and the second qubit, then CZ.
        turned: The same without the CZ.
        enter: Codes (first a, first b, CZ or not, second a, second b) that make the state
            from |00>, shape (60, 5).
        leave: The same from the state to |bits>, shape (60, 4, 5), bits = 2 a + b.
    """

    after: Table
    turned: Table
    enter: Table
    leave: Table


@cache
def one_qubit_states() -> OneQubitStates:
    """Build the table of the six one-qubit states."""
    axes = np.concatenate([np.eye(3), -np.eye(3)]).astype(np.int64)
    number = {tuple(axis): index for index, axis in enumerate(axes)}
    turns = pulse_rotations().astype(np.int64)
    after = np.array(
        [[number[tuple(turn @ axis)] for turn in turns] for axis in axes], dtype=np.uint8
    )
    zero, one = number[0, 0, 1], number[0, 0, -1]
    # the cheapest pulse: none, a quarter turn, or a half turn about x
    choices = (IDLE, *QUARTER, HALF_X)

    def way(start: int, end: int) -> int:
        return next(code for code in choices if after[start, code] == end)

    enter = [way(zero, state) for state in range(6)]
    leave = [[way(state, end) for end in (zero, one)] for state in range(6)]
    equator = [int(after[zero, code]) for code in QUARTER]
    return OneQubitStates(
        after=after,
        enter=np.array(enter, np.uint8),
        leave=np.array(leave, np.uint8),
        equator=np.array(equator, np.uint8),
    )


@cache
def two_qubit_states() -> TwoQubitStates:
    """Build the table of the sixty two-qubit states by walking from |00>."""
    turns = [
        np.block([[np.ones((1, 1)), np.zeros((1, 3))], [np.zeros((3, 1)), turn]])
        for turn in pulse_rotations()
    ]
    local = {(a, b): np.kron(turns[a], turns[b]) for a, b in product(PULSES, PULSES)}
    meet = controlled_z()
    vectors = _computational()
    states = [vectors[0]]
    known = {int(_number(vectors[0])): 0}
    turns_alone = np.array([local[a, b] for a, b in product(QUARTER, QUARTER)])
    steps = meet @ turns_alone
    walk = np.concatenate([steps, [local[a, b] for a, b in product(PULSES, PULSES)]])
    for state in states:  # grows while it is walked
        reached = np.rint(walk @ state)
        for number, one in zip(_number(reached).tolist(), reached, strict=True):
            if number not in known:
                known[number] = len(states)
                states.append(one)
    every = np.array(states).T
    order = np.array(sorted(known))
    place = np.array([known[number] for number in order.tolist()])

    def found(maps: npt.NDArray[np.float64]) -> npt.NDArray[np.intp]:
        """Say where each map takes each state, shape (maps, states)."""
        reached = np.rint(maps @ every).transpose(0, 2, 1)
        return place[np.searchsorted(order, _number(reached))]

    after, turned = (
        found(kind).T.astype(np.uint8).reshape(len(states), 4, 4) for kind in (steps, turns_alone)
    )
    ends = [known[int(_number(vector))] for vector in vectors]
    ways = np.array(_ways())
    to = found(np.array([_apply(local, meet, way) for way in _ways()]))
    enter = ways[np.argmax(to[:, ends[0], None] == np.arange(len(states)), axis=0)]  # the first way
    leave = ways[np.argmax(to[:, :, None] == np.array(ends), axis=0)]
    return TwoQubitStates(
        after=after,
        turned=turned,
        enter=enter.astype(np.uint8),
        leave=leave.astype(np.uint8),
    )


def _number(vectors: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Write vectors of -1, 0 and 1, the last axis, as one number each, in base 3."""
    return np.asarray((vectors + 1).astype(np.int64) @ 3 ** np.arange(16))


def _computational() -> list[npt.NDArray[np.float64]]:
    """Give the Pauli vectors (IXYZ x IXYZ) of |00>, |01>, |10>, |11>."""
    single = [np.array([1.0, 0.0, 0.0, sign]) for sign in (1.0, -1.0)]
    return [np.kron(a, b) for a in single for b in single]


def _ways() -> list[tuple[int, int, int, int, int]]:
    """List ways in or out of a state, the cheapest first: local pulses, then pulses-CZ-pulses."""
    codes = (IDLE, *QUARTER, HALF_X)
    plain = [(a, b, 0, 0, 0) for a, b in product(codes, codes)]
    first = [(a, b) for a, b in product((IDLE, *QUARTER), repeat=2)]
    meeting = [(a, b, 1, c, d) for (a, b), (c, d) in product(first, product(codes, codes))]
    return plain + meeting


def _apply(
    local: dict[tuple[int, int], npt.NDArray[np.float64]],
    meet: npt.NDArray[np.float64],
    way: tuple[int, int, int, int, int],
) -> npt.NDArray[np.float64]:
    a, b, with_meeting, c, d = way
    step = local[a, b]
    return local[c, d] @ meet @ step if with_meeting else step
