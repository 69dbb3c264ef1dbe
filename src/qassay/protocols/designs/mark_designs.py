"""Designs for claims whose value is the size of circuits that have to pass a mark.

A hit is one shot of one circuit, each of another circuit, so the share of hits is one probability
and circuits are told from the mark as a coin is.
"""

from __future__ import annotations

import math
from itertools import combinations

from qassay.circuits.cut_circuits import chain_of
from qassay.claims.claim import Claim
from qassay.devices.description import DeviceDescription
from qassay.languages.english import named, said
from qassay.languages.sentence import Figures, Sentence
from qassay.protocols.designs import decay_designs
from qassay.protocols.designs.registers import claimed_links, claimed_register
from qassay.protocols.interface import Experiment
from qassay.protocols.known import mark_for, measurement_of
from qassay.protocols.quantity import PassMark
from qassay.protocols.terms import Terms

_LOOKS = 128  # a good machine is told from the mark by a twentieth of the circuits


def stated_share(claim: Claim, mark: PassMark) -> float | None:
    """Give the share of hits that a claim states; None where it states none."""
    said = claim.condition(mark.stated) if mark.stated else None
    if said is None or isinstance(said, bool):
        return None
    try:
        return float(said)
    except ValueError:
        return math.nan


def marked_experiment(claim: Claim, device: DeviceDescription, terms: Terms) -> Experiment:
    """Plan the circuits of a claim with a pass mark that `unmarked` has nothing against."""
    protocol, mark = measurement_of(claim.metric), mark_for(claim)
    width = len(claimed_register(claim, device))
    if mark is None:
        raise ValueError(f"{claim.metric} has no pass mark")
    near = stated_share(claim, mark) or mark.planned
    alone = decay_designs.shift_rounds(near, mark.share, terms.alpha, terms.beta)
    rounds = math.ceil(decay_designs.SEQUENTIAL_CAP * alone)
    bytes_each = max(device.qubits * (width + 8), 1 << width)
    return Experiment(
        id=protocol.id,
        protocol=protocol.id,
        version=protocol.version,
        targets=claimed_links(claim, device),
        lengths=(float(width),),
        block=(1,),
        rounds=rounds,
        batch=decay_designs.batch_size(rounds, (1,), bytes_each, _LOOKS),
        claims=(claim.id,),
    )


def unclaimable(claim: Claim) -> Sentence | None:
    """Say why no machine can be tested for a claim with a pass mark; None where one may."""
    mark = mark_for(claim)
    if mark is None:
        return None
    if claim.relation == "at most":
        return said("untested.larger_size")
    width = mark.width(claim.value)
    if width is None:
        value = Figures(number=f"{claim.value:g}")
        values = named(f"mark.values_{claim.metric}", mark.values)
        return said("untested.no_such_value", value=value, values=values)
    if width > mark.widest:
        return said("untested.too_wide", width=width, widest=mark.widest)
    return None


def unmarked(claim: Claim, device: DeviceDescription) -> Sentence | None:
    """Say why a claim with a pass mark cannot be tested; None where it can, or has no mark."""
    mark = mark_for(claim)
    if mark is None or (why := unclaimable(claim)) is not None:
        return None if mark is None else why
    width = mark.width(claim.value) or 0
    register = claimed_register(claim, device)
    if len(register) < width:
        return said("untested.too_few_in_scope", width=width, scope=len(register))
    whole = set(combinations(register, 2)) <= set(device.pairs)
    if mark.carried and not whole:
        pairs = claim.scope.pairs
        if len(register) == len(pairs) + 1 and len(chain_of(pairs)) == width:
            whole = True
        else:
            example = f'"best chain of {width}"'
            return said("untested.no_chain", width=width, pairs=width - 1, example=example)
    if not whole:
        return said("untested.any_two", width=width)
    share = stated_share(claim, mark)
    if share is not None and not mark.share < share < mark.ideal:
        low, high = (
            Figures(number=f"{100 * one:.1f}", unit="%", joint=" ")
            for one in (mark.share, mark.ideal)
        )
        condition = f"{mark.stated} = {claim.condition(mark.stated)}"
        return said("untested.not_between", condition=condition, mark=low, ideal=high)
    return None
