"""The binomial likelihood of exponential decays with a known asymptote, for many targets at once.

Model: the probability of a hit at length m is s(m) = B + A exp(-k m), with B known, the amplitude
A unknown (it holds the preparation and readout errors) and the decay constant k >= 0 sought. A is
profiled out: at each k the likelihood is concave in A, so a guarded Newton step finds it.
Everything is an array over targets; there is no loop over them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

FloatArray = npt.NDArray[np.float64]

_TINY = 1e-150  # its square is still a float
_DECADE = 3  # grid points a decade that find the highest of several maxima, if there are several
_BISECTIONS = 44  # from twenty decades to a relative error of 1e-11


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class DecayLikelihood:
    """Counts by arm, and what is known of the curve.

    Attributes:
        lengths: Length of each arm, shape (arms,); every arm has shots.
        hits: Hits by target and arm, shape (targets, arms).
        shots: Shots of each arm, shape (arms,).
        asymptote: B by target, shape (targets,).
        amplitude_max: Largest possible A by target, shape (targets,).
        physical: Whether k >= 0 and A <= amplitude_max are imposed. An average over targets needs
            the other form, bounded by s <= 1 alone: cutting each target at 0 would bias it upward.
    """

    lengths: FloatArray
    hits: FloatArray
    shots: FloatArray
    asymptote: FloatArray
    amplitude_max: FloatArray
    physical: bool = True

    @property
    def determined(self) -> bool:
        """Whether there are two different lengths, without which no rate can be told."""
        return self.lengths.size > 1 and bool(np.ptp(self.lengths) > 0)

    def constants_range(self) -> tuple[float, float]:
        """Give the smallest and the largest decay constant that the data could tell from 0, inf."""
        steps = np.concatenate([self.lengths, self.lengths - self.lengths.min()])
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
        late = self.hits[:, self.lengths > 0]
        return np.asarray((late == 0).all(axis=1) & (self.asymptote == 0))

    def powers(self, constant: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Give the decay at each arm.

        Args:
            constant: Decay constants, shape (..., targets); may be infinite.

        Returns:
            x = exp(-k d), 1 - x, and d with its sign, each of shape (..., targets, arms). The
            distance d is the length where the model is physical; else it is counted from the end
            where the curve is highest, so that s <= 1 is simply A <= 1 - B.
        """
        k = constant[..., None]
        if self.physical:
            distance = np.broadcast_to(self.lengths, (*k.shape[:-1], self.lengths.size))
        else:
            distance = self.lengths - np.where(k >= 0, self.lengths.min(), self.lengths.max())
        # At distance 0 an infinite constant still leaves the curve at its start.
        with np.errstate(invalid="ignore"):
            exponent = np.where(distance == 0, 0.0, k * distance)
        return np.exp(-exponent), -np.expm1(-exponent), distance

    def amplitude(self, constant: FloatArray) -> FloatArray:
        """Give the most likely amplitude at each constant, in the shape of `constant`.

        In the unphysical form the amplitude is the one at the highest end of the curve.
        """
        x, lost, _ = self.powers(constant)
        cap = np.broadcast_to(self._cap, constant.shape)
        at_cap = self._amplitude_slope(cap, x, lost)[0] >= 0
        at_zero = self._amplitude_slope(np.zeros_like(cap), x, lost)[0] <= 0
        settled = at_cap | at_zero
        low, high = np.zeros_like(cap), cap.copy()
        # Least squares start the search; Newton's steps then double the digits.
        excess = (x * (self.hits - self.shots * self.asymptote[:, None])).sum(-1)
        value = excess / np.maximum((self.shots * x * x).sum(-1), _TINY)
        value = np.where((value > low) & (value < high), value, 0.5 * cap)
        for _ in range(100):
            slope, bend = self._amplitude_slope(value, x, lost)
            low, high = np.where(slope > 0, value, low), np.where(slope > 0, high, value)
            step = value + slope / np.maximum(bend, _TINY)
            # A step out of the bracket is replaced by halving the bracket.
            new = np.where((step >= low) & (step <= high), step, 0.5 * (low + high))
            moved = np.where(settled, 0.0, np.abs(new - value)).max(initial=0.0)
            value = new
            if moved <= 1e-14:
                break
        # Where no arm sees the amplitude both hold, and there is none.
        return np.where(at_zero, 0.0, np.where(at_cap, cap, value))

    def profile(self, constant: FloatArray) -> FloatArray:
        """Give the log-likelihood at each constant, amplitude profiled out, shape as `constant`."""
        x, lost, _ = self.powers(constant)
        hit, miss = self._chances(self.amplitude(constant), x, lost)
        terms = special.xlogy(self.hits, hit) + special.xlogy(self.shots - self.hits, miss)
        return np.asarray(terms.sum(-1), dtype=np.float64)

    def slope(self, constant: FloatArray) -> FloatArray:
        """Give the derivative of `profile` by the constant (envelope theorem)."""
        x, lost, distance = self.powers(constant)
        amplitude = self.amplitude(constant)
        hit, miss = self._chances(amplitude, x, lost)
        pull = self.hits / hit - (self.shots - self.hits) / miss
        return np.asarray(-(amplitude[..., None] * distance * x * pull).sum(-1), dtype=np.float64)

    def maximum(self) -> FloatArray:
        """Give the most likely constant of each target, shape (targets,).

        0 and inf are possible; NaN where no decay constant fits better than any other.
        """
        least, most = self.constants_range()
        if not self.determined:
            return np.full(self.hits.shape[0], np.nan)
        points = int(_DECADE * np.log10(most / least)) + 2
        grid = np.geomspace(least, most, points)
        grid = np.concatenate([[0.0], grid, [np.inf]])
        if not self.physical:
            grid = np.concatenate([-grid[:0:-1], grid])
        heights = np.stack([self.profile(np.full(self.hits.shape[0], k)) for k in grid])
        # Ties go to the smallest |k|: the first of the highest in order of |k|.
        order = np.argsort(np.abs(grid), kind="stable")
        best = order[np.argmax(heights[order] >= heights.max(0) - 1e-12, axis=0)]
        left = grid[np.maximum(best - 1, 0)]
        right = grid[np.minimum(best + 1, grid.size - 1)]
        value = self._stationary(np.clip(left, -most, most), np.clip(right, -most, most), least)
        value = np.where(np.abs(value) <= least, 0.0, value)
        highest = self.profile(value)
        # 0 must be higher than what the search found; an infinite constant only as high: where the
        # profile is level up to infinity the curve is at its asymptote in every arm but the first.
        level = highest - 1e-10 * (1 + np.abs(highest))
        value = np.where(self.profile(np.zeros_like(value)) > highest, 0.0, value)
        for end in [np.inf] if self.physical else [np.inf, -np.inf]:
            value = np.where(self.profile(np.full_like(value, end)) >= level, end, value)
        return np.where(self.amplitude(value) > 0, value, np.nan)

    def crossing(self, best: FloatArray, drop: FloatArray, *, upper: bool) -> FloatArray:
        """Find where the profile has fallen by `drop` below its maximum.

        Args:
            best: Most likely constants of the physical model, shape (targets,).
            drop: Fall of the log-likelihood, shape (targets,).
            upper: Whether to look above `best` or below it.

        Returns:
            The constants, shape (targets,): 0 (below) or inf (above) where it never falls so far.
        """
        least, most = self.constants_range()
        known = np.isfinite(drop) & ~np.isnan(best)
        start = np.where(known, best, 0.0)
        aim = self.profile(start) - drop
        end = np.inf if upper else 0.0
        open_end = ~known | (self.profile(np.full_like(start, end)) >= aim)
        inner = np.log(np.clip(start, least, most))
        outer = np.full_like(inner, np.log(most if upper else least))
        for _ in range(_BISECTIONS):
            middle = 0.5 * (inner + outer)
            inside = self.profile(np.exp(middle)) >= aim
            inner, outer = np.where(inside, middle, inner), np.where(inside, outer, middle)
        return np.where(open_end, end, np.exp(0.5 * (inner + outer)))

    @property
    def _cap(self) -> FloatArray:
        """Largest amplitude of each target."""
        return self.amplitude_max if self.physical else 1.0 - self.asymptote

    def _chances(
        self, amplitude: FloatArray, x: FloatArray, lost: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Give the probabilities of a hit and of a miss, the latter without cancellation."""
        cap = self._cap[:, None]
        room = 1.0 - self.asymptote[:, None] - cap
        hit = self.asymptote[:, None] + amplitude[..., None] * x
        miss = room + (cap - amplitude[..., None]) * x + cap * lost
        return np.maximum(hit, _TINY), np.maximum(miss, _TINY)

    def _amplitude_slope(
        self, amplitude: FloatArray, x: FloatArray, lost: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Give the first derivative by the amplitude and minus the second."""
        hit, miss = self._chances(amplitude, x, lost)
        gain, loss = self.hits / hit, (self.shots - self.hits) / miss
        bend = (x * x * (gain / hit + loss / miss)).sum(-1)
        return (x * (gain - loss)).sum(-1), bend

    def _stationary(self, left: FloatArray, right: FloatArray, least: float) -> FloatArray:
        """Bisect the slope between two constants of each target, on a scale that is log far out."""
        low, high = np.arcsinh(left / least), np.arcsinh(right / least)
        for _ in range(_BISECTIONS):
            middle = 0.5 * (low + high)
            rising = self.slope(least * np.sinh(middle)) > 0
            low, high = np.where(rising, middle, low), np.where(rising, high, middle)
        return np.asarray(least * np.sinh(0.5 * (low + high)), dtype=np.float64)

    def expansion(self, constant: FloatArray) -> Expansion:
        """Expand the estimator about its value, for variances and biases.

        Args:
            constant: Estimated constants, shape (targets,); where not finite the result is NaN.

        Returns:
            Fitted fractions and how (A, k) move with the observed fractions.
        """
        finite = np.isfinite(constant)
        k = np.where(finite, constant, 0.0)
        x, lost, distance = self.powers(k)
        amplitude = self.amplitude(k)
        hit, miss = self._chances(amplitude, x, lost)
        # Half an event keeps the weight of an arm without one finite; it enters weights only.
        spare = 0.5 / (self.shots + 1)
        weight = self.shots / (np.maximum(hit, spare) * np.maximum(miss, spare))
        tangent = np.stack([x, -amplitude[..., None] * distance * x], axis=-2)
        information = (tangent * weight[..., None, :]) @ np.swapaxes(tangent, -1, -2)
        # Closed form of the 2 x 2 inverse; a singular one gives NaN, not an exception.
        (a, b), d = (information[:, 0, 0], information[:, 0, 1]), information[:, 1, 1]
        determinant = a * d - b * b
        good = finite & (determinant > 1e-13 * a * d)
        scale = np.where(good, 1.0, np.nan) / np.where(good, determinant, 1.0)
        inverse = scale[:, None, None] * np.stack(
            [np.stack([d, -b], axis=-1), np.stack([-b, a], axis=-1)], axis=-2
        )
        curvature = np.zeros((*hit.shape, 2, 2))
        curvature[..., 0, 1] = curvature[..., 1, 0] = -distance * x
        curvature[..., 1, 1] = amplitude[..., None] * distance**2 * x
        moves = inverse @ (tangent * weight[..., None, :])
        return Expansion(fractions=hit, misses=miss, moves=moves, curvature=curvature)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Expansion:
    """The estimator of (A, k) to second order in the observed fractions.

    Attributes:
        fractions: Fitted probability of a hit, shape (targets, arms).
        misses: One minus it, free of cancellation.
        moves: d(A, k) / d(observed fraction), shape (targets, 2, arms).
        curvature: Second derivatives of the fitted fraction by (A, k), shape
            (targets, arms, 2, 2).
    """

    fractions: FloatArray
    misses: FloatArray
    moves: FloatArray
    curvature: FloatArray

    @property
    def sensitivity(self) -> FloatArray:
        """How the constant moves with the fraction of each arm, shape (targets, arms)."""
        return self.moves[:, 1, :]

    def bias(self, variance: FloatArray) -> FloatArray:
        """Give the bias of the constant, to second order.

        For binomial scatter this is the bias of Cox and Snell, J. R. Stat. Soc. B 30, 248 (1968),
        in the form of Paula, J. Stat. Plan. Inference 30, 341 (1992); a larger scatter enters by
        `variance`.

        Args:
            variance: Variance of the observed fraction of each arm, shape (targets, arms).

        Returns:
            Expected excess of the estimated constants, shape (targets,).
        """
        spread = (self.moves * variance[:, None, :]) @ np.swapaxes(self.moves, -1, -2)
        shift = -0.5 * np.einsum("tapq,tpq->ta", self.curvature, spread)
        return np.asarray((self.sensitivity * shift).sum(-1), dtype=np.float64)
