"""A single pair's gate, nothing claimed of one-qubit gates: shots to the verdict, and errors.

    python benchmarks/single_pair.py [--games 4000] [--share 0.03 0.1 0.3 0.5] [--ratio 0.5 1 1.25]
    python benchmarks/single_pair.py --lopsided           the whole share on one of the two qubits
    python benchmarks/single_pair.py --drift 0.2 --period cycle|9|45      turns that swing
    python benchmarks/single_pair.py --swing 0.2 --period cycle           entangler and turns swing
    python benchmarks/single_pair.py --every 25 [--games 40]  all of so many pairs of a matching
    python benchmarks/single_pair.py --product [--games 40]   circuits on the virtual machine

Without --product the plan is the product's, the coin too, hits are drawn from the curves of a
layer's three classes of Pauli errors, and the product's own test is asked after each batch, as
the judge does. A share is the decay of the one-qubit gates of a layer over that of the entangler;
readout and preparation go wrong in 2 to 4 % for the pair. What stands in brackets is a 95 %
interval; foretold is the plan's own outlook.

The bound: Chernoff-Wald for somebody who knows the one-qubit gates and has the best lengths at 3 %
of SPAM, times (1 + sqrt c)^2, the least that measuring one-qubit gates beside it would cost.
"""

import argparse
import math
import tempfile
from pathlib import Path

import numpy as np
from scipy.special import i0

from qassay import assay
from qassay.claims.claim_file import parse_claim_sheet
from qassay.devices.catalog import device_of
from qassay.devices.description import DeviceDescription
from qassay.planning.options import Options
from qassay.planning.planner import make_plan
from qassay.protocols.batches import draw_order
from qassay.protocols.interface import arms_of
from qassay.protocols.weighing.measurands import ClaimPart
from qassay.protocols.weighing.sequential_tests import rate_wealth
from qassay.statistics.intervals import clopper_pearson
from qassay.statistics.sample_size import least_circuits
from qassay.statistics.sequential import confirm_every, first_crossing, refute_every
from qassay.statistics.sequential_rates import TwoLengths
from qassay.statistics.trials import Trials
from qassay.verdicts.expectations import expectations

CLAIM, DELTA, ALPHA, BASE, SPAM = 5e-3, 0.25, 0.05, 0.25, 0.03
TOGETHER = 50  # games that share a coin
SHEET = f"""
[sheet]
title = "A pair"
vendor = "V"
machine = "M"
[[claim]]
id = "2q"
metric = "two_qubit_gate_error"
convention = "average_gate_infidelity"
relation = "at most"
value = {CLAIM}
statistic = "every"
conditions = {{simultaneous = true}}
"""
MACHINE = """
[machine]
name = "pair"
platform = "superconducting"
qubits = 2
connectivity = [[0, 1]]
[noise]
one_qubit_error = {one:.9g}
two_qubit_error = {two:.9g}
readout_p01 = 0.01
readout_p10 = 0.01
"""


def planned(seed, pairs=1):
    couplings = tuple((2 * k, 2 * k + 1) for k in range(pairs))
    device = DeviceDescription(
        name="pairs",
        platform="other",
        qubits=2 * pairs,
        connectivity="listed",
        couplings=couplings,
    )
    root = seed.to_bytes(32, "big")
    return make_plan(parse_claim_sheet(SHEET.encode()), device, root, Options(), "benchmark"), root


def games(rng, ratio, asked, share, seed):
    """Play some games under one coin; give for each the verdict and the shots."""
    plan, root = planned(seed)
    (x,), (claim,) = plan.experiments, plan.sheet.claims
    order = np.concatenate([draw_order(x, i, root) for i in range(x.batches)])
    _, long = arms_of(x, gate=True)
    layers = x.lengths[long]
    gate = -math.log1p(-4 / 3 * CLAIM * ratio)
    if asked.swing:  # the error is what the mean signal over the length shows, as the metric says
        gate = meant(gate * layers, asked.swing) / layers
    ones = gate * share / 0.8 * np.array([1.0, 0.0] if asked.lopsided else [0.5, 0.5])
    period = float(x.batch) if asked.period == "cycle" else float(asked.period)
    phase = rng.uniform(0, 2 * np.pi, TOGETHER)
    wave = np.sin(2 * np.pi * np.arange(order.size)[:, None] / period + phase)
    swing = 1 + (asked.drift or asked.swing) * wave  # of the turns, shot by shot
    first, second = (np.exp(-one * layers * swing) for one in ones)
    reference = 0.2 * first + 0.2 * second + 0.6 * first * second
    entangler = gate * layers * (1 + asked.swing * wave)
    kept = np.where(
        (order == 0)[:, None],
        reference,
        np.exp(-entangler - 0.8 * (ones[0] + ones[1]) * layers * swing),
    )
    amplitude = 1 - BASE - 2 * rng.uniform(0.01, 0.02, TOGETHER)
    hits = (rng.random(kept.shape) < BASE + amplitude * kept).astype(np.int64)
    trials = Trials(lengths=np.array([0.0, layers]), arms=order, hits=hits)
    part = ClaimPart(experiment=x, quantity=claim.metric, columns=(0,), trials=trials)
    confirm, refute = rate_wealth(plan, claim, part)
    ends = [first_crossing(path, ALPHA) for path in (confirm, refute)]
    steps = np.minimum(*ends)
    said = np.where(ends[0] < ends[1], 1, -1) * (steps < order.size)
    return said, np.minimum((steps // x.batch + 1) * x.batch, x.rounds)


def meant(decay, swing):
    """Find the mean decay of a sine whose mean signal falls by `decay`."""
    x = decay
    for _ in range(50):
        x = decay + math.log(i0(swing * x))
    return x


def every(pairs, asked):
    """Play "every" of many pairs: all well within the claim, and one beyond it."""
    print("| pairs | machine | right | shots |\n|---|---|---|---|")
    for name, worst, wanted in (
        ("all at 0.7", 0.7, 1),
        ("one at 1.5, others at 0.7", 1.5, -1),
        ("one at the limit, others at 0.7", 1 + DELTA, -1),
    ):
        rng, said, spent = np.random.default_rng([20251126, round(100 * worst)]), [], []
        for seed in range(asked.games or 40):
            plan, root = planned(1 + seed, pairs)
            (x,), (claim,) = plan.experiments, plan.sheet.claims
            order = np.concatenate([draw_order(x, i, root) for i in range(x.batches)])
            rates = -np.log1p(-4 / 3 * CLAIM * np.r_[worst, np.full(pairs - 1, 0.7)])
            turns = np.exp(-asked.share[0] * 4 / 3 * CLAIM * x.lengths[1])
            kept = np.where((order == 0)[:, None], 1.0, np.exp(-rates * x.lengths[1]))
            chances = BASE + (1 - SPAM - BASE) * turns * kept
            hits = (rng.random(chances.shape) < chances).astype(np.int64)
            trials = Trials(lengths=np.array(x.lengths), arms=order, hits=hits)
            columns = tuple(range(pairs))
            part = ClaimPart(experiment=x, quantity=claim.metric, columns=columns, trials=trials)
            confirm, refute = rate_wealth(plan, claim, part)
            ends = [
                int(first_crossing(path[:, 0], ALPHA))
                for path in (confirm_every(confirm), refute_every(refute))
            ]
            said.append((1 if ends[0] < ends[1] else -1) * (min(ends) < order.size))
            spent.append(min((min(ends) // x.batch + 1) * x.batch, x.rounds))
        right, mean = said.count(wanted), np.mean(spent)
        error = np.std(spent, ddof=1) / math.sqrt(len(spent))
        print(
            f"| {pairs} | {name} | {within(right, len(said))} | {mean:.0f} ± {error:.0f} |",
            flush=True,
        )


def bound(share, ratio):
    """Give the least mean shots, one-qubit gates measured beside the layers."""
    gate, border = 4 / 3 * CLAIM * ratio, 4 / 3 * CLAIM * (1 if ratio > 1 else 1 + DELTA)
    turns = 4 / 3 * CLAIM * ratio * share
    layers = least_circuits(BASE, spam=SPAM, rate=gate + turns, border=border + turns, alpha=ALPHA)
    # One qubit's circuits at 0.85 of its own decay, a ninth short; a layer is made of both.
    one = turns / 3.2 * 2
    single = information(0.5, one, SPAM / 2, 0.85 / one)
    known = information(BASE, gate + turns, SPAM, 0.95 / (gate + turns))
    cost = 2 * 0.8**2 * known / single
    return layers * (1 + math.sqrt(cost)) ** 2


def information(base, rate, spam, span):
    """Give what a circuit says of a decay a step, the amplitude unknown, a ninth of them short."""
    lengths = TwoLengths(asymptote=base, span=span, short_share=1 / 9)
    start = 1 - base - spam
    excess = start * lengths.retention(rate)
    noise = spam * (1 - spam) / start**2 * 9
    noise += (base + excess) * (1 - base - excess) / excess**2 * 9 / 8
    return span**2 / noise


def product(ratio, share, runs):
    """Play whole runs on the virtual machine: circuits, its own engine, judge, bundle."""
    said, shots, covered = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "sheet.toml").write_text(SHEET)
        machine = place / "machine.toml"
        two = CLAIM * ratio
        machine.write_text(MACHINE.format(one=4 / 3 * two * share / 3.2, two=two))
        for seed in range(runs):
            result = assay.run(
                place / "sheet.toml",
                device_of(str(machine)),
                seed=seed,
                out=place / f"run-{seed}",
            )
            (verdict,) = result.verdicts
            said.append({"supported": 1, "refuted": -1}.get(verdict.outcome, 0))
            shots.append(result.shots)
            covered.append(verdict.estimate.low <= two <= verdict.estimate.high)
    return np.array(said), np.array(shots), np.mean(covered)


def within(count, total):
    low, high = (100 * float(end) for end in clopper_pearson(count, total))
    return f"{100 * count / total:.1f} ({low:.1f} to {high:.1f})"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--games", type=int)
    parser.add_argument("--share", type=float, nargs="+", default=[0.03, 0.1, 0.3, 0.5])
    parser.add_argument("--ratio", type=float, nargs="+", default=[1.0, 1.25])
    parser.add_argument("--drift", type=float, default=0.0)
    parser.add_argument("--swing", type=float, default=0.0)
    parser.add_argument("--period", default="cycle")
    parser.add_argument("--lopsided", action="store_true")
    parser.add_argument("--product", action="store_true")
    parser.add_argument("--every", type=int)
    asked = parser.parse_args()
    if asked.every:
        every(asked.every, asked)
        return
    plan, _ = planned(0)
    (told,) = expectations(plan)
    foretold = {round(one.error, 6): one.shots for one in told.outlooks if one}
    last = " covered, %" if asked.product else " foretold"
    print(f"at most {plan.cost.shots} shots, a look every {plan.experiments[0].batch}")
    print("| share | r/r0 | games | wrong, % | open, % | shots | bound | over it |" + last + " |")
    print("|---" * 9 + "|", flush=True)
    for share in asked.share:
        for ratio in asked.ratio:
            if asked.product:
                total = asked.games or 40
                said, shots, end = product(ratio, share, total)
                end = f"{100 * end:.0f}"
            else:
                total = asked.games or 4000
                rng = np.random.default_rng([20251129, round(1000 * share), round(1000 * ratio)])
                played = [
                    games(rng, ratio, asked, share, 1 + seed)
                    for seed in range(-(-total // TOGETHER))
                ]
                said, shots = (np.concatenate(part) for part in zip(*played, strict=True))
                end = foretold.get(round(ratio, 6), "")
            wrong = int((said == (-1 if ratio <= 1 else 1)).sum())
            wrong = 0 if 1 < ratio < 1 + DELTA - 1e-9 else wrong
            least, mean = bound(share, ratio), shots.mean()
            error = shots.std(ddof=1) / math.sqrt(shots.size)
            print(
                f"| {share:g} | {ratio:g} | {said.size} | {within(wrong, said.size)} |"
                f" {within(int((said == 0).sum()), said.size)} | {mean:.0f} ± {error:.0f} |"
                f" {least:.0f} | {mean / least:.2f} | {end} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
