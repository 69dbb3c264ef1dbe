"""Layers of pairs that can meet at once: edge colourings of a coupling graph."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

Pair = tuple[int, int]


def edge_colouring(pairs: Iterable[Pair]) -> tuple[tuple[Pair, ...], ...]:
    """Split pairs into few layers of disjoint pairs.

    Complete graphs get the round-robin schedule; other graphs are coloured with alternating
    (Kempe) chains, which reaches the largest degree for every bipartite graph (Koenig 1916),
    so for lines, grids and heavy-hex lattices.

    Args:
        pairs: Pairs (a, b) with a < b, without repeats.

    Returns:
        Layers, the largest first, each sorted; together they hold every pair once.
    """
    wanted = sorted(set(pairs))
    qubits = sorted({qubit for pair in wanted for qubit in pair})
    if len(wanted) == len(qubits) * (len(qubits) - 1) // 2:
        layers = _round_robin(qubits)
    else:
        layers = _kempe(wanted)
    return tuple(sorted((tuple(sorted(layer)) for layer in layers), key=lambda x: (-len(x), x)))


def _round_robin(qubits: list[int]) -> list[list[Pair]]:
    """Let everybody meet everybody in n - 1 rounds (n rounds if n is odd): the circle method."""
    ring: list[int | None] = [*qubits, *([None] if len(qubits) % 2 else [])]
    layers = []
    for _ in range(len(ring) - 1):
        opposite = zip(ring[: len(ring) // 2], reversed(ring), strict=False)
        layers.append([(min(a, b), max(a, b)) for a, b in opposite
                       if a is not None and b is not None])  # fmt: skip
        ring = [ring[0], ring[-1], *ring[1:-1]]
    return [layer for layer in layers if layer]


def _kempe(pairs: list[Pair]) -> list[list[Pair]]:
    """Colour edges one by one; where two ends miss different colours, flip a chain."""
    at: dict[int, dict[int, int]] = {}  # qubit -> colour -> partner

    def missing(qubit: int) -> int:
        taken = at.setdefault(qubit, {})
        return next(colour for colour in range(len(taken) + 1) if colour not in taken)

    def colour_edge(a: int, b: int, colour: int) -> None:
        at[a][colour], at[b][colour] = b, a

    for a, b in pairs:
        free_a, free_b = missing(a), missing(b)
        if free_a in at[b] and free_b in at[a]:
            chain = _chain(at, b, free_a, free_b)
            if chain[-1] == a:  # an odd cycle: no swap helps here, open the next colour
                free_a = max(len(at[a]), len(at[b]), *at[a], *at[b]) + 1
            else:
                _flip(at, chain, free_a, free_b)
        elif free_a in at[b]:
            free_a = free_b
        colour_edge(a, b, free_a)
    colours: dict[int, list[Pair]] = {}
    for qubit, partners in at.items():
        for colour, partner in partners.items():
            if qubit < partner:
                colours.setdefault(colour, []).append((qubit, partner))
    return list(colours.values())


def _chain(at: dict[int, dict[int, int]], start: int, first: int, second: int) -> list[int]:
    """Walk from `start` along edges of colours first, second, first, ..."""
    walk, colour = [start], first
    while colour in at[walk[-1]]:
        walk.append(at[walk[-1]][colour])
        colour = second if colour == first else first
    return walk


def _flip(at: dict[int, dict[int, int]], walk: list[int], first: int, second: int) -> None:
    """Exchange the two colours along a chain that starts with an edge of colour `first`."""
    edges = list(pairwise(walk))
    for index, (a, b) in enumerate(edges):
        colour = first if index % 2 == 0 else second
        del at[a][colour], at[b][colour]
    for index, (a, b) in enumerate(edges):
        colour = second if index % 2 == 0 else first
        at[a][colour], at[b][colour] = b, a
