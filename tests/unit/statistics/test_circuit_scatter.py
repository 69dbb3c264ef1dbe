"""How much more a circuit's sum scatters than its targets."""

import numpy as np
import pytest

from qassay.statistics.circuit_scatter import CircuitScatter, inflation
from qassay.statistics.target_groups import DecayValue, TargetGroup
from qassay.statistics.trials import Trials

LENGTHS = np.array([1.0, 50.0, 150.0, 300.0])
CIRCUITS = (400, 200, 400, 1000)


def group(bad=0.0, factor=0.0, shots=1, targets=30):
    rng = np.random.default_rng(3)
    arms = np.repeat(np.arange(4), CIRCUITS)
    scale = np.maximum(1 + factor * rng.standard_normal((arms.size, 1)), 0)
    kept = np.exp(-2e-3 * scale * LENGTHS[arms][:, None])
    kept = np.where(rng.random((arms.size, 1)) < bad, 0.0, kept)
    p = np.broadcast_to(0.5 + 0.48 * kept, (arms.size, targets))
    return TargetGroup(
        trials=Trials(lengths=LENGTHS, arms=arms, hits=rng.binomial(shots, p), shots=shots),
        asymptote=0.5,
        value=DecayValue(meaning="infidelity", factor=0.5),
        weights=np.ones(targets),
        scale=2e-3,
    )


def test_independent_targets_do_not_inflate():
    assert inflation([CircuitScatter.of([group()])], [1.0]) == pytest.approx(1.0, abs=0.1)


@pytest.mark.parametrize("shots", [1, 20])
def test_bad_shots_are_found(shots):
    """One in fifty circuits is at the asymptote: its relative variance is about 0.02."""
    scatter = CircuitScatter.of([group(bad=0.02, shots=shots)])
    assert scatter.common.mean() == pytest.approx(0.02, rel=0.5)
    assert inflation([scatter], [1.0]) > 1.3


def test_a_common_factor_is_found():
    scatter = CircuitScatter.of([group(factor=0.3, shots=50)])
    alone, whole = scatter.variances
    assert whole > 2 * alone


def test_every_arm_has_the_scatter_that_all_show_together():
    """Few short circuits without a bad one among them are no proof that there are none."""
    scatter = CircuitScatter.of([group(bad=0.1)])
    assert scatter.common.min() > 0.03
