"""Every kind of machine unlike ours, at the claim, at the limit and beyond: wrong verdicts.

    python benchmarks/hostile_world.py --list [WORD ...]
    python benchmarks/hostile_world.py [--runs 300] [--seconds 600] [--journal FILE] [WORD ...]
    python benchmarks/hostile_world.py --table [--journal FILE] [WORD ...]

WORDs choose the cells whose name holds all of them. Runs go to a journal, one line each, cells in
turns; what is in it is not run again, so a break costs nothing, and --table prints what is there.
Seeds are fixed. Plan, coin, cycles, judge and caps are the product's; circuits are replaced by laws
of their hits or bits (`_hostile_decays.py`, `hostile_readout.py`, `hostile_times.py`). Nine runs of
ten are decided without their interval; those that come out wrong, and every tenth, run in full.

alpha = beta = 5 %; tolerance 25 %, of readout 50 %. Wrong: supported at the limit and beyond,
refuted at the claim and better. In brackets 95 % Clopper-Pearson limits.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
from _hostile import counted
from _hostile_cells import CORE, cells

JOURNAL = Path(__file__).resolve().parents[1] / ".benchmarks/hostile_world.jsonl"
TURN = 10  # runs of a cell before the next one has its turn
PLACES = ("0.1", "half", "claim", "limit", "1.5 times", "5 times", "15 times")


def run_of(cell, seed):
    """Play one run; give its line of the journal."""
    began = time.perf_counter()
    line = {"cell": cell.name, "seed": seed}
    full = seed % 10 == 0
    if not full:
        line["outcome"] = cell.quick(seed)
        full = line["outcome"] == cell.wrong
    if full:
        verdict, truth = cell.full(seed)
        shown = verdict.estimate
        line |= {"outcome": verdict.outcome, "shots": verdict.shots}
        if seed % 10 == 0 and shown is not None and shown.informative:
            line["inside"] = bool(shown.low * (1 - 1e-9) <= truth <= shown.high * (1 + 1e-9))
    line["seconds"] = round(time.perf_counter() - began, 2)
    return line


def read(path):
    """Give the lines of a journal by cell and seed."""
    found = {}
    if path.exists():
        for text in path.read_text(encoding="utf-8").splitlines():
            try:
                line = json.loads(text)
            except ValueError:  # cut off by a break
                continue
            found.setdefault(line["cell"], {})[line["seed"]] = line
    return found


def played(chosen, path, runs, seconds):
    """Play cells in turns until all have their runs or the time is over."""
    end = time.perf_counter() + seconds
    done = read(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as journal:
        for turn in range(0, runs, TURN):
            for cell in chosen:
                for seed in range(turn, min(turn + TURN, runs)):
                    if seed in done.get(cell.name, {}):
                        continue
                    if time.perf_counter() > end:
                        return False
                    journal.write(json.dumps(run_of(cell, seed)) + "\n")
                    journal.flush()
    return True


def table(chosen, done):
    """Print one row a kind: wrong verdicts in % by place."""
    rows = {}
    for cell in chosen:
        if cell.name in done:
            rows.setdefault((cell.kind, cell.what), {})[cell.place] = (cell, done[cell.name])
    places = [p for p in PLACES if any(p in row for row in rows.values())]
    print("| kind | measured | " + " | ".join(places) + " | open at claim, limit | covered |")
    print("|" + "---|" * (len(places) + 4))
    for (kind, what), row in rows.items():
        texts = []
        for place in places:
            if place not in row:
                texts.append("")
                continue
            cell, lines = row[place]
            said = [x["outcome"] for x in lines.values()]
            wrong = counted(said.count(cell.wrong), len(said)).replace(" %", "")
            texts.append(f"{wrong}, {len(said)}")
        opens = [
            f"{100 * np.mean([x['outcome'] == 'inconclusive' for x in row[p][1].values()]):.0f}"
            if p in row
            else "-"
            for p in ("claim", "limit")
        ]
        inside = [x["inside"] for _, lines in row.values() for x in lines.values() if "inside" in x]
        cover = f"{sum(inside)} of {len(inside)}" if inside else "-"
        print(f"| {kind} | {what} | {' | '.join(texts)} | {', '.join(opens)} | {cover} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("words", nargs="*")
    parser.add_argument("--runs", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=1e9)
    parser.add_argument("--journal", type=Path, default=JOURNAL)
    parser.add_argument("--core", action="store_true", help="only the cells that bound a kind")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--table", action="store_true")
    asked = parser.parse_args()
    chosen = [c for c in cells() if all(w in c.name for w in asked.words)]
    chosen = [c for c in chosen if c.name in CORE] if asked.core else chosen
    if asked.list:
        print(*(c.name for c in chosen), sep="\n")
    elif asked.table:
        table(chosen, read(asked.journal))
    elif not played(chosen, asked.journal, asked.runs, asked.seconds):
        print("time is over; the same command goes on")


if __name__ == "__main__":
    main()
