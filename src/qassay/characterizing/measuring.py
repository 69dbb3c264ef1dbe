"""The datasheet of a machine of which nothing is claimed: a first look, then an ordinary run.

The first look is a small run of its own, whose counts plan and prove nothing. What it saw becomes a
sheet of questions, one a figure, and that sheet is run as every sheet is: planned, written down
batch by batch, stopped by a rule that an auditor replays, sealed, with a datasheet.

OUT/first-look       the first look: its plan, and a line for each finished batch
OUT/questions.toml   what it makes of it
OUT/...              the run of that sheet
OUT/found.toml       a claim sheet of what was found
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from qassay import assay
from qassay.assay import SOFTWARE, Request, RunResult, counted
from qassay.characterizing.first_look import Look, looks_at, seen
from qassay.characterizing.found_sheet import found_sheet
from qassay.characterizing.questions import check_precision, questions
from qassay.claims.claim_file import parse_claim_sheet
from qassay.claims.figures import wanted_figures
from qassay.claims.metrics import METRICS
from qassay.devices.description import DeviceDescription
from qassay.devices.interface import Device, contents_id
from qassay.devices.prices import Prices
from qassay.errors import Problem, UsageError
from qassay.execution.alone import only_call
from qassay.execution.job_book import purchases
from qassay.execution.purse import paid
from qassay.execution.run_folder import CONTENTS, begun_in, freeze, fresh_root, kept
from qassay.execution.runner import Finished, run_plan
from qassay.execution.spine import SendingTerms
from qassay.execution.workers import executor_of
from qassay.planning.options import Options
from qassay.planning.plan import Plan, commitment_to
from qassay.planning.planner import cost_of
from qassay.protocols.asked import Answer
from qassay.replaying import open_device
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
        bounds: Of times that end beyond the longest delay: what they are at least, in seconds.
        budget: Parts of the error of a layer.
        answers: The same in words.
        shots: Of all, the first look included.
        device_seconds: Of all.
        folder: Where everything is.
        seed: The integer seed, if there was one.
        looked: The batches of the first look.
        done: The batches behind the figures.
        plan: The plan of these; None where it was interrupted before.
        run: The finished run, with its bundle; None where it was interrupted.
    """

    device: DeviceDescription
    precision: float
    figures: tuple[FoundFigure, ...]
    bounds: Mapping[str, float]
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

    @property
    def interrupted(self) -> bool:
        """Whether somebody stopped it before everything was measured; the same call goes on."""
        return self.run is None

    @property
    def precise(self) -> bool:
        """Whether every figure is as precise as was asked for."""
        return not self.interrupted and all(one.precise for one in self.figures)

    def as_json(self) -> dict[str, Any]:
        """Give the document of `qassay characterize --json`."""
        sealed = self.run
        return {
            "device": self.device.name,
            "seed": self.seed,
            "precision": self.precision,
            "precise": self.precise,
            "interrupted": self.interrupted,
            "figures": [one.as_json() for one in self.figures],
            "at_least_seconds": dict(self.bounds),
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
    looks = looks_at(description, longest_delay)
    looked: list[Finished] = []
    done: list[Finished] = []
    plans: list[Plan] = []
    run: RunResult | None = None

    def tell(kept_in: list[Finished], finished: Finished) -> None:
        kept_in.append(finished)
        if progress is not None:
            progress(finished)

    def settled_on(request: Request) -> None:
        plans.append(request.plan)
        if planned is not None:
            planned(request)

    try:
        terms = _look(
            looks,
            device,
            folder / LOOK,
            seed,
            workers,
            device_name,
            lambda x: tell(looked, x),
            terms or SendingTerms(),
        )
        values = _values(looks, looked)
        bounds = _bounds(looks, values)
        text = questions(values, description, precision, bounds)
        write_whole(folder / SHEET, text.encode())
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
        )
    except KeyboardInterrupt:
        bounds = _bounds(looks, _values(looks, looked))
    plan = plans[-1] if plans else None
    hits = counted(done)
    figures = () if plan is None else figures_of(plan, hits)
    asked = () if plan is None else wanted_figures(plan.sheet.questions)
    answers = run.answers if run is not None else ()
    if plan is not None and run is None:
        answers = tuple(answers_on_figures(plan, hits))
    write_whole(folder / FOUND, found_sheet(description.name, figures).encode())
    return Characterization(
        device=description,
        precision=precision,
        figures=figures,
        bounds=bounds,
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


def _look(
    looks: Sequence[Look],
    device: Device,
    folder: Path,
    seed: int | None,
    workers: int | str,
    device_name: str,
    progress: Callable[[Finished], None],
    terms: SendingTerms,
) -> SendingTerms:
    """Run the first look, or go on with it; its journal is its own.

    Returns:
        The terms for what comes after it: what it has cost is spent.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with only_call(folder):
        begun = begun_in(folder)
        again = begun is not None and seed is None and begun.seed is None
        root = begun.root if begun is not None and again else fresh_root(seed)
        plan = _plan_of(looks, device.describe(), root)
        contents = {CONTENTS: contents_id(device) or None}
        if begun is not None:
            begun.check_plan(plan.as_json())
            begun.check_origin(contents)
        origin = {"device": device_name or None, **contents}
        journal = freeze(folder, root, seed, origin, plan=plan.as_json(), id=plan.id)
        with kept(journal, folder.parent), executor_of(workers) as executor:
            for finished in run_plan(plan, device, root, journal, executor, None, terms):
                progress(finished)
    spent = terms.purse.spent + paid(purchases(journal.events))
    return replace(terms, purse=replace(terms.purse, spent=spent))


def _values(looks: Sequence[Look], looked: Sequence[Finished]) -> dict[str, float]:
    """Give what was seen, by metric."""
    found = {}
    for finished in looked:
        look = next(x for x in looks if x.experiment.id == finished.experiment.id)
        if look.rate in finished.scored:
            found[look.metric] = seen(look, finished.scored[look.rate])
    return found


def _bounds(looks: Sequence[Look], values: Mapping[str, float]) -> dict[str, float]:
    """Give the longest delay of times that had no end within it."""
    return {
        look.metric: max(look.experiment.lengths)
        for look in looks
        if METRICS[look.metric].dimension == "time" and values.get(look.metric) == float("inf")
    }


def _plan_of(looks: Sequence[Look], device: DeviceDescription, root: bytes) -> Plan:
    """Put the looks into a plan of their own, of a sheet without claims."""
    text = '[sheet]\ntitle = "first look"\nvendor = "nobody"\nmachine = "m"\napplication = "none"\n'
    options = Options()
    experiments = tuple(look.experiment for look in looks)
    return Plan(
        software=SOFTWARE,
        sheet=parse_claim_sheet(text.encode(), "first look"),
        device=device,
        seed_commitment=commitment_to(root),
        alpha=options.alpha,
        beta=options.beta,
        rule=options.rule,
        multiplicity=options.multiplicity,
        experiments=experiments,
        cost=cost_of(experiments, device),
    )
