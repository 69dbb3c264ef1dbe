"""Any Qiskit BackendV2 as a device.

qassay owns the compilation: circuits leave here in the target's own gates, on physical
qubits, with barriers, and no Qiskit pass touches them. The number of two-qubit gates is
counted once more just before they are sent.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib import import_module
from typing import Any, Final

import numpy as np

from qassay.circuits.circuit import Circuit
from qassay.circuits.family import Pulses
from qassay.devices.canary import canary_job, heard, numbers_of
from qassay.devices.description import DeviceDescription, Platform
from qassay.devices.interface import RECKONED, Job, JobResult, Provenance
from qassay.devices.job_check import check_job
from qassay.devices.provider_faults import sorted_fault
from qassay.devices.qiskit_circuits import CircuitWriter, entanglers, two_qubit_gates
from qassay.devices.qiskit_contents import backend_id
from qassay.devices.qiskit_description import describe, is_local, need_qiskit
from qassay.devices.qiskit_gates import QiskitGates
from qassay.devices.qiskit_jobs import BackendJobs
from qassay.devices.qiskit_narrow import on_chip, on_patch
from qassay.devices.qiskit_patch import patch_of
from qassay.devices.qiskit_provenance import provenance
from qassay.devices.qiskit_results import read_result
from qassay.devices.qiskit_snapshot import Snapshot, snapshot_of
from qassay.devices.simulated.machine import shot_seconds
from qassay.errors import JobLostError, QassayError, UnsupportedCircuitError
from qassay.reading.limits import KEPT
from qassay.reading.strict_json import read_json

WIDEST_STATE_VECTOR: Final = 24
Circuits = list[Any]


class QiskitDevice:
    """A device behind a Qiskit backend.

    Attributes:
        backend: The backend.
        opened_by: A function and the words that open the same device again, if it was opened by
            words: what a copy in another process is made from.
    """

    def __init__(
        self,
        backend: Any,
        *,
        name: str = "",
        sampler: Any = None,
        target: Any = None,
        platform: Platform | None = None,
        timeout_seconds: float = 24 * 3600.0,
        canary: bool = True,
        prepare: Callable[[Circuits], Circuits] | None = None,
        options: Callable[[Job], dict[str, Any]] | None = None,
        notes: Sequence[str] = (),
        contents: str = "",
        local: bool | None = None,
    ) -> None:
        """Take a backend.

        Args:
            backend: A BackendV2.
            name: What the description calls it.
            sampler: A SamplerV2 to submit through; without one, `backend.run`, or IBM
                Runtime's own sampler for its backends.
            target: Gates and couplings, where the backend's own target is not to be used.
            platform: For the description.
            timeout_seconds: A job that takes longer is cancelled, and lost if that succeeds.
            canary: Whether to check the order of bits before the first job.
            prepare: Called with the circuits before they are sent, for a provider that
                wants a pass of its own; it may not change the number of two-qubit gates.
            options: Gives options of `backend.run` for a job.
            notes: Written into every result.
            contents: A digest of what the backend was made from, where that is known.
            local: Whether it is a simulator in this process; None to tell by where it comes from.
        """
        need_qiskit(f"{name or 'a Qiskit backend'}")
        self.backend, self.sampler = backend, sampler
        self.opened_by: tuple[Callable[[str], Any], str] | None = None
        chosen = backend.target if target is None else target
        self._target, self._contents = chosen, contents
        self._gates = QiskitGates(chosen)
        self._description = describe(
            backend, chosen, self._gates, name or f"qiskit:{backend.name}", platform
        )
        self._local = is_local(backend) if local is None else local
        if self._local:
            self._description = replace(self._description, simulator=True)
        self._canary = self._wants_canary = canary
        self._prepare, self._options, self._notes = prepare, options, tuple(notes)
        self._fake = any(".fake_provider" in kind.__module__ for kind in type(backend).__mro__)
        self._made: tuple[tuple[int, ...], Any] | None = None
        self._jobs = BackendJobs(backend, self._description.name, timeout_seconds)

    def __reduce__(self) -> Any:
        """Copy to another process by opening the same device there."""
        if self.opened_by is None:
            raise TypeError("only a device opened by its name can go to another process")
        return _reopened, (*self.opened_by, self._description.left_alone)

    @property
    def computes_here(self) -> bool:
        """Whether the backend is a simulator in this process, without jobs that outlive it."""
        return self._local

    @property
    def contents_id(self) -> str:
        """A digest of what the backend is made of."""
        return backend_id(self.backend, self._target, salt=self._contents)

    @property
    def provenance(self) -> Provenance:
        """Version of the backend, and of the libraries that drive it."""
        return provenance(self.backend)

    def describe(self) -> DeviceDescription:
        """Say what the device is."""
        return self._description

    def submit(self, job: Job) -> str:
        """Send a job.

        Returns:
            A handle with the ids of the backend's jobs.

        Raises:
            UnsupportedCircuitError: A circuit does not fit on the backend.
            UnavailableError: The backend takes no job now.
            RefusedError: The backend will not take the job.
            DeviceError: The backend gives bits in another order than it should.
        """
        return self.submit_parts(job, (), lambda _: None)

    def submit_parts(self, job: Job, had: Sequence[str], took: Callable[[str], None]) -> str:
        """Send a job, in parts of as many circuits as the backend takes at once.

        Args:
            job: The job.
            had: Ids of the parts that were taken before.
            took: Told the id of each further part but the last.
        """
        width = check_job(job, self._description.qubits)
        canary = self.canary()  # None where a run has seen to it
        if canary is not None:
            self.heard(self.collect(self.submit_parts(canary, (), lambda _: None)))
        circuits, notes = self._written(job)
        parts = self._parts(circuits)
        ids = list(had)
        for part in parts[len(ids) :]:
            ids.append(self._jobs.add(self.send_circuits(part, job)))
            if len(ids) < len(parts):
                took(ids[-1])
        return self._handle(job, width, ids, parts, notes)

    def collect(self, handle: str) -> JobResult:
        """Wait for a job's result.

        Raises:
            JobLostError: It was cancelled, failed or is unknown, or its result is not one whole
                answer.
            UnavailableError: The provider cannot be asked now; the job is not lost.
            RefusedError: The provider refuses to answer.
        """
        ticket = _ticket(handle)
        outcomes, notes, seconds = [], [*self._notes, *self._told()], 0.0
        first = 0
        for key, size in zip(ticket["ids"], ticket["circuits"], strict=True):
            names = [_circuit_name(place) for place in range(first, first + size)]
            first += size
            result = self._jobs.result(key)
            patch = ticket.get("patch") or range(self._description.qubits)
            found, said = read_result(result, names, ticket["shots"], len(patch))
            if len(patch) < self._description.qubits:
                found = on_chip(found, patch, self._description.qubits)
            outcomes.append(found[:, :, : ticket["width"]])
            notes += said
            seconds += float(getattr(result, "time_taken", 0.0) or 0.0)
        if self._description.simulator or not seconds:
            seconds = ticket["seconds"]
            notes += [] if self._description.simulator else [RECKONED]
        return JobResult(
            job_id=ticket["job"],
            outcomes=np.concatenate(outcomes),
            seconds=seconds,
            notes=tuple(dict.fromkeys((*notes, *ticket["notes"]))),
        )

    def standing(self, handle: str) -> str:
        """Say in the provider's words how far a job is, part by part; waits for nothing.

        Raises:
            DeviceError: The provider cannot be asked, or does not know the job.
        """
        return ", ".join(self._jobs.standing(key) for key in _ticket(handle)["ids"])

    def leave_alone(self, qubits: Sequence[int]) -> None:
        """Do nothing on some qubits from now on, and measure them in no circuit.

        Args:
            qubits: Those that no claim needs; their bits will be 0.
        """
        self._description = replace(self._description, left_alone=tuple(sorted(qubits)))

    @property
    def _touched(self) -> tuple[int, ...]:
        """The qubits on which something is done, sorted."""
        device = self._description
        return tuple(sorted({*range(device.qubits)} - {*device.left_alone}))

    @property
    def _patched(self) -> bool:
        """Whether a few qubits of a fake backend are simulated as a patch of it."""
        return self._fake and bool(self._description.left_alone) and self._prepare is None

    @property
    def _wide_fake(self) -> bool:
        """Whether Aer's own choice for noise that is not Clifford would be too wide a state."""
        return self._fake and len(self._touched) > WIDEST_STATE_VECTOR

    def _patch(self) -> Any:
        """Make the patch, once: its noise is what takes the time."""
        if self._made is None or self._made[0] != self._touched:
            self._made = self._touched, patch_of(self.backend, self._touched)
        return self._made[1]

    def _told(self) -> list[str]:
        """Say what a reader must know of every job."""
        device, told = self._description, []
        if self._wide_fake:
            told.append("simulated with Aer's matrix product states")
        if device.left_alone:
            touched = device.qubits - len(device.left_alone)
            told.append(
                f"only the {touched} of {device.qubits} qubits that the claims need are driven and"
                " measured; the others rest, and their bits stand as 0"
            )
        return told

    def circuits(self, job: Job) -> Circuits:
        """Write a job's circuits for the backend, in order of execution."""
        return self._written(job)[0]

    def _written(self, job: Job) -> tuple[Circuits, tuple[str, ...]]:
        device = self._description
        writer = CircuitWriter(self._gates, device.qubits, device.out_of_order, device.left_alone)
        counters = [0] * len(job.families)
        circuits, wanted = [], []
        for place, number in enumerate(job.order.tolist()):
            family, index = job.families[number], counters[number]
            counters[number] += 1
            circuits.append(writer.write(family, index, _circuit_name(place)))
            wanted.append(entanglers(family, index))
        if self._prepare is not None:
            circuits = self._prepare(circuits)
        for circuit, count in zip(circuits, wanted, strict=True):
            if two_qubit_gates(circuit) != count:
                raise UnsupportedCircuitError(
                    f"{self._description.name}: {circuit.name} has {two_qubit_gates(circuit)}"
                    f" two-qubit gates where {count} were asked for; a pass removed or added work"
                )
        rounded = [
            f"a delay of {a:.9g} s is {b:.9g} s in the backend's clock"
            for a, b in sorted(writer.rounded)
        ]
        free = any(isinstance(family, Circuit) for family in job.families)
        halves = free and self._gates.style in ("sx", "gpi2")
        said = ("pulses of any angle are two quarter pulses each",) if halves else ()
        return circuits, (*self._gates.notes, *said, *rounded)

    def _parts(self, circuits: Circuits) -> list[Circuits]:
        most = self.most_circuits or len(circuits)
        return [circuits[start : start + most] for start in range(0, len(circuits), most)]

    def _handle(
        self, job: Job, width: int, ids: Sequence[str], parts: list[Circuits], notes: Sequence[str]
    ) -> str:
        durations = self._description.durations
        seconds = sum(x.size * job.shots * shot_seconds(x, durations) for x in job.families)
        return json.dumps(
            {
                "job": job.id,
                "ids": list(ids),
                "circuits": [len(part) for part in parts],
                "shots": job.shots,
                "width": width,
                "seconds": seconds,
                "notes": list(notes),
                **({"patch": list(self._touched)} if self._patched else {}),
            }
        )

    def send_circuits(self, circuits: Circuits, job: Job) -> Any:
        """Send circuits that were written for a job; gives the backend's own job.

        Raises:
            UnavailableError: The backend takes no job now.
            RefusedError: The backend will not take the job.
        """
        try:
            sampler = self.sampler or _runtime_sampler(self.backend, job.tag)
            if sampler is not None:
                return sampler.run([(circuit,) for circuit in circuits], shots=job.shots)
            options = self._options(job) if self._options else {}
            if self._patched:
                small = on_patch(circuits, self._touched)
                return self._patch().run(small, shots=job.shots, memory=True, **options)
            if self._wide_fake:
                options = {"method": "matrix_product_state", **options}
            return self.backend.run(circuits, shots=job.shots, memory=True, **options)
        except QassayError:
            raise
        except Exception as error:  # each provider has exceptions of its own
            raise sorted_fault(
                error, f"{self._description.name} did not take job {job.id}", sending=True
            ) from error

    def calibration(self) -> Snapshot:
        """Give what the backend reports of itself now: words, and numbers in SI units."""
        return snapshot_of(self.backend, self._target)

    @property
    def wants_canary(self) -> bool:
        """Whether the order of bits is checked before the first job."""
        return self._wants_canary

    @property
    def most_circuits(self) -> int | None:
        """Circuits that the backend takes as one job; None where it sets no limit."""
        most = getattr(self.backend, "max_circuits", None)
        return int(most) if most else None

    def canary(self) -> Job | None:
        """Give the job that checks the order of bits; whoever takes it sees to its answer."""
        wanted, self._canary = self._canary, False
        return canary_job(self._description.qubits) if wanted else None

    def heard(self, result: JobResult) -> None:
        """Judge the canary's answer, and note it with every later result.

        Raises:
            DeviceError: Bits come in another order.
        """
        device = self._description
        working = sorted({*device.usable} & {*self._touched})
        asked = numbers_of(self._description.qubits)[:, working]
        note = heard(asked, result.outcomes[:, :, working], self._description.name)
        self._notes = (*self._notes, note)

    @property
    def can_search(self) -> bool:
        """Whether the provider's service finds jobs by their tags."""
        return self._jobs.can_search

    def find(self, job: Job) -> str | None:
        """Find a job by its tag; None if the provider has none with it.

        Raises:
            UnavailableError: The service cannot be asked now.
        """
        ids = self._jobs.with_tag(job.tag)
        if not ids:
            return None
        circuits, notes = self._written(job)
        parts = self._parts(circuits)
        if len(ids) < len(parts):
            return None
        width = check_job(job, self._description.qubits)
        return self._handle(job, width, ids, parts, notes)


def _runtime_sampler(backend: Any, tag: str) -> Any:
    """Make IBM Runtime's sampler for its real backends, which have no `run`; else None."""
    module = type(backend).__module__
    if not module.startswith("qiskit_ibm_runtime") or ".fake_provider" in module:
        return None
    sampler = import_module("qiskit_ibm_runtime").SamplerV2(mode=backend)
    sampler.options.dynamical_decoupling.enable = False  # would fill our delays
    sampler.options.twirling.enable_gates = False
    sampler.options.twirling.enable_measure = False
    if tag:
        sampler.options.environment.job_tags = [tag]
    return sampler


def _ticket(handle: str) -> dict[str, Any]:
    ticket = read_json(handle, "handle", limits=KEPT, error=JobLostError)
    if isinstance(ticket, dict) and {"job", "ids", "circuits", "shots"} <= set(ticket):
        return ticket
    raise JobLostError(f"{handle[:80]!r} is no handle of a Qiskit job")


def _reopened(opener: Callable[[str], Any], words: str, left_alone: Sequence[int]) -> Any:
    """Open a device again in another process, as it was."""
    device = opener(words)
    device.leave_alone(left_alone)
    return device


def _circuit_name(place: int) -> str:
    return f"circuit-{place}"


def seed_of(job: Job, salt: str) -> int:
    """Draw a simulator seed from a job: the same job has the same counts, others have others."""
    digest = hashlib.sha256(f"{salt}\n{job.id}\n{job.shots}".encode())
    digest.update(job.order.astype("<i8").tobytes())
    for family in job.families:
        if isinstance(family, Circuit):
            digest.update(family.circuit_ids()[0].encode())
            continue
        for run in family.elements:
            if isinstance(run, Pulses):
                digest.update(run.codes.tobytes())
    return int.from_bytes(digest.digest()[:4], "big") >> 1
