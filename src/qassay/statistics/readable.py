"""Whether the bits of a target are read at all: a bet against a coin, which may be looked at often.

Expected bits are drawn at random, so a machine that answers without looking reads all of a target's
right with a known chance. A gambler who stakes the same part of what he owns on each circuit owns a
martingale if that is the chance, whatever the shots of one circuit have to do with one another; by
Ville's inequality he ever owns 1 / error with a probability of error at most.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import numpy.typing as npt

from qassay.statistics.trials import Trials

_LIKELY: Final = 0.6  # share that he bets on


def log_e_read(trials: Trials, chance: float) -> npt.NDArray[np.float64]:
    """Give the log e-value against "read as by a coin" of each target, shape (targets,).

    Args:
        trials: Circuits whose expected bits are random; a hit is a shot with all of them right.
        chance: Of a hit, by a coin.
    """
    stake = (_LIKELY / chance - 1) / (1 - chance)
    shares = trials.hits / trials.shots
    return np.asarray(np.log1p(stake * (shares - chance)).sum(axis=0))


def surely_read(trials: Trials, chance: float, error: float) -> bool:
    """Whether all targets are read better than by a coin, each but for a probability of error."""
    return bool((log_e_read(trials, chance) >= -math.log(error)).all())
