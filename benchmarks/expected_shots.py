"""Do the shots that `qassay plan` foretells come true, for every metric and statistic?

    python benchmarks/expected_shots.py [--games 100] [--place 0.7 claim limit] [WORD ...]

WORDs choose the cells whose names hold all of them. Plan, looks, judge and outlook are the
product's own, hits are drawn from the curves of the protocols (`_stop_games`), targets are alike;
the cap counts where a game stays open. Taken: mean with its standard error; ratio: taken over
foretold, where a range of means is foretold (targets unlike, one-qubit gates unknown) over its
nearer end. Nine of ten: runs end between so many times the (smaller) foretold number. Held: the
share of the runs that end within the range that the plan gives for nine of ten.
"-": the plan foretells no verdict. T2* and T2 echo are planned as T1 is, and one direction of
readout as the other: one stands for all.
"""

import argparse
import math

import numpy as np
from _stop_games import cells, game_of, named, verdicts

SAME = ("t2_star", "t2_echo", "readout_error_1")


def outlook_of(game, place):
    """Find what the plan says of a machine; None where it says nothing."""
    error = {"claim": 1.0, "limit": game.limit_error()}.get(place)
    error = float(place) if error is None else error
    told = [x for x in game.foretold().outlooks if x and abs(x.error - error) < 1e-9]
    return told[0] if told and told[0].shots is not None else None


def line(cell, place, games):
    """Play one cell and print its row."""
    game = game_of(cell)
    rng = np.random.default_rng([20261130, sum(map(ord, named(cell) + place))])
    shots = np.array([taken for _, taken in verdicts(game, place, rng, games)])
    mean, error = shots.mean(), shots.std(ddof=1) / math.sqrt(games)
    told, words, ratio, within, held = outlook_of(game, place), "-", "-", "-", "-"
    if told:
        most = told.most or told.shots
        words = f"{told.shots}" if most == told.shots else f"{told.shots} to {most}"
        near = min(max(mean, told.shots), most)
        ratio = f"{mean / near:.2f} ± {error / near:.2f}"
        within = "{:.2f} to {:.2f}".format(*np.quantile(shots, [0.05, 0.95]) / told.shots)
        low, high = told.between
        held = f"{np.mean((shots >= low) & (shots <= high)):.0%} in {low} to {high}"
    print(
        f"| {named(cell)} | {place} | {words} | {mean:.0f} ± {error:.0f} | {ratio} | {within}"
        f" | {held} |",
        flush=True,
    )


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("words", nargs="*")
    parser.add_argument("--games", type=int, default=100)
    parser.add_argument("--place", nargs="+", default=["0.7", "claim", "limit"])
    asked = parser.parse_args()
    print("| claim | machine | foretold | taken | ratio | nine of ten | held |")
    print("|---" * 7 + "|", flush=True)
    for cell in cells():
        if cell[0] not in SAME and all(word in named(cell) for word in asked.words):
            for place in asked.place:
                line(cell, place, asked.games)


if __name__ == "__main__":
    main()
