"""Exact support of a mean over targets, whatever they are and however they depend.

Each target has gamblers against "its rate is at least b" for a ladder of borders b. A target
whose true rate lies between two borders has a fair game against the lower one; the average over
targets of what these games own is an e-process under any dependence. Nobody knows which games
they are; but the least average over all choices with which the mean misses the limit is at most
the one of the true choice, if it does, and therefore an e-process. Let W_ic be what target i
owns if it is of class c, and g_c a number whose mean over the targets is at most 0 wherever the
limit is missed. Then every mu >= 0 bounds the least average from below (Lagrange):

    E = max over mu of (1/n) sum_i min_c (W_ic + mu g_c).

It takes few shots where a machine is several times better than claimed, where estimates are
vague for lack of misses; close to the claim it says nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.special import logsumexp

from qassay.statistics.sequential import Floats, Ints
from qassay.statistics.sequential_rates import (
    PRIOR,
    Steps,
    TwoLengths,
    circuit_stakes,
    log_factors,
    log_gains,
    predicted_short,
)

# Borders over the limit; what the gamblers against each believe, over the border and the limit.
BORDERS: Final = (0.25, 0.4, 0.6, 0.8, 1.0, 1.25, 1.6, 2.2, 3.2, 5.0, 8.0, 14.0)
_OF_BORDER: Final = (0.64, 0.3, 0.05)
_OF_LIMIT: Final = (0.25, 0.03)
_STAKES: Final = (0.3, 0.25, 0.2, 0.1, 0.15)
_NEAREST: Final = 0.8  # of a border: no belief comes closer to it
_MULTIPLIERS: Final = np.geomspace(0.05, 3e4, 48)
_ENOUGH: Final = 14.0  # nats beyond which a wealth is cut


def border_evidence(
    steps: Steps, lengths: TwoLengths, borders: Sequence[float], limit: float
) -> Floats:
    """Bet against "the rate is at least b" for several borders, target by target.

    Args:
        steps: From `steps_of`.
        lengths: The design.
        borders: Rates.
        limit: Rate to which some of the beliefs are tied.

    Returns:
        Log e-values now, shape (borders, targets).
    """
    points, where = np.unique(predicted_short(steps, lengths.asymptote, PRIOR), return_inverse=True)
    where = where.reshape(steps.hits[:, 0].shape)
    missed = steps.shots - steps.hits
    counts = np.stack(
        np.broadcast_arrays(steps.hits[:, 0], missed[:, 0], steps.hits[:, 1], missed[:, 1])
    )
    found = []
    tally = _tally(counts, where, points.size) if steps.each == 1 else None
    stakes = circuit_stakes(steps) if tally is None else None
    for border in borders:
        beliefs = [x * border for x in _OF_BORDER] + [x * limit for x in _OF_LIMIT]
        paths = []
        for belief in beliefs:
            factors = log_factors(
                points,
                lengths.retention(min(belief, _NEAREST * border)),
                lengths.retention(border),
                lengths,
            )
            if tally is not None:
                paths.append(factors.ravel() @ tally)
            elif stakes is not None:
                shares = counts / steps.each
                paths.append(log_gains(factors[:, where], shares, stakes).sum(axis=0))
        found.append(logsumexp(np.array(paths) + np.log(_STAKES)[:, None], axis=0))
    return np.array(found)


def _tally(counts: Ints, where: npt.NDArray[np.intp], points: int) -> Floats:
    """Count each target's outcomes by their kind and by what was predicted at the time.

    Returns:
        Shape (4 x points, targets).
    """
    targets = counts.shape[2]
    kinds = np.arange(4)[:, None, None] * points
    cells = ((kinds + where) * targets + np.arange(targets)).ravel()
    made = np.bincount(cells, weights=counts.ravel(), minlength=4 * points * targets)
    return made.reshape(4 * points, targets).astype(np.float64)


def least_average(log_e: Floats, excess: Sequence[float], *, lost: bool) -> float:
    """Give the least log average wealth over all classes of the targets that miss the limit.

    Args:
        log_e: Of each class against being in it, the classes from small rates to large ones;
            shape (classes, targets). That of the first is 0 where nothing speaks against it.
        excess: g_c of each class, all but the last where `lost`.
        lost: Whether a target of the last class may make up for all others, as a rate without
            an upper bound does in a mean; then the others' wealth is left out.
    """
    wealth = np.exp(np.minimum(log_e, _ENOUGH))
    within = wealth[:-1] if lost else wealth
    most = 0.0
    for multiplier in _MULTIPLIERS:
        bound = within + multiplier * np.array(excess)[:, None]
        most = max(most, float(bound.min(axis=0).mean()))
    if lost:
        most = min(most, float(wealth[-1].min()) / wealth.shape[1])
    return float(np.log(most)) if most > 0 else -np.inf
