"""Decays with a short and a long arm, the most usual of all experiments."""

from __future__ import annotations

import math
from typing import Final

from qassay.claims.claim import Claim
from qassay.devices.description import DeviceDescription
from qassay.protocols.designs import (
    contrast_designs,
    decay_designs,
    mean_designs,
    rank_designs,
    register_designs,
)
from qassay.protocols.designs.demands import one_target, rounds_for
from qassay.protocols.designs.grouping import Group, targets_of
from qassay.protocols.designs.mean_designs import (
    is_mean,
    is_mean_time,
    mean_batch,
    mean_ladder,
    reach_of_means,
    with_checks,
)
from qassay.protocols.designs.rank_designs import is_ranked, rank_batch
from qassay.protocols.designs.timed_designs import Arms, cheapest_arms, usual_arms
from qassay.protocols.interface import Experiment
from qassay.protocols.known import PROTOCOLS, kind_of
from qassay.protocols.scoring import overhead as overhead_of
from qassay.protocols.terms import Terms

_LONGEST_DEPTH: Final = 200_000


def decay_experiment(
    group: Group,
    scale: float,
    claims: list[Claim],
    options: Terms,
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
    reached = {claim.id: len(targets_of(claim, device)) for claim in served}
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
