"""The ruler of a verdict: claim, limit and measured interval on one line, claim in the middle.

Every ruler of a page has the same scale, from four times better than claimed on the left to
four times worse on the right, so that a column of them can be read at a glance.
"""

from __future__ import annotations

import math
from typing import Final

from markupsafe import Markup

from qassay.protocols.known import told_as
from qassay.protocols.weighing.decision import as_told
from qassay.reports.claim_data import ClaimData
from qassay.reports.numbers import with_interval
from qassay.reports.svg import dots, framed, lines, number
from qassay.reports.words import borders, claimed, lower_is_better

_WIDTH: Final = 220.0
_HEIGHT: Final = 26.0
_OCTAVES: Final = 2.0  # to each side of the claim
_EDGE: Final = 8.0  # room for arrows and dots


def ruler(data: ClaimData) -> Markup | None:
    """Draw the ruler of a claim; None where there is nothing to compare."""
    estimate, claim = data.verdict.estimate, data.claim
    told = as_told(claim)
    if estimate is None or told.value <= 0:
        return None
    lower = lower_is_better(told)

    def x(value: float) -> float:
        """Place a value; better is left. Beyond the ends it goes to infinity."""
        if value <= 0 or not math.isfinite(value):
            far = math.inf if (value > 0) == lower else -math.inf
            return far if value != 0 or not lower else -math.inf
        octaves = math.log2(value / told.value) * (1 if lower else -1)
        return _WIDTH / 2 + octaves / _OCTAVES * (_WIDTH / 2 - _EDGE)

    middle, top, bottom = _HEIGHT / 2, 3.0, _HEIGHT - 3.0
    at_claim, at_limit = _WIDTH / 2, _inside(x(borders(claim, data.verdict)[1]))
    parts = [
        _zone(0, at_claim, "zone-good"),
        _zone(at_claim, at_limit, "zone-mid"),
        _zone(at_limit, _WIDTH, "zone-bad"),
        lines([((at_claim, top - 3), (at_claim, bottom + 3))], 1.6, "e mark"),
        lines([((at_limit, top - 3), (at_limit, bottom + 3))], 1.2, "e mark dotted")
        if at_limit != at_claim
        else "",
    ]
    if estimate.informative or math.isinf(estimate.value):
        ends = sorted((x(estimate.low), x(estimate.high)))
        left, right = (_inside(end) for end in ends)
        parts.append(lines([((left, middle), (right, middle))], 3, "e bar"))
        parts += [
            lines(
                [
                    ((at, middle), (at + side * 5, middle - 4)),
                    ((at, middle), (at + side * 5, middle + 4)),
                ],
                2,
                "e bar",
            )
            for at, end, side in ((left, ends[0], 1), (right, ends[1], -1))
            if at != end
        ]
        if math.isfinite(estimate.value):
            parts.append(dots([(_inside(x(estimate.value)), middle)], 9, "bar"))
    words = f"Claimed {claimed(claim)}; measured {with_interval(estimate, told_as(claim.metric))}"
    box = f"0 0 {number(_WIDTH)} {number(_HEIGHT)}"
    return framed(f"{data.anchor}-ruler", box, "Measured against claimed", words, "".join(parts))


def _inside(x: float) -> float:
    return min(max(x, _EDGE / 2), _WIDTH - _EDGE / 2)


def _zone(left: float, right: float, css: str) -> str:
    if right <= left:
        return ""
    return (
        f'<rect class="{css}" x="{number(left)}" y="3" width="{number(right - left)}"'
        f' height="{number(_HEIGHT - 6)}"/>'
    )
