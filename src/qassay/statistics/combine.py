"""Numbers that speak of several targets: sum, mean, median, worst and best of estimates.

Ends of intervals come from the ends of the parts, so that skewed intervals stay skewed. For a
linear combination that is MOVER, the method of variance estimates recovery (Zou and Donner, Stat.
Med. 27, 1693 (2008)). Worst, best and median need the parts at other levels than their own: they
take a family, a function that gives the parts at a level, such as `DecayFit.estimates`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from scipy import special

from qassay.statistics.estimate import Estimate, no_information
from qassay.statistics.intervals import check_level

Family = Callable[[float], Sequence[Estimate]]


def linear_combination(
    coefficients: Sequence[float], estimates: Sequence[Estimate], *, low: float = -math.inf
) -> Estimate:
    """Estimate a sum of independent estimates times coefficients, by MOVER.

    Args:
        coefficients: One a part; negative for a part that is taken away. The gate's share of a
            layer, for instance, is `(1, -1, -1)` times layer, first qubit, second qubit.
        estimates: The parts, all at the same level. Errors of the parts must be independent.
        low: Physical lower bound; value and ends are not allowed below it.

    Returns:
        The combination; no information where a part has none.
    """
    level = _one_level(estimates)
    shots, circuits = _effort(estimates)
    if len(coefficients) != len(estimates):
        raise ValueError(f"coefficients: found {len(coefficients)}, expected {len(estimates)}")
    if not all(part.informative for part in estimates):
        return no_information(shots, circuits)
    value = below = above = 0.0
    for factor, part in zip(coefficients, estimates, strict=True):
        if factor == 0:
            continue
        value += factor * part.value
        down, up = part.value - part.low, part.high - part.value
        below += (factor * (down if factor > 0 else up)) ** 2
        above += (factor * (up if factor > 0 else down)) ** 2
    return Estimate(
        value=max(value, low),
        low=max(value - math.sqrt(below), low),
        high=max(value + math.sqrt(above), low),
        level=level,
        shots=shots,
        circuits=circuits,
        method="MOVER",
    )


def mean_of(estimates: Sequence[Estimate]) -> Estimate:
    """Estimate the mean of independent estimates, by MOVER.

    For decay rates `averages.mean_rate` is better: it knows the small bias of each rate, which a
    mean over many targets does not shed, and the scatter that targets have in common.
    """
    if not estimates:
        return no_information()
    return linear_combination([1 / len(estimates)] * len(estimates), estimates)


def highest(family: Family, *, level: float = 0.95) -> Estimate:
    """Estimate the highest of several true values: the worst error rate, for instance.

    The upper end is the highest single upper end. It pays no price for the number of parts: it
    can lie below the highest true value only if that very part's own interval misses
    (intersection-union, Berger, Technometrics 24, 295 (1982)). The lower end is the highest single
    lower end at a tail divided by the number of parts (Bonferroni), for any of them could err.
    Both hold under any dependence. The value is the highest single value and so tends to be too
    high where the parts are alike; the interval is not affected.

    Args:
        family: Gives the parts at a confidence level.
        level: Confidence level of the two-sided interval.
    """
    parts = family(check_level(level))
    shots, circuits = _effort(parts, shared=True)
    if not parts or not all(part.informative for part in parts):
        return no_information(shots, circuits)
    careful = family(1 - (1 - level) / len(parts)) if len(parts) > 1 else parts
    return Estimate(
        value=max(part.value for part in parts),
        low=max(part.low for part in careful),
        high=max(part.high for part in parts),
        level=level,
        shots=shots,
        circuits=circuits,
        method=f"highest of {len(parts)}: intersection-union above, Bonferroni below",
    )


def lowest(family: Family, *, level: float = 0.95) -> Estimate:
    """Estimate the lowest of several true values; the mirror image of `highest`."""
    mirrored = highest(lambda wanted: [_negative(part) for part in family(wanted)], level=level)
    if not mirrored.informative:
        return mirrored
    count = mirrored.method.partition(":")[0].removeprefix("highest of ")
    method = f"lowest of {count}: intersection-union below, Bonferroni above"
    return _negative(mirrored, method)


def median_of(family: Family, *, level: float = 0.95) -> Estimate:
    """Estimate the median of several independent true values, as `ranked_of` does a quantile.

    A median of at most c means at least J / 2 values of at most c, for an even J too, where it is
    the mean of the middle two.

    Args:
        family: Gives the parts at a confidence level.
        level: Confidence level of the two-sided interval.
    """
    return _ranked(family, level, "median", None)


def ranked_of(family: Family, rank: int, *, level: float = 0.95) -> Estimate:
    """Estimate the `rank`-th smallest of several independent true values.

    If it is at most c, then at least h = rank of the true values are, and each of those has
    its lower limit above c with probability at most t. So more than J - h + q lower limits above c
    speak against it, with P(Binomial(h, t) >= q) = (1 - level) / 2; q is set by h alone. That
    makes an end of the interval an order statistic of one-sided limits at the modest tail t; the
    upper end likewise, from the J - rank + 1 values that are no smaller. The guarantee is exact
    for independent parts, whatever their spread.

    Args:
        family: Gives the parts at a confidence level.
        rank: From 1 to the number of parts.
        level: Confidence level of the two-sided interval.
    """
    return _ranked(family, level, f"number {rank}", rank)


def _ranked(family: Family, level: float, name: str, rank: int | None) -> Estimate:
    """Estimate the value of a rank; None is the middle, or the mean of the middle two."""
    tail = (1 - check_level(level)) / 2
    parts = family(level)
    shots, circuits = _effort(parts, shared=True)
    count = len(parts)
    if count == 0 or not all(part.informative for part in parts):
        return no_information(shots, circuits)
    first, second = (rank, rank) if rank else ((count + 1) // 2, count // 2 + 1)
    place_low, each_low = _place_of_limit(first, tail)
    place_high, each_high = _place_of_limit(count - second + 1, tail)
    lows = sorted(part.low for part in family(1 - 2 * each_low))
    highs = sorted((part.high for part in family(1 - 2 * each_high)), reverse=True)
    values = sorted(part.value for part in parts)
    value = 0.5 * (values[first - 1] + values[second - 1])
    return Estimate(
        value=value,
        low=min(lows[place_low], value),
        high=max(highs[place_high], value),
        level=level,
        shots=shots,
        circuits=circuits,
        method=f"{name} of {count}: order statistic of limits",
    )


def _place_of_limit(held: int, tail: float) -> tuple[int, float]:
    """Give which limit is the end, from the near side, and the tail at which limits are taken."""
    needed = max(1, round(held**0.5))
    return held - needed, float(special.betaincinv(needed, held - needed + 1, tail))


def _negative(part: Estimate, method: str | None = None) -> Estimate:
    """Turn an estimate upside down."""
    return Estimate(
        value=-part.value,
        low=-part.high,
        high=-part.low,
        level=part.level,
        shots=part.shots,
        circuits=part.circuits,
        method=part.method if method is None else method,
    )


def _one_level(estimates: Sequence[Estimate]) -> float:
    """Give the level that all estimates have, or refuse a mixture."""
    levels = {part.level for part in estimates if part.informative}
    if len(levels) > 1:
        raise ValueError(f"level: found {sorted(levels)}, expected estimates of one level")
    return levels.pop() if levels else 0.95


def _effort(estimates: Sequence[Estimate], *, shared: bool = False) -> tuple[int, int]:
    """Add up shots and circuits; targets measured at once shared theirs."""
    total = max if shared else sum
    shots, circuits = ([0, *(getattr(p, n) for p in estimates)] for n in ("shots", "circuits"))
    return total(shots), total(circuits)
