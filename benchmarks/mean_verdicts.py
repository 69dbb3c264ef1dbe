"""Means over unlike targets, looked at batch by batch: wrong verdicts, circuits, coverage.

    python benchmarks/mean_verdicts.py [--games 300] [--case T1-6 --case layer-25]

Hits are drawn from the curves; estimates, wealth and intervals are the product's own
(`verdicts/normal_tests.py`, `verdicts/after_stopping.py`). Circuits come in the plan's batches
up to its cap. "covered" is the interval beside the verdict, where the run was stopped. What
stands in brackets is a 95 % interval.
"""

import argparse
import math

import numpy as np

from qassay.planning.designs import BATCHES, DECAYS, LOOKS_CAP, normal_sum
from qassay.protocols.catalog import PROTOCOLS
from qassay.statistics.intervals import clopper_pearson
from qassay.statistics.trials import Trials
from qassay.verdicts.after_stopping import after_stopping
from qassay.verdicts.normal_tests import log_scale_wealth

DELTA, ALPHA, SEED, SPREAD = 0.25, 0.05, 20251126, 0.3
CASES = {  # protocol, quantity, targets, mean of the error; times are in units of the claim
    "T1-6": ("t1", "t1", 6, 1.0),
    "T1-50": ("t1", "t1", 50, 1.0),
    "T2*-6": ("t2_star", "t2_star", 6, 1.0),
    "1q-6": ("one_qubit_gates", "one_qubit_gate_error", 6, 2e-3),
    "1q-50": ("one_qubit_gates", "one_qubit_gate_error", 50, 2e-3),
    "layer-3": ("two_qubit_gates", "layer_error", 3, 1e-2),
    "layer-25": ("two_qubit_gates", "layer_error", 25, 1e-2),
}


def hits(rng, rates, lengths, arms, base, spam):
    decay = np.exp(-rates * np.array(lengths)[arms][:, None])
    chance = base + (1 - base - spam) * decay
    return (rng.random(chance.shape) < chance).astype(np.int64)


def play(case, ratio, rng):
    """One run; ratio is that of the mean error, or of the mean time the other way round."""
    protocol, quantity, targets, claimed = CASES[case]
    estimator = PROTOCOLS[protocol]
    timed, base = estimator.model == "exponential", estimator.asymptote
    shape = np.exp(SPREAD * rng.standard_normal(targets))
    truths = shape / shape.mean() * (claimed / ratio if timed else claimed * ratio)
    per_rate = {0.5: 0.5, 0.25: 15 / 16}[base]
    rates = 1 / truths if timed else -np.log1p(-truths / per_rate)
    claim_rate = 1 / claimed if timed else claimed / per_rate
    long = DECAYS[base].at_rate / claim_rate
    lengths = np.array([0.0, long]) if timed else np.array([1.0, round(long)])
    relative = math.log1p(DELTA) / normal_sum(ALPHA, ALPHA)
    most = math.ceil(LOOKS_CAP * DECAYS[base].shots / relative**2 / min(targets, 6))
    batch = -(-max(most // BATCHES, 36) // 9) * 9
    spam = rng.uniform(0.01, 0.05, targets)
    limit = claimed / (1 + DELTA) if timed else claimed * (1 + DELTA)
    arms, seen, outcome = np.empty(0, dtype=np.intp), np.empty((0, targets), np.int64), None
    while outcome is None:
        new = np.tile([0] + [1] * 8, batch // 9)
        seen = np.concatenate([seen, hits(rng, rates, lengths, new, base, spam)])
        arms = np.concatenate([arms, new])
        trials = Trials(lengths=lengths, arms=arms, hits=seen)
        estimate = estimator.mean(quantity, trials, 0.95)
        wealth = log_scale_wealth(
            estimate, claimed, limit, good_below=not timed, step=math.log1p(DELTA)
        )
        if wealth is not None and max(wealth.support, wealth.refute) >= -math.log(ALPHA):
            outcome = "refuted" if wealth.refuted_first else "supported"
        elif len(arms) >= most:
            outcome = "inconclusive"
    shown = after_stopping(estimate, outcome, lower_is_better=not timed)
    truth = truths.mean()
    return outcome, len(arms), shown.low <= truth <= shown.high, truth > shown.high, shown.value


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--games", type=int, default=300)
    parser.add_argument("--case", choices=CASES, action="append")
    parser.add_argument("--ratio", type=float, action="append")
    asked = parser.parse_args()
    print("| case | error over claim | supported | refuted | wrong, % | circuits | covered, % |"
          " truth above | below |\n|" + "---|" * 9)  # fmt: skip
    for case in asked.case or CASES:
        for ratio in asked.ratio or (0.5, 1.0, 1.25, 2.5):
            rng = np.random.default_rng([SEED, list(CASES).index(case), round(100 * ratio)])
            games = [play(case, ratio, rng) for _ in range(asked.games)]
            said = [game[0] for game in games]
            wrong = said.count("refuted" if ratio <= 1 else "supported")
            inside, above = sum(g[2] for g in games), sum(g[3] for g in games)
            spans = [
                "{:.1f} ({:.1f} to {:.1f})".format(
                    *(100 * float(x) for x in (n / len(games), *clopper_pearson(n, len(games))))
                )
                for n in (wrong, inside)
            ]
            print(f"| {case} | {ratio:g} | {said.count('supported')} | {said.count('refuted')} |"
                  f" {spans[0]} | {np.mean([g[1] for g in games]):.0f} | {spans[1]} | {above} |"
                  f" {len(games) - inside - above} |", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
