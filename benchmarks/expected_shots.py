"""Do the shots that `qassay plan` foretells come true?

    python benchmarks/expected_shots.py [--runs 30] [--workers 2] [--case one-qubit ...]

A machine of four qubits at a multiple of the claimed error, judged by the whole product; the plan's
cap counts where a game stays open. Means with 95 % intervals (normal), and the ratio measured /
foretold; where a range is foretold, to its nearer end outside of it. "-": the plan foretells no
verdict.
"""

import argparse
import statistics
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from qassay import assay
from qassay.devices.catalog import open_device
from qassay.verdicts.expectations import expectations

MACHINE = """[machine]
name = "four"
platform = "trapped-ion"
qubits = 4
connectivity = "all-to-all"
seed = {seed}
[durations]
one_qubit_gate = "10 us"
two_qubit_gate = "200 us"
readout = "300 us"
shot_overhead = "5 ms"
[noise]
{noise}
"""
SHEET = """[sheet]
title = "Foretold"
vendor = "nobody"
machine = "four"
[[claim]]
id = "claim"
metric = "{metric}"
{more}
value = "{value}"
statistic = "{statistic}"
scope = {scope}
delta = {delta}
"""
GATE = 'convention = "average_gate_infidelity"'
READ = "readout_p01 = 0.01\nreadout_p10 = 0.01\n"
# metric, claim, convention, statistic, scope, delta, noise at a multiple of the claimed error
CASES = {
    "one-qubit": ("one_qubit_gate_error", "0.2 %", GATE, "every", "{qubits = [1]}", 0.25,
                  lambda x: READ + f"one_qubit_error = {0.002 * x}"),
    "one-qubit mean": ("one_qubit_gate_error", "0.2 %", GATE, "mean", '"all"', 0.25,
                       lambda x: READ + f"one_qubit_error = {0.002 * x}"),
    "T1": ("t1", "1 s", "", "every", "{qubits = [1]}", 0.25,
           lambda x: READ + f't1 = "{1 / x} s"'),
    "T1 mean": ("t1", "1 s", "", "mean", '"all"', 0.25, lambda x: READ + f't1 = "{1 / x} s"'),
    "readout": ("readout_error", "2 %", "", "every", "{qubits = [1]}", 0.5,
                lambda x: f"readout_p01 = {0.02 * x}\nreadout_p10 = {0.02 * x}"),
    "readout mean": ("readout_error", "2 %", "", "mean", '"all"', 0.5,
                     lambda x: f"readout_p01 = {0.02 * x}\nreadout_p10 = {0.02 * x}"),
    "pair": ("two_qubit_gate_error", "1 %", GATE, "every", "{pairs = [[0, 1]]}", 0.25,
             lambda x: READ + f"two_qubit_error = {0.01 * x}\none_qubit_error = 0.0003"),
    "pair, poor turns": (
        "two_qubit_gate_error", "1 %", GATE, "every", "{pairs = [[0, 1]]}", 0.25,
        lambda x: READ + f"two_qubit_error = {0.01 * x}\none_qubit_error = 0.0018"),
}  # fmt: skip


def game(case, error, seed):
    """Play one game; give shots foretold (None where none are), used and the outcome."""
    metric, value, more, statistic, scope, delta, noise = CASES[case]
    with tempfile.TemporaryDirectory() as folder:
        machine, sheet = Path(folder) / "machine.toml", Path(folder) / "sheet.toml"
        machine.write_text(MACHINE.format(seed=seed, noise=noise(error)), encoding="utf-8")
        sheet.write_text(SHEET.format(metric=metric, value=value, more=more, statistic=statistic,
                                      scope=scope, delta=delta), encoding="utf-8")  # fmt: skip
        result = assay.run(sheet, open_device(str(machine)), out=Path(folder) / "out", seed=seed)
        (expected,) = expectations(result.analysis.plan)
        (told,) = {
            (x.shots, x.most or x.shots)
            for x in expected.outlooks
            if x and abs(x.error - error) < 1e-9
        }
        return told, result.verdicts[0].shots, result.verdicts[0].outcome


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=30)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--case", action="append", choices=list(CASES))
    parser.add_argument("--error", type=float, action="append")
    asked = parser.parse_args()
    print("| claim | error | foretold | measured | ratio | supported, refuted, open |")
    print("|" + "---|" * 6)
    with ProcessPoolExecutor(asked.workers) as pool:
        for case in asked.case or CASES:
            limit = 1 + CASES[case][5]
            for error in asked.error or sorted({0.7, 1.0, limit, 1.5, 2.5}):
                seeds = range(1, asked.runs + 1)
                games = list(pool.map(game, [case] * asked.runs, [error] * asked.runs, seeds))
                shots = [used for _, used, _ in games]
                mean = statistics.mean(shots)
                half = 1.96 * statistics.stdev(shots) / len(shots) ** 0.5
                least, most = games[0][0]
                told = least and (mean if least <= mean <= most else most if mean > most else least)
                words = "-" if not least else f"{least}" if least == most else f"{least} to {most}"
                ends = [outcome for _, _, outcome in games]
                counts = ", ".join(str(ends.count(x))
                                   for x in ("supported", "refuted", "inconclusive"))  # fmt: skip
                ratio = f"{mean / told:.2f} ± {half / told:.2f}" if told else "-"
                print(f"| {case} | {error:g} | {words} | {mean:.0f} ± {half:.0f} |"
                      f" {ratio} | {counts} |", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
