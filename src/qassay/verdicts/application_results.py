"""What a run says of an application: score, retention, tier, prediction, control, distance.

Everything follows from the frozen plan (which holds the instance, the classical answer and the
prediction, all computed before the first shot) and the counts, so whoever holds the bundle
gets the same.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

from scipy.special import stdtrit

from qassay.applications.catalog import application_of, reference_merit
from qassay.applications.descent import random_strings
from qassay.applications.instance import Instance
from qassay.applications.ramp import circuit_of
from qassay.languages.sentence import Sentence
from qassay.planning.plan import Plan
from qassay.protocols.approximation_ratio import (
    BEST_STRING,
    RATIO,
    batch_values,
    best_string,
    read_problem,
    valued,
)
from qassay.protocols.interface import Bits, Experiment, Measured
from qassay.protocols.known import is_application
from qassay.statistics.estimate import Estimate
from qassay.verdicts.application_words import TIERS, against_claims, claims_words, how_far

LEVEL: Final = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """What the vendor's claimed error rates lead one to expect, with its interval.

    Attributes:
        value: Score of the same circuit on a simulated machine exactly as claimed.
        low: Lower end of the interval for the measured score.
        high: Upper end.
        below: Whether the measured score lies below it.
    """

    value: float
    low: float
    high: float
    below: bool


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class DepthResult:
    """One circuit of an application.

    Attributes:
        experiment: Its experiment.
        depth: Layers.
        two_qubit_gates: Entanglers after routing.
        swaps: Swaps a layer.
        score: The approximation ratio; None if no batch came back.
        ideal: Score without errors, exact; None where it cannot be computed.
        predicted: From the vendor's claims; None without.
        tier: 0 to 4.
        batches: That came back.
        shots: In them.
        values: Score of each batch.
        means: The other quantities, by name.
        found: Best string as measured, without any repair; None if no batch came back.
    """

    experiment: Experiment
    depth: int
    two_qubit_gates: int
    swaps: int
    score: Estimate | None
    ideal: float | None
    predicted: Prediction | None
    tier: int | None
    batches: int
    shots: int
    values: tuple[float, ...]
    means: Mapping[str, float]
    found: Bits | None

    @property
    def retention(self) -> float | None:
        """Score over ideal score."""
        if self.score is None or not self.ideal:
            return None
        return self.score.value / self.ideal


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ApplicationResult:
    """All depths of one application.

    Attributes:
        instance: The instance.
        depths: In rising order.
        random: The same quantities of as many random strings with the same repair.
        random_shots: How many.
        classical: What the classical solver said before the run; None if it was not asked.
        claims: Which claimed error rates the prediction stands on, in words.
        assumed: What it assumes beyond them; with any of it a low score accuses nobody.
        how_far: One plain sentence.
    """

    instance: Instance
    depths: tuple[DepthResult, ...]
    random: Mapping[str, float]
    random_shots: int
    classical: Mapping[str, Any] | None
    claims: str
    assumed: tuple[str, ...]
    how_far: Sentence

    @property
    def short(self) -> bool:
        """Whether the machine falls short of its own claims: nothing else had to be assumed."""
        return self.below and not self.assumed

    @property
    def below(self) -> bool:
        """Whether a score lies below what was predicted from the claims, at any depth."""
        return any(one.predicted is not None and one.predicted.below for one in self.depths)

    def against_claims(self) -> Sentence:
        """Say how the scores compare with what the claims lead one to expect."""
        return against_claims(below=self.below, assumed=self.assumed)

    @property
    def best(self) -> DepthResult | None:
        """The depth with the best score."""
        scored = [one for one in self.depths if one.score is not None]
        return max(scored, key=lambda one: one.score.value if one.score else 0.0, default=None)

    def merit(self, relative: float) -> float:
        """Turn a relative merit into megawatts, dollars or contacts."""
        return abs(relative) * reference_merit(self.instance)

    def as_json(self) -> dict[str, Any]:
        """Give what `qassay apply --json` says of it."""
        best = self.best
        words = application_of(self.instance.application).words
        source = self.instance.source
        return {
            "application": self.instance.application,
            "instance": self.instance.name,
            "qubits": self.instance.qubits,
            "results": [self._depth_json(one) for one in self.depths],
            "random": {"score": 0.0, "strings": self.random_shots, **self._after(self.random)},
            "device_after_repair": None
            if best is None
            else {
                "depth": best.depth,
                **{k.removesuffix("_after_repair"): v for k, v in self._after(best.means).items()},
            },
            "merit": {
                "what": words.merit,
                "unit": words.unit,
                "optimum": reference_merit(self.instance),
                "random": self._merits(self.random),
                "device": None if best is None else self._merits(best.means),
            },
            "thresholds": {
                "one_step_rule": self.instance.thresholds.one_step,
                "descent": self.instance.thresholds.descent,
            },
            "encoding_gap": self.instance.data.get("encoding_gap"),
            "classical": self.classical,
            "predicted_from": self.claims or None,
            "short_of_claims": self.short if self.claims else None,
            "assumed": list(self.assumed) if self.claims else None,
            "how_far": self.how_far,
            "source": {
                "title": source.title,
                "licence": source.licence,
                "attribution": source.attribution,
                "url": source.url,
                "notes": list(source.notes),
            },
        }

    def _depth_json(self, one: DepthResult) -> dict[str, Any]:
        predicted = one.predicted
        return {
            "depth": one.depth,
            "score": None if one.score is None else one.score.as_json(),
            "ideal": one.ideal,
            "retention": one.retention,
            "predicted_from_claims": None
            if predicted is None
            else {
                "value": predicted.value,
                "low": predicted.low,
                "high": predicted.high,
                "level": LEVEL,
                "measured_below": predicted.below,
            },
            "tier": one.tier,
            "tier_means": None if one.tier is None else TIERS[one.tier],
            "two_qubit_gates": one.two_qubit_gates,
            "swaps": one.swaps,
            "shots": one.shots,
            "batches": one.batches,
            "lost_batches": one.experiment.batches - one.batches,
            "after_repair": self._after(one.means) if one.means else None,
        }

    def _after(self, means: Mapping[str, float]) -> dict[str, float]:
        return {
            "best_after_repair": means["best_repaired_ratio"],
            "mean_after_repair": means["repaired_ratio"],
            "optimum_share_after_repair": means["repaired_optimal_share"],
        }

    def _merits(self, means: Mapping[str, float]) -> dict[str, float]:
        return {
            "mean": self.merit(means["merit"]),
            "best": self.merit(means["best_merit"]),
            "mean_after_repair": self.merit(means["repaired_merit"]),
            "best_after_repair": self.merit(means["best_repaired_merit"]),
        }


def application_results(
    plan: Plan, measured: Mapping[str, tuple[Measured, ...]]
) -> tuple[ApplicationResult, ...]:
    """Read the results of every application of a run, in the order of the plan.

    Args:
        plan: The frozen plan.
        measured: Estimates of each experiment that has data, by its id.
    """
    groups: dict[str, list[Experiment]] = {}
    for experiment in plan.experiments:
        if is_application(experiment):
            instance = read_problem(experiment.problem).instance
            groups.setdefault(f"{instance.application} {instance.name}", []).append(experiment)
    return tuple(_result(plan, measured, group) for group in groups.values())


def _result(
    plan: Plan,
    measured: Mapping[str, tuple[Measured, ...]],
    experiments: Sequence[Experiment],
) -> ApplicationResult:
    problem = read_problem(experiments[0].problem)
    instance = problem.instance
    depths = tuple(
        sorted(
            (_depth(x, measured.get(x.id, ()), instance) for x in experiments),
            key=lambda one: one.depth,
        )
    )
    shots = max((one.shots for one in depths), default=0) or experiments[0].rounds
    predicted = next(
        (p for x in experiments if (p := read_problem(x.problem).notes["predicted"])), None
    )
    return ApplicationResult(
        instance=instance,
        depths=depths,
        random=random_control(instance, shots),
        random_shots=shots,
        classical=problem.notes["classical"],
        claims=claims_words(str(predicted["claims"])) if predicted else "",
        assumed=tuple(map(str, predicted.get("assumed", ()))) if predicted else (),
        how_far=how_far(plan, instance, depths, problem.notes["classical"], predicted),
    )


def of_depth(
    plan: Plan, result: ApplicationResult, depth: DepthResult
) -> tuple[ApplicationResult, DepthResult]:
    """Give what a result says at one depth alone."""
    notes = read_problem(depth.experiment.problem).notes
    told = how_far(plan, result.instance, [depth], notes["classical"], notes["predicted"])
    return replace(result, depths=(depth,), how_far=told), depth


def random_control(instance: Instance, shots: int) -> dict[str, float]:
    """Value as many random strings as shots were measured, with the same repair."""
    return dict(_random_control(instance, min(shots, 200_000)))


@lru_cache(maxsize=32)
def _random_control(instance: Instance, shots: int) -> tuple[tuple[str, float], ...]:
    label = f"{instance.application}/{instance.name}"
    values = valued(instance, random_strings(shots, instance.qubits, label))
    return tuple((name, float(value.mean())) for name, value in values.items())


def _depth(experiment: Experiment, measured: Sequence[Measured], instance: Instance) -> DepthResult:
    problem = read_problem(experiment.problem)
    depth = int(experiment.lengths[0])
    top = max([*problem.route.start, *(max(a, b) for a, b, _ in problem.route.steps)])
    by_name = {one.quantity: one for one in measured}
    ratio = by_name.get(RATIO)
    score = ratio.estimates[0] if ratio and ratio.estimates[0].informative else None
    return DepthResult(
        experiment=experiment,
        depth=depth,
        two_qubit_gates=circuit_of(instance.ising, depth, problem.route, top + 1).two_qubit_gates(),
        swaps=problem.route.swaps,
        score=score,
        ideal=problem.notes["ideal"],
        predicted=_predicted(problem.notes["predicted"], score),
        tier=None
        if score is None
        else tier_of(score, instance, problem.notes["classical"], by_name),
        batches=0 if ratio is None else ratio.trials.circuits,
        shots=0 if score is None else score.shots,
        values=() if ratio is None else tuple(map(float, batch_values(ratio.trials))),
        means={name: one.estimates[0].value for name, one in by_name.items()} if score else {},
        found=None if score is None else best_string(by_name[BEST_STRING].trials),
    )


def tier_of(
    score: Estimate,
    instance: Instance,
    classical: Mapping[str, Any] | None,
    measured: Mapping[str, Measured],
) -> int:
    """Place a score on the ladder, by the lower end of its interval."""
    if score.low <= 0:
        return 0
    if score.low <= instance.thresholds.one_step:
        return 1
    if score.low <= instance.thresholds.descent:
        return 2
    best = measured["best_repaired_merit"].estimates[0].value
    if (
        classical
        and not classical["proven"]
        and abs(best) * reference_merit(instance) > float(classical["optimum"])
    ):
        return 4
    return 3


def _predicted(notes: Mapping[str, Any] | None, score: Estimate | None) -> Prediction | None:
    """Give the interval in which a score as claimed lies: both have their own spread."""
    if not notes:
        return None
    value, spread, batches = float(notes["value"]), float(notes["error"]), int(notes["batches"])
    own = 0.0
    if score is not None and score.circuits > 1:
        quantile = float(stdtrit(score.circuits - 1, (1 + score.level) / 2))
        own = (score.high - score.low) / 2 / quantile
    freedom = min(batches, score.circuits if score else batches) - 1  # of the scarcer side
    half = float(stdtrit(max(freedom, 1), (1 + LEVEL) / 2)) * math.hypot(spread, own)
    low, high = value - half, value + half
    return Prediction(
        value=value, low=low, high=high, below=score is not None and score.value < low
    )
