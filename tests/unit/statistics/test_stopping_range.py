"""Between how many times the expected length nine of ten runs of a sequential test end."""

import math

import numpy as np
import pytest
from scipy.stats import invgauss

from qassay.statistics.stopping_range import stopping_range


@pytest.mark.parametrize("alpha", [0.2, 0.05, 0.01, 1e-6])
def test_it_is_that_of_an_inverse_gaussian(alpha):
    shape = math.log(1 / alpha) / 3
    law = invgauss(1 / shape, scale=shape)
    assert law.mean() == pytest.approx(1)
    assert stopping_range(alpha) == pytest.approx(law.ppf([0.05, 0.95]), rel=1e-9)


@pytest.mark.parametrize("alpha", [0.05, 0.001])
def test_a_walk_of_likelihood_ratios_ends_within_it(alpha):
    """Of 4,000 walks at least 90 % - 1.9 %: five standard errors, a chance of 3e-7."""
    rng = np.random.default_rng(20261129)
    step = 0.1  # of a coin of 0.5 + step / 2 against one of 0.5 - step / 2
    bet = math.log((0.5 + step / 2) / (0.5 - step / 2))
    signs = np.where(rng.random((4000, 4000)) < 0.5 + step / 2, bet, -bet)
    over = signs.cumsum(axis=1, dtype=np.float32) >= math.log(1 / alpha)
    ends = np.where(over.any(axis=1), over.argmax(axis=1) + 1.0, np.inf)
    mean = math.log(1 / alpha) / (step * bet)  # Wald's identity
    low, high = stopping_range(alpha)
    assert np.mean((ends >= low * mean) & (ends <= high * mean)) > 0.9 - 0.019
