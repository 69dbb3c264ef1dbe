"""No machine that keeps its claim may look as if it had lost the promised signal."""

import math
from types import SimpleNamespace

import numpy as np
import pytest

from qassay.protocols.weighing.lost_signal import _least_kept

LONG = 0.85  # the long arm, in units of the claimed time


def kept(rate):
    return math.exp(-LONG * rate)


def times(rng, statistic, targets):
    """Draw times that keep "at least 1": unlike, some next to nothing."""
    found = np.exp(rng.uniform(0.1, 3) * rng.normal(size=targets))
    found[rng.random(targets) < rng.uniform(0, 0.8)] = 1e-6
    found[0] = max(found[0], 1e-3)
    worth = {"mean": np.mean, "median": np.median, "best": np.max}[statistic](found)
    if worth <= 1e-3:  # a median may be of lost qubits alone
        return np.ones(targets)
    return found / worth


@pytest.mark.parametrize("metric", ["t1", "t2_echo"])
@pytest.mark.parametrize("statistic", ["mean", "median", "best"])
def test_no_good_machine_keeps_less(metric, statistic):
    claim, rng = SimpleNamespace(metric=metric, statistic=statistic), np.random.default_rng(8)
    for _ in range(300):
        targets = int(rng.integers(1, 40))
        seen = np.exp(-LONG / times(rng, statistic, targets)).mean()
        assert seen >= _least_kept(claim, kept, 1.0, targets) - 1e-3


def test_twelve_qubits_of_a_real_spread_are_not_taken_for_a_lost_signal():
    """As unlike as the T2 of neighbours in a published calibration."""
    measured = np.array([31, 48, 70, 95, 120, 150, 165, 180, 190, 215, 260, 315.0])
    seen = np.exp(-LONG * measured.mean() / measured).mean()
    assert seen < 0.93 * kept(1.0)
    claim = SimpleNamespace(metric="t2_echo", statistic="mean")
    assert _least_kept(claim, kept, 1.0, 12) < seen


def test_of_gate_errors_the_mean_rate_is_the_worst():
    claim = SimpleNamespace(metric="one_qubit_gate_error", statistic="mean")
    rng = np.random.default_rng(9)
    for _ in range(100):
        rates = rng.exponential(size=12)
        seen = np.exp(-LONG * rates / rates.mean()).mean()
        assert seen >= _least_kept(claim, kept, 1.0, 12)
