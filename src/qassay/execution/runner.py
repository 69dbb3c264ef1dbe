"""Running a plan on a device, cycle by cycle, so that it can stop early and be resumed.

In cycle k every experiment that is not settled runs its batch k. What is settled is decided
after each cycle from all counts so far, so the course of a run follows from the plan, the
seed and the counts alone: an auditor can replay it, and the number of workers cannot
change it. A machine that computes here runs whole batches in workers; of all others the batches of
a cycle are sent together and then collected (`qassay.execution.spine`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import partial

from qassay.devices.interface import Device, Job, Order, computes_here
from qassay.devices.outcomes import read_outcome_lines
from qassay.execution.journal import Event, Journal
from qassay.execution.spine import Delivery, SendingTerms, Spine, computed
from qassay.execution.workers import in_order
from qassay.planning.plan import Plan
from qassay.planning.schedule import Slot, cycles, experiment_seconds, round_slots, rounds
from qassay.protocols.batches import Batch, draw_batch, score_batches
from qassay.protocols.interface import Bits, Experiment
from qassay.statistics.trials import Trials

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
    terms: SendingTerms | None = None,
) -> Iterator[Finished]:
    """Run what is left of a plan and give each batch as it is finished.

    Args:
        plan: What to run.
        device: Where.
        root: The seed of the circuits.
        journal: Holds the batches that were finished before; new ones are appended.
        executor: Where batches of one cycle run side by side, if the machine computes here.
        settled: Takes the batches of the cycles so far, gives ids of experiments to stop. None
            where nothing ever stops early: then the batches of all cycles run side by side.
        terms: How long to wait for a device that cannot be reached, and what may be paid.

    Yields:
        Every batch, those of the journal included, in the order of the plan.
    """
    spine = Spine(device, journal, terms)
    run = partial(_computed, executor) if computes_here(device) else _asked
    done: list[Finished] = []
    stopped: frozenset[str] = frozenset()
    for span in rounds(plan) if settled else [(0, cycles(plan))]:
        for finished in run(spine, round_slots(plan, span, stopped), plan, root, device):
            done.append(finished)
            yield finished
        if settled:
            stopped = settled(done)


def _asked(
    spine: Spine, slots: Sequence[Slot], plan: Plan, root: bytes, device: Device
) -> Iterator[Finished]:
    """Send the batches of a round together, and score each as its answer is there."""
    del device
    orders = [
        Order(
            name=slot.id,
            draw=partial(job_from, slot, plan.device.qubits, root),
            seconds=slot_seconds(slot, plan),
        )
        for slot in slots
    ]
    for slot, answer in zip(slots, spine.answers(orders), strict=True):
        yield _scored(slot, plan, root, answer)


def _computed(
    executor: Executor,
    spine: Spine,
    slots: Sequence[Slot],
    plan: Plan,
    root: bytes,
    device: Device,
) -> Iterator[Finished]:
    """Have batches drawn, run and scored in workers, as whole batches."""
    known = spine.book.answers
    calls = (
        (_recalled, (slot, plan, root, known[slot.id]))
        if slot.id in known
        else (_execute, (slot, plan, root, device))
        for slot in slots
    )

    def keep(place: int, result: _Result) -> None:
        if slots[place].id not in known:
            one = result[0]
            spine.book.answer(
                slots[place].id,
                one.outcomes,
                seconds=one.seconds,
                notes=one.notes,
                failures=one.failures,
                handle=one.handle,
            )

    for finished, broken in in_order(executor, calls, keep):
        if broken is not None:  # the counts are on disk
            raise broken
        yield finished


def _execute(slot: Slot, plan: Plan, root: bytes, device: Device) -> _Result:
    """Draw a batch, run it, and check what came back; try again if it is lost.

    An error in scoring is given beside the outcomes, which are worth keeping.
    """
    batch = draw_batch(slot.experiment, slot.index, plan.device.qubits, root)
    job = job_of(batch, slot.experiment, slot.start_seconds)
    finished = _finished(slot, batch, computed(device, job.id, job))
    try:
        return _with_scores(finished, batch), None
    except Exception as error:
        return finished, error


def slot_seconds(slot: Slot, plan: Plan) -> float:
    """Give the device time that is planned for a batch."""
    size = slot.experiment.batch_size(slot.index)
    return experiment_seconds(slot.experiment, size, plan.device.durations)


def job_from(slot: Slot, qubits: int, root: bytes) -> Job:
    """Draw the circuits of a batch, and make the job of them."""
    batch = draw_batch(slot.experiment, slot.index, qubits, root)
    return job_of(batch, slot.experiment, slot.start_seconds)


def _scored(slot: Slot, plan: Plan, root: bytes, answer: Delivery) -> Finished:
    """Draw the circuits of a batch again, and score the answer to them."""
    batch = draw_batch(slot.experiment, slot.index, plan.device.qubits, root)
    return _with_scores(_finished(slot, batch, answer), batch)


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
    lines, outcomes = event["outcomes"], None
    if lines is not None:
        size, shots = batch.order.size, slot.experiment.shots
        outcomes = read_outcome_lines(lines, slot.id, size, shots, plan.device.qubits)
    answer = Delivery(
        name=slot.id,
        outcomes=outcomes,
        seconds=float(event["seconds"]),
        notes=tuple(event["notes"]),
        failures=tuple(event["failures"]),
        handle=str(event.get("handle", "")),
    )
    return _with_scores(_finished(slot, batch, answer), batch)


def _finished(slot: Slot, batch: Batch, answer: Delivery) -> Finished:
    """Put an answer beside its batch; the outcomes of a circuit that is repeated as one each."""
    outcomes = answer.outcomes
    if outcomes is not None:
        outcomes = outcomes.reshape(batch.order.size, slot.experiment.shots, -1)
    return Finished(
        experiment=slot.experiment,
        index=slot.index,
        circuit_ids=batch.circuit_ids(),
        outcomes=outcomes,
        scored={},
        seconds=answer.seconds,
        notes=answer.notes,
        failures=answer.failures,
        handle=answer.handle,
    )


def _with_scores(finished: Finished, batch: Batch) -> Finished:
    """Score a batch; where no outcome came back, there is nothing to score."""
    if finished.outcomes is None:
        return finished
    return replace(
        finished, scored=score_batches(finished.experiment, [(batch, finished.outcomes)])
    )
