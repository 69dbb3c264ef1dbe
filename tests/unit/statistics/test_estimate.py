"""What an estimate is told as."""

import math

from qassay.statistics.estimate import Estimate


def test_nothing_is_minus_zero():
    told = Estimate(value=-0.0, low=-0.0, high=math.inf).as_json()
    assert [math.copysign(1, told[key]) for key in ("value", "low")] == [1, 1]
    assert told["high"] is None
