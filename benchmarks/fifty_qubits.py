"""Wall and CPU time and peak memory of a whole 50-qubit assay, part by part.

    .venv/bin/python benchmarks/fifty_qubits.py [--sheet claims/full-50.toml] [--runs 3]

Each run is a process of its own, so that imports and peak memory count.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the command line does
ROOT = Path(__file__).resolve().parents[1]
PARTS = (
    "imports",
    "plan",
    "circuits",
    "device",
    "scoring",
    "course",
    "estimates and verdicts",
    "bundle and datasheet",
    "whole process",
    "CPU seconds of it",
)


def one_run(sheet: str, device: str, seed: int) -> None:
    """Run one assay in this process and print its times as JSON."""
    begun = time.perf_counter()
    from qassay import assay
    from qassay.devices.catalog import device_of
    from qassay.execution import runner
    from qassay.verdicts import judge

    times = {"imports": time.perf_counter() - begun}

    def timed(module, name, part):
        inner = getattr(module, name)

        def call(*args, **kwargs):
            start = time.perf_counter()
            try:
                return inner(*args, **kwargs)
            finally:
                times[part] = times.get(part, 0.0) + time.perf_counter() - start

        setattr(module, name, call)

    timed(runner, "draw_batch", "circuits")
    timed(runner, "score_batches", "scoring")
    timed(assay, "decisions", "course")
    del judge
    machine = device_of(device)
    submit = machine.submit

    def timed_submit(job):
        start = time.perf_counter()
        handle = submit(job)
        times["device"] = times.get("device", 0.0) + time.perf_counter() - start
        return handle

    machine.submit = timed_submit
    with tempfile.TemporaryDirectory() as out:
        result = assay.run(sheet, machine, out=out, seed=seed)
    times |= {part: result.timings[part] for part in PARTS if part in result.timings}
    times["whole process"] = time.perf_counter() - begun
    times["CPU seconds of it"] = time.process_time()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        json.dumps(
            {
                "times": times,
                "memory": memory,
                "shots": result.shots,
                "verdicts": {v.claim: v.outcome for v in result.verdicts},
            }
        )
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sheet", default=str(ROOT / "claims" / "full-50.toml"))
    parser.add_argument("--device", default="virtual:prototype-50")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        one_run(options.sheet, options.device, options.seed)
        return
    runs = []
    for number in range(options.runs):
        command = [
            sys.executable,
            __file__,
            "--child",
            "--sheet",
            options.sheet,
            "--device",
            options.device,
            "--seed",
            str(options.seed + number),
        ]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        runs.append(json.loads(done.stdout.splitlines()[-1]))
    print(f"{options.sheet} on {options.device}, {options.runs} runs, median [lowest, highest]")
    for part in PARTS:
        values = [run["times"].get(part, 0.0) for run in runs]
        print(
            f"  {part:24s} {statistics.median(values):7.2f} s"
            f"   [{min(values):.2f}, {max(values):.2f}]"
        )
    memory = [run["memory"] for run in runs]
    shots = [run["shots"] for run in runs]
    print(f"  {'peak memory':24s} {statistics.median(memory):7.0f} MiB")
    print(f"  {'shots':24s} {statistics.median(shots):7.0f}")


if __name__ == "__main__":
    main()
