"""How far the counts can be trusted, and what no test of counts alone can detect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from qassay.verdicts.analysis import Analysis

LEVELS: Final = (
    ("T0", "The counts are as the vendor, a publisher or a simulator reports them; nobody signed"
           " for them and nobody watched."),
    ("T1", "The vendor signed the counts, and the circuits were the verifier's."),
    ("T2", "Also: circuits nobody could know before, a plan fixed in advance, and a complete log"
           " with an independent witness, so that no run was dropped in silence."),
    ("T3", "Also: forging the counts before the deadline would have taken a stated amount of"
           " computing, or an independent machine agrees."),
    ("T4", "Also: a witness stood at the machine, and its lines to the outside were cut."),
)  # fmt: skip

UNDETECTABLE: Final = (
    ("A perfect forgery", "someone with enough classical computing computes the answers, and adds"
                          " believable errors, before the deadline."),
    ("Another machine", "the circuits are run on a better quantum computer elsewhere."),
    ("Hidden repetition", "more shots are taken than reported and only the good ones handed over,"
                          " in the right number."),
    ("Special care", "the operators tune and watch the machine during the test as they never do"
                     " in daily use."),
    ("Collusion", "vendor and verifier agree before the circuits are drawn; a share of the seed"
                  " held by a partner is the remedy."),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """What the section on trust prints.

    Attributes:
        levels: Name, meaning, and whether a verdict here rests on it.
        undetectable: Short name and explanation.
    """

    levels: tuple[tuple[str, str, bool], ...]
    undetectable: tuple[tuple[str, str], ...]


def trust_of(analysis: Analysis) -> Trust:
    """Explain the trust levels, marking those that occur."""
    here = {verdict.trust for verdict in analysis.verdicts if verdict.shots}
    return Trust(
        levels=tuple((name, meaning, name in here) for name, meaning in LEVELS),
        undetectable=UNDETECTABLE,
    )
