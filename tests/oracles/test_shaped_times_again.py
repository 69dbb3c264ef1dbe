"""Times of decays of any shape: the second auditor, which shares no line, finds the same ends."""

import math

import numpy as np
import pytest
from auditor.audit_further import Shaped
from auditor.audit_minimal import interval_holds

from qassay.statistics.shaped_times import shaped_times
from qassay.statistics.trials import Trials

SHAPES = {"exponential": 1.0, "gaussian": 2.0, "stretched": 0.6, "none": math.inf}


def drawn(shape, seed):
    """Counts of one qubit at three delays, in single shots."""
    rng = np.random.default_rng(seed)
    delays = np.array([0.0, rng.uniform(0.2, 3.0), rng.uniform(0.05, 1.5)])
    arms = np.repeat(np.arange(3), rng.integers(4, 120, size=3))
    contrast = np.exp(-(delays ** SHAPES[shape])) if shape != "none" else np.zeros(3)
    chance = 0.5 + 0.48 * rng.uniform(0.6, 1.0) * contrast[arms]
    hits = (rng.random(arms.size) < chance).astype(np.int64)
    return Trials(arms=arms, lengths=delays, hits=hits[:, None], shots=1)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("seed", range(5))
def test_value_and_interval_follow_and_no_others(shape, seed):
    trials = drawn(shape, seed)
    (found,) = shaped_times(trials, asymptote=0.5, level=0.95)
    told = found.as_json()
    hits, shots = trials.totals()
    again = Shaped(
        [
            (float(m), int(h), int(n))
            for m, h, n in zip(trials.lengths, hits[:, 0], shots, strict=True)
        ],
        0.5,
        "t1",
    )
    assert again.holds(told["value"] if told else None)
    if not told or told["value"] is None:
        return
    assert interval_holds([again], True, told)
    for end in ("low", "high"):
        if told[end]:
            for factor in (1.001, 0.999):
                assert not interval_holds([again], True, told | {end: told[end] * factor})
