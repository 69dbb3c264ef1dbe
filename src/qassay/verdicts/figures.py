"""What counts say of the figures that a sheet asks for, and when one has been measured enough.

A figure is settled once its interval is as narrow as was asked for, which follows from the plan and
the counts of the cycles so far: the runner stops its circuits by the rule that an auditor replays.
The intervals share 5 % over all figures of the sheet, so that all of them hold at once in 95 of
100 runs. That they are looked at more than once is not paid for, since a width hardly depends on
where the value lies; so they are looked at seldom, each time there are half as many circuits more.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from qassay.claims.figures import WantedFigure, wanted_figures
from qassay.claims.metrics import METRICS
from qassay.planning.plan import Plan
from qassay.protocols.designs.grouping import targets_of
from qassay.protocols.interface import Target
from qassay.protocols.known import kind_of
from qassay.protocols.weighing.counted import Counted
from qassay.protocols.weighing.data_of_claims import measurand_of
from qassay.protocols.weighing.decision import OPEN, Decision
from qassay.protocols.weighing.measurands import (
    ClaimPart,
    Measurand,
    in_claim_convention,
    mean_over,
)
from qassay.statistics.combine import linear_combination
from qassay.statistics.estimate import Estimate
from qassay.statistics.intervals import normal_quantile
from qassay.statistics.trials import Trials
from qassay.verdicts.looks import look_due

LEVEL: Final = 0.95  # of all intervals together
_GROWTH: Final = 1.5  # of the circuits from look to look
_FEWEST: Final = 40  # circuits of an experiment before its width is believed


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFigure:
    """What was found of a figure, in the convention that was asked for.

    Attributes:
        id: Of the question.
        metric: Id.
        estimate: The mean over the scope.
        wanted: Half width that was asked for, in the same units.
        targets: Qubits or pairs behind it.
        shots: Behind it.
        circuits: Behind it.
        fewest: Circuits of the experiment that has the fewest.
    """

    id: str
    metric: str
    estimate: Estimate
    wanted: float
    targets: tuple[Target, ...]
    shots: int
    circuits: int
    fewest: int

    @property
    def half_width(self) -> float:
        """Half of the interval's width."""
        one = self.estimate
        return (one.high - one.low) / 2 if one.informative else float("inf")

    @property
    def only_above(self) -> bool:
        """Whether an end at 0 leaves the upper one alone: nothing has to be there at all."""
        below = self.estimate.informative and self.estimate.low <= 0
        return below and not METRICS[self.metric].difference and not self.precise

    @property
    def precise(self) -> bool:
        """Whether the interval is as narrow as was asked for."""
        return self.half_width <= self.wanted

    def as_json(self) -> dict[str, Any]:
        """Give it as plain JSON values."""
        return {
            "question": self.id,
            "metric": self.metric,
            "estimate": self.estimate.as_json(),
            "wanted_half_width": self.wanted,
            "precise": self.precise,
            **({"more_than": self.estimate.low} if self.estimate.bounded_below else {}),
            "targets": len(self.targets),
            "shots": self.shots,
        }


def figures_of(
    plan: Plan, counted: Counted, only: Container[str] | None = None
) -> tuple[FoundFigure, ...]:
    """Estimate every figure that has counts, in the order of the sheet.

    Args:
        plan: The plan.
        counted: All hits so far.
        only: Ids of these questions; all where None.
    """
    wanted = wanted_figures(plan.sheet.questions)
    level = 1 - (1 - LEVEL) / max(len(wanted), 1)
    found: dict[str, FoundFigure] = {}
    for one in wanted:
        if only is not None and one.id not in only:
            continue
        seen = partial(_seen, one, plan, counted, level)
        known = counted.remembered(("figure", one.id), plan.experiments_for(one.id), seen)
        if known is None:
            continue
        measurand, estimate = known
        found[one.id] = FoundFigure(
            id=one.id,
            metric=one.claim.metric,
            estimate=estimate,
            wanted=one.precision * _unit(one, estimate, found, wanted),
            targets=measurand.targets,
            shots=measurand.shots,
            circuits=measurand.circuits,
            fewest=_fewest(measurand),
        )
    return tuple(found.values())


def figures_due(plan: Plan, cycles: int) -> bool:
    """Whether figures are looked at after so many cycles: each time there are half as many more."""
    return look_due(plan, cycles, _GROWTH)


def figure_decisions(
    plan: Plan, counted: Counted, known: Mapping[str, Decision]
) -> dict[str, Decision]:
    """Say at the end of a cycle which figures have been measured enough.

    A figure whose precision is a share of another one waits for that one; and one whose circuits
    are used up is over, precise or not.

    Args:
        plan: The plan.
        counted: Hits so far.
        known: Decisions of earlier cycles, by question.

    Returns:
        Decisions on all figures that have experiments; earlier settled ones unchanged.
    """
    wanted = [one for one in wanted_figures(plan.sheet.questions) if plan.experiments_for(one.id)]
    over = Decision(outcome="inconclusive", cycle=counted.cycles)
    made: dict[str, Decision] = {}
    due = figures_due(plan, counted.cycles)
    for one in wanted:
        before = known.get(one.id, OPEN)
        other = made.get(one.relative_to, over)
        used_up = counted.cycles >= max(x.batches for x in plan.experiments_for(one.id))
        enough = not before.settled and (
            used_up or (due and other.settled and _enough(one, plan, counted))
        )
        made[one.id] = over if enough else before
    return made


def _enough(one: WantedFigure, plan: Plan, counted: Counted) -> bool:
    """Whether a figure's interval is as narrow as wanted, and its width to be believed."""
    measurand = _measured(one, plan, counted)
    if measurand is None or _fewest(measurand) < _FEWEST:
        return False
    found = figures_of(plan, counted, {one.id, one.relative_to})
    return next(figure.precise for figure in found if figure.id == one.id)


def _measured(one: WantedFigure, plan: Plan, counted: Counted) -> Measurand | None:
    """Collect the data of a figure; None where a target of its scope has none."""
    own, scope = plan.experiments_for(one.id), targets_of(one.claim, plan.device)
    return measurand_of(one.claim, own, counted.joined(own), scope)


def _fewest(measurand: Measurand) -> int:
    return min(part.circuits for part in measurand.parts)


def _seen(
    one: WantedFigure, plan: Plan, counted: Counted, level: float
) -> tuple[Measurand, Estimate] | None:
    """Estimate a figure in its convention."""
    measurand = _measured(one, plan, counted)
    if measurand is None:
        return None
    return measurand, in_claim_convention(one.claim, _mean(measurand, level))


def _mean(measurand: Measurand, level: float) -> Estimate:
    """Estimate the mean over the scope, in canonical units."""
    kind = kind_of(measurand.claim.metric)
    if kind == "share":
        return _of_parts(measurand.parts, level)
    return measurand.statistic(level) if kind == "difference" else mean_over(measurand.parts, level)


def _of_parts(parts: tuple[ClaimPart, ...], level: float) -> Estimate:
    targets = sum(len(part.columns) for part in parts)
    return linear_combination(
        [len(part.columns) / targets for part in parts],
        [_of_circuits(part.trials, level) for part in parts],
    )


def _of_circuits(trials: Trials, level: float) -> Estimate:
    """Average wrong bits with the scatter of whole circuits, whose bits may hang together.

    Normal in the number of circuits; the exact interval for any dependence, which a verdict rests
    on, is several times as wide.
    """
    shares = trials.hits.mean(axis=1) / trials.shots
    value = float(shares.mean())
    spread = float(shares.std(ddof=1)) if shares.size > 1 else 1.0
    least = 1 / (trials.targets * max(shares.size, 1))  # one wrong bit more or less
    half = normal_quantile((1 - level) / 2) * max(spread / shares.size**0.5, least)
    return Estimate(
        value=value,
        low=max(value - half, 0.0),
        high=min(value + half, 1.0),
        level=level,
        shots=int(trials.circuits * trials.shots),
        circuits=trials.circuits,
        method="scatter of circuits",
    )


def _unit(
    one: WantedFigure,
    estimate: Estimate,
    found: Mapping[str, FoundFigure],
    wanted: tuple[WantedFigure, ...],
) -> float:
    """Give what a precision is a share of: the figure, or another one; as planned if unknown."""
    if one.relative_to == one.id:
        return abs(estimate.value) if estimate.informative else 0.0
    other = found.get(one.relative_to)
    if other is not None and other.estimate.informative:
        return abs(other.estimate.value)
    return next((x.claim.value for x in wanted if x.id == one.relative_to), one.claim.value)
