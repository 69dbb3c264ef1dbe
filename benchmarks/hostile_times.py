"""T1, T2* and T2 echo of any shape of the decay: wrong verdicts, shots, coverage.

    python benchmarks/hostile_times.py [RUNS] [WORD ...]

RUNS a cell (300); WORDs choose the cells whose label holds all of them. The contrast after a
delay t is exp(-(t / T)^p) for several p, a mixture of two exponentials, or one that jumps from
shot to shot; T is where it is 1/e, as the metrics are defined. A claim of "at least 1 s",
tolerance 25 %, so the limit is 0.8 s. Wrong: supported at the limit or below, refuted at the
claim or above it.
"""

import sys

import numpy as np
from _hostile import claim_of, machine_of, many, planned, runs_of
from scipy.optimize import brentq

START = 0.98  # contrast without a delay


def stretched(power):
    return lambda x: np.exp(-(x**power))


def two_times(fast, share):
    """A mixture of exponentials, scaled so that 1/e is left after 1."""

    def curve(x):
        return share * np.exp(-x * fast) + (1 - share) * np.exp(-x)

    scale = brentq(lambda x: curve(x) - np.exp(-1), 1e-3, 3)
    return lambda x: curve(x * scale)


def wandering(spread):
    """The mean over a rate that is another in every shot, log-normal."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(41)
    rates, weights = np.exp(spread * nodes), weights / weights.sum()

    def curve(x):
        return np.exp(-np.multiply.outer(x, rates)) @ weights

    scale = brentq(lambda x: float(curve(x)) - np.exp(-1), 1e-3, 10)
    return lambda x: curve(x * scale)


CURVES = {
    "exponential": stretched(1.0),
    "Gaussian": stretched(2.0),
    "power 3": stretched(3.0),
    "power 0.5": stretched(0.5),
    "two times, 10:1": two_times(10.0, 0.4),
    "wandering 0.5": wandering(0.5),
}


def decaying(curve, times, common=0.0):
    """Bits wrong by the contrast of each qubit; `common`: share of shots random for all."""
    times = np.asarray(times)

    def law(_x, lengths, expected, rng):
        contrast = START * curve(lengths[:, None] / times)
        bad = rng.random((len(expected), 1)) < common
        contrast = np.where(bad, 0.0, contrast)
        return (rng.random(expected.shape) < (1 - contrast) / 2)[:, None, :]

    return law


def cells():
    """Give label, qubits, metric, statistic, scope and the times over the slowest."""
    yield "one qubit", 1, "t2_star", "every", None
    yield "one of 6", 6, "t1", "every", [2]
    yield "every of 6", 6, "t2_echo", "every", None
    yield "every of 50", 50, "t2_star", "every", None


def main():
    runs = runs_of(300)
    words = [w for w in sys.argv[1:] if not w.isdigit()]
    for curve, shape in CURVES.items():
        for label, n, metric, statistic, scope in cells():
            for time in (10.0, 2.0, 1.0, 0.8, 0.6, 0.35):
                name = f"{curve}, {label}, {metric} {time:g}"
                if words and not all(w in name for w in words):
                    continue
                wrong = "refuted" if time >= 1 else "supported"
                machine = machine_of(n, "trapped-ion", "5 ms", "300 us")
                claim = claim_of(metric, '"1 s"', statistic, "at least", 0.25, scope)
                law = decaying(shape, np.full(n, time))
                many(name, planned(machine, claim), law, time, runs, wrong)


if __name__ == "__main__":
    main()
