"""Layers of pairs with the reference beside them that isolates the entangler."""

from __future__ import annotations

import math
from dataclasses import replace

from qassay.claims.claim import Claim
from qassay.protocols.designs import decay_designs
from qassay.protocols.designs.demands import claimed_spam, one_target, rounds_for
from qassay.protocols.designs.mean_designs import is_mean, mean_batch, mean_ladder, reach_of_means
from qassay.protocols.designs.pair_designs import (
    AT_RATE,
    REFERENCE_BLOCK,
    USUAL_SHARE,
    gate_circuits,
    layers_for,
)
from qassay.protocols.designs.rank_designs import ARMS, is_ranked, rank_batch
from qassay.protocols.interface import Experiment, Target
from qassay.protocols.known import measurement_of
from qassay.protocols.terms import Terms

_LOOKS = 64  # at a single pair, until most machines are decided


def gates_alone(
    gates: dict[Claim, int],
    claims: list[Claim],
    targets: tuple[Target, ...],
    rate: float,
    qubits: int,
    terms: Terms,
) -> Experiment:
    """Plan layers and reference of one matching for claims on its gates.

    A mean has to clear every single target of having lost its signal, which takes circuits of
    as many layers with fewer entanglers.

    Args:
        gates: The claims, each with how many targets it has in all.
        claims: The whole sheet.
        targets: The matching.
        rate: Decay a layer of the claimed entangler.
        qubits: Of the device.
        terms: Error probabilities.
    """
    protocol = measurement_of(next(iter(gates)).metric)
    means = [is_mean(claim, n) for claim, n in gates.items()]
    ranked = [claim for claim, n in gates.items() if is_ranked(claim, n)]
    of_ranks = len(ranked) == len(gates)
    layers, worth = layers_for(rate, ARMS.at_rate if of_ranks else AT_RATE), 1.0
    lengths: tuple[float, ...] = (0.0, layers)
    block: tuple[int, ...] = REFERENCE_BLOCK
    if any(means):
        layers = layers_for(rate, reach_of_means(protocol.asymptote, mixed=not all(means)))
        beside = None if all(means) else REFERENCE_BLOCK
        lengths, block = mean_ladder(0.0, layers, beside)
        worth = 1.0 if beside is None else sum(block) / sum(block[:2])
    rounds = decay_designs.whole_blocks(math.ceil(_needed(gates, claims, terms) * worth), block)
    batch = (mean_batch if all(means) else decay_designs.batch_size)(rounds, block, qubits * layers)
    if _exact(gates):
        looks = min(rounds, math.ceil(_usual(gates, claims, terms) * worth))
        batch = decay_designs.batch_size(looks, block, qubits * layers, _LOOKS)
    if ranked:
        batch = min(batch, rank_batch(ranked, len(targets), rounds, block))
    return Experiment(
        id=protocol.id,
        protocol=protocol.id,
        version=protocol.version,
        targets=targets,
        lengths=lengths,
        block=block,
        rounds=rounds,
        batch=batch,
        claims=tuple(claim.id for claim in gates),
        coin=_exact(gates),
        reference=True,
    )


def beside_layers(
    layered: Experiment,
    gates: dict[Claim, int],
    claims: list[Claim],
    qubits: int,
    terms: Terms,
) -> Experiment:
    """Add the reference to an experiment on whole layers; each test skips what it does not use.

    Args:
        layered: With a short and a long arm, and sentinels perhaps.
        gates: As in `gates_alone`.
        claims: The whole sheet.
        qubits: Of the device.
        terms: Error probabilities.
    """
    short, long = REFERENCE_BLOCK
    times = long // math.gcd(long, layered.block[1])
    block = tuple(times * count for count in layered.block)
    block = (short * block[1] // long, *block)
    used, own = block[0] + block[2], sum(block[1:])
    rounds = max(
        math.ceil(_needed(gates, claims, terms) * sum(block) / used),
        math.ceil(layered.rounds * sum(block) / own),
    )
    rounds = decay_designs.whole_blocks(rounds, block)
    looks = rounds
    if _exact(gates):
        looks = min(rounds, math.ceil(_usual(gates, claims, terms) * sum(block) / used))
    return replace(
        layered,
        lengths=(0.0, *layered.lengths),
        block=block,
        rounds=rounds,
        batch=decay_designs.batch_size(looks, block, qubits * layered.lengths[1]),
        claims=tuple(dict.fromkeys((*layered.claims, *(claim.id for claim in gates)))),
        coin=layered.coin or _exact(gates),
        reference=True,
    )


def _needed(gates: dict[Claim, int], claims: list[Claim], terms: Terms) -> int:
    """Give the circuits of reference and layers at most, for the claim that needs most."""
    base = measurement_of(next(iter(gates)).metric).asymptote
    return max(
        rounds_for(claim, targets, one_target(claim, claims, base, terms), base, terms)
        for claim, targets in gates.items()
    )


def _usual(gates: dict[Claim, int], claims: list[Claim], terms: Terms) -> int:
    """Give the circuits that decide most machines: a run stops after parts of these.

    The cap is far beyond, for machines whose one-qubit gates take half of the signal.
    """
    spread = decay_designs.normal_sum(terms.alpha, terms.beta)
    return min(
        math.ceil(
            gate_circuits(claimed_spam(claim, claims), USUAL_SHARE)
            * (spread / math.log1p(claim.delta)) ** 2
        )
        for claim in gates
    )


def _exact(gates: dict[Claim, int]) -> bool:
    """Whether a test of single targets is among them, which takes a coin."""
    return any(c.statistic == "every" or n == 1 or is_ranked(c, n) for c, n in gates.items())
