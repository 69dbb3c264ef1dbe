"""Answers that stand under the names of other circuits, told by what they answer.

A laboratory that sorts its circuits otherwise than its results, is one off, or sends the counts of
one part for another, gives each circuit an answer that is right for another one. A bad machine
cannot do that: its noise makes all agreement weaker and moves none of it.

With e_j the centred ideal bits of circuit j and o_i the centred outcomes of circuit i,
z[i, j] = e_j o_i / sqrt(e_j^2 o_i^2) is sub-gaussian where the two have nothing to do with each
other, since e_j is random: P(z > t) <= exp(-t^2 / 2) (Hoeffding). For r circuits and any given
assignment so is their sum over sqrt(r). There are at most C(m, r) m^r of those, so that
S^2 / 2 > r ln m + ln C(m, r) + 25 is beyond chance (1.4e-11) for whichever of them looks best.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import lgamma, log
from typing import Final

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]
BEYOND: Final = 25.0  # -ln of the chance
_NAMED: Final = 3
_LIKE_HIS_OWN: Final = 0.5  # of the agreement elsewhere: then nothing was moved


def mixed_answers(
    ideal: Matrix, seen: Matrix, names: Sequence[str], parts: Sequence[int] = ()
) -> str:
    """Say whose answers stand under the names of other circuits; "" if none do.

    Args:
        ideal: Centred ideal bits, 0 where any answer is right, shape (circuits, qubits).
        seen: Centred outcomes, of the same shape.
        names: Of the circuits, in order of execution.
        parts: The part of each circuit; one for all by default.
    """
    if len(names) < 2:
        return ""
    products, sizes = seen @ ideal.T, seen**2 @ (ideal**2).T
    for words, order in _orders(names):
        if _together(products, sizes, order):
            return f"answers in another order of the circuits: {words}"
    scores = np.where(sizes > 0, products / np.sqrt(np.where(sizes > 0, sizes, 1.0)), 0.0)
    own = np.asarray(parts if len(parts) else np.zeros(len(names)))
    for part in dict.fromkeys(own.tolist()):
        rows = np.flatnonzero(own == part)
        moved = _moved(scores[rows], rows)
        if moved:
            told = ", ".join(f"{names[i]} holds that of {names[j]}" for i, j in moved[:_NAMED])
            more = len(moved) - _NAMED
            return f"answers under the names of other circuits: {told}" + (
                f" and {more} more" if more > 0 else ""
            )
    return ""


def _orders(names: Sequence[str]) -> Iterator[tuple[str, Places]]:
    """Give orders that a program may put circuits in by mistake: whose answer each one holds."""
    count = len(names)
    here = np.arange(count)
    ranked = np.array(sorted(range(count), key=names.__getitem__))
    place = np.empty(count, dtype=np.intp)
    place[ranked] = here
    for words, order in (("of execution", here), ("of their names", ranked)):
        at = np.empty(count, dtype=np.intp)
        at[order] = here  # the place of each circuit in this order
        for step in range(1, count):
            off = min(step, count - step)
            yield f"{off} off in the order {words}", order[(at + step) % count]
        yield f"backwards in the order {words}", order[count - 1 - at]
    yield "sorted by name under names in order of execution", ranked
    yield "in order of execution under sorted names", place


def _together(products: Matrix, sizes: Matrix, order: Places) -> bool:
    """Whether all circuits together agree with those of an order, and not with their own."""
    here = np.arange(len(order))
    moved = order != here

    def score(whose: Places) -> float:
        size = float(sizes[here, whose][moved].sum())
        return float(products[here, whose][moved].sum()) / size**0.5 if size > 0 else 0.0

    other = score(order)
    least = (2 * (BEYOND + log(2 * len(order) + 2))) ** 0.5
    return other > least and score(here) < _LIKE_HIS_OWN * other


def _moved(scores: Matrix, rows: Places) -> list[tuple[int, int]]:
    """Find the circuits of a part whose answers are surely those of others, each of one.

    Args:
        scores: Agreement of the part's outcomes with all ideal bits, shape (part, circuits).
        rows: Which circuits those of the part are.
    """
    from scipy.optimize import linear_sum_assignment

    first, second = linear_sum_assignment(scores, maximize=True)
    best = scores[first, second]
    apart = (second != rows[first]) & (scores[first, rows[first]] < _LIKE_HIS_OWN * best)
    first, second, best = first[apart], second[apart], best[apart]
    ranked = np.argsort(-best, kind="stable")
    sums = np.cumsum(best[ranked])
    found = 0
    for r in range(2, len(ranked) + 1):
        many = len(rows)
        ways = r * log(scores.shape[1]) + lgamma(many + 1) - lgamma(r + 1) - lgamma(many - r + 1)
        if sums[r - 1] > 0 and sums[r - 1] ** 2 / (2 * r) > ways + BEYOND:
            found = r
    return [(int(rows[first[i]]), int(second[i])) for i in ranked[:found]]
