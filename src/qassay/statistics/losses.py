"""How much likelihood each target loses at each decay constant: the ground of means with bounds.

l(k) = max over (k', A) of log L - max over A of log L(k), with the hit probability
p = B + (1 - B) A exp(-k length). It is convex up to an inflection and flat beyond it: a target
that has lost its signal costs a finite loss, which is what an upper bound of a mean has to pay
attention to (`least_loss`). Circuits of many shots count as single ones that scatter as these
do: the loss is divided by the target's dispersion (Chandler and Bate, Biometrika 94, 167 (2007)).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from qassay.statistics.decays import fit_decays
from qassay.statistics.sequential_rates import MISREAD
from qassay.statistics.target_groups import Floats, TargetGroup

_AMPLITUDES: Final = np.array(
    [1, 0.99, 0.97, 0.94, 0.9, 0.84, 0.76, 0.66, 0.55, 0.45, 0.35, 0.27, 0.23, 0.18, 0.1, 0.04, 0]
)
# Hit probabilities; noise beyond them says nothing.
_LEAST, _MOST = MISREAD, 1 - 1e-5
_NEWTON: Final = 2


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Losses:
    """Losses of the targets of one group.

    Attributes:
        constants: Decay constants of the grid, rising, shape (grid,).
        values: What is added up, there, shape (grid,).
        loss: Nats, shape (targets, grid), 0 at the best.
        best: Value at the greatest likelihood, between grid points, shape (targets,).
    """

    constants: Floats
    values: Floats
    loss: Floats
    best: Floats


def losses_of(group: TargetGroup) -> Losses:
    """Tabulate the losses of a group."""
    trials, constants = group.trials, group.grid()
    hits, shots = trials.totals()
    profile = _profile(
        hits.T.astype(np.float64),
        shots.astype(np.float64),
        trials.lengths,
        group.asymptote,
        constants,
    )
    if trials.shots > 1:
        scatter = fit_decays(trials, asymptote=group.asymptote, kind="exponential").scatter
        profile = profile / scatter.dispersion[:, None]
    values = group.value.of(constants)
    return Losses(
        constants=constants,
        values=values,
        loss=profile.max(axis=1, keepdims=True) - profile,
        best=_best(values, profile),
    )


def _profile(
    hits: Floats, shots: Floats, lengths: Floats, asymptote: float, constants: Floats
) -> Floats:
    """Give the log likelihood with the best amplitude, shape (targets, grid)."""
    reach, gain, wrong = _tables(asymptote, tuple(lengths.tolist()), constants.tobytes())
    every = (hits @ gain + shots @ wrong).reshape(-1, constants.size, _AMPLITUDES.size)
    amplitude = _AMPLITUDES[every.argmax(axis=2)]
    best = every.max(axis=2)
    misses = shots - hits
    for _ in range(_NEWTON):  # the log likelihood is concave in the amplitude
        p = asymptote + amplitude[:, :, None] * reach
        slope = np.where((p > _LEAST) & (p < _MOST), reach, 0.0)
        p = np.clip(p, _LEAST, _MOST)
        up, down = hits[:, None, :] / p, misses[:, None, :] / (1 - p)
        first = (slope * (up - down)).sum(axis=2)
        second = (slope**2 * (up / p + down / (1 - p))).sum(axis=2)
        amplitude = np.clip(amplitude + first / np.maximum(second, 1e-12), 0.0, 1.0)
    p = np.clip(asymptote + amplitude[:, :, None] * reach, _LEAST, _MOST)
    refined = (hits[:, None, :] * np.log(p) + misses[:, None, :] * np.log1p(-p)).sum(axis=2)
    return np.asarray(np.maximum(best, refined))


@lru_cache(maxsize=32)
def _tables(
    asymptote: float, lengths: tuple[float, ...], constants: bytes
) -> tuple[Floats, Floats, Floats]:
    """Give what only a plan's lengths decide, so that it is not made again at every look.

    Returns:
        Reach of each arm, shape (grid, arms); the logarithm of the odds of a hit and that of a
        miss, shape (arms, grid x amplitudes).
    """
    grid = np.frombuffer(constants)
    reach = (1 - asymptote) * np.exp(-grid[:, None] * np.array(lengths))
    p = np.clip(asymptote + _AMPLITUDES[None, :, None] * reach[:, None, :], _LEAST, _MOST)
    wrong = np.log1p(-p)
    gain = np.log(p) - wrong
    found = (reach, gain.reshape(-1, len(lengths)).T, wrong.reshape(-1, len(lengths)).T)
    for table in found:
        table.setflags(write=False)
    return found


def _best(values: Floats, profile: Floats) -> Floats:
    """Give the value at the top of each profile, by a parabola through the best three points."""
    top = np.clip(profile.argmax(axis=1), 1, values.size - 2)
    rows = np.arange(profile.shape[0])
    left, peak, right = (profile[rows, top + d] for d in (-1, 0, 1))
    before, behind = values[top] - values[top - 1], values[top] - values[top + 1]
    down, up = before * (peak - right), behind * (peak - left)
    bend = np.where(down == up, 1.0, down - up)
    vertex = values[top] - 0.5 * (before * down - behind * up) / bend
    ends = values[top - 1], values[top + 1]
    inside = np.clip(vertex, np.minimum(*ends), np.maximum(*ends))
    alone = (profile.argmax(axis=1) != top) | (down == up)  # at an end of the grid
    return np.asarray(np.where(alone, values[profile.argmax(axis=1)], inside))
