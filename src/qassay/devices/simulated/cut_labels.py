"""What a diagonal layer carries across every cut of a line of qubits, as few bits as possible.

A layer exp(-i/2 sum J_ab Z_a Z_b) couples the two sides of a cut through the terms that cross
it. The label of a cut is a vertex cover of these terms: some qubits on the left, whose value
the right side must know, and some on the right, whose value the left side has assumed in
advance. A cover of c qubits makes an exact matrix product of bond 2^c, with no singular value
taken; the smallest one is a largest matching (Koenig, 1931), found by augmenting paths. A star
of one qubit with all later ones has a cover of one, whatever lies between.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Edge = tuple[int, int]
_NARROW = 3  # bits of a bond that is cheap: no better order is looked for
_STARTS = 6
Numbers = npt.NDArray[np.intp]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Entries:
    """Entries of a site's tensor that are not zero, for one value of the site's own qubit.

    They are numbered (fresh, left): values of the qubits that the site adds to the label, then
    the place in `lefts`.

    Attributes:
        lefts: Numbers of the labels on the left that are there, shape (lefts,).
        rights: Number of the label on the right of each entry, shape (fresh, lefts).
        signs: Sign of each term in each entry, shape (edges, fresh * lefts), +-1.
        kept: Numbers of the labels on the right that are reached, shape (rights,).
        reached_by: The entries that reach each, shape (rights, entries).
    """

    lefts: Numbers
    rights: Numbers
    signs: Floats
    kept: Numbers
    reached_by: Numbers


@dataclass(frozen=True, slots=True, eq=False)
class SitePlan:
    """How the tensor of one site is filled.

    Attributes:
        left: Places in the order of the qubits in the label on the left.
        right: The same on the right.
        edges: Terms whose phase this site brings.
        entries: Of the value 0 and of the value 1.
    """

    left: tuple[int, ...]
    right: tuple[int, ...]
    edges: tuple[Edge, ...]
    entries: tuple[Entries, Entries]


@lru_cache(maxsize=64)
def ordered(edges: tuple[Edge, ...], qubits: int) -> tuple[int, ...]:
    """Choose an order of the qubits with narrow cuts.

    The best of the reverse Cuthill-McKee order, the given one, and greedy ones from several
    starts that add the qubit after which the cut is narrowest.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import reverse_cuthill_mckee

    if not edges:
        return tuple(range(qubits))
    ends = np.array(edges).T
    both = np.concatenate([ends, ends[::-1]], axis=1)
    graph = coo_array((np.ones(both.shape[1]), both), shape=(qubits, qubits)).tocsr()
    narrow = [int(q) for q in reverse_cuthill_mckee(graph, symmetric_mode=True)]
    choices: list[list[int]] = [narrow, narrow[::-1], list(range(qubits))]
    if min(_dearness(edges, order) for order in choices) > qubits * 4.0**_NARROW:
        beside: dict[int, set[int]] = {q: set() for q in range(qubits)}
        for a, b in edges:
            beside[a].add(b)
            beside[b].add(a)
        starts = sorted(beside, key=lambda q: len(beside[q]))[:_STARTS]
        choices += [_greedy(beside, start) for start in {*starts, narrow[0], narrow[-1]}]
    return tuple(min(choices, key=lambda order: _dearness(edges, list(order))))


def _dearness(edges: Sequence[Edge], order: Sequence[int]) -> float:
    return sum(4.0**c for c in widths(edges, order))


def _greedy(beside: dict[int, set[int]], start: int) -> list[int]:
    order, inside = [start], {start}
    while len(order) < len(beside):
        rim = {q for k in inside for q in beside[k]} - inside or set(beside) - inside

        def width(q: int) -> tuple[int, int, int]:
            crossing = {k: [x for x in beside[k] if x not in inside and x != q]
                        for k in (*inside, q)}  # fmt: skip
            outside = {x for row in crossing.values() for x in row}
            left, right = _smallest_cover({k: row for k, row in crossing.items() if row})
            return len(left) + len(right), len(outside), q

        best = min(sorted(rim), key=width)
        order.append(best)
        inside.add(best)
    return order


def widths(edges: Sequence[Edge], order: Sequence[int]) -> list[int]:
    """Give the number of label qubits of every cut between neighbours in an order."""
    return [len(left) + len(right) for left, right in _labels(edges, order)]


def _labels(
    edges: Sequence[Edge], order: Sequence[int]
) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Choose the labels of all cuts, as places in the order: left qubits, right qubits.

    A right qubit, once assumed, stays in the label until its own site; a left qubit, once
    dropped, does not come back. So each cut covers what the one before leaves to cover.
    """
    at = {qubit: place for place, qubit in enumerate(order)}
    terms = [tuple(sorted((at[a], at[b]))) for a, b in edges]
    assumed: set[int] = set()
    found = []
    for cut in range(1, len(order)):
        assumed.discard(cut - 1)
        crossing: dict[int, list[int]] = {}
        for i, j in terms:
            if i < cut <= j and j not in assumed:
                crossing.setdefault(i, []).append(j)
        left, right = _smallest_cover(crossing)
        assumed |= right
        found.append((tuple(sorted(left)), tuple(sorted(assumed))))
    return found


def _smallest_cover(graph: dict[int, list[int]]) -> tuple[set[int], set[int]]:
    """Cover the edges of a bipartite graph by fewest vertices, through a largest matching."""
    partner: dict[int, int] = {}  # right -> left

    def augment(i: int, seen: set[int]) -> bool:
        for j in graph[i]:
            if j not in seen:
                seen.add(j)
                if j not in partner or augment(partner[j], seen):
                    partner[j] = i
                    return True
        return False

    for i in graph:
        augment(i, set())
    matched = set(partner.values())
    reached, rights = [i for i in graph if i not in matched], set[int]()
    lefts = set(reached)
    while reached:
        for j in graph[reached.pop()]:
            if j not in rights:
                rights.add(j)
                if j in partner and partner[j] not in lefts:
                    lefts.add(partner[j])
                    reached.append(partner[j])
    return set(graph) - lefts, rights


def plan_sites(edges: Sequence[Edge], order: Sequence[int]) -> list[SitePlan]:
    """Plan the tensors of a diagonal layer, site by site in an order.

    Args:
        edges: Terms as pairs of qubits.
        order: The qubits.

    Returns:
        A plan a site; edges are given as they came in.
    """
    at = {qubit: place for place, qubit in enumerate(order)}
    named = {tuple(sorted((at[a], at[b]))): (a, b) for a, b in edges}
    beside: dict[int, set[int]] = {place: set() for place in range(len(order))}
    for i, j in named:
        beside[i].add(j)
        beside[j].add(i)
    none: tuple[tuple[int, ...], tuple[int, ...]] = ((), ())
    labels = [none, *_labels(edges, order), none]
    plans: list[SitePlan] = []
    for site in range(len(order)):
        (known, assumed), (known_next, assumed_next) = labels[site], labels[site + 1]
        fresh = [j for j in assumed_next if j not in assumed]
        terms = [(site, j) for j in assumed if j in beside[site] and j > site]
        terms += [(i, j) for j in fresh for i in (*known, site) if i in beside[j]]
        if site not in assumed:
            terms += [(i, site) for i in known if i in beside[site]]
        left, right = (*known, *assumed), (*known_next, *assumed_next)
        plans.append(
            SitePlan(
                left, right, tuple(named[min(t), max(t)] for t in terms),
                (_entries(site, 0, left, fresh, right, terms),
                 _entries(site, 1, left, fresh, right, terms)),
            )
        )  # fmt: skip
    return plans


def _entries(
    site: int,
    value: int,
    left: tuple[int, ...],
    fresh: Sequence[int],
    right: tuple[int, ...],
    terms: Sequence[Edge],
) -> Entries:
    """List the entries of one site for one value of its qubit."""
    lefts = np.arange(1 << len(left))
    if site in left:
        lefts = lefts[lefts >> left.index(site) & 1 == value]
    fresh_values = np.arange(1 << len(fresh))[:, None]
    shape = (fresh_values.size, lefts.size)
    bit: dict[int, Numbers] = {site: np.full(shape, value)}
    for k, name in enumerate(left):
        bit[name] = np.broadcast_to(lefts >> k & 1, shape)
    for k, name in enumerate(fresh):
        bit[name] = np.broadcast_to(fresh_values >> k & 1, shape)
    rights = np.zeros(shape, dtype=np.intp)
    for k, name in enumerate(right):
        rights += bit[name] << k
    signs: Floats = np.empty((len(terms), rights.size))
    for row, (i, j) in zip(signs, terms, strict=True):
        row[:] = (1 - 2 * (bit[i] ^ bit[j])).ravel()
    kept = np.unique(rights)
    reached_by = np.argsort(rights.ravel(), kind="stable").reshape(kept.size, -1)
    return Entries(lefts, rights, signs, kept, reached_by)
