"""A chain of coupled qubits, of a length that a published figure names without saying which."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

Pair = tuple[int, int]
_STEPS: Final = 200_000  # of the search; a lattice of some hundred qubits needs a few hundred


def coupled_chain(qubits: int, couplings: Sequence[Pair], length: int) -> tuple[int, ...] | None:
    """Find a chain of qubits in which each is coupled to the next.

    A depth-first search that goes first where the fewest ways lead on (Warnsdorff's rule).

    Args:
        qubits: Of the machine.
        couplings: Empty where everything is coupled.
        length: Of the chain.

    Returns:
        The qubits in the order of the chain; None where none was found.
    """
    if length > qubits:
        return None
    if not couplings:
        return tuple(range(length))
    near: dict[int, list[int]] = {one: [] for one in range(qubits)}
    for a, b in couplings:
        near[a].append(b)
        near[b].append(a)
    for start in sorted(near, key=lambda one: (len(near[one]), one)):
        found = _search(near, start, length)
        if found is not None:
            return found
    return None


def _search(near: dict[int, list[int]], start: int, length: int) -> tuple[int, ...] | None:
    path, taken = [start], {start}
    ways = [_onward(near, start, taken)]
    for _ in range(_STEPS // max(len(near), 1)):
        if len(path) == length:
            return tuple(path)
        step = next(ways[-1], None)
        if step is None:
            ways.pop()
            taken.discard(path.pop())
            if not path:
                return None
            continue
        path.append(step)
        taken.add(step)
        ways.append(_onward(near, step, taken))
    return tuple(path) if len(path) == length else None


def _onward(near: dict[int, list[int]], at: int, taken: set[int]) -> Iterator[int]:
    free = [one for one in near[at] if one not in taken]
    return iter(sorted(free, key=lambda one: (sum(x not in taken for x in near[one]), one)))
