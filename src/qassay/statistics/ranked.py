"""Exact evidence on medians and quantiles, whatever the targets are and however they depend.

Let E_i be the wealth of a gambler against "target i misses the limit". If the k-th best of n
targets misses it, at least h = n - k + 1 targets do. For the true set of h such targets the
average of their E_i at one moment is an e-process (averages of e-processes are, under any
dependence; Vovk and Wang, arXiv:1912.06116), and the h smallest of all E_i average to no more.
So the average of the h smallest is an e-process of the whole hypothesis. Against "the k-th best
meets the claim" it is likewise the average of the k smallest F_i, each against "target i meets
the claim". If a median of even n, the mean of the middle two, misses the limit, then n / 2
targets do, and so for the claim: h = n / 2 rounded up, on either side.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.special import logsumexp

from qassay.statistics.sequential import Floats


def least_convinced(log_e: Floats, count: int) -> Floats:
    """Average the wealth of the `count` least convinced gamblers at each moment.

    Args:
        log_e: Log e-values, shape (steps, targets), each row of one moment.
        count: Of targets that miss the limit (or meet the claim) at the least, if the hypothesis
            holds; from 1 to the targets.

    Returns:
        Log e-values, shape (steps,).
    """
    if not 1 <= count <= log_e.shape[1]:
        raise ValueError(f"count: found {count}, expected 1 to {log_e.shape[1]}")
    least = np.partition(log_e, count - 1, axis=1)[:, :count]
    return np.asarray(logsumexp(least, axis=1) - math.log(count))
