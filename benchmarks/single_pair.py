"""One pair at its claim and at its limit through the whole product: how often is it settled?

    python benchmarks/single_pair.py [--runs 40] [--ratio 1 --ratio 1.25] [--workers 2]

The machine is that of `shots_to_verdict.py`: one-qubit gates a tenth as bad as the pair's, 1 % of
readout errors, nothing claimed of one-qubit gates. Shots count layers and one-qubit circuits.
"""

import argparse
from concurrent.futures import ProcessPoolExecutor
from statistics import mean, stdev

from shots_to_verdict import CASES, our_games

from qassay.statistics.intervals import clopper_pearson


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=40)
    parser.add_argument("--ratio", type=float, action="append")
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    case = next(case for case in CASES if case.qubits == 2)
    print("| r/r0 | games | supported | refuted | open, % | covered, % | shots |\n|" + "---|" * 7)
    with ProcessPoolExecutor(asked.workers) as pool:
        for ratio in asked.ratio or (1.0, 1.25):
            seeds = [[seed] for seed in range(asked.runs)]
            games = list(pool.map(our_games, [case] * len(seeds), [ratio] * len(seeds), seeds))
            said = [game.outcomes[0] for game in games]
            shots = [game.shots[0] for game in games]
            still = said.count("inconclusive")
            low, high = clopper_pearson(still, len(said))
            covered = 100 * mean(game.covered[0] for game in games)
            error = stdev(shots) / len(shots) ** 0.5 if len(shots) > 1 else float("nan")
            print(f"| {ratio:g} | {len(said)} | {said.count('supported')} |"
                  f" {said.count('refuted')} | {100 * still / len(said):.0f}"
                  f" ({100 * float(low):.0f} to {100 * float(high):.0f}) | {covered:.0f} |"
                  f" {mean(shots):.0f} +- {error:.0f} |", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
