"""How fast the engines of the virtual machines are: python benchmarks/simulators.py [--quick].

Each row is one family of circuits of the size that a protocol uses on 50 qubits, simulated
from pulse codes to measured bits in a fresh process. CPU seconds are of one core; wall
seconds tell more only on a quiet machine. Peak memory is of the whole process, pulse codes
and libraries included. `--float32` tells what single precision would do to small errors.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time

import numpy as np

from qassay.circuits.family import CircuitFamily, Delay, Pulses
from qassay.devices.catalog import load_machine
from qassay.devices.interface import Job
from qassay.devices.machine_file import read_machine
from qassay.devices.simulated.machine import VirtualMachine

ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
QUBITS = 50
PAIRS = tuple((2 * i, 2 * i + 1) for i in range(QUBITS // 2))
RNG = np.random.default_rng(1)


def codes(circuits, depth, low=1, high=5, qubits=QUBITS):
    return RNG.integers(low, high, (circuits, depth, qubits), dtype=np.uint8)


def one_qubit(circuits, depth, low=1, high=5):
    return CircuitFamily(QUBITS, circuits, (Pulses(codes(circuits, depth, low, high)),))


def two_qubit(circuits, depth, masked=False, low=1, high=5):
    active = RNG.random((circuits, len(PAIRS))) < 0.5 if masked else None
    run = Pulses(codes(circuits, depth, low, high), PAIRS, active)
    return CircuitFamily(QUBITS, circuits, (run,))


def echo(circuits):
    steps = [Pulses(codes(circuits, 1, 0, 7)) for _ in range(3)]
    return CircuitFamily(QUBITS, circuits, (steps[0], Delay(0.5), steps[1], Delay(0.5), steps[2]))


def bricks(circuits, depth, qubits=QUBITS):
    """Neighbours in a line, left and right in turn: one block of all qubits."""
    runs = []
    for layer in range(depth):
        pairs = tuple((q, q + 1) for q in range(layer % 2, qubits - 1, 2))
        runs.append(Pulses(codes(circuits, 1, 0, 7, qubits), pairs))
    return CircuitFamily(qubits, circuits, tuple(runs))


def wide(qubits, circuits, depth):
    text = f"""
        [machine]
        name = "wide"
        qubits = {qubits}
        [noise]
        one_qubit_error = {{median = 3e-4, spread = 0.3}}
        two_qubit_error = 5e-3
    """
    machine = read_machine(text.encode(), "wide.toml")
    run = Pulses(codes(circuits, depth, qubits=qubits))
    return CircuitFamily(qubits, circuits, (run,)), machine


CASES = {
    "1q RB, 1000 x 2833 layers, 50 q": lambda: (one_qubit(1000, 2833), 1),
    "1q all pulses, 1000 x 200 layers": lambda: (one_qubit(1000, 200, 0, 7), 1),
    "2q layers, 500 x 200, 25 pairs": lambda: (two_qubit(500, 200), 1),
    "2q layers, 1000 x 200, 25 pairs": lambda: (two_qubit(1000, 200), 1),
    "2q layers, 2000 x 200, 25 pairs": lambda: (two_qubit(2000, 200), 1),
    "2q masked, all pulses, 1000 x 200": lambda: (two_qubit(1000, 200, True, 0, 7), 1),
    "echo with T2*, 1000 x 1 shot": lambda: (echo(1000), 1),
    "echo with T2*, 100 x 1000 shots": lambda: (echo(100), 1000),
    "readout, 100 x 10000 shots": lambda: (one_qubit(100, 1, 0, 7), 10_000),
    "stim bricks, 20 x 64 layers x 1000": lambda: (bricks(20, 64), 1000),
    "stim bricks, 100 x 64 layers x 1": lambda: (bricks(100, 64), 1),
    "1q RB, 200 x 500 layers, 1000 q": lambda: (*wide(1000, 200, 500), 1),
}


def measure(name):
    family, *machine, shots = CASES[name]()
    device = VirtualMachine(machine[0] if machine else load_machine("virtual:prototype-50"))
    order = np.zeros(family.size, dtype=np.intp)
    job = Job(id="benchmark", families=(family,), order=order, shots=shots)
    wall, cpu = time.perf_counter(), time.process_time()
    device.collect(device.submit(job))
    print(
        json.dumps(
            {
                "wall": time.perf_counter() - wall,
                "cpu": time.process_time() - cpu,
                "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
                "codes": sum(e.codes.nbytes for e in family.elements if isinstance(e, Pulses))
                / 2**20,
            }
        )
    )


def single_precision():
    """Compare the decay of a Bloch vector in both precisions over 2833 layers."""
    print(f"{'error per gate':>15} {'seen by float64':>16} {'seen by float32':>16}")
    for error in (1e-3, 1e-4, 1e-5, 1e-6, 1e-7):
        seen = []
        for kind in (np.float64, np.float32):
            z, keep = kind(1), kind(1 - 2 * error)
            for _ in range(2833):
                z = kind(z * keep)
            seen.append((1 - float(z) ** (1 / 2833)) / 2)
        print(f"{error:15.0e} {seen[0]:16.4e} {seen[1]:16.4e}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one run of each, not three")
    parser.add_argument("--float32", action="store_true", help="precision only")
    parser.add_argument("--case", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.case:
        measure(options.case)
        return
    if options.float32:
        single_precision()
        return
    head = f"{'case':38} {'wall s':>8} {'CPU s':>8} {'peak MiB':>9} {'codes MiB':>9}"
    print(head + "\n" + "-" * len(head))
    for name in CASES:
        runs = []
        for _ in range(1 if options.quick else 3):
            command = (sys.executable, __file__, "--case", name)
            done = subprocess.run(
                command, check=True, stdout=subprocess.PIPE, env={**os.environ, **ONE_THREAD}
            )
            runs.append(json.loads(done.stdout))
        best = min(runs, key=lambda run: run["cpu"])
        print(
            f"{name:38} {best['wall']:8.2f} {best['cpu']:8.2f}"
            f" {best['peak']:9.0f} {best['codes']:9.0f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
