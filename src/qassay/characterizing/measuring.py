"""The datasheet of a machine of which nothing is claimed: a first look, then an ordinary run.

The first look is a small run of its own, or a few, whose counts plan and prove nothing. What it saw
becomes a sheet of questions, one a figure, and that sheet is run as every sheet is: planned,
written down batch by batch, stopped by a rule that an auditor replays, sealed, with a datasheet.

OUT/first-look       the first look: its plan, and a line for each finished batch; where it said
                     too little, first-look-2 and so on
OUT/questions.toml   what it makes of it
OUT/...              the run of that sheet
OUT/found.toml       a claim sheet of what was found
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from qassay import assay
from qassay.assay import Request, RunResult, counted
from qassay.assay.replaying import open_device
from qassay.characterizing.found_sheet import found_sheet
from qassay.characterizing.looking import look_at
from qassay.characterizing.questions import check_precision, questions
from qassay.characterizing.sights import Sight
from qassay.characterizing.unasked import Unasked, left_unasked
from qassay.claims.figures import wanted_figures
from qassay.devices.description import DeviceDescription
from qassay.devices.interface import Device
from qassay.devices.prices import Prices
from qassay.errors import Problem, UsageError
from qassay.execution.runner import Finished
from qassay.execution.spine import SendingTerms
from qassay.planning.plan import Plan
from qassay.protocols.asked import Answer
from qassay.protocols.weighing.counted import Memory
from qassay.verdicts.figure_answers import answers_on_figures, layer_budget
from qassay.verdicts.figures import FoundFigure, figures_of
from qassay.verdicts.layer_budget import LayerShare
from qassay.whole_files import write_whole

LOOK, SHEET, FOUND = "first-look", "questions.toml", "found.toml"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Characterization:
    """What was found of a machine.

    Attributes:
        device: What it says of itself.
        precision: Asked for, relative.
        figures: The most telling first.
        unasked: What the first look says of figures that were not asked for.
        budget: Parts of the error of a layer.
        answers: The same in words.
        shots: Of all, the first look included.
        device_seconds: Of all.
        folder: Where everything is.
        seed: The integer seed, if there was one.
        looked: The batches of the first look.
        done: The batches behind the figures.
        plan: The plan of these; None where it was interrupted before.
        run: The finished run, with its bundle; None where it was interrupted, or the first look
            left no figure to ask for.
        interrupted: Whether somebody stopped it before everything was measured; the same call goes
            on.
    """

    device: DeviceDescription
    precision: float
    figures: tuple[FoundFigure, ...]
    unasked: tuple[Unasked, ...]
    budget: tuple[LayerShare, ...]
    answers: tuple[Answer, ...]
    shots: int
    device_seconds: float
    folder: Path
    seed: int | None
    looked: tuple[Finished, ...] = field(repr=False)
    done: tuple[Finished, ...] = field(repr=False)
    plan: Plan | None = field(repr=False)
    run: RunResult | None = field(repr=False)
    interrupted: bool

    @property
    def precise(self) -> bool:
        """Whether every figure is as precise as was asked for, or known to be beyond a bound."""
        return (
            not self.interrupted
            and all(one.precise for one in self.figures)
            and all(one.bounded for one in self.unasked)
        )

    def as_json(self) -> dict[str, Any]:
        """Give the document of `qassay characterize --json`."""
        sealed = self.run
        return {
            "device": self.device.name,
            "simulator": self.device.simulator,
            "seed": self.seed,
            "precision": self.precision,
            "precise": self.precise,
            "interrupted": self.interrupted,
            "figures": [one.as_json() for one in self.figures],
            "at_least_seconds": {
                one.metric: one.at_least for one in self.unasked if one.at_least is not None
            },
            "not_asked": {one.metric: one.told for one in self.unasked},
            "error_budget": [
                {"part": one.part, "error": one.error, "share": one.share} for one in self.budget
            ],
            "shots": self.shots,
            "device_seconds": self.device_seconds,
            "folder": str(self.folder),
            "bundle": None if sealed is None else str(sealed.bundle),
            "page": None if sealed is None else str(sealed.datasheet),
            "sheet": str(self.folder / FOUND),
        }


def characterize(
    device: Device | str,
    *,
    out: str | Path,
    seed: int | None = None,
    precision: float = 0.2,
    longest_delay: float = 1.0,
    workers: int | str = 1,
    device_name: str = "",
    planned: Callable[[Request], None] | None = None,
    progress: assay.Progress | None = None,
    stage: Callable[[str], None] = lambda _: None,
    terms: SendingTerms | None = None,
    prices: Prices | None = None,
) -> Characterization:
    """Measure the datasheet of a machine without any claim.

    What was killed or interrupted is taken up again by the same call with the same `out`. Ctrl-C
    gives the figures so far; evidence is sealed once the run is finished.

    Args:
        device: The device, or what one types for it.
        out: Folder of the run: new, or that of this characterization.
        seed: Whole number, or None for a random one.
        precision: Relative half width that each figure is measured to; of crosstalk, relative to
            the two-qubit error.
        longest_delay: Seconds beyond which a time is only bounded.
        workers: Number of processes, or "dask://host:port".
        device_name: What the user called the device.
        planned: Told the plan of the figures before its first shot.
        progress: Told each finished batch, those of the first look included.
        stage: Told what begins when all is counted.
        terms: How long to wait for a device that cannot be reached, and what may be paid: for the
            first look and the figures together.
        prices: What is charged, where the device does not say it: dear circuits are repeated.

    Raises:
        UsageError: The precision has no meaning, or the folder holds something else.
    """
    check_precision(precision)
    folder = Path(out)
    _check_folder(folder)
    if isinstance(device, str):
        device_name = device_name or device
        device = open_device(device)
    description = device.describe()
    looked: list[Finished] = []
    done: list[Finished] = []
    plans: list[Plan] = []
    run: RunResult | None = None
    memory: Memory = {}

    def tell(kept_in: list[Finished], finished: Finished) -> None:
        kept_in.append(finished)
        if progress is not None:
            progress(finished)

    def settled_on(request: Request) -> None:
        plans.append(request.plan)
        if planned is not None:
            planned(request)

    sights: tuple[Sight, ...] = ()
    try:
        sights, terms = look_at(
            device,
            folder / LOOK,
            seed=seed,
            workers=workers,
            device_name=device_name,
            longest_delay=longest_delay,
            progress=lambda x: tell(looked, x),
            terms=terms or SendingTerms(),
        )
        text = questions(sights, description, precision)
        write_whole(folder / SHEET, text.encode())
        if not all(one.end for one in sights):
            run = assay.run(
                folder / SHEET,
                device,
                out=folder,
                seed=seed,
                workers=workers,
                device_name=device_name,
                planned=settled_on,
                progress=lambda x: tell(done, x),
                stage=stage,
                terms=terms,
                prices=prices,
                memory=memory,
            )
        interrupted = False
    except KeyboardInterrupt:
        interrupted = True  # the figures so far are told
    plan = plans[-1] if plans else None
    hits = counted(done, memory)
    figures = () if plan is None else figures_of(plan, hits)
    asked = () if plan is None else wanted_figures(plan.sheet.questions)
    answers = run.answers if run is not None else ()
    if plan is not None and run is None:
        answers = tuple(answers_on_figures(plan, hits))
    narrowed = {one.metric for one in sights if one.silent}
    write_whole(folder / FOUND, found_sheet(description.name, figures, narrowed).encode())
    return Characterization(
        device=description,
        precision=precision,
        figures=figures,
        unasked=left_unasked(sights),
        budget=() if plan is None else layer_budget(plan, asked, figures),
        answers=answers,
        shots=sum(one.shots for one in (*looked, *done)),
        device_seconds=sum(one.seconds for one in (*looked, *done)),
        folder=folder,
        seed=seed,
        looked=tuple(looked),
        done=tuple(done),
        plan=plan,
        run=run,
        interrupted=interrupted,
    )


def _check_folder(folder: Path) -> None:
    """Refuse a folder that holds anything but a characterization."""
    if not folder.is_dir() or not any(folder.iterdir()) or (folder / LOOK).is_dir():
        return
    raise UsageError(
        Problem(
            where="--out",
            found=f"{folder}, which is not empty",
            expected="a new folder, or that of a characterization to go on with",
            advice="name another one with --out",
        )
    )
