"""What a journal says of the jobs of a run: which are out, answered, lost, and what each took.

A job goes through these events, each on disk before the run goes on:

intent    it is about to be sent
part      the device took a part of it, under this id
sent      the device took it and gave a handle
unsent    the device did not take it; `certain` if it has said so itself
lost      the device says that no answer will come
batch     the answer, or that there is none after so many attempts

An intent with nothing behind it is a job that may be out: the program ended between sending and
writing. What a machine computed in this process has its last event alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from qassay.devices.outcomes import outcome_lines
from qassay.errors import MalformedError
from qassay.execution.journal import Event, Journal, now_text
from qassay.protocols.interface import Bits
from qassay.reading.strict_json import read_json

ANSWER: Final = "batch"
CANARY: Final = "canary"  # name of the job that a device runs before all others
CALIBRATION: Final = "calibration"  # what the backend said of itself
_WITH_JOB: Final = ("intent", "part", "sent", "unsent", "lost", CALIBRATION)
Standing = Literal["out", "done", "lost", "not sent", "may be out"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """One attempt at one job.

    Attributes:
        job: Name of the job.
        circuits: Circuits in it.
        shots: Of each circuit.
        qubits: Bits of each shot.
        standing: What has become of it.
        handle: Under which the device knows it; empty where it gave none.
        failure: Why there is no answer, in words.
        price: What it costs by the prices of the run; None where they are unknown.
        currency: Of the price.
        tag: By which a provider that can be searched finds it.
        sent_at: When it was sent, UTC.
        ended_at: When its answer came or it was given up, UTC.
        seconds: Device time, as the device says.
    """

    job: str
    circuits: int
    shots: int
    qubits: int
    standing: Standing
    handle: str = ""
    failure: str = ""
    price: str | None = None
    currency: str = ""
    tag: str = ""
    sent_at: str = ""
    ended_at: str = ""
    seconds: float = 0.0

    @property
    def owed(self) -> bool:
        """Whether it has been paid for, or may have been."""
        return self.standing != "not sent"


def purchases(events: Iterable[Mapping[str, Any]]) -> list[Purchase]:
    """Read from a journal's events every attempt at every job, in the order of sending."""
    rows: list[Purchase] = []
    last: dict[str, int] = {}
    for event in events:
        kind, at = event["kind"], str(event.get("at", ""))
        if kind == "intent":
            last[event["job"]] = len(rows)
            rows.append(
                Purchase(
                    job=event["job"],
                    circuits=event["circuits"],
                    shots=event["shots"],
                    qubits=event["qubits"],
                    standing="may be out",
                    price=event.get("price"),
                    currency=event.get("currency", ""),
                    tag=event["tag"],
                    sent_at=at,
                )
            )
            continue
        name = event.get("job" if kind in _WITH_JOB else "batch")
        if kind not in (*_WITH_JOB, ANSWER) or name not in last:
            continue
        row = rows[last[name]]
        if kind == "sent":
            row = replace(row, standing="out", handle=event["handle"], sent_at=at)
        elif kind == "unsent":
            standing: Standing = "not sent" if event["certain"] else "may be out"
            row = replace(row, standing=standing, failure=event["failure"], ended_at=at)
        elif kind == "lost":
            row = replace(row, standing="lost", failure=event["failure"], ended_at=at)
        elif kind == ANSWER and event["outcomes"] is not None:
            row = replace(
                row,
                standing="done",
                ended_at=at,
                seconds=float(event["seconds"]),
                price=event.get("price", row.price),
            )
        rows[last[name]] = row
    return rows


class JobBook:
    """Writes down what happens to the jobs of a run, and knows what has happened before."""

    def __init__(self, journal: Journal) -> None:
        """Read what the journal says."""
        self.journal = journal
        self.answers: dict[str, Event] = {e["batch"]: e for e in journal.of_kind(ANSWER)}
        rows = purchases(journal.events)
        self.out: dict[str, Purchase] = {row.job: row for row in rows if row.standing == "out"}
        self.failures: dict[str, list[str]] = {}
        for row in rows:
            if row.standing == "lost":
                self.failures.setdefault(row.job, []).append(row.failure)
        latest = {row.job: row for row in rows if row.job not in self.answers}
        self.unclear = {name: row for name, row in latest.items() if row.standing == "may be out"}
        self.parts: dict[str, list[str]] = {}
        for event in journal.events:
            if event["kind"] == "part":
                self.parts.setdefault(event["job"], []).append(event["id"])
            elif event["kind"] == "lost":
                self.parts.pop(event["job"], None)

    def intend(
        self, job: str, shape: Sequence[int], tag: str, price: str | None, currency: str = ""
    ) -> None:
        """Write down that a job is about to be sent.

        Args:
            job: Its name.
            shape: Circuits, shots, qubits.
            tag: By which a provider may find it.
            price: What it costs, if that is known.
            currency: Of the price.
        """
        circuits, shots, qubits = shape
        self.journal.append(
            {
                "kind": "intent",
                "job": job,
                "circuits": circuits,
                "shots": shots,
                "qubits": qubits,
                "tag": tag,
                "price": price,
                "currency": currency,
                "at": now_text(),
            }
        )
        self.unclear[job] = Purchase(
            job=job,
            circuits=circuits,
            shots=shots,
            qubits=qubits,
            standing="may be out",
            price=price,
            tag=tag,
        )

    def part(self, job: str, name: str) -> None:
        """Write down the id of a part that the device has taken."""
        self.journal.append({"kind": "part", "job": job, "id": name, "at": now_text()})
        self.parts.setdefault(job, []).append(name)

    def sent(self, job: str, handle: str) -> None:
        """Write down the handle of a job that the device has taken."""
        self.journal.append({"kind": "sent", "job": job, "handle": handle, "at": now_text()})
        self.out[job] = replace(self.unclear.pop(job), standing="out", handle=handle)

    def unsent(self, job: str, failure: str, *, certain: bool) -> None:
        """Write down that the device did not take a job.

        Args:
            job: Its name.
            failure: Why not, in words.
            certain: Whether the device has said so; otherwise it may have it all the same.
        """
        self.journal.append(
            {
                "kind": "unsent",
                "job": job,
                "failure": failure,
                "certain": certain,
                "at": now_text(),
            }
        )
        if certain:
            self.unclear.pop(job)

    def lost(self, job: str, failure: str) -> None:
        """Write down that the device says a job will have no answer."""
        self.journal.append({"kind": "lost", "job": job, "failure": failure, "at": now_text()})
        self.out.pop(job, None)
        self.unclear.pop(job, None)
        self.parts.pop(job, None)
        self.failures.setdefault(job, []).append(failure)

    def calibrated(self, facts: Mapping[str, str], numbers: Mapping[str, float]) -> None:
        """Write down what the backend says of itself, unless it said the same before."""
        event = {"kind": CALIBRATION, "facts": dict(facts), "numbers": dict(numbers)}
        before = list(self.journal.of_kind(CALIBRATION))[-1:]
        if not any({**event, "at": old["at"]} == old for old in before):
            self.journal.append({**event, "at": now_text()})

    def answer(
        self,
        job: str,
        outcomes: Bits | None,
        *,
        seconds: float = 0.0,
        notes: Sequence[str] = (),
        failures: Sequence[str] = (),
        handle: str = "",
        price: str | None = None,
    ) -> None:
        """Write down the answer to a job, or that there is none."""
        lines = None if outcomes is None else outcome_lines(outcomes)
        event: Event = {
            "kind": ANSWER,
            "batch": job,
            "outcomes": lines,
            "seconds": seconds,
            "notes": list(notes),
            "failures": list(failures),
            "at": now_text(),
            "handle": handle,
            "shape": [] if outcomes is None else list(outcomes.shape),
        }
        if price is not None:
            event["price"] = price
        self.journal.append(event)
        self.answers[job] = event
        self.out.pop(job, None)


def ids_of(handle: str) -> tuple[str, ...]:
    """Give the provider's own ids of a job's parts, where its handle holds them."""
    try:
        ids = read_json(handle, "handle")["ids"]
        return tuple(str(name) for name in ids)
    except (MalformedError, KeyError, TypeError, IndexError):
        return (handle[:60],) if handle else ()


def events_of_counts(events: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Give the events of a journal that are counts, and not the sending of jobs."""
    return [e for e in events if e["kind"] not in _WITH_JOB and e.get("batch") != CANARY]
