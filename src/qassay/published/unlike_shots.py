"""Circuits with unlike numbers of shots, brought to one number without changing what they say.

The estimators compare circuits with as many shots each. Where some have more, as many shots as the
fewest have are drawn from theirs without replacement: of a binomial count with n shots that leaves
a binomial count of fewer, with the same chance, so no estimate moves and intervals only widen. The
draw is named by the file's sha256 and the cell, and anybody who holds the file can do it again.
Circuits with few shots are never left out for it: where shots were removed by a rule, they are not
like the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from qassay.errors import Problem
from qassay.protocols.interface import Target
from qassay.published.cells import TableCount
from qassay.randomness import Stream

_LEAST_KEPT: Final = 0.5  # of all shots: beyond, the table says more apart than together
_MOST_DRAWN: Final = 20_000_000  # shots


def evened(
    cells: Sequence[TableCount], sha256: str
) -> tuple[list[TableCount], list[Problem], dict[Target, str]]:
    """Give all circuits of a target the same number of shots.

    Args:
        cells: Of one table.
        sha256: Of its file, hexadecimal.

    Returns:
        The cells of the targets that can be kept; what is wrong with the others; what was drawn,
        in a sentence for each target.
    """
    own: dict[Target, list[TableCount]] = {}
    for cell in cells:
        own.setdefault(cell.target, []).append(cell)
    uneven = [t for t, mine in own.items() if len({cell.shots for cell in mine}) > 1]
    # Targets that share circuits stay comparable where one number does for all of them.
    all_uneven = [cell for target in uneven for cell in own[target]]
    common = _fewest(all_uneven) if all_uneven and _kept(all_uneven) >= _LEAST_KEPT else None
    problems: list[Problem] = []
    told: dict[Target, str] = {}
    drawn = sum(cell.shots for cell in all_uneven)
    for target in uneven:
        mine = own[target]
        if drawn > _MOST_DRAWN or (common is None and _kept(mine) < _LEAST_KEPT):
            problems.append(_unlike(mine))
            own[target] = []
            continue
        wanted = _fewest(mine) if common is None else common
        fewest, most = _fewest(mine), max(cell.shots for cell in mine)
        left = wanted * len(mine) / sum(cell.shots for cell in mine)
        told[target] = (
            f"{fewest} to {most} shots a circuit, of which {wanted} each were drawn by the file's"
            f" sha256, {100 * left:.0f} % of all"
        )
        own[target] = [_thinned(cell, wanted, sha256) for cell in mine]
    return [cell for mine in own.values() for cell in mine], problems, told


def _fewest(cells: Sequence[TableCount]) -> int:
    return min(cell.shots for cell in cells)


def _kept(cells: Sequence[TableCount]) -> float:
    """Which share of the shots is left where every circuit has as many as the one of fewest."""
    return _fewest(cells) * len(cells) / sum(cell.shots for cell in cells)


def _thinned(cell: TableCount, wanted: int, sha256: str) -> TableCount:
    """Draw some shots of a circuit."""
    if cell.shots == wanted:
        return cell
    name = f"thinned/{'-'.join(map(str, cell.target))}/{cell.length!r}/{cell.circuit}"
    keys = Stream(bytes.fromhex(sha256), name).take(8 * cell.shots).view("<u8")
    first = np.argsort(keys, kind="stable")[:wanted]
    return replace(cell, shots=wanted, hits=int((first < cell.hits).sum()))


def _unlike(cells: Sequence[TableCount]) -> Problem:
    fewest = min(cells, key=lambda cell: cell.shots)
    most = max(cells, key=lambda cell: cell.shots)
    return Problem(
        where=fewest.place,
        found=f"{fewest.shots} shots beside {most.shots}",
        expected="circuits of a target whose shots differ so little that half of them are left"
        " where all have as many as the fewest",
        advice="put them into tables of their own, or leave out what was hardly run",
    )
