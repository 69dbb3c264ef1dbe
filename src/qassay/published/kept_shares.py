"""The share of shots that a table keeps, beside every number that was made of the kept ones.

A table with a column `lost` says how many shots of each row are not among its `shots`. Its figures
are of the kept ones: post-selected. So how much was kept stands beside them, with the interval of
all shots and the target that keeps least, and what the figures could be at worst over all shots.
"""

from __future__ import annotations

import math
import re
from typing import Final

from qassay.published.csv_table import CsvTable
from qassay.statistics.intervals import binomial_estimate

_LEVEL: Final = 0.95


def kept_shares(table: CsvTable) -> list[str]:
    """Say how many shots a table calls lost, what share was kept, and what that leaves open.

    Returns:
        Nothing where no row has lost a shot.
    """
    kept: dict[str, int] = {}
    lost: dict[str, int] = {}
    for row in table.rows:
        gone, shots = (_whole(row.cells.get(key, "")) for key in ("lost", "shots"))
        if gone is None or shots is None:
            continue
        target = row.cells.get("target", "")
        kept[target] = kept.get(target, 0) + shots
        lost[target] = lost.get(target, 0) + gone
    gone = sum(lost.values())
    if not gone:
        return []
    name, each = table.rows[0].table, _share(sum(kept.values()), gone)
    least = min(kept, key=lambda one: (kept[one] / max(kept[one] + lost[one], 1), one))
    worst = _share(kept[least], lost[least])
    told = (
        f"{name}: {gone} shots were lost, as its column says; hits are of the others: {each} of"
        " all shots were kept"
    )
    if len(kept) > 1:
        told += f", of target {least} the fewest, {worst}"
    low = binomial_estimate(kept[least], kept[least] + lost[least], level=_LEVEL, circuits=1).low
    return [
        f"{told}. Over all shots a share of wrong ones could be larger by up to"
        f" {_percent(math.ceil(1e4 * (1 - low)) / 1e4)}: were every lost shot wrong"
    ]


def _share(kept: int, lost: int) -> str:
    """Write a share with its interval, which takes shots as independent."""
    one = binomial_estimate(kept, kept + lost, level=_LEVEL, circuits=1)
    return f"{_percent(one.value)} ({_percent(one.low)} to {_percent(one.high)})"


def _percent(share: float) -> str:
    return f"{100 * share:.2f} %"


def _whole(text: str | None) -> int | None:
    return int(text) if text and re.fullmatch(r"[0-9]{1,9}", text) else None
