"""Figures that somebody declared: on the page, and apart from all that was measured."""

from __future__ import annotations

from dataclasses import dataclass

from qassay.claims.claim import ClaimSheet
from qassay.reports.text import sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredRow:
    """One figure.

    Attributes:
        figure: What it speaks of.
        stated: The figure with its relation.
        standing: "inspected" or "declared only".
        sentence: How far it can be relied on.
        sha256: Of the document; may be empty.
        url: Of the document; may be empty.
    """

    figure: str
    stated: str
    standing: str
    sentence: str
    sha256: str
    url: str


def declared_rows(sheet: ClaimSheet) -> tuple[DeclaredRow, ...]:
    """List the figures in the order of the sheet."""
    return tuple(
        DeclaredRow(
            figure=one.figure,
            stated=f"{one.relation} {one.stated}".strip(),
            standing=one.standing,
            sentence=sentence(one.sentence),
            sha256=one.document.sha256,
            url=one.document.url,
        )
        for one in sheet.declared
    )
