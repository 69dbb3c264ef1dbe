"""One error, three names: conversions between the conventions for gate errors.

For a channel on dimension d (2 for a qubit, 4 for a pair) with process (entanglement)
infidelity e_F, the average gate infidelity is r = d / (d + 1) * e_F (Nielsen, Phys. Lett. A
303, 249 (2002), arXiv:quant-ph/0205035), and after twirling the total probability of a Pauli
error is e_F itself. So one machine may honestly be said to have an error of 0.8 % (r) and of
1.0 % (e_F), and a claim without a convention cannot be judged.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from qassay.claims.claim import Claim, Convention, Relation
from qassay.claims.metrics import METRICS

Dimension = Literal[2, 4]


def average_from_process(process_infidelity: float, d: Dimension) -> float:
    """Convert process infidelity to average gate infidelity: r = d / (d + 1) e_F."""
    return process_infidelity * d / (d + 1)


def process_from_average(average_gate_infidelity: float, d: Dimension) -> float:
    """Convert average gate infidelity to process infidelity: e_F = (d + 1) / d r."""
    return average_gate_infidelity * (d + 1) / d


def convert(value: float, source: Convention, target: Convention, d: Dimension) -> float:
    """Convert an error between conventions.

    Args:
        value: The error in the convention `source`.
        source: What the value is.
        target: What is wanted.
        d: 2 for a one-qubit gate, 4 for a two-qubit gate.

    Returns:
        The same error in the convention `target`; equal conventions give the value untouched.
    """
    source_is_average = source == "average_gate_infidelity"
    target_is_average = target == "average_gate_infidelity"
    if source_is_average == target_is_average:
        return value
    return average_from_process(value, d) if target_is_average else process_from_average(value, d)


def gate_dimension(metric: str) -> Dimension:
    """Give d for a gate-error metric: 2 where it speaks of qubits, 4 of pairs and layers."""
    return 2 if METRICS[metric].target == "qubit" else 4


def favourable_convention(conventions: Sequence[Convention], relation: Relation) -> Convention:
    """Choose the reading of an error rate that is easiest on the machine.

    Average gate infidelity is the smallest of the three, so as an upper limit the same number
    leaves a machine most room when it is read so, and as a lower limit least.
    """
    if relation == "at most" or len(conventions) == 1:
        return "average_gate_infidelity"
    return next(name for name in conventions if name != "average_gate_infidelity")


def other_reading(claim: Claim) -> Convention:
    """Give the reading of a claim that differs from the one it is judged by."""
    if claim.convention == "average_gate_infidelity":
        return "process_infidelity"
    return "average_gate_infidelity"


def canonical_value(claim: Claim) -> float:
    """Give a claim's value in the one form that qassay measures in.

    Returns:
        For a gate error and EPLG the average gate infidelity; for every other metric the value
        as it stands, in SI units.
    """
    if claim.convention is None:
        return claim.value
    return convert(
        claim.value, claim.convention, "average_gate_infidelity", gate_dimension(claim.metric)
    )
