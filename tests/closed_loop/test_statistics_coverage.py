"""Coverage of nominal 95 % intervals, with the games of `benchmarks/coverage.py`.

Seeds are fixed. Each bound on the misses is passed by chance in less than one of 10^6 runs if the
true coverage is the stated floor; `most_misses` computes it.
"""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from scipy import special

from qassay.statistics.averages import mean_rate
from qassay.statistics.decays import fit_decays

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "coverage.py"


@pytest.fixture(scope="module")
def study():
    spec = importlib.util.spec_from_file_location("coverage_study", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def most_misses(games, floor):
    """The number of misses exceeded once in 10^6 runs at a true coverage of `floor`."""
    counts = np.arange(games)
    return int(counts[special.bdtrc(counts, games, 1 - floor) < 1e-6][0])


@pytest.mark.parametrize(
    ("design", "circuits"), [("1/2", 400), ("1/2", 1000), ("1/4", 400), ("T1", 200)]
)
@pytest.mark.parametrize("multiple", [0.02, 0.3, 1.0, 2.5])
def test_one_rate(study, design, circuits, multiple):
    games, given = 600, study.DESIGNS[design]
    rates = np.full(games, multiple * study.CLAIM)
    trials = study.single_shots(np.random.default_rng(21), rates, circuits, **given)
    fit = fit_decays(trials, asymptote=given["base"], kind=given["kind"])
    missed = int(np.sum((fit.low > rates) | (fit.high < rates)))
    assert missed <= most_misses(games, 0.94)
    # One-sided limits, which verdicts rest on; far below the claim counts are too few for 5 %.
    if multiple >= 0.3:
        assert int(np.sum(fit.limits(0.05, upper=True) < rates)) <= most_misses(games, 0.935)
        lower = fit.limits(0.05, upper=False)
        assert int(np.sum(lower > rates)) <= most_misses(games, 0.91)


@pytest.mark.slow
@pytest.mark.parametrize("strength", [0.0, 0.05, 0.3])
@pytest.mark.parametrize(
    ("targets", "error", "design"),
    [
        (5, 2e-3, {"lengths": (2, 8, 64, 128), "number": 10, "base": 0.25, "spam": 0.005}),
        (4, 1.3e-3, {"lengths": (2, 32, 128), "number": 4, "base": 0.25, "spam": 0.005}),
        (8, 4.5e-5, {"lengths": (2, 512, 2048), "number": 4, "base": 0.5, "spam": 0.002}),
    ],
)
def test_few_circuits_of_many_shots(study, strength, targets, error, design):
    games, generator = 800, np.random.default_rng(22)
    middle = study.clifford(error) if design["base"] == 0.25 else 2 * error
    truth = middle * np.exp(0.15 * generator.standard_normal((games, targets)))
    trials = study.sequences(
        generator, truth.ravel(), np.full(truth.size, strength), shots=100, **design
    )
    low, high = study.all_games(trials, design["base"], games, targets)
    # A game is the unit: its targets share one dispersion. One target of each is looked at.
    for target in range(targets):
        wrong = (low[:, target] > truth[:, target]) | (high[:, target] < truth[:, target])
        assert int(wrong.sum()) <= most_misses(games, 0.935)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("design", "targets", "circuits", "spread"),
    [("1/2", 50, 100, 0.3), ("1/2", 50, 400, 0.3), ("1/4", 25, 400, 0.5), ("T1", 50, 200, 0.3)],
)
def test_mean_rate(study, design, targets, circuits, spread):
    games, given, missed, errors, widths = 100, study.DESIGNS[design], 0, [], []
    generator = np.random.default_rng(23)
    for _ in range(games):
        rates = study.CLAIM * np.exp(spread * generator.standard_normal(targets))
        trials = study.single_shots(generator, rates, circuits, **given)
        mean = mean_rate(fit_decays(trials, asymptote=given["base"], kind=given["kind"]))
        missed += not mean.low <= rates.mean() <= mean.high
        errors.append(mean.value / rates.mean() - 1)
        widths.append((mean.high - mean.low) / rates.mean())
    assert missed <= most_misses(games, 0.94)
    chance = 5 * np.std(errors) / np.sqrt(games)
    assert abs(np.mean(errors)) <= 0.05 * np.median(widths) + chance
