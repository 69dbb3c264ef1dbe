"""Our engines beside qiskit-aer: the same circuits, the same noise, one run, one thread.

    OMP_NUM_THREADS=1 python benchmarks/against_aer.py [--quick]

Both run from our circuits to measured bits. CPU seconds: of ours the whole job, the median of
five; of Aer's the simulation of circuits that are already written in Qiskit. Means are those of
products of two neighbouring bits and of every bit; what is told is the largest distance from the
exact value (our exact engines, which have oracles of their own), in standard errors, over all of
them.
"""

import argparse
import os
import statistics
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from qiskit_aer import AerSimulator
from qiskit_aer.noise import NoiseModel, ReadoutError, depolarizing_error

from qassay.circuits.circuit import Circuit, Gate
from qassay.circuits.family import CircuitFamily, Pulses
from qassay.devices.aer import noisy_aer
from qassay.devices.interface import Job
from qassay.devices.machine_file import read_machine
from qassay.devices.qiskit_circuits import CircuitWriter
from qassay.devices.qiskit_gates import QiskitGates
from qassay.devices.qiskit_target import machine_target
from qassay.devices.simulated import product_engine
from qassay.devices.simulated.blocks import split
from qassay.devices.simulated.machine import VirtualMachine
from qassay.devices.simulated.strengths import Strengths

RNG = np.random.default_rng(1)
BEGUN = time.perf_counter()
NOISE = {
    "depolarizing": "one_qubit_error = 2e-3\ntwo_qubit_error = 0.01",
    "relaxation": 't1 = "20 us"\nt2 = "15 us"',
    "over-rotation": 'one_qubit_overrotation = "0.03 rad"\ntwo_qubit_overrotation = "0.05 rad"',
    "readout": "readout_p01 = 0.02\nreadout_p10 = 0.05",
    "all of them": (
        't1 = "20 us"\nt2 = "15 us"\none_qubit_error = 3e-3\ntwo_qubit_error = 0.02\n'
        'one_qubit_overrotation = "0.03 rad"\ntwo_qubit_overrotation = "0.05 rad"\n'
        "readout_p01 = 0.02\nreadout_p10 = 0.05"
    ),
}


def machine_of(qubits, noise):
    text = (
        f'[machine]\nname = "m"\nqubits = {qubits}\n[durations]\none_qubit_gate = "20 ns"\n'
        f'two_qubit_gate = "60 ns"\n[noise]\n{noise}\n'
    )
    return read_machine(text.encode(), "m.toml")


def job_of(family, shots):
    return Job(id="a", families=(family,), order=np.zeros(family.size, np.intp), shots=shots)


def timed(work):
    start = time.process_time()
    result = work()
    return result, time.process_time() - start


def ours(machine, family, shots):
    """Give the bits of one job, and the median time of five with the same bits."""
    job = job_of(family, shots)
    runs = []
    for _ in range(5):
        device = VirtualMachine(machine)
        runs.append(timed(lambda to=device: to.collect(to.submit(job)).outcomes))
    return runs[0][0], statistics.median(seconds for _, seconds in runs)


def theirs(device, family, shots):
    """Aer through our own device; only the simulation counts."""
    job = job_of(family, shots)
    circuits = device.circuits(job)
    device.backend.set_options(max_parallel_threads=1)
    result, seconds = timed(
        lambda: device.backend.run(circuits, shots=shots, memory=True, seed_simulator=5).result()
    )
    return memories(result, circuits, family.qubits), seconds


def memories(result, circuits, qubits):
    read = []
    for number in range(len(circuits)):
        words = result.get_memory(number)
        read.append([[int(c) for c in word[::-1][:qubits]] for word in words])
    return np.array(read, dtype=np.uint8)


def features(bits):
    """Bits, and products of neighbours, shape (circuits, shots, features)."""
    signs = 1.0 - 2.0 * bits
    return np.concatenate([signs, signs[..., 1:] * signs[..., :-1]], axis=-1)


def distance(bits, exact):
    """Largest distance of a mean over all circuits from the exact one, in standard errors."""
    found = features(bits)
    error = np.sqrt(np.maximum(1 - exact**2, 1e-3).sum(axis=0) / bits.shape[1]) / len(exact)
    return np.abs((found.mean(axis=1) - exact).mean(axis=0) / error).max()


def exact_of(machine, family):
    """Exact means of the features of a family in blocks of one or two."""
    blocks = split(family)
    found = product_engine.outcome_probabilities(family, Strengths.of(machine, 0.0), blocks)
    if family.qubits == 1:
        return (1 - 2 * found.singles).T
    sign = np.array([1.0, -1.0])
    flat = found.pairs[:, :, 0]
    return np.stack(
        [
            np.einsum("abr,a->r", flat, sign),
            np.einsum("abr,b->r", flat, sign),
            np.einsum("abr,a,b->r", flat, sign, sign),
        ],
        axis=1,
    )


def line(name, noise, mine, other, agree_mine, agree_other, shots):
    print(
        f"{name:34} {noise:14} {shots:9} {mine:9.3f} {other:9.3f} {other / mine:8.0f}"
        f" {agree_mine:7.1f} {agree_other:7.1f}",
        flush=True,
    )


def benchmarking(qubits, circuits, depth, shots):
    for noise, text in NOISE.items():
        machine = machine_of(qubits, text)
        codes = RNG.integers(1, 5, (circuits, depth, qubits), dtype=np.uint8)
        family = CircuitFamily(qubits, circuits, (Pulses(codes, ((0, 1),) if qubits > 1 else ()),))
        exact = exact_of(machine, family)
        bits, mine = ours(machine, family, shots)
        read, other = theirs(noisy_aer(machine), family, shots)
        name = f"{qubits}q layers, {circuits} x {depth}, DM"
        line(
            name, noise, mine, other, distance(bits, exact), distance(read, exact), circuits * shots
        )


def wide_noise(machine, names, readout=True):
    """Aer's model of depolarizing pulses and gates."""
    strengths = Strengths.of(machine, 0.0)
    model = NoiseModel()
    keep = strengths.pulse_keeps()[0]
    model.add_all_qubit_quantum_error(depolarizing_error(1 - keep, 1), names)
    keep = strengths.entangler_keeps(((0, 1),), np.zeros((1, 1), np.intp)).item()
    model.add_all_qubit_quantum_error(depolarizing_error(1 - keep, 2), ["cz"])
    if readout:
        noise = machine.noise
        model.add_all_qubit_readout_error(
            ReadoutError(
                [
                    [1 - noise.readout_p01[0], noise.readout_p01[0]],
                    [noise.readout_p10[0], 1 - noise.readout_p10[0]],
                ]
            )
        )
    return model


def stabilizers(circuits, depth, shots, aer_shots):
    from qassay.devices.aer import _clifford_target

    machine = machine_of(50, NOISE["depolarizing"] + "\n" + NOISE["readout"])
    runs = []
    for layer in range(depth):
        pairs = tuple((q, q + 1) for q in range(layer % 2, 49, 2))
        runs.append(Pulses(RNG.integers(1, 5, (circuits, 1, 50), dtype=np.uint8), pairs))
    # And back: the ideal outcome is then known.
    back = [Pulses(np.zeros((circuits, 1, 50), np.uint8), run.pairs) for run in runs[-1:]]
    family = CircuitFamily(50, circuits, (*runs, *back))
    bits, mine = ours(machine, family, shots)
    writer = CircuitWriter(QiskitGates(_clifford_target(machine_target(machine, "sx"))), 50)
    written = [writer.write(family, k, f"c{k}") for k in range(circuits)]
    model = wide_noise(machine, ["sx", "x"])
    simulator = AerSimulator(method="stabilizer", noise_model=model, max_parallel_threads=1)
    result, other = timed(
        lambda: simulator.run(written, shots=aer_shots, memory=True, seed_simulator=3).result()
    )
    read = memories(result, written, 50)
    print_pair(
        f"50q Clifford, {circuits} x {depth}, stabilizer",
        "depolarizing",
        mine,
        other,
        bits,
        read,
        shots,
        aer_shots,
    )


def print_pair(name, noise, mine, other, bits, read, shots, aer_shots):
    """Two samples of the same circuits: their difference in standard errors of it."""
    ratio = (other / aer_shots) / (mine / shots)
    a, b = features(bits), features(read)
    means = (a.mean(axis=1) - b.mean(axis=1)).mean(axis=0)
    # Of the larger sample: a few shots do not tell their own variance.
    variance = np.maximum(a.var(axis=1), 0.05).sum(axis=0)
    spread = np.sqrt(variance * (1 / shots + 1 / aer_shots)) / len(a)
    print(
        f"{name:34} {noise:14} {shots:4}|{aer_shots:4} {mine:9.3f} {other:9.3f} {ratio:8.0f}"
        f" {np.abs(means / spread).max():7.1f} (of the difference)",
        flush=True,
    )


def free_angles(qubits, edges, method, shots, aer_shots, noise="depolarizing", depth=1, **options):
    """Quarter pulses, free turns about Z between: the same pulses for both."""
    gates = [Gate("prx", (q,), np.pi / 2, np.pi / 2) for q in range(qubits)]
    for _ in range(depth):
        for a, b in edges:
            gates += [Gate("rz", (a,), 0.3 + 0.1 * b), Gate("cz", (a, b))]
        gates += [Gate("barrier", tuple(range(qubits)))]
        for q in range(qubits):
            gates += [Gate("rz", (q,), 0.5 + 0.1 * q), Gate("prx", (q,), np.pi / 2)]
    circuit = Circuit(qubits, tuple(gates))
    machine = machine_of(
        qubits,
        NOISE[noise]
        if method != "matrix_product_state"
        else NOISE["depolarizing"] + "\n" + NOISE["readout"],
    )
    bits, mine = ours(machine, circuit, shots)
    if method == "density_matrix":
        read, other = theirs(noisy_aer(machine), circuit, aer_shots)
    else:
        writer = CircuitWriter(QiskitGates(machine_target(machine, "sx")), qubits)
        written = [writer.write(circuit, 0, "c")]
        simulator = AerSimulator(
            method=method,
            noise_model=wide_noise(machine, ["sx", "x"]),
            max_parallel_threads=1,
            **options,
        )
        result, other = timed(
            lambda: simulator.run(written, shots=aer_shots, memory=True, seed_simulator=3).result()
        )
        read = memories(result, written, qubits)
    name = f"{qubits}q, {depth * len(edges)} CZ, {method.replace('_', ' ')}"
    print_pair(name, noise, mine, other, bits, read, shots, aer_shots)


def grid(rows, columns):
    across = [
        (r * columns + c, r * columns + c + 1) for r in range(rows) for c in range(columns - 1)
    ]
    down = [
        (r * columns + c, (r + 1) * columns + c) for r in range(rows - 1) for c in range(columns)
    ]
    return across + down


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the circuits")
    few = 10 if parser.parse_args().quick else 1
    print(
        f"{'case, Aer method':34} {'noise':14} {'shots':>9} {'ours s':>9} {'Aer s':>9}"
        f" {'ratio':>8} {'ours z':>7} {'Aer z':>7}"
    )
    benchmarking(1, 100 // few, 200, 10)
    benchmarking(2, 100 // few, 100, 10)
    stabilizers(20 // few, 16, 1000, 10)
    for noise in NOISE:
        free_angles(6, grid(2, 3), "density_matrix", 4000, 4000, noise)
    free_angles(10, grid(2, 5), "density_matrix", 4000, 4000, "all of them")
    free_angles(
        50, grid(10, 5), "matrix_product_state", 400, 20 // few, mps_swap_direction="mps_swap_right"
    )
    # Two layers: ours cuts matrix products too, by a bound that it checks.
    free_angles(
        50,
        grid(25, 2),
        "matrix_product_state",
        400,
        20 // few,
        depth=2,
        mps_swap_direction="mps_swap_right",
    )
    print(f"{time.process_time():.0f} CPU s, {time.perf_counter() - BEGUN:.0f} s of wall time")


if __name__ == "__main__":
    main()
