"""The lost points of a score in words, for tables."""

from __future__ import annotations

from typing import Final

from qassay.registry.disclosure import DisclosureScore
from qassay.registry.missing import MissingKinds
from qassay.registry.vocabulary import GROUPS

_ITEMS: Final = {
    "calibration": "calibration data",
    "counts": "raw counts",
    "outside": "measurements by others",
}


def grouped_losses(score: DisclosureScore) -> list[tuple[str, str, float, str]]:
    """Put the parts of a group that are lost for one reason into one row.

    Returns:
        Group, parts, points and reason, the most points first.
    """
    rows: dict[tuple[str, str], tuple[float, list[str]]] = {}
    for one in score.lost:
        name = _ITEMS.get(one.group) or GROUPS[one.group]
        if one.why in ("withheld", "mentioned", "unread"):
            why = f"{MissingKinds(how=one.why, groups=()).words} ({one.detail})"
        elif one.why == "not found":
            why = MissingKinds(how="not found", groups=()).words
        else:
            why = one.detail
        points, parts = rows.setdefault((name, why), (0.0, []))
        rows[name, why] = (points + one.points, [*parts, one.part])
    ranked = sorted(rows.items(), key=lambda row: -row[1][0])
    return [
        (name, "all parts" if len(parts) == 3 else ", ".join(parts), points, why)
        for (name, why), (points, parts) in ranked
    ]
