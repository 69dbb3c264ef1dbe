"""Sequential verdicts on the mean of a decay rate over many unlike targets.

Adding up the counts of all targets and testing the sum as if it were one target flatters the
machine: the mean of exp(-X_i) over unequal decays X_i = r_i (m1 - m0) is above
exp(-mean X) (Jensen). So from the sums only a refutation is conservative. Here the spread of the
targets is estimated from the scatter between them beyond the binomial, and a gamma
distribution of X with the two moments gives the mean:

    F = -ln E exp(-X) = k ln(1 + h),  G = ln E exp(-2X) + 2 F = 2 k ln(1 + h) - k ln(1 + 2h),
    mean X = k h.

Numerator and denominator are averaged separately, so targets whose preparation and readout error
goes with their rate do no harm. The estimate is nearly normal with a variance read off the
circuits (targets of one shot may depend on one another), and the wealth of a bettor on
mean X = x' against the border x* is that of Wald's test for a normal mean,

    ln E = ((X^ - x*) (x' - x*) - (x' - x*)**2 / 2) / V,

V the variance at the border. In the limit of many shots X^ / V is a Brownian motion and E a
martingale for any stopping time; with finite shots the error rate is approximate, unlike
that of the tests of single targets. What was measured: `docs/decisions/0002-sequential.md`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import logsumexp

from qassay.statistics.sequential import RUNGS, WEIGHTS, Floats
from qassay.statistics.sequential_rates import TwoLengths
from qassay.statistics.trials import Trials

_FEWEST: Final = 16.0  # standard errors squared by which the long arm must exceed the asymptote
_SPREADS: Final = np.geomspace(1e-6, 1e3, 400)  # h of the gamma distribution, tabulated


@dataclass(frozen=True, slots=True, kw_only=True)
class MeanDecay:
    """The mean over targets of X = rate times span, and its variance.

    Attributes:
        value: Estimate of mean X.
        variance: Of the estimate.
        contrast: Mean excess of the long arm over the asymptote.
    """

    value: float
    variance: float
    contrast: float


def mean_rate_log_e(
    parts: Sequence[Trials],
    lengths: TwoLengths,
    *,
    rate: float,
    tolerance: float,
    guarded: bool = False,
    arms: tuple[int, int] = (0, 1),
) -> tuple[float, float]:
    """Bet for and against "the mean rate over all targets is at most `rate`".

    Look as often as you like and stop when either value reaches -ln alpha.

    Args:
        parts: Experiments with the same two lengths on different targets, one shot a circuit,
            with all the circuits so far.
        lengths: The design.
        rate: r0.
        tolerance: delta.
        guarded: CONFIRM against mean r >= r0 instead of (1 + delta) r0.
        arms: Indices of the short and the long arm.

    Returns:
        Log e-values for and against the claim; 0 while there is too little to say anything.
    """
    decay = mean_decay(parts, lengths, arms)
    if decay is None:
        return 0.0, 0.0
    step = 1 + tolerance
    limit = rate if guarded else rate * step
    confirm = [-math.log(lengths.retention(limit / step**x)) for x in RUNGS]
    refute = [-math.log(lengths.retention(rate * step**x)) for x in RUNGS]
    return (
        _log_e(decay, lengths, -math.log(lengths.retention(limit)), confirm),
        _log_e(decay, lengths, -math.log(lengths.retention(rate)), refute),
    )


def _log_e(
    decay: MeanDecay, lengths: TwoLengths, border: float, alternatives: Sequence[float]
) -> float:
    steps = np.array(alternatives) - border
    variance = decay.variance * _variance_ratio(decay, lengths, border)
    gains = ((decay.value - border) * steps - steps**2 / 2) / variance
    return float(logsumexp(gains + np.log(WEIGHTS)))


def _variance_ratio(decay: MeanDecay, lengths: TwoLengths, border: float) -> float:
    """Give the variance of the long arm's logarithm at the border over that at the estimate.

    Without it a machine that looks good by chance would also look precise.
    """

    def relative(contrast: float) -> float:
        s = lengths.asymptote + contrast
        return s * (1 - s) / contrast**2

    most = 1 - lengths.asymptote - 1e-6
    there = min(decay.contrast * math.exp(decay.value - border), most)
    return relative(there) / relative(min(decay.contrast, most))


def mean_decay(
    parts: Sequence[Trials], lengths: TwoLengths, arms: tuple[int, int] = (0, 1)
) -> MeanDecay | None:
    """Estimate the mean over targets of X = -ln(retention), and its variance.

    Returns:
        None while the long arm is lost in noise or a target lacks shots of an arm.
    """
    base = lengths.asymptote
    rows = [[part.hits[part.arms == arm].astype(np.float64) for arm in arms] for part in parts]
    if any(len(short) < 1 or len(long) < 2 for short, long in rows):
        return None
    short = np.concatenate([x.mean(axis=0) for x, _ in rows])
    long = np.concatenate([x.mean(axis=0) for _, x in rows])
    noise = np.concatenate([x.mean(axis=0) * (1 - x.mean(axis=0)) / (len(x) - 1) for _, x in rows])
    targets = long.size
    amplitude, contrast = float(short.mean()) - base, float(long.mean()) - base
    if contrast <= 0 or amplitude <= 0 or contrast**2 < _FEWEST * float(noise.sum()) / targets**2:
        return None
    spread = float(long.var(ddof=1) - noise.mean()) if targets > 1 else 0.0
    decay = math.log(amplitude / contrast)
    value, by_decay, by_second = _gamma_mean(decay, math.log1p(max(spread, 0.0) / contrast**2))
    # How the estimate moves with each target's share of hits, for the variance.
    by_spread = by_second / (contrast**2 + max(spread, 0.0)) if spread > 0 else 0.0
    by_contrast = -by_decay / contrast - by_spread * 2 * spread / contrast
    variance, first = 0.0, 0
    for short_rows, long_rows in rows:
        count = long_rows.shape[1]
        own = long[first : first + count]
        pull = by_contrast / targets + by_spread * (
            2 * (own - own.mean()) / max(targets - 1, 1)
            - (1 - 2 * own) / (len(long_rows) - 1) / targets
        )
        variance += float((long_rows @ pull).var(ddof=1)) / len(long_rows)
        sums = short_rows.sum(axis=1) * by_decay / amplitude / targets
        # Few short circuits may all be right: never less than one miss more would show.
        mean = (short_rows.sum() + 0.5) / (short_rows.size + 1)
        least = mean * (1 - mean) * count * (by_decay / amplitude / targets) ** 2
        seen = float(sums.var(ddof=1)) if len(sums) > 1 else 0.0
        variance += max(seen, least) / len(short_rows)
        first += count
    return MeanDecay(value=value, variance=variance, contrast=contrast)


def _gamma_table() -> tuple[Floats, Floats]:
    """Tabulate G / F -> mean / F of a gamma distribution."""
    log = np.log1p(_SPREADS)
    return 2 - np.log1p(2 * _SPREADS) / log, _SPREADS / log


def _gamma_mean(decay: float, second: float) -> tuple[float, float, float]:
    """Give the mean of X from F and G, and its derivatives with respect to F and G."""
    if decay <= 0 or second <= 0:
        return decay, 1.0, 0.5
    ratios, factors = _gamma_table()
    ratio = second / decay
    factor = float(np.interp(ratio, ratios, factors))
    slope = (float(np.interp(ratio * 1.01, ratios, factors)) - factor) / (0.01 * ratio)
    return decay * factor, factor - slope * ratio, slope
