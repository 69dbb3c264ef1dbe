"""How a verdict is reached: the decision rule with its risks, as ISO/IEC 17025 7.8.6 asks."""

from __future__ import annotations

from dataclasses import dataclass

from qassay.reports.words import metric_of, percent
from qassay.verdicts.analysis import Analysis


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """What the section on the decision rule prints.

    Attributes:
        rule: "tolerant" or "guarded".
        alpha: Largest probability of refuting a claim that holds.
        beta: Largest probability of supporting a claim that misses its limit.
        tolerances: The tolerances in use, in words.
        tested: Number of claims with a verdict on data.
        misleading: Expected number of misleading verdicts at the worst.
        sequential: Whether e-values stand behind some verdict.
    """

    rule: str
    alpha: str
    beta: str
    tolerances: str
    tested: int
    misleading: str
    sequential: bool


def method_of(analysis: Analysis) -> Method:
    """Describe the rule by which the plan is judged."""
    plan = analysis.plan
    tested = [verdict for verdict in analysis.verdicts if verdict.outcome != "not tested"]
    widths = sorted(
        {claim.delta for claim in plan.sheet.claims if metric_of(claim).dimension != "count"}
    )
    worst = len(tested) * max(plan.alpha, plan.beta)
    return Method(
        rule=plan.rule,
        alpha=percent(plan.alpha),
        beta=percent(plan.beta),
        tolerances=", ".join(percent(width) for width in widths) or "none",
        tested=len(tested),
        misleading=f"{worst:.2g}",
        sequential=any(verdict.e_support is not None for verdict in tested),
    )
