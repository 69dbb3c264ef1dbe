"""Canonical bytes are those of the library `rfc8785`, whatever the value, and so are refusals."""

import numpy as np
import rfc8785
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.kit.examples import examples

from qassay.canonical import canonical_bytes

TEXTS = st.text(st.characters(exclude_categories=()), max_size=6)  # halves of surrogates, too
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(2**53 - 2, 2**53 + 1)
    | st.floats()
    | st.floats().map(np.float64)
    | TEXTS
    | st.binary(max_size=2)
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(TEXTS | st.integers(), inner, max_size=4)
    ),
    max_leaves=12,
)


def written(how, value):
    try:
        return how(value)
    except Exception as error:  # of whatever kind: it has to be the same
        return type(error), str(error)


@settings(max_examples=examples(300), deadline=None, derandomize=True)
@given(value=VALUES)
@example(value=[1e21, 1e20, 1e-6, 1e-7, -0.0, 100.0, 0.1, 5e-324, 1.5e300, float("nan")])
@example(value={"\U00010000": 1, "\uffff": 2, "a": {"\x7f\x1f\u2028": '"\\/'}})
def test_bytes_are_those_of_the_library(value):
    assert written(canonical_bytes, value) == written(rfc8785.dumps, value)
