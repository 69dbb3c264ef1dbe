"""What every plan that qassay ever made keeps to; a forged one need not.

The audit computes with the numbers of a stranger's plan, so it first makes sure that they have
a meaning and that following them takes bounded time and memory.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import astuple

from qassay.claims.figures import wanted_figures
from qassay.claims.metric import Metric
from qassay.claims.metrics import METRICS
from qassay.errors import MalformedError, Problem, quoted
from qassay.evidence.asked_checks import unasked
from qassay.evidence.planned_checks import Oddity, otherwise_planned
from qassay.planning.evidence_room import MOST_BATCHES
from qassay.planning.options import Options, option_problems
from qassay.planning.plan import JOINT_SEED, Plan
from qassay.planning.planner import cost_of
from qassay.planning.schedule import cycles
from qassay.protocols.designs.register_designs import is_given
from qassay.protocols.given_circuit import read_circuit_text
from qassay.protocols.interface import MOST_SHOTS, Bounded, Experiment
from qassay.protocols.known import (
    PROTOCOLS,
    PUBLISHED,
    estimator_of,
    is_asked,
    is_published,
    is_timed,
    protocol_for,
    protocol_of,
    quantity_of,
)

_MOST_QUBITS = 10_000
_MOST_ALL_TO_ALL = 4096
_LONGEST_DEADLINE = 366 * 86_400
_MOST_NOTES = 20
_LONGEST_DEPTH = 200_000
_MOST_BYTES = 2 << 30  # of pulse codes in one batch
_REACH_WORDS = {
    "qubits": "single qubits, each once",
    "pairs": "disjoint pairs",
    "layer": "disjoint pairs, and single qubits beside them",
    "links": "pairs, each once",
}
_LONGEST_TEXT = 200
_JOINERS = {0x200C: "", 0x200D: ""}  # which Persian and Indian scripts are written with
_ID = re.compile(r"[a-z0-9_]{1,40}(/[0-9]{2,6})?", re.ASCII)


def check_plan(plan: Plan, where: str) -> None:
    """Check that a plan is one that can be followed.

    Raises:
        MalformedError: With every number that has no meaning.
        PlanError: A protocol that this qassay does not have.
    """
    # Nothing is planned anew from numbers that have no meaning.
    oddities = [*_oddities(plan)] or [*_otherwise(plan)]
    MalformedError.raise_if_any(
        Problem(where=f"{where}, {place}", found=quoted(found), expected=expected)
        for place, found, expected in oddities
    )


def _otherwise(plan: Plan) -> Iterator[Oddity]:
    """Name what a plan that could be followed has otherwise than its sheet asks."""
    asked: list[Experiment] = []
    oddities = [*unasked(plan, asked)]
    yield from oddities or otherwise_planned(plan, asked)


def _oddities(plan: Plan) -> Iterator[Oddity]:
    qubits = plan.device.qubits
    most = _MOST_ALL_TO_ALL if plan.device.connectivity == "all-to-all" else _MOST_QUBITS
    if not 1 <= qubits <= most:
        yield "device", qubits, f"1 to {most} qubits"
        return
    yield from _texts(plan)
    for problem in option_problems(Options(alpha=plan.alpha, beta=plan.beta)):
        yield problem.where.strip("-"), problem.found, problem.expected
    if not all(0 <= a < b < qubits for a, b in plan.device.couplings):
        yield "device, couplings", plan.device.couplings, "pairs a < b of its qubits"
    if any(seconds < 0 for seconds in _durations(plan)):
        yield "device, durations", _durations(plan), "times from 0"
    names = [experiment.id for experiment in plan.experiments]
    if len(set(names)) != len(names):
        yield "experiments", names, "names of their own"
    claims = {claim.id: METRICS[claim.metric] for claim in plan.sheet.claims}
    for item in plan.untested:
        if item.claim not in claims:
            yield "untested", item.claim, "a claim of the sheet"
    left_out = [item.claim for item in plan.untested]
    if len(set(left_out)) != len(left_out):
        yield "untested", left_out, "each claim once"
    figures = {one.id: one.metric for one in wanted_figures(plan.sheet.questions)}
    sound = True
    for experiment in plan.experiments:
        oddities = [*_targets(experiment, plan), *_sizes(experiment, qubits)]
        for what, found, expected in oddities or _own(experiment):
            sound = False
            yield f"experiment {quoted(experiment.id)}, {what}", found, expected
        for name in experiment.claims:
            if name in claims and not _is_file_of(experiment, plan, name):
                yield f"experiment {quoted(experiment.id)}, circuit", name, "the file it names"
            metric = claims.get(name) or figures.get(name)
            if metric is None or not _serves(experiment, metric, plan.judge):
                yield f"experiment {quoted(experiment.id)}, claims", name, "claims that it serves"
    yield from _terms(plan)
    if sound and plan.rounds and (min(plan.rounds) < 1 or sum(plan.rounds) != cycles(plan)):
        yield "rounds", plan.rounds, f"{cycles(plan)} cycles in rounds of 1 or more"
    if sound and not any(map(is_published, plan.experiments)):
        cost = cost_of(plan.experiments, plan.device)
        if (cost.shots, cost.circuits) != (plan.cost.shots, plan.cost.circuits) or not (
            math.isclose(cost.seconds, plan.cost.seconds, rel_tol=1e-9)
            and math.isclose(cost.money, plan.cost.money, rel_tol=1e-9)
        ):
            yield "cost", plan.cost, f"{cost}, which follows from the experiments"


def _texts(plan: Plan) -> Iterator[Oddity]:
    """Check the words of a plan that stand on pages and are nobody's claims."""
    device = plan.device
    for what, text, least in (
        ("device, name", device.name, 1),
        ("device, platform", device.platform, 0),
        ("device, connectivity", device.connectivity, 1),
        ("device, currency", device.currency, 0),
        ("software", plan.software, 1),
    ):
        shown = text.translate(_JOINERS)
        if not (least <= len(text) <= _LONGEST_TEXT and shown.isprintable()):
            yield what, text, f"{least} to {_LONGEST_TEXT} letters that can be printed"


def _is_file_of(x: Experiment, plan: Plan, name: str) -> bool:
    """Whether an experiment's circuit is that of the file that a claim names, if it names one."""
    claim = next(one for one in plan.sheet.claims if one.id == name)
    if not x.circuit or is_published(x):
        return is_published(x) or not is_given(claim)
    file, digest, _, _ = read_circuit_text(x.circuit)
    return claim.condition("circuit") == file and claim.condition("sha256") in (None, digest)


def _terms(plan: Plan) -> Iterator[tuple[str, object, str]]:
    """Check what the parties of a campaign agreed on."""
    terms = plan.campaign
    if terms is None:
        return
    if terms.committers not in (("self",), ("verifier",), ("verifier", "partner")):
        yield "campaign, committers", terms.committers, "self, or the verifier, or partner as well"
    if not plan.rounds or plan.seed_commitment != JOINT_SEED:
        yield "campaign", plan.seed_commitment, f"rounds, and the seed commitment {JOINT_SEED}"
    limit = terms.deadline_seconds
    if not (limit is None and terms.alone) and not 1 <= (limit or 0) <= _LONGEST_DEADLINE:
        yield "campaign, deadline_seconds", limit, f"1 to {_LONGEST_DEADLINE} s"
    if not 0 <= terms.excused_limit <= sum(plan.rounds):
        yield "campaign, excused_limit", terms.excused_limit, "at most the parts of the plan"
    if not (0 <= terms.notes <= _MOST_NOTES and 0 <= terms.amendments <= _MOST_NOTES):
        yield "campaign, quotas", (terms.notes, terms.amendments), f"at most {_MOST_NOTES}"
    if len(terms.roles) != (0 if terms.alone else 64):
        yield "campaign, roles", terms.roles, "the sha256 of roles.json, where there is one"


def _durations(plan: Plan) -> tuple[float, ...]:
    return astuple(plan.device.durations)


def _serves(x: Experiment, metric: Metric, judge: int) -> bool:
    """Whether a claim of this metric may use the experiment's counts, by the rules of its time."""
    quantity = quantity_of(metric.id)
    formerly = dict(quantity.formerly_from) if quantity else {}
    if judge <= formerly.get(x.protocol, 0):
        return True
    if is_published(x):
        return metric.id in estimator_of(x).quantities
    return x.protocol == metric.protocol


def _targets(x: Experiment, plan: Plan) -> Iterator[tuple[str, object, str]]:
    if not _ID.fullmatch(x.id):
        yield "id", x.id, "a plain name"
    met = [qubit for target in x.targets for qubit in target]
    if not x.targets or not all(0 <= qubit < plan.device.qubits for qubit in met):
        yield "targets", x.targets, f"qubits 0 to {plan.device.qubits - 1}"
    if is_published(x):
        sizes = {len(target) for target in x.targets} | {len(set(t)) for t in x.targets}
        if getattr(PUBLISHED[x.protocol], "of_register", False):
            if len(x.targets) != 1 or len(sizes) != 1:
                yield "targets", x.targets, "one register, each qubit once"
            return
        if not sizes <= {1, 2} or len(sizes) != 1 or len(set(x.targets)) != len(x.targets):
            yield "targets", x.targets, "each once, all qubits or all pairs"
        return
    reach = protocol_of(x.protocol, x.version).reach
    sizes = {"qubits": {1}, "pairs": {2}, "layer": {1, 2}, "links": {2}}[reach]
    sound = all(len(set(target)) == len(target) in sizes for target in x.targets)
    once = len(set(x.targets)) == len(x.targets) if reach == "links" else len(set(met)) == len(met)
    if not (sound and once) or (reach == "layer" and all(len(t) == 1 for t in x.targets)):
        yield "targets", x.targets, _REACH_WORDS[reach]


def _own(x: Experiment) -> Iterable[tuple[str, object, str]]:
    """Ask the protocol what its circuits cannot be."""
    protocol: object = None if is_published(x) else protocol_for(x)
    return protocol.unsound(x) if isinstance(protocol, Bounded) else ()


def _works(x: Experiment) -> bool:
    """Whether every arm has its working targets: all, or a group that has a short and a long arm.

    The groups hold each target once, and a block as many circuits of each, so that they can be
    counted side by side.
    """
    groups = list(dict.fromkeys(places for places in x.working if places))
    named = sorted(place for group in groups for place in group)
    in_turns = getattr(PROTOCOLS.get(x.protocol), "works_in_turns", False)
    if not in_turns or {len(x.working)} != {len(x.lengths), len(x.block)}:
        return False
    arms = [
        [(x.lengths[arm], x.block[arm]) for arm, mine in enumerate(x.working) if mine == group]
        for group in groups
    ]
    whole = [arm for arm, places in enumerate(x.working) if not places]
    alike = all(one == arms[0] for one in arms) and len(arms[0]) > 1 if arms else False
    return alike and len(whole) > 1 and named == list(range(len(x.targets)))


def _sizes(x: Experiment, qubits: int) -> Iterator[tuple[str, object, str]]:
    model, size = estimator_of(x).model, sum(x.block)
    if any(count < 1 for count in x.block) or not x.block:
        yield "block", x.block, "whole numbers from 1"
        return
    if any(n < size or n % size for n in (x.rounds, x.batch)):
        yield "rounds and batch", (x.rounds, x.batch), f"multiples of the block of {size}"
        return
    if x.batches > MOST_BATCHES:
        yield "rounds", x.rounds, f"at most {MOST_BATCHES} batches"
    if x.working and not _works(x):
        yield "working", x.working, "for each arm none or some places of targets, groups apart"
        return
    kinds = list(zip(x.lengths, x.working or [()] * len(x.lengths), strict=True))
    apart = len(set(kinds)) == len(kinds) and x.lengths[:1] == (min(x.lengths, default=0),)
    timed = is_timed(x)
    layered = (
        model == "geometric"
        or timed
        or (not is_published(x) and protocol_of(x.protocol, x.version).reach == "links")
    )
    depth = max(x.lengths, default=0.0) if layered else 0.0
    if not apart or not all(0 <= length < math.inf for length in x.lengths):
        yield "lengths", x.lengths, "different lengths from 0, the shortest first"
    elif depth > _LONGEST_DEPTH or (layered and any(v % 1 for v in x.lengths)):
        yield "lengths", x.lengths, f"whole numbers up to {_LONGEST_DEPTH}"
    if is_published(x):
        return
    if len(x.lengths) != len(x.block) or (len(x.lengths) == 1) != (model == "probability"):
        yield "lengths", x.lengths, "one for each part of the block, two or more for a decay"
    if not 1 <= x.shots <= MOST_SHOTS or (
        x.shots > 1 and not is_asked(x) and (x.problem or (model == "probability" and not timed))
    ):
        yield "shots", x.shots, f"1 to {MOST_SHOTS}, and 1 where each shot is a trial of its own"
    elif x.batch * x.shots * qubits > _MOST_BYTES:
        yield "batch", x.batch, "outcomes that fit into memory"
    if x.batch * qubits * (depth + 8) > _MOST_BYTES:
        yield "batch", x.batch, "circuits that fit into memory"
