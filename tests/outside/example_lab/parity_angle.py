"""Parity angle: how far the parity of a register has turned away from what was prepared.

Measures: theta = arccos(2 s - 1) in radians, with s the probability that the parity of a register
of random bits is read as it was prepared: 0 of a perfect machine, pi / 2 of one that tells nothing,
more of one that lies.
Design: each circuit prepares a random string and reads it; the key is the parity of its bits alone.
Model: none; s is a mean over strings.
What can fool it: a machine that remembers which strings it was asked; they come from a secret seed.
Reference: an example of a protocol in another package, in a unit that nobody else uses (2026).
"""

from __future__ import annotations

import math
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from qassay.circuits.family import CircuitFamily, Pulses
from qassay.circuits.gates import HALF_X
from qassay.claims.metric import Metric
from qassay.protocols.interface import Drawn
from qassay.protocols.quantity import Quantity
from qassay.protocols.reach import register_of
from qassay.protocols.scoring import overhead
from qassay.statistics.intervals import binomial_estimate
from qassay.statistics.trials import Trials


class ParityAngle:
    """The parity of a register, told as an angle."""

    id = "parity_angle"
    version = 1
    title = "Parity angle"
    model = "probability"
    asymptote = 0.5
    laws = MappingProxyType({})
    quantities = ("parity_angle",)
    reach = "links"
    assumptions = ("nothing is assumed of the errors",)

    def draw(self, length, count, targets, qubits, stream):
        """Draw strings; the key is one parity a circuit, shape (count, 1)."""
        register = list(register_of(targets))
        bits = stream.child("string").bits((count, len(register)))
        codes = np.zeros((count, 1, qubits), dtype=np.uint8)
        codes[:, 0, register] = bits * np.uint8(HALF_X)
        family = CircuitFamily(qubits=qubits, size=count, elements=(Pulses(codes),))
        return Drawn(circuits=family, key=bits.sum(axis=1, keepdims=True).astype(np.uint8) % 2)

    def score(self, key, outcomes, experiment, arms):
        """Count the shots with the parity that was prepared."""
        register = list(register_of(experiment.targets))
        found = outcomes[:, :, register].sum(axis=2) % 2
        hits = (found == key).sum(axis=1, dtype=np.int64)[:, None]
        lengths = np.array(experiment.lengths, dtype=np.float64)
        trials = Trials(lengths=lengths, arms=arms, hits=hits, shots=int(outcomes.shape[1]))
        return {"parity_angle": trials}

    def estimate(self, quantity, trials, level):
        """Give the angle of each target with the interval of its share of hits."""
        hits, shots = trials.totals()
        made = []
        for right in hits.sum(axis=0):
            share = binomial_estimate(
                int(right), int(shots.sum()), level=level, circuits=trials.circuits
            )
            if shots.sum():
                value, high, low = (
                    math.acos(min(max(2 * s - 1, -1.0), 1.0))
                    for s in (share.value, share.low, share.high)
                )
                share = replace(share, value=value, low=low, high=high)
            made.append(share)
        return tuple(made)

    def mean(self, quantity, trials, level):
        """Give the one register's angle."""
        return self.estimate(quantity, trials, level)[0]

    def seconds(self, length, durations):
        """One pulse, then readout."""
        return overhead(durations) + durations.one_qubit_gate


PROTOCOL = ParityAngle()
QUANTITIES = (
    Quantity(
        metric="parity_angle",
        rate="parity_angle",
        kind="register",
        share=lambda angle: (1 + math.cos(min(angle, math.pi))) / 2,
    ),
)
METRICS = (
    Metric(
        id="parity_angle",
        title="Parity angle",
        plain="How far the answer to the simplest yes-or-no question has turned away.",
        dimension="angle",
        better="lower",
        target="register",
        definition="arccos(2 s - 1), with s the probability that the parity of a register of random"
        " bits is read as it was prepared.",
        reference="an example in another package; the unit is nobody else's (doi:none)",
        protocol="parity_angle",
        natural_delta=0.25,
        most=math.pi,
    ),
)


def _play(settings, number, metrics):
    """Load the hidden machines late: they reach far upstairs."""
    from example_lab.parity_world import play_parities

    return play_parities(settings, number, metrics)


WORLDS = {"parity_angle": _play}
