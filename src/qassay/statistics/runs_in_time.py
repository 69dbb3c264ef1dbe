"""Several runs of one machine in time: what they say together, and whether anything moved.

E-values of a claim in each run are put together for "it held at every run" and for the median over
the runs; estimates are tested for agreement and for a slope. Shots of different runs are
independent, whatever the machine did.
"""

from __future__ import annotations

import math
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
from scipy.special import bdtrc, chdtrc, logsumexp, ndtr

Floats = npt.NDArray[np.float64]
Judged = Literal["supported", "refuted", "inconclusive"]
DIFFER: Final = "runs differ"
MOVES: Final = "moves with time"


def judged_together(
    support: Floats, refute: Floats, alpha: float, beta: float
) -> tuple[Judged, Judged]:
    """Say what held at every run, and of the median over the runs, from the runs' log e-values."""
    many, half = len(support), (len(support) + 1) // 2
    for_it, against = support >= -math.log(beta), refute >= -math.log(alpha)
    mean = float(logsumexp(refute)) - math.log(many)
    always: Judged = "supported" if for_it.all() else "inconclusive"
    if mean >= math.log(2 / alpha) or by_chance(against, many, alpha) <= alpha / 2:
        always = "refuted"
    if by_chance(for_it, half, beta) <= beta:
        return always, "supported"
    return always, "refuted" if by_chance(against, half, alpha) <= alpha else "inconclusive"


def by_chance(found: npt.NDArray[np.bool_], wrong: int, risk: float) -> float:
    """Bound the probability of as many findings, if at least `wrong` runs can have none but errors.

    The others may all have one; an error has the probability `risk` at most in each run.
    """
    errors = int(found.sum()) - (len(found) - wrong)
    return float(bdtrc(errors - 1, wrong, risk)) if errors > 0 else 1.0


def drift_tests(times: Floats, values: Floats, errors: Floats) -> list[tuple[str, float]]:
    """Test agreement, and a slope in time where the runs have different times."""
    weights = errors**-2
    mean = float(weights @ values / weights.sum())
    apart = float(weights @ (values - mean) ** 2)
    found = [(DIFFER, float(chdtrc(len(values) - 1, apart)))]
    late = times - weights @ times / weights.sum()
    spread = float(weights @ late**2)
    if spread > 0:
        slope = float(weights @ (late * values)) / math.sqrt(spread)
        found.append((MOVES, float(2 * ndtr(-abs(slope)))))
    return found
