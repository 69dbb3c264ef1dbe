"""The table of verdicts: a row a claim, the first thing to read after the summary."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from qassay.devices.description import DeviceDescription
from qassay.numerals import numeral
from qassay.protocols.known import told_as
from qassay.reports.claim_data import ClaimData
from qassay.reports.numbers import Shown, shown_estimate
from qassay.reports.ruler import ruler
from qassay.reports.words import (
    borders,
    claimed,
    limit_words,
    owed_to_tolerance,
    qualifiers,
)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Row:
    """One claim.

    Attributes:
        anchor: Where its section is.
        title: Name of the metric.
        qualifiers: Over what, and by which definition.
        claimed: As the sheet states it.
        limit: What the data must exclude to support it; empty where it is the claim itself.
        measured: The estimate of the claimed statistic.
        ruler: The drawing, or None.
        outcome: The verdict.
        owed: What a supported claim owes to its tolerance; empty where it owes nothing.
        shots: Executions that entered.
        trust: How far the counts can be trusted.
    """

    anchor: str
    title: str
    qualifiers: str
    claimed: str
    limit: str
    measured: Shown
    ruler: Markup | None
    outcome: str
    owed: str
    shots: str
    trust: str


def rows_of(claims: tuple[ClaimData, ...], device: DeviceDescription) -> tuple[Row, ...]:
    """Make the rows of the table, in the order of the sheet."""
    return tuple(
        Row(
            anchor=data.anchor,
            title=data.metric.title,
            qualifiers=qualifiers(data.claim, device, len(data.estimates) or None),
            claimed=claimed(data.claim),
            limit=limit_words(data.claim, data.verdict),
            measured=shown_estimate(
                data.verdict.estimate,
                told_as(data.claim.metric),
                borders(data.claim, data.verdict),
            ),
            ruler=ruler(data),
            outcome=data.verdict.outcome,
            owed=owed_to_tolerance(data.claim, data.verdict),
            shots=numeral(data.verdict.shots) if data.verdict.shots else "–",
            trust=data.verdict.trust if data.verdict.shots else "–",
        )
        for data in claims
    )
