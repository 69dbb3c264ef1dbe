"""`qassay apply`: what a machine is worth for a problem of energy or healthcare.

It writes the sheet that asks, with what is known beforehand beside it (instance, classical answer,
prediction from claims), and runs that sheet as any other: plan, journal, bundle, datasheet, audit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from qassay import assay
from qassay.applying.preparing import SHEET, Wish, prepared_sheet, wish_problems
from qassay.assay import Request, RunResult
from qassay.assay.replaying import open_device
from qassay.assay.stopwatch import Stopwatch
from qassay.canonical import content_id
from qassay.devices.interface import Device
from qassay.errors import UsageError
from qassay.execution.alone import only_call
from qassay.execution.run_folder import RunFolder
from qassay.execution.spine import SendingTerms
from qassay.execution.workers import AUTO, executor_of
from qassay.planning.plan import Plan
from qassay.reading.limits import FOREIGN
from qassay.verdicts.application_results import ApplicationResult, application_results
from qassay.whole_files import write_whole


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Applied:
    """What a run of an application ends with.

    Attributes:
        run: Bundle, datasheet, times.
        result: Score, tier, control.
        not_run: Depths that the device refused, with its reason.
    """

    run: RunResult
    result: ApplicationResult = field(repr=False)
    not_run: tuple[tuple[int, str], ...]

    @property
    def exit_code(self) -> int:
        """1 if the machine falls short of its own claims, 5 if nothing came back, else 0."""
        if all(one.score is None for one in self.result.depths):
            return 5
        return 1 if self.result.short else 0

    def as_json(self) -> dict[str, Any]:
        """Give the document of `qassay apply --json`."""
        return {
            **self.result.as_json(),
            "device": self.run.device,
            "simulator": self.run.analysis.plan.device.simulator,
            "seed": self.run.seed,
            "not_run": [{"depth": depth, "reason": reason} for depth, reason in self.not_run],
            "shots": self.run.shots,
            "wall_seconds": self.run.wall_seconds,
            "timings": dict(self.run.timings),
            "device_seconds": self.run.device_seconds,
            "bundle": str(self.run.bundle),
            "datasheet": str(self.run.datasheet),
            **self.run.dates.as_json(),
        }


def apply(
    wish: Wish | str,
    device: Device | str,
    *,
    out: str | Path,
    seed: int | None = None,
    device_name: str = "",
    workers: int | str = AUTO,
    stage: Callable[[str, int], None] = lambda *_: None,
    progress: Callable[[], None] = lambda: None,
    terms: SendingTerms | None = None,
) -> Applied:
    """Run an application on a device.

    A run that was killed is taken up again by the same call with the same `out`.

    Args:
        wish: What to run, or the name of an application for its standard instance.
        device: Where, or what one types for it, such as "virtual:prototype-50".
        out: Folder of the run: the sheet that asks, journal, plan, bundle, datasheet.
        seed: Whole number, or None for a random one.
        device_name: What the user called the device.
        workers: Processes that batches run in, "dask://host:port", or "auto": for a virtual
            machine, and for predictions, one a core once it is worth it. Results are the same.
        stage: Told what begins, and how many batches it has.
        progress: Told each finished batch.
        terms: How long to wait for a device that cannot be reached, and what may be paid.

    Raises:
        UsageError: The wish has no meaning, with every mistake.
    """
    clock = Stopwatch()
    wish = Wish(application=wish) if isinstance(wish, str) else wish
    if isinstance(device, str):
        device_name = device_name or device
        device = open_device(device)
    UsageError.raise_if_any(wish_problems(wish))
    folder = Path(out)
    made_from = _made_from(wish)
    with only_call(folder), executor_of(workers) as helpers:
        if not RunFolder.at(folder).holds(made_from, "application"):
            name = device_name or device.describe().name
            files = prepared_sheet(wish, device, name, clock, helpers, stage, progress)
            folder.mkdir(parents=True, exist_ok=True)
            for file, data in files.items():
                write_whole(folder / file, data)

    def planned(request: Request) -> None:
        stage("measuring", sum(x.batches for x in request.plan.experiments))

    run = assay.run(
        folder / SHEET,
        device,
        out=folder,
        seed=seed,
        workers=_beside(device, workers),
        device_name=device_name,
        planned=planned,
        progress=lambda _: progress(),
        stage=lambda words: stage(words, 0),
        terms=terms,
        made_from=made_from,
    )
    run = replace(run, timings={**clock.laps, **run.timings}, wall_seconds=clock.total())
    (result,) = application_results(run.analysis.plan, run.analysis.measured)
    return Applied(run=run, result=result, not_run=refused_depths(run.analysis.plan))


def _made_from(wish: Wish) -> dict[str, str | int | None]:
    """Say what a sheet is made from, files by their contents."""
    digests = {path: _digest(path) for path in (wish.instance, wish.receptor, wish.claims)}

    def name_of(path: str | None) -> str | None:
        return path if path is None or digests[path] is None else Path(path).name

    return {
        "application": wish.application,
        "--qubits": wish.qubits,
        "--depths": ",".join(map(str, sorted(wish.depths))),
        "--shots": wish.shots,
        "--batches": wish.batches,
        "--instance": name_of(wish.instance),
        "--receptor": name_of(wish.receptor),
        "--claims": name_of(wish.claims),
        "instance of the same name": digests[wish.instance],
        "receptor of the same name": digests[wish.receptor],
        "claim sheet of the same name": digests[wish.claims],
    }


def _digest(path: str | None) -> str | None:
    """Name a file's contents; None where it is no file, but a name of ours."""
    if path is None:
        return None
    try:
        with Path(path).open("rb") as file:  # which may be without an end, as /dev/zero is
            data = file.read(FOREIGN.size + 1)
    except (OSError, ValueError):  # reading it says what is wrong
        return None
    return content_id(data) if len(data) <= FOREIGN.size else None


def _beside(device: Device, workers: int | str) -> int | str:
    """Choose where the device's own batches run: others than ours are asked in this process."""
    # Loaded already where the device is one.
    from qassay.devices.simulated.machine import VirtualMachine

    return 1 if workers == AUTO and not isinstance(device, VirtualMachine) else workers


def refused_depths(plan: Plan) -> tuple[tuple[int, str], ...]:
    """Read from the plan's own sheet which depths the device refused."""
    found = []
    for note in plan.sheet.notes:
        head, mark, reason = note.partition(" was not run: ")
        if mark and head.startswith("depth "):
            found.append((int(head.removeprefix("depth ")), reason))
    return tuple(found)
