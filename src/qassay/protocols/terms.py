"""What the rules of a claim may know of a plan: error probabilities and how they are shared.

A plan satisfies it, and so do the options that a plan is made with. No rule sees more of a plan.
"""

from __future__ import annotations

from typing import Literal, Protocol

Rule = Literal["tolerant", "guarded"]
Multiplicity = Literal["fdr", "family-wise", "none"]


class Terms(Protocol):
    """On which terms claims are weighed.

    Attributes:
        alpha: Largest probability of refuting a true claim.
        beta: Largest probability of supporting a claim that misses its limit.
        rule: "tolerant" (limit is the claim widened by delta) or "guarded" (the claim).
        multiplicity: How the errors of many claims add up.
    """

    @property
    def alpha(self) -> float: ...  # noqa: D102
    @property
    def beta(self) -> float: ...  # noqa: D102
    @property
    def rule(self) -> Rule: ...  # noqa: D102
    @property
    def multiplicity(self) -> Multiplicity: ...  # noqa: D102
