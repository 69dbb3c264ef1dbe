"""Two-qubit gates: simultaneous direct randomized benchmarking of a layer of pairs.

Measures: the process infidelity of one layer (a quarter turn on each qubit, then the
entangler) on each of many disjoint pairs that work at the same time. The gate alone follows
when the one-qubit errors, measured on the same sheet, are taken off.
Design: on every pair a uniformly random one of the 60 two-qubit stabilizer states, m layers
of quarter turns with random phases and CZ, then the shortest way (one CZ in two cases of
five) to a random computational state. The uniform start is stationary under the layers, so
the three classes of Pauli errors (first qubit, second, both) carry their final weights 3/15,
3/15, 9/15 from the first layer on: there is no transient, and to first order each layer
loses the infidelity averaged over the 60 states, a 2-design.
Model: P(both bits as expected) = 1/4 + A p^m, e_F = 15/16 (1 - p); 1/4 is exact since the
two expected bits are random.
What can fool it: leakage bends the decay; errors that couple different pairs are seen only
as errors inside each pair.
Reference: T. Proctor et al., PRL 123, 030503 (2019), arXiv:1807.07975; D. McKay et al.,
arXiv:2311.05933 (simultaneous layers).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from qassay.circuits.family import CircuitFamily, Pulses
from qassay.circuits.gates import QUARTER
from qassay.circuits.states import two_qubit_states
from qassay.devices.description import Durations
from qassay.protocols.interface import Bits, Drawn, Experiment, Model, Target
from qassay.protocols.scoring import all_bits_right, overhead
from qassay.randomness import Stream
from qassay.statistics.averages import mean_rate
from qassay.statistics.decays import fit_decays
from qassay.statistics.estimate import Estimate
from qassay.statistics.trials import Trials

Codes = npt.NDArray[np.uint8]


class TwoQubitGates:
    """Error of a layer with one entangler on every pair of a matching, all pairs at once."""

    id = "two_qubit_gates"
    version = 1
    title = "Two-qubit gates"
    model: Model = "geometric"
    asymptote = 0.25
    quantities = ("layer_error",)
    infidelity_per_rate = 15.0 / 16.0  # e_F = (d^2 - 1) / d^2 (1 - p), d = 4
    assumptions = (
        "errors do not depend on what was run before (no heating, no leakage)",
        "all pairs of a matching work at the same time",
    )

    def draw(
        self, length: float, count: int, targets: tuple[Target, ...], qubits: int, stream: Stream
    ) -> Drawn:
        """Draw `length` layers on every pair between a random state and two random bits."""
        states, depth = two_qubit_states(), round(length)
        first, second = np.array(targets, dtype=np.intp).T
        pairs = tuple((int(a), int(b)) for a, b in targets)
        state = stream.child("start").below(60, (count, len(pairs)))
        bits = stream.child("expected").bits((count, len(pairs)), 2)
        phases = stream.child("layers").bits((count, depth, len(pairs), 2), 2)
        enter = states.enter[state]
        after = states.after.reshape(60 * 16)
        for step in range(depth):
            state = after[state * np.intp(16) + phases[:, step, :, 0] * 4 + phases[:, step, :, 1]]
        leave = states.leave[state, bits]
        layers = np.zeros((count, depth, qubits), dtype=np.uint8)
        layers[:, :, first] = phases[..., 0] + QUARTER[0]
        layers[:, :, second] = phases[..., 1] + QUARTER[0]
        elements = (
            *_way(enter, pairs, qubits),
            Pulses(layers, pairs),
            *_way(leave, pairs, qubits),
        )
        expected = np.zeros((count, qubits), dtype=np.uint8)
        expected[:, first], expected[:, second] = bits >> 1, bits & 1
        family = CircuitFamily(qubits=qubits, size=count, elements=elements)
        return Drawn(family=family, expected=expected)

    def score(self, expected: Bits, outcomes: Bits, experiment: Experiment,
              arms: npt.NDArray[np.intp]) -> Mapping[str, Trials]:  # fmt: skip
        """Count shots in which both bits of a pair are as expected."""
        trials = all_bits_right(expected, outcomes, experiment.targets, experiment.lengths, arms)
        return {"layer_error": trials}

    def estimate(self, quantity: str, trials: Trials, level: float) -> tuple[Estimate, ...]:
        """Fit the decay; give the layer's process infidelity e_F = 15/16 (1 - p)."""
        fits = fit_decays(
            trials.two_arms(), asymptote=self.asymptote, kind="geometric", level=level
        )
        return fits.estimates(transform=lambda rate: rate * self.infidelity_per_rate)

    def mean(self, quantity: str, trials: Trials, level: float) -> Estimate:
        """Average over targets without the bias of averaging fits."""
        fits = fit_decays(
            trials.two_arms(), asymptote=self.asymptote, kind="geometric", level=level
        )
        return mean_rate(fits, transform=lambda rate: rate * self.infidelity_per_rate)

    def seconds(self, length: float, durations: Durations) -> float:
        """The layers, a way in and a way out (two layers and a pulse each), then readout."""
        layer = durations.one_qubit_gate + durations.two_qubit_gate
        return overhead(durations) + (length + 2) * layer + 2 * durations.one_qubit_gate


def _way(way: Codes, pairs: tuple[tuple[int, int], ...], qubits: int) -> tuple[Pulses, Pulses]:
    """Spread codes (circuits, pairs, 5) over the register: pulses, CZ where needed, pulses."""
    first, second = np.array(pairs, dtype=np.intp).T
    before = np.zeros((way.shape[0], 1, qubits), dtype=np.uint8)
    behind = np.zeros_like(before)
    before[:, 0, first], before[:, 0, second] = way[..., 0], way[..., 1]
    behind[:, 0, first], behind[:, 0, second] = way[..., 3], way[..., 4]
    return Pulses(before, pairs, way[..., 2].astype(bool)), Pulses(behind)
