"""A sum or a mean over decaying targets: evidence for and against it, and its interval.

Two engines, one for each side. "The sum is at the border or above": the least likelihood that
targets must lose for it (`least_loss`), so a target that has lost its signal is reckoned with.
"The sum is at the border or below": tangents, unbiased by few shots (`tangents`), and, where no
signal is left, contrasts of the summed counts. Errors of gates are supported by the first and
refuted by the second, times the other way round. Both are asymptotic: D / F is a likelihood ratio
in the normal approximation, F from how whole circuits scatter.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np
from scipy import special

from qassay.statistics.circuit_scatter import CircuitScatter, inflation
from qassay.statistics.estimate import Estimate, no_information
from qassay.statistics.intervals import check_level, normal_quantile
from qassay.statistics.least_loss import LeastLoss, LossCurves
from qassay.statistics.losses import Losses, losses_of
from qassay.statistics.sequential import RUNGS, WEIGHTS
from qassay.statistics.tangents import TangentBound, tangent_bound
from qassay.statistics.target_groups import Floats, Mask, TargetGroup

_FEWEST: Final = 2  # circuits of each arm before anything is said
_POOLED: Final = 0.3  # stake of the gambler on summed counts
_LITTLE: Final = 0.02  # of the border: likeliest sums count as at least that
_ENDS: Final = 60  # halvings
_UNBOUNDED: Final = 1e9  # borders beyond which an upper end does not exist
_OF_TWO: Final = 0.6  # nats that two degrees of freedom have over one, with the reserve
_NOTHING: Final = 1e-3  # nats: no decay is as likely as the likeliest
_STARTS: Final = 24  # values of what is taken off that are tried at first


@dataclass(frozen=True, eq=False, kw_only=True)
class MeanOfDecays:
    """The data of one sum over targets.

    Attributes:
        experiments: Groups that share their circuits stand together; all with positive weights.
        taken_off: Likewise, with negative weights: what is to be subtracted.
    """

    experiments: tuple[tuple[TargetGroup, ...], ...]
    taken_off: tuple[tuple[TargetGroup, ...], ...] = ()

    @property
    def _all(self) -> tuple[tuple[TargetGroup, ...], ...]:
        return (*self.experiments, *self.taken_off)

    @property
    def ready(self) -> bool:
        """Whether every arm has circuits enough to scatter."""
        for groups in self._all:
            trials = groups[0].trials
            counts = np.bincount(trials.arms, minlength=trials.lengths.size)
            if trials.lengths.size < _FEWEST or counts.min() < _FEWEST:
                return False
        return True

    @cached_property
    def _scatters(self) -> tuple[CircuitScatter, ...]:
        return tuple(CircuitScatter.of(groups) for groups in self._all)

    @cached_property
    def _losses(self) -> tuple[Losses, ...]:
        return tuple(losses_of(group) for groups in self._all for group in groups)

    @cached_property
    def _groups(self) -> tuple[TargetGroup, ...]:
        return tuple(group for groups in self._all for group in groups)

    @property
    def targets(self) -> int:
        """Targets that are added up."""
        return sum(group.targets for groups in self.experiments for group in groups)

    @cached_property
    def unit(self) -> float:
        """Part of the sum that a mean target would have at the claim."""
        total = sum(
            float(g.weights.sum() * g.value.of(g.scale)) for x in self.experiments for g in x
        )
        return total / self.targets

    @cached_property
    def value(self) -> float:
        """The sum of the likeliest values."""
        return float(
            sum(g.weights @ one.best for g, one in zip(self._groups, self._losses, strict=True))
        )

    @cached_property
    def inflation(self) -> float:
        """F: how much more a circuit's sum scatters than the targets, each by itself."""
        shares = [sum(float(np.abs(g.weights).sum()) for g in groups) for groups in self._all]
        return inflation(self._scatters, shares)

    @cached_property
    def _freedom(self) -> float:
        """Degrees of freedom behind a variance that circuits of many shots measure."""
        if all(groups[0].trials.shots == 1 for groups in self._all):
            return math.inf
        return min(scatter.freedom for scatter in self._scatters)

    @cached_property
    def _curves(self) -> LossCurves:
        return self._curves_of(self._groups, self._losses)

    def _curves_of(self, groups: Sequence[TargetGroup], losses: Sequence[Losses]) -> LossCurves:
        widest = max(one.values.size for one in losses)
        values, loss, single = [], [], []
        for group, one in zip(groups, losses, strict=True):
            part = group.weights[:, None] * one.values / self.unit
            mine = one.loss
            if part[0, 0] > part[0, -1]:
                part, mine = part[:, ::-1], mine[:, ::-1]
            pad = ((0, 0), (0, widest - one.values.size))
            values.append(np.pad(part, pad, mode="edge"))
            loss.append(np.pad(mine, pad, mode="edge"))
            single.append(group.weights > 0)
        return LossCurves.of(np.concatenate(values), np.concatenate(loss), np.concatenate(single))

    def least_loss(self, border: float) -> LeastLoss:
        """Give the least loss with which the sum is `border` or more, circuits as units."""
        found = self._curves.at(border / self.unit)
        return replace(found, nats=self._deflated(found.nats / self.inflation))

    def suspect(self, border: float) -> int | None:
        """Give the position of a target that alone may keep the sum from being below `border`.

        Its likely value, or one that its data hardly speak against, is so large that the others
        would have to be far better than they look.
        """
        alone = self.least_loss(border).alone
        if alone is not None or self.value < border:
            return alone
        parts = np.concatenate(
            [g.weights * one.best for g, one in zip(self._groups, self._losses, strict=True)]
        )
        first = int(parts.argmax())
        usual = float(np.median(parts[parts > 0])) if (parts > 0).any() else 0.0
        return first if self.value - parts[first] + usual < border else None

    def _deflated(self, nats: float) -> float:
        """Turn a loss whose scale was measured by few circuits into that of a normal variable."""
        if math.isinf(self._freedom) or not 0 < nats < math.inf:
            return nats
        return 0.5 * _normal(math.sqrt(2 * nats), self._freedom) ** 2

    def evidence_below(self, border: float, step: float) -> float:
        """Give the log e-value against "the sum is at the border or above".

        Args:
            border: Above 0.
            step: Logarithm of the tolerance: the distance of the first gambler.
        """
        if not self.ready:
            return 0.0
        nats = self.least_loss(border).nats
        gap = math.log(border / max(self.value, _LITTLE * border))
        return loss_log_e(nats, gap, step)

    def evidence_above(self, border: float, step: float) -> float:
        """Give the log e-value against "the sum is at the border or below".

        Args:
            border: Above 0.
            step: Logarithm of the tolerance.
        """
        if not self.ready or self.value <= border:
            return 0.0
        if self.taken_off:
            gap = math.log(self.value / border)
            return loss_log_e(self._loss_above(border), gap, step)
        tangents = self._tangent_log_e(border, step)
        if not self._groups[0].value.rising:
            return tangents
        pooled = self._pooled_log_e(border, step)
        return float(np.logaddexp(tangents + math.log(1 - _POOLED), pooled + math.log(_POOLED)))

    @cached_property
    def _bound(self) -> TangentBound | None:
        """The bounds of all experiments, added up."""
        found = []
        for groups, scatter in zip(self.experiments, self._scatters, strict=False):
            bound = tangent_bound(groups, scatter)
            if bound is None:
                return None
            found.append(bound)
        none, once, twice = (sum(one.variance[i] for one in found) for i in range(3))
        size = sum(one.size for one in found)
        if not size > 0:
            return None
        return TangentBound(
            total=sum(one.total for one in found), size=size, variance=(none, once, twice)
        )

    def _above(self, border: float) -> tuple[float, float] | None:
        """Give by how much the sum exceeds a border at the least, and the standard error."""
        bound = self._bound
        if bound is None:
            return None
        weight = sum(float(g.weights.sum()) for x in self.experiments for g in x)
        total, variance = bound.at(border / weight)
        if not variance > 0:
            return None
        return total * weight / bound.size, math.sqrt(variance) * weight / bound.size

    def _tangent_log_e(self, border: float, step: float) -> float:
        found = self._above(border)
        if found is None:
            return 0.0
        total, error = found
        score = total / error
        if not math.isinf(self._freedom):
            score = math.copysign(_normal(abs(score), self._freedom), score)
        return linear_log_e(score * error, error**2, border * _beyond(step))

    def _pooled_log_e(self, border: float, step: float) -> float:
        """Bet on contrasts of the summed counts, whose mean is 0 or more within the border.

        The retention is convex in the value, so its mean is at least that of the mean value. Of
        groups of several kinds the first stands for all: the others' values are not below 0.
        """
        firsts = [groups[0] for groups in self.experiments]
        value = firsts[0].value
        weight = sum(float(g.weights.sum()) for g in firsts)
        spans = firsts[0].spans
        if any(g.value != value or not np.array_equal(g.spans, spans) for g in firsts):
            return 0.0
        constant = _constant_at(firsts[0], border / weight)
        further = [
            _constant_at(firsts[0], border * (1 + x) / weight) for x in _beyond(step).tolist()
        ]
        found = [CircuitScatter.of([g]) for g in firsts]
        own0 = sum(
            float((s.own[0] + s.common[0] * s.excess[0] ** 2) / s.circuits[0]) for s in found
        )
        x0 = sum(float(s.excess[0]) for s in found)
        logs = []
        for arm in np.argsort(spans)[-2:].tolist():
            if spans[arm] <= 0:
                continue
            kept = math.exp(-constant * spans[arm])
            short = sum(float(s.excess[arm]) for s in found) - kept * x0
            variance = kept**2 * own0
            for group, s in zip(firsts, found, strict=True):
                share = kept * float(s.excess[0])
                base = group.asymptote
                p = min(base + share / float(group.weights.sum()), 1 - 1e-6)
                plain = float((group.weights**2).sum()) * p * (1 - p) / group.trials.shots
                plain = max(plain, float(s.own[arm])) if group.trials.shots > 1 else plain
                variance += (plain + float(s.common[arm]) * share**2) / float(s.circuits[arm])
            drifts = x0 * (kept - np.exp(-np.array(further) * spans[arm]))
            score = -short / math.sqrt(variance)
            if not math.isinf(self._freedom):
                score = math.copysign(_normal(abs(score), self._freedom), score)
            logs.append(linear_log_e(score * math.sqrt(variance), variance, drifts))
        if not logs:
            return 0.0
        return float(special.logsumexp(logs)) - math.log(len(logs))

    def _loss_above(self, border: float) -> float:
        """Give the least loss with which the sum, less what is taken off, is at most `border`.

        The tangents bound what is added up from below, the least loss what is taken off from
        above; the worst share between the two is looked for.
        """
        found = self._above(border)
        if found is None:
            return 0.0
        total, error = found
        off = self._off
        likely = max(off.likeliest * self.unit, 0.0)
        reach = max(total - likely, 0.0)
        least = math.inf
        for more in np.linspace(0.0, 1.0, _STARTS):
            taken = likely + more * reach
            lost = off.at(taken / self.unit).nats / self.inflation
            short = max(total - taken, 0.0) / error
            least = min(least, 0.5 * short**2 + lost)
        return self._deflated(least)

    @cached_property
    def _off(self) -> LossCurves:
        """Losses of what is taken off, as a sum of its own."""
        start = sum(len(groups) for groups in self.experiments)
        groups = [_turned(g) for g in self._groups[start:]]
        return self._curves_of(groups, self._losses[start:])

    def estimate(self, level: float) -> Estimate:
        """Give the sum with its interval; no upper end where a target may have lost its signal."""
        tail = (1 - check_level(level)) / 2
        circuits = sum(x[0].trials.circuits for x in self.experiments)
        shots = sum(x[0].trials.circuits * x[0].trials.shots for x in self.experiments)
        if not self.ready or not math.isfinite(self.value):
            return no_information(shots, circuits)
        z = normal_quantile(tail)
        high = self._upper(z)
        blank, endless = self._unknown(z)
        value, start = self.value, None
        timed, unended = not self._groups[0].value.rising, any(map(np.any, endless))
        if timed and (unended or high >= self._longest):
            high = math.inf
        if timed and unended:  # what these targets add may be anything
            value, start = math.inf, self._of_known(endless)
        low = self._lower(z, start)
        unknown = any(map(np.any, blank))
        if (math.isinf(high) or unknown) and low <= 0:
            return no_information(shots, circuits)
        if unknown and not timed and math.isfinite(high):
            value = (low + high) / 2  # what is likeliest of a blank target is what chance made
        return Estimate(
            value=min(max(value, low, 0.0), high),
            low=min(low, max(value, 0.0)),
            high=high,
            level=level,
            shots=shots,
            circuits=circuits,
            method=f"least loss of {self.targets} targets above, tangents below",
        )

    def _unknown(self, z: float) -> tuple[list[Mask], list[Mask]]:
        """Say of which targets the data say nothing, and whose likeliest time may be anything.

        Of a blank one every decay is likely, from none at all to one that is over at once: what is
        likeliest is what chance made. Of an endless one no decay is as likely as the likeliest.

        Returns:
            Blank targets by group; those that are blank or endless, likewise.
        """
        room = z * z / 2 * self.inflation
        blank = [one.loss[:, [0, -1]].max(axis=1) <= room for one in self._losses]
        endless = [one.loss[:, 0] <= _NOTHING for one in self._losses]
        return blank, [a | b for a, b in zip(blank, endless, strict=True)]

    def _of_known(self, left_out: list[Mask]) -> float:
        """Give the sum of the likeliest values of all but some targets."""
        every = zip(self._groups, self._losses, left_out, strict=True)
        return float(sum(g.weights[~out] @ one.best[~out] for g, one, out in every))

    @property
    def _longest(self) -> float:
        """What one target adds to a sum of times where its own goes on for ever."""
        every = zip(self._groups, self._losses, strict=True)
        return 0.99 * min(float(g.weights.min() * one.values[0]) for g, one in every)

    def _inside(self, border: float, z: float) -> bool:
        """Whether an interval holds a border.

        A target that may be lost has lost its amplitude as well: two numbers are fitted to it, and
        the loss of the end is that of two degrees of freedom.
        """
        found = self.least_loss(border)
        return found.nats <= z * z / 2 + (_OF_TWO if found.lost else 0.0)

    def _upper(self, z: float) -> float:
        """Find where the least loss reaches that of the interval; infinite where it never does."""
        low = max(self.value, _LITTLE * self.unit)
        high = low
        while self._inside(high, z):
            high *= 1.5
            if high > _UNBOUNDED * self.unit:
                return math.inf
        if math.isinf(self.least_loss(high).nats) and self._lost(high, z):
            return math.inf
        for _ in range(_ENDS):
            middle = 0.5 * (low + high)
            enough = not self._inside(middle, z)
            low, high = (low, middle) if enough else (middle, high)
            if high - low < 1e-6 * high:
                break
        return high

    def _lost(self, high: float, z: float) -> bool:
        """Whether the loss stays below the interval's until the largest sum there can be."""
        low = high / 1.5
        for _ in range(_ENDS):
            middle = 0.5 * (low + high)
            beyond = math.isinf(self.least_loss(middle).nats)
            low, high = (low, middle) if beyond else (middle, high)
            if high - low < 1e-9 * high:
                break
        return self._inside(low, z)

    def _lower(self, z: float, start: float | None = None) -> float:
        """Find the lower end, by tangents at the likeliest sum or at `start`."""
        if self.taken_off:
            return self._lower_of_rest(z)
        start = self.value if start is None else start
        found = self._above(start)
        if found is None:
            return 0.0
        if not math.isinf(self._freedom):
            z = float(-special.stdtrit(self._freedom, special.ndtr(-z)))
        return max(start + found[0] - z * found[1], 0.0)

    def _lower_of_rest(self, z: float) -> float:
        low, high = 0.0, max(self.value, 0.0)
        if high <= 0 or self._loss_above(0.0) <= z * z / 2:
            return 0.0
        for _ in range(20):
            middle = 0.5 * (low + high)
            enough = self._loss_above(middle) > z * z / 2
            low, high = (middle, high) if enough else (low, middle)
        return low


def loss_log_e(nats: float, gap: float, step: float) -> float:
    """Give the log e-value of a normal score whose error is read off the loss at the border.

    Args:
        nats: The loss there, 0 or more.
        gap: Logarithmic distance of the estimate from the border.
        step: Logarithm of the tolerance.
    """
    if nats <= 0 or gap <= 0:
        return 0.0
    information = min(2 * nats / gap**2, 1e12)
    drifts = step * np.array(RUNGS)
    return _mixed(drifts * information * gap - drifts**2 * information / 2)


def linear_log_e(score: float, variance: float, drifts: Floats) -> float:
    """Give the log e-value of a nearly normal estimate, 0 in the mean under the hypothesis."""
    return _mixed(drifts * score / variance - drifts**2 / variance / 2)


def _mixed(paths: Floats) -> float:
    return float(special.logsumexp(paths + np.log(WEIGHTS)))


def _beyond(step: float) -> Floats:
    """Give by how much the gamblers' values exceed the border, in borders."""
    return np.asarray(np.expm1(step * np.array(RUNGS)))


def _normal(score: float, freedom: float) -> float:
    """Turn a score of Student's t into the normal one of the same tail."""
    tail = float(special.stdtr(freedom, -score))
    return float(-special.ndtri(max(tail, 1e-300)))


def _turned(group: TargetGroup) -> TargetGroup:
    """Count what is taken off as a sum of its own."""
    return replace(group, weights=-group.weights)


def _constant_at(group: TargetGroup, value: float) -> float:
    """Find the decay constant of a value; infinite where no decay has so large a one."""
    factor = group.value.factor
    lost = -math.expm1(-value) if group.value.meaning == "log fidelity" else value
    kept = 1 - lost / factor
    return -math.log(kept) if kept > 0 else math.inf
