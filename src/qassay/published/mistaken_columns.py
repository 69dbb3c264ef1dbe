"""Columns that hold something else than they are called: what no machine does is no physics.

A decay whose share of right answers rises with length (wrong answers were counted, or lengths and
circuits have changed places) would be fitted without any error, and support any claim. A readout
that is wrong in most shots on most qubits, or answers the same whatever was prepared, would refute
a good machine for good. Such a target or table is named and left out. No honest machine is: each
has to be beyond six standard errors, of the shots and of the scatter of circuits.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from qassay.errors import Problem
from qassay.protocols.interface import Target
from qassay.published.cells import TableCount

_BEYOND: Final = 6.0  # standard errors: 1e-9 of honest targets
_LEAST: Final = 0.05  # of all shots
_ENOUGH: Final = 3  # circuits of a length, from which their scatter can be told
_APART: Final = 0.2  # of a share from 1/2 at least
_PLAIN: Final = 0.2  # a rise that fewer circuits leave no doubt about


def without_rising(
    cells: Sequence[TableCount],
) -> tuple[list[TableCount], list[Problem | str]]:
    """Leave out the targets whose share of hits rises with length.

    Returns:
        The cells of all others, and what is wrong with those left out.
    """
    own: dict[Target, list[TableCount]] = {}
    for cell in cells:
        own.setdefault(cell.target, []).append(cell)
    wrong: dict[Target, Problem] = {}
    for target, mine in own.items():
        ends = [
            [cell for cell in mine if cell.length == length]
            for length in (min(c.length for c in mine), max(c.length for c in mine))
        ]
        (first, doubt), (last, more) = (_share(end) for end in ends)
        rise, least = last - first, min(map(len, ends))
        if rise > (_LEAST if least >= _ENOUGH else _PLAIN) and rise > _BEYOND * math.hypot(
            doubt, more
        ):
            wrong[target] = Problem(
                where=f"{mine[0].place}, target {'-'.join(map(str, target))}",
                found=f"hits that rise with length: {100 * first:.3g} % at {ends[0][0].length:g},"
                f" {100 * last:.3g} % at {ends[1][0].length:g}",
                expected="the shots that gave the expected outcome, which fall",
                advice="are these the wrong answers, or the lengths in another column?",
            )
    return [cell for cell in cells if cell.target not in wrong], list(wrong.values())


def mistaken_readout(cells: Sequence[TableCount], table: str) -> Problem | None:
    """Say what a table of assignments holds in place of ones; None where it may hold them.

    Most of the qubits must say so: a few with swapped or dead levels are a fault of the machine.

    Args:
        cells: Length 0 or 1, which was prepared; hits are wrong answers.
        table: Its name.
    """
    errors: dict[Target, dict[float, tuple[float, float]]] = {}
    for target in {cell.target for cell in cells}:
        for prepared in (0.0, 1.0):
            mine = [c for c in cells if c.target == target and c.length == prepared]
            if mine:
                errors.setdefault(target, {})[prepared] = _share(mine)
    both = [(known[0.0], known[1.0]) for known in errors.values() if len(known) > 1]
    turned = sum(min(a - _BEYOND * s, b - _BEYOND * t) > 1 / 2 for (a, s), (b, t) in both)
    deaf = sum(
        abs(a + b - 1) < 3 * math.hypot(s, t) and abs(a - b) / 2 > _APART + _BEYOND * max(s, t)
        for (a, s), (b, t) in both
    )
    words = ""
    if 2 * turned > len(both):
        words = f"{turned} of {len(both)} targets that read 1 where 0 was prepared, and 0 for 1"
    elif 2 * deaf > len(both):
        words = f"{deaf} of {len(both)} targets with as many ones whatever was prepared"
    if not words:
        return None
    return Problem(
        where=f"{table}, column ones",
        found=words,
        expected="the shots that read 1, few where 0 was prepared and most where 1 was",
        advice="are these the wrong or the right answers, or is 0 written for 1?",
    )


def _share(cells: Sequence[TableCount]) -> tuple[float, float]:
    """Give the mean share of hits of circuits of one length, and its standard error."""
    shots = sum(cell.shots for cell in cells)
    hits = sum(cell.hits for cell in cells)
    kept = (hits + 1) / (shots + 2)
    error = math.sqrt(kept * (1 - kept) / shots)
    shares = [cell.hits / cell.shots for cell in cells]
    mean = math.fsum(shares) / len(shares)
    if len(shares) >= _ENOUGH:
        spread = math.fsum((share - mean) ** 2 for share in shares) / (len(shares) - 1)
        error = max(error, math.sqrt(spread / len(shares)))
    return mean, error
