"""Do the batches agree: not worse than chance allows (drift), nor better (too good to be true)?

Under the null the shots of an arm can be exchanged in time, whatever the targets of one shot have
to do with one another; all moments below are those of that permutation.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import special

from qassay.statistics.alternatives import courses
from qassay.statistics.batch_cells import BatchCells
from qassay.statistics.model_check import (
    BOTH,
    Cap,
    FloatArray,
    ModelCheck,
    Power,
    normal_power,
    not_applicable,
    two_sided,
    verdict_of,
)
from qassay.statistics.trials import Trials

TOO_GOOD = "too good to be true"
_ARMS = ("short", "long", "sentinel")


def drift_names(arm: int) -> tuple[str, str, str]:
    """Name the three checks of one arm."""
    part = f"drift, {_ARMS[arm]} circuits"
    return f"{part}: trend", f"{part}: batches", f"{part}: target by target"


def drift_checks(
    trials: Trials,
    arm: int,
    *,
    level: float,
    asymptote: npt.ArrayLike | None = None,
    batches: npt.NDArray[np.intp] | None = None,
) -> tuple[ModelCheck, ModelCheck, ModelCheck]:
    """Look for drift of one arm: a common trend, common batch effects, effects of single targets.

    Args:
        trials: One shot a circuit, in order of execution.
        arm: Which arm.
        level: Level of each check.
        asymptote: B, so that the power can be told for drifts of the rate; without it, and for
            the short arm, it is told for drifts of the rarer outcome's probability.
        batches: Batch of each circuit, shape (circuits,).

    Returns:
        The trend of the sums over targets, two-sided; the chi-square of these sums over batches
        (an F test); the sum of the targets' own chi-squares.
    """
    names = drift_names(arm)
    cells = BatchCells.of(trials, arm, batches)
    if isinstance(cells, str):
        first, second, third = (not_applicable(name, cells) for name in names)
        return first, second, third
    # What the rate does in time is averaged by a convex curve, which flatters the machine; SPAM,
    # which is all the short arm sees, may drift.
    caps: tuple[Cap, ...] = () if arm == 0 else ("confirmed",)
    slope = _slope(trials, arm, asymptote, cells)
    what = "rate" if arm > 0 and asymptote is not None else "rarer outcome"
    return (
        _trend(names[0], cells, slope, what, level, caps),
        _batch_sums(names[1], cells, slope, what, level, caps),
        _single_targets(names[2], cells, slope, what, level, caps),
    )


def too_good_check(
    trials: Trials, *, level: float, batches: npt.NDArray[np.intp] | None = None
) -> ModelCheck:
    """Ask whether the batch counts of targets scatter less than independent shots must."""
    found = [BatchCells.of(trials, arm, batches) for arm in range(trials.lengths.size)]
    arms = [cells for cells in found if isinstance(cells, BatchCells)]
    if not arms:
        reasons = [cells for cells in found if isinstance(cells, str)]
        return not_applicable(TOO_GOOD, reasons[0] if reasons else "no circuits")
    statistic = sum(cells.chi_squares for cells in arms)
    mean, variance = sum(cells.mean for cells in arms), sum(cells.variance for cells in arms)
    shape, scale = mean**2 / variance, variance / mean
    p_value = float(special.gammainc(shape, statistic / scale))
    critical = float(special.gammaincinv(shape, level))
    return ModelCheck(
        name=TOO_GOOD,
        statistic=statistic / mean,
        p_value=p_value,
        sentence=(
            f"counts of single targets scatter between batches {statistic / mean:.2f} times as "
            f"much (in variance) as independent shots; much less would be made-up or smoothed "
            f"data; {verdict_of(p_value, level)}"
        ),
        power=tuple(
            (
                f"counts with {factor} of the variance",
                float(special.gammainc(shape, critical / factor)),
            )
            for factor in (0.5, 0.8, 0.9)
        ),
        caps=BOTH,
    )


def _trend(
    name: str, cells: BatchCells, slope: FloatArray, what: str, level: float, caps: tuple[Cap, ...]
) -> ModelCheck:
    room = float((cells.times**2).sum())
    error = (room * cells.sum_variance) ** 0.5
    z = float(cells.times @ cells.sums) / error if error > 0 else 0.0
    p_value = two_sided(float(special.ndtr(z)), float(special.ndtr(-z)))
    change = float(cells.times @ cells.sums) / room / cells.fractions.size
    return ModelCheck(
        name=name,
        statistic=z,
        p_value=p_value,
        sentence=(
            f"the fraction of expected outcomes changes by {100 * change:+.2f} % over the "
            f"experiment (noise {100 * error / room / cells.fractions.size:.2f} %); "
            f"{verdict_of(p_value, level)}"
        ),
        power=tuple(
            (
                f"the {what} {words}",
                normal_power(float(slope.sum() * (cells.times @ shape)) / error, level)
                if error > 0
                else 0.0,
            )
            for words, shape in courses(cells.times)
        ),
        caps=caps,
    )


def _batch_sums(
    name: str, cells: BatchCells, slope: FloatArray, what: str, level: float, caps: tuple[Cap, ...]
) -> ModelCheck:
    upper, lower = cells.sizes.size - 1, cells.circuits - cells.sizes.size
    total = float((cells.sums**2).sum())
    between = float((np.bincount(cells.labels, cells.sums) ** 2 / cells.sizes).sum())
    # SSB / SST is beta distributed for normal sums, which is the F test without its pole.
    ratio = min(between / total, 1.0) if total > 0 else 0.0
    p_value = float(special.betaincc(upper / 2, lower / 2, ratio)) if total > 0 else 1.0
    critical = float(special.betaincinv(upper / 2, lower / 2, 1 - level))
    bar = critical / (1 - critical) * lower / upper
    power: Power = tuple(
        (
            f"the {what} {words}",
            float(
                1 - special.ncfdtr(upper, lower, cells.between(shape) * slope.sum() ** 2
                                   / cells.sum_variance, bar)
            )
            if total > 0
            else 0.0,
        )
        for words, shape in courses(cells.times)
    )  # fmt: skip
    return ModelCheck(
        name=name,
        statistic=(cells.circuits - 1) * ratio,
        p_value=p_value,
        sentence=(
            f"sums over targets scatter between {cells.sizes.size} batches "
            f"{(cells.circuits - 1) * ratio / upper:.2f} times as much (in variance) as within; "
            f"{verdict_of(p_value, level)}"
        ),
        power=power,
        caps=caps,
    )


def _single_targets(
    name: str, cells: BatchCells, slope: FloatArray, what: str, level: float, caps: tuple[Cap, ...]
) -> ModelCheck:
    shape, scale = cells.mean**2 / cells.variance, cells.variance / cells.mean
    p_value = float(special.gammaincc(shape, cells.chi_squares / scale))
    critical = 2 * float(special.gammainccinv(shape, level))
    variance = cells.fractions * (1 - cells.fractions)
    moving = variance > 0
    strength = float((slope[moving] ** 2 / variance[moving]).sum())
    return ModelCheck(
        name=name,
        statistic=cells.chi_squares,
        p_value=p_value,
        sentence=(
            f"counts of single targets scatter between {cells.sizes.size} batches "
            f"{cells.chi_squares / cells.mean:.2f} times as much (in variance) as independent "
            f"shots; {verdict_of(p_value, level)}"
        ),
        power=tuple(
            (
                f"the {what} of each target {words}, in a direction of its own",
                1 - float(special.chndtr(critical, 2 * shape, 2 * strength
                                         * cells.between(course) / scale)),
            )
            for words, course in courses(cells.times)
        ),
        caps=caps,
    )  # fmt: skip


# ---- power ----------------------------------------------------------------------------------


def _slope(
    trials: Trials, arm: int, asymptote: npt.ArrayLike | None, cells: BatchCells
) -> FloatArray:
    """Give how the fraction of each target moves when the rate rises by a factor, d s / d ln r."""
    share = cells.fractions
    if arm == 0 or asymptote is None:
        return np.where(share > 0.5, share - 1, share)
    base = np.broadcast_to(np.asarray(asymptote, dtype=np.float64), share.shape)
    hits, shots = trials.totals()
    if shots[0] == 0:
        return np.zeros_like(share)
    start, end = float((hits[0] / shots[0] - base).mean()), float((share - base).mean())
    if not 0 < end < start:
        return np.zeros_like(share)
    lengths = trials.lengths
    turns = float(np.log(start / end) * lengths[arm] / (lengths[arm] - lengths[0]))
    return np.asarray(-(share - base) * turns, dtype=np.float64)
