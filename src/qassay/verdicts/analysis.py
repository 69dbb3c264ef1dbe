"""From hits to estimates to verdicts: what a run and its audit both compute."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from qassay.planning.plan import Plan, TrustLevel
from qassay.protocols.asked import Answer
from qassay.protocols.batches import estimate_experiments
from qassay.protocols.interface import Measured
from qassay.protocols.weighing.counted import Counted
from qassay.protocols.weighing.decision import Decision
from qassay.statistics.model_checks import CheckedModel
from qassay.verdicts.answers import answers_of
from qassay.verdicts.judge import judge
from qassay.verdicts.model_verdicts import capped, check_models
from qassay.verdicts.verdict import Verdict

LEVEL = 0.95


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Analysis:
    """All that follows from a plan and its counts.

    Attributes:
        plan: The frozen plan.
        measured: Estimates of each experiment that has data, by its id.
        checks: Checks of the model, by experiment.
        verdicts: One a claim, in the order of the sheet.
        answers: One a question, likewise.
    """

    plan: Plan
    measured: Mapping[str, tuple[Measured, ...]]
    verdicts: tuple[Verdict, ...]
    checks: Mapping[str, CheckedModel] = field(default_factory=dict)
    answers: tuple[Answer, ...] = ()

    def at_level(self, level: TrustLevel) -> Analysis:
        """Give the same analysis with a trust level on every verdict that rests on counts."""
        return replace(
            self,
            verdicts=tuple(replace(v, trust=level) if v.shots else v for v in self.verdicts),
        )

    def estimates_json(self) -> list[dict[str, Any]]:
        """Give all estimates as plain JSON values, in the order of the plan."""
        return [
            {
                "experiment": experiment,
                "quantity": one.quantity,
                "target": list(target),
                "shots": estimate.shots,
                "circuits": estimate.circuits,
                "method": estimate.method,
                "estimate": estimate.as_json(),
            }
            for experiment, quantities in self.measured.items()
            for one in quantities
            for target, estimate in zip(one.targets, one.estimates, strict=True)
        ]

    def checks_json(self) -> list[dict[str, Any]]:
        """Give all checks of the model as plain JSON values."""
        return [
            {
                "experiment": experiment,
                "check": check.name,
                "p_value": check.p_value,
                "failed": check in checked.failed,
                "sentence": check.sentence,
                "power": [[words, power] for words, power in check.power],
            }
            for experiment, checked in self.checks.items()
            for check in checked.checks
        ]

    def verdicts_json(self) -> list[dict[str, Any]]:
        """Give all verdicts as plain JSON values."""
        return [verdict.as_json() for verdict in self.verdicts]


def analyse(plan: Plan, counted: Counted, known: Mapping[str, Decision] | None = None) -> Analysis:
    """Estimate and judge.

    Args:
        plan: The frozen plan.
        counted: All hits of the run.
        known: Decisions made on the way, where the run was followed; otherwise it is replayed.
    """
    scored = counted.joined(plan.experiments)
    measured = estimate_experiments(plan.experiments, scored, LEVEL)
    checks = check_models(plan, counted)
    verdicts = tuple(capped(verdict, plan, checks) for verdict in judge(plan, counted, known))
    return Analysis(
        plan=plan,
        measured=measured,
        verdicts=verdicts,
        checks=checks,
        answers=answers_of(plan, counted, measured),
    )
