"""The binomial likelihood of exponential decays with a known asymptote, for many targets at once.

Model: the probability of a hit at length m is s(m) = B + A exp(-k m), with B known, the amplitude
A unknown (it holds the preparation and readout errors) and the decay constant k >= 0 sought. A is
profiled out: at each k the likelihood is concave in A, so a guarded Newton step finds it.
Everything is an array over targets; there is no loop over them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy import special

from qassay.statistics.peaks import highest_tops
from qassay.statistics.roots import bracketed_roots

FloatArray = npt.NDArray[np.float64]

_TINY = 1e-150  # its square is still a float
_DECADE = 3  # points a decade of a grid that brackets the one maximum there is
_DENSE = 12  # where there may be several
_STRAIGHT = 0.03  # k m in the longest arm, up to where a decay is a straight line
_STEPS = 14  # of Newton towards a crossing; six are typical
_LONGEST_STEP = 1.5  # of the logarithm of a constant
_NEAR = 1e-7  # a step so short is the last one, its square below what rounding leaves


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class DecayLikelihood:
    """Counts by arm, and what is known of the curve.

    Attributes:
        lengths: Length of each arm, shape (arms,), or (targets, arms) where each target has its
            own; every arm has shots.
        hits: Hits by target and arm, shape (targets, arms).
        shots: Shots of each arm, shape (arms,).
        asymptote: B by target, shape (targets,).
        amplitude_max: Largest possible A by target, shape (targets,).
    """

    lengths: FloatArray
    hits: FloatArray
    shots: FloatArray
    asymptote: FloatArray
    amplitude_max: FloatArray

    @property
    def determined(self) -> bool:
        """Whether there are two different lengths, without which no rate can be told."""
        return self.lengths.size > 1 and bool((np.ptp(self.lengths, axis=-1) > 0).all())

    def constants_range(self) -> tuple[float, float]:
        """Give the smallest and the largest decay constant that the data could tell from 0, inf."""
        least = self.lengths.min(axis=-1, keepdims=True)
        steps = np.concatenate([self.lengths, self.lengths - least], axis=-1)
        return (
            1e-4 / (float(self.lengths.max()) * float(self.shots.sum())),
            50.0 / float(steps[steps > 0].min()),
        )

    def without_event(self, *, upper: bool) -> npt.NDArray[np.bool_]:
        """Say which targets had not one event that bounds the constant, shape (targets,).

        Events are misses for an upper bound, and for a lower one hits beyond length 0 where the
        asymptote is 0.
        """
        if upper:
            return np.asarray((self.hits == self.shots).all(axis=1))
        late = np.where(self.lengths > 0, self.hits, 0.0)
        return np.asarray((late == 0).all(axis=1) & (self.asymptote == 0))

    def powers(self, constant: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Give exp(-k m) and one minus it for constants of shape (..., targets), arms last."""
        # At length 0 an infinite constant still leaves the curve at its start.
        with np.errstate(invalid="ignore"):
            exponent = np.where(self.lengths == 0, 0.0, constant[..., None] * self.lengths)
        return np.exp(-exponent), -np.expm1(-exponent)

    def amplitude(self, constant: FloatArray) -> FloatArray:
        """Give the most likely amplitude at each constant, in the shape of `constant`."""
        return self._amplitude(*self.powers(constant))

    def _amplitude(self, x: FloatArray, lost: FloatArray) -> FloatArray:
        """Give the most likely amplitude where exp(-k m) is `x`, and `lost` one minus it."""
        cap, none = np.broadcast_to(self.amplitude_max, x.shape[:-1]), np.zeros(x.shape[:-1])
        slope_at, slopes = self._amplitude_slopes(x, lost)
        at_cap, at_zero = slope_at(cap) >= 0, slope_at(none) <= 0
        settled = at_cap | at_zero
        if settled.all():
            return np.where(at_zero, 0.0, cap)
        low, high = none, cap
        # Least squares start the search; Newton's steps then double the digits.
        excess = _sum(x * (self.hits - self.shots * self.asymptote[:, None]))
        value = excess / np.maximum(_sum(self.shots * x * x), _TINY)
        value = np.where((value > low) & (value < high), value, 0.5 * cap)
        for _ in range(100):
            slope, bend = slopes(value)
            rising = slope > 0
            low, high = np.where(rising, value, low), np.where(rising, high, value)
            step = value + slope / np.maximum(bend, _TINY)
            # A step out of the bracket is replaced by halving the bracket.
            outside = ~((step >= low) & (step <= high))
            new = np.where(outside, 0.5 * (low + high), step) if outside.any() else step
            moved = np.where(settled, 0.0, np.abs(new - value)).max(initial=0.0)
            value = new
            if moved <= 1e-12:
                break
        # Where no arm sees the amplitude both hold, and there is none.
        return np.where(at_zero, 0.0, np.where(at_cap, cap, value))

    def profile(self, constant: FloatArray) -> FloatArray:
        """Give the log-likelihood at each constant, amplitude profiled out, shape as `constant`."""
        x, lost = self.powers(constant)
        hit, miss = self._chances(self._amplitude(x, lost), x, lost)
        terms = special.xlogy(self.hits, hit) + special.xlogy(self.shots - self.hits, miss)
        return np.asarray(terms.sum(-1), dtype=np.float64)

    def slope(self, constant: FloatArray) -> FloatArray:
        """Give the derivative of `profile` by the constant (envelope theorem)."""
        x, lost = self.powers(constant)
        amplitude = self._amplitude(x, lost)
        hit, miss = self._chances(amplitude, x, lost)
        pull = self.hits / hit - (self.shots - self.hits) / miss
        return np.asarray(
            -(amplitude[..., None] * self.lengths * x * pull).sum(-1), dtype=np.float64
        )

    def maximum(self) -> FloatArray:
        """Give the most likely constant of each target, shape (targets,).

        0 and inf are possible; NaN where no decay constant fits better than any other.
        """
        targets = self.hits.shape[0]
        if not self.determined:
            return np.full(targets, np.nan)
        place = highest_tops(self._heights, self._grid(), targets)
        value, highest = np.exp(place), self.profile(np.exp(place))
        nothing, everything = self.profile(np.array([[0.0], [np.inf]]) + np.zeros(targets))
        # 0 must be higher than what the search found; an infinite constant only as high: where the
        # profile is level up to infinity the curve is at its asymptote in every arm but the first.
        level = highest - 1e-10 * (1 + np.abs(highest))
        value = np.where(nothing > highest, 0.0, value)
        value = np.where(everything >= level, np.inf, value)
        return np.where(self.amplitude(value) > 0, value, np.nan)

    def _grid(self) -> FloatArray:
        """Give logarithms of constants between which the profile turns once at the most.

        With two arms it has one maximum. Both "k at least so large" and "k at most so large" say
        of the two chances that they lie in a convex set, and the likelihood is concave in them.
        More arms can leave several where the curve is bent; as long as k m is far below 1 in every
        arm it is a straight line, of which the likelihood is concave as well.
        """
        least, most = self.constants_range()
        if self.lengths.shape[-1] == 2:
            return np.log(np.geomspace(least, most, int(_DECADE * np.log10(most / least)) + 2))
        bent = _STRAIGHT / float(self.lengths.max())
        straight = np.geomspace(least, bent, int(_DECADE * np.log10(bent / least)) + 2)
        curved = np.geomspace(bent, most, int(_DENSE * np.log10(most / bent)) + 2)
        joined: FloatArray = np.log(np.concatenate([straight[:-1], curved]))
        return joined

    def _heights(
        self, log_constant: FloatArray, targets: npt.NDArray[np.bool_]
    ) -> tuple[FloatArray, FloatArray]:
        """Give the profile and its derivative by the constant, for some targets.

        A plain without amplitude is said to rise, by next to nothing.

        Args:
            log_constant: Shape (..., chosen).
            targets: Which are chosen, shape (targets,).
        """
        some = self if targets.all() else self.only(targets)
        x, lost = some.powers(np.exp(log_constant))
        amplitude = some._amplitude(x, lost)
        hit, miss = some._chances(amplitude, x, lost)
        misses = some.shots - some.hits
        height = special.xlogy(some.hits, hit) + special.xlogy(misses, miss)
        pull = some.hits / hit - misses / miss
        slope: FloatArray = -(amplitude[..., None] * some.lengths * x * pull).sum(-1)
        # Where no amplitude helps the profile is level, and a hill can begin beyond.
        slope[amplitude <= 0] = _TINY
        return _sum(height), slope

    def crossing(self, best: FloatArray, drop: FloatArray, *, upper: bool) -> FloatArray:
        """Find where the profile has fallen by `drop` below its maximum.

        Args:
            best: Most likely constants, shape (targets,).
            drop: Fall of the log-likelihood, shape (targets,).
            upper: Whether to look above `best` or below it.

        Returns:
            The constants, shape (targets,): 0 (below) or inf (above) where it never falls so far.
        """
        end = np.inf if upper else 0.0
        if not self.determined:
            return np.full(best.shape, end)
        known = np.isfinite(drop) & ~np.isnan(best)
        start = np.where(known, best, 0.0)
        aim = self.profile(start) - drop
        open_end = ~known | (self.profile(np.full_like(start, end)) >= aim)
        root, found = self._stepped(start, drop, aim, upper=upper)
        slow = ~found & ~open_end
        if slow.any():
            root[slow] = self.only(slow)._bracketed(start[slow], aim[slow], upper=upper)
        return np.where(open_end, end, root)

    def only(self, targets: npt.NDArray[np.bool_]) -> DecayLikelihood:
        """Leave out the other targets."""
        return replace(
            self,
            lengths=self.lengths[targets] if self.lengths.ndim > 1 else self.lengths,
            hits=self.hits[targets],
            asymptote=self.asymptote[targets],
            amplitude_max=self.amplitude_max[targets],
        )

    def _bracketed(self, best: FloatArray, aim: FloatArray, *, upper: bool) -> FloatArray:
        """Find crossings that are known to exist, whatever the profile looks like."""
        least, most = self.constants_range()
        inner = np.log(np.clip(best, least, most))
        outer = np.full_like(inner, np.log(most if upper else least))
        root = bracketed_roots(lambda log_k: self.profile(np.exp(log_k)) - aim, inner, outer)
        return np.exp(root)

    def _stepped(
        self, best: FloatArray, drop: FloatArray, aim: FloatArray, *, upper: bool
    ) -> tuple[FloatArray, npt.NDArray[np.bool_]]:
        """Find crossings by Newton's steps on constant and amplitude together.

        The log-likelihood is to be `aim`, its slope in the amplitude 0 unless the amplitude is at
        its cap. Some six evaluations in place of some hundred; where they do not end on the right
        side of the maximum, at the height asked for, the caller searches inside a bracket.

        Returns:
            Constants, and which of them are crossings, shape (targets,).
        """
        inside = (best > 0) & np.isfinite(best) & np.isfinite(drop) & (drop > 0)
        sign, cap = 1.0 if upper else -1.0, self.amplitude_max
        at_best = np.where(inside, best, 1.0)
        k, amplitude = at_best, self.amplitude(at_best)
        with np.errstate(all="ignore"):
            # To second order in log k the profile falls by curvature / 2 times the step squared.
            height = self._height(k, amplitude)
            bend = height.k_k - np.where(amplitude < cap, height.k_a**2 / height.a_a, 0.0)
            far = np.sqrt(2 * drop / np.maximum(-bend * k * k, _TINY))
            k = at_best * np.exp(sign * np.minimum(far, _LONGEST_STEP))
            amplitude = self.amplitude(k)
            done = np.zeros(best.shape, dtype=np.bool_)
            for _ in range(_STEPS):
                height = self._height(k, amplitude)
                free = (amplitude < cap) | (height.a < 0)
                off, slope = height.value - aim, height.k * k
                along = np.where(free, height.k_a * k / height.a_a, 0.0)
                # The two equations solved together: profile slope, and height at the amplitude
                # that Newton's step on its own slope would take.
                tilt = np.where(free, height.a, 0.0)
                step = -(off - tilt**2 / (2 * height.a_a)) / (slope - tilt * along)
                step = np.clip(step, -_LONGEST_STEP, _LONGEST_STEP)
                moved = np.where(free, -(height.a + height.k_a * k * step) / height.a_a, 0.0)
                stepped = k * np.exp(step)
                k = np.where(sign * (stepped - at_best) > 0, stepped, np.sqrt(k * at_best))
                amplitude = np.clip(amplitude + moved, 0.0, cap)
                done = (np.abs(step) <= _NEAR) & (np.abs(tilt * moved) <= _NEAR)
                if (done | ~inside).all():
                    break
            right = sign * (k - at_best) > 0
        return k, inside & done & right & np.isfinite(k) & (amplitude > 0)

    def _height(self, k: FloatArray, amplitude: FloatArray) -> _Height:
        """Give the log-likelihood and its derivatives at constants and amplitudes, (targets,)."""
        x, lost = self.powers(k)
        hit, miss = self._chances(amplitude, x, lost)
        misses = self.shots - self.hits
        gain, loss = self.hits / hit, misses / miss
        pull, bend = gain - loss, gain / hit + loss / miss
        falls = self.lengths * x  # minus dx / dk
        a, mx = amplitude[:, None], self.lengths * falls
        return _Height(
            value=_sum(special.xlogy(self.hits, hit) + special.xlogy(misses, miss)),
            a=_sum(x * pull),
            k=-_sum(a * falls * pull),
            a_a=-_sum(x * x * bend),
            k_a=_sum(a * x * falls * bend - falls * pull),
            k_k=_sum(a * mx * pull - a * a * falls * falls * bend),
        )

    def _chances(
        self, amplitude: FloatArray, x: FloatArray, lost: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Give the probabilities of a hit and of a miss, the latter without cancellation."""
        cap = self.amplitude_max[:, None]
        room = 1.0 - self.asymptote[:, None] - cap
        hit = self.asymptote[:, None] + amplitude[..., None] * x
        miss = room + (cap - amplitude[..., None]) * x + cap * lost
        return np.maximum(hit, _TINY), np.maximum(miss, _TINY)

    def _amplitude_slopes(
        self, x: FloatArray, lost: FloatArray
    ) -> tuple[
        Callable[[FloatArray], FloatArray], Callable[[FloatArray], tuple[FloatArray, FloatArray]]
    ]:
        """Make the first derivative by the amplitude, and that with minus the second."""
        base, cap, misses = (
            self.asymptote[:, None],
            self.amplitude_max[:, None],
            self.shots - self.hits,
        )
        room, squared = 1.0 - base - cap + cap * lost, x * x

        def slope(amplitude: FloatArray) -> FloatArray:
            a = amplitude[..., None]
            hit = np.maximum(base + a * x, _TINY)
            miss = np.maximum(room + (cap - a) * x, _TINY)
            return _sum(x * (self.hits / hit - misses / miss))

        def slopes(amplitude: FloatArray) -> tuple[FloatArray, FloatArray]:
            a = amplitude[..., None]
            hit = np.maximum(base + a * x, _TINY)
            miss = np.maximum(room + (cap - a) * x, _TINY)
            gain, loss = self.hits / hit, misses / miss
            return _sum(x * (gain - loss)), _sum(squared * (gain / hit + loss / miss))

        return slope, slopes

    def expansion(self, constant: FloatArray) -> Expansion:
        """Expand the estimator about its value, for variances.

        Args:
            constant: Estimated constants, shape (targets,); where not finite the result is NaN.

        Returns:
            Fitted fractions and how the constant moves with the observed ones.
        """
        finite = np.isfinite(constant)
        k = np.where(finite, constant, 0.0)
        x, lost = self.powers(k)
        amplitude = self._amplitude(x, lost)
        hit, miss = self._chances(amplitude, x, lost)
        # Half an event keeps the weight of an arm without one finite; it enters weights only.
        spare = 0.5 / (self.shots + 1)
        weight = self.shots / (np.maximum(hit, spare) * np.maximum(miss, spare))
        tangent = np.stack([x, -amplitude[..., None] * self.lengths * x], axis=-2)
        information = (tangent * weight[..., None, :]) @ np.swapaxes(tangent, -1, -2)
        # Closed form of the 2 x 2 inverse; a singular one gives NaN, not an exception.
        (a, b), d = (information[:, 0, 0], information[:, 0, 1]), information[:, 1, 1]
        determinant = a * d - b * b
        good = finite & (determinant > 1e-13 * a * d)
        scale = np.where(good, 1.0, np.nan) / np.where(good, determinant, 1.0)
        inverse = scale[:, None, None] * np.stack(
            [np.stack([d, -b], axis=-1), np.stack([-b, a], axis=-1)], axis=-2
        )
        moves = inverse @ (tangent * weight[..., None, :])
        return Expansion(fractions=hit, misses=miss, sensitivity=moves[:, 1, :])


def _sum(terms: FloatArray) -> FloatArray:
    """Add up over arms; `ndarray.sum` takes longer to find its way than to add so few."""
    return np.asarray(np.add.reduce(terms, axis=-1), dtype=np.float64)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Height:
    """The log-likelihood with its derivatives by amplitude (a) and constant (k), (targets,)."""

    value: FloatArray
    a: FloatArray
    k: FloatArray
    a_a: FloatArray
    k_a: FloatArray
    k_k: FloatArray


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Expansion:
    """The estimated constant to first order in the observed fractions.

    Attributes:
        fractions: Fitted probability of a hit, shape (targets, arms).
        misses: One minus it, free of cancellation.
        sensitivity: d(constant) / d(observed fraction), shape (targets, arms).
    """

    fractions: FloatArray
    misses: FloatArray
    sensitivity: FloatArray
