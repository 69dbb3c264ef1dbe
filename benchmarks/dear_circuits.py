"""What repeating circuits saves where a new circuit costs more than a shot.

    python benchmarks/dear_circuits.py [--runs 6]

The same true claims on the same simulated machine of 12 qubits; a new circuit costs as much as 0
to 1000 shots. Each run goes through the whole product. "single shots" is what the plan for a
device with free circuits takes on the dear one: the same circuits and verdicts, each circuit paid
for.
"""

import argparse
import tempfile
from pathlib import Path

import numpy as np

from qassay import assay
from qassay.devices.machine_file import read_machine
from qassay.devices.simulated.machine import VirtualMachine

SHOT = 250e-6
MACHINE = """
[machine]
name = "dear-12"
qubits = 12
connectivity = "line"
seed = {seed}
[durations]
one_qubit_gate = "30 ns"
two_qubit_gate = "100 ns"
readout = "1 us"
shot_overhead = "250 us"
circuit_overhead = "{overhead} s"
[noise]
t1 = {{median = "200 us", spread = 0.2}}
t2 = {{median = "150 us", spread = 0.2}}
one_qubit_error = {{median = 2e-4, spread = 0.2}}
two_qubit_error = {{median = 5e-3, spread = 0.2}}
readout_p01 = 1e-2
readout_p10 = 1e-2
one_qubit_overrotation = "{turn} rad"
two_qubit_overrotation = "{turn} rad"
"""
SHEET = """
[sheet]
title = "Dear circuits"
vendor = "V"
machine = "dear-12"
[[claim]]
id = "one-qubit"
metric = "one_qubit_gate_error"
convention = "average_gate_infidelity"
value = 6e-4
statistic = "every"
[[claim]]
id = "two-qubit"
metric = "two_qubit_gate_error"
convention = "average_gate_infidelity"
value = 7e-3
[[claim]]
id = "pair"
metric = "two_qubit_gate_error"
convention = "average_gate_infidelity"
value = 1e-2
scope = {pairs = [[0, 1]]}
[[claim]]
id = "t1"
metric = "t1"
value = "100 us"
statistic = "every"
[[claim]]
id = "t2"
metric = "t2_echo"
value = "100 us"
"""


def run(price, turn, seed):
    """Give shots, circuits, device seconds and outcomes of one run."""
    text = MACHINE.format(seed=seed, overhead=price * SHOT, turn=turn)
    device = VirtualMachine(read_machine(text.encode(), "dear.toml"))
    with tempfile.TemporaryDirectory() as folder:
        sheet = Path(folder) / "sheet.toml"
        sheet.write_text(SHEET)
        made = assay.run(sheet, device, out=Path(folder) / "out", seed=seed)
    return made.shots, made.circuits, made.device_seconds, [v.outcome for v in made.verdicts]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=6)
    args = parser.parse_args()
    print("coherent | price of a circuit | repeated | single shots | ratio of device times")
    for turn, words in ((0.0, "no"), (0.03, "mostly")):
        single = [run(0, turn, seed) for seed in range(args.runs)]
        for price in (0, 10, 100, 1000):
            games = single if price == 0 else [run(price, turn, s) for s in range(args.runs)]
            shots, circuits, seconds = (np.mean([g[k] for g in games]) for k in range(3))
            ratios = [
                (one[2] + one[1] * price * SHOT) / game[2]
                for one, game in zip(single, games, strict=True)
            ]
            paid = np.mean([one[2] + one[1] * price * SHOT for one in single])
            held = [outcome for game in games for outcome in game[3]]
            print(
                f"{words:8} | {price:5} shots | {circuits:6.0f} circuits {shots:6.0f} shots"
                f" {seconds:7.1f} s | {np.mean([g[1] for g in single]):6.0f} circuits {paid:7.1f} s"
                f" | {np.mean(ratios):4.1f} ({min(ratios):.1f} to {max(ratios):.1f})"
                f" | supported {held.count('supported')} of {len(held)},"
                f" refuted {held.count('refuted')}",
                flush=True,
            )


if __name__ == "__main__":
    main()
