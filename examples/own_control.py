"""A laboratory with its own control software: a Python function runs a circuit, no more.

    python examples/own_control.py FOLDER

`run` stands for whatever a laboratory has: it takes the text of a circuit (OpenQASM 3 in native
gates) and a number of shots, and gives one string a shot, qubit 0 first. Here it is the imaginary
machine of `laboratory.py`. A real one drives its racks there and writes how long it took.
"""

import sys
from pathlib import Path

import numpy as np
from laboratory import Errors, stim_circuit

import qassay
from qassay.circuits.qasm import openqasm3_text
from qassay.devices.description import DeviceDescription, Durations
from qassay.devices.interface import Job, JobResult

SHEET = """[sheet]
title = "Three qubits of our own"
vendor = "us"
machine = "rack 2"
[[claim]]
id = "readout"
metric = "readout_error"
value = "3 %"
[[claim]]
id = "cz"
metric = "two_qubit_gate_error"
convention = "average_gate_infidelity"
value = "2 %"
"""


def run(text: str, shots: int, seed: int) -> list[str]:
    """Run one circuit: the laboratory's own function."""
    errors = Errors(one=5e-4, two=1e-2, readout=0.015)
    sampler = stim_circuit(text, errors).compile_sampler(seed=seed)
    return ["".join("01"[int(bit)] for bit in shot) for shot in sampler.sample(shots)]


class Rack:
    """Our machine: three methods, and one word that it answers at once."""

    computes_here = True

    def __init__(self) -> None:
        """Begin without jobs."""
        self.results: dict[str, JobResult] = {}
        self.runs = 0

    def describe(self) -> DeviceDescription:
        """Say what we have; qassay writes circuits for it."""
        return DeviceDescription(
            name="rack 2",
            platform="superconducting",
            qubits=3,
            connectivity="listed",
            couplings=((0, 1), (1, 2)),
            durations=Durations(one_qubit_gate=40e-9, two_qubit_gate=300e-9, readout=2e-6),
            simulator=True,  # ours is imaginary; leave it out for a real one
        )

    def submit(self, job: Job) -> str:
        """Run all circuits of a job, in its order, and keep what they answered."""
        place = [0] * len(job.families)
        outcomes = []
        for family in job.order.tolist():
            text = openqasm3_text(job.families[family], place[family])
            place[family] += 1
            self.runs += 1
            strings = run(text, job.shots, seed=self.runs)
            outcomes.append([[int(bit) for bit in string] for string in strings])
        bits = np.array(outcomes, dtype=np.uint8)  # circuits, shots, qubits
        self.results[job.id] = JobResult(job_id=job.id, outcomes=bits)
        return job.id

    def collect(self, handle: str) -> JobResult:
        """Give what a job answered."""
        return self.results[handle]


def main(folder: Path) -> None:
    """Plan, run, judge, seal."""
    folder.mkdir(parents=True, exist_ok=True)
    sheet = folder / "sheet.toml"
    sheet.write_text(SHEET, encoding="utf-8")
    few = qassay.Options(budget_shots=1500)
    result = qassay.run(sheet, Rack(), out=folder / "run", seed=1, options=few)
    for verdict in result.verdicts:
        print(f"{verdict.claim}: {verdict.outcome}")
    print(result.datasheet)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
