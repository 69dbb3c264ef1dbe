"""The end of an interval that faces the border a run was stopped for."""

import pytest

from qassay.statistics.estimate import Estimate, no_information
from qassay.verdicts.after_stopping import WIDENED, after_stopping

SHOWN = Estimate(value=1.0, low=0.8, high=1.3)


@pytest.mark.parametrize(
    ("outcome", "lower", "low", "high"),
    [
        ("supported", True, 0.8, 1 + 0.3 * WIDENED),
        ("refuted", True, 1 - 0.2 * WIDENED, 1.3),
        ("supported", False, 1 - 0.2 * WIDENED, 1.3),
        ("refuted", False, 0.8, 1 + 0.3 * WIDENED),
        ("inconclusive", True, 0.8, 1.3),
    ],
)
def test_the_end_towards_the_border_moves(outcome, lower, low, high):
    made = after_stopping(SHOWN, outcome, lower_is_better=lower)
    assert (made.low, made.value, made.high) == pytest.approx((low, 1.0, high))


def test_an_error_is_never_negative_and_nothing_stays_nothing():
    close = Estimate(value=1.0, low=0.0, high=1.3)
    assert after_stopping(close, "refuted", lower_is_better=True).low == 0.0
    assert not after_stopping(no_information(), "refuted", lower_is_better=True).informative
