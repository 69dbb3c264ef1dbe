"""From claims and a device's description to experiments.

Claims that the same circuits can settle share them. A claim on two-qubit gates brings a reference
with it, the same layers without the entangler.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from qassay.circuits.layouts import apart, edge_colouring
from qassay.claims.claim import Claim, ClaimSheet
from qassay.claims.metrics import METRICS
from qassay.devices.description import DeviceDescription
from qassay.errors import PlanError, Problem
from qassay.languages.english import said
from qassay.numerals import numeral
from qassay.planning import application_designs, given_circuits
from qassay.planning.availability import out_of_reach
from qassay.planning.best_choices import choose_best
from qassay.planning.conditions import alone, unmet
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
from qassay.planning.repeats import with_repeats
from qassay.planning.schedule import experiment_seconds, loaded
from qassay.planning.timed_jobs import timed_experiments
from qassay.protocols.designs import (
    contrast_designs,
    decay_designs,
    mean_designs,
    rank_designs,
    register_designs,
)
from qassay.protocols.designs.computed_designs import too_long_to_compute
from qassay.protocols.designs.coupled_designs import coupled_experiments
from qassay.protocols.designs.demands import one_target, planned_rate, rounds_for
from qassay.protocols.designs.grouping import Group, grouped, targets_of
from qassay.protocols.designs.mean_designs import (
    is_mean,
    is_mean_time,
    mean_batch,
    mean_ladder,
    reach_of_means,
    with_checks,
)
from qassay.protocols.designs.pair_experiments import beside_layers, gates_alone
from qassay.protocols.designs.rank_designs import is_ranked, rank_batch
from qassay.protocols.designs.readout_designs import readout_experiments
from qassay.protocols.designs.timed_designs import Arms, cheapest_arms, usual_arms
from qassay.protocols.interface import BenchmarkProtocol, Experiment, Target
from qassay.protocols.known import PROTOCOLS, by_reference, counts_of, kind_of
from qassay.protocols.scoring import overhead as overhead_of

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
    experiments = _experiments(testable, device, options, files)
    beyond = _uncomputed(experiments, testable)
    if options.budget_shots is None:
        beyond += _beyond(experiments, _without(testable, beyond), device, options, files)
    if beyond:
        untested += beyond
        testable = _without(testable, beyond)
        experiments = _experiments(testable, device, options, files)
    experiments += timed_experiments(sheet.operations, device)
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
        (claim.id, hopeless(claim, lambda one: _experiments([one], device, options, files), device))
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


def _experiments(
    claims: list[Claim], device: DeviceDescription, options: Options, files: Mapping[str, bytes]
) -> tuple[Experiment, ...]:
    made: list[Experiment] = []

    def reach(claim: Claim) -> tuple[Target, ...]:
        return _reach(claim, device)

    def rate(claim: Claim) -> float:
        return planned_rate(claim, claims, len(reach(claim)))

    for name, protocol in PROTOCOLS.items():
        mine = [c for c in claims if METRICS[c.metric].protocol == name]
        made += _one_at_a_time(protocol, [c for c in mine if alone(c)], claims, device, options)
        mine = [c for c in mine if not alone(c)]
        if not mine:
            continue
        if all(counts_of(c.metric) in ("pairs", "connected") for c in mine):
            made += coupled_experiments(protocol, mine, device)
        elif protocol.reach == "links":
            made += [register_designs.linked_experiment(c, device, options) for c in mine]
        elif protocol.reach == "layer":
            for group in register_designs.pair_groups(name, mine, rate, reach):
                made += _pairs(group, claims, device, options)
        elif protocol.reach == "pairs" and kind_of(mine[0].metric) == "difference":
            for group in grouped(name, mine, rate, reach):
                made += [
                    register_designs.with_isolated(x, device)
                    for x in _pairs(group, claims, device, options)
                ]
        elif protocol.reach == "pairs":
            for group in grouped(name, mine, rate, reach):
                made += _pairs(group, claims, device, options)
        elif protocol.model == "probability":
            made += readout_experiments(mine, reach, device, options)
        else:
            whole = protocol.model == "geometric"
            for group in grouped(name, mine, rate, reach):
                made.append(_decay(group, 1 / group.scale, claims, options, device, whole=whole))
    made = with_repeats(made, claims, device)
    made += application_designs.claimed_experiments(claims, device, files)
    made += given_circuits.given_experiments(claims, device, files, options)
    return tuple(_numbered(made))


def _one_at_a_time(
    protocol: BenchmarkProtocol,
    mine: list[Claim],
    claims: list[Claim],
    device: DeviceDescription,
    options: Options,
) -> list[Experiment]:
    """Plan claims whose targets are measured alone, side by side where they cannot touch."""

    def rate(claim: Claim) -> float:
        return planned_rate(claim, claims, len(_reach(claim, device)))

    coupled = None if device.connectivity == "all-to-all" else device.couplings
    whole = protocol.model == "geometric"
    made = []
    for group in grouped(protocol.id, mine, rate, lambda claim: _reach(claim, device)):
        packs = apart(group.targets, coupled)
        for pack in packs:
            served = tuple(c for c in group.claims if not set(pack).isdisjoint(_reach(c, device)))
            if protocol.reach == "layer":
                gates = {c: len(_reach(c, device)) for c in served}
                one = gates_alone(gates, claims, pack, group.scale, device.qubits, options)
            else:
                one = _decay(
                    group, 1 / group.scale, claims, options, device, whole=whole, served=served
                )
            if len(packs) > _MANY_MATCHINGS:
                one = _in_few_batches(one, device, means=False)
            made.append(replace(one, targets=pack, alone=True))
    return made


def _in_few_batches(x: Experiment, device: DeviceDescription, *, means: bool) -> Experiment:
    """Take large batches: small ones of many experiments would cost more than they save."""
    pulses = device.qubits * max(x.lengths[1], 8)
    looks = max(_FEW, round(x.rounds / _CLEARED)) if means else _FEW
    return replace(x, batch=decay_designs.batch_size(x.rounds, x.block, pulses, looks))


def _reach(claim: Claim, device: DeviceDescription) -> tuple[Target, ...]:
    return targets_of(claim, METRICS[claim.metric].target, device)


def _decay(
    group: Group,
    scale: float,
    claims: list[Claim],
    options: Options,
    device: DeviceDescription,
    *,
    whole: bool,
    served: tuple[Claim, ...] | None = None,
) -> Experiment:
    """Plan one experiment with a short and a long arm; `scale` is 1 / rate of the claim.

    Lengths are made for all claims of the group, circuits for those that are `served` (all).
    """
    served = group.claims if served is None else served
    protocol = PROTOCOLS[group.protocol]
    leaks = protocol.asymptote == 0  # what has left does not come back
    # What a claim takes is shared by its own targets, however many the group has beside them.
    reached = {claim.id: len(_reach(claim, device)) for claim in served}
    ranked = [claim for claim in served if is_ranked(claim, reached[claim.id])]
    arms = _arms(group, scale, device, whole=whole)
    # A time is told by the contrast there, whatever the shape of the decay, so nowhere else.
    if (
        ranked
        and len(ranked) == len(served)
        and (not whole or arms == usual_arms(protocol.asymptote))
    ):
        arms = rank_designs.ARMS
    if served and all(is_mean_time(claim, reached[claim.id]) for claim in served):
        arms = mean_designs.TIMES
    means = [is_mean(claim, reached[claim.id]) for claim in served]
    own = [c for c in served if contrast_designs.settles(c, reached[c.id])]
    delays = contrast_designs.delays_of(own, options) if own else ()
    long = arms.at_rate * scale
    if any(means):
        long = reach_of_means(protocol.asymptote, mixed=not all(means)) * scale
    wanted = long / scale
    if leaks:
        long = register_designs.leakage_length(1 / scale, mean=any(means))
    elif whole:
        long = float(min(max(round(long), 2), _LONGEST_DEPTH))
    # What a claim takes is shared by its own targets, however many the group has beside them.
    shares = (
        rounds_for(
            claim,
            reached[claim.id],
            one_target(claim, claims, protocol.asymptote, options, reached[claim.id]),
            protocol.asymptote,
            options,
        )
        for claim in served
    )
    exact = bool(ranked) or any(
        kind_of(c.metric) != "layered" and (c.statistic == "every" or reached[c.id] == 1)
        for c in served
    )
    worth = arms.tested if exact else arms.effort
    start = 1.0 if whole and long > 2 else 0.0
    lengths: tuple[float, ...] = (start, long, scale)[: len(arms.block)]
    block: tuple[int, ...] = decay_designs.LEAKAGE_BLOCK if leaks else arms.block
    if any(means):
        both = None if all(means) else (block[0], block[1])
        lengths, block = mean_ladder(start, long, both)
        worth = 1.0 if both is None else worth * sum(block) / sum(block[:2])
    if whole and not leaks:  # where the longest circuit allowed is too short, more of them
        worth *= arms.dearer(protocol.asymptote, wanted, long / scale)
    if delays:
        lengths, block = (0.0, *delays), contrast_designs.block_of(delays)
        worth = contrast_designs.dearer(delays, min(claim.delta for claim in own))
    rounds = math.ceil(max(shares, default=0) * worth)
    if any(means) and not leaks:
        lengths, block = with_checks(lengths, block, rounds, _LONGEST_DEPTH)
    elif whole and 3 * long <= _LONGEST_DEPTH and not leaks:
        lengths, block = decay_designs.with_sentinels((start, long), (block[0], block[1]), rounds)
    rounds = decay_designs.whole_blocks(rounds, block)
    bytes_each = device.qubits * (long if whole else 8)
    looks = decay_designs.BATCHES_EXACT if exact else decay_designs.BATCHES
    batch = decay_designs.batch_size(rounds, block, bytes_each, looks)
    if means and all(means):
        batch = mean_batch(rounds, block, bytes_each)
    if ranked:
        batch = min(batch, rank_batch(ranked, len(group.targets), rounds, block))
    return Experiment(
        id=group.protocol,
        protocol=group.protocol,
        version=protocol.version,
        targets=group.targets,
        lengths=lengths,
        block=block,
        rounds=rounds,
        batch=batch,
        claims=tuple(claim.id for claim in served),
        coin=exact,
    )


def _arms(group: Group, scale: float, device: DeviceDescription, *, whole: bool) -> Arms:
    """Choose arms by what a second of the device is worth; the fewest shots where it says none."""
    protocol = PROTOCOLS[group.protocol]
    told = overhead_of(device.durations) > 0  # otherwise nobody knows what a second is worth
    if protocol.asymptote == 0 or not told:
        return usual_arms(protocol.asymptote)
    deepest = min(scale, float(_LONGEST_DEPTH)) if whole else scale
    empty = protocol.seconds(0.0, device.durations)
    taken = protocol.seconds(deepest, device.durations) - empty
    overhead = empty / taken if taken > 0 else math.inf
    delta = min(register_designs.relative_tolerance(c) for c in group.claims)
    return cheapest_arms(
        protocol.asymptote,
        float(f"{overhead:.2g}"),
        min(max(delta, 0.05), 1.0),
        third=not whole,
        paid=device.cost_per_shot > 0,
    )


def _pairs(
    group: Group, claims: list[Claim], device: DeviceDescription, options: Options
) -> list[Experiment]:
    """Plan one experiment for each matching of the pairs, for the claims that it says anything of.

    So a claim on one pair is not waited for by matchings that it has no part in.
    """
    matchings = edge_colouring([(t[0], t[1]) for t in group.targets])
    made = []
    for matching in matchings:
        served = [c for c in group.claims if not set(matching).isdisjoint(_reach(c, device))]
        gates = {c: len(_reach(c, device)) for c in served if by_reference(c.metric)}
        others = tuple(c for c in served if not by_reference(c.metric))
        own: list[Experiment] = []
        if others:
            own.append(
                _decay(group, 1 / group.scale, claims, options, device, whole=True, served=others)
            )
        if gates and own and own[0].lengths[0] > 0:
            own = [beside_layers(own[0], gates, claims, device.qubits, options)]
        elif gates:  # so few layers that there is no short arm, or nothing claimed of layers
            own.append(gates_alone(gates, claims, matching, group.scale, device.qubits, options))
        if len(matchings) > _MANY_MATCHINGS:
            means = all(is_mean(c, len(_reach(c, device))) for c in served)
            own = [_in_few_batches(x, device, means=means) for x in own]
        targets = register_designs.with_partnerless(matching, group)
        made += [replace(x, targets=targets) for x in own]
    return made


def _numbered(experiments: list[Experiment]) -> list[Experiment]:
    """Give each experiment a name of its own."""
    alike = {x.protocol: [y for y in experiments if y.protocol == x.protocol] for x in experiments}
    return [
        replace(x, id=f"{x.protocol}/{alike[x.protocol].index(x):02d}")
        if len(alike[x.protocol]) > 1
        else x
        for x in experiments
    ]


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
