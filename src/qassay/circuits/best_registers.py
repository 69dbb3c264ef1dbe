"""The best chain or set of N qubits by a fixed rule, so that whoever has the losses finds the same.

To find the very best path of N qubits in a graph is hard in general, so a rule stands in its place.
It is exact where a graph has few ways to each end, and what it finds can be bettered elsewhere;
it is the same for everybody, since losses are whole numbers and ties are broken by the qubits.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Final, NamedTuple

from qassay.circuits.layouts import Pair

KEPT: Final = 16  # ways to each end that are followed further


class _Way(NamedTuple):
    """A path: what is lost on it, its qubits from the end back, and the same as a bit mask."""

    lost: int
    back: tuple[int, ...]
    mask: int


def best_chain(
    losses: Mapping[Pair, int], size: int, own: Mapping[int, int] | None = None
) -> tuple[Pair, ...]:
    """Find a chain of `size` qubits that loses little.

    Paths grow by one qubit at a time, from every qubit. Of those that end at the same qubit the
    `KEPT` of least loss are followed further, one of each set of qubits; of equal losses, the one
    whose qubits from the end back are the smaller tuple.

    Args:
        losses: Of each pair (a, b) with a < b that can be used: a whole number from 0.
        size: Qubits of the chain, 2 at least.
        own: What each qubit loses besides; nothing where it has no entry.

    Returns:
        The pairs of the chain, sorted; nothing where the rule finds none of this size.
    """
    beside, mine = _neighbours(losses), own or {}
    ends = {q: [_Way(mine.get(q, 0), (q,), 1 << q)] for q in sorted(beside)}
    for _ in range(size - 1):
        grown: dict[int, dict[int, _Way]] = {}
        for ways in ends.values():
            for way in ways:
                for q, lost in beside[way.back[0]].items():
                    if way.mask >> q & 1:
                        continue
                    total = way.lost + lost + mine.get(q, 0)
                    mask = way.mask | 1 << q
                    known = grown.setdefault(q, {}).get(mask)
                    if known is None or (total, (q, *way.back)) < known[:2]:
                        grown[q][mask] = _Way(total, (q, *way.back), mask)
        ends = {q: sorted(found.values())[:KEPT] for q, found in sorted(grown.items())}
    chains = [way for ways in ends.values() for way in ways]
    if not chains:
        return ()
    return tuple(sorted((min(p), max(p)) for p in pairwise(min(chains).back)))


def best_set(
    losses: Mapping[Pair, int], size: int, own: Mapping[int, int] | None = None
) -> tuple[int, ...]:
    """Find `size` qubits that pairs of little loss join.

    From each qubit a set grows by the pair that adds the least loss (its own and that of the qubit
    it brings in), of equal ones the smaller pair; the set of least loss is taken, of equal ones the
    one that begins at the smaller qubit.

    Args:
        losses: Of each pair (a, b) with a < b that can be used: a whole number from 0.
        size: Qubits of the set, 2 at least.
        own: What each qubit loses besides; nothing where it has no entry.

    Returns:
        The qubits, sorted; nothing where no connected set is so large.
    """
    beside, mine = _neighbours(losses), own or {}
    best: tuple[int, int] | None = None
    found: tuple[int, ...] = ()
    for start in sorted(beside):
        inside, lost = {start}, mine.get(start, 0)
        while len(inside) < size:
            edges = (
                (step + mine.get(q, 0), min(p, q), max(p, q), q)
                for p in inside
                for q, step in beside[p].items()
                if q not in inside
            )
            least = min(edges, default=None)
            if least is None:
                break
            lost += least[0]
            inside.add(least[3])
        if len(inside) == size and (best is None or (lost, start) < best):
            best, found = (lost, start), tuple(sorted(inside))
    return found


def _neighbours(losses: Mapping[Pair, int]) -> dict[int, dict[int, int]]:
    """List whom each qubit can meet, in the order of their numbers, and what that loses."""
    beside: dict[int, dict[int, int]] = {}
    for (a, b), lost in sorted(losses.items()):
        beside.setdefault(a, {})[b] = lost
        beside.setdefault(b, {})[a] = lost
    return {q: dict(sorted(near.items())) for q, near in sorted(beside.items())}


def choosing_steps(pairs: int, qubits: int, size: int) -> int:
    """Bound the steps that either rule takes, by what it chooses from and how much."""
    return size * pairs * max(2 * KEPT, qubits)
