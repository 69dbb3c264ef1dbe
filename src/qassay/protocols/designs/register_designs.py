"""Designs for claims on whole registers, on crosstalk and on leakage.

A layer fidelity is a product over many pairs, so its logarithm is a sum of logarithms of
rates: it takes the layers of the two-qubit benchmark, and shares them. A GHZ or a mirror claim is
one probability. Crosstalk is a difference of two errors, and needs both of them precisely.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from qassay.circuits.layouts import apart, edge_colouring, layers_of_links
from qassay.claims.claim import Claim, ClaimSheet
from qassay.claims.conventions import canonical_value, process_from_average
from qassay.claims.metrics import METRICS
from qassay.devices.description import DeviceDescription
from qassay.errors import Problem
from qassay.languages.english import said
from qassay.languages.sentence import Sentence
from qassay.protocols.designs import decay_designs
from qassay.protocols.designs.computed_designs import uncomputed
from qassay.protocols.designs.grouping import Group, grouped
from qassay.protocols.designs.losing_registers import lost_by_a_register, unfit
from qassay.protocols.designs.mark_designs import marked_experiment, unmarked
from qassay.protocols.designs.mean_designs import reach_of_means
from qassay.protocols.designs.registers import claimed_links, claimed_pairs, claimed_register
from qassay.protocols.interface import Experiment, Target
from qassay.protocols.known import kind_of, mark_for, measurement_of, quantity_of, tells
from qassay.protocols.quantity import share_of_parity
from qassay.protocols.terms import Terms

_ERROR_OVER_CROSSTALK: Final = 4.0  # assumed of a gate, where the sheet says nothing of it
_MOST_FOR_CROSSTALK: Final = 30_000
_DEEPEST_LEAKAGE: Final = 3000  # layers; more cost time, and shorter ones need more shots
_DEEPEST_MIRROR: Final = 1000
_LEAST_LOSS: Final = 1e-6
_EDGE: Final = 1e-9

Reach = Callable[[Claim], tuple[Target, ...]]


def loss(fidelity: float) -> float:
    """Give -ln of a layer fidelity, never quite 0."""
    return max(-math.log(min(max(fidelity, 1e-300), 1.0)), _LEAST_LOSS)


def is_product(claim: Claim) -> bool:
    """Whether a claim is on a product of fidelities, not on what is lost a gate of it."""
    return kind_of(claim.metric) == "layered" and METRICS[claim.metric].better == "higher"


def _stated(claim: Claim) -> bool:
    """Whether a claim on a register has to state the depth of its circuits."""
    quantity = quantity_of(claim.metric)
    return quantity is not None and quantity.kind == "register" and "depth" in quantity.conditions


def is_given(claim: Claim) -> bool:
    """Whether the circuit of a claim is that of a file."""
    quantity = quantity_of(claim.metric)
    return quantity is not None and quantity.of_file


def relative_tolerance(claim: Claim) -> float:
    """Give the tolerance of a claim as a fraction of the error rate behind it.

    LF within (1 + delta) is its logarithm within ln(1 + delta).
    """
    if is_product(claim):
        return min(math.log1p(claim.delta) / loss(claim.value), 1.0)
    return claim.delta


def layer_loss(claim: Claim, value: float, pairs: int) -> float:
    """Give the -ln LF that a value of a layered claim amounts to, never quite 0.

    Args:
        claim: On a layer fidelity, or on EPLG in either convention.
        value: In the claim's own terms.
        pairs: Two-qubit gates of the layers.
    """
    if is_product(claim):
        return loss(value)
    factor = canonical_value(claim) / claim.value if claim.value else 1.0
    process = min(process_from_average(value * factor, 4), 1 - 1e-9)
    return max(-pairs * math.log1p(-process), _LEAST_LOSS)


def layer_error(claim: Claim, pairs: int) -> float:
    """Give the process infidelity a layer and pair that a claim on layers amounts to."""
    return -math.expm1(-layer_loss(claim, claim.value, pairs) / max(pairs, 1))


def gate_error_beside(claim: Claim, claims: list[Claim]) -> float:
    """Guess the gate error behind a claim on crosstalk: the sheet's, or a multiple of it."""
    gates = [canonical_value(c) for c in claims if tells(c.metric) == "entangler"]
    return max([*gates[:1], _ERROR_OVER_CROSSTALK * canonical_value(claim)])


def crosstalk_rounds(claim: Claim, error: float, spread: float) -> int:
    """Circuits of each half that tell the difference of a pair's two errors from its limit.

    Args:
        claim: The claim.
        error: Error of the gate.
        spread: Sum of the normal quantiles of both error probabilities.
    """
    width = claim.delta * max(canonical_value(claim), 1e-9)
    once = 2 * decay_designs.DECAYS[0.25].shots * (error * spread / width) ** 2
    return min(math.ceil(once), _MOST_FOR_CROSSTALK)


def pair_groups(
    protocol: str, claims: list[Claim], rate_of: Callable[[Claim], float], reach: Reach
) -> list[Group]:
    """Group claims on layers of pairs: each layered register keeps colours of its own.

    Claims on single pairs join a register that holds all of theirs, and so share its shots.
    """
    layered: dict[tuple[Target, ...], list[Claim]] = {}
    for claim in claims:
        if kind_of(claim.metric) == "layered":
            layered.setdefault(reach(claim), []).append(claim)
    rest = [claim for claim in claims if kind_of(claim.metric) != "layered"]
    groups: list[Group] = []
    for pairs, members in layered.items():
        inside = [claim for claim in rest if set(reach(claim)) <= set(pairs)]
        rest = [claim for claim in rest if claim not in inside]
        groups += grouped(protocol, [*members, *inside], rate_of, reach)
    return groups + grouped(protocol, rest, rate_of, reach)


def with_partnerless(matching: tuple[Target, ...], group: Group) -> tuple[Target, ...]:
    """Add to a layer the qubits that wait in it, where a claim counts them."""
    if not any(kind_of(claim.metric) == "layered" for claim in group.claims):
        return matching
    busy = {qubit for pair in matching for qubit in pair}
    register = sorted({qubit for pair in group.targets for qubit in pair})
    return (*matching, *((qubit,) for qubit in register if qubit not in busy))


def with_isolated(x: Experiment, device: DeviceDescription) -> Experiment:
    """Add to layers of a matching the same circuits on pairs without working neighbours.

    All are arms of one experiment, some of each in every block, so that no drift comes between.

    Args:
        x: Layers of a whole matching, with a short and a long arm, and sentinels perhaps.
        device: Says who is coupled.
    """
    coupled = None if device.connectivity == "all-to-all" else device.couplings
    place = {target: i for i, target in enumerate(x.targets)}
    groups = apart([(t[0], t[1]) for t in x.targets], coupled)
    block = x.block + x.block[:2] * len(groups)
    rounds = decay_designs.whole_blocks(math.ceil(x.rounds * sum(block) / sum(x.block)), block)
    own = [tuple(sorted(place[pair] for pair in group)) for group in groups]
    return replace(
        x,
        lengths=x.lengths + x.lengths[:2] * len(groups),
        block=block,
        rounds=rounds,
        batch=decay_designs.whole_blocks(-(-rounds // x.batches), block),
        coin=False,
        working=((),) * len(x.lengths) + tuple(group for group in own for _ in range(2)),
    )


def linked_experiment(claim: Claim, device: DeviceDescription, terms: Terms) -> Experiment:
    """Plan a claim on one register whose shots hit or miss, such as the sign of a parity."""
    if mark_for(claim) is not None:
        return marked_experiment(claim, device, terms)
    protocol, share = measurement_of(claim.metric), share_at(claim)
    links = claimed_links(claim, device)
    quantity = quantity_of(claim.metric)
    grows = quantity is not None and quantity.tree
    depth = float(len(layers_of_links(links) if grows else edge_colouring(links)))
    if _stated(claim):
        depth = float(claim.condition("depth") or 2)
    value = min(claim.value, 1 - 1e-3)
    far = value / (1 + claim.delta)
    if METRICS[claim.metric].better == "lower":
        value, far = claim.value, claim.value * (1 + claim.delta)
    alone = decay_designs.shift_rounds(share(value), share(far), terms.alpha, terms.beta)
    rounds = math.ceil(decay_designs.SEQUENTIAL_CAP * alone)
    block = (1,)
    bytes_each = device.qubits * (depth + 4)
    if quantity is not None and quantity.computed is not None:
        bytes_each = max(bytes_each, 1 << len(claimed_register(claim, device)))
    return Experiment(
        id=protocol.id,
        protocol=protocol.id,
        version=protocol.version,
        targets=links,
        lengths=(float(depth),),
        block=block,
        rounds=rounds,
        batch=decay_designs.batch_size(rounds, block, bytes_each),
        claims=(claim.id,),
    )


def share_at(claim: Claim) -> Callable[[float], float]:
    """Give the law from a value of a register to the probability of a hit, off 0 and 1."""
    quantity = quantity_of(claim.metric)
    law = share_of_parity if quantity is None else quantity.share
    return lambda value: min(max(law(value), _EDGE), 1 - _EDGE)


def leakage_length(rate: float, *, mean: bool = False) -> float:
    """Choose the long arm, in layers, for a claimed leakage of a layer.

    Args:
        rate: As claimed.
        mean: Over several pairs: so short that a pair which has leaked still tells from one that
            is there, although one shot in twenty of a lost pair reads as of one that is there.
    """
    reach = reach_of_means(0.0, mixed=False) if mean else decay_designs.DECAYS[0.0].at_rate
    return float(min(max(round(reach / rate), 8), _DEEPEST_LEAKAGE))


def leakage_variance(decay: float) -> float:
    """Give the circuits for a relative standard error of one in the leakage of a pair.

    (1 - s) / s of each arm by its share, over the square of the decay, with s = 1/4 at first.

    Args:
        decay: Leakage of a layer times the layers of the long arm.
    """
    short, long = (part / sum(decay_designs.LEAKAGE_BLOCK) for part in decay_designs.LEAKAGE_BLOCK)
    return (3.1 / short + (4 * math.exp(min(decay, 50.0)) - 1) / long) / decay**2


def register_problems(sheet: ClaimSheet) -> list[Problem]:
    """Find claims with a depth that has no meaning."""
    problems = []
    for claim in sheet.claims:
        depth, quantity = claim.condition("depth"), quantity_of(claim.metric)
        if not _stated(claim) or depth is None or quantity is None:
            continue
        number = depth if isinstance(depth, int | float) and not isinstance(depth, bool) else 0
        low, high, step = 2, _DEEPEST_MIRROR, 2
        if quantity.computed is not None:
            low, high, step = quantity.computed.shallowest, quantity.computed.deepest, 1
        if not (low <= number <= high and number % step == 0):
            problems.append(
                Problem(
                    where=f'claim "{claim.id}", conditions',
                    found=f"depth = {depth:g}" if isinstance(depth, float) else f"depth = {depth}",
                    expected=f"{'an even' if step == 2 else 'a whole'} number of layers,"
                    f" {low} to {high}",
                    advice="half of them go forwards and half backwards"
                    if step == 2
                    else "fewer are not random enough, and all of them have to be computed",
                )
            )
    return problems


def depthless(claim: Claim) -> Sentence | None:
    """Say that a claim names no depth of its circuits, where it has to; None otherwise."""
    if not _stated(claim) or claim.condition("depth") is not None:
        return None
    return said("untested.no_depth", example="conditions = {depth = N}")


def unjoined(claims: list[Claim], device: DeviceDescription) -> dict[str, str]:
    """Name the claims on registers that no circuit can speak of, and why."""
    reasons: dict[str, str] = {}
    for claim in claims:
        if (reason := unmarked(claim, device) or uncomputed(claim, device)) is not None:
            reasons[claim.id] = reason
        elif (why := depthless(claim)) is not None:
            reasons[claim.id] = why
        elif is_given(claim):  # its file names the pairs
            continue
        elif (whole := lost_by_a_register(claim)) and (why := unfit(claim, device)) is not None:
            reasons[claim.id] = why
        elif (
            (kind_of(claim.metric) == "register" or whole) and not claimed_links(claim, device)
        ) or (kind_of(claim.metric) == "layered" and not claimed_pairs(claim, device)):
            reasons[claim.id] = said("untested.not_joined")
    return reasons
