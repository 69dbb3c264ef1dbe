"""What the user decides about a plan: error probabilities, rule, budget."""

from __future__ import annotations

from dataclasses import dataclass

from qassay.errors import Problem
from qassay.planning.plan import Plan
from qassay.protocols.terms import Multiplicity, Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the user decides.

    Attributes:
        alpha: Largest probability of refuting a true claim, in (0, 1/2).
        beta: Largest probability of supporting a claim that misses its limit, in (0, 1/2).
        rule: Decision rule.
        multiplicity: Rule for many claims.
        budget_shots: Limit on the shots of the whole run.
    """

    alpha: float = 0.05
    beta: float = 0.05
    rule: Rule = "tolerant"
    multiplicity: Multiplicity = "fdr"
    budget_shots: int | None = None


def options_of(plan: Plan) -> Options:
    """Give the options a plan was made with."""
    return Options(
        alpha=plan.alpha,
        beta=plan.beta,
        rule=plan.rule,
        multiplicity=plan.multiplicity,
        budget_shots=plan.budget_shots,
    )


def option_problems(options: Options) -> list[Problem]:
    """Find options that have no meaning."""
    problems = []
    for name, value in (("--alpha", options.alpha), ("--beta", options.beta)):
        if not 0 < value < 0.5:
            problems.append(
                Problem(
                    where=name,
                    found=f"{value:g}",
                    expected="an error probability in (0, 0.5)",
                    advice="usual values are 0.05 and 0.01",
                )
            )
    if options.budget_shots is not None and options.budget_shots < 1:
        problems.append(
            Problem(where="--budget-shots", found=str(options.budget_shots), expected="1 or more")
        )
    return problems
