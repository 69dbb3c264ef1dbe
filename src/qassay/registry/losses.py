"""The lost points of a score in words, for tables."""

from __future__ import annotations

from typing import Final

from qassay.languages.english import commas, said
from qassay.languages.sentence import Sentence
from qassay.registry.disclosure import DisclosureScore
from qassay.registry.figure_words import group_title
from qassay.registry.missing import MissingKinds

_ITEMS: Final = ("calibration", "counts", "outside")


def _parts_words(parts: list[str]) -> Sentence:
    if len(parts) == 3:
        return said("part.all")
    return commas([said(f"part.name_{name}") for name in parts])


def grouped_losses(score: DisclosureScore) -> list[tuple[str, str, float, str]]:
    """Put the parts of a group that are lost for one reason into one row.

    Returns:
        Group, parts, points and reason, the most points first.
    """
    rows: dict[tuple[str, str], tuple[float, list[str]]] = {}
    for one in score.lost:
        name = said(f"lost.{one.group}") if one.group in _ITEMS else group_title(one.group)
        why: str = one.detail
        if one.why in ("withheld", "mentioned", "unread", "not found"):
            why = MissingKinds(how=one.why, groups=()).words
            if one.why != "not found":
                why = said("absence.with_detail", how=why, detail=one.detail)
        points, parts = rows.setdefault((name, why), (0.0, []))
        rows[name, why] = (points + one.points, [*parts, one.part])
    ranked = sorted(rows.items(), key=lambda row: -row[1][0])
    return [(name, _parts_words(parts), points, why) for (name, why), (points, parts) in ranked]
