"""Which register a claim on a whole one speaks of, and the couplings that join it."""

from __future__ import annotations

from itertools import pairwise

from qassay.circuits.layouts import Pair, growing_tree
from qassay.claims.claim import Claim
from qassay.devices.description import DeviceDescription
from qassay.protocols.interface import Target
from qassay.protocols.known import mark_for, quantity_of


def claimed_pairs(claim: Claim, device: DeviceDescription) -> tuple[Pair, ...]:
    """List the pairs of the register a claim speaks of.

    Where none are named: all coupled pairs, on an all-to-all machine the chain 0-1-2-...
    """
    if claim.scope.pairs:
        return tuple(sorted((min(pair), max(pair)) for pair in claim.scope.pairs))
    qubits = sorted(claim.scope.qubits or device.usable)
    if device.connectivity == "all-to-all":
        return tuple(pairwise(qubits))
    inside = set(qubits)
    return tuple(pair for pair in device.pairs if inside.issuperset(pair))


def claimed_register(claim: Claim, device: DeviceDescription) -> Target:
    """List the qubits of the register a claim speaks of.

    Of a claim whose value is a size, the first ones: as many as it needs, or as there are.
    """
    named = claim.scope.qubits or {qubit for pair in claim.scope.pairs for qubit in pair}
    register = tuple(sorted(named)) or device.usable
    mark = mark_for(claim)
    return register if mark is None else register[: mark.width(claim.value) or 0]


def claimed_links(claim: Claim, device: DeviceDescription) -> tuple[Pair, ...]:
    """Choose the links of a claim on a GHZ state (a tree) or on mirror circuits (all pairs).

    Returns:
        Nothing where they do not reach every qubit of the register.
    """
    register = claimed_register(claim, device)
    inside = set(register)
    free = device.connectivity == "all-to-all" and not claim.scope.pairs
    quantity = quantity_of(claim.metric)
    if quantity is not None and quantity.tree:
        return growing_tree(register, None if free else claimed_pairs(claim, device))
    pairs = tuple(pair for pair in claimed_pairs(claim, device) if inside.issuperset(pair))
    if free:
        pairs = tuple((a, b) for a in register for b in register if a < b)
    return pairs if {qubit for pair in pairs for qubit in pair} == set(register) else ()
