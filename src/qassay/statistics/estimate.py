"""A number with its interval, or the honest statement that there is none."""

from __future__ import annotations

import math
from dataclasses import dataclass
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

    def as_json(self) -> dict[str, Any] | None:
        """Give {value, low, high, level} with null for an unbounded end; None without data."""
        if not self.informative:
            return None
        return {
            "value": self.value,
            "low": self.low if math.isfinite(self.low) else None,
            "high": self.high if math.isfinite(self.high) else None,
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
