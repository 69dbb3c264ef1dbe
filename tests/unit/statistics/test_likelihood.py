"""Where a profile has fallen: Newton's steps against the search inside a bracket."""

import numpy as np
import pytest

from qassay.statistics.likelihood import DecayLikelihood


def drawn(seed):
    """Counts of up to 30 targets; lengths, sizes and asymptotes of all kinds."""
    rng = np.random.default_rng(seed)
    targets, arms = int(rng.integers(1, 30)), int(rng.integers(2, 5))
    base = float(rng.choice([0.0, 0.25, 0.5]))
    lengths = np.sort(rng.uniform(0, 3, arms))
    lengths[0] *= rng.integers(2)
    shots = rng.integers(3, 400, arms).astype(float)
    rates, start = np.exp(rng.normal(0, 1.2, targets)), (1 - base) * rng.uniform(0.6, 1, targets)
    chances = base + start[:, None] * np.exp(-rates[:, None] * lengths)
    return DecayLikelihood(
        lengths=lengths,
        hits=rng.binomial(shots.astype(int), chances).astype(float),
        shots=shots,
        asymptote=np.full(targets, base),
        amplitude_max=np.full(targets, 1 - base),
    )


@pytest.mark.parametrize("upper", [False, True])
def test_crossings_are_those_of_the_bracketed_search(upper, monkeypatch):
    stepped = DecayLikelihood._stepped
    found = []

    def watched(self, *asked, upper):
        answer = stepped(self, *asked, upper=upper)
        found.append(answer[1].mean())
        return answer

    def never(self, best, *_, upper):
        return best.copy(), np.zeros(best.shape, dtype=bool)

    for seed in range(12):
        counts = drawn(seed)
        best, drop = counts.maximum(), np.full(counts.hits.shape[0], 1.92)
        monkeypatch.setattr(DecayLikelihood, "_stepped", watched)
        quick = counts.crossing(best, drop, upper=upper)
        monkeypatch.setattr(DecayLikelihood, "_stepped", never)
        assert quick == pytest.approx(counts.crossing(best, drop, upper=upper), rel=1e-9)
    assert np.mean(found) > 0.5  # not merely the same search twice
