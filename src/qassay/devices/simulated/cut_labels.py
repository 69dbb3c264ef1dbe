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

import numpy as np
import numpy.typing as npt

Edge = tuple[int, int]
Bits = npt.NDArray[np.intp]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class SitePlan:
    """How the tensor of one site is filled.

    The tensor's entries that are not zero are numbered by the values of `variables`.

    Attributes:
        left: Qubits in the label on the left; number of bits of that bond.
        right: The same on the right.
        edges: Terms whose phase this site brings.
        signs: Their sign in each entry, shape (edges, entries), +-1.
        spin: Sign of Z on the site itself in each entry, shape (entries,).
        place: Flat place of each entry in a tensor (2^left, 2, 2^right).
    """

    left: tuple[int, ...]
    right: tuple[int, ...]
    edges: tuple[Edge, ...]
    signs: Floats
    spin: Floats
    place: Bits


def ordered(edges: Sequence[Edge], qubits: int) -> list[int]:
    """Choose an order of the qubits with narrow cuts.

    The reverse Cuthill-McKee order, or the given one where its cuts cost less.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import reverse_cuthill_mckee

    if not edges:
        return list(range(qubits))
    ends = np.array(edges).T
    both = np.concatenate([ends, ends[::-1]], axis=1)
    graph = coo_array((np.ones(both.shape[1]), both), shape=(qubits, qubits)).tocsr()
    narrow = [int(q) for q in reverse_cuthill_mckee(graph, symmetric_mode=True)]
    choices = [narrow, narrow[::-1], list(range(qubits))]
    return min(choices, key=lambda order: sum(8.0**c for c in widths(edges, order)))


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
        variables = list(dict.fromkeys((*left, site, *fresh)))
        values = np.arange(1 << len(variables))
        bit = {name: values >> k & 1 for k, name in enumerate(variables)}
        spin: dict[int, Floats] = {
            name: np.asarray(1.0 - 2.0 * x, dtype=np.float64) for name, x in bit.items()
        }
        place = _number(bit, left, values.size)
        place = 2 * place + bit[site]
        place = (place << len(right)) + _number(bit, right, values.size)
        signs: Floats = np.empty((len(terms), values.size))
        for row, (i, j) in zip(signs, terms, strict=True):
            row[:] = spin[i] * spin[j]
        plans.append(
            SitePlan(
                left, right,
                tuple(named[min(t), max(t)] for t in terms),
                signs,
                spin[site], place,
            )
        )  # fmt: skip
    return plans


def _number(bit: dict[int, Bits], names: Sequence[int], size: int) -> Bits:
    number = np.zeros(size, dtype=np.intp)
    for name in names:
        number = 2 * number + bit[name]
    return number
