"""Shares of hits, and of wrong bits: the mean over a shot's, and what an error is in it."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from qassay.statistics.estimate import Estimate
from qassay.statistics.intervals import binomial_estimate
from qassay.statistics.trials import Trials

DIRECTIONS: Final = ("readout_error_0", "readout_error_1")


def wrong_shares(trials: Trials) -> npt.NDArray[np.float64]:
    """Give the share of bits that are counted as wrong in each circuit, shape (circuits,)."""
    return np.asarray(trials.hits.sum(axis=1) / (trials.shots * max(trials.targets, 1)))


def share_of(quantity: str, error: float) -> float:
    """Give the mean share of wrong bits at an error: of one direction, half of it."""
    return error / 2 if quantity in DIRECTIONS else error


class ShareOfHits:
    """Estimator of the share of a register's shots that hit."""

    def estimate(self, quantity: str, trials: Trials, level: float) -> tuple[Estimate, ...]:
        """Give the share with its Clopper-Pearson interval."""
        hits, shots = trials.totals()
        return tuple(
            binomial_estimate(int(n), int(shots.sum()), level=level, circuits=trials.circuits)
            for n in hits.sum(axis=0)
        )

    def mean(self, quantity: str, trials: Trials, level: float) -> Estimate:
        """Give the one register's value."""
        return self.estimate(quantity, trials, level)[0]
