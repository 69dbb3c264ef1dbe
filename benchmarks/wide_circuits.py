"""How long wide circuits of free angles take: python benchmarks/wide_circuits.py [CASE ...].

Circuits like those of applications: a first pulse on every qubit, then p times a layer of zz and
rz and a mixing pulse, on virtual:prototype-50, 2,400 shots in 24 jobs of their own seeds. "size" is
the largest table where qubits are drawn one by one, and the widest bond of matrix products. CPU
seconds are of one process; wall seconds tell more only on a quiet machine.
"""

import os
import sys
import time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from qassay.circuits.circuit import Circuit, Gate
from qassay.devices.catalog import load_machine
from qassay.devices.interface import Job
from qassay.devices.simulated import one_layer
from qassay.devices.simulated.circuit_engine import choose_for
from qassay.devices.simulated.machine import VirtualMachine
from qassay.errors import UnsupportedCircuitError

JOBS, SHOTS = 24, 100


def grid(rows, columns):
    across = [
        (r * columns + c, r * columns + c + 1) for r in range(rows) for c in range(columns - 1)
    ]
    down = [
        (r * columns + c, (r + 1) * columns + c) for r in range(rows - 1) for c in range(columns)
    ]
    return across + down


def some(edges, count, seed):
    chosen = np.random.default_rng(seed).permutation(len(edges))[:count]
    return [edges[k] for k in sorted(chosen)]


def cliques(number, size, links, seed=1):
    generator, found = np.random.default_rng(seed), []
    for c in range(number):
        own = range(c * size, (c + 1) * size)
        found += [(a, b) for a in own for b in own if a < b]
    for c in range(number - 1):
        between = [(c * size + a, (c + 1) * size + b) for a in range(size) for b in range(size)]
        found += [between[k] for k in generator.permutation(len(between))[:links]]
    return found


def relabelled(qubits, edges, seed=3):
    """Hide the order, so that it must be found."""
    place = np.random.default_rng(seed).permutation(qubits).tolist()
    return qubits, [tuple(sorted((place[a], place[b]))) for a, b in edges]


def every(qubits):
    return [(a, b) for a in range(qubits) for b in range(a + 1, qubits)]


CASES = {
    "50 qubits, line, p = 1": (*relabelled(50, [(q, q + 1) for q in range(49)]), 1),
    "50 qubits, 67 of a 10 x 5 grid, p = 1": (*relabelled(50, some(grid(10, 5), 67, 2)), 1),
    "50 qubits, 10 x 5 grid, p = 1": (*relabelled(50, grid(10, 5)), 1),
    "50 qubits, 5 cliques of 10, 10 links, p = 1": (*relabelled(50, cliques(5, 10, 10)), 1),
    "24 qubits, 114 couplings, p = 1": (24, some(every(24), 114, 5), 1),
    "16 qubits, 48 couplings, p = 3": (16, some(every(16), 48, 5), 3),
    "12 qubits, 24 couplings, p = 1": (12, some(every(12), 24, 5), 1),
    "50 qubits, line, p = 2": (*relabelled(50, [(q, q + 1) for q in range(49)]), 2),
    "50 qubits, line, p = 4": (*relabelled(50, [(q, q + 1) for q in range(49)]), 4),
    "50 qubits, 25 x 2 ladder, p = 2": (*relabelled(50, grid(25, 2)), 2),
    "50 qubits, 67 of a 10 x 5 grid, p = 2": (*relabelled(50, some(grid(10, 5), 67, 2)), 2),
    "50 qubits, 10 x 5 grid, p = 2": (*relabelled(50, grid(10, 5)), 2),
}


def circuit_of(qubits, edges, depth):
    gates = [Gate("prx", (q,), np.pi / 2, np.pi / 2) for q in range(qubits)]
    for layer in range(depth):
        gates += [Gate("zz", pair, 0.8 + 0.01 * k) for k, pair in enumerate(edges)]
        gates += [Gate("rz", (q,), 0.3 + 0.1 * layer) for q in range(qubits)]
        gates += [Gate("prx", (q,), 0.7) for q in range(qubits)]
    return Circuit(qubits, tuple(gates))


def main():
    machine = load_machine("virtual:prototype-50")
    wanted = sys.argv[1:] or list(CASES)
    head = f"{'case':46} {'zz':>4} {'engine':16} {'size':>6} {'wall s':>7} {'CPU s':>7}"
    print(f"{head}  notes on sharing")
    for name in (case for case in CASES if any(word in case for word in wanted)):
        qubits, edges, depth = CASES[name]
        circuit, device = circuit_of(qubits, edges, depth), VirtualMachine(machine)
        try:
            choice = choose_for(circuit, machine, SHOTS)
        except UnsupportedCircuitError as error:
            print(f"{name:46} {len(edges) * depth:4} refused: {error}", flush=True)
            continue
        begun, worked = time.perf_counter(), time.process_time()
        for number in range(JOBS):
            order = np.zeros(1, dtype=np.intp)
            job = Job(id=f"batch {number}", families=(circuit,), order=order, shots=SHOTS)
            result = device.collect(device.submit(job))
        wall, worked = time.perf_counter() - begun, time.process_time() - worked
        widths = [one_layer.width(how.steps) for how in choice.wide if how.steps]
        sharing = [note for note in result.notes if "share" in note] or ["none: a draw a shot"]
        bonds = [how.bond for how in choice.wide if how.line]
        table = f"2^{max(widths)}" if widths else str(max(bonds)) if bonds else ""
        print(
            f"{name:46} {len(edges) * depth:4} {', '.join(choice.engines):16} {table:>6}"
            f" {wall:7.1f} {worked:7.1f}  {sharing[0]}",
            flush=True,
        )


if __name__ == "__main__":
    main()
