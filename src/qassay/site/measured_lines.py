"""Measured bundles on a machine's page: what was claimed beside what the counts say, by bundle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qassay.claims.claim import Claim
from qassay.claims.metrics import METRICS
from qassay.languages.sentence import Sentence
from qassay.reports.numbers import Shown, shown_estimate
from qassay.reports.words import (
    claimed,
    limit_words,
    metric_title,
    outcome_word,
    owed_to_tolerance,
)
from qassay.verdicts.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictLine:
    """One claim and its verdict on a machine's page."""

    title: Sentence
    claimed: Sentence
    limit: str
    measured: Shown
    outcome: str
    verdict: Sentence
    owed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredLines:
    """One bundle on a machine's page.

    Attributes:
        day: When its counts were taken, or when it was sealed.
        trust: Its level of trust.
        verified: Who vouches for what.
        file: Name of the bundle.
        link: Where it can be downloaded, relative to the page.
        rows: One a claim.
    """

    day: str
    trust: str
    verified: str
    file: str
    link: str
    rows: tuple[VerdictLine, ...]


def verdict_lines(claims: Sequence[Claim], verdicts: Sequence[Verdict]) -> tuple[VerdictLine, ...]:
    """Put each claim beside its verdict."""
    return tuple(
        VerdictLine(
            title=metric_title(METRICS[claim.metric]),
            claimed=claimed(claim),
            limit=limit_words(claim, verdict),
            measured=shown_estimate(
                verdict.estimate,
                METRICS[claim.metric].dimension,
                (verdict.claimed, verdict.limit),
            ),
            outcome=verdict.outcome,
            verdict=outcome_word(verdict.outcome),
            owed=owed_to_tolerance(claim, verdict),
        )
        for claim, verdict in zip(claims, verdicts, strict=True)
    )
