"""Medians, quantiles and shares of targets: wrong and open verdicts, and what they take.

    python benchmarks/medians.py [--games 300] [--cells medians quantiles ...]

Plans, looks and judge are the product's own, counts are drawn from curves (`_drawn_counts.py`).
"r/r0" is the statistic over the claim (of times the inverse); at 1 and below "wrong" is refuted,
at the limit and beyond supported. What stands in brackets is a 95 % Clopper-Pearson interval.
"over a mean's" divides by the circuits of a mean on the same machines, scaled to have their mean
at r/r0. "groups": just over half of the targets at r/r0, the others at 0.4 of it.
"""

import argparse
import math
import tempfile
from pathlib import Path

import numpy as np
from _drawn_counts import HEAD, Machine, claim_text, percent, plan_for, play, shapes, spent_words

from qassay.assay import run
from qassay.devices import answer_key
from qassay.devices.machine_file import read_machine
from qassay.devices.simulated.machine import VirtualMachine

MACHINE = """[machine]
name = "hidden"
platform = "superconducting"
qubits = {n}
connectivity = "line"
seed = {seed}
[noise]
t1 = {{median = "100 us", spread = {spread}}}
one_qubit_error = {{median = 2e-3, spread = {spread}}}
two_qubit_error = 1e-2
readout_p01 = {{median = 0.01, spread = 0.3}}
readout_p10 = {{median = 0.02, spread = 0.3}}
"""
VALUES = {"one_qubit_gate_error": 2e-4, "t1": 1e-4, "readout_error": 1e-2, "readout_error_1": 1e-2}
DELTA = {"readout_error": 0.5, "readout_error_1": 0.5}


def taken(rates, statistic, share=0.5):
    """Give the statistic that a claim speaks of."""
    if statistic == "mean":
        return rates.mean()
    if statistic == "median":
        return np.median(rates)
    return np.sort(rates)[math.ceil(share * rates.size - 1e-9) - 1]


def cell(
    metric,
    n,
    spread,
    ratio,
    *,
    statistic="median",
    share=None,
    test="usual",
    kind="lognormal",
    common=0.0,
    games=300,
    spam=(0.01, 0.02),
    **device,
):
    """Play one cell; give outcomes and circuits."""
    value = VALUES[metric]
    lines = [f"share = {share}"] if share else []
    lines += [f'test = "{test}"'] if test != "usual" else []
    plan = plan_for(claim_text("c", metric, value, *lines, statistic=statistic), n, **device)
    outcomes, used, covered = [], [], 0
    for game in range(games):
        rng = np.random.default_rng([n, game])
        rates = shapes(rng, n, spread, kind)
        rates *= ratio / taken(rates, statistic, share)
        machine = Machine(rates, value, rng.uniform(*spam, n), common)
        verdicts, circuits = play(plan, {metric: machine}, rng)
        outcomes.append(verdicts["c"].outcome)
        used.append(circuits["c"])
        shown = verdicts["c"].estimate
        truth = value / ratio if metric == "t1" else value * ratio
        covered += shown.low <= truth <= shown.high
    return outcomes, used, covered


def row(metric, n, spread, ratio, games, *, beside_mean=False, **how):
    limit = 1 + DELTA.get(metric, 0.25)
    said, used, covered = cell(metric, n, spread, ratio, games=games, **how)
    wrong = said.count("supported" if ratio > limit - 1e-9 else "refuted" if ratio <= 1 else "")
    over = "-"
    if beside_mean:
        _, means, _ = cell(metric, n, spread, ratio, games=max(games // 3, 20), statistic="mean")
        over = f"{np.mean(used) / np.mean(means):.1f}"
    name = how.get("statistic", "median")
    name += f" {how['share']:g}" if how.get("share") else ""
    name += f", {how['test']}" if "test" in how else ""
    name += "".join(f", {key} {how[key]}" for key in ("kind", "common") if key in how)
    print(
        f"| {metric} | {name} | {n} | {spread} | {ratio:g} | {percent(wrong, games)} |"
        f" {percent(said.count('inconclusive'), games)} | {spent_words(used)} | {over} |"
        f" {100 * covered / games:.0f} |",
        flush=True,
    )


def beside(metric, n, games):
    """Play a mean, a median and a share of one sheet; one target is eight times as bad."""
    value, limit = VALUES[metric], 1 + DELTA.get(metric, 0.25)
    forms = {"mean": "mean", "median": "median", "share above": "share"}
    tables = [
        claim_text(
            name, metric, value, *(["share = 0.8"] if name == "share" else []), statistic=form
        )
        for form, name in forms.items()
    ]
    plan = plan_for("".join(tables), n)
    said, used = {name: [] for name in forms.values()}, {name: [] for name in forms.values()}
    truth = {name: [] for name in forms.values()}
    for game in range(games):
        rng = np.random.default_rng([n, game])
        rates = shapes(rng, n, 0.3)
        rates[0] = 8 * np.median(rates)
        rates *= rng.choice([0.5, 0.8, 1.0, limit]) / np.median(rates)
        verdicts, circuits = play(
            plan, {metric: Machine(rates, value, rng.uniform(0.01, 0.02, n))}, rng
        )
        for form, name in forms.items():
            values = 1 / rates if metric == "t1" and form == "mean" else rates
            found = taken(values, form, 0.8)
            truth[name].append(1 / found if metric == "t1" and form == "mean" else found)
            said[name].append(verdicts[name].outcome)
            used[name].append(circuits[name])
    for name in forms.values():
        wrong = sum(
            (one == "supported" and ratio >= limit - 1e-9) or (one == "refuted" and ratio <= 1)
            for one, ratio in zip(said[name], truth[name], strict=True)
        )
        print(
            f"| {metric} | {name} of one sheet | {n} | 0.3, one at 8 | 0.5 to {limit:g} |"
            f" {percent(wrong, games)} | {percent(said[name].count('inconclusive'), games)} |"
            f" {spent_words(used[name])} | - | - |",
            flush=True,
        )


def through_the_product(n, spread, ratio, runs):
    """Run two medians of one sheet on virtual machines: files, engines, seals and all."""
    said, shots = [], []
    for seed in range(runs):
        machine = read_machine(MACHINE.format(n=n, seed=seed, spread=spread).encode(), "m.toml")
        time = float(np.median(answer_key.t1(machine))) * ratio
        gate = float(np.median(answer_key.one_qubit_gate_error(machine))) / ratio
        text = claim_text("t1", "t1", time, statistic="median")
        text += claim_text("gate", "one_qubit_gate_error", gate, statistic="median")
        with tempfile.TemporaryDirectory() as folder:
            sheet = Path(folder) / "sheet.toml"
            sheet.write_text(HEAD + text, encoding="utf-8")
            result = run(sheet, VirtualMachine(machine), out=Path(folder) / "out", seed=seed)
            said += [v.outcome for v in result.verdicts]
            shots += [v.shots for v in result.verdicts]
    wrong = said.count("refuted" if ratio <= 1 else "supported")
    print(
        f"| T1 and one-qubit gates | median, virtual machines | {n} | {spread} | {ratio:g} |"
        f" {percent(wrong, len(said))} | {percent(said.count('inconclusive'), len(said))} |"
        f" {spent_words(shots)} | - | - |",
        flush=True,
    )


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--games", type=int, default=300)
    parser.add_argument(
        "--cells",
        nargs="+",
        default=[
            "medians",
            "quantiles",
            "counted",
            "worlds",
            "groups",
            "metrics",
            "beside",
            "product",
        ],
    )
    parser.add_argument("--n", type=int, nargs="+", default=[20, 50, 156])
    parser.add_argument("--spread", type=float, nargs="+", default=[0.0, 0.3, 0.5])
    asked = parser.parse_args()
    games = asked.games
    print(
        "| metric | statistic | targets | spread | r/r0 | wrong, % | open, % | circuits | 90 % |"
        " over a mean's | covered, % |\n|" + "---|" * 11
    )
    gate = "one_qubit_gate_error"
    if "medians" in asked.cells:
        for n in asked.n:
            for spread in asked.spread:
                for ratio in (1.0, 1.25):
                    row(gate, n, spread, ratio, games, beside_mean=True)
        for ratio in (0.1, 0.5, 0.7, 1.5, 2.5):
            row(gate, 20, 0.5, ratio, games)
    if "metrics" in asked.cells:
        for metric in ("t1", "readout_error", "readout_error_1"):
            for n, spread in ((20, 0.5), (50, 0.3), (156, 0.5)):
                for ratio in (1.0, 1 + DELTA.get(metric, 0.25)):
                    row(metric, n, spread, ratio, games)
    if "quantiles" in asked.cells:
        for n, share in zip(asked.n, (0.8, 0.9, 0.95), strict=False):
            for spread in asked.spread:
                for ratio in (1.0, 1.25):
                    row(gate, n, spread, ratio, games, statistic="share above", share=share)
    if "counted" in asked.cells:
        for ratio in (0.1, 0.3, 1.0, 1.25, 2.5):
            row(gate, 20, 0.3, ratio, games, test="counted")
        for ratio in (0.1, 0.3):
            row(gate, 50, 0.3, ratio, games, test="counted", statistic="share above", share=0.9)
    if "worlds" in asked.cells:
        for ratio in (1.0, 1.25):
            row(gate, 20, 0.5, ratio, games, kind="dead")
            row(gate, 50, 0.0, ratio, games, kind="skewed")
            row(gate, 20, 0.3, ratio, games, common=0.1)
            row(gate, 156, 0.3, ratio, games, common=0.1)
            row(gate, 50, 1.0, ratio, games)
            row(gate, 6, 0.3, ratio, games)
            row(gate, 20, 0.3, ratio, games, spam=(0.01, 0.1))
    if "product" in asked.cells:
        for n, spread in ((20, 0.5), (156, 0.4)):
            for ratio in (1.0, 1.25):
                through_the_product(n, spread, ratio, max(games // 30, 5))
    if "beside" in asked.cells:
        for metric in (gate, "t1"):
            for n in (6, 20, 50):
                beside(metric, n, games)
    if "groups" in asked.cells:
        for ratio in (1.25, 1.5, 2.0):
            for n in (20, 50):
                row(gate, n, 0.0, ratio, games, kind="groups")
        row(gate, 20, 0.0, 1.25, games, kind="groups", test="counted")


if __name__ == "__main__":
    main()
