"""Are the verdicts right? A sheet with true and false claims, judged again and again.

    .venv/bin/python benchmarks/verdicts_over_seeds.py [--seeds 20]

Runs `claims/prototype-50.toml` on `virtual:prototype-50` with many seeds and compares every verdict
with the machine's answer key. A claim is true if the machine meets it, false if it misses the
limit; all of this sheet's claims are clearly one or the other.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np

from qassay import assay
from qassay.claims.claim_file import load_claim_sheet
from qassay.claims.conventions import canonical_value
from qassay.devices import answer_key
from qassay.devices.catalog import device_of, load_machine

ROOT = Path(__file__).resolve().parents[1]
SHEET = ROOT / "claims" / "prototype-50.toml"
DEVICE = "virtual:prototype-50"
FOLD = {"mean": np.mean, "median": np.median}


def truths() -> dict[str, bool]:
    """Say of every claim of the sheet whether the machine meets it."""
    machine, sheet = load_machine(DEVICE), load_claim_sheet(SHEET)
    readout = answer_key.preparation_and_readout_errors(machine)
    values = {
        "qubits": np.array([float(machine.description.qubits)]),
        "t1": answer_key.t1(machine),
        "t2_echo": answer_key.t2_echo(machine),
        "readout_error": (readout.p01 + readout.p10) / 2,
        "readout_error_1": readout.p10,
        "one_qubit_gate_error": answer_key.one_qubit_gate_error(machine),
    }
    told = {}
    for claim in sheet.claims:
        if claim.metric == "two_qubit_gate_error":
            pairs = claim.scope.pairs or machine.description.pairs
            truth = answer_key.two_qubit_gate_error(machine, pairs)
        else:
            truth = values[claim.metric]
        most = claim.relation == "at most"
        worst = np.max if most else np.min
        value = float(FOLD.get(claim.statistic, worst)(truth))
        claimed = canonical_value(claim)
        told[claim.id] = value <= claimed if most else value >= claimed
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    options = parser.parse_args()
    truth, device = truths(), device_of(DEVICE)
    outcomes: dict[str, Counter[str]] = {name: Counter() for name in truth}
    shots = []
    for seed in range(options.seeds):
        with tempfile.TemporaryDirectory() as out:
            result = assay.run(SHEET, device, out=out, seed=seed)
        shots.append(result.shots)
        for verdict in result.verdicts:
            outcomes[verdict.claim][verdict.outcome] += 1
    wrong = open_still = 0
    print(f"{SHEET.name} on {DEVICE}, {options.seeds} seeds")
    for name, counts in outcomes.items():
        right = "supported" if truth[name] else "refuted"
        other = "refuted" if truth[name] else "supported"
        wrong += counts[other]
        open_still += options.seeds - counts[right] - counts[other]
        print(f"  {name:10s} {'true ' if truth[name] else 'false'}  {dict(counts)}")
    total = options.seeds * len(outcomes)
    print(
        f"wrong {wrong} of {total}, inconclusive or not tested {open_still} of {total},"
        f" shots {min(shots)} to {max(shots)}, mean {np.mean(shots):.0f}"
    )


if __name__ == "__main__":
    main()
