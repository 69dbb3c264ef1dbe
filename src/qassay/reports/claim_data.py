"""What was measured for one claim, in the claim's own units, ready to be drawn."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from qassay.claims.claim import Claim
from qassay.claims.metrics import Metric
from qassay.protocols.catalog import estimator_of
from qassay.protocols.interface import Estimator, Experiment, Measured, Target
from qassay.reports.words import metric_of
from qassay.statistics.estimate import Estimate, no_information
from qassay.statistics.trials import Trials
from qassay.verdicts.analysis import Analysis
from qassay.verdicts.measurands import gate_of_layer, in_claim_convention
from qassay.verdicts.verdict import Verdict

LAYER = "layer_error"
_BEHIND = {"qubits": "readout_error", "layer_fidelity": LAYER, "eplg": LAYER}
USABLE_BELOW = 0.25  # readout error of a qubit that counts, see the metric "qubits"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ClaimData:
    """Everything a section of the datasheet shows of one claim.

    Attributes:
        number: Place on the sheet, from 1.
        claim: The claim.
        metric: Its row in the table of metrics.
        verdict: What was decided.
        own: Experiments with data that measured the claimed quantity.
        planned: All experiments that the plan makes for the claim.
        estimates: One a qubit or pair in the claim's scope, by target, in `unit_of`'s terms.
        quantity: What these estimates are, in words.
        line: The claimed value where it can be compared with the estimates, else None.
        limit: The same for the limit.
        estimator: How the protocol estimates; None where nothing was measured.
        pooled: All hits of the scope added up, as if of one target; None without a decay.
        remark: What a reader must know of the single estimates.
    """

    number: int
    claim: Claim
    metric: Metric
    verdict: Verdict
    own: tuple[Experiment, ...] = ()
    planned: tuple[Experiment, ...] = ()
    estimates: tuple[tuple[Target, Estimate], ...] = ()
    quantity: str = ""
    line: float | None = None
    limit: float | None = None
    estimator: Estimator | None = None
    pooled: Trials | None = None
    remark: str = ""

    @property
    def informative(self) -> tuple[tuple[Target, Estimate], ...]:
        """The estimates that say something."""
        return tuple(entry for entry in self.estimates if entry[1].informative)

    @property
    def figure_id(self) -> str:
        """A name for the section's figures, safe in HTML."""
        return f"c{self.number}"


def claims_data(analysis: Analysis) -> tuple[ClaimData, ...]:
    """Gather the data of every verdict, in the order of the sheet."""
    claims = {claim.id: claim for claim in analysis.plan.sheet.claims}
    return tuple(
        _claim_data(number, claims[verdict.claim], verdict, analysis)
        for number, verdict in enumerate(analysis.verdicts, start=1)
    )


def _claim_data(number: int, claim: Claim, verdict: Verdict, analysis: Analysis) -> ClaimData:
    metric = metric_of(claim)
    planned = analysis.plan.experiments_for(claim.id)
    bare = ClaimData(number=number, claim=claim, metric=metric, verdict=verdict, planned=planned)
    found: list[tuple[Experiment, Measured]] = []
    for experiment in planned:
        wanted = {claim.metric, _BEHIND.get(claim.metric, LAYER)}
        parts = analysis.measured.get(experiment.id, ())
        found += [(experiment, part) for part in parts if part.quantity in wanted][:1]
    if metric.target == "pair":  # the one-qubit experiments only help
        found = [entry for entry in found if len(entry[0].targets[0]) == 2]
    if not found:
        return bare
    scope = _scope_of(claim, metric)
    best: dict[Target, Estimate] = {}
    for _, part in found:
        for target, one in zip(part.targets, part.estimates, strict=True):
            inside = scope is None or tuple(sorted(target)) in scope
            if inside and (target not in best or _width(one) < _width(best[target])):
                best[target] = one
    return replace(
        _in_claimed_terms(bare, found[0][1].quantity, sorted(best.items(), key=lambda x: x[0]), analysis),
        own=tuple(experiment for experiment, _ in found),
        estimator=estimator_of(found[0][0]),
        pooled=_pooled(found, scope),
    )


def _scope_of(claim: Claim, metric: Metric) -> set[Target] | None:
    """Give the targets that a claim names; None for all."""
    if claim.scope.everything or metric.target == "register":
        return None
    if metric.target == "pair":
        return {(min(pair), max(pair)) for pair in claim.scope.pairs}
    return {(qubit,) for qubit in claim.scope.qubits}


def _in_claimed_terms(
    data: ClaimData, quantity: str, estimates: list[tuple[Target, Estimate]], analysis: Analysis
) -> ClaimData:
    """Turn estimates into the claim's convention, and say what they are."""
    claim, verdict = data.claim, data.verdict
    line: float | None = claim.value
    limit: float | None = verdict.limit
    remark = ""
    words = data.metric.title
    if not words[:2].isupper():
        words = words[0].lower() + words[1:]
    if quantity == LAYER and data.metric.id == "two_qubit_gate_error":
        estimates = _gates(estimates, analysis)
        remark = "The one-qubit gates of the benchmark layer are taken off each pair's estimate."
    elif quantity == LAYER:
        line = limit = None
        words = "error of a layer on one pair, as process infidelity"
    elif quantity != claim.metric:
        line = limit = USABLE_BELOW
        words = "readout error of one qubit"
        remark = "A qubit counts as usable while its readout error is below 25 %."
    if line == claim.value:
        estimates = [(target, in_claim_convention(claim, one)) for target, one in estimates]
    return replace(
        data, estimates=tuple(estimates), quantity=words, line=line, limit=limit, remark=remark
    )


def _gates(
    layers: list[tuple[Target, Estimate]], analysis: Analysis
) -> list[tuple[Target, Estimate]]:
    """Take the one-qubit gates off each pair's layer, as the judge does for its statistic."""
    ones: dict[int, Estimate] = {}
    for parts in analysis.measured.values():
        for part in parts:
            if part.quantity == "one_qubit_gate_error":
                for (qubit,), one in zip(part.targets, part.estimates, strict=True):
                    if qubit not in ones or _width(one) < _width(ones[qubit]):
                        ones[qubit] = one
    return [
        (pair, gate_of_layer(layer, [ones.get(qubit, no_information()) for qubit in pair], [1, 1]))
        for pair, layer in layers
    ]


def _width(estimate: Estimate) -> float:
    return estimate.high - estimate.low if estimate.informative else float("inf")


def _pooled(found: list[tuple[Experiment, Measured]], scope: set[Target] | None) -> Trials | None:
    """Add up the hits of all targets, circuit by circuit, of experiments with equal lengths."""
    first = found[0][1].trials
    if first.lengths.size < 2:
        return None
    arms, hits, most = [], [], 0
    for experiment, part in found:
        if part.trials.lengths.tolist() != first.lengths.tolist():
            continue
        inside = [
            index
            for index, target in enumerate(experiment.targets)
            if scope is None or tuple(sorted(target)) in scope
        ]
        if not inside or (most and len(inside) != most):
            continue  # a short matching would need another number of shots a circuit
        most = len(inside)
        arms.append(part.trials.arms)
        hits.append(part.trials.hits[:, inside].sum(axis=1, keepdims=True))
    if not arms:
        return None
    return Trials(
        lengths=first.lengths,
        arms=np.concatenate(arms),
        hits=np.concatenate(hits),
        shots=first.shots * most,
    )
