"""What is remarkable about the claims themselves, before a single shot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from qassay.reports.facts import RunFacts
from qassay.reports.text import sentence

_WORDS: Final = {
    "impossible": "Impossible",
    "questionable": "Questionable",
    "note": "Note",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One finding.

    Attributes:
        severity: For the style: "impossible", "questionable" or "note".
        word: The same for people.
        sentence: The finding.
    """

    severity: str
    word: str
    sentence: str


def remarks_of(facts: RunFacts) -> tuple[Remark, ...]:
    """List the findings, the gravest first, equal ones in the order they came."""
    order = list(_WORDS)
    known = [
        Remark(
            severity=finding.severity if finding.severity in _WORDS else "note",
            word=_WORDS.get(finding.severity, finding.severity.capitalize()),
            sentence=sentence(finding.sentence),
        )
        for finding in facts.findings
    ]
    return tuple(sorted(known, key=lambda remark: order.index(remark.severity)))
