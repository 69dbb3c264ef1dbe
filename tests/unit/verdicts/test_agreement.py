"""A settled verdict without a number beside it still says on which side of a border it is."""

import math

import pytest

from qassay.claims.claim import Claim
from qassay.reports.numbers import shown_estimate
from qassay.statistics.estimate import no_information
from qassay.verdicts.agreement import agreeing


def claim(metric, relation, value):
    return Claim(id="a", metric=metric, relation=relation, value=value, stated="")


@pytest.mark.parametrize(
    ("metric", "relation", "outcome", "words"),
    [
        ("t1", "at least", "supported", "more than 8 s"),
        ("t1", "at least", "refuted", "less than 10 s"),
        ("t1", "at least", "inconclusive", "no information"),
        ("t1", "at most", "supported", "less than 8 s"),
        ("t1", "at most", "refuted", "more than 10 s"),
    ],
)
def test_the_side_that_the_test_settled_is_shown(metric, relation, outcome, words):
    one = agreeing(no_information(30, 30), claim(metric, relation, 10.0), 8.0, outcome)
    assert not one.informative  # no number comes of it anywhere
    assert math.isnan(one.value)
    assert one.as_json() is None
    assert shown_estimate(one, "time").value.replace("\u00a0", " ") == words
