"""Is the decay exponential, and does it end where it should? A third, long arm tells.

Two arms fix amplitude and rate of each target, so s(m) = B + A p^m foretells the third:
y2 = y1 (y1 / y0)^x with y = s - B and x = (m2 - m1) / (m1 - m0). The forecast is bent in y0 and
y1; its bias (Jensen) is taken off to second order, its variance added to that of the sentinels.
Both are small beside the noise of 6 % sentinels. Sums over targets are compared, so few shots a
target do. docs/decisions/0004-model-checks.md has the measured false-alarm rates and powers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from qassay.statistics.alternatives import reach_of, shifted, stretched, two_rates
from qassay.statistics.model_check import (
    BOTH,
    ModelCheck,
    Power,
    Residuals,
    normal_power,
    not_applicable,
    rounded_percent,
    tails,
    two_sided,
    verdict_of,
)
from qassay.statistics.trials import Trials

FloatArray = npt.NDArray[np.float64]

SHAPE = "non-exponential decay"
LEAKAGE = "leakage"
_FEWEST = 10  # circuits of an arm that a forecast may rest on
_EVENTS = 5.0  # variance of the sentinels' hits below which tails cannot be trusted


def shape_check(trials: Trials, *, asymptote: npt.ArrayLike, level: float) -> ModelCheck:
    """Compare the sentinels with what the two other arms foretell.

    Args:
        trials: Arms short, long, sentinel; one shot a circuit.
        asymptote: B, one number or one a target.
        level: Level of this check.

    Returns:
        The check: statistic above 0 if the decay is slower than exponential (a mixture of rates,
        drift, leakage to a state that reads right), below if faster (Gaussian, leakage to a
        state that reads wrong).
    """
    trials = _three(trials)
    reason = _missing(trials, fit=True)
    if reason:
        return not_applicable(SHAPE, reason)
    base = np.broadcast_to(np.asarray(asymptote, dtype=np.float64), (trials.targets,))
    forecast = _Forecast.of(trials, base)
    if not forecast.variance > _EVENTS:
        return not_applicable(SHAPE, "too few events in the sentinels to judge by")
    spread = forecast.variance**0.5
    # Half a hit for continuity: hits are whole numbers.
    low = tails((forecast.excess + 0.5) / spread, forecast.skewness)[0]
    high = tails((forecast.excess - 0.5) / spread, forecast.skewness)[1]
    p_value = two_sided(low, high)
    total = forecast.circuits * trials.targets
    seen, expected = forecast.hits / total, (forecast.hits - forecast.excess) / total
    slower = forecast.excess > 0
    cause = (
        "slower than exponential would be a mixture of rates, drift, or leakage that reads right"
        if slower
        else "faster than exponential would be slow noise (Gaussian) or leakage that reads wrong"
    )
    return ModelCheck(
        name=SHAPE,
        statistic=forecast.excess / spread,
        p_value=p_value,
        sentence=(
            f"sentinels are right in {rounded_percent(seen)}, the two shorter arms foretell "
            f"{rounded_percent(expected)} +- {rounded_percent(spread / total)}; {cause}; "
            f"{verdict_of(p_value, level)}"
        ),
        power=_shape_power(trials, base, forecast, level),
        # A curve above the exponential flatters the machine: what it refutes stays refuted.
        caps=("confirmed",) if slower else BOTH,
    )


def leakage_check(trials: Trials, *, asymptote: npt.ArrayLike, level: float) -> ModelCheck:
    """Ask whether the sentinels fall below the asymptote, where no decay of the model can be.

    One-sided and conservative: a sentinel that has not wholly decayed hides part of the fall.
    """
    trials = _three(trials)
    reason = _missing(trials, fit=False)
    if reason:
        return not_applicable(LEAKAGE, reason)
    base = np.broadcast_to(np.asarray(asymptote, dtype=np.float64), (trials.targets,))
    rows = trials.hits[trials.arms == 2]
    shots, hits = rows.shape[0], float(rows.sum())
    plain = shots * float((base * (1 - base)).sum())
    if plain <= _EVENTS:
        return not_applicable(LEAKAGE, "too few sentinels, or an asymptote of 0")
    inflation = Residuals.of(trials).inflation()
    spread = (plain * inflation) ** 0.5
    skewness = shots * float((base * (1 - base) * (1 - 2 * base)).sum()) / plain**1.5
    excess = hits - shots * float(base.sum())
    p_value = tails((excess + 0.5) / spread, skewness)[0]
    total = shots * trials.targets
    return ModelCheck(
        name=LEAKAGE,
        statistic=excess / spread,
        p_value=p_value,
        sentence=(
            f"sentinels are right in {rounded_percent(hits / total)}; below the asymptote "
            f"{rounded_percent(float(base.mean()))} would be leakage to states that read wrong; "
            f"{verdict_of(p_value, level)}"
        ),
        power=tuple(
            (
                f"leakage that moves the asymptote {share:.0%} down",
                _leakage_power(trials, base, share, spread / total, level),
            )
            for share in (0.1, 0.2)
        ),
        caps=BOTH,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Forecast:
    """Sentinel hits of all targets against their forecast.

    Attributes:
        circuits: Sentinel circuits.
        hits: Sentinel hits, all targets.
        excess: Hits beyond the forecast.
        variance: Of the excess, forecast included, correlated targets allowed for.
        skewness: Of the excess.
    """

    circuits: int
    hits: float
    excess: float
    variance: float
    skewness: float

    @classmethod
    def of(cls, trials: Trials, base: FloatArray) -> _Forecast:
        """Foretell target by target, add up."""
        residuals = Residuals.of(trials)
        short, long, _ = residuals.fractions
        n0, n1, n2 = (int(n) for n in residuals.circuits)
        v0, v1 = short * (1 - short) / (n0 - 1), long * (1 - long) / (n1 - 1)
        value, by_short, by_long = _extrapolated(
            short - base, long - base, v0, v1, reach_of(trials.lengths)
        )
        error = by_short**2 * v0 + by_long**2 * v1
        chance = base + value
        # chance (1 - chance) + error is unbiased for s (1 - s) although chance is uncertain.
        plain = float((n2 * (chance * (1 - chance) + error) + n2**2 * error).sum())
        third = n2 * chance * (1 - chance) * (1 - 2 * chance)
        for moved, variance, fraction, n in ((by_short, v0, short, n0), (by_long, v1, long, n1)):
            third = third - (n2 * moved) ** 3 * variance * (1 - 2 * fraction) / n
        hits = float(trials.hits[trials.arms == 2].sum())
        return cls(
            circuits=n2,
            hits=hits,
            excess=hits - n2 * float(chance.sum()),
            variance=plain * residuals.inflation(),
            skewness=float(third.sum()) / plain**1.5 if plain > 0 else 0.0,
        )


def _extrapolated(
    y0: FloatArray, y1: FloatArray, v0: FloatArray, v1: FloatArray, reach: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Give y1 (y1 / y0)^reach less its bias to second order, and its first derivatives."""
    start = np.maximum(y0, np.maximum(2 * np.sqrt(v0), 1e-9))
    end = np.maximum(y1, 0.0)
    ratio = end / start
    value = end * ratio**reach
    by_long = (1 + reach) * ratio**reach
    by_short = -reach * ratio ** (1 + reach)
    # Second derivatives; by y1 it is taken no closer to 0 than a standard error.
    near = np.maximum(end, np.maximum(np.sqrt(v1), 1e-9))
    twice = reach * (1 + reach)
    bend = twice * ((near / start) ** reach / near * v1 + value / start**2 * v0)
    return value - 0.5 * bend, by_short, by_long


def _three(trials: Trials) -> Trials:
    """Leave out the arms of a mean between the short and the long one."""
    return trials.of_arms(np.arange(min(trials.lengths.size, 3)))


def _missing(trials: Trials, *, fit: bool) -> str:
    """Say why the sentinels cannot be used, if so."""
    if trials.shots > 1:
        return "more than one shot a circuit, whose scatter is not binomial"
    if trials.lengths.size < 3 or not (trials.arms == 2).any():
        return "no sentinel circuits"
    if not trials.lengths[0] < trials.lengths[1] < trials.lengths[2]:
        return "no circuits beyond the long ones"
    counts = np.bincount(trials.arms, minlength=3)
    if fit and counts[:2].min() < _FEWEST:
        return f"fewer than {_FEWEST} short or long circuits"
    return ""


# ---- power ----------------------------------------------------------------------------------


def _mean_excess(trials: Trials, base: FloatArray) -> tuple[float, float]:
    """Give the excess of the short and the long arm, meaned over targets."""
    fractions = Residuals.of(trials).fractions
    return float((fractions[0] - base).mean()), float((fractions[1] - base).mean())


def _shape_power(trials: Trials, base: FloatArray, forecast: _Forecast, level: float) -> Power:
    """Give the power against curves that pass through the two arms as seen."""
    y0, y1 = _mean_excess(trials, base)
    if not 0 < y1 < y0:
        return ()
    mean, lengths = float(base.mean()), trials.lengths
    expected = stretched(y0, y1, lengths, 1.0)
    total, spread = forecast.circuits * trials.targets, forecast.variance**0.5
    curves = {
        "Gaussian decay": stretched(y0, y1, lengths, 2.0),
        "decay exp(-t^1.3)": stretched(y0, y1, lengths, 1.3),
        "two rates, half and one and a half": two_rates(y0, y1, lengths),
        "leakage, asymptote 10% down": shifted(y0, y1, lengths, -0.1 * mean),
        "leakage, asymptote 10% up": shifted(y0, y1, lengths, 0.1 * mean),
    }
    return tuple(
        (
            words,
            normal_power(
                _whole((y2 - expected) * total) / spread, level, skewness=forecast.skewness
            ),
        )
        for words, y2 in curves.items()
    )


def _whole(hits: float) -> float:
    """Take half a hit off for continuity."""
    return float(np.sign(hits)) * max(abs(hits) - 0.5, 0.0)


def _leakage_power(
    trials: Trials, base: FloatArray, share: float, error: float, level: float
) -> float:
    """Give the power against an asymptote moved down, the arms being as seen."""
    y0, y1 = _mean_excess(trials, base)
    if not y0 > 0:
        return 0.0
    fall = -shifted(y0, y1, trials.lengths, -share * float(base.mean()))
    return float(special.ndtr(fall / error + special.ndtri(level)))
