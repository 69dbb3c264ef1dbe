"""Published claim sheets through `check` and `plan`: what cannot be tested, and why.

    python3 dev.py bench sheets FOLDER

Each sheet of the folder is planned on a machine wide enough for it: all-to-all where it names
couplings that no built-in machine has, else the smallest built-in one. Prints a table of the
claims that are not tested, by reason, and how many are.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

from qassay.claims import parse_claim_sheet
from qassay.claims.claim import ClaimSheet
from qassay.devices.description import DeviceDescription, Durations
from qassay.errors import QassayError
from qassay.planning.options import Options
from qassay.planning.planner import make_plan

_DURATIONS = Durations(one_qubit_gate=5e-8, two_qubit_gate=2e-7, readout=1e-6, shot_overhead=1e-4)


def machine_for(sheet: ClaimSheet) -> DeviceDescription:
    """Describe a machine that has every qubit and pair that a sheet names."""
    named = {q for c in sheet.claims for q in c.scope.qubits}
    pairs = {pair for c in sheet.claims for pair in c.scope.pairs}
    named |= {q for pair in pairs for q in pair}
    claimed = [int(c.value) for c in sheet.claims if c.metric == "qubits"]
    # An analog machine's thousands of sites are planned as far as one can.
    qubits = min(max([*claimed, *(q + 1 for q in named), 2]), 4000)
    line = {(q, q + 1) for q in range(qubits - 1)}
    return DeviceDescription(
        name=f"line of {qubits} with the pairs of the sheet",
        platform="superconducting",
        qubits=qubits,
        connectivity="listed",
        couplings=tuple(sorted(line | pairs)),
        durations=_DURATIONS,
    )


def planned(text: bytes, name: str) -> tuple[int, list[tuple[str, str]]]:
    """Plan a sheet.

    Returns:
        How many claims it has, and those that are not tested with their reasons.
    """
    sheet = parse_claim_sheet(text, name)
    plan = make_plan(sheet, machine_for(sheet), bytes(32), Options(), "benchmark")
    untested = [(item.claim, item.reason) for item in plan.untested]
    served = {claim for x in plan.experiments for claim in x.claims}
    left = {claim.id for claim in sheet.claims} - served - {name for name, _ in untested}
    if left:
        raise AssertionError(f"{name}: swallowed {sorted(left)}")
    return len(sheet.claims), untested


def main(folder: Path) -> int:
    """Print the table."""
    claims, reasons, told = 0, Counter[str](), []
    paths = sorted(folder.glob("*.toml"))
    for path in paths:
        try:
            count, untested = planned(path.read_bytes(), path.name)
        except QassayError as error:
            print(f"{path.name}: {error}")
            return 1
        claims += count
        for claim, reason in untested:
            reasons[reason.partition(" shots and ")[0]] += 1
            told.append((path.name, claim, reason))
    for name, claim, reason in told:
        print(f"{name:45} {claim:28} {reason}")
    print(
        f"\n{len(paths)} sheets, {claims} claims, {claims - len(told)} planned,"
        f" {len(told)} not tested:"
    )
    for reason, count in reasons.most_common():
        print(f"{count:4}  {reason}")
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    raise SystemExit(main(Path(sys.argv[1])))
