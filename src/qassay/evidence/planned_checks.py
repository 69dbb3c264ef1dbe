"""A stranger's plan, held against the one that follows from his sheet, machine and options.

Nothing that decides on a circuit is unknown to an auditor: not the claims and their conditions, not
the error probabilities and the budget, not the couplings, durations and prices of the machine.
So all circuits are planned again, and must be those of the plan. What ceilings and roundings of
another library may change is let pass: a step of a whole length, a block more or less.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

from qassay.claims.claim import Claim
from qassay.claims.metrics import METRICS
from qassay.errors import QassayError, quoted
from qassay.planning.application_designs import (
    MOST_SECONDS_AGAIN,
    condition_problems,
    same_application,
    seconds_again,
)
from qassay.planning.arranged import Arranged, Beside, arranged
from qassay.planning.options import options_of
from qassay.planning.plan import JOINT_SEED, JUDGE, PLANNER, Plan
from qassay.planning.plan_files import files_in_plan, has_its_files
from qassay.planning.unmeasurable import scope_problems
from qassay.protocols.designs.grouping import targets_of
from qassay.protocols.designs.register_designs import register_problems
from qassay.protocols.interface import Experiment
from qassay.protocols.known import counts_of, is_application, is_published

_ROUNDED = 1e-6  # what another library may round otherwise
_OF_BUDGET = 3  # blocks, where a block more of one experiment moves the shares of all others
_MANY_TARGETS = 100_000  # of what a budget left out in part, or is not tested
Oddity = tuple[str, object, str]


def otherwise_planned(plan: Plan, asked: Sequence[Experiment]) -> Iterator[Oddity]:
    """Name what a plan has otherwise than its sheet, machine and options ask for.

    Args:
        plan: A stranger's; each of its experiments is sound by itself, and those that answer
            questions are what these ask.
        asked: These, as they were planned anew without a budget.

    Yields:
        Where, what was found, and what was expected.
    """
    if plan.judge != JUDGE or any(map(is_published, plan.experiments)):
        return  # by other rules nothing is derived; what others published nobody planned
    if not 1 <= plan.planner <= PLANNER:
        yield "planner", plan.planner, f"1 to {PLANNER}, the rules that this program plans by"
        return
    odd = next((claim.id for claim in plan.sheet.claims if not _is_there(claim, plan)), None)
    if odd is not None:
        yield f"claim {quoted(odd)}", "other qubits or pairs", "circuits of all of its scope"
        return
    scores = [x for x in plan.experiments if is_application(x)]
    if (seconds := seconds_again(scores, plan.device)) > MOST_SECONDS_AGAIN:
        limit = f"problems that take at most {MOST_SECONDS_AGAIN:g} s"
        yield "experiments", f"problems that take {seconds:.0f} s to plan again", limit
        return
    try:
        again = planned_anew(plan, asked)
    except QassayError as error:
        yield "claims", str(error), "claims that can be tested on this machine"
        return
    yield from _differences(plan, again)


def covers_scope(claim: Claim, plan: Plan) -> bool:
    """Whether the circuits of a claim or figure reach all targets that it speaks of.

    A budget may have left some out; of very many, it is not believed.

    Args:
        claim: Of the sheet, or a figure as a claim.
        plan: A stranger's.
    """
    mine = plan.experiments_for(claim.id)
    if _count(claim, plan) > sum(len(x.targets) for x in mine):
        return plan.budget_shots is not None and _count(claim, plan) <= _MANY_TARGETS
    found = {target for x in mine for target in x.targets}
    return plan.budget_shots is not None or found.issuperset(targets_of(claim, plan.device))


def _is_there(claim: Claim, plan: Plan) -> bool:
    """Whether planning a claim again takes no longer than its plan is large."""
    few = _count(claim, plan) <= _MANY_TARGETS
    return few or claim.id in _untested(plan) or covers_scope(claim, plan)


def _untested(plan: Plan) -> set[str]:
    return {one.claim for one in plan.untested}


def _count(claim: Claim, plan: Plan) -> int:
    """Count the targets of a claim on single pairs; those of others are no more than the qubits."""
    pairs = METRICS[claim.metric].target == "pair"
    if not (pairs or counts_of(claim.metric) in ("pairs", "connected")) or claim.scope.pairs:
        return 0
    if plan.device.connectivity != "all-to-all":
        return len(plan.device.couplings)
    usable = len(plan.device.usable)
    return usable * (usable - 1) // 2 - len(plan.device.pairs_out_of_order)


def planned_anew(plan: Plan, asked: Sequence[Experiment]) -> Arranged:
    """Plan everything anew; a claim on a file that nobody has stays out, as it was left out.

    Raises:
        QassayError: What the plan says of files or claims cannot be so.
    """
    files, known = files_in_plan(plan)
    untested = _untested(plan)
    left_out = {
        claim.id
        for claim in plan.sheet.claims
        if claim.id in untested
        and (_count(claim, plan) > _MANY_TARGETS or not has_its_files(claim, {*files, *known}))
    }
    claims = tuple(one for one in plan.sheet.claims if one.id not in left_out)
    sheet = replace(plan.sheet, claims=claims)
    problems = [
        *scope_problems(sheet, plan.device),
        *register_problems(sheet),
        *condition_problems(list(claims), plan.device, files, known),
    ]
    QassayError.raise_if_any(problems)
    unchosen = {one.id: "not chosen" for one in claims if one.best and not one.best.sha256}
    made = arranged(
        sheet,
        plan.device,
        options_of(plan),
        Beside(files=files, known=known, unchosen=unchosen, asked=asked),
        returned=plan.seed_commitment == JOINT_SEED,
        planner=plan.planner,
    )
    kept = tuple(one for one in plan.untested if one.claim in left_out)
    return replace(made, untested=made.untested + kept)


def _differences(plan: Plan, again: Arranged) -> Iterator[Oddity]:
    untested = _untested(plan)
    expected = {one.claim: one.reason for one in again.untested}
    for claim in plan.sheet.claims:
        if claim.id in expected and claim.id not in untested:
            yield f"claim {quoted(claim.id)}", "tested", f"not tested: {expected[claim.id]}"
        elif claim.id in untested and claim.id not in expected:
            yield f"untested, {quoted(claim.id)}", "not tested", "circuits that test it"
    names, wanted = ([x.id for x in made] for made in (plan.experiments, again.experiments))
    if names != wanted:
        yield "experiments", names, f"those that the sheet asks for: {wanted}"
        return
    for found, x in zip(plan.experiments, again.experiments, strict=True):
        if not alike(found, x, 1 if plan.budget_shots is None else _OF_BUDGET):
            yield f"experiment {quoted(x.id)}", "other circuits", "those that its claims ask for"
            return


def alike(found: Experiment, again: Experiment, blocks: int) -> bool:
    """Whether an experiment is as it was planned anew, but for what libraries round otherwise.

    Args:
        found: The stranger's.
        again: As it was planned anew.
        blocks: By which it may be longer or shorter.
    """
    if is_application(again) and found.problem != again.problem:
        if not same_application(again.problem, found.problem):
            return False
        again = replace(again, problem=found.problem)
    size = sum(again.block)
    decay = len(again.lengths) > 1  # a depth by itself is one that a sheet states
    near = len(found.lengths) == len(again.lengths) and all(
        math.isclose(a, b, rel_tol=_ROUNDED) or (decay and _a_step(a, b))
        for a, b in zip(found.lengths, again.lengths, strict=True)
    )
    rest = replace(again, lengths=found.lengths, rounds=found.rounds, batch=found.batch)
    return (
        near
        and abs(found.rounds - again.rounds) <= blocks * size
        and abs(found.batch - min(again.batch, found.rounds)) <= size
        and rest == found
    )


def _a_step(one: float, other: float) -> bool:
    whole = all(length >= 1 and length == int(length) for length in (one, other))
    return whole and abs(one - other) <= 1
