"""One zero inside a bracket."""

import math

import pytest
from scipy.optimize import brentq

from qassay.statistics.roots import bracketed_root


@pytest.mark.parametrize("low", [1e-6, 1.0, 200.0])
@pytest.mark.parametrize("high", [250.0, 1e4, 1e15])
def test_one_root_is_that_of_brent(low, high):
    def function(x):
        return math.log(x) + 0.1 * math.sqrt(x) - 7

    assert bracketed_root(function, low, high) == pytest.approx(
        brentq(function, low, high, xtol=1e-14, rtol=1e-15), rel=1e-12
    )


def test_a_step_is_found():
    assert bracketed_root(lambda x: -1.0 if x < 3 else 1.0, 0.0, 10.0) == pytest.approx(3)
