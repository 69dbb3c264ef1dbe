"""From claims and a device's description to experiments.

Claims that the same circuits can settle share them. A claim on two-qubit gates brings a reference
with it, the same layers without the entangler.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from qassay.claims.claim import Claim, ClaimSheet
from qassay.claims.metrics import METRICS
from qassay.devices.description import DeviceDescription
from qassay.errors import PlanError, Problem
from qassay.languages.english import said
from qassay.numerals import numeral
from qassay.planning import application_designs
from qassay.planning.best_choices import choose_best
from qassay.planning.evidence_room import with_room
from qassay.planning.experiments import experiments_for
from qassay.planning.figures import figure_experiments
from qassay.planning.hopeless import hopeless_ones
from qassay.planning.options import Options, option_problems, options_of
from qassay.planning.plan import (
    JOINT_SEED,
    JUDGE,
    Cost,
    Plan,
    Untested,
    commitment_to,
)
from qassay.planning.questions import question_experiments
from qassay.planning.schedule import experiment_seconds, loaded
from qassay.planning.timed_jobs import timed_experiments
from qassay.planning.unmeasurable import scope_problems, unmeasurable
from qassay.protocols.designs import (
    register_designs,
)
from qassay.protocols.designs.computed_designs import too_long_to_compute
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
    untested = unmeasurable(sheet, device, files, unchosen)
    testable = _without(sheet.claims, untested)
    experiments = experiments_for(testable, device, options, files)
    beyond = _uncomputed(experiments, testable)
    if options.budget_shots is None:
        beyond += hopeless_ones(
            experiments,
            _without(testable, beyond),
            lambda one: experiments_for([one], device, options, files),
            device,
        )
    if beyond:
        untested += beyond
        testable = _without(testable, beyond)
        experiments = experiments_for(testable, device, options, files)
    experiments += timed_experiments(sheet.operations, device)
    experiments += question_experiments(sheet.questions, device, files)
    experiments += figure_experiments(sheet, device, options)
    if options.budget_shots is not None:
        experiments = _within_budget(experiments, options.budget_shots)
        left = {(claim, x.protocol) for x in experiments for claim in x.claims}
        untested += tuple(
            Untested(claim=claim.id, reason=said("untested.budget"))
            for claim in testable
            if (claim.id, METRICS[claim.metric].protocol) not in left
            and claim.id not in {item.claim for item in untested}
        )
    experiments = with_room(experiments, device, returned=root is None)
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
        experiments=experiments,
        cost=cost_of(experiments, device),
        budget_shots=options.budget_shots,
        untested=untested,
    )


def _without(claims: Iterable[Claim], left_out: tuple[Untested, ...]) -> list[Claim]:
    names = {item.claim for item in left_out}
    return [claim for claim in claims if claim.id not in names]


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


def _uncomputed(experiments: tuple[Experiment, ...], claims: list[Claim]) -> tuple[Untested, ...]:
    """Name the claims whose circuits would take too long to compute."""
    of_claim = {name: x for x in experiments for name in x.claims}
    found = (
        (claim.id, too_long_to_compute(claim, of_claim[claim.id]))
        for claim in claims
        if claim.id in of_claim
    )
    return tuple(Untested(claim=name, reason=reason) for name, reason in found if reason)


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


def _within_budget(experiments: tuple[Experiment, ...], budget: int) -> tuple[Experiment, ...]:
    """Cut all experiments in proportion, in whole blocks, so that the budget is kept."""
    wanted = sum(x.rounds * x.shots for x in experiments)
    if wanted <= budget:
        return experiments
    cut = []
    for x in experiments:
        size = sum(x.block)
        rounds = int(x.rounds * budget / wanted) // size * size
        if rounds:
            cut.append(replace(x, rounds=rounds, batch=min(x.batch, rounds)))
    if not cut:
        least = max(sum(x.block) * x.shots for x in experiments) * len(experiments)
        raise PlanError(
            Problem(
                where="--budget-shots",
                found=str(budget),
                expected=f"at least {least}",
                advice=f"the whole plan takes {numeral(wanted)} shots",
            )
        )
    return tuple(cut)
