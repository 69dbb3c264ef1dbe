"""What a clock says: on the page, and apart from all that was counted."""

from __future__ import annotations

from dataclasses import dataclass

from qassay.reports.text import sentence
from qassay.verdicts.operations import OperationVerdict


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationRow:
    """One claim.

    Attributes:
        title: What it speaks of.
        stated: The figure with its relation.
        measured: What was found, in words.
        standing: The verdict, with the standing of its document where seconds settle nothing.
        sentences: Why, and what is meant.
    """

    title: str
    stated: str
    measured: str
    standing: str
    sentences: tuple[str, ...]


def operation_rows(found: tuple[OperationVerdict, ...]) -> tuple[OperationRow, ...]:
    """List the claims in the order of the sheet."""
    return tuple(
        OperationRow(
            title=one.claim.kind.title,
            stated=f"{one.claim.relation} {one.claim.stated}",
            measured=one.measured,
            standing=one.standing,
            sentences=tuple(map(sentence, (*one.reasons, *one.claim.read_as, *_document(one)))),
        )
        for one in found
    )


def _document(one: OperationVerdict) -> tuple[str, ...]:
    settled = one.outcome in ("supported", "refuted")
    return () if settled else (one.claim.declared.sentence,)
