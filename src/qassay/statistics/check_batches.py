"""Do the batches agree: not worse than chance allows (drift), nor better (too good to be true)?"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import special

from qassay.statistics.alternatives import courses
from qassay.statistics.batch_cells import BatchCells, BatchScatter
from qassay.statistics.model_check import (
    BOTH,
    Cap,
    FloatArray,
    ModelCheck,
    normal_power,
    not_applicable,
    two_sided,
    verdict_of,
)
from qassay.statistics.trials import Trials

TOO_GOOD = "too good to be true"
_ARMS = ("short", "long", "sentinel")
_COUNTABLE = 1.0  # variance of a count from which on its distribution is tame and can be too smooth


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
        batches: Batch of each circuit, shape (circuits,); ten equal ones by default. Batches with
            few circuits of the arm are joined with their neighbours.

    Returns:
        The trend of the sums over targets, two-sided; how these sums scatter between batches;
        how the targets do, their squares added up.
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
    wanted = cells.events >= _COUNTABLE
    sums, targets = cells.scatter_of_sums(), cells.scatter_of_targets(wanted)
    variance = float((cells.sums**2).sum()) / (cells.circuits - 1)
    if sums is None:
        first, second, third = (not_applicable(name, "the hits do not vary") for name in names)
        return first, second, third
    single = cells.fractions * (1 - cells.fractions)
    return (
        _trend(names[0], cells, slope, what, level, caps),
        _between(
            names[1],
            cells,
            sums,
            f"the {what} ",
            "",
            float(slope.sum()) ** 2 / variance / (cells.circuits - 1),
            level,
            caps,
        ),
        not_applicable(names[2], "too few events of single targets in a batch")
        if targets is None
        else _between(
            names[2],
            cells,
            targets,
            f"the {what} of each target ",
            ", in a direction of its own",
            float((slope[wanted] ** 2).sum()) / (cells.circuits * float(single[wanted].sum())),
            level,
            caps,
        ),
    )


def too_good_check(
    trials: Trials, *, level: float, batches: npt.NDArray[np.intp] | None = None
) -> ModelCheck:
    """Ask whether the batch counts of targets scatter less than independent shots must.

    Only targets with a variance of a count and more in a batch enter: counts that are mostly 0
    cannot be smoother than whole numbers are.
    """
    found = [BatchCells.of(trials, arm, batches) for arm in range(trials.lengths.size)]
    reasons = [cells for cells in found if isinstance(cells, str)]
    freedom, excess, noise, rounding = 0.0, 0.0, 0.0, 0.0  # summed over arms
    for cells in found:
        if isinstance(cells, str):
            continue
        wanted = cells.events >= _COUNTABLE
        scatter = cells.scatter_of_targets(wanted)
        if scatter is None:
            continue
        own = float(wanted.sum()) * (cells.sizes.size - 1)
        freedom += own
        excess += own * scatter.relative
        noise += own**2 * scatter.variance / scatter.mean**2
        # Whole numbers scatter by 1/6 about a smooth expectation.
        rounding += own / (6 * float(cells.events[wanted].mean()))
    if freedom == 0:
        return not_applicable(TOO_GOOD, reasons[0] if reasons else "too few events in a batch")
    shape, relative = freedom**2 / noise, excess / freedom
    # Two batches of one target often agree to the very count: whole numbers are that coarse.
    p_value = float(special.gammainc(shape, max(relative, rounding / freedom) * shape))
    critical = float(special.gammaincinv(shape, level))
    return ModelCheck(
        name=TOO_GOOD,
        statistic=relative,
        p_value=p_value,
        sentence=(
            f"counts of single targets scatter between batches {relative:.2f} times as much (in "
            f"variance) as independent shots; much less would be made-up or smoothed data; "
            f"{verdict_of(p_value, level)}"
        ),
        power=tuple(
            (
                f"counts with {factor} of the variance, rounded",
                float(special.gammainc(shape, critical / min(factor + rounding / freedom, 1.0))),
            )
            for factor in (0.0, 0.5, 0.8)
        ),
        caps=BOTH,
    )


def _trend(
    name: str, cells: BatchCells, slope: FloatArray, what: str, level: float, caps: tuple[Cap, ...]
) -> ModelCheck:
    """Correlate the sums over targets with time; the variance is that of permutations."""
    sums, targets = cells.sums, cells.fractions.size
    room = float((cells.times**2).sum())
    error = (room * float((sums**2).sum()) / (cells.circuits - 1)) ** 0.5
    z = float(cells.times @ sums) / error
    p_value = two_sided(float(special.ndtr(z)), float(special.ndtr(-z)))
    change = float(cells.times @ sums) / room / targets
    return ModelCheck(
        name=name,
        statistic=z,
        p_value=p_value,
        sentence=(
            f"the fraction of expected outcomes changes by {100 * change:+.2f} % over the "
            f"experiment (noise {100 * error / room / targets:.2f} %); "
            f"{verdict_of(p_value, level)}"
        ),
        power=tuple(
            (
                f"the {what} {words}",
                normal_power(float(slope.sum()) * float(cells.times @ course) / error, level),
            )
            for words, course in courses(cells.times)
        ),
        caps=caps,
    )


def _between(
    name: str,
    cells: BatchCells,
    scatter: BatchScatter,
    before: str,
    behind: str,
    strength: float,
    level: float,
    caps: tuple[Cap, ...],
) -> ModelCheck:
    """Judge too much scatter between batches.

    The power is that of a chi-square with the mean and variance of the null; a course in time
    with the sum of squares S between batches adds `strength` S to the ratio.
    """
    p_value = scatter.upper_tail()
    freedom = 2 * scatter.mean**2 / scatter.variance
    critical = freedom * scatter.upper_critical(level) / scatter.mean
    return ModelCheck(
        name=name,
        statistic=scatter.relative,
        p_value=p_value,
        sentence=(
            f"{'counts of single targets' if behind else 'sums over targets'} scatter between "
            f"{cells.sizes.size} batches {scatter.relative:.2f} times as much (in variance) as "
            f"within; {verdict_of(p_value, level)}"
        ),
        power=tuple(
            (
                f"{before}{words}{behind}",
                1
                - float(
                    special.chndtr(
                        critical,
                        freedom,
                        freedom * strength * cells.between(course) / scatter.mean,
                    )
                ),
            )
            for words, course in courses(cells.times)
        ),
        caps=caps,
    )


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
