"""Does the interval beside a verdict hold the truth? Every metric and statistic, where it stops.

    python benchmarks/stopped_coverage.py [--games 300] [--place 0.5 claim limit] [WORD ...]
    python benchmarks/stopped_coverage.py pair --share 0.03 0.1 0.3 0.5 [--lopsided]

WORDs choose the cells whose names hold all of them ("of 1": single targets; "mean"). "pair" is a
pair's gate by itself at several shares of one-qubit gates. Plan, looks, judge and interval are the
product's own, hits are drawn from the curves of the protocols (`_stop_games`). At the claim and at
the limit up to 5 % of the verdicts may be wrong, and beside those no interval holds the truth.
"below": the whole interval lies below it. In brackets: 95 % Clopper-Pearson.
T2* and T2 echo are judged as T1 is, and one direction of readout as the other: one stands for all.
"""

import argparse

import numpy as np
from _drawn_counts import percent
from _stop_games import cells, game_of, named, verdicts

SAME = ("t2_star", "t2_echo", "readout_error_1")
PAIR = ("two_qubit_gate_error", "every", 1)


def line(name, game, place, games):
    """Play one cell and print its row."""
    rng = np.random.default_rng([20261129, sum(map(ord, name + place))])
    truth, rows = game.truth(place), []
    for verdict, shots in verdicts(game, place, rng, games):
        one = verdict.estimate
        told = one.informative
        rows.append((told and one.low > truth, told and one.high < truth, verdict.outcome, shots))
    above, below = (sum(row[k] for row in rows) for k in (0, 1))
    ends = [row[2] for row in rows]
    wrong = ends.count("supported" if place == "limit" else "refuted")
    print(
        f"| {name} | {place} | {percent(games - above - below, games)} |"
        f" {100 * below / games:.1f} | {100 * above / games:.1f} | {100 * wrong / games:.1f} |"
        f" {100 * ends.count('inconclusive') / games:.1f} | {np.mean([r[3] for r in rows]):.0f} |",
        flush=True,
    )


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("words", nargs="*")
    parser.add_argument("--games", type=int, default=300)
    parser.add_argument("--place", nargs="+", default=["0.5", "claim", "limit"])
    parser.add_argument("--share", type=float, nargs="+", default=[0.06])
    parser.add_argument("--lopsided", action="store_true")
    asked = parser.parse_args()
    print("| claim | machine | held, % | below, % | above, % | wrong, % | open, % | shots |")
    print("|---" * 8 + "|", flush=True)
    if asked.words == ["pair"]:
        for share in asked.share:
            game = game_of(PAIR, share=share, lopsided=asked.lopsided)
            for place in asked.place:
                line(f"pair, share {share:g}", game, place, asked.games)
        return
    for cell in cells():
        if cell[0] in SAME or not all(word in named(cell) for word in asked.words):
            continue
        game = game_of(cell)
        for place in asked.place:
            line(named(cell), game, place, asked.games)


if __name__ == "__main__":
    main()
