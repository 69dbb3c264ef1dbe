"""The door every machine comes in by: describe, submit, collect.

The order of bits is stated here and nowhere else: column q of an outcome array, and
character q (from the left) of an outcome text, is qubit q.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from qassay.circuits.circuit import Circuits
from qassay.devices.description import DeviceDescription


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Job:
    """One batch of circuits, sent as a whole.

    Attributes:
        id: The batch's name in the plan; sent again after a break, it is the same job.
        families: The circuits, grouped by skeleton; a circuit with free angles is one by itself.
        order: Which family each circuit comes from, shape (circuits,), in the order of
            execution; the k-th mention of a family is its k-th circuit.
        shots: Shots of each circuit.
        start_seconds: Device time since the start of the campaign at which the plan expects
            the batch to begin.
        tag: By which a provider that can be searched finds the job again; another for each
            attempt.
    """

    id: str
    families: tuple[Circuits, ...]
    order: npt.NDArray[np.intp]
    shots: int = 1
    start_seconds: float = 0.0
    tag: str = ""

    @property
    def circuits(self) -> int:
        """Number of circuits in the job."""
        return int(self.order.size)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class JobResult:
    """What came back for one job.

    Attributes:
        job_id: The id of the job.
        outcomes: Measured bits, uint8, shape (circuits, shots, qubits), in order of execution.
        seconds: Device time the job took, as the device says.
        notes: What a reader must know, such as an approximation of a simulator.
    """

    job_id: str
    outcomes: npt.NDArray[np.uint8]
    seconds: float = 0.0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A job that is wanted.

    Attributes:
        name: Of the job, whose id it is; its answer is kept under it.
        draw: Makes the job, the same one each time; circuits are dropped once they are sent.
        seconds: Device time that is planned for it.
    """

    name: str
    draw: Callable[[], Job]
    seconds: float = 0.0


# A note of a real machine that states no seconds of its jobs.
RECKONED: Final = "seconds reckoned from the durations that the device states, not clocked"


def contents_id(device: Device) -> str:
    """Name what a device is made of, where it can tell: a digest of its file or backend.

    It tells two runs apart and goes no further: a judge who knows it may know the machine.
    """
    return str(getattr(device, "contents_id", ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What somebody else's software says of a device that it drives.

    Attributes:
        version: Of the device, as it says itself; empty where it says none.
        libraries: Names and versions of the software.
    """

    version: str
    libraries: tuple[tuple[str, str], ...]


def provenance_of(device: Device) -> Provenance | None:
    """Ask a device by what it is driven; None for what is simulated here."""
    found = getattr(device, "provenance", None)
    return found if isinstance(found, Provenance) else None


def computes_here(device: Device) -> bool:
    """Whether a device works in this process, so that a job is answered before the next is sent.

    Of all others a handle outlives the program: it is written down before it is waited for.
    """
    return bool(getattr(device, "computes_here", False))


def jobs_needed(device: Device, circuits: int) -> int:
    """Count the jobs as which a provider takes so many circuits; 1 where it sets no limit."""
    most = getattr(device, "most_circuits", None)
    return -(-circuits // int(most)) if most else 1


@runtime_checkable
class Canaried(Protocol):
    """A device that has a job of its own to be run before all others, once a run.

    Attributes:
        wants_canary: Whether it wants it.
    """

    @property
    def wants_canary(self) -> bool: ...  # noqa: D102

    def canary(self) -> Job | None:
        """Give the job; None if it wants none. From now on the caller sees to it."""
        ...

    def heard(self, result: JobResult) -> None:
        """Take the job's answer, and note it with every later result.

        Raises:
            DeviceError: The device cannot be used as it is.
        """
        ...


@runtime_checkable
class Searchable(Protocol):
    """A device that finds a job again by its tag, where its handle was not written down.

    Attributes:
        can_search: Whether its provider lets it.
    """

    @property
    def can_search(self) -> bool: ...  # noqa: D102

    def find(self, job: Job) -> str | None:
        """Give the handle of a job that may have been sent; None if it is not there."""
        ...


@runtime_checkable
class InParts(Protocol):
    """A device whose provider takes a large job as several, each of which is paid for."""

    def submit_parts(self, job: Job, had: Sequence[str], took: Callable[[str], None]) -> str:
        """Send a job as `submit` does, part by part.

        Args:
            job: The job.
            had: Ids of the parts that the provider has taken before, in order.
            took: Told the id of each further part but the last as soon as it is taken.
        """
        ...


class Device(Protocol):
    """A quantum computer, real or simulated, or a folder of files that leads to one.

    A device may also have `computes_here`, `most_circuits` (of one job), `canary` and `heard`,
    `find`, `submit_parts`, `standing(handle)`, which says how far a job is without waiting, and
    `calibration()`, words and numbers of the day that are kept beside the counts.
    """

    def describe(self) -> DeviceDescription:
        """Say what the device is."""
        ...

    def submit(self, job: Job) -> str:
        """Send a job and return a handle, a text that survives a restart of the program.

        Raises:
            UnavailableError: The device cannot be reached now; try again.
            RefusedError: It will not take the job until something is mended.
            UnsupportedCircuitError: It cannot run these circuits.
        """
        ...

    def collect(self, handle: str) -> JobResult:
        """Wait for a job's result.

        Raises:
            JobLostError: The device says that no result will come: the job failed, was cancelled,
                or is unknown.
            UnavailableError: The device cannot be reached now; the job is not lost, ask again.
            RefusedError: It will not answer until something is mended; the job is not lost.
        """
        ...
