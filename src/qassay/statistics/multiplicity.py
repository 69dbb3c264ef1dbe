"""Many claims on one sheet: which verdicts stand when each had its chance to be wrong.

All functions take natural logarithms of e-values, one a claim, hold under any dependence
between them, and give a mask of the hypotheses to reject. An e-value is what a gambler owns when
he stops: the value at the claim's own stopping time, not the largest one so far, which is only
good for its own threshold (Tavyrikov, Goeman & de Heide, arXiv:2501.19360).

"The claim's limit is missed" and "the claim holds" are two families. Each gets its own error
probability, beta and alpha.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from qassay.statistics.sequential import Floats, log_threshold

Mask = npt.NDArray[np.bool_]

_LARGEST_LOG = 300.0  # e-values beyond e**300 are all the same; sums must not overflow


def uncorrected(log_e: Floats, alpha: float) -> Mask:
    """Reject where e >= 1 / alpha: each claim wrong with probability at most alpha."""
    return np.asarray(log_e >= log_threshold(alpha))


def look_share(looks: int, *, last: bool) -> float:
    """Give the share of an error probability that one of several looks at growing counts may use.

    Half of it is for the last look, where a run ends whose counts decide nothing, and the looks
    before share the other half evenly: what is far from its border needs no more than that, and an
    interval at the end of a run is hardly wider than one of a run that nobody looked at before.
    The shares of all looks add up to 1 at most, so that statements at every look hold at once.

    Args:
        looks: How many looks a run has, all its counts included.
        last: Whether this one has all of its counts.
    """
    if looks <= 1:
        return 1.0
    return 0.5 if last else 0.5 / (looks - 1)


def e_holm(log_e: Floats, alpha: float) -> Mask:
    """Reject family-wise by closed testing with averages; never rejects less than Bonferroni.

    A hypothesis falls if every set that holds it has an average of at least 1 / alpha. The
    worst such sets add the smallest of the other e-values (Vovk & Wang, arXiv:1912.06116;
    Hartog & Lei, arXiv:2501.09015).
    """
    log_threshold(alpha)
    e = _values(log_e)
    rising = np.sort(e)
    sums = np.concatenate([[0.0], np.cumsum(rising)])
    rejected = np.zeros(e.size, dtype=bool)
    for index, value in enumerate(e):
        # Only smaller values can pull an average below its largest member.
        smaller = int(np.searchsorted(rising, value))
        averages = (value + sums[: smaller + 1]) / np.arange(1, smaller + 2)
        rejected[index] = averages.min() >= 1 / alpha
    return rejected


def closed_e_bh(log_e: Floats, alpha: float, settled: Mask | None = None) -> Mask:
    """Reject with a false discovery rate of at most alpha; never less than e-BH does.

    The largest set R such that every set S of hypotheses has an average e-value of at least
    |S & R| / (alpha |R|): were S the true hypotheses, its average would pay for the share of
    false discoveries (Xu, Fischer & Ramdas, arXiv:2504.11759). The worst S of given sizes
    holds the smallest e-values of R and of the rest. It may take a claim whose own e-value is
    below 1 / alpha into strong company; such a verdict holds as one of the sheet, not alone.

    Args:
        log_e: One a claim.
        alpha: False discovery rate.
        settled: Claims already rejected, whose e-values stand still, in a game that goes on.
            They stay rejected: R has to hold them, and what the other claims own now counts for
            nothing, since they may yet lose it. Leave out in the end, or if all is fixed.
    """
    log_threshold(alpha)
    e = _values(log_e)
    kept = np.zeros(e.size, dtype=bool) if settled is None else settled
    order = np.lexsort((-e, ~kept))  # the settled first, then by falling e-value
    rejected = np.zeros(e.size, dtype=bool)
    for size in range(e.size, int(kept.sum()), -1):
        inside = np.cumsum(np.sort(e[order[:size]]))  # the r smallest of R
        rest = np.sort(e[order[size:]])
        if settled is not None:
            rest = 0 * rest
        outside = np.concatenate([[0.0], np.cumsum(rest)])
        r = np.arange(1, size + 1)
        # Every further t that pays less than it costs makes S worse: beyond these it gets better.
        worst = np.searchsorted(rest, r / (alpha * size))
        pays = True
        for near in (worst - 1, worst, worst + 1):  # what rounding may take for the worst
            t = np.clip(near, 0, rest.size)
            pays = pays and bool((inside + outside[t] >= r * (r + t) / (alpha * size)).all())
        if pays:
            rejected[order[:size]] = True
            return rejected
    return np.asarray(rejected | kept)


def _values(log_e: Floats) -> Floats:
    return np.exp(np.minimum(np.asarray(log_e, dtype=np.float64), _LARGEST_LOG))
