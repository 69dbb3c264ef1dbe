"""Shots and wrong verdicts of the sequential tests, on machines that obey the model.

    python benchmarks/sequential.py                        the table by r / r0, B = 1/2 and 1/4
    python benchmarks/sequential.py --law exponential --asymptote 0.5        T1, T2
    python benchmarks/sequential.py --delta 0.5 --spam 0.03 --drift 0.03     and so on
    python benchmarks/sequential.py --block 1 7            blocks instead of a secret coin
    python benchmarks/sequential.py --batch 128            stops at the ends of batches only
    python benchmarks/sequential.py --part floor | every | circuits | probability | sheet

"ratio" is the mean number of circuits to the verdict over the Chernoff-Wald bound; what follows
+- is one standard error. Both error levels are read off the same games. "wrong" is refuted for
r <= r0 and confirmed for r >= (1 + delta) r0; inside the zone both are right.
Means of circuits are sharpened by a control variate: a log likelihood ratio less its drift has
mean zero whenever one stops (Wald), and goes with the length of the game.
"""

import argparse
import math
import time

import numpy as np
from _rate_design import design_rate_test
from _rules_of_many import bonferroni, e_bh

from qassay.statistics.multiplicity import closed_e_bh, e_holm, uncorrected
from qassay.statistics.sample_size import expected_circuits, information, least_circuits
from qassay.statistics.sequential import WEIGHTS, every, first_crossing, ladder, settle
from qassay.statistics.sequential_probabilities import rare_event_evidence
from qassay.statistics.sequential_rates import (
    PRIOR,
    Steps,
    TwoLengths,
    log_e_rate,
    log_factors,
    rate_evidence,
    steps_of,
)
from qassay.statistics.trials import Trials

RATE = 0.005  # the claim, per layer or unit of time; the figures do not depend on it
PERIOD = 500  # circuits of one period of the drift of preparation and readout


# ---- games -----------------------------------------------------------------------------------


def size_of(lengths):
    return 1 if lengths.block is None else sum(lengths.block)


def draw(lengths, rate, spam, drift, runs, steps, rng, since=0):
    """Play `runs` games of one target each; the runs take the place of targets."""
    if lengths.block is None:
        short = rng.random((steps, runs)) < lengths.short_share
        shots = np.stack([short, ~short], axis=1).astype(np.int64)
    else:
        shots = np.broadcast_to(np.array(lengths.block)[:, None], (steps, 2, 1)).astype(np.int64)
    clock = (since + np.arange(steps)) * size_of(lengths)
    s0 = np.clip(1 - spam + drift * np.sin(2 * np.pi * clock / PERIOD), 0, 1)[:, None]
    kept = np.array([lengths.retention(x) for x in np.broadcast_to(rate, (runs,))])
    s1 = lengths.asymptote + kept * (s0 - lengths.asymptote)
    chance = np.stack([np.broadcast_to(s0, s1.shape), s1], axis=1)
    hits = rng.binomial(np.broadcast_to(shots, chance.shape), chance)
    return Steps(hits=hits, shots=shots, circuits=clock + size_of(lengths))


def joined(a, b):
    parts = ("hits", "shots", "circuits")
    return Steps(**{x: np.concatenate([getattr(a, x), getattr(b, x)]) for x in parts})


def of_runs(steps, chosen):
    shots = steps.shots if steps.shots.shape[2] == 1 else steps.shots[:, :, chosen]
    return Steps(hits=steps.hits[:, :, chosen], shots=shots, circuits=steps.circuits)


def control(args, lengths, multiple, steps):
    """Log likelihood ratio of the machine to the far border less its drift, (steps, runs)."""
    rate, far = multiple * RATE, RATE * (1 + args.delta if multiple <= 1 else 1)
    factors = log_factors(
        np.array(1 - args.spam), lengths.retention(rate), lengths.retention(far), lengths
    )
    missed = steps.shots - steps.hits
    counts = (steps.hits[:, 0], missed[:, 0], steps.hits[:, 1], missed[:, 1])
    gains = sum(f * count for f, count in zip(factors, counts, strict=True))
    s0, s1 = states(args, lengths, rate, steps.circuits - size_of(lengths))
    means = (s0 * factors[0] + (1 - s0) * factors[1], s1 * factors[2] + (1 - s1) * factors[3])
    drift = size_of(lengths) * sum(k * x for k, x in zip(lengths.shares, means, strict=True))
    return np.cumsum(gains - drift[:, None], axis=0)


def sharpened(spent, controls):
    """Circuits of each game less what the control variate explains of them."""
    spread = controls.var()
    return spent - (np.cov(spent, controls)[0, 1] / spread * controls if spread > 0 else 0)


def states(args, lengths, rate, clock):
    """Success probabilities of both arms at each time."""
    s0 = np.clip(1 - args.spam + args.drift * np.sin(2 * np.pi * clock / PERIOD), 0, 1)
    return s0, lengths.asymptote + lengths.retention(rate) * (s0 - lengths.asymptote)


def games(args, lengths, multiple, runs, rng, cap):
    """Circuits to the verdict, control variates and verdicts (1, -1, 0), each per alpha."""
    circuits = np.full((len(args.alpha), runs), float(cap))
    controls = np.zeros((len(args.alpha), runs))
    verdicts = np.zeros((len(args.alpha), runs), dtype=int)
    left, steps, more = np.arange(runs), None, 512 // size_of(lengths)
    while left.size:
        since = 0 if steps is None else steps.circuits.size
        rate = multiple * RATE
        new = draw(lengths, rate, args.spam, args.drift, left.size, more, rng, since)
        steps = new if steps is None else joined(steps, new)
        evidence = rate_evidence(steps, lengths, rate=RATE, tolerance=args.delta)
        known = control(args, lengths, multiple, steps)
        last = steps.circuits[-1] >= cap
        settled = np.ones(left.size, dtype=bool)
        for row, alpha in enumerate(args.alpha):
            confirm, refute = (
                first_crossing(x, alpha) for x in (evidence.confirm, evidence.refute)
            )
            at = np.minimum(confirm, refute)
            done = at < evidence.steps
            over = done | last
            at = np.minimum(at, evidence.steps - 1)
            spent = -(-evidence.circuits[at] // args.batch) * args.batch
            circuits[row, left[over]] = spent[over]
            controls[row, left[over]] = known[at, np.arange(left.size)][over]
            verdicts[row, left[done]] = np.where(confirm < refute, 1, -1)[done]
            settled &= over
        left, steps, more = left[~settled], of_runs(steps, ~settled), steps.circuits.size
    return circuits, controls, verdicts


# ---- parts -----------------------------------------------------------------------------------


def design(args, asymptote):
    plan = design_rate_test(
        asymptote,
        claim=RATE,
        tolerance=args.delta,
        alpha=args.alpha[0],
        spam=args.spam,
        law=args.law,
        blocks=args.block is not None,
    )
    span, law = plan.lengths.span, args.law
    if args.block:
        return plan, TwoLengths(asymptote=asymptote, span=span, law=law, block=tuple(args.block))
    share = args.short_share or plan.lengths.short_share
    return plan, TwoLengths(asymptote=asymptote, span=span, law=law, short_share=share)


def rates(args):
    nearest = 1.5 if args.delta < 0.4 else 1.2 * (1 + args.delta)
    multiples = args.multiples or [0.5, 0.8, 1.0, 1 + args.delta, nearest, 2.5]
    for asymptote in args.asymptote:
        plan, lengths = design(args, asymptote)
        arms = f"blocks {lengths.block}" if lengths.block else f"coin {lengths.short_share:.3f}"
        print(
            f"\n{args.law}, B = {asymptote:g}, delta = {args.delta:g}, SPAM {args.spam:.1%}"
            f" +- {args.drift:.1%}, m1 - m0 = {lengths.span * RATE:.2f} / r0, {arms},"
            f" {args.runs} runs a cell; fixed sample {plan.fixed} circuits"
            f" at {args.alpha[0]:.0%}"
        )
        head = "| alpha  bound circuits formula      ratio            wrong      none "
        print("  r/r0 " + head * len(args.alpha))
        for multiple in multiples:
            rng = np.random.default_rng([args.seed, round(1000 * multiple)])
            started = time.perf_counter()
            chunks = [min(args.chunk, args.runs - i) for i in range(0, args.runs, args.chunk)]
            played = [games(args, lengths, multiple, x, rng, 40 * plan.fixed) for x in chunks]
            circuits, controls, verdicts = (
                np.concatenate(x, axis=1) for x in zip(*played, strict=True)
            )
            line = f"  {multiple:4.3g} "
            for row, alpha in enumerate(args.alpha):
                spent = sharpened(circuits[row], controls[row])
                line += cell(args, lengths, multiple, alpha, spent, verdicts[row])
            print(f"{line}| {time.perf_counter() - started:.1f} s", flush=True)


def cell(args, lengths, multiple, alpha, circuits, verdicts):
    edge, root = 1 + args.delta, math.sqrt(circuits.size)
    settings = {"spam": args.spam, "rate": multiple * RATE, "alpha": alpha}
    bound, wrong = math.nan, np.zeros(circuits.size)
    if multiple <= 1 or multiple >= edge:
        border = RATE * (edge if multiple <= 1 else 1)
        bound = least_circuits(lengths.asymptote, border=border, law=args.law, **settings)
        wrong = (verdicts == (-1 if multiple <= 1 else 1)).astype(float)
    formula = expected_circuits(lengths, claim=RATE, tolerance=args.delta, **settings)
    mean, error = circuits.mean(), circuits.std() / root
    return (
        f"| {alpha:5.1%} {bound:6.0f} {mean:8.0f} {formula:7.0f} {mean / bound:6.3f}+-"
        f"{error / bound:.3f} {wrong.mean():7.2%}+-{wrong.std() / root:.2%}"
        f" {(verdicts == 0).mean():6.2%} "
    )


def floor(args):
    """What keeps the ratio above one, at the claim and the edge, one cause added at a time."""
    alpha, step = args.alpha[0], 1 + args.delta
    known = (1e8 * (1 - args.spam), 1e8 * args.spam)
    for asymptote in args.asymptote:
        _, lengths = design(args, asymptote)
        for multiple, border in ((1.0, step), (step, 1.0)):
            machine_ = {"spam": args.spam, "rate": multiple * RATE, "border": border * RATE}
            bound = least_circuits(asymptote, alpha=alpha, law=args.law, **machine_)
            best = (1 - 2 * alpha) * math.log((1 - alpha) / alpha)
            print(
                f"\nB = {asymptote:g}, r/r0 = {multiple:g}: one design for both machines"
                f" {best / bound / information(lengths, **machine_):.3f}"
            )
            for name, prior, bettors in (
                ("A known, one bettor", known, 1),
                ("A predicted", PRIOR, 1),
                ("four bettors", PRIOR, len(WEIGHTS)),
            ):
                weights = np.array(WEIGHTS[:bettors]) / sum(WEIGHTS[:bettors])
                rng, played = np.random.default_rng(args.seed), []
                for _ in range(0, args.runs, args.chunk):
                    steps = draw(
                        lengths,
                        machine_["rate"],
                        args.spam,
                        args.drift,
                        args.chunk,
                        int(8 * bound) // size_of(lengths),
                        rng,
                    )
                    paths = [
                        log_e_rate(
                            steps,
                            lengths,
                            null=null * RATE,
                            side=side,
                            prior=prior,
                            weights=tuple(weights),
                            alternatives=ladder(null * RATE, side, args.delta)[:bettors],
                        )
                        for null, side in ((step, "at least"), (1.0, "at most"))
                    ]
                    highest = np.maximum(*paths)
                    at = np.minimum(first_crossing(highest, alpha), len(highest) - 1)
                    stop = at, np.arange(at.size)
                    controls = control(args, lengths, multiple, steps)[stop]
                    played.append((steps.circuits[at], controls, highest[stop] + math.log(alpha)))
                spent, controls, beyond = (np.concatenate(x) for x in zip(*played, strict=True))
                ratio = sharpened(spent, controls) / bound
                error = ratio.std() / math.sqrt(ratio.size)
                print(
                    f"  + {name:20} {ratio.mean():.3f}+-{error:.3f}, overshoot {beyond.mean():.3f}",
                    flush=True,
                )


def every_target(args):
    alpha = args.alpha[0]
    _, lengths = design(args, args.asymptote[-1])
    cases = {
        "25 pairs at 0.7": [0.7] * 25,
        "25 pairs from 0.5 to 0.9": np.linspace(0.5, 0.9, 25),
        "24 at 0.7, one at 1.5": [0.7] * 24 + [1.5],
        "24 at 0.7, one at 2.5": [0.7] * 24 + [2.5],
        "24 at 0.7, one at the edge": [0.7] * 24 + [1 + args.delta],
    }
    print(
        f"\nevery of 25 targets, B = {lengths.asymptote:g}, delta = {args.delta:g}, alpha ="
        f" {alpha:.0%}; rounds are circuits, all targets measured in each"
    )
    for name, multiples in cases.items():
        rng, verdicts, rounds = np.random.default_rng(args.seed), [], []
        for _ in range(min(args.runs, 300)):
            rate = RATE * np.asarray(multiples)
            steps = draw(lengths, rate, args.spam, args.drift, 25, 2400 // size_of(lengths), rng)
            steps = Steps(hits=steps.hits, shots=steps.shots, circuits=steps.circuits)
            found = settle(
                every(rate_evidence(steps, lengths, rate=RATE, tolerance=args.delta)), alpha
            )
            verdicts.append(found.verdict)
            rounds.append(found.circuits)
        shares = {x: verdicts.count(x) / len(verdicts) for x in sorted(set(verdicts))}
        print(
            f"  {name:27} mean {np.mean(rounds):5.0f} +- "
            f"{np.std(rounds) / math.sqrt(len(rounds)):3.0f}, 90 % by"
            f" {np.percentile(rounds, 90):5.0f}  {shares}",
            flush=True,
        )


def circuits_as_units(args):
    """Circuits of many shots, as plans have them where a new circuit is dear."""
    delta, circuits = args.delta, 2400
    lengths = TwoLengths(asymptote=0.5, span=0.85 / RATE, short_share=1 / 5)
    levels = " | ".join(f"{alpha:.0%}" for alpha in args.alpha)
    print(
        f"\ncircuits of many shots, B = 0.5, delta = {delta}; variance of the polarisation x"
        f" between circuits kappa2 x (1 - x)^2;\n  circuits to the verdict at {levels}, wrong"
        f" verdicts; at most {circuits} circuits"
    )
    for shots in (4, 16, 64):
        for kappa2 in (0.0, 0.29, 1.0):
            line = f"  {shots:2} shots, kappa2 {kappa2:4.2f}"
            for multiple in (0.5, 1.0, 1 + delta, 2.5):
                rng = np.random.default_rng(args.seed)
                games = [
                    unit_game(rng, lengths, multiple, kappa2, shots, delta, circuits)
                    for _ in range(max(1, args.runs // 50))
                ]
                told = [settled_units(games, alpha, multiple, circuits) for alpha in args.alpha]
                line += f" || r/r0 {multiple}: " + " | ".join(told)
            print(line, flush=True)


def unit_game(rng, lengths, multiple, kappa2, shots, delta, circuits, targets=50):
    """Targets are independent runs that share the order of the arms; give both wealths' peaks."""
    arms = (rng.random(circuits) >= lengths.short_share).astype(np.intp)
    kept = np.where(arms == 0, 1.0, lengths.retention(multiple * RATE))
    x = 0.98 * kept[:, None]  # polarisation, 1 % SPAM
    s = 0.5 + x / 2
    chance = np.broadcast_to(s, (circuits, targets))
    if kappa2:
        strength = s * (1 - s) / (kappa2 * x * (1 - x) ** 2 / 4) - 1
        chance = rng.beta(s * strength, (1 - s) * strength, (circuits, targets))
    trials = Trials(
        lengths=np.array([0.0, lengths.span]),
        arms=arms,
        hits=rng.binomial(shots, chance),
        shots=shots,
    )
    evidence = rate_evidence(steps_of(trials, lengths), lengths, rate=RATE, tolerance=delta)
    return [
        np.maximum.accumulate(x, axis=0).astype(np.float32)
        for x in (evidence.confirm, evidence.refute)
    ]


def settled_units(games, alpha, multiple, circuits):
    """Say how many circuits games took at one error probability, and how many went wrong."""
    confirm, refute = (
        np.concatenate([first_crossing(game[side], alpha) for game in games]) for side in (0, 1)
    )
    spent = np.minimum(np.minimum(confirm, refute) + 1, circuits)
    wrong = (refute < confirm) if multiple <= 1 else (confirm < refute)
    return f"{spent.mean():4.0f}+-{spent.std() / math.sqrt(spent.size):2.0f} {wrong.mean():5.2%}"


def probabilities(args):
    rate, delta, alpha = 0.003, 0.5, args.alpha[0]
    print(f"\nreadout error {rate:.1%}, delta = {delta}, alpha = {alpha:.0%}; bound of Wald")
    for multiple in (0.5, 0.8, 1.0, 1.5, 1.8, 2.5):
        rng, runs = np.random.default_rng(args.seed), min(args.runs, 600)
        p = multiple * rate
        border = rate * (1.5 if multiple <= 1 else 1)
        entropy = p * math.log(p / border) + (1 - p) * math.log((1 - p) / (1 - border))
        bound = (1 - 2 * alpha) * math.log((1 - alpha) / alpha) / entropy
        steps, each = 3000, max(1, round(bound / 250))
        hits = rng.binomial(each, p, (steps, runs))
        game = rare_event_evidence(hits, np.full((steps, 1), each), rate=rate, tolerance=delta)
        confirm, refute = (first_crossing(x, alpha) for x in (game.confirm, game.refute))
        at = np.minimum(confirm, refute)
        shots = (np.minimum(at, steps - 1) + 1) * each
        wrong = ((refute < confirm) if multiple <= 1 else (confirm < refute)).mean()
        print(
            f"  r/r0 {multiple:3}: bound {bound:6.0f}, shots {shots.mean():7.0f}, ratio"
            f" {shots.mean() / bound:.3f}+-{shots.std() / bound / math.sqrt(runs):.3f},"
            f" wrong {wrong:.2%}, none {(at == steps).mean():.2%}",
            flush=True,
        )


def sheet(args):
    """Twenty claims: 12 good, 4 at the edge, 4 bad; each stops when its own verdict stands."""
    alpha, delta = 0.05, 0.5
    lengths = TwoLengths(asymptote=0.5, span=0.8 / RATE, short_share=1 / 7)
    truth = np.array([0.6] * 4 + [0.8] * 4 + [1.0] * 4 + [1 + delta] * 4 + [2.0] * 2 + [2.5] * 2)
    rules = {
        "uncorrected": uncorrected,
        "Bonferroni": bonferroni,
        "e-Holm": e_holm,
        "e-BH": e_bh,
        "closed e-BH": closed_e_bh,
        "the product's": as_judged,
    }
    runs, cap = min(args.runs, 200), 2400
    print(
        "\nsheet of 20 claims, delta = 0.5, alpha = 5 %; both families corrected; circuits in all"
    )
    totals = {}
    for name, rule in rules.items():
        rng = np.random.default_rng(args.seed)
        results = []
        for _ in range(runs):
            steps = draw(lengths, RATE * truth, args.spam, args.drift, truth.size, cap, rng)
            game = rate_evidence(steps, lengths, rate=RATE, tolerance=delta)
            results.append(sheet_game(game, rule, alpha, truth, delta))
        spent, false, found, open_ = (np.array(x, dtype=float) for x in zip(*results, strict=True))
        totals[name] = spent.mean()
        print(
            f"  {name:12} {spent.mean():7.0f}+-{spent.std() / math.sqrt(runs):3.0f} circuits,"
            f" {spent.mean() / totals['uncorrected']:.3f} x; any wrong {(false > 0).mean():.2%},"
            f" FDR {(false / np.maximum(found, 1)).mean():.2%}, open {open_.mean():.2f} claims",
            flush=True,
        )


def as_judged(log_e, level, settled):
    """Closed e-BH as in `verdicts/wealth.py`: who could not stand alone owns nothing."""
    own = np.where(settled | (log_e >= -math.log(level)), log_e, -np.inf)
    return closed_e_bh(own, level, settled)


def sheet_game(game, rule, alpha, truth, delta):
    """A claim's e-values stand still from the step at which it was settled."""
    confirm, refute = np.zeros(truth.size), np.zeros(truth.size)
    spent = np.full(truth.size, game.steps)
    verdict = np.zeros(truth.size, dtype=int)
    for step in range(7, game.steps, 8):
        running = verdict == 0
        if not running.any():
            break
        confirm[running], refute[running] = game.confirm[step, running], game.refute[step, running]
        closed = rule in (closed_e_bh, as_judged)
        given = [(verdict == side,) if closed else () for side in (1, -1)]
        good, bad = rule(confirm, alpha, *given[0]), rule(refute, alpha, *given[1])
        verdict = np.where(running & good, 1, np.where(running & bad, -1, verdict))
        spent[running & (verdict != 0)] = step + 1
    wrong = ((verdict == 1) & (truth >= 1 + delta)) | ((verdict == -1) & (truth <= 1))
    return spent.sum(), wrong.sum(), (verdict != 0).sum(), (verdict == 0).sum()


PARTS = {
    "rates": rates,
    "floor": floor,
    "every": every_target,
    "circuits": circuits_as_units,
    "probability": probabilities,
    "sheet": sheet,
}


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--part", default="rates", choices=PARTS)
    parser.add_argument("--runs", type=int, default=3000, help="games a cell; fewer in slow parts")
    parser.add_argument("--chunk", type=int, default=500, help="games played side by side")
    parser.add_argument("--law", default="geometric", choices=["geometric", "exponential"])
    parser.add_argument("--asymptote", type=float, nargs="+", default=[0.5, 0.25])
    parser.add_argument("--delta", type=float, default=0.25)
    parser.add_argument("--alpha", type=float, nargs="+", default=[0.05, 0.01])
    parser.add_argument("--spam", type=float, default=0.01)
    parser.add_argument("--drift", type=float, default=0.0, help="amplitude of the SPAM's drift")
    parser.add_argument("--block", type=int, nargs=2, help="short and long circuits of a block")
    parser.add_argument("--short-share", type=float)
    parser.add_argument("--batch", type=int, default=1, help="circuits between stops")
    parser.add_argument("--multiples", type=float, nargs="+", help="cells: r / r0")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    PARTS[args.part](args)


if __name__ == "__main__":
    main()
