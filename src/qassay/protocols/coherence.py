"""What the coherence-time protocols share: a contrast that decays, and a random target."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final

import numpy as np
import numpy.typing as npt

from qassay.circuits.family import CircuitFamily, Delay, Element, Pulses
from qassay.circuits.gates import HALF_X, QUARTER
from qassay.circuits.states import one_qubit_states
from qassay.devices.description import Durations
from qassay.protocols.interface import Bits, DecayLaw, Drawn, Experiment, Model, Reach, Target
from qassay.protocols.scoring import all_bits_right, overhead
from qassay.randomness import Stream
from qassay.statistics.averages import mean_rate
from qassay.statistics.decays import fit_decays
from qassay.statistics.estimate import Estimate
from qassay.statistics.shaped_times import shaped_times
from qassay.statistics.target_groups import DecayValue
from qassay.statistics.trials import Trials

SHAPE: Final = (
    "a verdict on one qubit or on every qubit rests on the contrast at the claimed time and at its"
    " limit, whatever the shape of the decay, so long as it does not rise again between them",
    "values are those of exp(-(t / T)^p), 0.4 < p < 3, where there are three delays or more; where"
    " there are two, and of means, medians and shares, they are those of an exponential, and the"
    " interval holds for all of these shapes",
)
_TWO: Final = 2  # delays that say nothing of the shape of a decay


class CoherenceTime:
    """Estimator of T from s(t) = 1/2 + A c(t / T), A unknown and c(1) = 1/e."""

    version = 1
    model: Model = "exponential"
    reach: Reach = "qubits"
    asymptote = 0.5
    quantities: tuple[str, ...] = ()

    @property
    def laws(self) -> Mapping[str, DecayLaw]:
        """The time to 1/e, of contrasts between two random bits."""
        law = DecayLaw(asymptote=self.asymptote, value=DecayValue(meaning="time"))
        return dict.fromkeys(self.quantities, law)

    def score(
        self, key: Bits, outcomes: Bits, experiment: Experiment, arms: npt.NDArray[np.intp]
    ) -> Mapping[str, Trials]:
        """Count expected bits at each qubit."""
        trials = all_bits_right(key, outcomes, experiment.targets, experiment.lengths, arms)
        return {self.quantities[0]: trials}

    def estimate(self, quantity: str, trials: Trials, level: float) -> tuple[Estimate, ...]:
        """Fit the time to 1/e; of two delays as that of an exponential, of more for any shape."""
        if np.unique(trials.arms).size > _TWO:
            return shaped_times(trials, asymptote=self.asymptote, level=level)
        fits = fit_decays(trials, asymptote=self.asymptote, kind="exponential", level=level)
        return fits.estimates(transform=_inverse)

    def mean(self, quantity: str, trials: Trials, level: float) -> Estimate:
        """Average the time constants over targets."""
        fits = fit_decays(trials, asymptote=self.asymptote, kind="exponential", level=level)
        return mean_rate(fits, transform=_inverse)


class Precession(CoherenceTime):
    """A superposition with a random phase, turned by half `halves` times on the way.

    Every half turn stands in the middle of an equal part of the free time, about x or y at random
    for each qubit and circuit, so that errors of half turns do not add up in one direction.
    """

    halves: ClassVar[int] = 0

    def draw(
        self, length: float, count: int, targets: tuple[Target, ...], qubits: int, stream: Stream
    ) -> Drawn:
        """Draw equatorial states, free for `length` seconds in all, turned to a random bit."""
        states = one_qubit_states()
        first = stream.child("first").bits((count, qubits), 2)
        expected = stream.child("expected").bits((count, qubits))
        state = states.equator[first]
        elements: list[Element] = [layer(first + QUARTER[0])]
        if self.halves:
            turns = stream.child("middle").bits((self.halves, count, qubits)) + np.uint8(HALF_X)
            wait = Delay(length / (2 * self.halves))
            for half in turns:
                elements += [wait, layer(half), wait]
                state = states.after[state, half]
        else:
            elements.append(Delay(length))
        elements.append(layer(states.leave[state, expected]))
        return Drawn(circuits=family_of(qubits, count, *elements), key=expected)

    def seconds(self, length: float, durations: Durations) -> float:
        """The half turns and two more pulses, the delay, readout."""
        return overhead(durations) + (self.halves + 2) * durations.one_qubit_gate + length


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
