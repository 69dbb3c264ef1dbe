"""Many hidden machines, side by side, and what they say of the product together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any, Final

from qassay.errors import WorkerLostError
from qassay.execution.workers import as_done
from qassay.reports.software import versions
from qassay.selfcheck.cells import Cell, share_of_flags
from qassay.selfcheck.kept import Kept
from qassay.selfcheck.records import Record
from qassay.selfcheck.settings import Settings, by_definition, of_laws
from qassay.selfcheck.trial import run_trial
from qassay.selfcheck.wild.trial import run_wild

LEAST_COVERAGE: Final = 0.94  # promised of a nominal 95 % interval
CHANCE: Final = 1e-3  # of an alarm, over all cells, if every cell were just at its limit
_FORMS: Final = (
    "mean",
    "median",
    "quantile",
    "share above",
    "every",
    "best",
    "single",
    "register",
    "count",
    "clock",
)

Trial = Callable[[Settings, int], tuple[Record, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """What a self-check found.

    Attributes:
        settings: What was asked.
        records: Every verdict, in the order of the machines.
    """

    settings: Settings
    records: tuple[Record, ...]

    def groups(self) -> Iterator[tuple[str, str, list[Record]]]:
        """Give the records of each metric and form, in the order of the tables."""
        order = (*of_laws(), *by_definition())

        def key(record: Record) -> tuple[int, int]:
            return order.index(record.metric), _FORMS.index(record.form)

        for _, members in groupby(sorted(self.records, key=key), key=key):
            group = list(members)
            yield group[0].metric, group[0].form, group

    def cells(self) -> list[Cell]:
        """List everything that is promised, with its count."""
        made = []
        for metric, form, group in self.groups():
            made += _coverage(metric, form, group, self.settings.alpha)
            made += _wrong(metric, form, None, group, self.settings.alpha)
            for ratio in sorted({r.ratio for r in group} if self.settings.world == "tame" else ()):
                at_ratio = [record for record in group if record.ratio == ratio]
                made += _wrong(metric, form, ratio, at_ratio, self.settings.alpha)
        for kind in sorted({kind for record in self.records for kind in record.kinds}):
            of_kind = [record for record in self.records if kind in record.kinds]
            made += _coverage(kind, "all", of_kind, self.settings.alpha)
            made += _wrong(kind, "all", None, of_kind, self.settings.alpha)
        return [cell for cell in made if cell.share.of]

    def failures(self) -> list[Cell]:
        """List the cells that break their promise beyond chance (Bonferroni over the cells)."""
        cells = self.cells()
        return [cell for cell in cells if cell.p_value < CHANCE / len(cells)]

    @property
    def exit_code(self) -> int:
        """0 if every promise is kept as far as the study can tell, else 1."""
        return int(bool(self.failures()))

    def as_json(self) -> dict[str, Any]:
        """Give the document of `qassay selfcheck --json`."""
        return {
            "settings": asdict(self.settings),
            "versions": versions(),
            "verdicts": len(self.records),
            "cells": [cell.as_json() for cell in self.cells()],
            "failures": [cell.as_json() for cell in self.failures()],
        }


def run_study(
    settings: Settings,
    executor: Executor,
    *,
    progress: Callable[[], None] | None = None,
    trial: Trial | None = None,
    kept: Kept | None = None,
) -> Study:
    """Judge every hidden machine; what comes out depends on the settings alone.

    A machine takes some seconds: enough for a call of its own on any executor.

    Args:
        settings: What is asked.
        executor: Where machines are judged side by side.
        progress: Called once for each machine that is done.
        trial: Judges one machine; None for the world's own, another is for tests of this study.
        kept: What an earlier call found, which is not done again; what is found is added.
    """
    if trial is None:
        trial = run_wild if settings.world == "wild" else run_trial
    found = {} if kept is None else kept.known()
    open_still = [number for number in settings.numbers if number not in found]
    for _ in range(settings.machines - len(open_still)):
        _call(progress)
    for number, records in _as_done(settings, open_still, executor, trial):
        found[number] = records
        if kept is not None:
            kept.add(number, records)
        _call(progress)
    everything = (record for number in settings.numbers for record in found[number])
    return Study(settings=settings, records=tuple(everything))


def _as_done(
    settings: Settings, numbers: list[int], executor: Executor, trial: Trial
) -> Iterator[tuple[int, tuple[Record, ...]]]:
    """Judge machines and give each when it is done; what works in this process, at once.

    Raises:
        WorkerLostError: A process was ended from outside, or a cluster is gone.
    """
    try:
        for place, records in as_done(executor, ((trial, (settings, x)) for x in numbers)):
            yield numbers[place], records
    except BrokenExecutor:
        raise WorkerLostError(
            "a worker process was ended from outside, most often for want of memory; --journal"
            " keeps what was finished: give the same command again, with fewer --workers"
        ) from None
    except WorkerLostError as error:
        raise WorkerLostError(
            f"{error}; --journal keeps what was finished, for the same command again"
        ) from None


def _call(progress: Callable[[], None] | None) -> None:
    if progress is not None:
        progress()


def _coverage(metric: str, form: str, group: list[Record], alpha: float) -> list[Cell]:
    """Count truths inside the interval, and inside the confidence sequence."""
    interval = share_of_flags([record.covered for record in group if record.informative])
    always = [record.in_sequence for record in group if record.in_sequence is not None]
    return [
        Cell(
            what="covered",
            metric=metric,
            form=form,
            ratio=None,
            share=interval,
            limit=LEAST_COVERAGE,
            side="at least",
        ),
        Cell(
            what="covered at all times",
            metric=metric,
            form=form,
            ratio=None,
            share=share_of_flags(always),
            limit=1 - alpha,
            side="at least",
        ),
    ]


def _wrong(
    metric: str, form: str, ratio: float | None, group: list[Record], alpha: float
) -> list[Cell]:
    """Count wrong verdicts among the claims on which that very mistake could be made."""
    refuted = share_of_flags([record.outcome == "refuted" for record in group if record.meets])
    supported = share_of_flags([record.outcome == "supported" for record in group if record.misses])
    return [
        Cell(
            what="wrongly refuted",
            metric=metric,
            form=form,
            ratio=ratio,
            share=refuted,
            limit=alpha,
            side="at most",
        ),
        Cell(
            what="wrongly supported",
            metric=metric,
            form=form,
            ratio=ratio,
            share=supported,
            limit=alpha,
            side="at most",
        ),
    ]
