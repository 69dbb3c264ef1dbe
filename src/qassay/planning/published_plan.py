"""The plan of an import: what was published, written down as if somebody had planned it.

Nothing in it is chosen but error probabilities and rule. So whoever imports counts and whoever
audits the bundle come through here, and a plan that says more than its counts is found.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Protocol

from qassay.claims.claim import Claim, ClaimSheet
from qassay.devices.description import DeviceDescription
from qassay.planning.conditions import unmet
from qassay.planning.options import Options
from qassay.planning.plan import JUDGE, Cost, Plan, Untested, commitment_to
from qassay.planning.published_reasons import measured_by, silent
from qassay.protocols.interface import Experiment, Target
from qassay.protocols.known import PUBLISHED, mark_for
from qassay.protocols.published_scores import PublishedScores, read_terms
from qassay.protocols.weighing.measurands import executions
from qassay.statistics.trials import Trials

NO_SEED: Final = bytes(32)  # nothing was drawn


class GivenCounts(Protocol):
    """Counts of one published experiment, wherever they were read."""

    @property
    def protocol(self) -> str:
        """Id of the estimator."""

    @property
    def quantity(self) -> str:
        """What it estimates: a metric's id."""

    @property
    def targets(self) -> tuple[Target, ...]:
        """Qubits or pairs, as the publisher numbers them."""

    @property
    def trials(self) -> Trials:
        """The counts."""

    @property
    def problem(self) -> str:
        """What the estimator has to know besides, as JSON text."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class SealedCounts:
    """Counts of one published experiment, as a bundle holds them; as in `GivenCounts`."""

    protocol: str
    quantity: str
    targets: tuple[Target, ...]
    trials: Trials
    problem: str = ""


def published_plan(
    sheet: ClaimSheet,
    named: Mapping[str, GivenCounts],
    options: Options,
    software: str,
    *,
    simulator: bool = False,
) -> Plan:
    """Write down what was published in the form of a plan; each part is an experiment.

    Args:
        sheet: The claims.
        named: What was counted, by the id of its experiment.
        options: Error probabilities and rule.
        software: What writes the plan.
        simulator: Whether whoever wrote the counts says that no hardware stands behind them.
    """
    published = tuple(named.values())
    device = replace(_description(sheet, published), simulator=simulator)
    unlike = {c.id: reason for c in sheet.claims if (reason := unmet(c, device, published=True))}
    tested = [claim for claim in sheet.claims if claim.id not in unlike]
    experiments = tuple(_experiment(name, one, named, tested) for name, one in named.items())
    served = {claim for x in experiments for claim in x.claims}
    counted = [(one.quantity, one.targets, one.problem) for one in published]
    untested = tuple(
        Untested(claim=claim.id, reason=unlike.get(claim.id) or silent(claim, counted))
        for claim in sheet.claims
        if claim.id not in served
    )
    shots = sum(
        one.trials.circuits * one.trials.shots if own is None else own
        for x, one in zip(experiments, published, strict=True)
        for own in (executions(x, one.trials),)
    )
    circuits = sum(one.trials.circuits for one in published)
    return Plan(
        judge=JUDGE,
        software=software,
        sheet=sheet,
        device=device,
        seed_commitment=commitment_to(NO_SEED),
        alpha=options.alpha,
        beta=options.beta,
        rule=options.rule,
        multiplicity="none",
        experiments=experiments,
        cost=Cost(shots=shots, circuits=circuits, seconds=0.0),
        untested=untested,
    )


def _experiment(
    name: str, one: GivenCounts, named: Mapping[str, GivenCounts], claims: list[Claim]
) -> Experiment:
    size = one.trials.circuits
    measured = {
        target for x in named.values() if x.quantity == one.quantity for target in x.targets
    }
    return Experiment(
        id=name,
        protocol=one.protocol,
        version=PUBLISHED[one.protocol].version,
        targets=one.targets,
        lengths=tuple(one.trials.lengths.tolist()),
        block=(size,),
        rounds=size,
        batch=size,
        claims=tuple(c.id for c in claims if _serves(c, one, measured, named.values())),
        problem=one.problem,
    )


def _serves_register(claim: Claim, one: GivenCounts, named: Iterable[GivenCounts]) -> bool:
    """Whether circuits are those that a claim on a register speaks of, and none beside them."""
    depth = claim.condition("depth")
    wanted = set(claim.scope.qubits) | {qubit for pair in claim.scope.pairs for qubit in pair}
    mark = mark_for(claim)
    width = None if mark is None else mark.width(claim.value) or 0
    if wanted and width is not None:
        wanted = {*sorted(wanted)[:width]}
    fitting = [
        x
        for x in named
        if x.quantity == measured_by(claim)
        and (not wanted or wanted == set(x.targets[0]))
        and width in (None, len(x.targets[0]))
        and (depth is None or read_terms(x.problem).depth == depth)
    ]
    return len(fitting) == 1 and fitting[0] is one


def _serves(
    claim: Claim,
    one: GivenCounts,
    measured: set[Target],
    named: Iterable[GivenCounts],
) -> bool:
    """Whether the counts are of the claim's metric, which was measured on all that it names."""
    if one.protocol == PublishedScores.id:
        return measured_by(claim) == one.quantity and _serves_register(claim, one, named)
    wanted = {(qubit,) for qubit in claim.scope.qubits} | {
        (min(pair), max(pair)) for pair in claim.scope.pairs
    }
    if claim.metric != one.quantity or not wanted <= measured:
        return False
    return not wanted or not wanted.isdisjoint(one.targets)


def _description(sheet: ClaimSheet, published: tuple[GivenCounts, ...]) -> DeviceDescription:
    """Describe the machine as far as the counts show it."""
    qubits = 1 + max(qubit for one in published for target in one.targets for qubit in target)
    pairs = {
        (min(target), max(target))
        for one in published
        for target in one.targets
        if len(target) == 2
    }
    return DeviceDescription(
        name=sheet.machine,
        platform="other",
        qubits=qubits,
        connectivity="listed",
        couplings=tuple(sorted((a, b) for a, b in pairs)),
    )
