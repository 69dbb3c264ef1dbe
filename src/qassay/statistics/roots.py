"""Zeros of many functions of one variable at once, each inside its own bracket."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


def bracketed_roots(
    function: Callable[[FloatArray], FloatArray],
    left: FloatArray,
    right: FloatArray,
    *,
    tolerance: float = 1e-11,
) -> FloatArray:
    """Find zeros by Chandrupatla's method (Adv. Eng. Softw. 28, 145 (1997)).

    Inverse quadratic interpolation where three points admit it, else halving: never slower than
    bisection by more than a factor, and some ten steps in practice.

    Args:
        function: Takes and gives an array of the shape of the brackets.
        left: One end of each bracket, with `right` of the other sign of the function. Where the
            signs agree the nearer end to zero is returned.
        right: The other end.
        tolerance: Absolute error of the roots.

    Returns:
        The zeros, in the shape of the brackets.
    """
    a, b = right.astype(np.float64), left.astype(np.float64)
    fa, fb = function(a), function(b)
    c, fc = a.copy(), fa.copy()
    fraction = np.full(a.shape, 0.5)
    done = (fa * fb > 0) | (fa == 0) | (fb == 0)
    for _ in range(200):
        new = a + fraction * (b - a)
        value = np.where(done, fa, function(np.where(done, a, new)))
        same = np.sign(value) == np.sign(fa)
        c, fc = np.where(same, a, b), np.where(same, fa, fb)
        b, fb = np.where(done | same, b, a), np.where(done | same, fb, fa)
        a, fa = np.where(done, a, new), np.where(done, fa, value)
        width = np.abs(b - a)
        done = done | (fa == 0) | (width <= 2 * tolerance)
        if done.all():
            break
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            xi, phi = (a - b) / (c - b), (fa - fb) / (fc - fb)
            inverse = (1 - np.sqrt(1 - xi) < phi) & (phi < np.sqrt(xi))
            step = fa / (fb - fa) * fc / (fb - fc)
            step += (c - a) / (b - a) * fa / (fc - fa) * fb / (fc - fb)
        margin = np.minimum(tolerance / np.maximum(width, tolerance), 0.5)
        fraction = np.where(inverse & np.isfinite(step), step, 0.5)
        fraction = np.minimum(np.maximum(fraction, margin), 1 - margin)
    return np.where(np.abs(fb) < np.abs(fa), b, a)
