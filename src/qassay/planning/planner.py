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
from qassay.planning import application_designs, given_circuits
from qassay.planning.availability import out_of_reach
from qassay.planning.best_choices import choose_best
from qassay.planning.conditions import unmet
from qassay.planning.experiments import experiments_for
from qassay.planning.hopeless import MOST_SECONDS, MOST_SHOTS, hopeless
from qassay.planning.options import Options, option_problems
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
from qassay.protocols.designs import (
    register_designs,
)
from qassay.protocols.designs.computed_designs import too_long_to_compute
from qassay.protocols.interface import Experiment
from qassay.protocols.known import counts_of

NO_FILES: Final[Mapping[str, bytes]] = MappingProxyType({})
_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
_LONGEST_DEPTH = 200_000
_MANY_MATCHINGS = 8
_CLEARED = 30  # circuits of a matching that tell lost pairs from good ones, about
_FEW = 4  # batches of each of them


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
            *_scope_problems(sheet, device),
            *register_designs.register_problems(sheet),
            *application_designs.condition_problems(list(sheet.claims), device, files),
        ]
    )
    untested = unmeasurable(sheet, device, files, unchosen)
    testable = _without(sheet.claims, untested)
    experiments = experiments_for(testable, device, options, files)
    beyond = _uncomputed(experiments, testable)
    if options.budget_shots is None:
        beyond += _beyond(experiments, _without(testable, beyond), device, options, files)
    if beyond:
        untested += beyond
        testable = _without(testable, beyond)
        experiments = experiments_for(testable, device, options, files)
    experiments += timed_experiments(sheet.operations, device)
    experiments += question_experiments(sheet.questions, device, files)
    if options.budget_shots is not None:
        experiments = _within_budget(experiments, options.budget_shots)
        left = {(claim, x.protocol) for x in experiments for claim in x.claims}
        untested += tuple(
            Untested(claim=claim.id, reason=said("untested.budget"))
            for claim in testable
            if (claim.id, METRICS[claim.metric].protocol) not in left
            and claim.id not in {item.claim for item in untested}
        )
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


def unmeasurable(
    sheet: ClaimSheet,
    device: DeviceDescription,
    files: Mapping[str, bytes] = NO_FILES,
    unchosen: Mapping[str, str] = _NOTHING,
) -> tuple[Untested, ...]:
    """Name the claims that no circuit of ours can speak of, and why; the first reason counts.

    Args:
        sheet: The claims, the best chains among them chosen.
        device: The machine.
        files: What the claims name beside their sheet.
        unchosen: Why a best chain or set was not chosen, by claim.
    """
    reasons = {x.claim: x.reason for x in out_of_reach(list(sheet.claims), device)}
    reasons = {**unchosen, **reasons}
    for claim in sheet.claims:
        if claim.id in reasons:
            continue
        metric = METRICS[claim.metric]
        if not metric.protocol:
            reasons[claim.id] = said("untested.no_protocol", metric=claim.metric)
        elif (reason := unmet(claim, device)) is not None:
            reasons[claim.id] = reason
        elif (
            metric.target == "pair" or counts_of(claim.metric) in ("pairs", "connected")
        ) and not device.pairs:
            reasons[claim.id] = said("untested.no_pair")
    left = [claim for claim in sheet.claims if claim.id not in reasons]
    reasons |= register_designs.unjoined(left, device)
    left = [claim for claim in sheet.claims if claim.id not in reasons]
    reasons |= given_circuits.ungiven(left, device, files)
    return tuple(Untested(claim=name, reason=reason) for name, reason in reasons.items())


def untested_again(plan: Plan, files: Mapping[str, bytes] = NO_FILES) -> dict[str, str]:
    """Say anew why claims of a plan are not tested, each reason with its code, where it follows.

    A sealed plan has its reasons as texts; a page in another language needs what they say.

    Args:
        plan: A plan of a machine, not of published counts.
        files: What its claims name beside their sheet, as far as it is known.
    """
    options = Options(
        alpha=plan.alpha,
        beta=plan.beta,
        rule=plan.rule,
        multiplicity=plan.multiplicity,
        budget_shots=plan.budget_shots,
    )
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


def _beyond(
    experiments: tuple[Experiment, ...],
    claims: list[Claim],
    device: DeviceDescription,
    options: Options,
    files: Mapping[str, bytes],
) -> tuple[Untested, ...]:
    """Name the claims that would take longer than any campaign; a budget would cut them short."""
    dear = {
        name
        for x in experiments
        if x.rounds * x.shots > MOST_SHOTS
        or experiment_seconds(x, x.rounds, device.durations) > MOST_SECONDS
        for name in x.claims
    }
    found = (
        (
            claim.id,
            hopeless(claim, lambda one: experiments_for([one], device, options, files), device),
        )
        for claim in claims
        if claim.id in dear
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


def _scope_problems(sheet: ClaimSheet, device: DeviceDescription) -> list[Problem]:
    """Find claims on qubits or pairs that the device lacks."""
    problems = []
    pairs = {*device.pairs, *device.pairs_out_of_order}
    broken = set(device.out_of_order)  # claims that name these are not tested, and say why
    for claim in sheet.claims:
        named = [*claim.scope.qubits, *(q for pair in claim.scope.pairs for q in pair)]
        absent = sorted({qubit for qubit in named if not 0 <= qubit < device.qubits})
        where = f'claim "{claim.id}", scope'
        if absent:
            problems.append(
                Problem(
                    where=where,
                    found=f"qubits {absent[:8]}",
                    expected=f"qubits 0 to {device.qubits - 1} of {device.name}",
                )
            )
        elif apart := [
            p for p in claim.scope.pairs if (min(p), max(p)) not in pairs and broken.isdisjoint(p)
        ]:
            problems.append(
                Problem(
                    where=where,
                    found=f"pairs {apart[:4]}",
                    expected=f"pairs that {device.name} couples ({device.connectivity})",
                )
            )
    return problems
