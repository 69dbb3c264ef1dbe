"""Machines that break the model, for the power of its checks.

Curves are told as the excess over the known asymptote at the third of three lengths, given the
excess y0, y1 at the first two: what a check of the curve must find is all in the third.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


def reach_of(lengths: FloatArray) -> float:
    """Give how far the third length lies beyond the second, in steps from first to second."""
    m0, m1, m2 = (float(length) for length in lengths[:3])
    return (m2 - m1) / (m1 - m0)


def stretched(y0: float, y1: float, lengths: FloatArray, power: float) -> float:
    """Follow A exp(-(k m)^power): 1 is the model, 2 slow (Gaussian) noise."""
    a, b, c = (float(length) ** power for length in lengths[:3])
    return float(y0 * (y1 / y0) ** ((c - a) / (b - a)))


def two_rates(y0: float, y1: float, lengths: FloatArray) -> float:
    """Follow equal parts of the rates k / 2 and 3 k / 2."""
    # w + w^3 = 2 y1 / y0 with w = exp(-k (m1 - m0) / 2): the real root of Cardano's formula.
    half = y1 / y0
    root = (half**2 + 1 / 27) ** 0.5
    # Of a decay that is all over it is zero, and rounding must not take it below.
    w = max(float(np.cbrt(half + root) + np.cbrt(half - root)), 0.0)
    steps = 1 + reach_of(lengths)
    return float(y0 * (w**steps + w ** (3 * steps)) / 2)


def shifted(y0: float, y1: float, lengths: FloatArray, shift: float) -> float:
    """Follow a decay to an asymptote that lies `shift` above the supposed one."""
    start, end = y0 - shift, max(y1 - shift, 0.0)
    return float(start * (end / start) ** (1 + reach_of(lengths)) + shift) if start > 0 else y0


def courses(times: FloatArray) -> tuple[tuple[str, FloatArray], ...]:
    """Give what may happen in time, relative to the mean.

    Args:
        times: From -1/2 to 1/2 over the experiment.

    Returns:
        Words and the relative change at each time.
    """
    return (
        ("rises by 20% in a line", 0.2 * times),
        ("rises by 40% in a line", 0.4 * times),
        ("jumps by 20% half way", np.where(times > 0, 0.1, -0.1)),
        ("swings by +-20% once", 0.2 * np.sin(2 * np.pi * times)),
    )
