import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qassay.reports.numbers import duration, quantity, shown_estimate, significant, with_interval
from qassay.statistics.estimate import Estimate, no_information

HARD_SPACE = "\u00a0"
INF = math.inf


def written(value, low, high, dimension):
    text = with_interval(Estimate(value=value, low=low, high=high), dimension)
    return text.replace(HARD_SPACE, " ")


@pytest.mark.parametrize(
    ("value", "low", "high", "dimension", "text"),
    [
        (0.0052, 0.0047, 0.0058, "probability", "0.52 % (0.47–0.58 %, 95 %)"),
        (0.00521, 0.00519, 0.00524, "probability", "0.5210 % (0.5190–0.5240 %, 95 %)"),
        (1e-5, 0.0, 3e-5, "probability", "0.0010 % (0–0.0030 %, 95 %)"),
        (17.2e-6, 15.1e-6, 19.9e-6, "time", "17.2 µs (15.1–19.9 µs, 95 %)"),
        (123.4, 101.0, 155.0, "time", "123 s (101–155 s, 95 %)"),
        (12345.0, 11000.0, 13000.0, "rate", "12.3 kHz (11.0–13.0 kHz, 95 %)"),
        (50.0, 49.0, 50.0, "count", "50 (49–50, 95 %)"),
        (50.0, 50.0, 50.0, "count", "50 (no other count, 95 %)"),
    ],
)
def test_digits_come_from_the_width_of_the_interval(value, low, high, dimension, text):
    assert written(value, low, high, dimension) == text


@pytest.mark.parametrize(
    ("value", "low", "high", "text"),
    [
        (0.0, 0.0, 0.0003, "0 % (at most 0.030 %, 95 %)"),
        (0.02, -INF, 0.05, "2.0 % (at most 5.0 %, 95 %)"),
        (0.02, 0.01, INF, "2.0 % (at least 1.0 %, 95 %)"),
        (0.02, 0.0, INF, "2.000 % (unbounded on both sides, 95 %)"),
    ],
)
def test_an_open_end_is_said_in_words(value, low, high, text):
    if "2.000" in text:
        assert "unbounded on both sides" in written(value, low, high, "probability")
    else:
        assert written(value, low, high, "probability") == text


def test_no_decay_seen_gives_a_lower_bound_only():
    assert written(INF, 21.0, INF, "time") == "more than 21 s (no upper bound, 95 %)"


@pytest.mark.parametrize("estimate", [None, no_information(shots=48, circuits=48)])
def test_no_information_is_never_a_number(estimate):
    assert with_interval(estimate, "probability") == "no information"
    assert shown_estimate(estimate, "time").interval == ""


@given(
    value=st.floats(0, 1) | st.just(math.nan),
    below=st.floats(0, 1) | st.just(INF),
    above=st.floats(0, 1) | st.just(INF),
    dimension=st.sampled_from(["probability", "time"]),
)
def test_every_estimate_can_be_written_without_nan_or_inf(value, below, above, dimension):
    text = written(value, value - below, value + above, dimension)
    assert "nan" not in text.lower()
    assert "inf" not in text.lower().replace("information", "")
    assert "e-" not in text


@given(value=st.floats(1e-5, 0.9), part=st.floats(0.01, 0.5))
def test_the_written_ends_enclose_the_written_value(value, part):
    text = written(value, value * (1 - part), value * (1 + part), "probability")
    middle, ends = text.split(" % (")
    low, high = ends.split(" %")[0].split("–")
    assert float(low) < float(middle) < float(high)


def test_quantities_without_an_interval():
    assert quantity(0.00625, "probability").replace(HARD_SPACE, " ") == "0.625 %"
    assert quantity(0.0, "time").replace(HARD_SPACE, " ") == "0 s"
    assert quantity(50.0, "count") == "50"
    assert quantity(INF, "time") == "unbounded"
    assert duration(12_345.0) == "3.4 h"
    assert significant(0.030, 3) == "0.03"


def test_no_end_is_rounded_across_a_claim_or_its_limit():
    """Refuted: at most 14 to just below 99.9 %, where whole per cent would say 100."""
    below = Estimate(value=0.73, low=0.14, high=math.nextafter(0.999, 0))
    assert shown_estimate(below, "probability").interval.startswith("14–100")
    assert shown_estimate(below, "probability", (0.999, 0.9514285714)).interval.startswith(
        "14.0–99.9"
    )
    near = Estimate(value=0.0031, low=0.00296, high=0.0041)
    assert shown_estimate(near, "probability", (0.0029, 0.0036)).interval.startswith("0.296–0.410")
    far = Estimate(value=0.0031, low=0.0021, high=0.0041)
    assert shown_estimate(far, "probability", (0.01, 0.0125)) == shown_estimate(far, "probability")
