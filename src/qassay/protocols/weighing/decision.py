"""How one claim is decided, and when: the record and the rule's limits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from qassay.claims.claim import Claim
from qassay.claims.conventions import canonical_value
from qassay.protocols.known import mark_for
from qassay.protocols.terms import Terms

Outcome = Literal["supported", "refuted", "inconclusive", "not tested"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What was decided on a claim.

    Attributes:
        outcome: The verdict.
        cycle: Number of cycles after which it stood; None while it is open.
        e_support: Largest e-value against "the limit is missed"; None without a sequential test.
        e_refute: Largest e-value against "the claim holds".
        remarks: What the reader should know beside the verdict's own sentence.
    """

    outcome: Outcome
    cycle: int | None = None
    e_support: float | None = None
    e_refute: float | None = None
    remarks: tuple[str, ...] = ()

    @property
    def settled(self) -> bool:
        """Whether more shots would change nothing."""
        return self.cycle is not None


OPEN = Decision(outcome="inconclusive")


def limit_of(claim: Claim, terms: Terms) -> float:
    """Give the limit on whose good side a supported machine lies, in the claim's convention."""
    if terms.rule == "guarded":
        return claim.value
    widened = 1 + claim.delta
    return claim.value * widened if claim.relation == "at most" else claim.value / widened


def as_told(claim: Claim) -> Claim:
    """Give a claim in the terms of its estimate: of a pass mark, the share that has to pass it."""
    mark = mark_for(claim)
    if mark is None:
        return claim
    return replace(claim, relation="at least", value=mark.share, delta=0.0)


def canonical_limits(claim: Claim, terms: Terms) -> tuple[float, float]:
    """Give claim and limit in canonical units (average gate infidelity, seconds)."""
    factor = canonical_value(claim) / claim.value if claim.value else 1.0
    return claim.value * factor, limit_of(claim, terms) * factor
