"""Rules for many claims that closed e-BH is compared with; the product uses none of them."""

import numpy as np

from qassay.statistics.multiplicity import Mask, _values
from qassay.statistics.sequential import Floats, log_threshold


def bonferroni(log_e: Floats, alpha: float) -> Mask:
    """Reject where e >= K / alpha: any wrong rejection has probability at most alpha."""
    return np.asarray(log_e >= log_threshold(alpha) + np.log(max(len(log_e), 1)))


def e_bh(log_e: Floats, alpha: float) -> Mask:
    """Reject with a false discovery rate of at most alpha (e-BH).

    The largest k with the k-th largest e-value at least K / (alpha k)
    (Wang & Ramdas, arXiv:2009.02824).
    """
    log_threshold(alpha)
    e = _values(log_e)
    order = np.argsort(-e, kind="stable")
    ranks = np.arange(1, e.size + 1)
    passed = np.flatnonzero(e[order] * ranks >= e.size / alpha)
    rejected = np.zeros(e.size, dtype=bool)
    if passed.size:
        rejected[order[: passed[-1] + 1]] = True
    return rejected
