"""What a user waits for, beside an earlier commit, in one run: start, plan, run, audit.

    python benchmarks/beside_earlier.py                    # beside e97d985
    python benchmarks/beside_earlier.py --commit COMMIT --times 5

Both trees run with the same interpreter and libraries, in turn (before, today, before, today), each
command in a process of its own; what is printed is the median of processor seconds, and the ratio.
A sheet is run with several seeds: shots differ between the trees, as designs do, and are printed
beside. Each tree audits the bundle that it made itself.
"""

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from _earlier import ROOT, unpacked

STARTS = (("--help",), ("run", "--help"), ("machines",), ("audit", "--help"))
SHEETS = ("prototype-50", "full-50")
DEVICE = "virtual:prototype-50"


def seconds(src, words):
    """Processor seconds of a command of one tree, and what it printed."""
    environment = os.environ | {"PYTHONPATH": str(src), "PYTHONSAFEPATH": "1"}
    before = os.times()
    done = subprocess.run(
        [sys.executable, "-m", "qassay", *map(str, words)],
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )
    after = os.times()
    if done.returncode not in (0, 1, 3, 4):  # a verdict's exit code is no failure
        raise SystemExit(f"{' '.join(map(str, words))}: {done.returncode}\n{done.stderr}")
    spent = after.children_user - before.children_user
    return spent + after.children_system - before.children_system, done.stdout


def shots_told(text):
    """The shots that a run says it took."""
    return int(re.sub(r"\D", "", re.search(r"^([\d  ]+) shots", text, re.M)[1]))


def line(name, old, new, shots=""):
    """Print a row: medians and their ratio."""
    a, b = statistics.median(old), statistics.median(new)
    print(f"| {name} | {a:.2f} | {b:.2f} | {b / a:.2f} | {shots} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--commit", default="e97d985")
    parser.add_argument("--times", type=int, default=3)
    options = parser.parse_args()
    print(
        f"| command | {options.commit[:9]}, s | today, s | ratio | shots |\n|---|---|---|---|---|"
    )
    with tempfile.TemporaryDirectory() as folder:
        trees = (unpacked(options.commit, folder), ROOT / "src")
        for words in STARTS:
            for src in trees:
                seconds(src, words)
            turns = [[seconds(src, words)[0] for src in trees] for _ in range(options.times)]
            line("`qassay " + " ".join(words) + "`", *zip(*turns, strict=True))
        for sheet in SHEETS:
            path = ROOT / "claims" / f"{sheet}.toml"
            spent = {"plan": ([], []), "run": ([], []), "audit": ([], [])}
            shots = ([], [])
            for seed in range(1, options.times + 1):
                for which, src in enumerate(trees):
                    out = Path(folder) / f"{sheet}-{seed}-{which}"
                    plan = ("plan", path, "--device", DEVICE, "--seed", seed)
                    spent["plan"][which].append(seconds(src, plan)[0])
                    run = ("run", path, "--device", DEVICE, "--seed", seed, "--out", out)
                    took, told = seconds(src, run)
                    spent["run"][which].append(took)
                    shots[which].append(shots_told(told))
                    bundle = next(out.glob("*.zip"))
                    spent["audit"][which].append(seconds(src, ("audit", bundle))[0])
            for command, (old, new) in spent.items():
                beside = " -> ".join(f"{statistics.median(one):.0f}" for one in shots)
                line(f"`qassay {command}` {sheet}", old, new, beside)


if __name__ == "__main__":
    main()
