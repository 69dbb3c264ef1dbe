"""What protocols share that check one random Pauli operator in each shot of a whole register.

The value of a Pauli operator is +1 or -1: one hit or miss a shot, whatever the number of
qubits, with mean 2 s - 1. So a figure of a thousand qubits has the statistics of one coin.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt

from qassay.protocols.interface import Bits, DecayLaw, Experiment, Model, Reach
from qassay.randomness import Stream
from qassay.statistics.estimate import Estimate
from qassay.statistics.intervals import binomial_estimate
from qassay.statistics.trials import Trials

NOT_CHECKED: Final = 2  # in the expected bits: this qubit is not part of the operator


def checked_sets(shape: tuple[int, int], stream: Stream) -> npt.NDArray[np.bool_]:
    """Draw sets that hold each qubit with probability 3/4, none of them empty."""
    chosen = stream.child("checked").bits(shape, 2) > 0
    attempt = 0
    while (empty := ~chosen.any(axis=1)).any():
        attempt += 1
        chosen[empty] = stream.child(f"checked again {attempt}").bits(shape, 2)[empty] > 0
    return chosen


def even_errors(
    expected: Bits,
    outcomes: Bits,
    lengths: Sequence[float],
    arms: npt.NDArray[np.intp],
) -> Trials:
    """Count shots with an even number of wrong bits among those that are checked.

    Args:
        expected: Ideal bits, `NOT_CHECKED` at qubits beside the operator, shape (circuits, qubits).
        outcomes: Measured bits, shape (circuits, shots, qubits).
        lengths: Length of each arm.
        arms: Arm of each circuit, shape (circuits,).
    """
    checked = (expected != NOT_CHECKED)[:, None, :]
    wrong = ((outcomes != expected[:, None, :]) & checked).sum(axis=2)
    return Trials(
        lengths=np.array(lengths, dtype=np.float64),
        arms=arms,
        hits=(wrong % 2 == 0).sum(axis=1, dtype=np.int64)[:, None],
        shots=int(outcomes.shape[1]),
    )


class PauliMean:
    """Estimator of the mean of random Pauli operators, one a circuit."""

    version = 1
    model: Model = "probability"
    reach: Reach = "links"
    asymptote = 0.0
    laws: Mapping[str, DecayLaw] = MappingProxyType({})
    quantities: tuple[str, ...] = ()

    def score(
        self, key: Bits, outcomes: Bits, experiment: Experiment, arms: npt.NDArray[np.intp]
    ) -> Mapping[str, Trials]:
        """Count shots with an even number of wrong bits among those that are checked."""
        return {self.quantities[0]: even_errors(key, outcomes, experiment.lengths, arms)}

    def estimate(self, quantity: str, trials: Trials, level: float) -> tuple[Estimate, ...]:
        """Give 2 s - 1 with the Clopper-Pearson interval of s."""
        hits, shots = trials.totals()
        found = []
        for right in hits.sum(axis=0):
            share = binomial_estimate(
                int(right), int(shots.sum()), level=level, circuits=trials.circuits
            )
            value, low, high = (2 * s - 1 for s in (share.value, share.low, share.high))
            found.append(replace(share, value=value, low=low, high=high) if shots.sum() else share)
        return tuple(found)

    def mean(self, quantity: str, trials: Trials, level: float) -> Estimate:
        """Give the one register's value."""
        return self.estimate(quantity, trials, level)[0]
