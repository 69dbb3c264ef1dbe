"""What few mails cost: shots of a campaign in rounds, against a decision after every cycle.

    .venv/bin/python benchmarks/exchange_rounds.py [--seeds 3]

Runs `claims/prototype-50.toml` on `virtual:prototype-50` with plans of so many rounds at most.
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import replace
from pathlib import Path

from qassay import assay
from qassay.devices.catalog import device_of
from qassay.execution.journal import Journal
from qassay.execution.workers import executor_of
from qassay.planning.schedule import cycles, doubling_rounds

ROOT = Path(__file__).resolve().parents[1]


def campaign(seed: int, turns: int | None) -> tuple[int, int, list[str]]:
    """Give rounds used, shots and verdicts."""
    device = device_of("virtual:prototype-50")
    request = assay.plan(ROOT / "claims" / "prototype-50.toml", device, seed=seed)
    sizes = doubling_rounds(cycles(request.plan), turns) if turns else ()
    request = replace(request, plan=replace(request.plan, rounds=sizes))
    known: dict = {}
    with tempfile.TemporaryDirectory() as folder, executor_of(1) as executor:
        journal = Journal.open(Path(folder) / "journal.jsonl")
        done = list(assay.execute(request, device, journal, executor, known))
    last = max(one.index for one in done) + 1
    ends = [sum(sizes[: k + 1]) for k in range(len(sizes))] or list(range(1, last + 1))
    used = sum(end < last for end in ends) + 1
    shots = sum(len(one.circuit_ids) for one in done)
    return used, shots, [known[claim].outcome for claim in sorted(known)]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=3)
    seeds = range(1, parser.parse_args().seeds + 1)
    print("rounds at most   rounds used   shots   verdicts as with every cycle")
    base = {seed: campaign(seed, None) for seed in seeds}
    for turns in (1, 2, 3, 4, 6, None):
        rows = [base[seed] if turns is None else campaign(seed, turns) for seed in seeds]
        same = sum(row[2] == base[seed][2] for row, seed in zip(rows, seeds, strict=True))
        used = sum(row[0] for row in rows) / len(rows)
        shots = sum(row[1] for row in rows) / len(rows)
        name = "every cycle" if turns is None else str(turns)
        print(f"{name:>14} {used:13.1f} {shots:7.0f}   {same} of {len(rows)}", flush=True)


if __name__ == "__main__":
    main()
