"""Runs the circuits of a design on a device, and counts failed traps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from qassay.accreditation.bounds import ASSUMPTIONS, Bounds, acceptance_bound, bounds_of
from qassay.accreditation.design import DrawnDesign
from qassay.circuits.circuit import Circuit
from qassay.devices.interface import Asking, Job, Order

Bits = npt.NDArray[np.uint8]
JOB: Final = 250  # circuits of one job


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class DeviceAnswers:
    """What a device answered.

    Attributes:
        circuit_ids: Content ids, in the order of execution.
        outcomes: Bits, shape (circuits, register).
        seconds: Device time.
        notes: What the device says a reader must know.
    """

    circuit_ids: tuple[str, ...]
    outcomes: Bits
    seconds: float
    notes: tuple[str, ...]


def run_accreditation(
    drawn: DrawnDesign, ask: Asking, progress: Callable[[int], None] = lambda _: None
) -> DeviceAnswers:
    """Run all circuits, one shot each, in their secret order.

    Args:
        drawn: The circuits.
        ask: Where.
        progress: Told how many circuits are done, job by job.

    Raises:
        DeviceError: The device failed, or answered with another number of bits.
    """
    design = drawn.design
    name = design.id[:16]
    starts = range(0, design.circuits, JOB)
    ids: list[str] = []
    parts: list[Bits] = []
    seconds, notes = 0.0, dict[str, None]()

    def job(number: int) -> Job:
        circuits = _circuits(drawn, starts[number])
        return Job(
            id=f"accreditation-{name}/{number:04d}",
            families=tuple(circuits),
            order=np.arange(len(circuits), dtype=np.intp),
            start_seconds=seconds,
        )

    orders = [
        Order(name=f"accreditation-{name}/{number:04d}", draw=partial(job, number))
        for number in range(len(starts))
    ]
    for start, result in zip(starts, ask(orders), strict=True):
        circuits = _circuits(drawn, start)
        ids += [name for circuit in circuits for name in circuit.circuit_ids()]
        parts.append(result.outcomes[:, 0])
        seconds += result.seconds
        notes |= dict.fromkeys(result.notes)
        progress(start + len(circuits))
    return DeviceAnswers(
        circuit_ids=tuple(ids), outcomes=np.concatenate(parts), seconds=seconds, notes=tuple(notes)
    )


def _circuits(drawn: DrawnDesign, start: int) -> list[Circuit]:
    """Write the circuits of one job."""
    stop = min(start + JOB, drawn.design.circuits)
    return [drawn.circuit(index) for index in range(start, stop)]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Accreditation:
    """What the counts say.

    Attributes:
        bounds: From all traps.
        counts: Outcomes of the target with the pad taken off, most frequent first.
        runs: Runs of one target and its traps, where the design has such.
        accepted: Those all of whose traps passed.
        accepted_counts: Outcomes of their targets.
        accepted_bound: TVD of these outcomes, at the most.
    """

    bounds: Bounds
    counts: dict[str, int]
    runs: int = 0
    accepted: int = 0
    accepted_counts: dict[str, int] | None = None
    accepted_bound: float | None = None

    def as_json(self) -> dict[str, Any]:
        """Give the result as plain JSON values."""
        document = self.bounds.as_json() | {"trivial": self.bounds.trivial, "counts": self.counts}
        if self.runs:
            document["acceptance"] = {
                "runs": self.runs,
                "accepted": self.accepted,
                "tvd": self.accepted_bound,
                "counts": self.accepted_counts,
            }
        document["assumptions"] = list(ASSUMPTIONS)
        return document


def bounded_target(drawn: DrawnDesign, outcomes: Bits, alpha: Fraction) -> Accreditation:
    """Take the pad off and bound the target's error.

    Args:
        drawn: The circuits.
        outcomes: Bits of the register, shape (circuits, register).
        alpha: 1 less the confidence of each bound.
    """
    design = drawn.design
    plain = outcomes[:, list(design.patch)] ^ drawn.mask
    failed: npt.NDArray[np.bool_] = np.logical_or.reduce(plain, axis=1)
    failures = int(failed[~drawn.is_target].sum())
    bounds = bounds_of(failures, design.traps, alpha)
    counts = _counts(plain[drawn.is_target])
    if not design.traps_a_run:
        return Accreditation(bounds=bounds, counts=counts)
    struck = (failed & ~drawn.is_target).reshape(design.targets, -1)
    bad: npt.NDArray[np.bool_] = np.logical_or.reduce(struck, axis=1)
    accepted = int((~bad).sum())
    return Accreditation(
        bounds=bounds,
        counts=counts,
        runs=design.targets,
        accepted=accepted,
        accepted_counts=_counts(plain[drawn.is_target][~bad]),
        accepted_bound=acceptance_bound(accepted, design.targets, design.traps_a_run, float(alpha)),
    )


def _counts(bits: Bits) -> dict[str, int]:
    lines = Counter("".join(map(str, row)) for row in bits.tolist())
    return dict(sorted(lines.items(), key=lambda item: (-item[1], item[0])))
