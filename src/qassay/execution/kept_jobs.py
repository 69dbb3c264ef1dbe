"""A device whose answers are on disk before anybody looks at them."""

from __future__ import annotations

from qassay.devices.description import DeviceDescription
from qassay.devices.interface import Device, Job, JobResult
from qassay.devices.outcomes import outcome_lines, read_outcome_lines
from qassay.devices.replay import circuits_id
from qassay.execution.journal import Journal, time_text

_KIND = "job"


class KeptJobs:
    """Asks a device for each job once, and then its journal.

    A job is known by its name and its circuits. An answer of the wrong shape is passed on and
    not kept: whoever asked refuses it, and the job is asked for again by the next call.
    """

    def __init__(self, device: Device, journal: Journal) -> None:
        """Take a device and the journal of a run on it."""
        self._device, self._journal = device, journal
        self._known = {(event["job"], event["circuits"]): event for event in journal.of_kind(_KIND)}
        self._sent: dict[str, tuple[Job, str]] = {}
        self._ready: dict[str, JobResult] = {}

    def describe(self) -> DeviceDescription:
        """Say what the device is."""
        return self._device.describe()

    def submit(self, job: Job) -> str:
        """Send a job, unless its answer is there already."""
        circuits = circuits_id(job)
        event = self._known.get((job.id, circuits))
        if event is None:
            handle = self._device.submit(job)
            self._sent[handle] = job, circuits
            return handle
        outcomes = read_outcome_lines(
            event["outcomes"], job.id, job.circuits, job.shots, event["qubits"]
        )
        self._ready[job.id] = JobResult(
            job_id=job.id,
            outcomes=outcomes,
            seconds=float(event["seconds"]),
            notes=tuple(event["notes"]),
        )
        return job.id

    def collect(self, handle: str) -> JobResult:
        """Wait for an answer and write it down."""
        if handle in self._ready:
            return self._ready.pop(handle)
        result = self._device.collect(handle)
        job, circuits = self._sent.pop(handle)
        if result.outcomes.shape[:2] == (job.circuits, job.shots) and result.outcomes.ndim == 3:
            self._journal.append(
                {
                    "kind": _KIND,
                    "job": job.id,
                    "circuits": circuits,
                    "outcomes": outcome_lines(result.outcomes),
                    "qubits": int(result.outcomes.shape[2]),
                    "seconds": float(result.seconds),
                    "notes": list(result.notes),
                    "at": time_text(),
                }
            )
        return result
