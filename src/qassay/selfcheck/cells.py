"""Counting: shares with exact intervals, and whether a share can be a matter of chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from scipy.special import betainc

from qassay.statistics.intervals import clopper_pearson


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """So many events of so many.

    Attributes:
        events: How often it happened.
        of: How often it could have happened.
    """

    events: int
    of: int

    @property
    def rate(self) -> float:
        """The share itself; NaN of nothing."""
        return self.events / self.of if self.of else float("nan")

    @property
    def interval(self) -> tuple[float, float]:
        """Its Clopper-Pearson interval of 95 %."""
        low, high = clopper_pearson(self.events, self.of)
        return float(low), float(high)

    def as_json(self) -> dict[str, Any]:
        """Give it as plain JSON values."""
        low, high = self.interval
        rate = self.rate if self.of else None
        return {"events": self.events, "of": self.of, "rate": rate, "low": low, "high": high}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A share that must not pass a limit.

    Attributes:
        what: What is counted.
        metric: Of the claims; or a kind of machine.
        form: Their statistic; "all" of a kind.
        ratio: Where they were placed; None for all places together.
        share: The count.
        limit: The promised limit.
        side: Whether the share is to stay "at most" or "at least" there.
    """

    what: Literal["wrongly refuted", "wrongly supported", "covered", "covered at all times"]
    metric: str
    form: str
    ratio: float | None
    share: Share
    limit: float
    side: Literal["at most", "at least"]

    @property
    def p_value(self) -> float:
        """Probability of a count as bad as this one, or worse, were the share at its limit."""
        events, of = self.share.events, self.share.of
        if self.side == "at most":
            return float(betainc(events, of - events + 1, self.limit)) if events else 1.0
        return float(betainc(of - events, events + 1, 1 - self.limit)) if events < of else 1.0

    def as_json(self) -> dict[str, Any]:
        """Give it as plain JSON values."""
        return {
            "what": self.what,
            "metric": self.metric,
            "form": self.form,
            "ratio": self.ratio,
            "limit": self.limit,
            "p_value": self.p_value,
            **self.share.as_json(),
        }


def share_of_flags(flags: list[bool]) -> Share:
    """Count flags."""
    return Share(events=sum(flags), of=len(flags))
