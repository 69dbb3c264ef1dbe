"""The one loop that sends jobs to a device and takes their answers.

Jobs that do not wait for one another go out together and are then collected: one queue wait, not
one a job. Each handle is on disk before anybody waits for it, so that a run that begins again, on
this computer or another one with the same folder, asks for the jobs that are out and sends none
of them twice. A machine that computes in this process answers each job before the next is sent.
"""

from __future__ import annotations

import logging
import math
import secrets
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Final

import numpy as np

from qassay.devices.interface import (
    Canaried,
    Device,
    InParts,
    Job,
    JobResult,
    Order,
    Searchable,
    computes_here,
    jobs_needed,
)
from qassay.devices.outcomes import read_outcome_lines
from qassay.devices.secrets_out import without_secrets
from qassay.errors import DeviceError, JobLostError, UnavailableError
from qassay.execution.job_book import CANARY, JobBook, Purchase, purchases
from qassay.execution.journal import Journal
from qassay.execution.outages import Patience
from qassay.execution.purse import Purse
from qassay.protocols.interface import Bits

MAX_ATTEMPTS: Final = 3  # at one job in one call
_IN_A_ROW: Final = 3
_NO_ANSWER: Final = (JobLostError, UnavailableError, TimeoutError, ConnectionError)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Delivery:
    """What came of an order.

    Attributes:
        name: Of the job.
        outcomes: uint8, shape (circuits, shots, qubits); None if every attempt was lost.
        seconds: Device time.
        notes: Of the device.
        failures: Attempts that brought no result, in words.
        handle: Under which the device knows the job; empty where there is none.
    """

    name: str
    outcomes: Bits | None
    seconds: float = 0.0
    notes: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()
    handle: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingTerms:
    """What the user decides about sending jobs.

    Attributes:
        patience: How long to wait for a device that cannot be reached.
        purse: What jobs cost, and what may be paid.
    """

    patience: Patience = field(default_factory=Patience)
    purse: Purse = field(default_factory=Purse)


class Spine:
    """Sends, collects, and knows from the journal what is out."""

    def __init__(self, device: Device, journal: Journal, terms: SendingTerms | None = None) -> None:
        """Take a device and the journal of a run on it.

        Args:
            device: Where.
            journal: Of the run; what happened before stands in it.
            terms: How long to wait, and what may be paid.
        """
        self.book = JobBook(journal)
        terms = terms or SendingTerms()
        self._device, self._patience, self._purse = device, terms.patience, terms.purse
        self._here = computes_here(device)
        self._mine: set[str] = set()  # names of jobs that this call has sent
        self._attempts: dict[str, int] = {}
        self._in_a_row = 0
        self._begun = self._needed = False

    def known(self, name: str) -> bool:
        """Whether the answer to a job is in the journal."""
        return name in self.book.answers

    def answers(self, orders: Sequence[Order], *, needed: bool = False) -> Iterator[Delivery]:
        """Send what has neither an answer nor a handle, collect, and give answers in order.

        Args:
            orders: Jobs that do not wait for one another.
            needed: Whether nothing can be said without each of them; then a job that is lost
                for good ends the call, and the next one tries again.

        Raises:
            UnavailableError: The device could not be reached for too long; handles are kept.
            JobLostError: Three jobs of this call were lost in a row, or one that is needed.
            DeviceError: The device refuses, or does not keep to the interface.
        """
        self._needed = needed
        rest = list(orders)
        while rest and self.known(rest[0].name):  # nothing is asked of a device for these
            yield self._answer(rest.pop(0))
        if not rest:
            return
        if self._here:
            for order in rest:
                if not self.known(order.name):
                    self._compute(order)
                yield self._answer(order)
            return
        self._begin()
        while rest:
            self._send_all([order for order in rest if not self.known(order.name)])
            for order in list(rest):
                if order.name in self.book.out:
                    self._take(order.name)
                while rest and self.known(rest[0].name):
                    yield self._answer(rest.pop(0))

    def _begin(self) -> None:
        """See to the device's own job before all others, once a run."""
        if self._begun:
            return
        self._begun, needed = True, self._needed
        if hasattr(self._device, "calibration"):
            self.book.calibrated(*self._device.calibration())
        if not isinstance(self._device, Canaried):
            return
        job = self._device.canary()
        if job is not None:
            order = Order(name=CANARY, draw=lambda: replace(job, id=CANARY))
            (answer,) = self.answers([order], needed=True)
            if answer.outcomes is not None:  # it was needed
                self._device.heard(JobResult(job_id=CANARY, outcomes=answer.outcomes))
        self._needed = needed

    def _answer(self, order: Order) -> Delivery:
        """Read an answer from the journal."""
        event = self.book.answers[order.name]
        outcomes = None
        if event["outcomes"] is not None:
            shape = tuple(event.get("shape", ())) or _shape(order.draw())
            lines = read_outcome_lines(event["outcomes"], order.name, *shape)
            outcomes = lines.reshape(shape)
        return Delivery(
            name=order.name,
            outcomes=outcomes,
            seconds=float(event["seconds"]),
            notes=tuple(event["notes"]),
            failures=tuple(event["failures"]),
            handle=str(event.get("handle", "")),
        )

    def _compute(self, order: Order) -> None:
        """Have a job computed here; it is tried again if it is lost."""
        done = computed(self._device, order.name, order.draw(), needed=self._needed)
        self.book.answer(
            order.name,
            done.outcomes,
            seconds=done.seconds,
            notes=done.notes,
            failures=done.failures,
        )

    def _send_all(self, orders: Sequence[Order]) -> None:
        """Send all jobs that are not out; where the device takes no more, collect one first."""
        sent: list[str] = []
        for order in orders:
            while order.name not in self.book.out:
                try:
                    self._send(order)
                except UnavailableError as error:
                    first = next((name for name in sent if name in self.book.out), None)
                    if first is None:
                        self._patience.wait(error)
                    else:
                        self._take(first)
                except JobLostError as error:
                    self._count_loss(order.name, error)
                    if self.known(order.name):
                        break
            sent.append(order.name)

    def _send(self, order: Order) -> None:
        """Send one job, and write its handle down.

        Raises:
            UnavailableError: The device takes none now.
            JobLostError: It lost the job at once.
            DeviceError: It will not take the job.
        """
        name, tag = order.name, f"qassay-{secrets.token_hex(8)}"
        job = replace(order.draw(), tag=tag)
        if self._found(name, job):
            return
        if not (name in self.book.parts and name in self.book.unclear):
            parts = jobs_needed(self._device, job.circuits)
            seconds = order.seconds or self._planned(job)
            price = self._purse.price(parts, job.circuits, job.shots, seconds)
            if self._purse.limit is not None:
                self._purse.check(purchases(self.book.journal.events), price, name)
            self.book.intend(name, _shape(job), tag, price, self._purse.prices.currency)
        try:
            with _undisturbed():
                self.book.sent(name, self._submit(name, job))
        except (TimeoutError, ConnectionError, UnavailableError) as error:
            away = _away(error)
            if name not in self.book.parts:
                self.book.unsent(name, _words(error), certain=not away.maybe_taken)
            raise away from error
        except JobLostError as error:
            self.book.lost(name, _words(error))
            self._mine.add(name)
            raise
        except DeviceError as error:
            if name not in self.book.parts:
                self.book.unsent(name, _words(error), certain=True)
            raise
        self._mine.add(name)
        self._patience.answered()

    def _planned(self, job: Job) -> float:
        """Reckon the device time of a job that comes without one, where a second has a price."""
        if not self._purse.prices.second:
            return 0.0
        from qassay.devices.simulated.machine import shot_seconds

        durations = self._device.describe().durations
        return job.shots * sum(x.size * shot_seconds(x, durations) for x in job.families)

    def _submit(self, name: str, job: Job) -> str:
        if not isinstance(self._device, InParts):
            return str(self._device.submit(job))
        had = tuple(self.book.parts.get(name, ()))
        return self._device.submit_parts(job, had, partial(self.book.part, name))

    def _found(self, name: str, job: Job) -> bool:
        """Look for a job that may be out although nobody wrote its handle down."""
        maybe = self.book.unclear.get(name)
        if maybe is None:
            return False
        if name in self.book.parts:
            return False
        if isinstance(self._device, Searchable) and self._device.can_search:
            handle = self._device.find(replace(job, tag=maybe.tag))
            if handle is not None:
                self.book.sent(name, handle)
                return True
            self.book.unsent(name, "the device has no such job", certain=True)
            return False
        _log.warning(
            "job %s may have been sent at %s without its handle coming back, and this device cannot"
            " be searched: it is sent again; look for the first one where you are billed",
            name,
            maybe.sent_at or "an earlier time",
        )
        return False

    def _take(self, name: str) -> None:
        """Wait for the answer to a job that is out."""
        bought = self.book.out[name]
        while True:
            try:
                result = self._device.collect(bought.handle)
                outcomes = checked(name, result, (bought.circuits, bought.shots, bought.qubits))
            except JobLostError as error:
                self._patience.answered()
                self.book.lost(name, _words(error))
                self._count_loss(name, error)
                return
            except (TimeoutError, ConnectionError, UnavailableError) as error:
                self._patience.wait(_away(error))
                continue
            break
        self._patience.answered()
        self._in_a_row = 0
        self.book.answer(
            name,
            outcomes,
            seconds=float(result.seconds),
            notes=[without_secrets(note) for note in result.notes],
            failures=self.book.failures.get(name, ()),
            handle=bought.handle,
            price=self._told_price(bought, float(result.seconds)),
        )

    def _told_price(self, bought: Purchase, seconds: float) -> str | None:
        """Price a job anew, now that its device time is known; None where that has no price."""
        if not self._purse.prices.second:
            return None
        parts = jobs_needed(self._device, bought.circuits)
        return self._purse.price(parts, bought.circuits, bought.shots, seconds)

    def _count_loss(self, name: str, error: Exception) -> None:
        """Count a loss: stop where losses follow one another, give a job up after three.

        A job that an earlier call has sent tells how things were then, and does not count.
        """
        if name not in self._mine:
            return
        self._in_a_row += 1
        self._attempts[name] = self._attempts.get(name, 0) + 1
        if self._in_a_row >= _IN_A_ROW:
            raise JobLostError(
                f"{_IN_A_ROW} jobs in a row were lost, the last one so: {_words(error)}. No more"
                " are sent before you have looked; the same command goes on"
            ) from error
        if self._attempts[name] >= MAX_ATTEMPTS:
            if self._needed:
                raise error
            self.book.answer(name, None, failures=self.book.failures[name])


def computed(device: Device, name: str, job: Job, *, needed: bool = False) -> Delivery:
    """Have a job computed by a machine that answers in this process; tried again if it is lost.

    Args:
        device: The machine.
        name: Of the job.
        job: Its circuits.
        needed: Whether the first loss is an error.

    Returns:
        The answer, or after three losses that there is none.

    Raises:
        JobLostError: It is needed, and lost.
    """
    failures: list[str] = []
    for _ in range(MAX_ATTEMPTS):
        try:
            handle = device.submit(job)
            result = device.collect(handle)
            outcomes = checked(name, result, _shape(job))
        except _NO_ANSWER as error:
            if needed:
                raise
            failures.append(_words(error))
            continue
        return Delivery(
            name=name,
            outcomes=outcomes,
            seconds=float(result.seconds),
            notes=tuple(result.notes),
            failures=tuple(failures),
            handle=str(handle),
        )
    return Delivery(name=name, outcomes=None, failures=tuple(failures))


def checked(name: str, result: Any, wanted: tuple[int, int, int]) -> Bits:
    """Give the outcomes of a job as bits, or refuse a result that is not its answer.

    Args:
        name: Of the job.
        result: What the device gave.
        wanted: Circuits, shots, qubits.

    Raises:
        JobLostError: Another job's result, a wrong number of shots or of qubits, or values
            that are not bits: nothing of it is used.
        DeviceError: The device does not keep to the interface at all.
    """
    if not (isinstance(result, JobResult) and isinstance(result.outcomes, np.ndarray)):
        raise DeviceError(f"{name}: the device gave no array of outcomes")
    seconds: Any = result.seconds
    if not (isinstance(seconds, int | float) and 0 <= seconds < math.inf):
        raise DeviceError(f"{name}: the device says it took {seconds!r} seconds")
    notes: Any = result.notes
    if not all(isinstance(note, str) for note in notes):
        raise DeviceError(f"{name}: the device gave notes that are not texts")
    if result.job_id != name:
        raise JobLostError(f"{name}: the device answered with job {result.job_id}")
    found = result.outcomes
    if found.shape != wanted:
        raise JobLostError(
            f"{name}: found outcomes of (circuits, shots, qubits) {found.shape}, expected {wanted}"
        )
    # other types than uint8 would be written to the journal as other bytes
    if found.dtype.kind not in "buif" or not bool(((found == 0) | (found == 1)).all()):
        raise JobLostError(f"{name}: found outcomes other than 0 and 1")
    return found.astype(np.uint8)


def _shape(job: Job) -> tuple[int, int, int]:
    """Give circuits, shots and qubits of a job."""
    return job.circuits, job.shots, job.families[0].qubits


def _words(error: Exception) -> str:
    return without_secrets(str(error) or type(error).__name__)


def _away(error: Exception) -> UnavailableError:
    """Take what a system says of a broken line as a device that cannot be reached."""
    if isinstance(error, UnavailableError):
        return error
    refused = isinstance(error, ConnectionRefusedError)
    return UnavailableError(_words(error), maybe_taken=not refused)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Let Ctrl-C wait until a handle is on disk; pressed twice it waits for nothing."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.getsignal(signal.SIGINT)
    pressed: list[int] = []

    def later(number: int, _frame: object) -> None:
        if pressed:
            raise KeyboardInterrupt
        pressed.append(number)

    try:
        signal.signal(signal.SIGINT, later)
    except (ValueError, TypeError):  # somebody else's handler, which cannot be set back
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if pressed:
        raise KeyboardInterrupt
