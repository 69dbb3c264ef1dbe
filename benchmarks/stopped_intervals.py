"""Coverage of 95 % intervals read where our mixtures stop Brownian motion.

The estimate of a rate's logarithm, in units of ln(1 + delta) and in the time of its
information, is Brownian motion with a drift. It is looked at as often as the product looks,
stopped by the mixture against the claim (0) or against its limit (1), exact tests as soon as a
gambler ever owned enough, and the interval is that of a fixed sample whose end towards the border
is moved out. Every interval ends where the test excludes. No machine, no seed
of the product: this is the one curve behind `verdicts/after_stopping.py`.

    python benchmarks/stopped_intervals.py [--runs 40000]
"""

import argparse

import numpy as np

from qassay.statistics.sequential import RUNGS, WEIGHTS
from qassay.verdicts.after_stopping import CLEAR, FAR, NEAR

DRIFTS = (-6, -3.1, -1.6, -1, -0.6, -0.2, 0, 0.1, 0.3, 0.5, 0.7, 1, 1.3, 1.8, 2.5, 4.1)
FIXED = (1.645 + 1.645) ** 2
FINE = 8  # moments between looks at which a gambler of an exact test may own enough
# looks, cap over the fixed sample, moments a look
DESIGNS = {
    "single targets": (64, 4.0, FINE),
    "pairs": (144, 6.0, FINE),
    "means": (16, 1.5, 1),
}
RULES = {"fixed sample": (1, 1, 1), "x 1.17": (1.17, 1.17, 1.17), "chosen": (NEAR, CLEAR, FAR)}


def mixed(distance, information):
    rungs, stakes = np.array(RUNGS)[:, None, None], np.log(WEIGHTS)[:, None, None]
    paths = stakes + rungs * information * (distance - rungs / 2)
    return np.logaddexp.reduce(paths, axis=0)


def stopped(drift, runs, design, alpha, rng):
    """Estimate, information, supported and refuted of each run."""
    looks, cap, fine = design
    step = cap * FIXED / looks / fine
    information = step * np.arange(1, looks * fine + 1)
    steps = drift * step + np.sqrt(step) * rng.standard_normal((runs, looks * fine))
    value = np.cumsum(steps, axis=1) / information
    support = mixed(1 - value, information) >= -np.log(alpha)
    refute = mixed(value, information) >= -np.log(alpha)
    if fine == 1:
        over = support | refute
    else:
        over = np.logical_or.accumulate(support | refute, axis=1)
        over[:, np.arange(looks * fine) % fine != fine - 1] = False
    last = np.where(over.any(axis=1), over.argmax(axis=1), looks * fine - 1)
    first = [np.where(x.any(axis=1), x.argmax(axis=1), looks * fine) for x in (support, refute)]
    said = [(one <= last) & (one <= other) for one, other in (first, first[::-1])]
    rows = np.arange(runs)
    return value[rows, last], information[last], said[0], said[1] & ~said[0]


def covered(drift, value, half, said, rule):
    """Give the share of intervals that hold the truth."""
    near, clear, far = rule
    good, bad = said
    up, down = (
        np.where(
            end + near * half >= 0, near * half, np.where(end + clear * half >= 0, -end, far * half)
        )
        for end in (value, 1 - value)
    )
    high = np.where(good, np.minimum(value + up, np.maximum(1 - 1e-9, value)), value + half)
    low = np.where(bad, np.maximum(value - down, np.minimum(1e-9, value)), value - half)
    open_still = ~(good | bad)
    high = np.where(open_still, np.maximum(high, 1), high)
    low = np.where(open_still, np.minimum(low, 0), low)
    return ((drift <= high) & (drift >= low)).mean()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=40_000)
    runs = parser.parse_args().runs
    rng = np.random.default_rng(1)
    print(f"{runs} runs a line; standard error about {(0.05 * 0.95 / runs) ** 0.5:.4f}\n")
    for name, design in DESIGNS.items():
        print(f"{name}: {design[0]} looks, cap {design[1]} times the fixed sample")
        print("| drift | supported | refuted | " + " | ".join(RULES) + " |")
        print("|---" * (3 + len(RULES)) + "|")
        for drift in DRIFTS:
            value, information, good, bad = (
                np.concatenate(part)
                for part in zip(
                    *(stopped(drift, part, design, 0.05, rng) for part in parts_of(runs)),
                    strict=True,
                )
            )
            half = 1.96 / np.sqrt(information)
            cells = [f"{covered(drift, value, half, (good, bad), r):.3f}" for r in RULES.values()]
            print(
                f"| {drift} | {good.mean():.2f} | {bad.mean():.2f} | " + " | ".join(cells) + " |",
                flush=True,
            )
        print()


def parts_of(runs, most=5000):
    """Cut the runs into parts that fit into memory."""
    return [most] * (runs // most) + [runs % most] * (runs % most > 0)


if __name__ == "__main__":
    main()
