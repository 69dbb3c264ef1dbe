"""A device that measures nothing: it plays the outcomes that a bundle has recorded.

Outcomes are given for the circuits that they were measured on and for no others: a batch is found
by its name, and the content ids of its circuits must be those of the record.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from qassay.canonical import document_id
from qassay.devices.description import DeviceDescription
from qassay.devices.interface import Job, JobResult
from qassay.devices.job_check import check_job
from qassay.errors import (
    JobLostError,
    NotReproducedError,
    Problem,
    QassayError,
    UnrecordedError,
    UsageError,
    quoted,
)
from qassay.randomness import root_from_integer

_ADVICE = "give its own sheet, options and seed (it knows its seed: leave --seed out)"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Recorded:
    """One batch as a bundle holds it.

    Attributes:
        circuits: Content id of the document that names the circuits, see `circuits_id`.
        outcomes: uint8, a row of bits an execution, shape (executions, qubits); None if every
            attempt failed.
        seconds: Device time it took when it was measured.
        notes: Of the device that measured it.
        failures: Attempts that brought no result, in words.
    """

    circuits: str
    outcomes: npt.NDArray[np.uint8] | None
    seconds: float
    notes: tuple[str, ...]
    failures: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Replay:
    """Answers from a bundle.

    Attributes:
        path: The bundle.
        description: What the machine said of itself when it was measured.
        root: The seed of all circuits.
        seed: The integer it came from, if any.
        batches: What was recorded, by name of the batch.
        plan_id: Id of the plan that was run.
        same_plan: Whether it is this one that is replayed: what differs is the bundle's fault.
    """

    path: Path
    description: DeviceDescription
    root: bytes
    seed: int | None
    batches: Mapping[str, Recorded]
    plan_id: str = ""
    same_plan: bool = False

    def for_plan(self, plan_id: str) -> Replay:
        """Give the replay of a plan.

        Args:
            plan_id: Of the plan that is to be replayed.
        """
        return replace(self, same_plan=plan_id == self.plan_id)

    @property
    def computes_here(self) -> bool:
        """Nothing is waited for."""
        return True

    def describe(self) -> DeviceDescription:
        """Give the recorded description, unchanged, so that the plan is the recorded one."""
        return self.description

    def seed_for(self, wanted: int | None) -> tuple[int | None, bytes]:
        """Give the integer seed, if there was one, and the root seed that a replay must use.

        Args:
            wanted: What the user asked for; None leaves it to the bundle.

        Raises:
            UsageError: Another seed: its circuits were never measured.
        """
        if wanted is not None and root_from_integer(wanted) != self.root:
            own = "which was drawn at random" if self.seed is None else str(self.seed)
            raise UsageError(
                Problem(
                    where="--seed",
                    found=str(wanted),
                    expected=f"the seed of {self.path.name}, {own}",
                    advice="another seed gives other circuits, of which nothing is recorded:"
                    " leave --seed out",
                )
            )
        return self.seed, self.root

    def keep_off(self, folder: Path) -> None:
        """Refuse to write where the bundle lies: the replay's own would take its place.

        Raises:
            UsageError: It lies in this folder.
        """
        if folder.resolve() == self.path.resolve().parent:
            raise UsageError(
                Problem(
                    where="--out",
                    found=f"the folder of {self.path.name}, which is replayed",
                    expected="another folder: the evidence of the replay has the same name",
                )
            )

    def submit(self, job: Job) -> str:
        """Find the recorded batch; the handle is its name and the shots of each circuit.

        Raises:
            UnrecordedError: Nothing is recorded of these circuits: another sheet or other options.
            NotReproducedError: Nothing is, and the plan is the bundle's own.
        """
        check_job(job, self.description.qubits)
        recorded = self.batches.get(job.id)
        if recorded is None:
            raise self._other(f"{quoted(job.id)}, of which it holds no batch")
        if recorded.circuits not in (circuits_id(job), circuits_id(job, each_shot=True)):
            raise self._other(f"other circuits in {quoted(job.id)} than those it has outcomes of")
        shots = job.circuits * job.shots
        if recorded.outcomes is not None and len(recorded.outcomes) != shots:
            raise self._other(f"{shots} shots of {quoted(job.id)}, not {len(recorded.outcomes)}")
        return f"{job.shots} {job.id}"

    def _other(self, found: str) -> QassayError:
        kind = NotReproducedError if self.same_plan else UnrecordedError
        return kind(
            Problem(
                where=f"replay of {self.path.name}",
                found=found,
                expected="the circuits of its plan, as far as it went",
                advice="" if self.same_plan else _ADVICE,
            )
        )

    def collect(self, handle: str) -> JobResult:
        """Give the recorded outcomes.

        Raises:
            JobLostError: No such batch, or it was lost when it was measured.
        """
        shots, _, name = handle.partition(" ")
        recorded = self.batches.get(name)
        if recorded is None or not (shots.isdecimal() and int(shots)):
            raise JobLostError(f"{quoted(handle)} is no batch of {self.path.name}")
        if recorded.outcomes is None:
            raise JobLostError(f"{name}: recorded as lost: {'; '.join(recorded.failures)}")
        outcomes = recorded.outcomes.reshape(-1, int(shots), self.description.qubits)
        notes = (*recorded.notes, f"replayed from {self.path.name}, nothing was measured")
        return JobResult(
            job_id=name,
            outcomes=outcomes,
            seconds=recorded.seconds,
            notes=tuple(dict.fromkeys(notes)),
        )


def circuits_id(job: Job, *, each_shot: bool = False) -> str:
    """Name the circuits of a job, one mention each, as a bundle lists them.

    Args:
        job: The job.
        each_shot: Whether they are mentioned once a shot: so a bundle lists a batch that runs one
            circuit again and again.
    """
    named = [iter(family.circuit_ids()) for family in job.families]
    ids = [next(named[arm]) for arm in job.order] * (job.shots if each_shot else 1)
    return document_id({"batch": job.id, "circuits": ids})
