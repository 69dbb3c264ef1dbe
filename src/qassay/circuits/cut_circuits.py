"""Circuits that cut random graphs in two: one layer of QAOA for Max-Cut, at fixed angles.

On a graph of n points, each edge there with probability 1/2, the mean share of cut edges of the
circuit exp(-i beta sum X) exp(-i gamma C), C the number of cut edges, has a closed form: that of
Z. Wang et al., PRA 97, 022304 (2018), arXiv:1706.02998 (equation 14, an edge with d and e further
neighbours of its ends and f triangles), averaged over all other points. Each of them is beside
both ends with probability 1/4, beside one with 1/2, beside none with 1/4. So there is one pair of
angles for each n that is best on average, and it is found on a grid of 512 steps a full turn.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from qassay.circuits.circuit import Gate
from qassay.circuits.layouts import Pair

STEPS: Final = 512  # of a full turn
_STEP: Final = 2 * math.pi / STEPS
_QUARTER: Final = math.pi / 2


def cut_share(gamma: npt.ArrayLike, beta: npt.ArrayLike, points: int) -> npt.NDArray[np.float64]:
    """Give the mean share of cut edges on graphs with edges of probability 1/2, without errors.

    Args:
        gamma: Angles of the cost, radians.
        beta: Angles of the mixer, radians.
        points: Of the graphs, two at least.
    """
    gamma, beta = np.asarray(gamma, dtype=np.float64), np.asarray(beta, dtype=np.float64)
    one = ((1 + np.cos(gamma)) / 2) ** (points - 2)
    both = ((1 + 2 * np.cos(gamma) + np.cos(2 * gamma)) / 4) ** (points - 2)
    rises = np.sin(4 * beta) * np.sin(gamma) * one
    return np.asarray(0.5 + 0.5 * rises - 0.25 * np.sin(2 * beta) ** 2 * (one - both))


@lru_cache(maxsize=64)
def best_angles(points: int) -> tuple[int, int, float]:
    """Find the angles that cut most on average.

    Returns:
        gamma and 2 beta in steps of 1/512 of a full turn, and the share of cut edges.
    """
    steps = np.arange(1, STEPS // 4 + 1)
    share = cut_share(steps[:, None] * _STEP, steps[None, :] * _STEP / 2, points)
    at = int(share.argmax())
    row, column = divmod(at, steps.size)
    return int(steps[row]), int(steps[column]), float(share[row, column])


def cut_circuit(
    register: Sequence[int],
    edges: Sequence[tuple[int, int, int]],
    angles: tuple[int, int],
    turned: Sequence[int] = (),
) -> Iterator[Gate]:
    """Write the circuit on qubits that are all coupled.

    Args:
        register: The qubit of each point.
        edges: Two points and the sign of their coupling, -1 where one of both is flipped.
        angles: gamma and 2 beta, in steps.
        turned: Whether each qubit, by its place, is turned round before it is read; none if empty.
    """
    gamma, mixed = angles
    for qubit in register:
        yield Gate("prx", (qubit,), _QUARTER, _QUARTER)
    for a, b, sign in edges:
        yield Gate("zz", (register[a], register[b]), -sign * gamma * _STEP)
    yield from _last(register, mixed, turned)


def carried_circuit(
    chain: Sequence[int],
    edges: Sequence[tuple[int, int, int]],
    angles: tuple[int, int],
    turned: Sequence[int] = (),
    rounds: int | None = None,
) -> Iterator[Gate]:
    """Write the circuit on a chain: neighbours change places until all points have met once.

    In n rounds every pair of points meets once, each time with three entanglers, whether there is
    an edge or not; where each is read, `read_places` says.

    Args:
        chain: Qubits in their order along it; point k starts at place k.
        edges: As of `cut_circuit`.
        angles: gamma and 2 beta, in steps.
        turned: As of `cut_circuit`, by the place in the chain.
        rounds: How many there are; None for as many as qubits.
    """
    gamma, mixed = angles
    signs = {(min(a, b), max(a, b)): sign for a, b, sign in edges}
    at = list(range(len(chain)))
    for qubit in chain:
        yield Gate("prx", (qubit,), _QUARTER, _QUARTER)
    for turn in range(len(chain) if rounds is None else rounds):
        for place in range(turn % 2, len(chain) - 1, 2):
            one, other = at[place], at[place + 1]
            sign = signs.get((min(one, other), max(one, other)), 0)
            a, b = chain[place], chain[place + 1]
            yield from _controlled(a, b)
            if sign:
                yield Gate("rz", (b,), -sign * gamma * _STEP)
            yield from _controlled(b, a)
            yield from _controlled(a, b)
            at[place], at[place + 1] = other, one
    yield from _last(chain, mixed, turned)


def read_places(points: int, rounds: int) -> tuple[int, ...]:
    """Give the place of the chain at which each point is read after so many rounds."""
    at = list(range(points))
    for turn in range(rounds):
        for place in range(turn % 2, points - 1, 2):
            at[place], at[place + 1] = at[place + 1], at[place]
    return tuple(at.index(point) for point in range(points))


def chain_of(links: Sequence[Pair]) -> tuple[int, ...]:
    """Give the qubits of a path in their order, from the end of the smaller number.

    Returns:
        Nothing where the links are no path.
    """
    near: dict[int, list[int]] = {}
    for a, b in links:
        near.setdefault(a, []).append(b)
        near.setdefault(b, []).append(a)
    ends = sorted(q for q, others in near.items() if len(others) == 1)
    if len(ends) != 2 or max(map(len, near.values())) > 2 or len(near) != len(links) + 1:
        return ()
    way = [ends[0]]
    while True:
        further = [q for q in near[way[-1]] if q not in way[-2:]]
        if not further:
            return tuple(way) if len(way) == len(near) else ()
        way.append(further[0])


def _last(qubits: Sequence[int], mixed: int, turned: Sequence[int]) -> Iterator[Gate]:
    """Write the mixer, with half a turn more on the qubits that are turned round."""
    for place, qubit in enumerate(qubits):
        half = STEPS // 2 if turned and turned[place] else 0
        yield Gate("prx", (qubit,), (mixed + half) * _STEP)


def _controlled(control: int, target: int) -> Iterator[Gate]:
    """Write CX as a CZ between quarter turns of its target."""
    yield Gate("prx", (target,), _QUARTER, 3 * _QUARTER)
    yield Gate("cz", (control, target))
    yield Gate("prx", (target,), _QUARTER, _QUARTER)
