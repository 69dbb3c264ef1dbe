"""What was measured of what a claim speaks of: the claimed statistic with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol, runtime_checkable

import numpy as np

from qassay.claims.claim import Claim
from qassay.claims.conventions import canonical_value
from qassay.protocols.interface import Experiment, Target
from qassay.protocols.known import estimator_of, is_published, law_of, targets_with
from qassay.protocols.published_scores import PublishedScores
from qassay.protocols.weighing.added_decays import has_decays, mean_of_parts
from qassay.protocols.weighing.counted import Joined
from qassay.statistics.combine import highest, linear_combination, lowest, median_of
from qassay.statistics.estimate import Estimate
from qassay.statistics.mean_decays import MeanOfDecays
from qassay.statistics.reference_bend import HiddenDecay
from qassay.statistics.trials import Trials


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ClaimPart:
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

    @property
    def circuits(self) -> int:
        """Circuits of the experiment so far, those of arms that this quantity skips included.

        Of groups that work by turns the trials hold one group's circuits, side by side with the
        others'; blocks are whole, so they tell how many there were in all.
        """
        x, counted = self.experiment, self.trials.circuits
        if not x.working:
            return counted
        whole = self.quantity == "layer_error"
        arms = [i for i, places in enumerate(x.working) if bool(places) != whole]
        mine = [i for i in arms if x.working[i] == x.working[arms[0]]]
        return round(counted * sum(x.block) / sum(x.block[i] for i in mine))

    def estimates(self, level: float) -> tuple[Estimate, ...]:
        """Estimate each of the claim's targets."""
        return estimator_of(self.experiment).estimate(self.quantity, self.trials, level)

    def mean(self, level: float) -> Estimate:
        """Estimate the mean over the claim's targets here."""
        return estimator_of(self.experiment).mean(self.quantity, self.trials, level)

    def only(self, targets: set[Target]) -> ClaimPart:
        """Keep some of the targets."""
        return self.at([i for i, target in enumerate(self.targets) if target in targets])

    def at(self, places: Sequence[int]) -> ClaimPart:
        """Take the targets at some places, in that order; one may stand there twice."""
        columns = tuple(self.columns[i] for i in places)
        return replace(self, columns=columns, trials=self.trials.select(places))


@dataclass(frozen=True, eq=False, kw_only=True)
class Measurand:
    """The data of one claim.

    Attributes:
        claim: The claim.
        parts: Experiments on the claim's own quantity, or on layers.
    """

    claim: Claim
    parts: tuple[ClaimPart, ...]

    @property
    def all_parts(self) -> tuple[ClaimPart, ...]:
        """Everything that enters."""
        return self.parts

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
        own = {p.experiment.id: executions(p.experiment, p.trials) for p in self.all_parts}
        told = sum(n for n in own.values() if n is not None)
        return told + sum(
            circuits * shots
            for (circuits, shots), n in zip(self._runs(), own.values(), strict=True)
            if n is None
        )

    def _runs(self) -> list[tuple[int, int]]:
        """Give circuits and shots of each, an experiment each."""
        runs = {
            p.experiment.id: (
                p.circuits,
                p.trials.shots if is_published(p.experiment) else p.experiment.shots,
            )
            for p in self.all_parts
        }
        return list(runs.values())

    @property
    def targets(self) -> tuple[Target, ...]:
        """Qubits or pairs with data."""
        return tuple(target for part in self.parts for target in part.targets)

    def each(self, level: float) -> list[Estimate]:
        """Estimate every target, in canonical units (average gate infidelity, seconds)."""
        return [estimate for part in self.parts for estimate in part.estimates(level)]

    @property
    def lone_delays(self) -> tuple[float, ...]:
        """The delay of each experiment, where it alone tells a time: no shape of a decay is fitted.

        None where the figure is no time, was published, or has its shape fitted at each target.
        """
        delays = min(np.unique(part.trials.arms).size for part in self.parts)
        fitted = delays > 2 and not self.is_pooled
        if fitted or any(is_published(x) for x in self.experiments):
            return ()
        timed = [x for x in self.experiments if estimator_of(x).model == "exponential"]
        return tuple({x.lengths[1] - x.lengths[0] for x in timed if len(x.lengths) > 1})

    @property
    def is_pooled(self) -> bool:
        """Whether one law is fitted to all targets together."""
        return self.claim.statistic == "mean" and len(self.targets) > 1

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
        """Estimate the mean over the scope; of one target it is that target's own figure."""
        if len(self.targets) == 1:
            return self.each(level)[0]
        added = self.added
        if added is not None:
            return added.estimate(level)
        return mean_over(self.parts, level)

    @cached_property
    def added(self) -> MeanOfDecays | None:
        """The sum over decays behind a mean; None for published counts and without decays."""
        if not has_decays(self.all_parts) or len(self.targets) < 2:
            return None
        law = law_of(self.parts[0].experiment, self.parts[0].quantity)
        timed = law is not None and law.value.meaning == "time"
        return mean_of_parts(
            self.parts,
            scale=1 / canonical_value(self.claim) if timed else None,
            fineness=self.claim.delta,
        )


def executions(experiment: Experiment, trials: Trials) -> int | None:
    """Count the shots of an experiment whose circuits had unlike numbers of them; else None."""
    estimator: object = estimator_of(experiment)
    return estimator.executions(trials) if isinstance(estimator, PublishedScores) else None


def in_claim_convention(claim: Claim, estimate: Estimate) -> Estimate:
    """Turn canonical units into those of the claim (process infidelity, say)."""
    canonical = canonical_value(claim)
    if canonical in (claim.value, 0):
        return estimate
    return _times(estimate, claim.value / canonical)


def parts_of(
    experiments: Sequence[Experiment], data: Joined, quantity: str, wanted: set[Target] | None
) -> tuple[ClaimPart, ...]:
    """Collect one quantity at the wanted targets; at all of them where none are named."""
    found = []
    for experiment in experiments:
        trials = data.get(experiment.id, {}).get(quantity)
        measured = targets_with(experiment, quantity)
        columns = tuple(i for i, t in enumerate(measured) if wanted is None or t in wanted)
        if trials is not None and columns:
            found.append(
                ClaimPart(
                    experiment=experiment,
                    quantity=quantity,
                    columns=columns,
                    trials=trials.select(columns),
                )
            )
    return tuple(found)


def mean_over(parts: Sequence[ClaimPart], level: float) -> Estimate:
    """Average a quantity over the targets of several experiments by their own estimators.

    For differences and for what has no decay, or none of ours; other means are `Measurand.added`.
    What references hide is taken off the mean: it is no luck that evens out between experiments.
    """
    targets = sum(len(part.columns) for part in parts)
    weights = [len(part.columns) / targets for part in parts]
    means, hidden = [], []
    for part in parts:
        estimator: object = estimator_of(part.experiment)
        if not isinstance(estimator, Hiding):
            return linear_combination(weights, [part.mean(level) for part in parts])
        found, own = estimator.mean_and_hidden(part.quantity, part.trials, level)
        means.append(found)
        hidden += [] if own is None else [own]
    mean = linear_combination(weights, means)
    law = law_of(parts[0].experiment, parts[0].quantity)
    if len(hidden) < len(parts) or law is None:
        return mean
    return HiddenDecay.of_all(hidden).off_mean(mean, law.value.factor)


@runtime_checkable
class Hiding(Protocol):
    """An estimator of gates whose references hide some of their own decay."""

    def mean_and_hidden(
        self, quantity: str, trials: Trials, level: float
    ) -> tuple[Estimate, HiddenDecay | None]:
        """Average over targets; what is hidden is given beside it, and not taken off."""
        ...


def _times(estimate: Estimate, factor: float) -> Estimate:
    if not estimate.informative:
        return estimate
    return replace(
        estimate,
        value=estimate.value * factor,
        low=estimate.low * factor,
        high=estimate.high * factor,
    )
