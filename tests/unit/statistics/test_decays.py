"""Fits of decays: a brute-force grid, edges, one-sided limits, figures."""

import numpy as np
import pytest
from scipy import special

from qassay.statistics.decays import fit_decays
from qassay.statistics.roots import bracketed_roots
from qassay.statistics.trials import Trials


def trials_of(lengths, shots, hits):
    """One-shot circuits with given totals: hits (arms, targets), shots (arms,)."""
    lengths, shots = np.asarray(lengths, dtype=float), np.asarray(shots)
    hits = np.asarray(hits).reshape(lengths.size, -1)
    arms = np.repeat(np.arange(lengths.size), shots)
    place = np.concatenate([np.arange(n) for n in shots]) if arms.size else np.zeros(0)
    return Trials(lengths=lengths, arms=arms, hits=(place[:, None] < hits[arms]).astype(np.int64))


def brute_force(lengths, shots, hits, asymptote, cap, kind):
    """Profile log-likelihood on a dense grid, without the code under test."""
    amplitudes = np.linspace(0, cap, 2001)[1:]
    rates = np.concatenate([[0.0], np.geomspace(1e-7, 1 if kind == "geometric" else 50, 1200)])
    lengths = np.asarray(lengths, dtype=float)
    decay = (1 - rates[:, None]) ** lengths if kind == "geometric" else None
    decay = np.exp(-rates[:, None] * lengths) if decay is None else decay
    profile = np.empty(rates.size)
    for row, x in enumerate(decay):
        s = np.minimum(asymptote + amplitudes[:, None] * x, 1.0)
        terms = special.xlogy(hits, s) + special.xlogy(np.asarray(shots) - hits, 1 - s)
        profile[row] = terms.sum(1).max()
    return rates, profile


CASES = [
    ([1, 564, 94, 282], [4, 10, 2, 4], [4, 6, 1, 3], 0.5, "geometric"),  # two maxima
    ([1, 350], [125, 875], [123, 640], 0.5, "geometric"),
    ([1, 350], [60, 400], [60, 396], 0.5, "geometric"),
    ([4, 60, 400], [50, 300, 60], [48, 230, 20], 0.25, "geometric"),
    ([2, 8, 64, 128], [300] * 4, [292, 285, 250, 203], 0.25, "geometric"),
    ([0.0, 1.7], [30, 170], [29, 33], 0.0, "exponential"),
    ([0.0, 1.0, 4.0], [100, 300, 100], [96, 200, 60], 0.5, "exponential"),
    ([1, 350], [20, 140], [16, 75], 0.5, "geometric"),  # no upper bound
]


@pytest.mark.parametrize(("lengths", "shots", "hits", "asymptote", "kind"), CASES)
def test_agrees_with_a_brute_force_grid(lengths, shots, hits, asymptote, kind):
    fit = fit_decays(trials_of(lengths, shots, hits), asymptote=asymptote, kind=kind)
    rates, profile = brute_force(lengths, shots, hits, asymptote, 1 - asymptote, kind)
    assert float(fit.log_likelihood(fit.rate)[0]) == pytest.approx(profile.max(), abs=5e-3)
    assert fit.rate[0] == pytest.approx(rates[profile.argmax()], rel=0.03, abs=2e-7)
    inside = rates[2 * (profile.max() - profile) <= special.ndtri(0.975) ** 2]
    assert fit.low[0] == pytest.approx(inside.min(), rel=0.02, abs=2e-7)
    if np.isinf(fit.high[0]):
        assert inside.max() == rates.max()
    else:
        assert fit.high[0] == pytest.approx(inside.max(), rel=0.02)
    middle = rates[np.abs(rates - rates[profile.argmax()]).argsort()[:50]]
    expected = np.interp(middle, rates, profile)
    assert fit.log_likelihood(middle[:, None])[:, 0] == pytest.approx(expected, abs=5e-3)


def test_many_targets_are_fitted_as_each_alone():
    generator = np.random.default_rng(1)
    hits = generator.binomial([[50], [350], [40]], [[0.98], [0.7], [0.55]], size=(3, 40))
    together = fit_decays(trials_of([1, 300, 900], [50, 350, 40], hits), asymptote=0.5)
    for target in range(0, 40, 7):
        alone = fit_decays(trials_of([1, 300, 900], [50, 350, 40], hits[:, target]), asymptote=0.5)
        for name in ("rate", "low", "high", "amplitude"):
            pair = getattr(alone, name)[0], getattr(together, name)[target]
            assert pair[0] == pytest.approx(pair[1], rel=1e-7, abs=1e-12), name


def test_two_lengths_have_a_closed_form():
    fit = fit_decays(trials_of([1, 301], [100, 900], [97, 650]), asymptote=0.5)
    decay = (650 / 900 - 0.5) / (0.97 - 0.5)
    assert fit.rate[0] == pytest.approx(1 - decay ** (1 / 300), rel=1e-8)
    assert fit.amplitude[0] == pytest.approx(0.47 / (1 - fit.rate[0]), rel=1e-8)


def test_no_errors_at_all_gives_an_upper_limit_alone():
    fit = fit_decays(trials_of([0, 100], [50, 450], [50, 450]), asymptote=0.5)
    assert fit.rate[0] == 0
    assert fit.low[0] == 0
    # Not one event in 450 shots: the exact limit of 3.69 events, not 1.92 from the chi-square.
    assert fit.high[0] == pytest.approx(2 * 3.69 / (450 * 100), rel=0.02)
    assert fit.limits(0.05, upper=True)[0] == pytest.approx(2 * 3.0 / (450 * 100), rel=0.02)
    assert fit.limits(0.05, upper=False)[0] == 0
    assert fit.estimates()[0].informative


@pytest.mark.parametrize(
    ("lengths", "shots", "hits", "asymptote"),
    [
        ([1, 300], [50, 350], [0, 0], 0.5),  # all errors
        ([1, 300], [50, 350], [20, 150], 0.5),  # all below the asymptote
        ([1, 300], [50, 0], [49, 0], 0.5),  # long arm missing
        ([1, 300], [0, 50], [0, 40], 0.5),  # short arm missing
        ([1, 300], [0, 0], [0, 0], 0.5),  # no shots
        ([5, 5], [50, 50], [49, 48], 0.5),  # one length only
        ([0.0, 1.0], [50, 350], [0, 0], 0.0),  # not one hit
    ],
)
def test_no_information(lengths, shots, hits, asymptote):
    fit = fit_decays(trials_of(lengths, shots, hits), asymptote=asymptote)
    assert np.isnan(fit.rate[0])
    assert np.isnan(fit.amplitude[0])
    assert (fit.low[0], fit.high[0]) == (0, np.inf)
    estimate = fit.estimates()[0]
    assert not estimate.informative
    assert estimate.as_json() is None
    assert np.isnan(fit.curve(0).fit).all()
    assert fit.limits(0.05, upper=True)[0] == np.inf


def test_decayed_before_the_first_delay():
    trials = trials_of([0.0, 1.0], [50, 350], [49, 0])
    fit = fit_decays(trials, asymptote=0.0, kind="exponential")
    assert np.isinf(fit.rate[0])
    assert np.isinf(fit.high[0])
    assert fit.low[0] == pytest.approx(np.log(0.98 * 350 / 3.69), rel=0.02)
    lifetime = fit.estimates(transform=lambda rate: 1 / rate)[0]
    assert (lifetime.value, lifetime.low) == (0, 0)
    assert lifetime.high == pytest.approx(1 / fit.low[0])


def test_transformed_estimates_keep_their_order():
    fit = fit_decays(trials_of([1, 350], [125, 875], [[123, 125], [640, 875]]), asymptote=0.5)
    plain, error, life = (
        fit.estimates(),
        fit.estimates(transform=lambda rate: rate / 2),
        fit.estimates(transform=lambda rate: 1 / rate),
    )
    for a, b, c in zip(plain, error, life, strict=True):
        assert (b.low, b.value, b.high) == (a.low / 2, a.value / 2, a.high / 2)
        assert c.low == pytest.approx(1 / a.high)
        assert c.low <= c.value <= c.high
    assert np.isinf(life[1].high)
    wider = fit.estimates(level=0.99)
    assert wider[0].low < plain[0].low
    assert plain[0].high < wider[0].high
    assert wider[0].level == 0.99


def test_deviance_at_the_ends_is_the_squared_quantile():
    fit = fit_decays(trials_of([1, 350], [125, 875], [123, 640]), asymptote=0.5)
    square = special.ndtri(0.975) ** 2
    assert fit.deviance(fit.low)[0] == pytest.approx(square, abs=1e-6)
    assert fit.deviance(fit.high)[0] == pytest.approx(square, abs=1e-6)
    limit = fit.limits(0.05, upper=True)
    assert fit.deviance(limit)[0] == pytest.approx(special.ndtri(0.95) ** 2, abs=1e-6)


def test_amplitude_limit_is_respected():
    trials = trials_of([1, 350], [125, 875], [123, 640])
    free, tight = (fit_decays(trials, asymptote=0.5, amplitude_max=a) for a in (None, 0.45))
    assert tight.amplitude[0] == pytest.approx(0.45)
    assert tight.rate[0] < free.rate[0]


def test_curve_of_a_figure():
    curve = fit_decays(trials_of([350, 1], [875, 125], [640, 123]), asymptote=0.5).curve(0)
    assert curve.lengths.tolist() == [1, 350]
    assert curve.fractions == pytest.approx([123 / 125, 640 / 875])
    assert np.all((curve.low < curve.fractions) & (curve.fractions < curve.high))
    assert np.interp([1, 350], curve.fit_lengths, curve.fit) == pytest.approx(
        curve.fractions, abs=1e-3
    )


def test_senseless_calls_are_refused():
    trials = trials_of([1, 350], [125, 875], [123, 640])
    for options in ({"asymptote": -0.1}, {"asymptote": 1.0}, {"asymptote": float("nan")}):
        with pytest.raises(ValueError, match="asymptote"):
            fit_decays(trials, **options)
    with pytest.raises(ValueError, match="amplitude_max"):
        fit_decays(trials, asymptote=0.5, amplitude_max=0.6)
    with pytest.raises(ValueError, match="level"):
        fit_decays(trials, asymptote=0.5, level=1.0)
    with pytest.raises(ValueError, match="lengths"):
        fit_decays(trials_of([-1, 350], [1, 1], [1, 1]), asymptote=0.5)
    with pytest.raises(ValueError, match="tail"):
        fit_decays(trials, asymptote=0.5).limits(0.5, upper=True)


def test_roots():
    targets = np.array([1.0, 2.0, 1e-3, 20.0])
    roots = bracketed_roots(lambda x: np.exp(x) - targets, np.full(4, -20.0), np.full(4, 5.0))
    assert roots == pytest.approx(np.log(targets), abs=1e-10)
    stepwise = bracketed_roots(lambda x: np.sign(x - 0.3), np.zeros(1), np.ones(1))
    assert stepwise == pytest.approx([0.3], abs=1e-9)
    nowhere = bracketed_roots(lambda x: x + 1, np.zeros(1), np.ones(1))
    assert nowhere == pytest.approx([0.0])
