"""The time to 1/e covers whatever the shape of the decay is."""

from itertools import product

import numpy as np
import pytest
from scipy import special

from qassay.statistics.estimate import Estimate, no_information
from qassay.statistics.shaped_times import of_any_shape, shaped_times
from qassay.statistics.trials import Trials

DELAYS = np.array([0.0, 1.0, 0.8])


def drawn(rng, time, power, circuits=600, targets=200):
    arms = rng.choice(3, circuits, p=[1 / 11, 5 / 11, 5 / 11])
    chance = 0.5 + 0.49 * np.exp(-((DELAYS[arms] / time) ** power))
    hits = (rng.random((circuits, targets)) < chance[:, None]).astype(np.int64)
    return Trials(lengths=DELAYS, arms=arms, hits=hits)


QUICK = {(0.5, 0.6), (3.0, 0.6), (1.0, 1.0)}


@pytest.mark.parametrize(
    ("power", "time"),
    [
        pytest.param(*one, marks=() if one in QUICK else pytest.mark.slow)
        for one in product((0.5, 1.0, 2.0, 3.0), (0.6, 0.8, 1.0, 2.0))
    ],
)
def test_it_covers(power, time):
    found = shaped_times(drawn(np.random.default_rng(7), time, power), asymptote=0.5, level=0.95)
    missed = sum(not one.low <= time <= one.high for one in found)
    # If 95 % are covered, more than 27 of 200 are missed in one of 10^6 runs.
    assert special.bdtrc(27, 200, 0.05) < 1e-6
    assert missed <= 27
    assert all(one.low <= one.value <= one.high for one in found)


def test_between_the_delays_the_shape_costs_little():
    found = shaped_times(
        drawn(np.random.default_rng(1), 0.9, 1.0, circuits=4000, targets=40),
        asymptote=0.5,
        level=0.95,
    )
    assert np.median([(one.high - one.low) / one.value for one in found]) < 0.3


def test_counts_that_say_nothing():
    arms = np.array([0, 1, 2])
    none = shaped_times(
        Trials(lengths=DELAYS, arms=arms, hits=np.zeros((3, 1), dtype=np.int64)),
        asymptote=0.5,
        level=0.95,
    )
    assert not none[0].informative


@pytest.mark.parametrize("power", [0.4, 0.6, 1.0, 2.0, 3.0])
@pytest.mark.parametrize("time", [0.02, 0.3, 0.9, 1.0, 1.2, 5.0, 40.0])
def test_what_one_delay_tells_of_any_shape(power, time):
    """The contrast after a delay of 1, read as that of an exponential, and as what it is."""
    read = 1 / (1 / time) ** power  # exp(-1 / read) = exp(-(1 / time)^power)
    seen = Estimate(value=read, low=0.98 * read, high=1.02 * read)
    told = of_any_shape(seen, (1.0,))
    assert told.low < time < told.high
    assert told.value == read
    assert told.low <= seen.low
    assert told.high >= seen.high


def test_far_from_the_delay_there_is_no_bound():
    told = of_any_shape(Estimate(value=9.0, low=8.0, high=10.0), (1.0,))
    assert told.low == pytest.approx(2.0)
    assert told.high == np.inf


def test_at_the_delay_itself_the_shape_matters_little_and_nothing_stays_nothing():
    told = of_any_shape(Estimate(value=2.0, low=1.96, high=2.04), (2.0,))
    assert 1.9 < told.low < told.high < 2.11
    assert of_any_shape(Estimate(value=2.0, low=1.0, high=np.inf), (2.0,)).high == np.inf
    assert not of_any_shape(no_information(), (2.0,)).informative
    untouched = Estimate(value=2.0, low=1.0, high=4.0)
    assert of_any_shape(untouched, ()) == untouched
