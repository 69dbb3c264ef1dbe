"""A virtual machine: it computes what a real one would measure."""

from __future__ import annotations

import hashlib

import numpy as np

from qassay.circuits.circuit import Circuit, Circuits
from qassay.circuits.family import CircuitFamily, Delay, Element, Pulses
from qassay.devices.description import DeviceDescription, Durations
from qassay.devices.interface import Job, JobResult
from qassay.devices.job_check import check_job
from qassay.devices.machine_file import Machine
from qassay.devices.noise import Floats
from qassay.devices.simulated.circuit_engine import CircuitChoice, choose_for, run_circuit
from qassay.devices.simulated.dead_qubits import without
from qassay.devices.simulated.engine_choice import Choice, choose
from qassay.devices.simulated.gate_errors import GateErrors
from qassay.devices.simulated.lone_pairs import lone_pairs
from qassay.devices.simulated.product_engine import sample_product
from qassay.devices.simulated.read_out import flip_together
from qassay.devices.simulated.schedule import circuit_seconds
from qassay.devices.simulated.strengths import Strengths
from qassay.errors import JobLostError

_DOMAIN = b"qassay-virtual-machine-v1"


class VirtualMachine:
    """A device with known truth.

    A job's counts depend on the machine, the job's id and its circuits: the same job sent
    again, after a restart or from another process, gives the same counts.
    """

    computes_here = True

    def __init__(self, machine: Machine) -> None:
        """Take a machine read from its file."""
        self.machine = machine
        self._results: dict[str, JobResult] = {}
        self._kept: GateErrors | None = None

    def __repr__(self) -> str:
        """Name the machine, and that it is none."""
        told = self.machine.description
        return f"<VirtualMachine {told.name}: {told.qubits} qubits, a SIMULATOR>"

    @property
    def contents_id(self) -> str:
        """The sha256 of the machine's file."""
        return self.machine.text_id

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
        families = [without(family, self.machine.noise.dead) for family in job.families]
        choices = [
            choose_for(circuits, self.machine, job.shots)
            if isinstance(circuits, Circuit)
            else choose(circuits, self.machine)
            for circuits in families
        ]
        strengths = Strengths.of(self.machine, job.start_seconds)
        blocks = [one.blocks if isinstance(one, Choice) else None for one in choices]
        known = lone_pairs(families, blocks, strengths)
        generator = np.random.default_rng(self._seed(job))
        outcomes = np.zeros((job.circuits, job.shots, width), dtype=np.uint8)
        seconds, notes = 0.0, list[str]()
        for number, (circuits, choice) in enumerate(zip(families, choices, strict=True)):
            if isinstance(choice, CircuitChoice):
                read, said = run_circuit(choice, self._errors(strengths), job.shots, generator)
                outcomes[job.order == number] = read
                notes += said
            elif isinstance(circuits, CircuitFamily):
                outcomes[job.order == number] = _run(
                    circuits, choice, strengths, job.shots, generator, known.get(number)
                )
                notes += choice.notes
            if isinstance(choice, CircuitChoice):  # the schedule is made already
                length = max((entry.start for entry in choice.timed), default=0.0)
                each = job.shots * (overhead_seconds(strengths.durations) + length)
            else:
                each = job.shots * shot_seconds(circuits, strengths.durations)
            seconds += circuits.size * (strengths.durations.circuit_overhead + each)
        flip_together(outcomes, strengths.noise, generator)
        self._results[job.id] = JobResult(
            job_id=job.id, outcomes=outcomes, seconds=seconds, notes=tuple(dict.fromkeys(notes))
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

    def _errors(self, strengths: Strengths) -> GateErrors:
        """Make the noisy gates; they are kept where the noise is the same at all times."""
        if self._kept is None or strengths.noise is not self._kept.channels.strengths.noise:
            self._kept = GateErrors.of(strengths)
        return self._kept

    def _seed(self, job: Job) -> int:
        """Draw other noise for other circuits, the same for the same job."""
        parts = (str(self.machine.seed), self.machine.text_id, job.id)
        digest = hashlib.sha256(_DOMAIN)
        for part in parts:
            digest.update(len(part.encode()).to_bytes(4, "big") + part.encode())
        digest.update(job.order.astype("<i8").tobytes())
        for family in job.families:
            if isinstance(family, Circuit):
                digest.update(bytes.fromhex(family.circuit_ids()[0]))
                continue
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
    joint: Floats | None = None,
) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    if choice.blocks is not None:
        return sample_product(family, strengths, choice.blocks, shots, generator, joint)
    if choice.engine in ("exact", "leaking"):
        from qassay.devices.simulated import layered

        if not family.size:  # a coin can leave an arm out of a small batch
            return np.zeros((0, shots, family.qubits), dtype=np.uint8)
        errors = GateErrors.of(strengths)
        engines = layered.choices(family, strengths, exact=choice.engine == "exact")
        return np.stack([run_circuit(one, errors, shots, generator)[0] for one in engines])
    # stim is loaded for wide circuits only.
    from qassay.devices.simulated import clifford_engine

    return clifford_engine.sample_family(family, strengths, shots, generator)


def overhead_seconds(durations: Durations) -> float:
    """Device time of a shot that runs nothing."""
    return durations.shot_overhead + durations.readout


def shot_seconds(circuits: Circuits, durations: Durations) -> float:
    """Device time of one shot of a circuit, overhead and readout included."""
    if isinstance(circuits, Circuit):
        length = circuit_seconds(circuits, durations)
    else:
        length = sum(_element_seconds(element, durations) for element in circuits.elements)
    return overhead_seconds(durations) + length


def _element_seconds(element: Element, durations: Durations) -> float:
    if isinstance(element, Delay):
        return element.seconds
    layer = durations.one_qubit_gate + (durations.two_qubit_gate if element.pairs else 0.0)
    return element.depth * layer
