"""What the three coherence-time protocols share: an exponential decay with a random target."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from qassay.circuits.family import CircuitFamily, Delay, Element, Pulses
from qassay.protocols.interface import Bits, Experiment, Model, Reach
from qassay.protocols.scoring import all_bits_right
from qassay.statistics.averages import mean_rate
from qassay.statistics.decays import fit_decays
from qassay.statistics.estimate import Estimate
from qassay.statistics.trials import Trials


class CoherenceTime:
    """Estimator of a time constant T from s(t) = 1/2 + A exp(-t / T), A unknown."""

    version = 1
    model: Model = "exponential"
    reach: Reach = "qubits"
    asymptote = 0.5
    quantities: tuple[str, ...] = ()

    def score(self, expected: Bits, outcomes: Bits, experiment: Experiment,
              arms: npt.NDArray[np.intp]) -> Mapping[str, Trials]:  # fmt: skip
        """Count expected bits at each qubit."""
        trials = all_bits_right(expected, outcomes, experiment.targets, experiment.lengths, arms)
        return {self.quantities[0]: trials}

    def estimate(self, quantity: str, trials: Trials, level: float) -> tuple[Estimate, ...]:
        """Fit the rate 1 / T by maximum likelihood and turn its interval over."""
        fits = fit_decays(trials, asymptote=self.asymptote, kind="exponential", level=level)
        return fits.estimates(transform=_inverse)

    def mean(self, quantity: str, trials: Trials, level: float) -> Estimate:
        """Average the time constants over targets."""
        fits = fit_decays(trials, asymptote=self.asymptote, kind="exponential", level=level)
        return mean_rate(fits, transform=_inverse)


def _inverse(rate: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    with np.errstate(divide="ignore"):
        return np.asarray(np.divide(1.0, rate), dtype=np.float64)


def layer(codes: npt.NDArray[np.uint8]) -> Pulses:
    """Make a run of one layer from codes of shape (circuits, qubits)."""
    return Pulses(codes[:, None, :])


def family_of(qubits: int, size: int, *elements: Element) -> CircuitFamily:
    """Make a family, leaving out delays of no length."""
    kept = tuple(x for x in elements if not (isinstance(x, Delay) and x.seconds == 0))
    return CircuitFamily(qubits=qubits, size=size, elements=kept)
