"""Coverage of 95 % intervals read where our mixtures stop Brownian motion.

The estimate of a rate's logarithm, in units of ln(1 + delta) and in the time of its
information, is Brownian motion with a drift. It is looked at as often as the product looks,
stopped by the mixture against the claim (0) or against its limit (1), and the interval is that of
a fixed sample whose end towards the border is moved out by a factor. No machine, no seed
of the product: this is the one curve behind `verdicts/after_stopping.py`.

    python benchmarks/stopped_intervals.py [--runs 40000]
"""

import argparse

import numpy as np

from qassay.statistics.sequential import RUNGS, WEIGHTS
from qassay.verdicts.after_stopping import WIDENED

DRIFTS = (-3.1, -1.6, -0.6, -0.2, 0, 0.3, 0.5, 0.7, 1, 1.3, 1.8, 2.5, 4.1)
FIXED = (1.645 + 1.645) ** 2
DESIGNS = {"single targets": (32, 2.0), "means": (16, 1.5)}  # looks, cap over the fixed sample


def mixed(distance, information):
    rungs, stakes = np.array(RUNGS)[:, None, None], np.log(WEIGHTS)[:, None, None]
    paths = stakes + rungs * information * (distance - rungs / 2)
    return np.logaddexp.reduce(paths, axis=0)


def stopped(drift, runs, looks, cap, alpha, rng):
    """Estimate, information, supported and refuted of each run."""
    step = cap * FIXED / looks
    information = step * np.arange(1, looks + 1)
    steps = drift * step + np.sqrt(step) * rng.standard_normal((runs, looks))
    value = np.cumsum(steps, axis=1) / information
    support = mixed(1 - value, information) >= -np.log(alpha)
    refute = mixed(value, information) >= -np.log(alpha)
    over = support | refute
    last = np.where(over.any(axis=1), over.argmax(axis=1), looks - 1)
    rows = np.arange(runs)
    supported = support[rows, last]
    return value[rows, last], information[last], supported, refute[rows, last] & ~supported


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=40_000)
    runs = parser.parse_args().runs
    rng = np.random.default_rng(1)
    factors = (1.0, 1.1, WIDENED, 1.3)
    print(f"{runs} runs a line; standard error about {(0.05 * 0.95 / runs) ** 0.5:.4f}\n")
    for name, (looks, cap) in DESIGNS.items():
        print(f"{name}: {looks} looks, cap {cap} times the fixed sample")
        print("| drift | supported | refuted | " + " | ".join(f"x {f:.2f}" for f in factors) + " |")
        print("|---" * (3 + len(factors)) + "|")
        for drift in DRIFTS:
            value, information, good, bad = stopped(drift, runs, looks, cap, 0.05, rng)
            cells = []
            for factor in factors:
                half = 1.96 / np.sqrt(information)
                up, down = np.where(good, factor, 1) * half, np.where(bad, factor, 1) * half
                cells.append(f"{((drift <= value + up) & (drift >= value - down)).mean():.3f}")
            print(f"| {drift} | {good.mean():.2f} | {bad.mean():.2f} | " + " | ".join(cells) + " |")
        print()


if __name__ == "__main__":
    main()
