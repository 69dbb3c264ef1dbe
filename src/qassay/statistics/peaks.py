"""The highest of several maxima of a smooth function of one variable, for many targets at once.

A grid finds where the function turns from rising to falling; between two points of it one search
finds the top. Every such top is looked at, not only those beside the highest point of the grid: a
low hill between two points may be higher than a plain that ends on one.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from qassay.statistics.roots import bracketed_roots

FloatArray = npt.NDArray[np.float64]
Chosen = npt.NDArray[np.bool_]
# Of logarithms of places, shape (..., chosen), and which targets are chosen: heights, and slopes by
# the place itself.
Function = Callable[[FloatArray, Chosen], tuple[FloatArray, FloatArray]]

_LEVEL = 1e-12  # rises below this share of the height are what rounding leaves


def highest_tops(function: Function, grid: FloatArray, targets: int) -> FloatArray:
    """Find where each function of a positive variable is highest.

    Args:
        function: Gives heights and derivatives of many functions, each at a place of its own.
        grid: Logarithms of places so close that from one to the next no function turns twice.
        targets: How many functions.

    Returns:
        Logarithms, shape (targets,): a top, or a point of the grid that no top is higher than.
    """
    every = np.ones(targets, dtype=np.bool_)
    heights, slopes = function(np.broadcast_to(grid[:, None], (grid.size, targets)), every)
    place: FloatArray = grid[np.argmax(heights, axis=0)]
    best = heights.max(axis=0)
    rises = slopes * np.exp(grid)[:, None]
    gain = np.maximum(rises[:-1], -rises[1:]) * np.diff(grid)[:, None]
    tops = (rises[:-1] > 0) & (rises[1:] < 0) & (gain > _LEVEL * (1 + np.abs(best)))
    which = np.cumsum(tops, axis=0)
    for turn in range(1, int(which.max(initial=0)) + 1):
        here = tops & (which == turn)
        chosen = here.any(axis=0)
        left, right = _bracket(heights[:, chosen], rises[:, chosen], np.argmax(here, 0)[chosen])

        def slope(at: FloatArray, chosen: Chosen = chosen) -> FloatArray:
            return function(at, chosen)[1]

        at = bracketed_roots(slope, grid[left], grid[right])
        height = function(at, chosen)[0]
        higher = height > best[chosen]
        numbers = np.flatnonzero(chosen)[higher]
        place[numbers], best[numbers] = at[higher], height[higher]
    return place


def _bracket(
    heights: FloatArray, rises: FloatArray, start: npt.NDArray[np.intp]
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Give the points beside the higher one of two with a top between them, shape (chosen,)."""
    each, last = np.arange(start.size), len(heights) - 1
    highest = start + (heights[start + 1, each] > heights[start, each])
    left, right = np.maximum(highest - 1, 0), np.minimum(highest + 1, last)
    clear = (rises[left, each] > 0) & (rises[right, each] < 0)
    return np.where(clear, left, start), np.where(clear, right, start + 1)
