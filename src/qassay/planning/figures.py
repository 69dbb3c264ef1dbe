"""The circuits of the figures that a sheet asks for, planned as if each were a claim.

They are apart from those of the claims beside them: what a claim takes does not depend on what else
somebody wants to know, and its circuits stay those of a sheet without questions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from qassay.claims.claim import Claim, ClaimSheet
from qassay.claims.figures import wanted_figures
from qassay.devices.description import DeviceDescription
from qassay.errors import PlanError, Problem
from qassay.planning.experiments import experiments_for
from qassay.planning.hopeless import hopeless_ones
from qassay.planning.options import Options
from qassay.planning.unmeasurable import scope_problems, unmeasurable
from qassay.protocols.interface import Experiment

LONGER: Final = 4  # than a verdict would take: what ends a figure is its precision
_PREFIX: Final = "figure_"


def figure_experiments(
    sheet: ClaimSheet, device: DeviceDescription, options: Options
) -> tuple[Experiment, ...]:
    """Plan what measures the figures of a sheet, alike ones together.

    Args:
        sheet: Its questions; the claims stay aside.
        device: The machine.
        options: Error probabilities.

    Raises:
        PlanError: A figure cannot be measured on this machine; all such mistakes at once.
    """
    claims = [one.claim for one in wanted_figures(sheet.questions)]
    if not claims:
        return ()
    asked = replace(sheet, claims=tuple(claims))
    PlanError.raise_if_any(
        replace(one, where=one.where.replace("claim", "question", 1))
        for one in scope_problems(asked, device)
    )
    metrics = {one.id: one.metric for one in claims}
    untested = unmeasurable(asked, device)
    PlanError.raise_if_any(_beyond(one.claim, metrics, one.reason) for one in untested)

    def planned(*ones: Claim) -> tuple[Experiment, ...]:
        return experiments_for(list(ones), device, options, {})

    experiments = planned(*claims)
    dear = hopeless_ones(experiments, claims, planned, device)
    PlanError.raise_if_any(_beyond(one.claim, metrics, one.reason) for one in dear)
    return tuple(replace(x, id=f"{_PREFIX}{x.id}", rounds=LONGER * x.rounds) for x in experiments)


def _beyond(name: str, metrics: Mapping[str, str], reason: str) -> Problem:
    return Problem(
        where=f'question "{name}"',
        found=metrics[name],
        expected="a figure that can be measured here",
        advice=reason,
    )
