"""Conversions between the three names of one error."""

from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kit.examples import examples

from qassay.claims import Claim, canonical_value, convert
from qassay.claims.claim import Convention
from qassay.claims.conventions import average_from_process, process_from_average

conventions = st.sampled_from(get_args(Convention))
dimensions = st.sampled_from((2, 4))


def claim(metric, convention, value=0.01):
    return Claim(
        id="a", metric=metric, relation="at most", value=value, stated="", convention=convention
    )


@settings(max_examples=examples(100), deadline=None)
@given(st.floats(0, 1), conventions, conventions, dimensions)
def test_there_and_back(value, source, target, d):
    there = convert(value, source, target, d)
    assert convert(there, target, source, d) == pytest.approx(value, rel=1e-12)


def test_the_factors_of_the_design():
    assert average_from_process(0.3, 2) == pytest.approx(0.2)
    assert average_from_process(0.5, 4) == pytest.approx(0.4)
    assert process_from_average(0.4, 4) == pytest.approx(0.5)
    assert convert(0.1, "pauli_error", "process_infidelity", 4) == 0.1


@pytest.mark.parametrize(
    ("metric", "convention", "expected"),
    [
        ("one_qubit_gate_error", "average_gate_infidelity", 0.01),
        ("one_qubit_gate_error", "process_infidelity", 0.01 * 2 / 3),
        ("one_qubit_gate_error", "pauli_error", 0.01 * 2 / 3),
        ("two_qubit_gate_error", "pauli_error", 0.008),
        ("eplg", "process_infidelity", 0.008),
        ("eplg", "average_gate_infidelity", 0.01),
        ("readout_error", None, 0.01),
    ],
)
def test_the_canonical_value(metric, convention, expected):
    assert canonical_value(claim(metric, convention)) == pytest.approx(expected)
