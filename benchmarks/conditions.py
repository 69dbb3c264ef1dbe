"""What becomes of a claim's conditions: verdicts where they are met, reasons where they are not.

    python benchmarks/conditions.py [--runs 20]

The machine is a line of six qubits whose pairs disturb one another: 0.40 % alone, 0.55 to 0.70 %
with working neighbours. The vendor claims 0.45 % one at a time. What stands in brackets is a 95 %
interval.
"""

import argparse
import tempfile
from collections import Counter
from pathlib import Path

from qassay import assay
from qassay.claims.claim_file import parse_claim_sheet
from qassay.devices.catalog import device_of
from qassay.planning.options import Options
from qassay.planning.planner import make_plan
from qassay.statistics.intervals import clopper_pearson

MACHINE = """
[machine]
name = "line-6"
platform = "superconducting"
qubits = 6
connectivity = "line"
[durations]
one_qubit_gate = "20 ns"
two_qubit_gate = "60 ns"
readout = "1 us"
shot_overhead = "100 us"
[noise]
one_qubit_error = 2e-4
two_qubit_error = 4e-3
crosstalk_error = 1.5e-3
readout_p01 = 0.01
readout_p10 = 0.01
"""
SHEET = """
[sheet]
title = "Conditions"
vendor = "V"
machine = "M"
[[claim]]
id = "claim"
metric = "{metric}"
{convention}relation = "at most"
value = {value}
statistic = "{statistic}"
conditions = {{{conditions}}}
"""
AVERAGE = 'convention = "average_gate_infidelity"\n'
UNMET = (
    ("two_qubit_gate_error", 'post_selection = "parity"'),
    ("two_qubit_gate_error", 'mitigation = "zero-noise extrapolation"'),
    ("two_qubit_gate_error", 'window = "24 h"'),
    ("two_qubit_gate_error", 'no_such_condition = "x"'),
    ("two_qubit_gate_error", 'gate_time = "200 ns"'),
    ("two_qubit_gate_error", 'platform = "neutral atoms (87Rb), analog"'),
    ("two_qubit_gate_error", 'platform = "quantum annealer"'),
    ("two_qubit_gate_error", 'platform = "photonic"'),
    ("readout_error", "simultaneous = false"),
    ("eplg", "simultaneous = false"),
    ("crosstalk", "simultaneous = false"),
)
MET = (
    ("two_qubit_gate_error", "simultaneous = true"),
    ("two_qubit_gate_error", "post_selection = false"),
    ("two_qubit_gate_error", 'mitigation = "none"'),
    ("two_qubit_gate_error", 'gate_time = "60 ns"'),
    ("two_qubit_gate_error", 'platform = "superconducting (transmon)"'),
)


def sheet(metric, conditions, value=0.0045, statistic="mean"):
    named = AVERAGE if metric != "readout_error" else ""
    return SHEET.format(
        metric=metric, convention=named, value=value, conditions=conditions, statistic=statistic
    ).encode()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=20)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        machine = Path(folder) / "machine.toml"
        machine.write_text(MACHINE)
        device = device_of(str(machine)).describe()
        print("| metric | condition | what becomes of it |\n|---|---|---|")
        for metric, conditions in (*MET, *UNMET):
            plan = make_plan(
                parse_claim_sheet(sheet(metric, conditions)),
                device,
                b"r" * 32,
                Options(),
                "benchmark",
            )
            said = plan.untested[0].reason if plan.untested else "tested"
            print(f"| {metric} | {conditions} | {said} |")
        print(
            "\n| statistic | one at a time | verdicts | wrong, % | shots |\n|---|---|---|---|---|"
        )
        for statistic in ("mean", "every"):
            for word, truth in (("false", 1), ("true", -1)):
                said, shots = [], 0
                place = Path(folder) / "sheet.toml"
                place.write_bytes(
                    sheet("two_qubit_gate_error", f"simultaneous = {word}", statistic=statistic)
                )
                for seed in range(asked.runs):
                    out = Path(folder) / f"{statistic}-{word}-{seed}"
                    result = assay.run(place, device_of(str(machine)), seed=seed, out=out)
                    said.append(result.verdicts[0].outcome)
                    shots += result.shots
                wrong = said.count("refuted" if truth > 0 else "supported")
                low, high = (100 * float(end) for end in clopper_pearson(wrong, len(said)))
                counts = ", ".join(f"{n} {what}" for what, n in Counter(said).items())
                print(
                    f"| {statistic} | {'yes' if word == 'false' else 'no'} | {counts} |"
                    f" {100 * wrong / len(said):.0f} ({low:.0f} to {high:.0f}) |"
                    f" {shots / len(said):.0f} |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
