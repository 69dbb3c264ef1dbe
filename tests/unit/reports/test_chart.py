import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qassay.reports.chart import Chart, tick, ticks


@pytest.mark.parametrize(
    ("low", "high", "whole", "found"),
    [
        (0.0, 1.02, False, [0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (-56.7, 1502.0, False, [0, 500, 1000, 1500]),
        (0.0, 4.6, True, [1, 2, 3, 4]),
        (0.0, 2.7e-3, False, [0, 5e-4, 1e-3, 1.5e-3, 2e-3, 2.5e-3]),
    ],
)
def test_ticks_are_round_numbers(low, high, whole, found):
    assert ticks(low, high, whole=whole) == pytest.approx(found)


@given(low=st.floats(-1e6, 1e6), width=st.floats(1e-6, 1e9))
def test_ticks_are_few_inside_and_readable(low, width):
    found = ticks(low, low + width)
    assert 1 <= len(found) <= 8
    slack = 1e-6 * (abs(low) + width)
    assert all(low - slack <= value <= low + width + slack for value in found)


def test_numbers_at_an_axis():
    assert tick(0.30000000000000004) == "0.3"
    assert tick(12_000) == "12\u202f000"
    assert tick(-0.05) == "\u22120.05"


def test_a_point_is_where_its_numbers_say():
    chart = Chart(x=(0, 10), y=(0, 1), x_label="x", y_label="y", left=40, right=0, top=0, bottom=40)
    assert chart.place(0, 0) == (40, 250)
    assert chart.place(10, 1) == (440, 0)
    assert chart.place(5, 7) == (240, 0)  # cut at the end of the axis
    assert chart.points([(5, 7)], 4, "e") == ""  # but no point is drawn where none is
    assert re.findall(r"[ML]([\d. ]+)", chart.bars([(5, 0.5, 7)], 1, "e")) == ["240 125", "240 0"]
