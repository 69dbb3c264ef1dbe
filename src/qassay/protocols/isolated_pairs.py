"""Isolated pairs: the layers of the two-qubit benchmark with and without working neighbours.

Measures: the process infidelity of one layer (a quarter turn on each qubit, then the
entangler) on the pairs of a matching, all at work, and on groups of them none of which is
coupled to another pair that works at the same time; all other qubits rest. Crosstalk is what a
pair's layer loses more when its whole matching works: 1 - e = (1 - e_simultaneous) / (1 -
e_isolated), so the one-qubit gates drop out.
Design: circuits of the whole matching and of each group, of the same lengths, are arms of one
experiment (`Experiment.working`). Each block holds some of all, in a secret order, so that a
drift meets both halves alike, whatever its period.
Model: P(both bits as expected) = 1/4 + A p^m, e_F = 15/16 (1 - p).
What can fool it: crosstalk from pairs that are far away is in both halves and cancels, unless
each pair is run quite alone, as on an all-to-all machine.
Reference: J. Gambetta et al., PRL 109, 240504 (2012), arXiv:1204.6308 (simultaneous against
individual benchmarking); T. Proctor et al., arXiv:1807.07975.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from qassay.devices.description import Durations
from qassay.protocols.geometric import GeometricDecay
from qassay.protocols.interface import Bits, DecayLaw, Drawn, Experiment, Model, Reach, Target
from qassay.protocols.pair_layers import draw_layers, layers_seconds
from qassay.protocols.quantity import Quantity
from qassay.protocols.scoring import all_bits_right
from qassay.randomness import Stream
from qassay.statistics.target_groups import DecayValue
from qassay.statistics.trials import Trials, stacked


class IsolatedPairs(GeometricDecay):
    """Error of a layer on pairs that have working neighbours, and on pairs that have none."""

    id = "isolated_pairs"
    version = 1
    title = "Two-qubit gates with and without neighbours"
    model: Model = "geometric"
    reach: Reach = "pairs"
    asymptote = 0.25
    quantities = ("isolated_layer_error", "layer_error")
    laws: Mapping[str, DecayLaw] = MappingProxyType(
        dict.fromkeys(
            quantities,
            DecayLaw(asymptote=0.25, value=DecayValue(meaning="infidelity", factor=15 / 16)),
        )
    )  # e_F = (d^2 - 1) / d^2 (1 - p), d = 4
    titles: Mapping[str, str] = MappingProxyType(
        {
            "isolated_layer_error": "error of a layer without working neighbours, as process"
            " infidelity"
        }
    )
    works_in_turns = True  # arms may have groups of their targets at work
    assumptions = (
        "errors do not depend on what was run before (no heating, no leakage)",
        "a pair that is not coupled to another does not disturb it",
    )

    def draw(
        self, length: float, count: int, targets: tuple[Target, ...], qubits: int, stream: Stream
    ) -> Drawn:
        """Draw `length` layers on every pair between a random state and two random bits."""
        return draw_layers(length, count, targets, qubits, stream)

    def score(
        self, key: Bits, outcomes: Bits, experiment: Experiment, arms: npt.NDArray[np.intp]
    ) -> Mapping[str, Trials]:
        """Count shots in which both bits of a pair are as expected.

        Where no arm has all pairs at work, every pair is an isolated one. Groups are counted side
        by side, their circuits in the order of the arms.
        """
        isolated, together = self.quantities
        trials = all_bits_right(key, outcomes, experiment.targets, experiment.lengths, arms)
        if not experiment.working:
            return {isolated: trials}
        rows: dict[tuple[int, ...], list[int]] = {}
        for arm, places in enumerate(experiment.working):
            rows.setdefault(places, []).append(arm)
        whole = rows.pop((), [])
        parts = [trials.of_arms(own).select(places) for places, own in rows.items()]
        columns = [place for places in rows for place in places]
        beside = stacked(parts).select(np.argsort(columns).tolist())
        return {together: trials.of_arms(whole), isolated: beside}

    def seconds(self, length: float, durations: Durations) -> float:
        """The layers, a way in and a way out, then readout."""
        return layers_seconds(length, durations)


QUANTITIES = (
    Quantity(
        metric="crosstalk",
        rate="isolated_layer_error",
        kind="difference",
        studied=True,
        beside="layer_error",
        near_zero=True,
        formerly_from=(("two_qubit_gates", 3),),  # layers in batches of their own
    ),
)
PROTOCOL = IsolatedPairs()
