"""A claim without its convention: what the same data say under the other reading."""

from __future__ import annotations

from qassay.claims.claim import Claim
from qassay.claims.conventions import convert, gate_dimension, other_reading
from qassay.claims.metrics import METRICS
from qassay.languages.english import said
from qassay.languages.sentence import Sentence, quantity_fact
from qassay.statistics.estimate import Estimate
from qassay.units import format_quantity


def both_readings(claim: Claim, shown: Estimate) -> tuple[str, ...]:
    """Say what was measured in both conventions where the sheet states none.

    Args:
        claim: The claim; its convention is the reading that favours the vendor.
        shown: The estimate in that convention.

    Returns:
        One sentence, or none where the sheet states the convention.
    """
    if "convention" not in claim.unstated or claim.convention is None:
        return ()
    other, d = other_reading(claim), gate_dimension(claim.metric)
    dimension = METRICS[claim.metric].dimension
    told: list[Sentence] = []
    for convention in (claim.convention, other):
        low, value, high = (
            quantity_fact(
                format_quantity(convert(number, claim.convention, convention, d), dimension)
            )
            for number in (shown.low, shown.value, shown.high)
        )
        name = said(f"finding.{convention}")
        told.append(said("reading.measured", definition=name, value=value, low=low, high=high))
    side = f"relation.{claim.relation.replace(' ', '_')}"
    limit = said(side, value=quantity_fact(format_quantity(claim.value, dimension)))
    return (said("reading.both", claim=limit, first=told[0], second=told[1]),)
