"""Each question finds its inventor and leaves honest counts alone."""

import numpy as np
import pytest

from qassay.errors import UsageError
from qassay.forensics.examine import read_reported
from qassay.forensics.questions import (
    against_calibration,
    faster_than_clock,
    too_alike,
    unsteady,
    without_relaxation,
)

RNG = np.random.default_rng(1)
SHOTS = 20_000
CHANCE = 0.02 * np.exp(RNG.normal(0, 0.4, 50))


def test_equal_qubits_are_too_alike():
    equal = RNG.binomial(SHOTS, 0.02, 50)
    assert too_alike(equal, SHOTS).suspicious
    assert too_alike(equal, SHOTS).power[0][1] > 0.9
    assert not too_alike(RNG.binomial(SHOTS, CHANCE), SHOTS).suspicious
    assert too_alike(equal[:5], SHOTS).p_value is None
    assert too_alike(RNG.binomial(100, 0.02, 50), 100).p_value is None


def test_differences_must_last():
    first, second = (RNG.binomial(SHOTS, CHANCE) for _ in range(2))
    assert not unsteady(first, second).suspicious
    assert "rank correlation +0.9" in unsteady(first, second).sentence
    assert unsteady(np.sort(first), np.sort(second)[::-1]).suspicious
    equal = RNG.binomial(SHOTS, 0.02, (2, 50))
    assert unsteady(*equal).p_value is None


def test_relaxation_must_show():
    n = 100_000
    assert not without_relaxation(2000, n, 1000, n, 2e-6, 100e-6).suspicious
    assert without_relaxation(1000, n, 1000, n, 2e-6, 100e-6).suspicious
    # The two directions exchanged: worse than equal.
    assert without_relaxation(1000, n, 2000, n, 2e-6, 100e-6).suspicious
    assert without_relaxation(1000, n, 1000, n, 3e-4, 100.0).p_value is None
    assert without_relaxation(10, n, 10, n, 0.0, 1.0).p_value is None


def test_the_clock():
    assert faster_than_clock(0.97, 1.0).suspicious
    assert not faster_than_clock(1.0, 1.0).suspicious
    assert faster_than_clock(0.0, 1.0).p_value is None


def test_calibrations_too_far_and_too_close():
    errors = np.full(50, 1e-3)
    measured = CHANCE + RNG.normal(0, 1e-3, 50)
    assert not against_calibration(CHANCE, measured, errors).suspicious
    assert against_calibration(CHANCE / 2, measured, errors).suspicious
    assert against_calibration(measured, measured, errors).suspicious
    assert against_calibration([], [], []).p_value is None


@pytest.mark.parametrize("document", [[], {"t1": 3}, {"t1": {"0": "x"}}, {"t1": {"0": -1}}])
def test_a_calibration_is_a_table_of_numbers(document):
    with pytest.raises(UsageError, match="readout_error"):
        read_reported(document, "reported.json")
