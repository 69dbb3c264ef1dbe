"""Crosstalk on a machine whose gates drift as the plan itself turns: no drift is in it."""

import numpy as np
import pytest
from tests.unit.protocols.designs.test_registers import claim, planned

from qassay.protocols.batches import draw_order
from qassay.protocols.joining import joined_scores
from qassay.protocols.known import protocol_for
from qassay.protocols.weighing.data_of_claims import measurand_of

ALONE, ADDED, SPAM = 1.5e-2, 3e-3, 0.03  # process errors of a layer; of a pair's readout
PLAN = planned(
    claim("crosstalk", "0.0024", 'convention = "average_gate_infidelity"', 'statistic = "mean"')
)


def measured(seed, phase, swing=0.2):
    """Play all batches twenty times over; gate errors are a sine with the period of a batch."""
    rng, parts = np.random.default_rng(seed), []
    for x in PLAN.experiments:
        batches = 20 * x.batches
        for index in range(batches):
            arms = draw_order(x, index % x.batches, rng.bytes(32))
            turns = np.arange(arms.size) / arms.size
            factor = 1 + swing * np.sin(2 * np.pi * turns + phase)
            together = np.array([not x.working[arm] for arm in arms])
            errors = (ALONE + together * ADDED) * factor
            kept = np.exp(np.array(x.lengths)[arms] * np.log1p(-16 / 15 * errors))
            right = rng.random((arms.size, len(x.targets))) < (0.25 + (0.75 - SPAM) * kept[:, None])
            expected = np.zeros((arms.size, 6), dtype=np.uint8)
            outcomes = expected[:, None, :].copy()
            outcomes[:, 0, [pair[0] for pair in x.targets]] = ~right
            parts.append((x, index, protocol_for(x).score(expected, outcomes, x, arms)))
    (only,) = PLAN.sheet.claims
    found = measurand_of(
        only,
        PLAN.experiments,
        joined_scores(parts),
        [p for x in PLAN.experiments for p in x.targets],
    )
    return found.statistic(0.95)


@pytest.mark.parametrize(
    "phase",
    [np.pi / 2, *(pytest.param(one, marks=pytest.mark.slow) for one in (0.0, np.pi))],
)
def test_a_drift_with_the_period_of_a_cycle_is_no_crosstalk(phase):
    """Within 4.5 standard errors, which fails once in 150,000 runs of each case.

    Halves in batches of their own met other phases of the sine: at phase 0 one half of a cycle has
    13 % more than the mean and the other 13 % less, a quarter of a layer's error in the
    difference, more than ten standard errors here.
    """
    found = measured(7, phase)
    error = (found.high - found.low) / (2 * 1.96)
    assert abs(found.value - 0.8 * ADDED) < 4.5 * error
    assert 10 * error < 0.8 * 0.25 * ALONE
