"""The experiments of a sheet: for each protocol those that settle the claims on its quantities."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from qassay.applications.instance import Instance
from qassay.circuits.layouts import apart, edge_colouring
from qassay.claims.claim import Claim
from qassay.claims.metrics import METRICS
from qassay.devices.description import DeviceDescription
from qassay.planning import application_designs, given_circuits
from qassay.planning.conditions import alone
from qassay.planning.options import Options
from qassay.planning.repeats import with_repeats
from qassay.protocols.designs import decay_designs, register_designs
from qassay.protocols.designs.coupled_designs import coupled_experiments
from qassay.protocols.designs.decay_experiments import decay_experiment
from qassay.protocols.designs.demands import planned_rate
from qassay.protocols.designs.grouping import Group, grouped, targets_of
from qassay.protocols.designs.losing_registers import dearer_sign, whole_turns
from qassay.protocols.designs.mean_designs import is_mean
from qassay.protocols.designs.pair_experiments import beside_layers, gates_alone
from qassay.protocols.designs.readout_designs import readout_experiments
from qassay.protocols.designs.registers import claimed_links, claimed_register
from qassay.protocols.interface import BenchmarkProtocol, Experiment, Target
from qassay.protocols.known import PROTOCOLS, by_reference, counts_of, kind_of, measurement_of

_MANY_MATCHINGS: Final = 8
_CLEARED: Final = 30  # circuits of a matching that tell lost pairs from good ones, about
_FEW: Final = 4  # batches of each of them


def experiments_for(
    claims: list[Claim],
    device: DeviceDescription,
    options: Options,
    files: Mapping[str, bytes],
    known: Mapping[str, Instance] = application_designs.NOT_KNOWN,
) -> tuple[Experiment, ...]:
    """Plan all experiments of `claims`, each with a name of its own.

    Args:
        claims: That circuits can speak of.
        device: The machine.
        options: Error probabilities.
        files: What the claims name beside their sheet, by name.
        known: The instances of files that are not at hand, by name of the file.
    """
    made: list[Experiment] = []

    def reach(claim: Claim) -> tuple[Target, ...]:
        return targets_of(claim, device)

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
        elif protocol.reach == "links" and protocol.model == "geometric":
            made += [_losing_register(c, claims, device, options) for c in mine]
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
                made.append(
                    decay_experiment(group, 1 / group.scale, claims, options, device, whole=whole)
                )
    made = with_repeats(made, claims, device)
    made += application_designs.claimed_experiments(claims, device, files, known)
    made += given_circuits.given_experiments(claims, device, files, options)
    return tuple(_numbered(made))


def _losing_register(
    claim: Claim, claims: list[Claim], device: DeviceDescription, options: Options
) -> Experiment:
    """Plan a claim on what one register loses a layer, from one sign a shot."""
    links, rate = claimed_links(claim, device), planned_rate(claim, claims, 1)
    group = Group(
        protocol=measurement_of(claim.metric).id, claims=(claim,), scale=rate, targets=links
    )
    x = decay_experiment(group, 1 / rate, claims, options, device, whole=True)
    dearer = dearer_sign(claims, len(claimed_register(claim, device)))
    rounds = decay_designs.whole_blocks(math.ceil(x.rounds * dearer), x.block)
    batch = decay_designs.whole_blocks(math.ceil(x.batch * math.sqrt(dearer)), x.block)
    return replace(
        x, lengths=whole_turns(x.lengths, links), rounds=rounds, batch=min(batch, rounds)
    )


def _one_at_a_time(
    protocol: BenchmarkProtocol,
    mine: list[Claim],
    claims: list[Claim],
    device: DeviceDescription,
    options: Options,
) -> list[Experiment]:
    """Plan claims whose targets are measured alone, side by side where they cannot touch."""

    def rate(claim: Claim) -> float:
        return planned_rate(claim, claims, len(targets_of(claim, device)))

    coupled = None if device.connectivity == "all-to-all" else device.couplings
    whole = protocol.model == "geometric"
    made = []
    for group in grouped(protocol.id, mine, rate, lambda claim: targets_of(claim, device)):
        packs = apart(group.targets, coupled)
        for pack in packs:
            served = tuple(
                c for c in group.claims if not set(pack).isdisjoint(targets_of(c, device))
            )
            if protocol.reach == "layer":
                gates = {c: len(targets_of(c, device)) for c in served}
                one = gates_alone(gates, claims, pack, group.scale, device.qubits, options)
            else:
                one = decay_experiment(
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


def _pairs(
    group: Group, claims: list[Claim], device: DeviceDescription, options: Options
) -> list[Experiment]:
    """Plan one experiment for each matching of the pairs, for the claims that it says anything of.

    So a claim on one pair is not waited for by matchings that it has no part in.
    """
    matchings = edge_colouring([(t[0], t[1]) for t in group.targets])
    made = []
    for matching in matchings:
        served = [c for c in group.claims if not set(matching).isdisjoint(targets_of(c, device))]
        gates = {c: len(targets_of(c, device)) for c in served if by_reference(c.metric)}
        others = tuple(c for c in served if not by_reference(c.metric))
        own: list[Experiment] = []
        if others:
            own.append(
                decay_experiment(
                    group, 1 / group.scale, claims, options, device, whole=True, served=others
                )
            )
        if gates and own and own[0].lengths[0] > 0:
            own = [beside_layers(own[0], gates, claims, device.qubits, options)]
        elif gates:  # so few layers that there is no short arm, or nothing claimed of layers
            own.append(gates_alone(gates, claims, matching, group.scale, device.qubits, options))
        if len(matchings) > _MANY_MATCHINGS:
            means = all(is_mean(c, len(targets_of(c, device))) for c in served)
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
