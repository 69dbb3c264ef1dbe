"""Shares of wrong bits: the mean over the bits of a shot, and what an error amounts to in it."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from qassay.statistics.trials import Trials

DIRECTIONS: Final = ("readout_error_0", "readout_error_1")


def wrong_shares(trials: Trials) -> npt.NDArray[np.float64]:
    """Give the share of bits that are counted as wrong in each circuit, shape (circuits,)."""
    return np.asarray(trials.hits.sum(axis=1) / (trials.shots * max(trials.targets, 1)))


def share_of(quantity: str, error: float) -> float:
    """Give the mean share of wrong bits at an error: of one direction, half of it."""
    return error / 2 if quantity in DIRECTIONS else error
