"""Tables of a decay in which the share of right answers rises with length: no decay does.

Somebody's column counts wrong answers, or lengths and circuits have changed places. A fit would
find no error at all and support any claim, so such a target is named and left out. No honest
machine is: the rise has to be beyond six standard errors, of the shots and of the scatter of
circuits.
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
