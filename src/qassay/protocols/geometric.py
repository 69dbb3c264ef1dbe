"""What protocols of layers share: a decay per layer, after the law of each quantity."""

from __future__ import annotations

from collections.abc import Mapping

from qassay.protocols.interface import DecayLaw
from qassay.statistics.averages import mean_rate
from qassay.statistics.decays import DecayFit, fit_decays
from qassay.statistics.estimate import Estimate
from qassay.statistics.trials import Trials


class GeometricDecay:
    """Estimator of an error a layer: c (1 - p), p of s(m) = asymptote + A p^m, c of the law."""

    laws: Mapping[str, DecayLaw]

    def estimate(self, quantity: str, trials: Trials, level: float) -> tuple[Estimate, ...]:
        """Fit the decay of each target; give the error of a layer by the quantity's law."""
        fits, factor = self.fits(quantity, trials, level)
        return fits.estimates(transform=lambda rate: rate * factor)

    def mean(self, quantity: str, trials: Trials, level: float) -> Estimate:
        """Average over targets without the bias of averaging fits."""
        fits, factor = self.fits(quantity, trials, level)
        return mean_rate(fits, transform=lambda rate: rate * factor)

    def fits(self, quantity: str, trials: Trials, level: float) -> tuple[DecayFit, float]:
        """Fit the decays, and give the factor from a decay to the quantity."""
        law = self.laws[quantity]
        fits = fit_decays(
            trials.without_sentinels(), asymptote=law.asymptote, kind="geometric", level=level
        )
        return fits, law.value.factor
