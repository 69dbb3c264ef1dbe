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
        layers.append(
            [(min(a, b), max(a, b)) for a, b in opposite if a is not None and b is not None]
        )
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


def growing_tree(qubits: Iterable[int], pairs: Iterable[Pair] | None) -> tuple[Pair, ...]:
    """Join qubits to one another, every one that has joined bringing in the next.

    Args:
        qubits: Who is to join.
        pairs: Who can meet; None where everybody can.

    Returns:
        Links (from, joining) in such an order that they fit into few layers: about log2(n) of
        them where everybody meets everybody, the reach from the middle at least elsewhere.
        Empty where some cannot be reached, or where there are fewer than two.
    """
    waiting = sorted(set(qubits))
    beside: dict[int, list[int]] | None = None
    if pairs is not None:
        beside = {qubit: [] for qubit in waiting}
        for a, b in sorted(pairs):
            if a in beside and b in beside:
                beside[a].append(b)
                beside[b].append(a)
    joined = [_middle(waiting, beside) if beside else waiting[0]] if waiting else []
    left = set(waiting) - set(joined)
    links: list[Pair] = []
    while left:
        layer: list[Pair] = []
        for qubit in joined:
            near = beside[qubit] if beside else left
            far = next((other for other in near if other in left), None)
            if far is not None:
                layer.append((qubit, far))
                left.discard(far)
        if not layer:
            return ()
        links += layer
        joined += [far for _, far in layer]
    return tuple(links)


def layers_of_links(links: Iterable[Pair]) -> tuple[tuple[Pair, ...], ...]:
    """Put links (from, joining) of a tree into the fewest layers that keep their order."""
    ready: dict[int, int] = {}
    layers: list[list[Pair]] = []
    for near, far in links:
        place = ready.get(near, 0)
        if place == len(layers):
            layers.append([])
        layers[place].append((near, far))
        ready[near] = ready[far] = place + 1
    return tuple(tuple(layer) for layer in layers)


def apart(
    targets: Iterable[tuple[int, ...]], coupled: Iterable[Pair] | None
) -> tuple[tuple[tuple[int, ...], ...], ...]:
    """Split qubits or pairs into groups in which none touches, or is coupled to, another.

    Args:
        targets: Qubits (q,), or pairs, which may share qubits.
        coupled: Who can meet; None where everybody can, so that each target is a group.
    """
    listed = sorted(targets)
    if coupled is None:
        return tuple((target,) for target in listed)
    near: dict[int, set[int]] = {qubit: {qubit} for target in listed for qubit in target}
    for a, b in coupled:
        for one, other in ((a, b), (b, a)):
            if one in near:
                near[one].add(other)
    groups: list[list[tuple[int, ...]]] = []
    taken: list[set[int]] = []  # qubits of each group
    for target in listed:
        reached = set().union(*(near[qubit] for qubit in target))
        place = next((k for k, busy in enumerate(taken) if not busy & reached), len(groups))
        if place == len(groups):
            groups.append([])
            taken.append(set())
        groups[place].append(target)
        taken[place].update(target)
    return tuple(tuple(group) for group in groups)


def _middle(qubits: list[int], beside: dict[int, list[int]]) -> int:
    """Find the middle of a long way through the graph: exact for trees."""
    start = _walk(qubits[0], beside)[-1][0]
    steps = _walk(start, beside)
    came = dict(steps)
    at, way = steps[-1][0], []
    while at != start:
        way.append(at)
        at = came[at]
    return [*way, start][len(way) // 2]


def _walk(start: int, beside: dict[int, list[int]]) -> list[tuple[int, int]]:
    """Visit all that can be reached, the nearest first: each with where one came from."""
    steps, seen = [(start, start)], {start}
    for qubit, _ in steps:  # grows while it is walked
        for other in beside[qubit]:
            if other not in seen:
                seen.add(other)
                steps.append((other, qubit))
    return steps
