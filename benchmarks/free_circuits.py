"""How long circuits of free angles take: python benchmarks/free_circuits.py [QUBITS [CIRCUITS]].

Square circuits like those of quantum volume: as many layers as qubits, in each a random pairing and
on each pair three CZ gates between random turns; one shot each on virtual:prototype-50, whose
noise is kept exactly (the whole Pauli vector). CPU seconds are of one process.
"""

import os
import sys
import time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from qassay.circuits.circuit import Circuit, Gate
from qassay.devices.catalog import load_machine
from qassay.devices.interface import Job
from qassay.devices.simulated.machine import VirtualMachine


def turned(qubit, random):
    axis, angle = random.uniform(-np.pi, np.pi, 2)
    yield Gate("prx", (qubit,), np.arccos(random.uniform(-1, 1)), axis)
    yield Gate("rz", (qubit,), angle)


def square(qubits, random):
    gates = []
    for _ in range(qubits):
        order = random.permutation(qubits).tolist()
        for pair in zip(order[0::2], order[1::2], strict=False):
            gates += [gate for qubit in pair for gate in turned(qubit, random)]
            for _ in range(3):
                gates.append(Gate("cz", pair))
                gates += [gate for qubit in pair for gate in turned(qubit, random)]
    return Circuit(qubits, tuple(gates))


def main(qubits=8, circuits=400):
    random = np.random.default_rng(1)
    drawn = tuple(square(qubits, random) for _ in range(circuits))
    machine = VirtualMachine(load_machine("virtual:prototype-50"))
    job = Job(id="square", families=drawn, order=np.arange(circuits))
    cpu, wall = time.process_time(), time.perf_counter()
    machine.submit(job)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    print(f"{circuits} circuits of {qubits} qubits, one shot each")
    each, clock = 1e3 * cpu / circuits, 1e3 * wall / circuits
    print(f"{each:.1f} ms of CPU a circuit ({clock:.1f} ms by the clock)")
    print(f"4,000 of them: {4000 * cpu / circuits:.0f} s in one process")


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
