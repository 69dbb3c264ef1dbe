"""One question put to the counts, and how often it would be wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

LEVEL: Final = 0.01  # of every question


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspicion:
    """The answer to one question.

    Attributes:
        name: Which question.
        p_value: Probability that an honest machine looks as odd; None where the data cannot
            support the question.
        sentence: What was found, or why nothing can be.
        power: What would have been noticed in data of this size, with its probability.
    """

    name: str
    p_value: float | None
    sentence: str
    power: tuple[tuple[str, float], ...] = ()

    @property
    def suspicious(self) -> bool:
        """Whether it looks odd at the level."""
        return self.p_value is not None and self.p_value < LEVEL

    def as_json(self) -> dict[str, Any]:
        """Give it as plain JSON values."""
        return {
            "question": self.name,
            "suspicious": self.suspicious,
            "p_value": self.p_value,
            "level": LEVEL,
            "sentence": self.sentence,
            "power": [[words, power] for words, power in self.power],
        }


def cannot_tell(name: str, reason: str) -> Suspicion:
    """Say that the data cannot support a question."""
    return Suspicion(name=name, p_value=None, sentence=f"cannot be told: {reason}")
