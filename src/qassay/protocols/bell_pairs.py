"""Bell pairs: whether two qubits get entangled, told by the CHSH value of their state.

Measures: E = (<XX> + <ZZ>) / 2 of the Bell state that a pair is brought into, preparation and
readout included. With settings X and Z on the one qubit and those halfway between on the other,
the CHSH value is S = 2 sqrt(2) E, whatever the state; so S > 2, which no unentangled state
reaches, is E > 1/sqrt(2), and a shot of one of the two parities is right with probability
(1 + E) / 2, which has to exceed 85.4 %.
Design: all pairs of a matching at once. A quarter turn, a CZ between two more, then one of the two
parities, drawn for each pair and shot; the sense of every reading is flipped at random, so a
machine that always answers the same scores nothing.
Model: none; each shot of a pair is a trial of its own.
What can fool it: a machine that knows the parities beforehand; here they come from a secret seed.
It is no test of Bell's theorem, which would need distant parties.
Reference: J. Clauser et al., PRL 23, 880 (1969) (the inequality); R. Horodecki et al., Phys. Lett.
A 200, 340 (1995) (its largest value by the correlations); the largest connected set of pairs that
violate it is published as BSEQ by Metriq, arXiv:2603.08680.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt

from qassay.circuits.family import CircuitFamily, Pulses
from qassay.circuits.gates import HALF_X, QUARTER
from qassay.devices.description import Durations
from qassay.protocols.interface import (
    ALL_PAIRS,
    Bits,
    DecayLaw,
    Drawn,
    Experiment,
    Model,
    Reach,
    Target,
)
from qassay.protocols.quantity import Quantity
from qassay.protocols.scoring import overhead
from qassay.randomness import Stream
from qassay.statistics.estimate import Estimate
from qassay.statistics.intervals import binomial_estimate
from qassay.statistics.trials import Trials

CORRELATION: Final = "bell_correlation"
VIOLATED_ABOVE: Final = (1 + 1 / math.sqrt(2)) / 2  # share of right parities
_, _PLUS_Y, _, _MINUS_Y = QUARTER


class BellPairs:
    """Correlation of a Bell state on every pair of a matching."""

    id = "bell_pairs"
    version = 1
    title = "Bell pairs"
    model: Model = "probability"
    reach: Reach = "pairs"
    asymptote = 0.0
    laws: Mapping[str, DecayLaw] = MappingProxyType({})
    quantities = (CORRELATION,)
    titles: Mapping[str, str] = MappingProxyType(
        {CORRELATION: "mean of the correlations XX and ZZ of a Bell state"}
    )
    assumptions = (
        ALL_PAIRS,
        "preparation, readout and the last pulses count as errors of the state",
    )

    def draw(
        self, length: float, count: int, targets: tuple[Target, ...], qubits: int, stream: Stream
    ) -> Drawn:
        """Draw circuits that entangle every pair and read one of two parities of each."""
        pairs = tuple((t[0], t[1]) for t in targets)
        first, second = np.array(pairs, dtype=np.intp).T
        opening = np.zeros((count, 1, qubits), dtype=np.uint8)
        opening[:, 0, first], opening[:, 0, second] = _PLUS_Y, _MINUS_Y
        closing = np.zeros((count, 2, qubits), dtype=np.uint8)
        closing[:, 0, second] = _PLUS_Y
        across = stream.child("kind").bits((count, len(pairs))).astype(bool)
        expected = np.zeros((count, qubits), dtype=np.uint8)
        for name, side in (("first", first), ("second", second)):
            flips = stream.child(name).bits((count, len(pairs)))
            along_x = np.where(flips, _PLUS_Y, _MINUS_Y)  # a turn by -y brings +x to +z
            closing[:, 1, side] = np.where(across, along_x, flips * np.uint8(HALF_X))
            expected[:, side] = flips
        family = CircuitFamily(
            qubits=qubits, size=count, elements=(Pulses(opening, pairs), Pulses(closing))
        )
        return Drawn(circuits=family, key=expected)

    def score(
        self, key: Bits, outcomes: Bits, experiment: Experiment, arms: npt.NDArray[np.intp]
    ) -> Mapping[str, Trials]:
        """Count the shots in which the two bits of a pair are both right or both wrong."""
        wrong = outcomes != key[:, None, :]
        first, second = np.array(experiment.targets, dtype=np.intp).T
        right = wrong[:, :, first] == wrong[:, :, second]
        trials = Trials(
            lengths=np.array(experiment.lengths, dtype=np.float64),
            arms=arms,
            hits=right.sum(axis=1, dtype=np.int64),
            shots=int(outcomes.shape[1]),
        )
        return {CORRELATION: trials}

    def estimate(self, quantity: str, trials: Trials, level: float) -> tuple[Estimate, ...]:
        """Give 2 s - 1 of each pair with the Clopper-Pearson interval of s."""
        hits, shots = trials.totals()
        return tuple(_mean(int(n), int(shots.sum()), trials, level) for n in hits.sum(axis=0))

    def mean(self, quantity: str, trials: Trials, level: float) -> Estimate:
        """Average over the pairs; pairs of one shot are taken as apart."""
        hits, shots = trials.totals()
        return _mean(int(hits.sum()), int(shots.sum()) * trials.targets, trials, level)

    def seconds(self, length: float, durations: Durations) -> float:
        """Three pulses and one entangler, then readout."""
        return overhead(durations) + 3 * durations.one_qubit_gate + durations.two_qubit_gate


def _mean(hits: int, shots: int, trials: Trials, level: float) -> Estimate:
    share = binomial_estimate(hits, shots, level=level, circuits=trials.circuits)
    if not shots:
        return share
    value, low, high = (2 * s - 1 for s in (share.value, share.low, share.high))
    return replace(share, value=value, low=low, high=high)


QUANTITIES = (
    Quantity(metric="coupled_pairs", rate=CORRELATION, kind="count", counts="pairs"),
    Quantity(metric="connected_qubits", rate=CORRELATION, kind="count", counts="connected"),
)
PROTOCOL = BellPairs()
