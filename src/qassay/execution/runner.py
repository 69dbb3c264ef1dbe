"""Running a plan on a device, cycle by cycle, so that it can stop early and be resumed.

In cycle k every experiment that is not settled runs its batch k. What is settled is decided
after each cycle from all counts so far, so the course of a run follows from the plan, the
seed and the counts alone: an auditor can replay it, and the number of workers cannot
change it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from qassay.devices.interface import Device, Job, JobResult
from qassay.devices.outcomes import outcome_lines, read_outcome_lines
from qassay.errors import DeviceError, JobLostError, UnavailableError
from qassay.execution.journal import Event, Journal, time_text
from qassay.execution.workers import in_order
from qassay.planning.plan import Plan
from qassay.planning.schedule import Slot, cycles, round_slots, rounds
from qassay.protocols.batches import Batch, draw_batch, score_batches
from qassay.protocols.interface import Bits, Experiment
from qassay.statistics.trials import Trials

MAX_ATTEMPTS = 3
Scored = Mapping[str, Trials]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Finished:
    """One batch with its outcomes.

    Attributes:
        experiment: Whose batch it is.
        index: Which one.
        circuit_ids: Content ids of its circuits, in order of execution.
        outcomes: uint8, shape (circuits, shots, qubits); None if every attempt failed.
        scored: Hits by quantity.
        seconds: Device time.
        notes: Of the device.
        failures: Attempts that brought no result, in words.
        handle: Under which the device knows the job; empty where there is none.
    """

    experiment: Experiment
    index: int
    circuit_ids: list[str]
    outcomes: Bits | None
    scored: Scored
    seconds: float = 0.0
    notes: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()
    handle: str = ""

    @property
    def shots(self) -> int:
        """Shots that were asked for."""
        return len(self.circuit_ids) * self.experiment.shots


_Result = tuple[Finished, Exception | None]


def run_plan(
    plan: Plan,
    device: Device,
    root: bytes,
    journal: Journal,
    executor: Executor,
    settled: Callable[[list[Finished]], frozenset[str]] | None,
) -> Iterator[Finished]:
    """Run what is left of a plan and give each batch as it is finished.

    Args:
        plan: What to run.
        device: Where.
        root: The seed of the circuits.
        journal: Holds the batches that were finished before; new ones are appended.
        executor: Where batches of one cycle run side by side.
        settled: Takes the batches of the cycles so far, gives ids of experiments to stop. None
            where nothing ever stops early: then the batches of all cycles run side by side.

    Yields:
        Every batch, those of the journal included, in the order of the plan.
    """
    known = {event["batch"]: event for event in journal.of_kind("batch")}
    done: list[Finished] = []
    stopped: frozenset[str] = frozenset()
    for span in rounds(plan) if settled else [(0, cycles(plan))]:
        slots = round_slots(plan, span, stopped)
        calls = (
            (_recalled, (slot, plan, root, known[slot.id]))
            if slot.id in known
            else (_execute, (slot, plan, root, device))
            for slot in slots
        )

        def keep(place: int, result: _Result, slots: Sequence[Slot] = slots) -> None:
            if slots[place].id not in known:
                _write(journal, slots[place], result[0])

        for finished, broken in in_order(executor, calls, keep):
            if broken is not None:  # the counts are on disk
                raise broken
            done.append(finished)
            yield finished
        if settled:
            stopped = settled(done)


def _execute(slot: Slot, plan: Plan, root: bytes, device: Device) -> _Result:
    """Draw a batch, run it, and check what came back; try again if it is lost.

    An error in scoring is given beside the outcomes, which were paid for and must be kept.
    """
    batch = draw_batch(slot.experiment, slot.index, plan.device.qubits, root)
    failures: list[str] = []
    for _ in range(MAX_ATTEMPTS):
        job = job_of(batch, slot.experiment, slot.start_seconds)
        try:
            handle = device.submit(job)
            result = device.collect(handle)
            outcomes = _checked(job, result, plan.device.qubits)
            outcomes = outcomes.reshape(batch.order.size, slot.experiment.shots, -1)
        except (JobLostError, UnavailableError, TimeoutError, ConnectionError) as error:
            failures.append(str(error) or type(error).__name__)
            continue
        finished = Finished(
            experiment=slot.experiment,
            index=slot.index,
            circuit_ids=batch.circuit_ids(),
            outcomes=outcomes,
            scored={},
            seconds=float(result.seconds),
            notes=tuple(result.notes),
            failures=tuple(failures),
            handle=str(handle),
        )
        try:
            scored = score_batches(slot.experiment, [(batch, outcomes)])
        except Exception as error:
            return finished, error
        return replace(finished, scored=scored), None
    return _without_outcome(slot, batch, failures), None


def job_of(batch: Batch, experiment: Experiment, start_seconds: float) -> Job:
    """Send a batch; of a circuit that is repeated, one with so many shots."""
    once = batch.repeats
    return Job(
        id=batch.id,
        families=batch.families,
        order=batch.order[:1] if once else batch.order,
        shots=batch.order.size if once else experiment.shots,
        start_seconds=start_seconds,
    )


def _recalled(slot: Slot, plan: Plan, root: bytes, event: Event) -> _Result:
    return recalled(slot, plan, root, event), None


def recalled(slot: Slot, plan: Plan, root: bytes, event: Event) -> Finished:
    """Score a batch again from its event in a journal."""
    batch = draw_batch(slot.experiment, slot.index, plan.device.qubits, root)
    if event["outcomes"] is None:
        return _without_outcome(slot, batch, event["failures"])
    outcomes = read_outcome_lines(
        event["outcomes"], slot.id, batch.order.size, slot.experiment.shots, plan.device.qubits
    )
    return Finished(
        experiment=slot.experiment,
        index=slot.index,
        circuit_ids=batch.circuit_ids(),
        outcomes=outcomes,
        scored=score_batches(slot.experiment, [(batch, outcomes)]),
        seconds=float(event["seconds"]),
        notes=tuple(event["notes"]),
        failures=tuple(event["failures"]),
        handle=str(event.get("handle", "")),
    )


def _without_outcome(slot: Slot, batch: Batch, failures: Sequence[str]) -> Finished:
    return Finished(
        experiment=slot.experiment,
        index=slot.index,
        circuit_ids=batch.circuit_ids(),
        outcomes=None,
        scored={},
        failures=tuple(failures),
    )


def _write(journal: Journal, slot: Slot, finished: Finished) -> None:
    lines = None if finished.outcomes is None else outcome_lines(finished.outcomes)
    journal.append(
        {
            "kind": "batch",
            "batch": slot.id,
            "outcomes": lines,
            "seconds": finished.seconds,
            "notes": list(finished.notes),
            "failures": list(finished.failures),
            "at": time_text(),
            "handle": finished.handle,
        }
    )


def _checked(job: Job, result: Any, qubits: int) -> Bits:
    """Give the outcomes as bits, or refuse a result that is not the answer to the job.

    Raises:
        JobLostError: Another job's result, a wrong number of shots or of qubits, or values
            that are not bits: nothing of it is used.
        DeviceError: The device does not keep to the interface at all.
    """
    if not (isinstance(result, JobResult) and isinstance(result.outcomes, np.ndarray)):
        raise DeviceError(f"{job.id}: the device gave no array of outcomes")
    seconds: Any = result.seconds
    if not (isinstance(seconds, int | float) and 0 <= seconds < math.inf):
        raise DeviceError(f"{job.id}: the device says it took {seconds!r} seconds")
    notes: Any = result.notes
    if not all(isinstance(note, str) for note in notes):
        raise DeviceError(f"{job.id}: the device gave notes that are not texts")
    if result.job_id != job.id:
        raise JobLostError(f"{job.id}: the device answered with job {result.job_id}")
    found, wanted = result.outcomes, (job.circuits, job.shots, qubits)
    if found.shape != wanted:
        raise JobLostError(
            f"{job.id}: found outcomes of (circuits, shots, qubits) {found.shape},"
            f" expected {wanted}"
        )
    # other types than uint8 would be written to the journal as other bytes
    if found.dtype.kind not in "buif" or not bool(((found == 0) | (found == 1)).all()):
        raise JobLostError(f"{job.id}: found outcomes other than 0 and 1")
    return found.astype(np.uint8)
