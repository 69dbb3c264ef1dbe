"""The door every machine comes in by: describe, submit, collect.

The order of bits is stated here and nowhere else: column q of an outcome array, and
character q (from the left) of an outcome text, is qubit q.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

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
    """

    id: str
    families: tuple[Circuits, ...]
    order: npt.NDArray[np.intp]
    shots: int = 1
    start_seconds: float = 0.0

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


class Device(Protocol):
    """A quantum computer, real or simulated, or a folder of files that leads to one."""

    def describe(self) -> DeviceDescription:
        """Say what the device is."""
        ...

    def submit(self, job: Job) -> str:
        """Send a job and return a handle, a text that survives a restart of the program."""
        ...

    def collect(self, handle: str) -> JobResult:
        """Wait for a job's result.

        Raises:
            JobLostError: No result will come for this handle.
            UnavailableError: The device cannot be reached now; try again.
        """
        ...
