"""Sequential tests of sums over decays: means of errors, leakage and times, layer fidelities.

Support rests on a bound for every target: the least likelihood that the targets must lose for
the sum to miss its limit. So one terrible target of many, or a spread of whatever law, cannot
hide. Refutation rests on tangents, which few shots do not bias. Of times the two change places.
Asymptotic and checked by simulation: `benchmarks/hostile_means.py`,
`docs/decisions/0011-means.md`.
"""

from __future__ import annotations

import math
from typing import Final

from qassay.claims.claim import Claim
from qassay.languages.english import said
from qassay.languages.sentence import quantity_fact
from qassay.protocols.designs.register_designs import is_product, layer_loss
from qassay.protocols.terms import Terms
from qassay.protocols.weighing.decision import canonical_limits, limit_of
from qassay.protocols.weighing.measurands import Measurand
from qassay.protocols.weighing.register_measurands import LayeredMeasurand
from qassay.protocols.weighing.wealth import NO_WEALTH, Wealth
from qassay.statistics.mean_decays import MeanOfDecays
from qassay.units import format_quantity

ASSUMED: Final = (
    "preparation and readout errors of the targets do not go with the size of their errors",
    "the machine of the minutes of the run; over the length of its long circuits",
)
_LEVEL: Final = 0.95
_REMARK: Final = said("remark.misses_claim")


def added_decays(measurand: Measurand) -> MeanOfDecays | None:
    """Give the sum over decays that a claim speaks of; None where it speaks of none."""
    if isinstance(measurand, LayeredMeasurand):
        return measurand.losses
    if type(measurand) is not Measurand or measurand.claim.statistic != "mean":
        return None
    return measurand.added


def mean_wealth(terms: Terms, claim: Claim, measurand: Measurand, added: MeanOfDecays) -> Wealth:
    """Weigh a claim on a sum over decays.

    Args:
        terms: Its rule.
        claim: The claim.
        measurand: Its data.
        added: The sum, from `added_decays`.
    """
    claimed, limit, good_below, step = _borders(terms, claim, measurand)
    if claimed <= 0:
        return NO_WEALTH
    if good_below:
        support, refute = added.evidence_below(limit, step), added.evidence_above(claimed, step)
    else:
        support, refute = added.evidence_above(limit, step), added.evidence_below(claimed, step)
    between = added.value > claimed if good_below else added.value < claimed
    told = between and support >= refute
    return Wealth(
        support=support,
        refute=refute,
        support_peak=support,
        refute_peak=refute,
        refuted_first=refute > support,
        remarks=(_REMARK,) if told else (),
    )


def suspicion(terms: Terms, claim: Claim, measurand: Measurand) -> tuple[str, ...]:
    """Say which target alone may keep a sum from its limit, because its signal may be lost.

    Args:
        terms: Its rule.
        claim: A claim that stayed open.
        measurand: Its data.

    Returns:
        A sentence with the target's own interval; none where no single target is to blame.
    """
    added = added_decays(measurand)
    if added is None or not added.ready:
        return ()
    claimed, limit, good_below, _ = _borders(terms, claim, measurand)
    alone = added.suspect(limit) if good_below and claimed > 0 else None
    if alone is None:
        return ()
    parts = [*measurand.parts]
    if isinstance(measurand, LayeredMeasurand):  # in the order in which they are added up
        parts = [
            part
            for pairs in measurand.parts
            for part in (
                pairs,
                *(x for x in measurand.idle if x.experiment.id == pairs.experiment.id),
            )
        ]
    ends = [
        (target, one)
        for part in parts
        for target, one in zip(part.targets, part.estimates(_LEVEL), strict=True)
    ]
    target, own = ends[alone]
    kind = "qubits" if len(target) == 1 else "pairs"
    name = said(f"broken.{kind}", n=1, names="-".join(str(qubit) for qubit in target))
    layer = len(target) == 2 and isinstance(measurand, LayeredMeasurand)
    what = "layer" if layer else "value"
    if not (own.informative and math.isfinite(own.high)):
        return (said(f"suspect.{what}_unbounded", target=name),)
    low, high = (
        quantity_fact(format_quantity(x, "probability")) for x in (max(own.low, 0.0), own.high)
    )
    return (said(f"suspect.{what}", target=name, low=low, high=high),)


def _borders(terms: Terms, claim: Claim, measurand: Measurand) -> tuple[float, float, bool, float]:
    """Give claim, limit, whether small is good, and the logarithm of the tolerance."""
    if isinstance(measurand, LayeredMeasurand):
        pairs = len(measurand.targets)
        claimed = layer_loss(claim, claim.value, pairs)
        factor = 1 + claim.delta
        widened = claim.value * factor if claim.relation == "at most" else claim.value / factor
        step = abs(math.log(layer_loss(claim, widened, pairs) / claimed))
        good_below = (claim.relation == "at most") == (not is_product(claim))
        return claimed, layer_loss(claim, limit_of(claim, terms), pairs), good_below, step
    claimed, limit = canonical_limits(claim, terms)
    return claimed, limit, claim.relation == "at most", math.log1p(claim.delta)
