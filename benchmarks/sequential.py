"""Shots and wrong verdicts of the sequential tests, on machines that obey the model.

    python benchmarks/sequential.py                       the table by r / r0, both asymptotes
    python benchmarks/sequential.py --delta 0.5 --spam 0.03 --drift 0.03
    python benchmarks/sequential.py --block 1 7           blocks instead of a secret coin
    python benchmarks/sequential.py --part every          25 pairs at once
    python benchmarks/sequential.py --part mean | circuits | probability | interval

"ratio" is the mean number of circuits to the verdict over the Chernoff-Wald bound; the figure
after +- is one standard error. Both error levels are read off the same games.
"""

import argparse
import math
import time

import numpy as np

from qassay.statistics.sample_size import design_rate_test, expected_circuits, least_circuits
from qassay.statistics.sequential import first_crossing
from qassay.statistics.sequential_rates import Steps, TwoLengths, rate_evidence

RATE = 0.005  # of the claim, per layer; the figures do not depend on it
PERIOD = 500  # circuits of one period of the drift of preparation and readout


def draw(lengths, rate, spam, drift, runs, steps, rng):
    """Play `runs` games of one target each; the runs take the place of targets."""
    size = 1 if lengths.block is None else sum(lengths.block)
    if lengths.block is None:
        short = rng.random((steps, runs)) < lengths.short_share
        shots = np.stack([short, ~short], axis=1).astype(np.int64)
    else:
        shots = np.broadcast_to(np.array(lengths.block)[:, None], (steps, 2, 1))
    clock = np.arange(steps) * size
    s0 = np.clip(1 - spam + drift * np.sin(2 * np.pi * clock / PERIOD), 0, 1)
    s1 = lengths.asymptote + lengths.retention(rate) * (s0 - lengths.asymptote)
    chance = np.stack([s0, s1], axis=1)[:, :, None]
    return Steps(
        hits=rng.binomial(np.broadcast_to(shots, (steps, 2, runs)), chance),
        shots=shots,
        circuits=(clock + size).astype(np.int64),
    )


def game(lengths, multiple, delta, alphas, spam, drift, runs, rng, cap):
    """Circuits to the verdict and verdicts (+1 confirmed, -1 refuted, 0 neither), per alpha."""
    size = 1 if lengths.block is None else sum(lengths.block)
    circuits = np.full((len(alphas), runs), float(cap))
    verdicts = np.zeros((len(alphas), runs), dtype=int)
    left, horizon = np.arange(runs), 512
    steps = None
    while left.size:
        more = draw(lengths, multiple * RATE, spam, drift, left.size, horizon // size, rng)
        steps = more if steps is None else joined(steps, more, size)
        evidence = rate_evidence(steps, lengths, rate=RATE, tolerance=delta)
        settled = np.ones(left.size, dtype=bool)
        for row, alpha in enumerate(alphas):
            confirm, refute = (
                first_crossing(x, alpha) for x in (evidence.confirm, evidence.refute)
            )
            at = np.minimum(confirm, refute)
            done = at < evidence.steps
            circuits[row, left[done]] = evidence.circuits[at[done]]
            verdicts[row, left[done]] = np.where(confirm < refute, 1, -1)[done]
            settled &= done
        if steps.circuits[-1] >= cap:
            break
        left, horizon = left[~settled], int(steps.circuits[-1])
        steps = Steps(
            hits=steps.hits[:, :, ~settled],
            shots=steps.shots if steps.shots.shape[2] == 1 else steps.shots[:, :, ~settled],
            circuits=steps.circuits,
        )
    return circuits, verdicts


def joined(a, b, size):
    hits = np.concatenate([a.hits, b.hits])
    return Steps(
        hits=hits,
        shots=np.concatenate([a.shots, b.shots]),
        circuits=(np.arange(len(hits)) + 1) * size,
    )


def rates(args):
    alphas = args.alpha
    for asymptote in args.asymptote:
        plan = design_rate_test(
            asymptote, claim=RATE, tolerance=args.delta, alpha=alphas[0], spam=args.spam,
            blocks=args.block is not None,
        )  # fmt: skip
        lengths = plan.lengths
        if args.block:
            lengths = TwoLengths(asymptote=asymptote, span=lengths.span, block=tuple(args.block))
        if args.short_share:
            lengths = TwoLengths(
                asymptote=asymptote, span=lengths.span, short_share=args.short_share
            )
        how = f"blocks {lengths.block}" if lengths.block else f"coin {lengths.short_share:.3f}"
        print(f"\nB = {asymptote}, delta = {args.delta}, SPAM {args.spam:.1%} +- {args.drift:.1%},"
              f" m1 - m0 = {lengths.span * RATE:.2f} / r0, {how}, {args.runs} runs a cell;"
              f" fixed sample {plan.fixed} circuits at {alphas[0]:.0%}")  # fmt: skip
        print("  r/r0 " + "".join(f"| alpha  bound  circuits   ratio          wrong            none "
                                  for _ in alphas))  # fmt: skip
        for multiple in args.multiples or (
            0.5,
            0.8,
            1.0,
            1 + args.delta,
            *((1.5,) if args.delta < 0.5 else (1.8,)),
            2.5,
        ):
            rng = np.random.default_rng([args.seed, int(1000 * multiple)])
            started = time.perf_counter()
            cells = [
                game(lengths, multiple, args.delta, alphas, args.spam, args.drift,
                     min(args.chunk, args.runs - i), rng, 40 * plan.fixed)
                for i in range(0, args.runs, args.chunk)
            ]  # fmt: skip
            circuits = np.concatenate([c for c, _ in cells], axis=1)
            verdicts = np.concatenate([v for _, v in cells], axis=1)
            line = f"  {multiple:4.3g} "
            for row, alpha in enumerate(alphas):
                inside = 1 < multiple < 1 + args.delta
                bound = math.nan if inside else least_circuits(
                    asymptote, spam=args.spam, rate=multiple * RATE,
                    border=RATE * (1 + args.delta if multiple <= 1 else 1), alpha=alpha,
                )  # fmt: skip
                mean, error = circuits[row].mean(), circuits[row].std() / math.sqrt(args.runs)
                wrong = verdicts[row] == (-1 if multiple <= 1 else 1)
                model = expected_circuits(
                    lengths, spam=args.spam, rate=multiple * RATE, claim=RATE,
                    tolerance=args.delta, alpha=alpha,
                )  # fmt: skip
                line += (f"| {alpha:5.0%} {bound:6.0f} {mean:7.0f} ({model:5.0f})"
                         f" {mean / bound:5.3f}+-{error / bound:.3f}"
                         f"  {wrong.mean():6.2%}+-{wrong.std() / math.sqrt(args.runs):.2%}"
                         f" {(verdicts[row] == 0).mean():6.2%} ")  # fmt: skip
            print(line + f"| {time.perf_counter() - started:.1f} s", flush=True)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--part", default="rates", choices=["rates"])
    parser.add_argument("--runs", type=int, default=3000)
    parser.add_argument("--chunk", type=int, default=500)
    parser.add_argument("--asymptote", type=float, nargs="+", default=[0.5, 0.25])
    parser.add_argument("--delta", type=float, default=0.25)
    parser.add_argument("--alpha", type=float, nargs="+", default=[0.05, 0.01])
    parser.add_argument("--spam", type=float, default=0.01)
    parser.add_argument("--drift", type=float, default=0.0)
    parser.add_argument("--block", type=int, nargs=2)
    parser.add_argument("--short-share", type=float)
    parser.add_argument("--multiples", type=float, nargs="+")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    {"rates": rates}[args.part](args)


if __name__ == "__main__":
    main()
