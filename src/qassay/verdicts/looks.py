"""When a mean is looked at: a look is dear, and a tenth more circuits say little more."""

from __future__ import annotations

import math
from typing import Final

from qassay.planning.plan import Plan
from qassay.planning.schedule import cycles as cycles_of

_GROWTH: Final = 1.13  # of the circuits from look to look


def look_due(plan: Plan, cycles: int, growth: float = _GROWTH) -> bool:
    """Whether a mean is looked at after so many cycles: each time there are 13 % more.

    Where rounds go out by files every return is a look; the last cycle always is one.

    Args:
        plan: The plan.
        cycles: That are over.
        growth: Of the circuits from look to look.
    """
    if plan.rounds or cycles >= cycles_of(plan):
        return True
    look = 1
    while look < cycles:
        look = max(look + 1, math.floor(look * growth))
    return look == cycles
