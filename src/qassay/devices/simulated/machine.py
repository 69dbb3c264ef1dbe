"""A virtual machine: it computes what a real one would measure."""

from __future__ import annotations

import hashlib

import numpy as np

from qassay.circuits.family import CircuitFamily, Delay, Pulses
from qassay.devices.description import DeviceDescription, Durations
from qassay.devices.interface import Job, JobResult
from qassay.devices.job_check import check_job
from qassay.devices.machine_file import Machine
from qassay.devices.simulated.engine_choice import Choice, choose
from qassay.devices.simulated.product_engine import sample
from qassay.devices.simulated.strengths import Strengths
from qassay.errors import JobLostError

_DOMAIN = b"qassay-virtual-machine-v1"


class VirtualMachine:
    """A device with known truth.

    A job's counts depend on the machine, the job's id and its circuits: the same job sent
    again, after a restart or from another process, gives the same counts.
    """

    def __init__(self, machine: Machine) -> None:
        """Take a machine read from its file."""
        self.machine = machine
        self._results: dict[str, JobResult] = {}

    def describe(self) -> DeviceDescription:
        """Say what the machine is."""
        return self.machine.description

    def submit(self, job: Job) -> str:
        """Simulate a job and keep its result in memory until the program ends.

        Returns:
            The handle, which is the job's id.

        Raises:
            UnsupportedCircuitError: A circuit does not fit, or no engine can simulate it.
        """
        width = check_job(job, self.machine.description.qubits)
        choices = [choose(family, self.machine) for family in job.families]
        strengths = Strengths.of(self.machine, job.start_seconds)
        generator = np.random.default_rng(self._seed(job))
        outcomes = np.zeros((job.circuits, job.shots, width), dtype=np.uint8)
        seconds = 0.0
        for number, (family, choice) in enumerate(zip(job.families, choices, strict=True)):
            outcomes[job.order == number] = _run(family, choice, strengths, job.shots, generator)
            seconds += family.size * job.shots * shot_seconds(family, strengths.durations)
        notes = tuple(dict.fromkeys(note for choice in choices for note in choice.notes))
        self._results[job.id] = JobResult(
            job_id=job.id, outcomes=outcomes, seconds=seconds, notes=notes
        )
        return job.id

    def collect(self, handle: str) -> JobResult:
        """Give the result of a job that this object has simulated.

        Raises:
            JobLostError: The job was sent to another object or before a restart; sending it
                again gives the same counts.
        """
        if handle not in self._results:
            raise JobLostError(
                f"{self.machine.description.name} has no job {handle}: a virtual machine forgets"
                " its jobs when the program ends; send the job again, the counts will be the same"
            )
        return self._results[handle]

    def _seed(self, job: Job) -> int:
        """Draw other noise for other circuits, the same for the same job."""
        parts = (str(self.machine.seed), self.machine.text_id, job.id)
        digest = hashlib.sha256(_DOMAIN)
        for part in parts:
            digest.update(len(part.encode()).to_bytes(4, "big") + part.encode())
        digest.update(job.order.astype("<i8").tobytes())
        for family in job.families:
            for element in family.elements:
                if isinstance(element, Pulses):
                    digest.update(element.codes.tobytes())
        return int.from_bytes(digest.digest(), "big")


def _run(
    family: CircuitFamily,
    choice: Choice,
    strengths: Strengths,
    shots: int,
    generator: np.random.Generator,
) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    if choice.blocks is not None:
        return sample(family, strengths, choice.blocks, shots, generator)
    # stim is loaded for wide circuits only.
    from qassay.devices.simulated import clifford_engine

    return clifford_engine.sample(family, strengths, shots, generator)


def shot_seconds(family: CircuitFamily, durations: Durations) -> float:
    """Device time of one shot of a circuit, overhead and readout included."""
    seconds = durations.shot_overhead + durations.readout
    for element in family.elements:
        if isinstance(element, Delay):
            seconds += element.seconds
        else:
            layer = durations.one_qubit_gate
            layer += durations.two_qubit_gate if element.pairs else 0.0
            seconds += element.depth * layer
    return seconds
