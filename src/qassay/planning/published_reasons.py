"""Why counts that somebody else took say nothing of a claim."""

from __future__ import annotations

from collections.abc import Iterable

from qassay.claims.claim import Claim
from qassay.claims.metrics import METRICS
from qassay.languages.english import commas, said
from qassay.languages.sentence import Sentence
from qassay.planning.conditions import unmet
from qassay.planning.plan import Plan
from qassay.protocols.interface import Target
from qassay.protocols.known import quantity_of
from qassay.protocols.published_scores import read_terms

Register = tuple[int, int | None]  # qubits, and the depth of the circuits where they have one
Counted = tuple[str, tuple[Target, ...], str]  # a quantity, its targets, and its terms as JSON
_NAMED = 5


def measured_by(claim: Claim) -> str:
    """Name what has to be counted for a claim: of a size, what has to pass its mark."""
    quantity = quantity_of(claim.metric)
    return claim.metric if quantity is None or quantity.mark is None else quantity.rate


def silent(claim: Claim, counted: Iterable[Counted]) -> Sentence:
    """Say why no counts speak of a claim.

    Args:
        claim: The claim.
        counted: What was counted, on which targets, and the terms of the circuits.
    """
    there: list[Register] = []
    if METRICS[claim.metric].target == "register":
        name = measured_by(claim)
        there = [
            (len(targets[0]), read_terms(problem).depth)
            for quantity, targets, problem in counted
            if quantity == name
        ]
    if not there:
        return said("untested.silent", metric=claim.metric)
    kinds = commas([_size(*one) for one in there[:_NAMED]])
    if there[_NAMED:]:
        kinds = said("untested.and_more", kinds=kinds, n=len(there) - _NAMED)
    example = "conditions = {depth = ...}"
    return said("untested.other_sizes", metric=claim.metric, kinds=kinds, example=example)


def untested_of_counts(plan: Plan) -> dict[str, str]:
    """Say anew why claims of an import are not tested, each reason with its code."""
    left_out = {one.claim for one in plan.untested}
    found: dict[str, str] = {}
    for claim in plan.sheet.claims:
        if claim.id in left_out:
            counted = ((x.id.partition("/")[0], x.targets, x.problem) for x in plan.experiments)
            found[claim.id] = unmet(claim, plan.device, published=True) or silent(claim, counted)
    return found


def _size(qubits: int, depth: int | None) -> Sentence:
    if depth is None:
        return said("untested.size", qubits=qubits)
    return said("untested.size_depth", qubits=qubits, depth=depth)
