"""Machines three to a hundred times better than claimed: what their support takes.

    python benchmarks/far_better.py [--games 300] [--cells single every mean median hidden short]

Plans, looks and judge are the product's own, counts are drawn from curves (`_drawn_counts.py`).
"r/r0" is the error over the claimed one (of times the inverse). What stands in brackets is a 95 %
Clopper-Pearson interval. "hidden": machines whose mean is at the limit through one target, or
with one that is dead: support is wrong there. "short": the device runs only circuits of a part
of 1 / rate.
"""

import argparse

import numpy as np
from _drawn_counts import Machine, claim_text, percent, plan_for, play, shapes, spent_words

VALUES = {"one_qubit_gate_error": 2e-4, "t1": 1e-4}


def rates_of(rng, n, spread, ratio, form):
    """Draw rates whose statistic is `ratio`, or a machine that hides a bad target."""
    if form == "one":  # one target holds the whole of the mean
        rates = np.full(n, 0.02 * ratio)
        rates[0] = n * ratio - 0.02 * ratio * (n - 1)
        return rates
    rates = shapes(rng, n, spread)
    taken = {"every": np.max, "median": np.median}.get(form, np.mean)
    rates *= ratio / taken(rates)
    if form == "dead":
        rates[0] = 1e6
    return rates


def row(form, n, spread, ratio, games, *, metric="one_qubit_gate_error", value=None, common=0.0):
    value = VALUES[metric] if value is None else value
    statistic = {"single": "every", "one": "mean", "dead": "mean"}.get(form, form)
    plan = plan_for(claim_text("c", metric, value, statistic=statistic), n)
    said, used = [], []
    for game in range(games):
        rng = np.random.default_rng([n, game])
        rates = rates_of(rng, n, spread, ratio, form)
        machine = Machine(rates, value, rng.uniform(0.01, 0.02, n), common)
        verdicts, circuits = play(plan, {metric: machine}, rng)
        said.append(verdicts["c"].outcome)
        used.append(circuits["c"])
    cells = (percent(said.count(x), games) for x in ("supported", "refuted", "inconclusive"))
    print(
        f"| {metric} | {form} | {n} | {spread} | {value:g} | {ratio:g} | {' | '.join(cells)} |"
        f" {spent_words(used)} |",
        flush=True,
    )


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--games", type=int, default=300)
    parser.add_argument(
        "--cells",
        nargs="+",
        default=["single", "every", "mean", "median", "hidden", "short", "times"],
    )
    asked = parser.parse_args()
    games = asked.games
    print(
        "| metric | statistic | targets | spread | claim | r/r0 | supported, % | refuted, % |"
        " open, % | circuits | 90 % |\n|" + "---|" * 11
    )
    ratios = (0.01, 1 / 30, 0.1, 1 / 3)
    for form, targets, spreads in (
        ("single", (1,), (0.0,)),
        ("every", (6, 50), (0.0,)),
        ("mean", (6, 50), (0.0, 0.5)),
        ("median", (20,), (0.5,)),
    ):
        for n in targets if form in asked.cells else ():
            for spread in spreads:
                for ratio in ratios:
                    row(form, n, spread, ratio, games)
    if "times" in asked.cells:
        for n in (6, 50):
            for ratio in ratios:
                row("mean", n, 0.3, ratio, games, metric="t1")
    if "hidden" in asked.cells:
        for n in (6, 50):
            row("one", n, 0.0, 1.25, games)
            row("one", n, 0.0, 1.25, games, common=0.3)
            row("dead", n, 0.3, 0.1, games)
    if "short" in asked.cells:
        for value in (1e-6, 1e-7):
            for form, n in (("single", 1), ("mean", 6)):
                row(form, n, 0.0, 0.1, games, value=value)
        row("single", 1, 0.0, 0.1, games, value=0.05)
        row("mean", 6, 0.3, 0.1, games, value=0.05)


if __name__ == "__main__":
    main()
