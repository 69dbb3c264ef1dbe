"""How a verdict is reached: the decision rule with its risks, as ISO/IEC 17025 7.8.6 asks."""

from __future__ import annotations

from dataclasses import dataclass

from qassay.planning.plan import Plan
from qassay.reports.text import plural
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
        together: What bounds the errors of all verdicts together, in a sentence.
        sequential: Whether e-values stand behind some verdict.
    """

    rule: str
    alpha: str
    beta: str
    tolerances: str
    tested: int
    together: str
    sequential: bool


def method_of(analysis: Analysis) -> Method:
    """Describe the rule by which the plan is judged."""
    plan = analysis.plan
    tested = [verdict for verdict in analysis.verdicts if verdict.outcome != "not tested"]
    widths = sorted(
        {claim.delta for claim in plan.sheet.claims if metric_of(claim).dimension != "count"}
    )
    return Method(
        rule=plan.rule,
        alpha=percent(plan.alpha),
        beta=percent(plan.beta),
        tolerances=", ".join(percent(width) for width in widths) or "none",
        tested=len(tested),
        together=_together(plan, len(tested)),
        sequential=any(verdict.e_support is not None for verdict in tested),
    )


def _together(plan: Plan, tested: int) -> str:
    """Say what bounds the errors of many verdicts, as `Plan.multiplicity` promises."""
    worst = max(plan.alpha, plan.beta)
    if plan.multiplicity == "fdr":
        return (
            "On the sheet as a whole, the share of misleading verdicts among those given is"
            f" expected to be at most {percent(worst)} (e-BH procedure on e-values)."
        )
    if plan.multiplicity == "family-wise":
        return (
            "On the sheet as a whole, the probability that any verdict misleads is at most"
            f" {percent(worst)}."
        )
    return (
        f"The risks are those of each verdict by itself: over the {plural(tested, 'claim')} tested"
        f" here, at worst {tested * worst:.2g} misleading verdicts are to be expected."
    )
