"""From claims and a device's description to experiments.

Claims that the same circuits can settle share them. A claim on two-qubit gates brings a reference
with it, the same layers without the entangler.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from qassay.claims.claim import ClaimSheet
from qassay.claims.conditions_table import FILE_CONDITIONS
from qassay.devices.description import DeviceDescription
from qassay.errors import PlanError
from qassay.planning import application_designs
from qassay.planning.arranged import Beside, arranged, wanted
from qassay.planning.best_choices import choose_best
from qassay.planning.budget import half_of_all
from qassay.planning.options import Options, option_problems, options_of
from qassay.planning.plan import JOINT_SEED, JUDGE, Cost, Plan, commitment_to
from qassay.planning.questions import question_experiments
from qassay.planning.schedule import experiment_seconds, loaded
from qassay.planning.unmeasurable import scope_problems
from qassay.protocols.designs import register_designs
from qassay.protocols.interface import Experiment

NO_FILES: Final[Mapping[str, bytes]] = MappingProxyType({})


def make_plan(
    sheet: ClaimSheet,
    device: DeviceDescription,
    root: bytes | None,
    options: Options,
    software: str,
    files: Mapping[str, bytes] = NO_FILES,
) -> Plan:
    """Plan the cheapest experiments that can settle each claim.

    Args:
        sheet: The claims.
        device: What the device says of itself.
        root: The seed to commit to; None where the parties of a campaign will share in one.
        options: Error probabilities, rule and budget.
        software: Who plans.
        files: What the claims name beside their sheet, by name (`claims.attached`).

    Raises:
        PlanError: A claim speaks of qubits or pairs that the device lacks, or an option has
            no meaning; all such mistakes at once.
    """
    sheet, unchosen = choose_best(sheet, device, files)
    PlanError.raise_if_any(
        [
            *option_problems(options),
            *scope_problems(sheet, device),
            *register_designs.register_problems(sheet),
            *application_designs.condition_problems(list(sheet.claims), device, files),
        ]
    )
    beside = Beside(
        files=files,
        unchosen=unchosen,
        asked=question_experiments(sheet.questions, device, files),
    )
    made = arranged(sheet, device, options, beside, returned=root is None)
    return Plan(
        judge=JUDGE,
        software=software,
        sheet=sheet,
        device=device,
        seed_commitment=JOINT_SEED if root is None else commitment_to(root),
        alpha=options.alpha,
        beta=options.beta,
        rule=options.rule,
        multiplicity=options.multiplicity,
        experiments=made.experiments,
        cost=cost_of(made.experiments, device),
        budget_shots=options.budget_shots,
        untested=made.untested,
        planner=made.planner,
    )


def untested_again(plan: Plan, files: Mapping[str, bytes] = NO_FILES) -> dict[str, str]:
    """Say anew why claims of a plan are not tested, each reason with its code, where it follows.

    A sealed plan has its reasons as texts; a page in another language needs what they say.

    Args:
        plan: A plan of a machine, not of published counts.
        files: What its claims name beside their sheet, as far as it is known.
    """
    options = options_of(plan)
    try:
        made = make_plan(plan.sheet, plan.device, None, options, plan.software, files)
    except PlanError:  # a plan of other rules, or of files that are not at hand
        return {}
    return {one.claim: one.reason for one in made.untested}


def enough_for_all(plan: Plan, files: Mapping[str, bytes] = NO_FILES) -> int:
    """Give the budget that leaves half of its most to all that is asked for.

    Args:
        plan: A plan of a machine, not of published counts.
        files: What its claims name beside their sheet.

    Returns:
        Shots; 0 where no budget cuts anything, or files are missing.
    """
    named = (claim.condition(key) for claim in plan.sheet.claims for key in FILE_CONDITIONS)
    budget, missing = plan.budget_shots, (isinstance(x, str) and x not in files for x in named)
    if budget is None or plan.planner == 1 or any(missing):
        return 0
    asked = question_experiments(plan.sheet.questions, plan.device, files)
    options, beside = options_of(plan), Beside(files=files, asked=asked)
    whole = wanted(plan.sheet, plan.device, options, beside, planner=plan.planner).experiments
    return half_of_all(whole) if sum(x.rounds * x.shots for x in whole) > budget else 0


def cost_of(experiments: tuple[Experiment, ...], device: DeviceDescription) -> Cost:
    """Add up shots, circuits, device time and money of experiments run to their end."""
    circuits = sum(experiment.rounds for experiment in experiments)
    shots = sum(experiment.rounds * experiment.shots for experiment in experiments)
    return Cost(
        shots=shots,
        circuits=circuits,
        seconds=sum(experiment_seconds(x, x.rounds, device.durations) for x in experiments),
        money=shots * device.cost_per_shot
        + sum(loaded(x, x.rounds) for x in experiments) * device.cost_per_circuit,
    )
