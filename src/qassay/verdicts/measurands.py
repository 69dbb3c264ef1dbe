"""What was measured of what a claim speaks of: the claimed statistic with its interval.

A claim on two-qubit gates needs more than one experiment: what decays is a layer, and the
one-qubit gates in it, measured in the same run, are taken off.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from qassay.claims.claim import Claim
from qassay.claims.conventions import canonical_value
from qassay.planning.plan import Plan
from qassay.protocols.catalog import estimator_of, is_published, targets_with
from qassay.protocols.interface import Experiment, Target
from qassay.statistics.combine import highest, linear_combination, lowest, median_of
from qassay.statistics.estimate import Estimate
from qassay.statistics.pooled import pooled_mean_decay
from qassay.statistics.trials import Trials
from qassay.verdicts.counted import Joined

THIN = 200  # circuits of one target below which many targets are summed before fitting
# of a gate (average), of a layer (process), of leakage
_INFIDELITY_PER_RATE = {0.5: 0.5, 0.25: 15 / 16, 0.0: 1.0}
_MOSTLY = 0.5  # share of one-qubit gates in a layer from which on it is told
_SHOWN = 0.95
MANY = 10  # targets from which a sum is precise enough for that


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Part:
    """One experiment's share of a claim: some targets of one of its quantities.

    Attributes:
        experiment: The experiment.
        quantity: What is estimated.
        columns: Positions of the claim's targets among the experiment's.
        trials: The hits at those targets.
    """

    experiment: Experiment
    quantity: str
    columns: tuple[int, ...]
    trials: Trials

    @property
    def targets(self) -> tuple[Target, ...]:
        """The claim's targets in this experiment."""
        measured = targets_with(self.experiment, self.quantity)
        return tuple(measured[column] for column in self.columns)

    def estimates(self, level: float) -> tuple[Estimate, ...]:
        """Estimate each of the claim's targets."""
        return estimator_of(self.experiment).estimate(self.quantity, self.trials, level)

    def mean(self, level: float) -> Estimate:
        """Estimate the mean over the claim's targets here."""
        return estimator_of(self.experiment).mean(self.quantity, self.trials, level)

    def only(self, targets: set[Target]) -> Part:
        """Keep some of the targets."""
        return self.at([i for i, target in enumerate(self.targets) if target in targets])

    def at(self, places: Sequence[int]) -> Part:
        """Take the targets at some places, in that order; one may stand there twice."""
        columns = tuple(self.columns[i] for i in places)
        return replace(self, columns=columns, trials=self.trials.select(places))


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Measurand:
    """The data of one claim.

    Attributes:
        claim: The claim.
        parts: Experiments on the claim's own quantity, or on layers.
        singles: For layers: one-qubit experiments that cover the layers' qubits.
    """

    claim: Claim
    parts: tuple[Part, ...]
    singles: tuple[Part, ...] = ()

    @property
    def all_parts(self) -> tuple[Part, ...]:
        """Everything that enters."""
        return (*self.parts, *self.singles)

    @property
    def experiments(self) -> tuple[Experiment, ...]:
        """Experiments that enter."""
        return tuple({part.experiment.id: part.experiment for part in self.all_parts}.values())

    @property
    def circuits(self) -> int:
        """Circuits that were run for it, each counted once."""
        return sum(circuits for circuits, _ in self._runs())

    @property
    def shots(self) -> int:
        """Shots of these circuits."""
        return sum(circuits * shots for circuits, shots in self._runs())

    def _runs(self) -> list[tuple[int, int]]:
        """Give circuits and shots of each, an experiment each."""
        runs = {
            p.experiment.id: (
                p.trials.circuits,
                p.trials.shots if is_published(p.experiment) else p.experiment.shots,
            )
            for p in self.all_parts
        }
        halves = {p.experiment.id for p in self.parts if p.experiment.protocol == "readout"}
        return [(2 * n if name in halves else n, each) for name, (n, each) in runs.items()]

    @property
    def targets(self) -> tuple[Target, ...]:
        """Qubits or pairs with data."""
        return tuple(target for part in self.parts for target in part.targets)

    def each(self, level: float) -> list[Estimate]:
        """Estimate every target, in canonical units (average gate infidelity, seconds)."""
        values = [estimate for part in self.parts for estimate in part.estimates(level)]
        if not self.singles:
            return values
        ones = self.one_qubit_errors(level)
        return [
            gate_of_layer(layer, [ones[qubit] for qubit in pair], [1.0, 1.0])
            for layer, pair in zip(values, self.targets, strict=True)
        ]

    def statistic(self, level: float) -> Estimate:
        """Estimate the claimed statistic over the scope, in canonical units."""
        lower_is_better = self.claim.relation == "at most"
        if self.claim.statistic == "mean":
            return self.mean(level)
        if self.claim.statistic == "median":
            return median_of(self.each, level=level)
        worst = self.claim.statistic == "every"
        return (highest if worst == lower_is_better else lowest)(self.each, level=level)

    def mean(self, level: float) -> Estimate:
        """Estimate the mean over the scope."""
        layer = mean_over(self.parts, level)
        if not self.singles:
            return layer
        ones = self._mean_single(level)
        if ones is not None:
            return gate_of_layer(layer, [ones], [2.0])
        share, each = self._share(), self.one_qubit_errors(level)
        return gate_of_layer(layer, [each[qubit] for qubit in share], list(share.values()))

    def one_qubit_share(self, level: float) -> Estimate:
        """Estimate the mean process infidelity of both one-qubit gates of a layer."""
        ones = self._mean_single(level)
        if ones is not None:
            return _times(ones, 3.0)
        share, each = self._share(), self.one_qubit_errors(level)
        weights = [1.5 * weight for weight in share.values()]
        return linear_combination(weights, [each[qubit] for qubit in share])

    def isolation_remark(self) -> tuple[str, ...]:
        """Say so where most of what was measured is not the gate: it is a small difference then."""
        if not self.singles:
            return ()
        layer, ones = mean_over(self.parts, _SHOWN), self.one_qubit_share(_SHOWN)
        if not (layer.informative and ones.informative) or ones.value <= _MOSTLY * layer.value:
            return ()
        share = min(ones.value / layer.value, 1.0) if layer.value > 0 else 1.0
        return (
            f"one-qubit gates make about {100 * share:.0f} % of the error of a layer, so the"
            " two-qubit gate cannot be isolated well",
        )

    def _share(self) -> dict[int, float]:
        """Say how often each qubit's gate stands in a layer, averaged over the pairs."""
        pairs = self.targets
        share: dict[int, float] = {}
        for pair in pairs:
            for qubit in pair:
                share[qubit] = share.get(qubit, 0.0) + 1 / len(pairs)
        return share

    def _mean_single(self, level: float) -> Estimate | None:
        """Average the one-qubit errors as the layers weigh them, where one experiment has all."""
        share = self._share()
        ones = tuple(part.only({(qubit,) for qubit in share}) for part in self.singles)
        return mean_over(ones, level, share) if len(ones) == 1 else None

    def one_qubit_errors(self, level: float) -> dict[int, Estimate]:
        """Give the most precise one-qubit estimate of every qubit."""
        best: dict[int, Estimate] = {}
        for part in self.singles:
            for (qubit,), estimate in zip(part.targets, part.estimates(level), strict=True):
                known = best.get(qubit)
                if known is None or _width(estimate) < _width(known):
                    best[qubit] = estimate
        return best


def gate_of_layer(layer: Estimate, ones: Sequence[Estimate], weights: Sequence[float]) -> Estimate:
    """Take the one-qubit gates off a layer.

    Args:
        layer: Process infidelity of the layer (quarter turns on both qubits, entangler).
        ones: Average gate infidelities of one-qubit gates.
        weights: How often each stands in the layer.

    Returns:
        Average gate infidelity of the entangler: fidelities multiply, so
        1 - e = (1 - e_layer) / (1 - e_ones), and r = 4/5 e.
    """
    process = [_times(one, 1.5) for one in ones]
    loss = sum(w * one.value for w, one in zip(weights, process, strict=True))
    rest = linear_combination([1.0, *(-w for w in weights)], [layer, *process], low=0.0)
    if not rest.informative:
        return rest
    return replace(
        _times(rest, 0.8 / max(1.0 - loss, 0.1)),
        shots=layer.shots,
        circuits=layer.circuits,
        method=f"{layer.method}, one-qubit gates taken off",
    )


def in_claim_convention(claim: Claim, estimate: Estimate) -> Estimate:
    """Turn canonical units into those of the claim (process infidelity, say)."""
    canonical = canonical_value(claim)
    if canonical in (claim.value, 0):
        return estimate
    return _times(estimate, claim.value / canonical)


def parts_of(
    claim: Claim, plan: Plan, data: Joined, quantity: str, wanted: set[Target] | None
) -> tuple[Part, ...]:
    """Collect one quantity at the wanted targets; at all of them where none are named."""
    found = []
    for experiment in plan.experiments_for(claim.id):
        trials = data.get(experiment.id, {}).get(quantity)
        measured = targets_with(experiment, quantity)
        columns = tuple(i for i, t in enumerate(measured) if wanted is None or t in wanted)
        if trials is not None and columns:
            found.append(
                Part(
                    experiment=experiment,
                    quantity=quantity,
                    columns=columns,
                    trials=trials.select(columns),
                )
            )
    return tuple(found)


def mean_over(
    parts: Sequence[Part], level: float, share: Mapping[int, float] | None = None
) -> Estimate:
    """Average a quantity over the targets of several experiments.

    Args:
        parts: The experiments.
        level: Confidence level.
        share: Weight of each qubit, where they are not alike; of one experiment only.
    """
    targets = [target for part in parts for target in part.targets]
    weights = None if share is None else np.array([share[qubit] for (qubit,) in targets])
    if weights is not None and np.allclose(weights, weights[0]):
        weights = None
    first = estimator_of(parts[0].experiment)
    thin = max(part.trials.circuits for part in parts) < THIN and parts[0].trials.shots == 1
    if first.model == "geometric" and thin and len(targets) >= MANY:
        constant = pooled_mean_decay(
            [part.trials for part in parts],
            asymptote=first.asymptote,
            level=level,
            weights=weights,
        )
        return _of_constant(constant, _INFIDELITY_PER_RATE[first.asymptote])
    if weights is not None:
        values = [estimate for part in parts for estimate in part.estimates(level)]
        return linear_combination((weights / weights.sum()).tolist(), values)
    return linear_combination(
        [len(part.columns) / len(targets) for part in parts], [part.mean(level) for part in parts]
    )


def _of_constant(constant: Estimate, factor: float) -> Estimate:
    """Turn a decay constant -ln p into an infidelity, factor (1 - p)."""
    if not constant.informative:
        return constant
    value, low, high = (
        -factor * math.expm1(-x) for x in (constant.value, constant.low, constant.high)
    )
    return replace(constant, value=value, low=low, high=high)


def _times(estimate: Estimate, factor: float) -> Estimate:
    if not estimate.informative:
        return estimate
    return replace(
        estimate,
        value=estimate.value * factor,
        low=estimate.low * factor,
        high=estimate.high * factor,
    )


def _width(estimate: Estimate) -> float:
    return estimate.high - estimate.low if estimate.informative else float("inf")
