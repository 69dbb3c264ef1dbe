"""How a whole assay grows with the machine: python benchmarks/scaling.py [--qubits ...].

A full sheet (T1, T2 echo, readout, one-qubit gates, two-qubit gates on one colouring after
another, layer by layer) on a grid of superconducting qubits, from the sheet to the datasheet,
each size in a process of its own. CPU seconds by part, peak memory, and the exponent of
cost ~ (qubits times shots times depth)^k, fitted over all sizes: 1 is linear.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the command line does
SIZES = {50: (5, 10), 100: (10, 10), 200: (10, 20), 400: (20, 20), 1000: (25, 40)}
PARTS = (
    "plan",
    "circuits",
    "device",
    "scoring",
    "course",
    "estimates and verdicts",
    "bundle",
    "datasheet",
)
MACHINE = """
[machine]
name = "grid"
platform = "superconducting"
qubits = {qubits}
connectivity = "grid:{rows}x{columns}"
seed = 5
[durations]
one_qubit_gate = "30 ns"
two_qubit_gate = "70 ns"
readout = "1 us"
shot_overhead = "100 us"
[noise]
t1 = {{median = "150 us", spread = 0.2}}
t2 = {{median = "120 us", spread = 0.2}}
one_qubit_error = {{median = 5e-4, spread = 0.2}}
two_qubit_error = {{median = 6e-3, spread = 0.2}}
readout_p01 = 6e-3
readout_p10 = 1.2e-2
"""
SHEET = """
[sheet]
title = "Scaling"
vendor = "nobody"
machine = "grid"
delta = 0.25
[[claim]]
id = "t1"
metric = "t1"
value = "100 us"
statistic = "median"
[[claim]]
id = "t2"
metric = "t2_echo"
value = "80 us"
statistic = "median"
[[claim]]
id = "readout"
metric = "readout_error"
value = "1.2 %"
[[claim]]
id = "1q"
metric = "one_qubit_gate_error"
convention = "average_gate_infidelity"
value = "0.08 %"
[[claim]]
id = "2q"
metric = "two_qubit_gate_error"
convention = "average_gate_infidelity"
value = "1 %"
"""


def one_run(qubits: int) -> None:
    """Run one assay in this process and print what it took as JSON."""
    from qassay import assay
    from qassay.devices.machine_file import read_machine
    from qassay.devices.simulated.machine import VirtualMachine
    from qassay.execution import runner

    times: dict[str, float] = {}
    work = 0.0

    def timed(module, name, part):
        inner = getattr(module, name)

        def call(*args, **kwargs):
            start = time.process_time()
            try:
                return inner(*args, **kwargs)
            finally:
                times[part] = times.get(part, 0.0) + time.process_time() - start

        setattr(module, name, call)

    timed(runner, "draw_batch", "circuits")
    timed(runner, "score_batches", "scoring")
    timed(assay, "decisions", "course")
    rows, columns = SIZES[qubits]
    text = MACHINE.format(qubits=qubits, rows=rows, columns=columns)
    machine = VirtualMachine(read_machine(text.encode(), "grid.toml"))
    submit = machine.submit

    def timed_submit(job):
        nonlocal work
        for family in job.families:
            depth = sum(getattr(element, "depth", 1) for element in family.elements)
            work += family.size * job.shots * family.qubits * depth
        start = time.process_time()
        handle = submit(job)
        times["device"] = times.get("device", 0.0) + time.process_time() - start
        return handle

    machine.submit = timed_submit
    begun, wall = time.process_time(), time.perf_counter()
    with tempfile.TemporaryDirectory() as out:
        sheet = Path(out) / "sheet.toml"
        sheet.write_text(SHEET)
        result = assay.run(str(sheet), machine, out=out, seed=1)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        json.dumps(
            {
                "parts": {**{k: v for k, v in result.timings.items() if k in PARTS}, **times},
                "cpu": time.process_time() - begun,
                "wall": time.perf_counter() - wall,
                "memory": memory,
                "work": work,
                "shots": result.shots,
                "verdicts": {v.claim: v.outcome for v in result.verdicts},
            }
        )
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--qubits", type=int, nargs="+", default=[50, 200, 1000])
    parser.add_argument("--child", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        one_run(options.child)
        return
    runs = []
    for qubits in options.qubits:
        command = [sys.executable, __file__, "--child", str(qubits)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        run = json.loads(done.stdout.splitlines()[-1])
        runs.append(run)
        parts = "  ".join(f"{k} {v:.2f}" for k, v in run["parts"].items())
        print(
            f"{qubits:5} qubits: {run['cpu']:7.1f} CPU s, {run['wall']:7.1f} s wall,"
            f" {run['memory']:6.0f} MiB, {run['shots']} shots, {run['work']:.3g} qubits x shots"
            f" x depth\n      {parts}\n      {run['verdicts']}",
            flush=True,
        )
    if len(runs) > 1:
        for part in ("cpu", "device"):
            cost = [run["cpu"] if part == "cpu" else run["parts"]["device"] for run in runs]
            slope = np.polyfit(np.log([run["work"] for run in runs]), np.log(cost), 1)[0]
            print(f"{'whole assay' if part == 'cpu' else part}: cost ~ work^{slope:.2f}")


if __name__ == "__main__":
    main()
