"""Devices that are broken on purpose, one fault each: what a conformance suite must catch."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Final, Literal, get_args

import numpy as np

from qassay.circuits.circuit import Circuit, Circuits
from qassay.devices.description import DeviceDescription
from qassay.devices.interface import Device, Job, JobResult
from qassay.errors import DeviceError

Fault = Literal[
    "reversed bits",
    "shifted bits",
    "circuits out of order",
    "families one after the other",
    "missing shots",
    "extra shots",
    "partial result",
    "duplicated result",
    "not bits",
    "another job's answer",
    "guesses unknown gates",
    "takes wide circuits",
    "routes silently",
    "invents lost jobs",
    "untyped errors",
    "hangs",
    "refuses a second time",
    "couplings off chip",
    "drops turns about z",
]
FAULTS: Final[tuple[Fault, ...]] = get_args(Fault)


def _without_turns(circuits: Circuits) -> Circuits:
    if not isinstance(circuits, Circuit):
        return circuits
    kept = tuple(gate for gate in circuits.gates if gate.kind != "rz")
    return Circuit(circuits.qubits, kept)


class BrokenDevice:
    """A good device behind a fault."""

    def __init__(self, device: Device, fault: Fault) -> None:
        """Take a good device."""
        self._device, self._fault = device, fault
        self._jobs: dict[str, Job] = {}

    def describe(self) -> DeviceDescription:
        """Describe the good device, or a broken one."""
        said = self._device.describe()
        if self._fault == "couplings off chip":
            return replace(said, connectivity="listed", couplings=((0, said.qubits),))
        return said

    def submit(self, job: Job) -> str:
        """Send a job on, unless the fault is in sending."""
        if self._fault == "refuses a second time" and job.id in self._jobs:
            raise DeviceError(f"job {job.id} was sent before")
        self._jobs[job.id] = job
        if self._fault == "drops turns about z":
            job = replace(job, families=tuple(_without_turns(x) for x in job.families))
        try:
            return self._device.submit(job)
        except DeviceError as error:
            if self._fault in ("guesses unknown gates", "takes wide circuits", "routes silently"):
                return f"guess:{job.id}"
            if self._fault == "untyped errors":
                raise RuntimeError(str(error)) from error
            raise

    def collect(self, handle: str) -> JobResult:
        """Collect a job and spoil it."""
        if self._fault == "hangs":
            threading.Event().wait(3600)
        if handle.startswith("guess:"):
            job = self._jobs[handle.removeprefix("guess:")]
            width = job.families[0].qubits
            zeros = np.zeros((job.circuits, job.shots, width), dtype=np.uint8)
            return JobResult(job_id=job.id, outcomes=zeros)
        try:
            result = self._device.collect(handle)
        except DeviceError as error:
            if self._fault == "invents lost jobs":
                return JobResult(job_id=handle, outcomes=np.zeros((1, 1, 1), dtype=np.uint8))
            if self._fault == "untyped errors":
                raise KeyError(str(error)) from error
            raise
        return self._spoiled(result)

    def _spoiled(self, result: JobResult) -> JobResult:
        found = result.outcomes
        match self._fault:
            case "reversed bits":
                found = found[:, :, ::-1]
            case "shifted bits":
                found = np.roll(found, 1, axis=2)
            case "circuits out of order":
                found = found[::-1]
            case "families one after the other":
                order = self._jobs[result.job_id].order
                found = found[np.argsort(order, kind="stable")]
            case "missing shots":
                found = found[:, 1:]
            case "extra shots":
                found = np.concatenate([found, found[:, :1]], axis=1)
            case "partial result":
                found = found[:-1]
            case "duplicated result":
                found = np.concatenate([found[:1], found[:-1]])
            case "not bits":
                found = found + np.uint8(1)
            case "another job's answer":
                return replace(result, job_id="another")
        return replace(result, outcomes=found)
