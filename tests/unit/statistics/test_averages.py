"""The mean rate of several targets: bias, coverage, edges."""

import numpy as np
import pytest
from scipy import special

from qassay.statistics.averages import mean_rate
from qassay.statistics.decays import fit_decays
from qassay.statistics.trials import Trials

CLAIM = 2.4e-3


def single_shots(generator, rates, *, circuits, lengths=(1, 354), base=0.5, spam=0.01, shared=0.0):
    """One shot a circuit, an eighth of them short; `shared` correlates the targets of a shot."""
    arms = np.repeat([0, 1], [circuits // 8, circuits - circuits // 8])
    chance = base + (1 - base - spam) * (1 - rates) ** np.array(lengths)[arms][:, None]
    own = generator.random(chance.shape)
    common = np.broadcast_to(generator.random((arms.size, 1)), chance.shape)
    draw = np.where(generator.random(chance.shape) < shared, common, own)
    hits = (draw < chance).astype(np.int64)
    return Trials(lengths=np.array(lengths, dtype=float), arms=arms, hits=hits)


def test_the_bias_of_averaging_is_removed():
    generator = np.random.default_rng(8)
    errors, naive, pooled, widths = [], [], [], []
    for _ in range(25):
        rates = CLAIM * np.exp(0.4 * generator.standard_normal(50))
        trials = single_shots(generator, rates, circuits=120)
        fit = fit_decays(trials, asymptote=0.5)
        mean = mean_rate(fit)
        errors.append(mean.value / rates.mean() - 1)
        naive.append(fit.rate.mean() / rates.mean() - 1)
        widths.append((mean.high - mean.low) / rates.mean())
        together = Trials(
            lengths=trials.lengths,
            arms=np.tile(trials.arms, 50),
            hits=trials.hits.T.reshape(-1, 1),
        )
        pooled.append(fit_decays(together, asymptote=0.5).rate[0] / rates.mean() - 1)
    error = np.std(errors) / np.sqrt(25)
    assert abs(np.mean(errors)) < 0.05 * np.median(widths) + 5 * error
    assert abs(np.mean(errors)) < 0.015
    assert np.mean(naive) > 0.03  # what would be left in
    assert np.mean(pooled) < -0.03  # in the vendor's favour


@pytest.mark.parametrize(
    ("targets", "multiple", "circuits", "shared"),
    [
        (10, 1.0, 400, 0.5),
        pytest.param(10, 0.02, 200, 0.0, marks=pytest.mark.slow),
        pytest.param(10, 1.0, 200, 0.0, marks=pytest.mark.slow),
        pytest.param(5, 0.3, 400, 0.0, marks=pytest.mark.slow),
    ],
)
def test_small_coverage(targets, multiple, circuits, shared):
    generator = np.random.default_rng(9)
    games, missed = 60, 0
    for _ in range(games):
        rates = multiple * CLAIM * np.exp(0.3 * generator.standard_normal(targets))
        trials = single_shots(generator, rates, circuits=circuits, shared=shared)
        mean = mean_rate(fit_decays(trials, asymptote=0.5))
        missed += not mean.low <= rates.mean() <= mean.high
    assert missed <= 15
    assert special.bdtrc(15, games, 0.06) < 1e-6


def test_correlated_targets_widen_the_interval():
    generator = np.random.default_rng(10)
    trials = single_shots(generator, np.full(20, CLAIM), circuits=400, shared=0.7)
    fit = fit_decays(trials, asymptote=0.5)
    apart, together = mean_rate(fit, together=False), mean_rate(fit, together=True)
    assert together.high - together.low > 1.8 * (apart.high - apart.low)
    assert mean_rate(fit) == together


def test_no_errors_anywhere():
    hits = np.ones((400, 20), dtype=np.int64)
    trials = Trials(lengths=np.array([1.0, 354.0]), arms=np.repeat([0, 1], [50, 350]), hits=hits)
    mean = mean_rate(fit_decays(trials, asymptote=0.5))
    assert mean.value == pytest.approx(0, abs=1e-12)
    assert mean.low == 0
    # Not one event in 7000 long shots: 3.69 events at the most.
    assert mean.high == pytest.approx(2 * 3.69 / (7000 * 354), rel=0.05)


def test_one_target_is_its_own_mean():
    trials = single_shots(np.random.default_rng(11), np.array([CLAIM]), circuits=400)
    fit = fit_decays(trials, asymptote=0.5)
    assert mean_rate(fit) == fit.estimates()[0]


def test_dead_target_leaves_the_mean_without_upper_bound():
    generator = np.random.default_rng(12)
    rates = np.full(20, CLAIM)
    rates[3] = 0.9
    fit = fit_decays(single_shots(generator, rates, circuits=800, lengths=(0, 354)), asymptote=0.5)
    mean = mean_rate(fit)
    assert np.isinf(mean.high)
    assert mean.low > 0.9 * CLAIM
    silent = single_shots(generator, np.full(3, CLAIM), circuits=800)
    silent.hits[:, 1] = 0
    assert not mean_rate(fit_decays(silent, asymptote=0.5)).informative


def test_mean_of_a_function():
    generator = np.random.default_rng(13)
    times = np.array([50e-6, 100e-6, 200e-6, 80e-6])
    arms = np.repeat([0, 1], [100, 900])
    delays = np.array([0.0, 80e-6])
    chance = 0.98 * np.exp(-delays[arms][:, None] / times)
    hits = (generator.random(chance.shape) < chance).astype(np.int64)
    trials = Trials(lengths=delays, arms=arms, hits=hits)
    fit = fit_decays(trials, asymptote=0.0, kind="exponential")
    lifetime = mean_rate(fit, transform=lambda rate: 1 / rate)
    assert lifetime.low < times.mean() < lifetime.high
    assert lifetime.high - lifetime.low < 0.25 * times.mean()
    rate = mean_rate(fit)
    assert rate.low < (1 / times).mean() < rate.high
    half = mean_rate(fit, transform=lambda rate: rate / 2)
    assert (half.low, half.value, half.high) == pytest.approx(
        (rate.low / 2, rate.value / 2, rate.high / 2), rel=1e-6
    )
    assert mean_rate(fit, level=0.99).high > rate.high


def test_nothing_to_average():
    trials = Trials(
        lengths=np.array([1.0, 2.0]),
        arms=np.zeros(0, dtype=int),
        hits=np.zeros((0, 3), dtype=np.int64),
    )
    assert not mean_rate(fit_decays(trials, asymptote=0.5)).informative


def test_a_target_that_never_missed_has_no_time_constant_to_average():
    arms = np.repeat([0, 1], [4, 32])
    hits = np.ones((36, 3), dtype=np.int64)
    hits[4:, :2] = np.arange(32)[:, None] % 3 > 0
    fit = fit_decays(
        Trials(lengths=np.array([0.0, 1.0]), arms=arms, hits=hits),
        asymptote=0.5,
        kind="exponential",
    )
    with np.errstate(all="raise", divide="ignore"):
        assert not mean_rate(fit, transform=lambda rate: np.divide(1.0, rate)).informative
    assert mean_rate(fit).informative
