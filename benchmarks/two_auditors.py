"""Honest runs of random claims, audited three times: do all auditors accept all of them?

    python benchmarks/two_auditors.py [--runs 40] [--seed 0]

Sheets of one to five claims of every kind that the second auditor knows, with random statistics,
scopes, conventions, tolerances, rules and budgets, on a simulated machine of four qubits.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from auditor import audit_further, audit_minimal

from qassay import assay
from qassay.auditing.audit import audit_bundle
from qassay.devices.machine_file import read_machine
from qassay.devices.simulated.machine import VirtualMachine
from qassay.planning.options import Options

MACHINE = b"""
[machine]
name = "small-4"
platform = "superconducting"
qubits = 4
connectivity = "line"
seed = 5
[durations]
one_qubit_gate = "30 ns"
two_qubit_gate = "200 ns"
readout = "1 us"
shot_overhead = "100 us"
[noise]
t1 = "20 ms"
one_qubit_error = 4e-3
two_qubit_error = 1e-2
readout_p01 = 0.01
readout_p10 = 0.02
"""
VALUES = {
    "t1": ("5 ms", "20 ms", "40 ms"),
    "t2_star": ("5 ms", "20 ms", "40 ms"),
    "t2_echo": ("10 ms", "20 ms", "40 ms"),
    "readout_error": ("0.5 %", "1.5 %", "3 %"),
    "readout_error_0": ("0.5 %", "1 %", "3 %"),
    "readout_error_1": ("1 %", "2 %", "3 %"),
    "one_qubit_gate_error": ("0.2 %", "0.4 %", "0.6 %"),
    "two_qubit_gate_error": ("0.8 %", "1.2 %", "2 %"),
    "qubits": ("3", "4", "5"),
}


def claim(chance: random.Random, number: int) -> str:
    metric = chance.choice(list(VALUES))
    lines = [
        f'id = "c{number}"',
        f'metric = "{metric}"',
        f'value = "{chance.choice(VALUES[metric])}"',
    ]
    if metric.endswith("gate_error"):
        convention = chance.choice(("average_gate_infidelity", "process_infidelity"))
        lines.append(f'convention = "{convention}"')
    if metric != "qubits":
        statistic = chance.choice(("every", "every", "mean", "median", "best"))
        lines.append(f'statistic = "{statistic}"')
        if chance.random() < 0.5:
            pairs = metric == "two_qubit_gate_error"
            scope = "pairs = [[0, 1], [3, 2]]" if pairs else f"qubits = [{chance.randrange(4)}]"
            lines.append(f"scope = {{{scope}}}")
        if chance.random() < 0.3:
            lines.append("delta = 0.5")
    return "\n".join(["[[claim]]", *lines, ""])


def one_run(seed: int, folder: Path) -> tuple[Path, tuple[str, ...]]:
    chance = random.Random(seed)
    head = '[sheet]\ntitle = "T"\nvendor = "V"\nmachine = "small-4"\n'
    sheet = folder / f"{seed}.toml"
    claims = [claim(chance, number) for number in range(chance.randint(1, 5))]
    sheet.write_text(head + "".join(claims), encoding="utf-8")
    options = Options(
        alpha=chance.choice((0.05, 0.01)),
        beta=chance.choice((0.05, 0.02)),
        rule=chance.choice(("tolerant", "guarded")),
        multiplicity=chance.choice(("fdr", "family-wise", "none")),
        budget_shots=chance.choice((None, None, 2000)),
    )
    device = VirtualMachine(read_machine(MACHINE, "m.toml"))
    run = assay.run(sheet, device, out=folder / str(seed), seed=seed, options=options)
    return run.bundle, tuple(verdict.outcome for verdict in run.verdicts)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--runs", type=int, default=40)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    answers: Counter[tuple[bool, ...]] = Counter()
    outcomes: Counter[str] = Counter()
    followed: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(given.seed, given.seed + given.runs):
            bundle, verdicts = one_run(seed, Path(folder))
            full, small = audit_bundle(bundle), audit_minimal.audit(bundle)
            further = audit_minimal.audit(bundle, kind=audit_further.Further)
            answers[full.failure is None, small["valid"], further["valid"]] += 1
            outcomes.update(verdicts)
            for kind, report in (("minimal", small), ("further", further)):
                left = sum("outcome" in text for text in report["not_checked"])
                followed[kind] += len(verdicts) - left
            if full.failure or small["failed"] or further["failed"]:
                print(f"seed {seed}: {full.failure}; {small['failed']}; {further['failed']}")
    total = sum(outcomes.values())
    agreed = answers[True, True, True]
    print(f"{given.runs} honest runs: {agreed} accepted by all three auditors")
    told = ", ".join(f"{n} {outcome}" for outcome, n in outcomes.most_common())
    print(f"{total} claims ({told}); outcomes derived from e-values of their own by")
    print(f"audit_minimal.py {followed['minimal']}, by audit_further.py {followed['further']}")
    return 0 if agreed == given.runs else 1


if __name__ == "__main__":
    sys.exit(main())
