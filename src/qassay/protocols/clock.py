"""Timed jobs: circuits whose seconds matter and whose counts do not.

Measures: nothing by itself. Two jobs that differ in one kind of operation alone differ in seconds
by its time (`qassay.verdicts.operations`).
Design: one circuit, repeated, of quarter turns about random axes: on single qubits (`clock`) or on
pairs with an entangler behind each turn (`clock_pairs`); everybody else rests. Seconds of jobs that
differ in nothing else are compared, and both are run in every cycle. `clock_layers` are different
random circuits on many pairs at once, as a user's are.
What can fool it: software that merges turns before it runs them, and a machine that states other
seconds than it took. Merging makes a time too short, never too long.
Reference: CLOPS: Wack et al., arXiv:2110.14108.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from qassay.circuits.family import CircuitFamily, Pulses
from qassay.circuits.gates import QUARTER
from qassay.devices.description import Durations
from qassay.protocols.interface import Bits, DecayLaw, Drawn, Experiment, Model, Reach, Target
from qassay.protocols.scoring import overhead
from qassay.randomness import Stream
from qassay.statistics.estimate import Estimate
from qassay.statistics.trials import Trials


class Clock:
    """Turns on single qubits."""

    id = "clock"
    version = 1
    title = "Timed turns"
    model: Model = "probability"
    reach: Reach = "qubits"
    asymptote = 0.0
    laws: Mapping[str, DecayLaw] = MappingProxyType({})
    quantities = ("seconds",)
    assumptions = ("circuits are run as they are written, and no turns are merged",)
    repeated = True
    meeting = False

    def draw(
        self, length: float, count: int, targets: tuple[Target, ...], qubits: int, stream: Stream
    ) -> Drawn:
        """Draw `length` layers of random quarter turns on the targets, once for all executions."""
        size, depth = 1 if self.repeated else count, round(length)
        driven = [qubit for target in targets for qubit in target]
        codes = np.zeros((size, depth, qubits), dtype=np.uint8)
        codes[:, :, driven] = stream.bits((size, depth, len(driven)), 2) + np.uint8(QUARTER[0])
        pairs = tuple((t[0], t[1]) for t in targets) if self.meeting else ()
        family = CircuitFamily(qubits=qubits, size=size, elements=(Pulses(codes, pairs),))
        return Drawn(circuits=family, key=np.zeros((count, 1), dtype=np.uint8))

    def score(
        self, key: Bits, outcomes: Bits, experiment: Experiment, arms: npt.NDArray[np.intp]
    ) -> Mapping[str, Trials]:
        """Count nothing."""
        return {}

    def estimate(self, quantity: str, trials: Trials, level: float) -> tuple[Estimate, ...]:
        """Estimate nothing from hits."""
        return ()

    def mean(self, quantity: str, trials: Trials, level: float) -> Estimate:
        """Estimate nothing from hits."""
        raise NotImplementedError("seconds are no hits")

    def seconds(self, length: float, durations: Durations) -> float:
        """The layers, then readout."""
        meeting = durations.two_qubit_gate if self.meeting else 0.0
        return overhead(durations) + length * (durations.one_qubit_gate + meeting)


class ClockPairs(Clock):
    """Turns and entanglers on pairs."""

    id = "clock_pairs"
    title = "Timed entanglers"
    reach: Reach = "pairs"
    meeting = True


class ClockLayers(ClockPairs):
    """Different random circuits on many pairs at once."""

    id = "clock_layers"
    title = "Timed layers"
    repeated = False


TIMED_PROTOCOLS = (Clock(), ClockPairs(), ClockLayers())
