"""The mean decay of very many targets with few shots each, from their summed counts.

A thousand pairs with fifty shots each have no rates of their own worth averaging, but their
sums are precise. Adding up counts first would flatter the machine: the mean of exp(-X) over
unequal decays X is above exp(-mean X) (Jensen). The spread of the targets is itself visible,
as scatter between targets beyond the binomial; it fixes the second moment, and a gamma
distribution of the decays (positive, skewed as error rates are) turns both moments into the
mean: E exp(-X) = (1 + h)^-k, E exp(-2X) = (1 + 2h)^-k, mean k h.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qassay.statistics.dispersion import student_quantile
from qassay.statistics.estimate import Estimate, no_information
from qassay.statistics.trials import Trials

FloatArray = npt.NDArray[np.float64]
_STEPS = 60


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Counts:
    """Per-target hits and shots of the short and the long arm, shapes (2, targets)."""

    hits: FloatArray
    shots: FloatArray


def pooled_mean_decay(
    parts: Sequence[Trials],
    *,
    asymptote: float,
    level: float,
    weights: FloatArray | None = None,
) -> Estimate:
    """Estimate the mean over all targets of the decay constant -ln p (or the rate 1 / T).

    Args:
        parts: Experiments with the same two lengths on different targets, one shot a circuit.
        asymptote: B, known.
        level: Confidence level.
        weights: Of the targets, in their order, shape (targets,); alike by default.

    Returns:
        The mean decay constant per unit of length. Its error is a jackknife over circuits, so
        targets of one circuit may depend on one another.
    """
    span = float(parts[0].lengths[1] - parts[0].lengths[0])
    shots = sum(part.circuits for part in parts)
    columns = [_columns(part) for part in parts]
    counts = _joined(columns)
    targets = counts.hits.shape[1]
    share = np.full(targets, 1 / targets) if weights is None else weights / weights.sum()
    if (counts.shots < 2).any():
        return no_information(shots, shots)
    value = _mean_decay(counts, asymptote, share)
    if not np.isfinite(value):
        return no_information(shots, shots)
    variance = _jackknife(parts, columns, asymptote, share)
    half = float(student_quantile((1 - level) / 2, np.inf)) * float(np.sqrt(variance))
    return Estimate(
        value=max(value, 0.0) / span,
        low=max(value - half, 0.0) / span,
        high=(value + half) / span,
        level=level,
        shots=shots,
        circuits=shots,
        method=f"summed counts of {targets} targets, corrected for their spread",
    )


def _columns(part: Trials) -> _Counts:
    hits, shots = (counts[:2] for counts in part.totals())
    each = np.repeat(shots[:, None], part.targets, axis=1)
    return _Counts(hits=hits.astype(np.float64), shots=each.astype(np.float64))


def _joined(columns: list[_Counts]) -> _Counts:
    return _Counts(
        hits=np.concatenate([part.hits for part in columns], axis=1),
        shots=np.concatenate([part.shots for part in columns], axis=1),
    )


def _mean_decay(counts: _Counts, asymptote: float, share: FloatArray) -> float:
    """Give the mean of X = decay constant times span, from both moments."""
    fractions = counts.hits / counts.shots
    short, long = fractions @ share - asymptote
    if short <= 0 or long <= 0:
        return float("nan")
    noise = float((fractions[1] * (1 - fractions[1]) / (counts.shots[1] - 1)) @ share)
    scatter = float((fractions[1] - long - asymptote) ** 2 @ share)
    spread = max(scatter / max(1 - float(share @ share), 1e-9) - noise, 0.0)
    first = float(np.log(short) - np.log(long))  # -ln E exp(-X)
    second = float(np.log1p(spread / long**2))  # ln E exp(-2X) - 2 ln E exp(-X)
    return first * _gamma_factor(second / first) if first > 0 else first


def _gamma_factor(ratio: float) -> float:
    """Give k h / (k ln(1 + h)) for the h at which 2 - ln(1 + 2h) / ln(1 + h) equals `ratio`."""
    if ratio <= 0:
        return 1.0
    low, high = 1e-9, 1e6
    for _ in range(_STEPS):
        middle = float(np.sqrt(low * high))
        reached = 2 - np.log1p(2 * middle) / np.log1p(middle)
        low, high = (middle, high) if reached < ratio else (low, middle)
    return float(high / np.log1p(high))


def _jackknife(
    parts: Sequence[Trials], columns: list[_Counts], asymptote: float, share: FloatArray
) -> float:
    """Leave out one circuit at a time; arms of one experiment are strata of their own."""
    total = 0.0
    for index, part in enumerate(parts):
        for arm in (0, 1):
            rows = part.hits[part.arms == arm]
            size = rows.shape[0]
            left = []
            for row in rows:
                changed = list(columns)
                hits, shots = columns[index].hits.copy(), columns[index].shots.copy()
                hits[arm] -= row
                shots[arm] -= 1
                changed[index] = _Counts(hits=hits, shots=shots)
                left.append(_mean_decay(_joined(changed), asymptote, share))
            values = np.array(left)
            total += float((size - 1) / size * ((values - values.mean()) ** 2).sum())
    return total
