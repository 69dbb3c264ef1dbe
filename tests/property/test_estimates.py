"""No number that is none: whatever the counts, an estimate is finite and physical, or says so."""

import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.kit.examples import examples

from qassay.protocols.known import PROTOCOLS, PUBLISHED
from qassay.statistics.estimate import Estimate, physical
from qassay.statistics.trials import Trials

ESTIMATORS = [
    (each, quantity)
    for each in (*PROTOCOLS.values(), *PUBLISHED.values())
    for quantity in each.quantities
]
MAY_BE_NEGATIVE = (  # means of +1 and -1
    "mirror_polarization",
    "ghz_fidelity",
    "bell_correlation",
    "graph_state_fidelity",
)
TIMES = ("t1", "t2_star", "t2_echo", "t2_cpmg")


@st.composite
def counts(draw, arms=3):
    """Draw counts of any shape: no circuit, one, ragged arms; no hit, all hits, or any number."""
    lengths = np.array(
        draw(st.sampled_from([(0.0, 5.0, 15.0), (0.0, 1e-9, 1e3), (1.0, 2.0, 2.5)]))
    )[:arms]
    targets, shots = draw(st.sampled_from([1, 2, 7])), draw(st.sampled_from([1, 3, 100]))
    circuits = draw(st.integers(0, 12))
    drawn = st.lists(st.integers(0, arms - 1), min_size=circuits, max_size=circuits)
    kinds = st.sampled_from(["none", "all", "any", "one target none", "one target all"])
    kind = draw(kinds)
    seed = draw(st.integers(0, 2**32 - 1))
    hits = np.random.default_rng(seed).integers(0, shots + 1, size=(circuits, targets))
    hits = {"none": 0 * hits, "all": 0 * hits + shots}.get(kind, hits)
    if kind.startswith("one target"):
        hits[:, 0] = shots if kind.endswith("all") else 0
    return Trials(
        lengths=lengths, arms=np.array(draw(drawn), dtype=np.intp), hits=hits, shots=shots
    )


def check(one, quantity):
    """Refuse what no reader could take for a number."""
    document = one.as_json()
    if document is None:
        assert not one.informative
        return
    least = -1.0 if quantity in MAY_BE_NEGATIVE else 0.0
    most = math.inf if quantity in TIMES else 1.0
    assert math.isfinite(one.value)
    assert least - 1e-12 <= one.low <= one.value <= one.high or one.low == -math.inf
    assert one.value <= one.high
    assert one.value <= most + 1e-12
    assert one.high == math.inf or one.high <= most + 1e-12
    assert 0 < one.level < 1


@pytest.mark.parametrize(("estimator", "quantity"), ESTIMATORS, ids=lambda x: getattr(x, "id", x))
@settings(deadline=None, max_examples=examples(6))
@given(data=st.data())
def test_an_estimate_is_finite_and_physical_or_says_that_there_is_none(estimator, quantity, data):
    probability = estimator.model == "probability"
    trials = data.draw(counts(1 if probability else 3))
    for level in (0.9, 0.999):
        each = estimator.estimate(quantity, trials, level)
        assert len(each) == trials.targets
        for one in (*each, estimator.mean(quantity, trials, level)):
            check(one, quantity)


anything = st.floats(allow_nan=True, allow_infinity=True)


@example(math.inf, math.inf, 0.0)
@given(anything, anything, anything)
def test_the_physical_range_is_kept(value, low, high):
    one = physical(Estimate(value=value, low=low, high=high), 0.0, 1.0)
    if one.informative:
        assert 0 <= one.value <= 1
        assert one.low <= one.value <= one.high
        assert one.low >= 0 or one.low == -math.inf
        assert one.high <= 1 or one.high == math.inf
