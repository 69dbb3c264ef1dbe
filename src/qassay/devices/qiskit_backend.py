"""Any Qiskit BackendV2 as a device.

qassay owns the compilation: circuits leave here in the target's own gates, on physical
qubits, with barriers, and no Qiskit pass touches them. The number of two-qubit gates is
counted once more just before they are sent. Before the first job a canary asks the backend
for the number of every qubit in binary, which shows any other order of bits.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any, Final

import numpy as np

from qassay.circuits.circuit import Circuit
from qassay.circuits.family import CircuitFamily, Pulses
from qassay.circuits.gates import HALF_X
from qassay.devices.description import DeviceDescription, Platform
from qassay.devices.interface import Job, JobResult, Provenance
from qassay.devices.job_check import check_job
from qassay.devices.qiskit_circuits import CircuitWriter, entanglers, two_qubit_gates
from qassay.devices.qiskit_contents import backend_id
from qassay.devices.qiskit_description import describe, need_qiskit
from qassay.devices.qiskit_gates import NativeGates
from qassay.devices.qiskit_provenance import provenance
from qassay.devices.qiskit_results import Bits, read_result
from qassay.devices.simulated.machine import shot_seconds
from qassay.errors import (
    DeviceError,
    JobLostError,
    QassayError,
    UnavailableError,
    UnsupportedCircuitError,
)
from qassay.reading.limits import KEPT
from qassay.reading.strict_json import read_json

CANARY_SHOTS: Final = 64
WIDEST_STATE_VECTOR: Final = 24
_FIRST_POLL, _LONGEST_POLL = 0.002, 5.0  # seconds, growing by half each time
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
    ) -> None:
        """Take a backend.

        Args:
            backend: A BackendV2.
            name: What the description calls it.
            sampler: A SamplerV2 to submit through; without one, `backend.run`, or IBM
                Runtime's own sampler for its backends.
            target: Gates and couplings, where the backend's own target is not to be used.
            platform: For the description.
            timeout_seconds: A job that takes longer is given up as lost.
            canary: Whether to check the order of bits before the first job.
            prepare: Called with the circuits before they are sent, for a provider that
                wants a pass of its own; it may not change the number of two-qubit gates.
            options: Gives options of `backend.run` for a job.
            notes: Written into every result.
            contents: A digest of what the backend was made from, where that is known.
        """
        need_qiskit(f"{name or 'a Qiskit backend'}")
        self.backend, self.sampler = backend, sampler
        self.opened_by: tuple[Callable[[str], Any], str] | None = None
        chosen = backend.target if target is None else target
        self._target, self._contents = chosen, contents
        self._gates = NativeGates(chosen)
        self._description = describe(
            backend, chosen, self._gates, name or f"qiskit:{backend.name}", platform
        )
        self._timeout, self._canary = timeout_seconds, canary
        self._prepare, self._options, self._notes = prepare, options, tuple(notes)
        self._jobs: dict[str, Any] = {}
        # Aer's own choice for noise that is not Clifford is a state vector of all qubits.
        fake = any(".fake_provider" in kind.__module__ for kind in type(backend).__mro__)
        self._wide_fake = fake and self._description.qubits > WIDEST_STATE_VECTOR
        if self._wide_fake:
            self._notes += ("simulated with Aer's matrix product states",)

    def __reduce__(self) -> Any:
        """Copy to another process by opening the same device there."""
        if self.opened_by is None:
            raise TypeError("only a device opened by its name can go to another process")
        opener, words = self.opened_by
        return opener, (words,)

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
            UnavailableError: The backend did not take the job.
            DeviceError: The backend gives bits in another order than it should.
        """
        width = check_job(job, self._description.qubits)
        if self._canary:
            self._sing()
        return self._send(job, width)

    def collect(self, handle: str) -> JobResult:
        """Wait for a job's result.

        Raises:
            JobLostError: It was cancelled, failed, is unknown or too late, or its result is
                not one whole answer.
        """
        ticket = _ticket(handle)
        outcomes, notes, seconds = [], list(self._notes), 0.0
        for key, names in zip(ticket["ids"], ticket["names"], strict=True):
            result = self._wait(key)
            found, said = read_result(result, names, ticket["shots"], self._description.qubits)
            outcomes.append(found[:, :, : ticket["width"]])
            notes += said
            seconds += float(getattr(result, "time_taken", 0.0) or 0.0)
        if self._description.simulator or not seconds:
            seconds = ticket["seconds"]
        return JobResult(
            job_id=ticket["job"],
            outcomes=np.concatenate(outcomes),
            seconds=seconds,
            notes=tuple(dict.fromkeys((*notes, *ticket["notes"]))),
        )

    def circuits(self, job: Job) -> Circuits:
        """Write a job's circuits for the backend, in order of execution."""
        return self._written(job)[0]

    def _written(self, job: Job) -> tuple[Circuits, tuple[str, ...]]:
        device = self._description
        writer = CircuitWriter(self._gates, device.qubits, device.out_of_order)
        counters = [0] * len(job.families)
        circuits, wanted = [], []
        for place, number in enumerate(job.order.tolist()):
            family, index = job.families[number], counters[number]
            counters[number] += 1
            circuits.append(writer.write(family, index, f"circuit-{place}"))
            wanted.append(entanglers(family, index))
        if self._prepare is not None:
            circuits = self._prepare(circuits)
        for circuit, count in zip(circuits, wanted, strict=True):
            if two_qubit_gates(circuit) != count:
                raise UnsupportedCircuitError(
                    f"{self._description.name}: {circuit.name} has {two_qubit_gates(circuit)}"
                    f" two-qubit gates where {count} were asked for; a pass removed or added work"
                )
        rounded = [f"a delay of {a:.9g} s is {b:.9g} s in the backend's clock"
                   for a, b in sorted(writer.rounded)]  # fmt: skip
        free = any(isinstance(family, Circuit) for family in job.families)
        halves = free and self._gates.style in ("sx", "gpi2")
        said = ("pulses of any angle are two quarter pulses each",) if halves else ()
        return circuits, (*self._gates.notes, *said, *rounded)

    def _send(self, job: Job, width: int) -> str:
        circuits, notes = self._written(job)
        most = getattr(self.backend, "max_circuits", None) or len(circuits)
        parts = [circuits[start : start + most] for start in range(0, len(circuits), most)]
        ids = []
        for part in parts:
            sent = self._run(part, job)
            key = str(sent.job_id())
            self._jobs[key] = sent
            ids.append(key)
        durations = self._description.durations
        seconds = sum(x.size * job.shots * shot_seconds(x, durations) for x in job.families)
        return json.dumps(
            {"job": job.id, "ids": ids, "names": [[c.name for c in part] for part in parts],
             "shots": job.shots, "width": width, "seconds": seconds, "notes": notes}
        )  # fmt: skip

    def _run(self, circuits: Circuits, job: Job) -> Any:
        try:
            sampler = self.sampler or _runtime_sampler(self.backend)
            if sampler is not None:
                return sampler.run([(circuit,) for circuit in circuits], shots=job.shots)
            options = self._options(job) if self._options else {}
            if self._wide_fake:
                options = {"method": "matrix_product_state", **options}
            return self.backend.run(circuits, shots=job.shots, memory=True, **options)
        except QassayError:
            raise
        except Exception as error:  # each provider has exceptions of its own
            raise UnavailableError(
                f"{self._description.name} did not take job {job.id}:"
                f" {type(error).__name__}: {error}"
            ) from error

    def _wait(self, key: str) -> Any:
        """Wait for one of the backend's jobs, with a limit."""
        name = self._description.name
        try:
            job = self._jobs.get(key) or self._found(key)
            limit, pause = time.monotonic() + self._timeout, _FIRST_POLL
            while not job.in_final_state():
                if time.monotonic() > limit:
                    raise JobLostError(
                        f"{name}: job {key} gave no result within {self._timeout:g} s"
                    )
                time.sleep(pause)
                pause = min(1.5 * pause, _LONGEST_POLL)
            return job.result()
        except QassayError:
            raise
        except Exception as error:  # each provider has exceptions of its own
            raise JobLostError(
                f"{name}: job {key} has no result: {type(error).__name__}: {error}"
            ) from error

    def _found(self, key: str) -> Any:
        """Find a job again after a restart, by whichever way the provider offers."""
        service = getattr(self.backend, "service", None)
        for owner, method in ((service, "job"), (self.backend, "retrieve_job")):
            if owner is not None and hasattr(owner, method):
                return getattr(owner, method)(key)
        raise JobLostError(
            f"{self._description.name} has no job {key}: it was sent before a restart, and this"
            " backend offers no way to find it again; send it again"
        )

    def _sing(self) -> None:
        """Ask for each qubit's number in binary, once, and check that it comes back."""
        qubits = self._description.qubits
        numbers = np.arange(1, qubits + 1)  # from 1, so that every qubit is a 1 somewhere
        digits = np.arange(int(qubits).bit_length())
        asked = (numbers[None, :] >> digits[:, None] & 1).astype(np.uint8)
        codes = (asked * np.uint8(HALF_X))[:, None, :]
        family = CircuitFamily(qubits, len(digits), (Pulses(codes),))
        job = Job(id="canary", families=(family,), shots=CANARY_SHOTS,
                  order=np.zeros(len(digits), dtype=np.intp))  # fmt: skip
        outcomes = self.collect(self._send(job, qubits)).outcomes
        self._canary = False
        working = list(self._description.usable)
        note = heard(asked[:, working], outcomes[:, :, working], self._description.name)
        self._notes = (*self._notes, note)


def heard(asked: Bits, outcomes: Bits, name: str) -> str:
    """Judge a canary.

    Args:
        asked: Bits that were prepared, shape (circuits, qubits).
        outcomes: What came back, shape (circuits, shots, qubits).
        name: Of the device.

    Returns:
        A note of how many qubits gave their own number by majority.

    Raises:
        DeviceError: Fewer than half of the qubits did: the order of bits is another one.
    """
    answered = (outcomes.mean(axis=1) > 0.5).astype(np.uint8)
    qubits = asked.shape[1]
    right = int((answered == asked).all(axis=0).sum())
    if 2 * right < qubits or (qubits > 1 and right == 0):
        mirrored = int((answered == asked[:, ::-1]).all(axis=0).sum())
        guess = "; they come in reverse" if mirrored > right else ""
        raise DeviceError(
            f"{name}: X on qubit k turned up in bit k for {right} of {qubits} qubits only{guess}"
        )
    return f"canary: X on qubit k turned up in bit k on {right} of {qubits} qubits"


def _runtime_sampler(backend: Any) -> Any:
    """Make IBM Runtime's sampler for its real backends, which have no `run`; else None."""
    module = type(backend).__module__
    if not module.startswith("qiskit_ibm_runtime") or ".fake_provider" in module:
        return None
    sampler = import_module("qiskit_ibm_runtime").SamplerV2(mode=backend)
    sampler.options.dynamical_decoupling.enable = False  # would fill our delays
    sampler.options.twirling.enable_gates = False
    sampler.options.twirling.enable_measure = False
    return sampler


def _ticket(handle: str) -> dict[str, Any]:
    ticket = read_json(handle, "handle", limits=KEPT, error=JobLostError)
    if isinstance(ticket, dict) and {"job", "ids", "names", "shots"} <= set(ticket):
        return ticket
    raise JobLostError(f"{handle[:80]!r} is no handle of a Qiskit job")


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
