"""Classes of colour for a map: few enough to name in a printed legend.

They run from teal (better than claimed) over sand (within the tolerance) to orange (beyond it):
eyes that do not tell red from green tell these apart, and each side has its own steps of
lightness.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from qassay.reports.claim_data import ClaimData
from qassay.reports.numbers import significant, unit_for
from qassay.statistics.estimate import Estimate

CLASSES: Final = 7
NONE: Final = -1
_WITHIN: Final = (0.5, 0.75, 1.0)  # edges of the classes within the claim, as parts of it
_BEYOND: Final = (1.0, 1.5, 2.5)  # and beyond the limit, as multiples of it
_QUANTILES: Final = (1 / 7, 2 / 7, 3 / 7, 4 / 7, 5 / 7, 6 / 7)


@dataclass(frozen=True, slots=True, kw_only=True)
class MapScale:
    """Classes from best to worst.

    Attributes:
        edges: The far end of each class but the last, in SI units.
        names: What each class holds, in words; empty for a class that can hold nothing.
        lower: Whether small values are good.
    """

    edges: tuple[float, ...]
    names: tuple[str, ...]
    lower: bool

    def class_of(self, estimate: Estimate) -> int:
        """Find the class of an estimate; -1 without information."""
        if not estimate.informative:
            return NONE
        sign = 1.0 if self.lower else -1.0
        edges = [sign * edge for edge in self.edges]
        return int(np.searchsorted(edges, sign * estimate.value, side="left"))


def map_scale_of(data: ClaimData) -> MapScale:
    """Make the classes around a claim and its limit, or sevenths of the data."""
    if data.line is None or data.limit is None or data.line <= 0:
        values = [one.value for _, one in data.informative]
        ends = np.quantile(values, _QUANTILES).tolist()
        edges = tuple(sorted(map(float, ends), reverse=not data.lower))
    else:
        within = [data.line * step if data.lower else data.line / step for step in _WITHIN]
        beyond = [data.limit * step if data.lower else data.limit / step for step in _BEYOND]
        edges = (*within, *beyond)
    return MapScale(edges=edges, names=_names(edges, data), lower=data.lower)


def _names(edges: Sequence[float], data: ClaimData) -> tuple[str, ...]:
    """Write the range of each class."""
    size, unit = unit_for(edges[2], data.dimension)
    texts = [significant(edge / size, 3) for edge in edges]
    blank = f"\u00a0{unit}" if unit else ""
    best, worst = ("up to", "above") if data.lower else ("from", "below")
    names = [f"{best} {texts[0]}{blank}"]
    for near, far in pairwise(texts):
        ends = (near, far) if data.lower else (far, near)
        names.append("" if near == far else f"{'–'.join(ends)}{blank}")
    return (*names, f"{worst} {texts[-1]}{blank}")
