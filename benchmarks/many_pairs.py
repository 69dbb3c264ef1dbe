"""Pairs within their claim, by the product's own test of pairs: rounds to the verdict.

    python benchmarks/many_pairs.py [--games 40] [--pairs 25]      all of 25 pairs
    python benchmarks/many_pairs.py --alone [--games 100]          one pair, over the bound

One matching on a register of twice as many qubits; counts are drawn from the curves, one-qubit
gates are a tenth as bad as the claim and nothing is known of them. A look every 30 layers, bets
placed anew at the product's stages. "rounds" counts circuits of layers and of one-qubit gates, both
of which run on all pairs at once. What stands in brackets is a 95 % interval.

The bound for one pair: layers of somebody who knows the one-qubit gates and the best lengths
(Chernoff-Wald), times (1 + sqrt(c))^2, which the one-qubit circuits cost at the least where they
have to be measured (`planning/pair_designs.py`).
"""

import argparse
import math

import numpy as np

from qassay.planning.pair_designs import pair_design
from qassay.statistics.intervals import clopper_pearson
from qassay.statistics.sample_size import information, least_circuits
from qassay.statistics.sequential import confirm_every, refute_every
from qassay.statistics.sequential_rates import TwoLengths
from qassay.statistics.sequential_shares import (
    PAIR_LAYERS,
    Counts,
    Moment,
    ShareDesign,
    share_cost,
    share_evidence,
)
from qassay.verdicts.pair_tests import stages

PAIR, DELTA, ALPHA, SPAM, LOOK = 5e-3, 0.25, 0.05, 0.01, 30  # average gate infidelity
CLAIM = 1.25 * PAIR
PLANNED = pair_design(PAIR, None, DELTA)
LAYER = TwoLengths(asymptote=0.25, span=round(0.95 / PLANNED.layer_rate), short_share=1 / 9)
SINGLE = TwoLengths(asymptote=0.5, span=round(0.85 / PLANNED.single_rate), short_share=5 / 18)
DESIGN = ShareDesign(
    composition=PAIR_LAYERS, layer=LAYER, first=SINGLE, second=SINGLE, shots_ratio=PLANNED.ratio
)


def more(rng, total, lengths, rates, circuits, spam):
    short = rng.binomial(circuits, lengths.shares[0])
    shots = np.array([short, circuits - short])
    start = 1 - spam - lengths.asymptote
    kept = np.array([lengths.retention(float(rate)) for rate in rates])
    chances = lengths.asymptote + start * np.stack([np.ones_like(kept), kept])
    hits = rng.binomial(shots[:, None], chances).astype(float)
    now = Counts.of_single_shots(hits, shots.astype(float))
    if total is None:
        return now
    return Counts(total.tally + now.tally)


def play(multiples, rng, cap):
    """Give the verdict and the rounds it took; the cap is in layers."""
    one = np.full(multiples.size, 2 * PAIR / 10)
    layers = np.array([float(PAIR_LAYERS.layer(CLAIM * m, 2 * PAIR_LAYERS.taken(one[:1]))[0])
                       for m in multiples])  # fmt: skip
    parts, at_cycle, rounds = (None, None, None), [], 0
    beside = round(LOOK * PLANNED.ratio)
    for cycle in range(1, cap // LOOK + 1):
        parts = (
            more(rng, parts[0], LAYER, layers, LOOK, 2 * SPAM),
            *(more(rng, part, SINGLE, one, beside, SPAM) for part in parts[1:]),
        )
        rounds += LOOK + beside
        at_cycle.append(Moment(*parts))
        support, refute = share_evidence(
            [at_cycle[end - 1] for end in stages(cycle)], DESIGN,
            claimed=CLAIM, limit=CLAIM * (1 + DELTA), tolerance=DELTA,
        )  # fmt: skip
        if confirm_every(support[None])[0, 0] >= -math.log(ALPHA):
            return "supported", rounds
        if refute_every(refute[None])[0, 0] >= -math.log(ALPHA):
            return "refuted", rounds
    return "inconclusive", rounds


def bound(multiple):
    """Give the least mean rounds for one pair at a multiple of its claim: layers, everything,
    and everything by the plan's own lengths and shares."""
    border = CLAIM if multiple > 1 else CLAIM * (1 + DELTA)
    each = PAIR_LAYERS.taken(np.array([2 * PAIR / 10]))
    rate, other = (float(PAIR_LAYERS.layer(x, 2 * each)[0]) for x in (CLAIM * multiple, border))
    layers = least_circuits(0.25, spam=2 * SPAM, rate=rate, border=other, alpha=ALPHA)
    best = TwoLengths(asymptote=0.5, span=round(0.85 / (2 * PAIR / 10)), short_share=1 / 9)
    cost = float(share_cost(PAIR_LAYERS, LAYER, best, CLAIM * multiple, each, 1.0)[0])
    ours = float(share_cost(PAIR_LAYERS, LAYER, SINGLE, CLAIM * multiple, each, 1.0)[0])
    spent = (1 - 2 * ALPHA) * math.log((1 - ALPHA) / ALPHA)
    spent /= information(LAYER, 2 * SPAM, rate, other)
    planned = spent * (1 + PLANNED.ratio) * (1 + ours / PLANNED.ratio)
    return layers, layers * (1 + math.sqrt(cost)) ** 2, planned


def alone(games):
    """Play one pair many times, all games side by side."""
    print(
        "| r/r0 | games | wrong | open | rounds | bound of layers | bound | over it | by design |"
    )
    print("|---" * 9 + "|", flush=True)
    for multiple in (0.5, 0.7, 1.0, 1.25, 1.5, 2.5):
        rng = np.random.default_rng([20251126, round(100 * multiple), games])
        said, rounds = side_by_side(multiple, games, rng)
        wrong = "refuted" if multiple <= 1 else "supported"
        layers, least, planned = bound(multiple)
        mean, half = rounds.mean(), 1.96 * rounds.std(ddof=1) / games**0.5
        print(f"| {multiple:g} | {games} | {said.count(wrong)} | {said.count('inconclusive')} |"
              f" {mean:.0f} ({mean - half:.0f} to {mean + half:.0f}) |"
              f" {layers:.0f} | {least:.0f} | {mean / least:.2f} |"
              f" {planned / least:.2f} |", flush=True)  # fmt: skip


def side_by_side(multiple, games, rng):
    """Play games of one pair; all of them go on until the last is settled."""
    one = np.full(games, 2 * PAIR / 10)
    layer = float(PAIR_LAYERS.layer(CLAIM * multiple, 2 * PAIR_LAYERS.taken(one[:1]))[0])
    parts, at_cycle, beside = (None, None, None), [], round(LOOK * PLANNED.ratio)
    said, rounds = np.full(games, "inconclusive", dtype=object), np.full(games, np.nan)
    for cycle in range(1, 400):
        parts = (
            more(rng, parts[0], LAYER, np.full(games, layer), LOOK, 2 * SPAM),
            *(more(rng, part, SINGLE, one, beside, SPAM) for part in parts[1:]),
        )
        at_cycle.append(Moment(*parts))
        if cycle > 20 and cycle % (1 << (cycle.bit_length() - 4)):
            continue  # looks grow rarer: 5 % of what is spent
        evidence = share_evidence(
            [at_cycle[end - 1] for end in stages(cycle)], DESIGN,
            claimed=CLAIM, limit=CLAIM * (1 + DELTA), tolerance=DELTA,
        )  # fmt: skip
        for outcome, wealth in zip(("supported", "refuted"), evidence, strict=True):
            new = np.isnan(rounds) & (wealth >= -math.log(ALPHA))
            said[new], rounds[new] = outcome, cycle * (LOOK + beside)
        if not np.isnan(rounds).any():
            break
    return list(said), np.where(np.isnan(rounds), cycle * (LOOK + beside), rounds)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--games", type=int, default=40)
    parser.add_argument("--pairs", type=int, default=25)
    parser.add_argument("--alone", action="store_true", help="one pair, over the bound")
    asked = parser.parse_args()
    if asked.alone:
        alone(asked.games)
        return
    print(f"{PLANNED.ratio:.2f} one-qubit circuits a layer")
    layers = 1 / (1 + round(LOOK * PLANNED.ratio) / LOOK)
    for name, worst in (("all at 0.7", 0.7), ("one at 1.5, others at 0.7", 1.5)):
        multiples = np.full(asked.pairs, 0.7)
        multiples[0] = worst
        rng = np.random.default_rng([20251126, round(100 * worst)])
        played = [play(multiples, rng, 3000) for _ in range(asked.games)]
        spent = np.array([rounds for _, rounds in played])
        wanted = "supported" if worst < 1 else "refuted"
        right = sum(outcome == wanted for outcome, _ in played)
        low, high = clopper_pearson(right, asked.games)
        half = 1.96 * spent.std(ddof=1) / asked.games**0.5
        print(f"{asked.pairs} pairs, {name}: {wanted} {right} of {asked.games}"
              f" ({100 * float(low):.0f} to {100 * float(high):.0f} %), rounds {spent.mean():.0f}"
              f" ({spent.mean() - half:.0f} to {spent.mean() + half:.0f}), of them layers"
              f" {spent.mean() * layers:.0f}", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
