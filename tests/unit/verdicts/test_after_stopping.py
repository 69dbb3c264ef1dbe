"""The end of an interval that faces the border a run was stopped for."""

import pytest

from qassay.statistics.estimate import Estimate, no_information
from qassay.verdicts.after_stopping import CLEAR, FAR, NEAR, after_stopping, moved_out

SHOWN = Estimate(value=1.0, low=0.8, high=1.3)


@pytest.mark.parametrize(
    ("outcome", "lower", "claimed", "limit", "low", "high"),
    [
        ("supported", True, 1.2, 1.5, 0.8, 1 + 0.3 * NEAR),
        ("refuted", True, 0.7, 0.9, 1 - 0.2 * NEAR, 1.3),
        ("supported", False, 0.9, 0.7, 1 - 0.2 * NEAR, 1.3),
        ("refuted", False, 1.5, 1.2, 0.8, 1 + 0.3 * NEAR),
        ("supported", True, 1.5, 1.9, 0.8, 1 + 0.3 * FAR),
        ("supported", True, 1.4, 1.75, 0.8, 1.4),
        ("refuted", True, 0.6, 0.72, 0.72, 1.3),
        ("inconclusive", True, 1.2, 1.5, 0.8, 1.3),
    ],
)
def test_the_end_towards_the_border_moves(outcome, lower, claimed, limit, low, high):
    made = after_stopping(SHOWN, outcome, claimed, limit, lower_is_better=lower)
    assert (made.low, made.value, made.high) == pytest.approx((low, 1.0, high))


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_an_end_excludes_the_farther_border_only_from_half_as_far_again(sign):
    end, just = 2.0, 1e-9
    short, long = (sign * (factor - just) for factor in (CLEAR, NEAR))
    assert moved_out(0.0, sign * end, sign * (CLEAR * end + just)) == pytest.approx(
        sign * FAR * end
    )
    assert moved_out(0.0, sign * end, 2 * short) == 2 * short
    assert moved_out(0.0, sign * end, 2 * long) == pytest.approx(sign * NEAR * end)


def test_an_error_is_never_negative_and_nothing_stays_nothing():
    close = Estimate(value=1.0, low=0.0, high=1.3)
    assert after_stopping(close, "refuted", 0.7, 0.9, lower_is_better=True).low == 0.0
    nothing = after_stopping(no_information(), "refuted", 0.7, 0.9, lower_is_better=True)
    assert not nothing.informative
