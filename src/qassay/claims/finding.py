"""What a reader should know of a sheet before a single shot is taken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal, Protocol

from qassay.claims.claim import Claim, ClaimSheet, Statistic
from qassay.claims.metrics import METRICS
from qassay.languages.english import lowered, named, said
from qassay.languages.sentence import Figures, Sentence, quantity_fact
from qassay.units import format_quantity

Severity = Literal["impossible", "questionable", "note"]

SEVERITIES: Final[tuple[Severity, ...]] = ("impossible", "questionable", "note")

# Whom a figure speaks of: "every" bounds the worst member, "best" only the luckiest.
_RANKS: Final[dict[Statistic, int]] = {
    "every": 0,
    "mean": 1,
    "median": 1,
    "quantile": 1,
    "share above": 1,
    "best": 2,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One remark on a sheet.

    Attributes:
        rule: Short name of the rule behind it, the same in every report.
        severity: "impossible": the figures as they stand cannot all be the machine's;
            "questionable": they may be true and still mislead; "note": worth knowing.
        claims: Ids of the claims it concerns; empty where it concerns the whole sheet.
        sentence: The remark in plain words, with the numbers.
    """

    rule: str
    severity: Severity
    claims: tuple[str, ...]
    sentence: str

    def as_json(self) -> dict[str, Any]:
        """Give the finding as plain JSON values."""
        return asdict(self)


class DurationsLike(Protocol):
    """How long things take on a machine, in seconds; 0 where unknown."""

    @property
    def one_qubit_gate(self) -> float:
        """Seconds of a one-qubit gate."""

    @property
    def two_qubit_gate(self) -> float:
        """Seconds of a two-qubit gate."""

    @property
    def readout(self) -> float:
        """Seconds of a readout."""


def claims_on(sheet: ClaimSheet, *metrics: str) -> Iterator[Claim]:
    """Give the sheet's claims on some metrics, in order."""
    return (claim for claim in sheet.claims if claim.metric in metrics)


def amount(claim: Claim, value: float | None = None) -> str:
    """Write a claim's value, or another of its dimension, for people."""
    dimension = METRICS[claim.metric].dimension
    return format_quantity(claim.value if value is None else value, dimension)


def stated(claim: Claim, value: float | None = None) -> Figures:
    """Give a claim's value, or another of its dimension, as a number with its unit."""
    return quantity_fact(amount(claim, value))


def side(claim: Claim, value: float | None = None) -> Sentence:
    """Give a value with the relation of its claim."""
    return said(f"relation.{claim.relation.replace(' ', '_')}", value=stated(claim, value))


def title(claim: Claim) -> Sentence:
    """Give the title of a claim's metric as it stands inside a sentence."""
    whole = named(f"metric.{claim.metric}", METRICS[claim.metric].title)
    return whole if whole[:2].isupper() else lowered(whole)


def quoted_id(claim: Claim) -> str:
    """Name a claim by its id, in quotes."""
    return f'"{claim.id}"'


def names(claims: list[Claim]) -> tuple[str, ...]:
    """List claims by their ids, in quotes."""
    return tuple(map(quoted_id, claims))


def bearing(figure: Claim, limit: Claim) -> Severity | None:
    """Say how much a figure beyond a limit taken from another claim would mean.

    A limit for the members that `limit` speaks of binds those of `figure` if these are, at the
    best, equally good: T2 of every qubit against the mean T1, but not the best T2 against it.

    Returns:
        "impossible" where the limit binds, "questionable" where it does so only roughly (a mean
        against a median, different qubits), None where it does not.
    """
    if _RANKS[figure.statistic] > _RANKS[limit.statistic]:
        return None
    several = _RANKS[figure.statistic] == _RANKS[limit.statistic] == 1
    mixed = several and (figure.statistic, figure.share) != (limit.statistic, limit.share)
    return "questionable" if mixed or figure.scope != limit.scope else "impossible"
