"""Fidelity of a given circuit on virtual machines.

    python benchmarks/given_circuit.py [GROUPS [SEEDS]]

A circuit of two qubits, six layers of turns and entanglers, is run on machines whose errors are
known. Prints the product of the fidelities of its own pulses and gates, which is its fidelity
but for errors that cancel, and what mirror fidelity estimation finds in GROUPS groups of four shots
(2000). With SEEDS, so many drawings of circuits and shots on the machine with the largest errors:
their mean, and how many intervals hold the product. Then how often the exact test errs at its
border, and how many groups it takes for a claim that is missed or met by its tolerance, from drawn
coins.
"""

import math
import sys

import numpy as np

from qassay.circuits.circuit import native
from qassay.circuits.qasm_reader import read_qasm
from qassay.devices import answer_key
from qassay.devices.interface import Job
from qassay.devices.machine_file import read_machine
from qassay.devices.simulated.machine import VirtualMachine
from qassay.protocols.given_circuit import GivenCircuit, circuit_text, polarization_of
from qassay.protocols.interface import Experiment
from qassay.protocols.weighing.file_tests import means_at
from qassay.randomness import Stream, root_from_integer
from qassay.statistics.contrasts import log_e_ratio_above, log_e_ratio_below
from qassay.statistics.trials import Trials

CIRCUIT = b'OPENQASM 3;\ninclude "stdgates.inc";\nqubit[2] q;\n' + (
    b"rx(0.4) q[0];\nry(1.1) q[1];\ncz q[0], q[1];\n" * 6
)
MACHINE = """
[machine]
name = "two"
qubits = 2
connectivity = "all-to-all"
seed = 8
[noise]
one_qubit_error = {one}
two_qubit_error = {two}
readout_p01 = {read}
readout_p10 = {read}
"""
GAMES = 100


def measured(one, two, read, groups, seed=1):
    """Give the product of fidelities, and the estimate with its 95 % interval."""
    text = MACHINE.format(one=one, two=two, read=read).replace("seed = 8", f"seed = {7 + seed}")
    machine = read_machine(text.encode(), "two.toml")
    gates = native(read_qasm(CIRCUIT, "c")).gates
    (pair,) = answer_key.two_qubit_gate_error(machine, ((0, 1),), ((0, 1),))
    single = float(np.mean(answer_key.one_qubit_gate_error(machine)))
    pulses = sum(gate.kind == "prx" for gate in gates)
    truth = (1 - 1.25 * pair) ** sum(gate.kind == "cz" for gate in gates)
    truth *= (1 - 1.5 * single) ** pulses
    text = circuit_text("c", CIRCUIT)
    protocol, count = GivenCircuit(text), 4 * groups
    drawn = protocol.draw(0.0, count, ((0, 1),), 2, Stream(root_from_integer(seed), "groups"))
    device = VirtualMachine(machine)
    job = Job(id="groups", families=drawn.families, order=np.arange(count))
    outcomes = device.collect(device.submit(job)).outcomes
    x = Experiment(
        id="given_circuit",
        protocol=protocol.id,
        version=protocol.version,
        targets=((0, 1),),
        lengths=(0.0,),
        block=(4,),
        rounds=count,
        batch=count,
        circuit=text,
    )
    trials = protocol.score(drawn.key, outcomes, x, np.zeros(count, dtype=np.intp))
    return truth, protocol.estimate("circuit_fidelity", trials["circuit_fidelity"], 0.95)[0]


def played(means, groups, generator):
    """Draw groups of four shots with means a, b and c."""
    a, b, c = means
    kinds = np.tile([1, 0, 1, 2], groups)
    hits = generator.random(kinds.size) < (1 + np.array([c, a, b])[kinds]) / 2
    return Trials(lengths=np.arange(3.0), arms=kinds, hits=hits.astype(np.int64)[:, None])


def main():
    groups = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    print("errors of pulse, entangler, readout   product   found [95 %]")
    for one, two, read in ((1e-3, 5e-3, 0.01), (3e-3, 0.02, 0.03), (0.01, 0.05, 0.05)):
        truth, e = measured(one, two, read, groups)
        print(
            f"{one:8g} {two:8g} {read:8g}             {truth:.4f}    {e.value:.4f}"
            f" [{e.low:.4f}, {e.high:.4f}]"
        )
    seeds = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    if seeds:
        found = [measured(0.01, 0.05, 0.05, groups, seed)[1] for seed in range(1, seeds + 1)]
        values = np.array([e.value for e in found])
        held = sum(e.low <= truth <= e.high for e in found)
        error = values.std(ddof=1) / math.sqrt(seeds)
        mean = f"{values.mean():.4f} ± {error:.4f}"
        print(f"{seeds} drawings: {mean}, {held} intervals hold {truth:.4f}")
    print("\nfidelity, 5 qubits: wrong at the border; groups of four shots to a verdict, median")
    generator, need = np.random.default_rng(5), math.log(20)
    for fidelity in (0.5, 0.8, 0.95):
        claim, limit = (polarization_of(x, 5) for x in (fidelity, fidelity / 1.05))
        wrong, took = 0, []
        for _ in range(GAMES):
            edge = played(means_at(limit), 4000, generator)
            wrong += log_e_ratio_above(edge, limit).max() > need
            good = log_e_ratio_above(played(means_at(claim), 8_000, generator), limit)
            bad = log_e_ratio_below(played(means_at(limit), 8_000, generator), claim)
            took += [int(np.argmax(x > need)) if (x > need).any() else 8_000 for x in (good, bad)]
        print(f"{fidelity:8g}    {wrong} of {GAMES}    {np.median(took):.0f}")


if __name__ == "__main__":
    main()
