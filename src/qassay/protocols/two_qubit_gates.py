"""Two-qubit gates: simultaneous direct randomized benchmarking of a layer of pairs.

Measures: the process infidelity of one layer (a quarter turn on each qubit, then the
entangler) on each of many disjoint pairs that work at the same time; and the average gate
infidelity of the entangler alone, by layers beside a reference without it. Where a claim
speaks of whole layers (layer fidelity), the qubits without a partner turn and wait in the same
shots, and their error of a layer is measured too.
Design: on every pair a uniformly random one of the 60 two-qubit stabilizer states, m layers
of quarter turns with random phases and CZ, then the shortest way (one CZ in two cases of
five) to a random computational state. The uniform start is stationary under the layers, so
the three classes of Pauli errors (first qubit, second, both) carry their final weights 3/15,
3/15, 9/15 from the first layer on: there is no transient, and to first order each layer
loses the infidelity averaged over the 60 states, a 2-design.
The reference has the same length, states, turns and way out, and no entangler in its layers;
where a mean is claimed, further circuits have it in a part of their layers. The plan's secret order
mixes all kinds circuit by circuit. The 36 product and 24 entangled states weigh the
three classes as the layer's own decay does, so A is the same in both.
Model: P(both bits as expected) = 1/4 + A p^m, e_F = 15/16 (1 - p); 1/4 is exact since the
two expected bits are random. Without a partner: 1/2 + A p^m, e_F = 3/4 (1 - p). Of the
entangler: (s_layers - 1/4) / (s_reference - 1/4) = p^m, r = 3/4 (1 - p), on the assumption that
fidelities multiply; preparation, readout and turns are in both and drop out, however they move
from shot to shot. Without the entangler the classes do not mix, so the reference decays by
0.047 (s m)^2 less than exp(-s m) for turns that take s a layer on qubits alike, by up to
0.125 (s m)^2 where one of them is bad: r would look larger by that much. What qubits alike take
is taken off, with the decay of the reference itself, readout included, for s m.
What can fool it: leakage bends the decay; errors that couple different pairs are seen only
as errors inside each pair; coherent errors of turns and entangler that add in amplitude count
as the entangler's, as does decay while it lasts.
Reference: T. Proctor et al., PRL 123, 030503 (2019), arXiv:1807.07975; D. McKay et al.,
arXiv:2311.05933 (simultaneous layers).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from qassay.devices.description import Durations
from qassay.protocols.geometric import GeometricDecay
from qassay.protocols.interface import (
    ALL_PAIRS,
    Bits,
    DecayLaw,
    Drawn,
    Experiment,
    Model,
    Reach,
    Target,
    arms_of,
)
from qassay.protocols.pair_layers import draw_layers, layers_seconds
from qassay.protocols.quantity import Quantity, Repeats
from qassay.protocols.reach import IDLE_ERROR, measured_targets
from qassay.protocols.scoring import all_bits_right
from qassay.randomness import Stream
from qassay.statistics.averages import mean_rate
from qassay.statistics.estimate import Estimate
from qassay.statistics.reference_bend import HiddenDecay, hidden_decay
from qassay.statistics.target_groups import DecayValue
from qassay.statistics.trials import Trials


class TwoQubitGates(GeometricDecay):
    """Error of a layer with one entangler on every pair of a matching, all pairs at once."""

    id = "two_qubit_gates"
    version = 1
    title = "Two-qubit gates"
    model: Model = "geometric"
    reach: Reach = "layer"
    asymptote = 0.25
    gate_quantity = "two_qubit_gate_error"
    quantities = ("layer_error", IDLE_ERROR, gate_quantity)
    laws: Mapping[str, DecayLaw] = MappingProxyType(
        {  # e_F = (d^2 - 1) / d^2 (1 - p), d = 4 and 2; of the gate r = (d - 1) / d (1 - p)
            "layer_error": DecayLaw(
                asymptote=0.25, value=DecayValue(meaning="infidelity", factor=15 / 16)
            ),
            IDLE_ERROR: DecayLaw(
                asymptote=0.5, value=DecayValue(meaning="infidelity", factor=3 / 4)
            ),
            gate_quantity: DecayLaw(
                asymptote=0.25, value=DecayValue(meaning="infidelity", factor=3 / 4)
            ),
        }
    )
    titles: Mapping[str, str] = MappingProxyType(
        {
            "layer_error": "error of a layer (one-qubit gates and entangler), as process"
            " infidelity",
            IDLE_ERROR: "error of a layer on a qubit without a partner (one-qubit gate and"
            " waiting), as process infidelity",
        }
    )
    assumptions = (
        "errors do not depend on what was run before (no heating, no leakage)",
        ALL_PAIRS,
    )

    def draw(
        self, length: float, count: int, targets: tuple[Target, ...], qubits: int, stream: Stream
    ) -> Drawn:
        """Draw `length` layers on every pair between a random state and two random bits."""
        return draw_layers(length, count, targets, qubits, stream)

    def draw_partly(
        self,
        length: float,
        entanglers: float,
        count: int,
        targets: tuple[Target, ...],
        qubits: int,
        stream: Stream,
    ) -> Drawn:
        """Draw the same with entanglers in the first layers only; with none, the reference."""
        return draw_layers(length, count, targets, qubits, stream, entanglers=entanglers)

    def score(
        self, key: Bits, outcomes: Bits, experiment: Experiment, arms: npt.NDArray[np.intp]
    ) -> Mapping[str, Trials]:
        """Count shots in which both bits of a pair are as expected, or the one of a lone qubit."""
        found = {}
        for quantity in self.quantities:
            targets = measured_targets(self.reach, quantity, experiment.targets)
            own = arms_of(experiment, gate=quantity == self.gate_quantity)
            if targets and own:
                trials = all_bits_right(key, outcomes, targets, experiment.lengths, arms)
                found[quantity] = trials.of_arms(own)
        return found

    def estimate(self, quantity: str, trials: Trials, level: float) -> tuple[Estimate, ...]:
        """Fit the decay; of a layer e_F = 15/16 (1 - p), of the entangler r = 3/4 (1 - p)."""
        fits, factor = self.fits(quantity, trials, level)
        found = fits.estimates(transform=lambda rate: rate * factor)
        if quantity != self.gate_quantity:
            return found
        return hidden_decay(fits.trials, self.asymptote).off(found, factor)

    def mean(self, quantity: str, trials: Trials, level: float) -> Estimate:
        """Average over targets without the bias of averaging fits."""
        found, hidden = self.mean_and_hidden(quantity, trials, level)
        return found if hidden is None else hidden.off_mean(found, self.laws[quantity].value.factor)

    def mean_and_hidden(
        self, quantity: str, trials: Trials, level: float
    ) -> tuple[Estimate, HiddenDecay | None]:
        """Average, and say what a reference hides of it, which is not taken off yet."""
        fits, factor = self.fits(quantity, trials, level)
        found = mean_rate(fits, transform=lambda rate: rate * factor)
        gate = quantity == self.gate_quantity
        return found, hidden_decay(fits.trials, self.asymptote) if gate else None

    def seconds(self, length: float, durations: Durations) -> float:
        """The layers, a way in and a way out, then readout."""
        return layers_seconds(length, durations)

    def seconds_partly(self, length: float, entanglers: float, durations: Durations) -> float:
        """The same, the other layers with turns alone."""
        others = (length - entanglers) * durations.one_qubit_gate
        return layers_seconds(entanglers, durations) + others


QUANTITIES = (
    Quantity(
        metric="two_qubit_gate_error",
        rate=TwoQubitGates.gate_quantity,
        kind="decay",
        studied=True,
        alone=True,
        repeats=Repeats(),
        tells="entangler",
        formerly_from=(("one_qubit_gates", 2),),  # one-qubit gates, taken off layers
    ),
    Quantity(metric="layer_fidelity", rate="layer_error", kind="layered", studied=True),
    Quantity(metric="eplg", rate="layer_error", kind="layered", studied=True),
)
PROTOCOL = TwoQubitGates()
