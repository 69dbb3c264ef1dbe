"""All circuits of a plan: of claims, of jobs on a clock, and of what is asked.

A function of the sheet, the machine and the options alone, so that whoever has a plan can make its
circuits again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from qassay.applications.instance import Instance
from qassay.claims.claim import Claim, ClaimSheet
from qassay.claims.metrics import METRICS
from qassay.devices.description import DeviceDescription
from qassay.errors import PlanError, Problem
from qassay.languages.english import said
from qassay.numerals import numeral
from qassay.planning.budget import within_budget
from qassay.planning.evidence_room import with_room
from qassay.planning.experiments import experiments_for
from qassay.planning.figures import figure_experiments, in_few_batches
from qassay.planning.hopeless import hopeless_ones
from qassay.planning.options import Options
from qassay.planning.plan import PLANNER, Untested
from qassay.planning.timed_jobs import timed_experiments
from qassay.planning.unmeasurable import unmeasurable
from qassay.protocols.designs.computed_designs import too_long_to_compute
from qassay.protocols.interface import Experiment

_SETTLING, _LARGE = 2, 3  # versions since which a budget settles, and figures have large batches


@dataclass(frozen=True, slots=True, kw_only=True)
class Arranged:
    """What a sheet asks for on a machine.

    Attributes:
        experiments: In the order in which they run.
        untested: Claims that none of them can settle, and why.
        testable: The other claims.
        planner: Oldest version of the rules by which this follows.
    """

    experiments: tuple[Experiment, ...]
    untested: tuple[Untested, ...]
    testable: tuple[Claim, ...]
    planner: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What belongs to a sheet and does not stand on it.

    Attributes:
        files: What claims name, by name of the file.
        known: The instances of files that are not at hand, likewise.
        unchosen: Why a best chain or set was not chosen, by claim.
        asked: What answers the questions of the sheet, figures aside.
    """

    files: Mapping[str, bytes] = field(default_factory=dict)
    known: Mapping[str, Instance] = field(default_factory=dict)
    unchosen: Mapping[str, str] = field(default_factory=dict)
    asked: Sequence[Experiment] = ()


def wanted(
    sheet: ClaimSheet,
    device: DeviceDescription,
    options: Options,
    beside: Beside,
    *,
    planner: int = PLANNER,
) -> Arranged:
    """Plan everything as if there were no end of shots.

    Args:
        sheet: The claims, the best chains among them chosen.
        device: The machine.
        options: Error probabilities; the budget decides only whether what no campaign settles is
            left out, which a budget bounds by itself.
        beside: Files and questions.
        planner: Version of the rules: before 3 figures had the small batches of claims.

    Raises:
        PlanError: A figure cannot be measured, or a file has mistakes.
    """
    files, known = beside.files, beside.known
    untested = unmeasurable(sheet, device, files, beside.unchosen)
    testable = _without(sheet.claims, untested)
    experiments = experiments_for(testable, device, options, files, known)
    beyond = _uncomputed(experiments, testable)
    if options.budget_shots is None:
        beyond += hopeless_ones(
            experiments,
            _without(testable, beyond),
            lambda one: experiments_for([one], device, options, files, known),
            device,
        )
    if beyond:
        untested += beyond
        testable = _without(testable, beyond)
        experiments = experiments_for(testable, device, options, files, known)
    experiments += timed_experiments(sheet.operations, device)
    experiments += tuple(beside.asked)
    figures = figure_experiments(sheet, device, options)
    large = tuple(in_few_batches(x, device) for x in figures) if planner >= _LARGE else figures
    return Arranged(
        experiments=experiments + large,
        untested=untested,
        testable=tuple(testable),
        planner=1 if large == figures else _LARGE,
    )


def arranged(
    sheet: ClaimSheet,
    device: DeviceDescription,
    options: Options,
    beside: Beside,
    *,
    returned: bool,
    planner: int = PLANNER,
) -> Arranged:
    """Plan everything, within the budget and within what evidence can hold.

    Args:
        sheet: The claims, the best chains among them chosen.
        device: The machine.
        options: Error probabilities and budget.
        beside: Files and questions.
        returned: Whether the files that counts come in are sealed beside them, as in a campaign.
        planner: Version of the rules: by 1 a budget cuts all in proportion; see `wanted`.

    Raises:
        PlanError: A figure cannot be measured, a file has mistakes, or nothing fits.
    """
    made = wanted(sheet, device, options, beside, planner=planner)
    budget = options.budget_shots
    if budget is not None and planner == 1:
        made = _with(made, cut_alike(made.experiments, budget))
    elif budget is not None:
        left, starved = within_budget(
            made.experiments,
            made.testable,
            lambda one: experiments_for([one], device, options, beside.files, beside.known),
            budget,
        )
        oldest = 1 if left == made.experiments else _SETTLING
        untested, oldest = made.untested + starved, max(oldest, made.planner)
        made = replace(made, experiments=left, untested=untested, planner=oldest)
    return replace(made, experiments=with_room(made.experiments, device, returned=returned))


def _with(made: Arranged, experiments: tuple[Experiment, ...]) -> Arranged:
    """Leave out the claims for which a budget left nothing."""
    left = {(claim, x.protocol) for x in experiments for claim in x.claims}
    starved = tuple(
        Untested(claim=claim.id, reason=said("untested.budget"))
        for claim in made.testable
        if (claim.id, METRICS[claim.metric].protocol) not in left
    )
    return replace(made, experiments=experiments, untested=made.untested + starved)


def _without(claims: Iterable[Claim], left_out: tuple[Untested, ...]) -> list[Claim]:
    names = {item.claim for item in left_out}
    return [claim for claim in claims if claim.id not in names]


def _uncomputed(experiments: tuple[Experiment, ...], claims: list[Claim]) -> tuple[Untested, ...]:
    """Name the claims whose circuits would take too long to compute."""
    of_claim = {name: x for x in experiments for name in x.claims}
    found = (
        (claim.id, too_long_to_compute(claim, of_claim[claim.id]))
        for claim in claims
        if claim.id in of_claim
    )
    return tuple(Untested(claim=name, reason=reason) for name, reason in found if reason)


def cut_alike(experiments: tuple[Experiment, ...], budget: int) -> tuple[Experiment, ...]:
    """Cut all experiments in proportion, in whole blocks, so that a budget is kept.

    Raises:
        PlanError: Not even a block of one of them is left.
    """
    whole = sum(x.rounds * x.shots for x in experiments)
    if whole <= budget:
        return experiments
    cut = []
    for x in experiments:
        size = sum(x.block)
        rounds = int(x.rounds * budget / whole) // size * size
        if rounds:
            cut.append(replace(x, rounds=rounds, batch=min(x.batch, rounds)))
    if not cut:
        least = max(sum(x.block) * x.shots for x in experiments) * len(experiments)
        raise PlanError(
            Problem(
                where="--budget-shots",
                found=str(budget),
                expected=f"at least {least}",
                advice=f"the whole plan takes {numeral(whole)} shots",
            )
        )
    return tuple(cut)
