"""A number with its interval, or the honest statement that there is none."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A point estimate and a confidence interval.

    Attributes:
        value: Best estimate; NaN where the data hold no information.
        low: Lower end of the interval; -inf or the physical bound where unbounded.
        high: Upper end; +inf or the physical bound where unbounded.
        level: Nominal confidence level of the two-sided interval.
        shots: Executions that entered.
        circuits: Different circuits that entered.
        method: How the interval was made, in a few words.
    """

    value: float
    low: float
    high: float
    level: float = 0.95
    shots: int = 0
    circuits: int = 0
    method: str = ""

    @property
    def informative(self) -> bool:
        """Whether the data say anything at all."""
        return math.isfinite(self.value) and not (math.isinf(self.low) and math.isinf(self.high))

    @property
    def bounded_below(self) -> bool:
        """Whether nothing but a lower end above 0 is known: a time in which nothing was lost."""
        return self.value == math.inf and 0 < self.low < math.inf

    def as_json(self) -> dict[str, Any] | None:
        """Give {value, low, high, level} with null for an unbounded end; None without data.

        There is no minus zero among them, which a reader would take for a mistake.
        """
        if not self.informative:
            return None
        return {
            "value": self.value + 0.0,
            "low": self.low + 0.0 if math.isfinite(self.low) else None,
            "high": self.high + 0.0 if math.isfinite(self.high) else None,
            "level": self.level,
        }


def no_information(shots: int = 0, circuits: int = 0) -> Estimate:
    """Say that nothing is known."""
    return Estimate(
        value=math.nan,
        low=-math.inf,
        high=math.inf,
        shots=shots,
        circuits=circuits,
        method="no information",
    )


def physical(estimate: Estimate, least: float = 0.0, most: float = math.inf) -> Estimate:
    """Keep an estimate inside the range that its quantity can have.

    Args:
        estimate: With ends in any order and of any size.
        least: Smallest value there can be.
        most: Largest.

    Returns:
        Value and finite ends within the range, low <= value <= high; an end without a bound stays
        infinite. No information where any of them is no number. An infinite value stays where it
        has a finite lower end: a time in which nothing was lost. An interval wholly outside moves
        to the bound with its inner half: data that no value explains do not name one exactly.
    """
    value, low, high = estimate.value, estimate.low, estimate.high
    if any(math.isnan(x) for x in (value, low, high)) or value == -math.inf:
        return no_information(estimate.shots, estimate.circuits)
    if math.isfinite(value):
        if high < least:
            high += least - value
        elif low > most:
            low += most - value
    value = min(max(value, least), most)
    low = low if low == -math.inf else min(max(low, least), value)
    high = high if high == math.inf else max(min(high, most), value)
    if math.isinf(low) and math.isinf(value):
        return no_information(estimate.shots, estimate.circuits)
    return replace(estimate, value=value, low=low, high=high)


def excludes_nothing(estimate: Estimate, least: float = 0.0, most: float = math.inf) -> bool:
    """Whether an interval holds every value that its quantity can have."""
    return not estimate.informative or (estimate.low <= least and estimate.high >= most)
