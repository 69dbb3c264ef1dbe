"""False alarms and power of the checks of the model, by simulation and as the checks foretell.

    python benchmarks/model_checks.py                      both tables
    python benchmarks/model_checks.py --part false-alarms --runs 2000
    python benchmarks/model_checks.py --part power --runs 200 --level 0.01

False alarms: share of honest data sets with p <= 5 %, 1 % and 0.1 %, one row a check and machine.
Power: share of data sets of machines that break the model in which the check noticed, and in
brackets what the check itself had foretold from the same data. Lengths are those of a plan:
short arm 12 %, long arm (u = 0.85 at the claim) 82 %, sentinels (u = 3) 6 %.
"""

import argparse
from concurrent.futures import ProcessPoolExecutor

import numpy as np

from qassay.statistics.model_checks import CHECKS, check_model
from qassay.statistics.trials import Trials

LENGTHS = np.array([4.0, 170.0, 600.0])
UNITS = np.array([0.02, 0.85, 3.0])  # of the claimed decay constant
SHARES = np.array([0.12, 0.82, 0.06])

# Honest machines: circuits, targets, asymptote, rate over claim, SPAM, shared noise of a shot.
HONEST = {
    "400 x 50, at the claim": (400, 50, 0.5, 1.0, 0.02, 0.0),
    "100 x 50, at the claim": (100, 50, 0.5, 1.0, 0.02, 0.0),
    "300 x 25 pairs": (300, 25, 0.25, 0.7, 0.03, 0.0),
    "400 x 50, 1/50 of the claim": (400, 50, 0.5, 0.02, 0.005, 0.0),
    "300 x 50, 2.5 times the claim": (300, 50, 0.5, 2.5, 0.05, 0.0),
    "1000 x 1": (1000, 1, 0.5, 1.0, 0.02, 0.0),
    "300 x 30, shots share noise": (300, 30, 0.5, 1.0, 0.02, 0.15),
}


def order(circuits, rng):
    sizes = np.round(SHARES * circuits).astype(int)
    return rng.permutation(
        np.repeat(np.arange(3), [sizes[0], circuits - sizes[[0, 2]].sum(), sizes[2]])
    )


def trials_of(arms, chance, rng):
    hits = (rng.random(chance.shape) < chance).astype(np.int64)
    return Trials(lengths=LENGTHS, arms=arms, hits=hits)


def curve(asymptote, spam, rate, shape=lambda u: np.exp(-u)):
    """Give chances by arm and target; SPAM differs between targets as rates do."""
    return asymptote + (1 - asymptote - spam) * shape(UNITS[:, None] * rate)


def unequal(mean, targets, rng, spread=0.4):
    return mean * np.exp(rng.normal(-(spread**2) / 2, spread, targets))


def honest(circuits, targets, asymptote, rate, spam, shared, rng):
    chance = curve(asymptote, unequal(spam, targets, rng), unequal(rate, targets, rng))
    arms = order(circuits, rng)
    chance = chance[arms]
    if shared:  # some shots are bad on all targets
        bad = rng.random((circuits, 1)) < shared
        chance = np.where(bad, asymptote + (chance - asymptote) * 0.7, chance)
    return trials_of(arms, chance, rng), asymptote


# ---- machines that break the model ----------------------------------------------------------


def bent(shape):
    def draw(circuits, targets, rng):
        arms = order(circuits, rng)
        return trials_of(arms, curve(0.5, 0.01, np.ones(targets), shape)[arms], rng)

    return draw


def leaking(asymptote):
    def draw(circuits, targets, rng):
        arms = order(circuits, rng)
        return trials_of(arms, curve(asymptote, 0.01, np.ones(targets))[arms], rng)

    return draw


def drifting(course, own=False):
    def draw(circuits, targets, rng):
        arms = order(circuits, rng)
        time = course(np.arange(circuits) / (circuits - 1) - 0.5)[:, None]
        sign = rng.choice([-1.0, 1.0], targets) if own else np.ones(targets)
        chance = 0.5 + 0.49 * np.exp(-UNITS[arms][:, None] * (1 + time * sign))
        return trials_of(arms, chance, rng)

    return draw


def remembering(correlation):
    """Repeat the last shot's surprise with a probability that makes the wanted correlation."""

    def draw(circuits, targets, rng):
        arms = order(circuits, rng)
        chance = curve(0.5, 0.01, np.ones(targets))[arms]
        # Gaussian copula along time; the correlation of the bits is set by simulation below.
        latent = copula_latent(correlation)
        noise = rng.normal(size=(circuits, targets))
        for i in range(1, circuits):
            noise[i] = latent * noise[i - 1] + (1 - latent**2) ** 0.5 * noise[i]
        hits = (noise < normal_quantiles(chance)).astype(np.int64)
        return Trials(lengths=LENGTHS, arms=arms, hits=hits)

    return draw


def together(correlation):
    def draw(circuits, targets, rng):
        arms = order(circuits, rng)
        chance = curve(0.5, 0.01, np.ones(targets))[arms]
        latent = copula_latent(correlation)
        noise = latent**0.5 * rng.normal(size=(circuits, 1)) + (1 - latent) ** 0.5 * rng.normal(
            size=(circuits, targets)
        )
        hits = (noise < normal_quantiles(chance)).astype(np.int64)
        return Trials(lengths=LENGTHS, arms=arms, hits=hits)

    return draw


def normal_quantiles(chance):
    from scipy import special

    return special.ndtri(chance)


def copula_latent(correlation, chance=0.71):
    """Correlation of normal variables whose cut at the long arm's chance has the wanted one."""
    from scipy import special

    z = special.ndtri(chance)
    density = np.exp(-(z**2)) / (2 * np.pi)  # first order of the tetrachoric series
    return min(correlation * chance * (1 - chance) / density, 0.9)


def smoothed(factor):
    """Make batch counts of each target too regular: their scatter shrunk, then placed at random."""

    def draw(circuits, targets, rng):
        arms = order(circuits, rng)
        chance = curve(0.5, 0.01, np.ones(targets))
        batch = np.arange(circuits) * 10 // circuits
        hits = np.zeros((circuits, targets), dtype=np.int64)
        for arm in range(3):
            for b in range(10):
                rows = np.flatnonzero((arms == arm) & (batch == b))
                if rows.size == 0:
                    continue
                mean = rows.size * chance[arm]
                count = mean + factor**0.5 * (rng.binomial(rows.size, chance[arm], targets) - mean)
                count = np.clip(np.floor(count + rng.random(targets)), 0, rows.size)
                ranks = np.argsort(rng.random((rows.size, targets)), axis=0)
                hits[rows] = ranks < count
        return Trials(lengths=LENGTHS, arms=arms, hits=hits)

    return draw


def copied(size):
    def draw(circuits, targets, rng):
        trials = bent(lambda u: np.exp(-u))(circuits, targets, rng)
        if 2 * size <= circuits:
            trials.hits[circuits - size :] = trials.hits[:size]
        return trials

    return draw


SHAPE, LEAKAGE, TREND, BATCHES, OWN = CHECKS[:5]
SHOTS, TARGETS, COPIES, _, REGULAR = CHECKS[8:]
BROKEN = [
    ("Gaussian decay", SHAPE, bent(lambda u: np.exp(-(u**2))), "Gaussian decay"),
    ("decay exp(-u^1.3)", SHAPE, bent(lambda u: np.exp(-(u**1.3))), "decay exp(-t^1.3)"),
    (
        "rates 0.5 r and 1.5 r",
        SHAPE,
        bent(lambda u: (np.exp(-u / 2) + np.exp(-1.5 * u)) / 2),
        "two rates, half and one and a half",
    ),
    ("leakage, asymptote 0.45", SHAPE, leaking(0.45), "leakage, asymptote 10% down"),
    (
        "leakage, asymptote 0.45",
        LEAKAGE,
        leaking(0.45),
        "leakage that moves the asymptote 10% down",
    ),
    ("leakage, asymptote 0.40", LEAKAGE, leaking(0.4), "leakage that moves the asymptote 20% down"),
    ("linear drift 20 %", TREND, drifting(lambda t: 0.2 * t), "the rate rises by 20% in a line"),
    ("linear drift 40 %", TREND, drifting(lambda t: 0.4 * t), "the rate rises by 40% in a line"),
    (
        "step 20 %",
        TREND,
        drifting(lambda t: 0.1 * np.sign(t)),
        "the rate jumps by 20% half way",
    ),
    (
        "swing +-20 %",
        BATCHES,
        drifting(lambda t: 0.2 * np.sin(2 * np.pi * t)),
        "the rate swings by +-20% once",
    ),
    (
        "linear 40 %, own direction",
        OWN,
        drifting(lambda t: 0.4 * t, own=True),
        "the rate of each target rises by 40% in a line, in a direction of its own",
    ),
    ("lag-1 correlation 0.1", SHOTS, remembering(0.1), "correlation 0.1"),
    ("lag-1 correlation 0.05", SHOTS, remembering(0.05), "correlation 0.05"),
    ("lag-1 correlation 0.02", SHOTS, remembering(0.02), "correlation 0.02"),
    (
        "targets correlated 0.01",
        TARGETS,
        together(0.01),
        "correlation 0.01 between any two targets",
    ),
    (
        "targets correlated 0.003",
        TARGETS,
        together(0.003),
        "correlation 0.003 between any two targets",
    ),
    ("half the variance", REGULAR, smoothed(0.5), "counts with 0.5 of the variance, rounded"),
    ("0.8 of the variance", REGULAR, smoothed(0.8), "counts with 0.8 of the variance, rounded"),
    ("20 shots copied", COPIES, copied(20), "a copied block of 20 consecutive shots"),
]
# Target-shots as circuits x targets; a row of its own says what one experiment of 50 qubits has.
SIZES = {"1k": (100, 10), "4k": (200, 20), "16k": (640, 25), "50k": (1000, 50)}


def p_values(name, seed, runs):
    """Give p-values (runs, checks) of honest machines; NaN where not applicable."""
    rng = np.random.default_rng(seed)
    rows = []
    for _ in range(runs):
        trials, asymptote = honest(*HONEST[name], rng)
        # Honest raw outcomes: the expected bits are random.
        outcomes = rng.integers(0, 2, trials.hits.shape, dtype=np.uint8)
        checked = check_model(trials, asymptote=asymptote, outcomes=outcomes)
        rows.append([np.nan if c.p_value is None else c.p_value for c in checked.checks])
    return np.array(rows)


def power_cell(index, size, runs, level, seed=5):
    """Give the share noticed at `level`, and the mean of what the check foretold."""
    _, name, draw, words = BROKEN[index]
    rng = np.random.default_rng([seed, index, SIZES[size][0]])
    noticed, foretold = [], []
    for _ in range(runs):
        trials = draw(*SIZES[size], rng)
        checked = check_model(trials, asymptote=0.5, level=level * len(CHECKS))
        check = next(c for c in checked.checks if c.name == name)
        noticed.append(check.p_value is not None and check.p_value < level)
        foretold.append(dict(check.power).get(words, 0.0))
    return float(np.mean(noticed)), float(np.mean(foretold))


def print_false_alarms(runs, pool):
    print(f"False alarms in {runs} honest data sets each: share with p <= 5 %, 1 %, 0.1 %")
    chunk = max(runs // 4, 1)
    for row, name in enumerate(HONEST):
        jobs = [pool.submit(p_values, name, [row, part], chunk) for part in range(runs // chunk)]
        values = np.concatenate([job.result() for job in jobs])
        print(f"\n{name}")
        for check, p in zip(CHECKS, values.T, strict=True):
            known = p[np.isfinite(p)]
            if known.size == 0:
                print(f"  {check:42s} not applicable")
                continue
            shares = "  ".join(f"{100 * (known <= a).mean():6.2f} %" for a in (0.05, 0.01, 0.001))
            note = "" if known.size == p.size else f"   ({known.size} applicable)"
            print(f"  {check:42s} {shares}{note}")
        least = np.nanmin(values, axis=1) * len(CHECKS)
        shares = "  ".join(f"{100 * (least <= a).mean():6.2f} %" for a in (0.05, 0.01, 0.001))
        print(f"  {'any of them, total level':42s} {shares}", flush=True)


def print_power(runs, level, pool):
    print(f"\nPower at level {level:g} a check: simulated in {runs} runs (foretold by the check)")
    print(f"{'alternative':28s} {'check':40s}" + "".join(f"{size:>14s}" for size in SIZES))
    jobs = [
        [pool.submit(power_cell, index, size, runs, level) for size in SIZES]
        for index in range(len(BROKEN))
    ]
    for (words, name, _, _), row in zip(BROKEN, jobs, strict=True):
        cells = "".join("  {:5.2f} ({:4.2f})".format(*job.result()) for job in row)
        print(f"{words:28s} {name:40s}{cells}", flush=True)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--part", choices=("false-alarms", "power"), default=None)
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--level", type=float, default=0.01)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    with ProcessPoolExecutor(options.workers) as pool:
        if options.part in (None, "false-alarms"):
            print_false_alarms(options.runs, pool)
        if options.part in (None, "power"):
            print_power(max(options.runs // 10, 1), options.level, pool)


if __name__ == "__main__":
    main()
