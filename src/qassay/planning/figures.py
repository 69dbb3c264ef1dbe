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
from qassay.protocols.designs import decay_designs
from qassay.protocols.interface import Experiment

LONGER: Final = 4  # than a verdict would take: what ends a figure is its precision
_MOST_BATCHES: Final = 300  # of a figure's experiment, if memory allows
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


def in_few_batches(x: Experiment, device: DeviceDescription) -> Experiment:
    """Take larger batches than a claim would: a figure is looked at each time it grows by half.

    A claim on one pair may be settled every 25 circuits, of which a figure with a faint signal
    takes thousands; each batch costs as much as some hundred circuits.
    """
    pulses = device.qubits * max(*x.lengths, 8.0)
    few = decay_designs.batch_size(x.rounds, x.block, pulses, _MOST_BATCHES)
    return replace(x, batch=min(max(x.batch, few), x.rounds))


def _beyond(name: str, metrics: Mapping[str, str], reason: str) -> Problem:
    return Problem(
        where=f'question "{name}"',
        found=metrics[name],
        expected="a figure that can be measured here",
        advice=reason,
    )
