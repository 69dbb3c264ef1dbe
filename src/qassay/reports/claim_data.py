"""What was measured for one claim, in the claim's own units, ready to be shown."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from qassay.claims.claim import Claim
from qassay.claims.figures import wanted_figures
from qassay.claims.metric import Metric
from qassay.protocols.bell_pairs import CORRELATION, VIOLATED_ABOVE
from qassay.protocols.interface import Experiment, Measured, Target
from qassay.protocols.known import (
    by_reference,
    estimator_of,
    is_gate,
    kind_of,
    mark_for,
    quantity_of,
)
from qassay.protocols.weighing.measurands import in_claim_convention
from qassay.protocols.weighing.register_measurands import difference
from qassay.reports.decay_data import Decay, decay_of, rate_at
from qassay.reports.text import noun_of
from qassay.reports.words import inside_sentence, lower_is_better, metric_of
from qassay.statistics.estimate import Estimate, no_information
from qassay.units import Dimension
from qassay.verdicts.analysis import Analysis
from qassay.verdicts.verdict import Verdict

LAYER = "layer_error"
ISOLATED = "isolated_layer_error"
USABLE_BELOW = 0.25  # readout error of a qubit that counts, see the metric "qubits"
_SHARP = 0.35  # relative half width of an interval up to which single estimates can be compared


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ClaimData:
    """Everything a section of the datasheet shows of one claim.

    Attributes:
        number: Place on the sheet, from 1.
        claim: The claim.
        metric: Its row in the table of metrics.
        verdict: What was decided.
        planned: All experiments that the plan makes for the claim.
        measured_by: Ids of the experiments with data that measured the quantity itself.
        estimates: One a qubit or pair in the claim's scope, in the claim's convention.
        quantity: What these estimates are, in words.
        dimension: What kind of quantity they are.
        lower: Whether small ones are good.
        line: The claimed value where it can be compared with the estimates, else None.
        limit: The same for the limit.
        decay: The hits behind them; None where nothing decays.
        remark: What a reader must know of the single estimates.
        kind: "claim", or "figure": what is asked for, with no value to meet.
    """

    number: int
    claim: Claim
    metric: Metric
    verdict: Verdict
    planned: tuple[Experiment, ...] = ()
    measured_by: tuple[str, ...] = ()
    estimates: tuple[tuple[Target, Estimate], ...] = ()
    quantity: str = ""
    dimension: Dimension = "probability"
    lower: bool = True
    line: float | None = None
    limit: float | None = None
    decay: Decay | None = None
    remark: str = ""
    kind: Literal["claim", "figure"] = "claim"

    @property
    def informative(self) -> tuple[tuple[Target, Estimate], ...]:
        """The estimates that say something."""
        return tuple(entry for entry in self.estimates if entry[1].informative)

    @property
    def coarseness(self) -> str:
        """Warn where single estimates are so coarse that their differences are mostly noise."""
        widths = [
            (one.high - one.low) / 2 / one.value if one.value and np.isfinite(one.high) else np.inf
            for _, one in self.informative
        ]
        typical = float(np.median(widths)) if widths else 0.0
        if typical < _SHARP or self.line == USABLE_BELOW:
            return ""
        known = f"to ±{100 * typical:.0f} % only" if typical < 1 else "only roughly"
        return (
            f"A typical single {self.noun} is known {known}: differences between them are mostly"
            " noise, and they speak together rather than one by one."
        )

    @property
    def noun(self) -> str:
        """What has an estimate of its own: "qubit", "pair" or "register"."""
        return noun_of(self.estimates[0][0]) if self.estimates else "qubit"

    @property
    def of_one_register(self) -> bool:
        """Whether the claim's value is that of a register as a whole, with no parts of its own."""
        return self.metric.target == "register" and len(self.estimates) == 1

    @property
    def anchor(self) -> str:
        """Name of the claim's section inside the page, and prefix of the ids in its figures."""
        return f"{self.kind}-{self.number}"


def claims_data(analysis: Analysis) -> tuple[ClaimData, ...]:
    """Gather the data of every verdict, in the order of the sheet."""
    claims = {claim.id: claim for claim in analysis.plan.sheet.claims}
    return tuple(
        _claim_data(number, claims[verdict.claim], verdict, analysis)
        for number, verdict in enumerate(analysis.verdicts, start=1)
    )


def figures_data(analysis: Analysis) -> tuple[ClaimData, ...]:
    """Gather the single estimates behind every figure that is asked for, in their order."""
    return tuple(
        replace(
            _claim_data(number, one.claim, _unjudged(one.claim), analysis),
            kind="figure",
            line=None,
            limit=None,
        )
        for number, one in enumerate(wanted_figures(analysis.plan.sheet.questions), start=1)
    )


def _unjudged(claim: Claim) -> Verdict:
    return Verdict(
        claim=claim.id,
        metric=claim.metric,
        outcome="not tested",
        estimate=None,
        claimed=claim.value,
        limit=claim.value,
        shots=0,
        circuits=0,
        reasons=(),
    )


def _claim_data(number: int, claim: Claim, verdict: Verdict, analysis: Analysis) -> ClaimData:
    metric = metric_of(claim)
    planned = analysis.plan.experiments_for(claim.id)
    bare = ClaimData(number=number, claim=claim, metric=metric, verdict=verdict, planned=planned)
    found = _measured_for(claim, planned, analysis)
    if not found:
        return bare
    scope = _scope_of(claim, metric)
    best: dict[Target, Estimate] = {}
    for _, part in found:
        for target, one in zip(part.targets, part.estimates, strict=True):
            inside = scope is None or tuple(sorted(target)) in scope
            if inside and (target not in best or _width(one) < _width(best[target])):
                best[target] = one
    experiment, part = found[0]
    if kind_of(claim.metric) == "difference":
        best = _differences(best, planned, analysis)
    return replace(
        _in_claimed_terms(bare, part.quantity, sorted(best.items(), key=lambda x: x[0])),
        measured_by=tuple(experiment.id for experiment, _ in found),
        decay=decay_of(
            [part for _, part in found],
            scope,
            estimator_of(experiment),
            rate_at(claim, estimator_of(experiment), len(best)),
            gate=is_gate(experiment, part.quantity),
        ),
    )


def _differences(
    together: dict[Target, Estimate], planned: tuple[Experiment, ...], analysis: Analysis
) -> dict[Target, Estimate]:
    """Take off each pair's layer what it shows without working neighbours."""
    alone = {
        target: one
        for experiment in planned
        for part in analysis.measured.get(experiment.id, ())
        if part.quantity == ISOLATED
        for target, one in zip(part.targets, part.estimates, strict=True)
    }
    nothing = no_information()
    return {pair: difference(one, alone.get(pair, nothing)) for pair, one in together.items()}


def _measured_for(
    claim: Claim, planned: tuple[Experiment, ...], analysis: Analysis
) -> list[tuple[Experiment, Measured]]:
    """Find what was measured of the claim's own quantity, or of what stands behind it."""
    known = quantity_of(claim.metric)
    behind = None if known is None else known.beside or known.rate
    for quantity in (claim.metric, behind):
        found = [
            (experiment, part)
            for experiment in planned
            for part in analysis.measured.get(experiment.id, ())
            if part.quantity == quantity and part.targets
        ]
        if found:
            return found
    return []


def _scope_of(claim: Claim, metric: Metric) -> set[Target] | None:
    """Give the targets that a claim names; None for all."""
    if claim.scope.everything or metric.target == "register":
        return None
    if metric.target == "pair":
        return {(min(pair), max(pair)) for pair in claim.scope.pairs}
    return {(qubit,) for qubit in claim.scope.qubits}


def _in_claimed_terms(
    data: ClaimData, quantity: str, estimates: list[tuple[Target, Estimate]]
) -> ClaimData:
    """Turn estimates into the claim's convention, and say what they are."""
    claim, words, remark = data.claim, inside_sentence(data.metric.title), ""
    line: float | None = claim.value
    limit: float | None = data.verdict.limit
    dimension, lower = data.metric.dimension, lower_is_better(claim)
    if by_reference(claim.metric) and any(x.reference for x in data.planned):
        remark = "Each is what layers lose beside the same layers without the entangler."
    elif kind_of(claim.metric) == "difference":
        remark = "Each is the difference of two estimates; below zero it is noise."
    elif (mark := mark_for(claim)) is not None:
        line = limit = mark.share
        words, dimension, lower = mark.title, "probability", False
    elif quantity == LAYER:
        line = limit = None
        words = "error of a layer on one pair, as process infidelity"
        dimension, lower = "probability", True
    elif quantity == CORRELATION:
        line = limit = 2 * VIOLATED_ABOVE - 1
        words = "mean of the correlations XX and ZZ of a Bell state"
        dimension, lower = "probability", False
        remark = "Above 70.7 % a pair violates the inequality of CHSH, which takes entanglement."
    elif quantity != claim.metric:
        line = limit = USABLE_BELOW
        words = "readout error"
        dimension, lower = "probability", True
        remark = "A qubit counts as usable while its readout error is below 25 %."
    if line == claim.value:
        estimates = [(target, in_claim_convention(claim, one)) for target, one in estimates]
    return replace(
        data,
        estimates=tuple(estimates),
        quantity=words,
        dimension=dimension,
        lower=lower,
        line=line,
        limit=limit,
        remark=remark,
    )


def _width(estimate: Estimate) -> float:
    return estimate.high - estimate.low if estimate.informative else float("inf")
