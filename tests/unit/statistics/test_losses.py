"""Losses of likelihood on a grid, against a plain maximisation."""

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from qassay.statistics.losses import losses_of
from qassay.statistics.target_groups import DecayValue, TargetGroup
from qassay.statistics.trials import Trials

LENGTHS = np.array([1.0, 50.0, 150.0, 300.0])


def group(hits, shots, asymptote=0.5, each=1, **more):
    """Hits of each arm at one target, all circuits of an arm alike but for the last."""
    arms = np.repeat(np.arange(len(shots)), shots)
    column = np.concatenate(
        [np.r_[np.ones(h, int), np.zeros(s - h, int)] for h, s in zip(hits, shots, strict=True)]
    )
    return TargetGroup(
        trials=Trials(
            lengths=LENGTHS[: len(shots)], arms=arms, hits=column[:, None] * each, shots=each
        ),
        asymptote=asymptote,
        value=DecayValue(meaning="infidelity", factor=0.5),
        weights=np.ones(1),
        scale=2e-3,
        **more,
    )


def log_likelihood(k, a, hits, shots, asymptote):
    p = np.clip(asymptote + (1 - asymptote) * a * np.exp(-k * LENGTHS), 0.05, 1 - 1e-5)
    hits, shots = np.array(hits), np.array(shots)
    return float((hits * np.log(p) + (shots - hits) * np.log1p(-p)).sum())


@pytest.mark.parametrize(
    ("hits", "shots", "asymptote"),
    [
        ((19, 9, 16, 34), (20, 10, 20, 50), 0.5),
        ((20, 10, 20, 50), (20, 10, 20, 50), 0.5),
        pytest.param((10, 5, 10, 25), (20, 10, 20, 50), 0.5, marks=pytest.mark.slow),
        pytest.param((900, 450, 700, 1300), (1000, 500, 1000, 2500), 0.5, marks=pytest.mark.slow),
        ((19, 5, 8, 14), (20, 10, 20, 50), 0.25),
        ((250, 40, 41, 60), (1000, 200, 400, 1000), 0.0),
    ],
)
def test_the_profile_is_that_of_a_plain_maximisation(hits, shots, asymptote):
    found = losses_of(group(hits, shots, asymptote))
    places = np.unique(np.r_[: found.constants.size : 5, found.loss[0].argmin()])
    best = []
    for k in found.constants[places]:
        # By parts, since the floor of hit probabilities gives the profile several tops.
        inner = [
            minimize_scalar(
                lambda a, k=k: -log_likelihood(k, a, hits, shots, asymptote),
                bounds=(low, low + 0.1),
                method="bounded",
                options={"xatol": 1e-9},
            ).fun
            for low in np.arange(10) / 10
        ]
        best.append(max(-min(inner), log_likelihood(k, 1.0, hits, shots, asymptote)))
    expected = np.max(best) - np.array(best)
    small = expected < 30
    assert small.sum() > 3
    assert found.loss[0, places[small]] == pytest.approx(expected[small], abs=0.02)


def test_circuits_of_many_shots_count_by_how_they_scatter():
    """Ten shots of a circuit that always agree are worth one."""
    hits, shots = (19, 9, 16, 34), (20, 10, 20, 50)
    single = losses_of(group(hits, shots)).loss
    tenfold = losses_of(group(hits, shots, each=10)).loss
    assert tenfold == pytest.approx(single, rel=0.15, abs=0.05)


@pytest.mark.parametrize("scale", [1e-7, 2e-3, 0.1, 0.5, 2.0])
@pytest.mark.parametrize("fineness", [0.02, 0.25, 2.0])
def test_grids_reach_from_gain_to_loss(scale, fineness):
    one = group((9, 9, 9, 9), (10, 10, 10, 10))
    made = TargetGroup(
        trials=one.trials,
        asymptote=0.5,
        value=DecayValue(meaning="infidelity", factor=0.5),
        weights=np.ones(1),
        scale=scale,
        fineness=fineness,
    )
    grid = made.grid()
    assert np.all(np.diff(grid) > 0)
    assert grid[0] < 0 < grid[-1]
    assert made.value.of(grid[-1]) == pytest.approx(0.5, rel=1e-9)
    timed = TargetGroup(
        trials=one.trials,
        asymptote=0.5,
        value=DecayValue(meaning="time"),
        weights=np.ones(1),
        scale=scale,
        fineness=fineness,
    )
    times = timed.value.of(timed.grid())
    assert np.all(np.diff(times) < 0)
    assert times[0] >= 1e4 / scale
    assert times[-1] <= 1e-2 / scale
