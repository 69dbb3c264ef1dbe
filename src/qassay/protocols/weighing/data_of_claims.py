"""Which data settle which claim."""

from __future__ import annotations

from collections.abc import Sequence

from qassay.claims.claim import Claim
from qassay.protocols.interface import Experiment, Target
from qassay.protocols.known import quantity_of
from qassay.protocols.reach import IDLE_ERROR
from qassay.protocols.weighing.counted import Joined
from qassay.protocols.weighing.measurands import ClaimPart, Measurand, parts_of
from qassay.protocols.weighing.ranked_measurands import RankedMeasurand, is_bulk
from qassay.protocols.weighing.register_measurands import CrosstalkMeasurand, LayeredMeasurand


def measurand_of(
    claim: Claim, experiments: Sequence[Experiment], data: Joined, scope: Sequence[Target]
) -> Measurand | None:
    """Collect the data of a claim; None if a target of its scope has none.

    Args:
        claim: The claim.
        experiments: Those of the plan that serve it.
        data: Hits by experiment and quantity.
        scope: Qubits or pairs the claim speaks of.
    """
    wanted = {tuple(target) for target in scope}
    parts = parts_of(experiments, data, claim.metric, wanted)
    quantity = quantity_of(claim.metric)
    if not parts and quantity is not None and quantity.mark is not None:
        parts = parts_of(experiments, data, quantity.rate, wanted)
    if not parts and quantity is not None and quantity.kind == "layered":
        parts = parts_of(experiments, data, quantity.rate, wanted)
        idle = parts_of(experiments, data, IDLE_ERROR, None)
        whole = LayeredMeasurand(claim=claim, parts=parts, idle=idle)
        return whole if _covered(parts) == wanted else None
    if not parts and quantity is not None and quantity.kind == "difference":
        parts = parts_of(experiments, data, quantity.beside, wanted)
        alone = parts_of(experiments, data, quantity.rate, wanted)
        both = CrosstalkMeasurand(claim=claim, parts=parts, alone=alone)
        return both if _covered(parts) == _covered(alone) == wanted else None
    if not parts or _covered(parts) != wanted:
        return None
    kind = RankedMeasurand if is_bulk(claim, len(wanted)) else Measurand
    return kind(claim=claim, parts=parts)


def _covered(parts: Sequence[ClaimPart]) -> set[Target]:
    return {target for part in parts for target in part.targets}
