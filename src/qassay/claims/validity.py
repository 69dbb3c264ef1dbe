"""Claims that are tested at a time of which they do not speak.

A figure is the machine's between two days, or from the day on which it was told. Counts of another
day may well be worth having, but a verdict by them is none on the claim as it was made.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from qassay.claims.claim import Claim, ClaimSheet
from qassay.claims.finding import Finding
from qassay.languages.english import said
from qassay.languages.sentence import DayFact, Sentence, day_fact

VALIDITY = "validity"  # name of the rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """From when to when counts were taken; ISO days, both empty where nobody knows.

    Attributes:
        first: Day of the first counts.
        last: Day of the last counts.
        counted: Whether there are counts; else it is today that is looked at, before a run.
    """

    first: str
    last: str
    counted: bool = True


def days_between(earliest: str, latest: str) -> Days | None:
    """Give the days of two times such as "2026-11-29T12:40:00Z"; None where there is none."""
    return Days(first=earliest[:10], last=latest[:10]) if earliest and latest else None


def outside_validity(sheet: ClaimSheet, days: Days | None) -> Iterator[Finding]:
    """Name the claims of which some counts are too late, or too early.

    Args:
        sheet: The claims; one without a day of its own was made on that of its source.
        days: Of the counts; None where nobody knows.
    """
    if days is None:
        return
    frame = "counted" if days.counted else "today"
    for claim in sheet.claims:
        told = _outside(claim, sheet, days)
        if told is not None:
            words, when = told
            yield Finding(
                rule=VALIDITY,
                severity="questionable",
                claims=(claim.id,),
                sentence=said(f"finding.valid_{frame}", validity=words, when=day_fact(when)),
            )


def _outside(claim: Claim, sheet: ClaimSheet, days: Days) -> tuple[Sentence, str] | None:
    """Say when a claim is to hold, and the day that is outside; None where none is."""

    def told(code: str, day: str) -> Sentence:
        return said(f"finding.valid_{code}", claim=claim.id, day=day_fact(day))

    if claim.valid_until and days.last > claim.valid_until:
        return told("until", claim.valid_until), days.last
    if claim.valid_from and days.first < claim.valid_from:
        return told("since", claim.valid_from), days.first
    made = claim.date or sheet.source.date
    is_day = isinstance(day_fact(made), DayFact)
    if is_day and not claim.valid_from and days.first < made:
        return told("made", made), days.first
    return None
