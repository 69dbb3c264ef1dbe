"""How many circuits a mean over decays is expected to take.

Two things take circuits: to tell the mean from its limit, which many targets share, and to clear
every single target of having lost its signal, which they do not. The second is the least relative
entropy from a good target to one so bad that it alone would spoil the mean.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from qassay.protocols.interface import Experiment, arms_of
from qassay.protocols.known import estimator_of
from qassay.statistics.sample_size import mean_crossing, relative_entropy, share_straight
from qassay.statistics.sequential import RUNGS, Floats
from qassay.statistics.sequential_rates import MISREAD

_TANGENT: Final = (
    1.6,
    30.0,
)  # circuits of a refutation by tangents: times those of a likelihood, more
_WORST: Final = np.geomspace(1.0, 1e4, 60)
_AMPLITUDES: Final = np.linspace(0.02, 1.0, 50)


def mean_circuits(
    x: Experiment,
    rate: float,
    error: float,
    tolerance: float,
    targets: int,
    alpha: float,
    *,
    gate: bool,
    spam: float,
    timed: bool = False,
) -> float:
    """Foretell a mean over alike targets.

    Args:
        x: The experiment.
        rate: Decay at the claim, a unit of length.
        error: Of the machine, over the claimed one.
        tolerance: Of the claim.
        targets: Over which the mean runs.
        alpha: The smaller error probability.
        gate: Whether it is of entanglers beside their reference.
        spam: How often the short arm goes wrong.
        timed: Whether the mean is of times: then the two sides change places, and a target
            without any decay is what has to be excluded.

    Returns:
        Circuits of the experiment; infinite inside the zone.
    """
    step, value = math.log1p(tolerance), math.log(error)
    good = value <= 1e-12
    gap = step - value if good else value
    if 1e-12 < value < step - 1e-9:
        return math.inf
    spans, shares, base = _arms(x, gate=gate)
    start = 1 - spam
    variance = _variance(spans * rate * error, shares, start, base) / targets
    bets = step * np.array(RUNGS)
    means, spreads = bets * (gap - bets / 2) / variance, bets / math.sqrt(variance)
    straight = share_straight(max(gap / step, 1.0), alpha)
    shared = mean_crossing(means, spreads, alpha, looks=x.batch) * straight
    if good == timed:
        times, more = _TANGENT
        return max(times * shared + more * min(1.0, 2 * step / gap), float(x.batch))
    need = np.array([0.0]) if timed else (targets * (1 + tolerance - error) + error) * _WORST
    told = _told(spans * rate, shares, start, base, error, need)
    return shared + (math.log(targets / alpha) + 0.5) / told


def _arms(x: Experiment, *, gate: bool) -> tuple[Floats, Floats, float]:
    """Give spans, shares of the circuits and the asymptote."""
    own = list(arms_of(x, gate=gate))
    lengths, block = np.array(x.lengths)[own], np.array(x.block)[own]
    used = lengths <= lengths[1]
    return lengths[used] - lengths[0], block[used] / sum(x.block), estimator_of(x).asymptote


def _variance(depths: Floats, shares: Floats, start: float, base: float) -> float:
    """Give the circuits for a relative standard error of one at a target (inverse Fisher)."""
    excess = (start - base) * np.exp(-depths)
    right = base + excess
    weights = shares * excess**2 / (right * (1 - right))
    at = depths - (weights * depths).sum() / weights.sum()
    return float(1 / (weights * at**2).sum())


def _told(
    depths: Floats, shares: Floats, start: float, base: float, error: float, need: Floats
) -> float:
    """Give the nats a circuit by which a target of `error` is told from any that is `need`."""
    true = base + (start - base) * np.exp(-depths * error)
    worst = need[:, None, None] * depths
    false = base + (1 - base) * _AMPLITUDES[None, :, None] * np.exp(-worst)
    false = np.clip(false, MISREAD if base == 0 else 1e-6, 1 - 1e-6)
    return float((shares * relative_entropy(true, false)).sum(axis=-1).min())
