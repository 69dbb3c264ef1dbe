"""The most likely constant is the highest of all tops, however few counts and however odd."""

import numpy as np
import pytest

from qassay.statistics.likelihood import DecayLikelihood
from qassay.statistics.peaks import highest_tops


def counts(lengths, hits, shots, base):
    return DecayLikelihood(
        lengths=np.array(lengths, dtype=float),
        hits=np.array([hits], dtype=float),
        shots=np.array(shots, dtype=float),
        asymptote=np.array([base]),
        amplitude_max=np.array([1 - base]),
    )


def along(likelihood):
    """The profile on a grid so dense that nothing hides: (constants, heights by target)."""
    least, most = likelihood.constants_range()
    grid = np.geomspace(least, most, int(60 * np.log10(most / least)))
    every = np.concatenate([[0.0], grid, [np.inf]])
    shape = (every.size, likelihood.hits.shape[0])
    return every, likelihood.profile(np.broadcast_to(every[:, None], shape))


@pytest.mark.parametrize(
    ("lengths", "hits", "shots", "base"),
    [
        pytest.param([0, 1, 0.8], [31, 86, 88], [31, 166, 177], 0.5, id="before a plain"),
        pytest.param([0.777, 1], [4, 6], [14, 30], 0.25, id="behind a plain without amplitude"),
        pytest.param([0, 0.923, 1], [234, 60, 98], [381, 244, 384], 0.25, id="of many shots"),
    ],
)
def test_a_low_hill_is_found(lengths, hits, shots, base):
    likelihood = counts(lengths, hits, shots, base)
    every, heights = along(likelihood)
    (found,) = likelihood.maximum()
    assert 0 < found < np.inf
    assert found == pytest.approx(every[np.argmax(heights)], rel=0.05)
    assert likelihood.profile(np.array([found])) >= heights.max()


def drawn(rng):
    """Counts of 20 targets, of a decay or of nothing, few or many, at 2 to 6 lengths."""
    arms, base = int(rng.integers(2, 7)), float(rng.choice([0.0, 0.0625, 0.25, 0.5]))
    lengths = np.sort(rng.uniform(0, 1, arms)) ** rng.choice([0.4, 1, 3])
    lengths[0] *= rng.integers(2)
    shots = rng.integers(1, rng.choice([4, 20, 400]), arms).astype(float)
    chances = rng.random((20, arms))
    if rng.random() < 0.5:
        rates, start = np.exp(rng.normal(0, 2, 20)), (1 - base) * rng.uniform(0, 1, 20)
        chances = base + start[:, None] * np.exp(-rates[:, None] * lengths)
    return DecayLikelihood(
        lengths=lengths,
        hits=rng.binomial(shots.astype(int), chances).astype(float),
        shots=shots,
        asymptote=np.full(20, base),
        amplitude_max=np.full(20, 1 - base),
    )


@pytest.mark.parametrize("seed", range(6))
def test_nothing_is_higher_than_what_is_found(seed):
    likelihood = drawn(np.random.default_rng([seed, 58]))
    _, heights = along(likelihood)
    found = likelihood.maximum()
    known = ~np.isnan(found)
    at = likelihood.profile(np.where(known, found, 0.0))
    assert (at >= heights.max(axis=0) - 1e-8 * (1 + np.abs(at)))[known].all()


def test_the_second_of_two_tops_is_found():
    """Of four functions by the logarithm x: two hills, of which either is higher, one, and none."""
    highs = np.array([[1.0, 2.0], [2.0, 1.0], [1.0, 0.0], [0.0, 0.0]])

    def hills(x, chosen):
        steps = x[..., None] - np.array([-2.0, 2.3])
        bells = highs[chosen] * np.exp(-2 * steps**2)
        return bells.sum(-1), (-4 * steps * bells).sum(-1) / np.exp(x)

    found = highest_tops(hills, np.linspace(-6, 6, 25), 4)
    assert found[:3] == pytest.approx([2.3, -2.0, -2.0], abs=1e-3)
    assert found[3] == -6
