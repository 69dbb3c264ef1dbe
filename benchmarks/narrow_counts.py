"""How wide are intervals of counted pairs and of clocked times, beside those of an oracle?

    .venv/bin/python benchmarks/narrow_counts.py --part pairs | clocks | shapes [--games 4000]

**pairs**: counted out, no random number. All pairs stand exactly at the mark, where a pair is
counted wrongly most often, and have nothing to do with one another. "held" is the probability that
an interval of a run that nothing stops holds the truth at every look; "at the end" at its last one.
"open" is how far from the mark a pair has to be to be told from it in half of the runs, over what
an oracle needs who looks once, at the end, and knows that pairs are independent. Of pairs that are
away from the mark by twice that, hardly any is ever open: the interval is one number and holds.

**clocks**: drawn. The width is the median over the games, over that of an oracle who knows every
variance and the clock's grain; what a grain alone makes of it has no oracle and no chance.

**shapes**: drawn. One qubit's time by two delays, as a claim on it is measured, and by five, of
decays exp(-(t / T)^p): how often the interval for any p from 0.4 to 3 holds T, and its width over
that of an oracle who knows p and the amplitude. "exponential": that of one who believes in p = 1.
"""

from __future__ import annotations

import argparse
from itertools import accumulate

import numpy as np

LEVEL = 0.95


def wrongly(share: float, looks: tuple[int, ...], tails: tuple[float, ...]) -> tuple[float, float]:
    """Add up how often a pair with this share is ever said to be above it, and at the last look."""
    from scipy.stats import binom

    state, before, ever, last = np.ones(1), 0, 0.0, 0.0
    whole = np.ones(1)
    for now, tail in zip(looks, tails, strict=True):
        step = binom.pmf(np.arange(now - before + 1), now - before, share)
        state, whole, before = np.convolve(state, step), np.convolve(whole, step), now
        above = binom.sf(np.arange(now + 1) - 1, now, share) < tail
        ever += float(state[above].sum())
        last = float(whole[above].sum())
        state = np.where(above, 0.0, state)
    return ever, last


def reach(share: float, circuits: int, tail: float) -> float:
    """Give how far from the mark a pair is told from it in half of the runs."""
    from scipy.stats import binom

    return float(binom.isf(tail, circuits, share) + 1) / circuits - share


def pairs() -> None:
    from qassay.protocols.bell_pairs import VIOLATED_ABOVE as MARK
    from qassay.statistics.multiplicity import look_share

    looks = tuple(accumulate([100] * 10))
    even = tuple(1 / len(looks) for _ in looks)
    ours = tuple(look_share(len(looks), last=n == looks[-1]) for n in looks)
    print(
        "| pairs | looks share | held | at the end | open | over the oracle |\n|---"
        + "|---" * 5
        + "|"
    )
    for many in (1, 2, 7, 20, 50, 150):
        oracle = reach(MARK, looks[-1], 1 - LEVEL ** (1 / many))
        for name, shares in (("evenly", even), ("half for the last", ours)):
            tails = tuple((1 - LEVEL) * share / many for share in shares)
            ever, last = ((1 - x) ** many for x in wrongly(MARK, looks, tails))
            far = reach(MARK, looks[-1], tails[-1])
            print(f"| {many} | {name} | {ever:.2%} | {last:.2%} | {far:.2%} | {far / oracle:.2f} |")


def clocks(games: int) -> None:
    from scipy.stats import norm

    from qassay.statistics.clocked_means import mean_of_targets

    print(
        "| targets | differ by | jobs scatter by | cycles | grain | held | width over the oracle |"
    )
    print("|---" * 7 + "|")
    rng = np.random.default_rng(20261130)
    cells = [
        (population, own, cycle, job, grain)
        for population in (1, 3, 30)
        for own, cycle, job, grain in (
            (0.0, 0.0, 1.0, 0.0),
            (0.0, 1.0, 0.3, 0.0),
            (1.0, 0.0, 1.0, 0.0),
            (3.0, 0.0, 1.0, 0.0),
            (0.0, 0.0, 1.0, 0.5),
            (0.0, 0.0, 1.0, 2.0),
            (0.0, 0.0, 0.1, 2.0),
        )
        if population > 1 or own == 0.0
    ]
    for population, own, cycle, job, grain in cells:
        timed, held, widths = min(population, 3), 0, []
        for _ in range(games):
            true = rng.uniform(50, 60) + own * rng.standard_normal(population)
            jobs = true[:timed, None] + cycle * rng.standard_normal((1, 4))
            jobs = jobs + job * rng.standard_normal((timed, 4))
            seen = np.round(jobs / grain) * grain if grain else jobs
            _, low, high = mean_of_targets(seen, population, LEVEL, grain)
            held += bool(low <= true.mean() <= high)
            widths.append(high - low)
        variance = (cycle**2 + job**2 / timed) / 4 + own**2 * (1 / timed - 1 / population)
        known = 2 * norm.isf((1 - LEVEL) / 2) * np.sqrt(variance)
        ratio = np.median(widths) / known
        print(
            f"| {timed} of {population} | {own:g} | {job:g}, common {cycle:g} | 4 | {grain:g} |"
            f" {held / games:.1%} | {ratio:.2f} |",
            flush=True,
        )


def shapes(games: int) -> None:
    from scipy.stats import norm

    from qassay.statistics.decays import fit_decays
    from qassay.statistics.shaped_times import of_any_shape, shaped_times
    from qassay.statistics.trials import Trials

    print("| T over the delay | p | delays | held | width over the oracle | exponential held |")
    print("|---" * 6 + "|", flush=True)
    rng, circuits = np.random.default_rng(20261130), 400
    for delays in ((0.0, 1.0), (0.0, 0.25, 0.5, 1.0, 2.0)):
        lengths, arms = np.array(delays), np.arange(circuits) % len(delays)
        for time in (0.5, 1.0, 2.0) if len(delays) == 2 else (1.0,):
            for power in (0.5, 1.0, 2.0):
                kept = np.exp(-((lengths / time) ** power))
                chance = 0.98 * kept[arms]
                held, plain, widths = 0, 0, []
                for _ in range(games):
                    hits = (rng.random(circuits) < chance).astype(np.int64)[:, None]
                    trials = Trials(lengths=lengths, arms=arms, hits=hits)
                    fit = fit_decays(trials, asymptote=0.0, kind="exponential", level=LEVEL)
                    (one,) = fit.estimates(LEVEL, lambda rate: 1 / rate)
                    if len(delays) > 2:
                        (wide,) = shaped_times(trials, asymptote=0.0, level=LEVEL)
                    else:
                        wide = of_any_shape(one, (1.0,))
                    held += wide.low <= time <= wide.high
                    plain += one.low <= time <= one.high
                    widths.append(wide.high - wide.low)
                # d ln p(t) / d T of each circuit, of an oracle who knows p and the amplitude
                slope = chance * power * (lengths[arms] / time) ** power / time
                known = (slope**2 / (chance * (1 - chance))).sum()
                width = 2 * norm.isf((1 - LEVEL) / 2) / np.sqrt(known)
                print(
                    f"| {time:g} | {power:g} | {len(delays)} | {held / games:.1%} |"
                    f" {np.median(widths) / width:.2f} | {plain / games:.1%} |",
                    flush=True,
                )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--part", choices=("pairs", "clocks", "shapes"), required=True)
    parser.add_argument("--games", type=int, default=4000)
    chosen = parser.parse_args()
    if chosen.part == "pairs":
        pairs()
    elif chosen.part == "clocks":
        clocks(chosen.games)
    else:
        shapes(chosen.games)


if __name__ == "__main__":
    main()
