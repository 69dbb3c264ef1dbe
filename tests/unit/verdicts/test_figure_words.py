"""What a figure says of itself where its interval has one end alone."""

import math

import pytest

from qassay.statistics.estimate import Estimate, no_information
from qassay.verdicts.figure_answers import figure_words
from qassay.verdicts.figures import FoundFigure


def figure(metric, value, low, high, wanted=0.0):
    estimate = Estimate(value=value, low=low, high=high)
    return FoundFigure(
        id="a",
        metric=metric,
        estimate=no_information() if math.isnan(value) else estimate,
        wanted=wanted,
        targets=((0,),),
        shots=1,
        circuits=1,
        fewest=1,
    )


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (figure("t1", math.inf, 2e-3, math.inf), "more than 2.00 ms"),
        (figure("t1", 5e-3, 2e-3, math.inf), "more than 2.00 ms"),
        (figure("t1", math.nan, 0, 0), "nothing yet"),
        (figure("t1", 2e-3, 1e-3, 3e-3), "2.00 ms (1.00 ms to 3.00 ms)"),
        (figure("two_qubit_gate_error", 0.1, 0.0, 0.15), "less than 15.0 %"),
        (figure("two_qubit_gate_error", 0.2, 0.1, math.inf), "more than 10.0 %"),
        (figure("readout_error", 0.01, 0.0, 0.02, wanted=0.02), "1.00 % (0 % to 2.00 %)"),
        (figure("crosstalk", 0.001, -0.001, 0.003), "0.100 % (-0.100 % to 0.300 %)"),
    ],
)
def test_an_end_alone_is_told_as_such(found, words):
    said = str(figure_words(found)).replace("\u00a0", " ").replace("\u2212", "-")
    assert said == words


def test_a_bound_is_in_the_numbers():
    told = figure("t1", math.inf, 2e-3, math.inf).as_json()
    assert (told["estimate"], told["more_than"]) == (None, 2e-3)
    assert "more_than" not in figure("t1", 2e-3, 1e-3, 3e-3).as_json()
