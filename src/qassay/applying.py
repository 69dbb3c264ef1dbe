"""`qassay apply`: what a machine is worth for a problem of energy or healthcare.

instance -> classical answer -> circuits -> prediction from claims -> frozen plan -> counts ->
score, tier, control -> bundle -> datasheet. All that is known beforehand stands in the plan
before the first shot.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from qassay.applications.catalog import application_of, find_instance
from qassay.applications.exact import Solution
from qassay.applications.instance import Instance
from qassay.applications.ramp import MOST_DEPTH
from qassay.assay import (
    SOFTWARE,
    Request,
    RunResult,
    begin,
    conclude,
    counted,
    dated,
)
from qassay.canonical import canonical_bytes, content_id
from qassay.claims.claim_file import load_claim_sheet, parse_claim_sheet
from qassay.devices.description import DeviceDescription
from qassay.devices.interface import Device, Job, contents_id, provenance_of
from qassay.errors import Problem, UnsupportedCircuitError, UsageError
from qassay.evidence import bundle as layout
from qassay.evidence.records import plan_from_json
from qassay.execution.alone import only_call
from qassay.execution.processes import SerialExecutor
from qassay.execution.run_folder import CONTENTS, PLAN, begun_in, kept
from qassay.execution.runner import Finished, run_plan
from qassay.execution.spine import SendingTerms
from qassay.execution.workers import AUTO, executor_of
from qassay.planning.application_designs import FEWEST_BATCHES, application_experiment
from qassay.planning.plan import JUDGE, Plan, commitment_to
from qassay.planning.planner import cost_of
from qassay.predicting import assumed, claimed_rates, predict, silent_on
from qassay.protocols.approximation_ratio import ApproximationRatio, read_problem
from qassay.protocols.interface import Experiment
from qassay.randomness import Stream, root_from_integer
from qassay.reading.limits import FOREIGN
from qassay.reading.strict_json import read_json
from qassay.replaying import open_device
from qassay.sealing import run_record
from qassay.stopwatch import Stopwatch
from qassay.verdicts.analysis import analyse
from qassay.verdicts.application_results import ApplicationResult, application_results
from qassay.whole_files import write_whole

DEPTHS: Final = (1, 3, 8)
SIMULATED_DEPTHS: Final = (1, 3)  # deeper ones take a simulator minutes: they must be asked for
_MOST_SIMULATED: Final = 16  # qubits on which several layers are simulated without being asked
SHOTS: Final = 4800
BATCHES: Final = 24
_MOST_SHOTS: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the user asks for.

    Attributes:
        application: Id.
        instance: Name of a frozen instance, path of a file, or None for the standard one.
        receptor: Path of the receptor's structure where `instance` is that of a ligand, or None.
        qubits: Size, or None.
        depths: Layers; empty for what the device can do of 1, 3 and, on hardware, 8.
        shots: Of each depth.
        batches: Of each depth.
        claims: Claim sheet whose error rates are taken at their word, or None.
    """

    application: str
    instance: str | None = None
    receptor: str | None = None
    qubits: int | None = None
    depths: tuple[int, ...] = ()
    shots: int = SHOTS
    batches: int = BATCHES
    claims: str | None = None


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
        out: Folder of the run: journal, plan, bundle, datasheet.
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
    UsageError.raise_if_any(_problems(wish))
    folder = Path(out)
    name = device_name or device.describe().name
    origin = _origin(wish, device, device_name)
    with only_call(folder):
        request = _resumed(wish, folder, seed, origin)
        done: list[Finished] = []
        with executor_of(workers) as helpers, _beside(device, workers, helpers) as executor:
            if request is None:
                request = _planned(wish, device, name, seed, clock, helpers, stage, progress)
            folder.mkdir(parents=True, exist_ok=True)
            # Before the plan, since it is needed with it.
            write_whole(folder / "sheet.toml", request.sheet_bytes)
            journal = begin(request, folder, origin)
            before = len(journal.events)
            stage("measuring", sum(x.batches for x in request.plan.experiments))
            with kept(journal):
                for finished in run_plan(
                    request.plan, device, request.root, journal, executor, None, terms
                ):
                    done.append(finished)
                    progress()
        with kept(journal):
            clock.lap("device")
            stage("judging the counts", 0)
            analysis = analyse(request.plan, counted(done), {})
            (result,) = application_results(analysis.plan, analysis.measured)
            clock.lap("scores and control")
            record = run_record(journal.events, done, provenance_of(device)).to_bytes()
            run = conclude(
                request, folder, analysis, done, clock, name, {layout.RUN_RECORD: record}
            )
    run = dated(run, device, journal, before)
    return Applied(run=run, result=result, not_run=refused_depths(request.plan))


def _origin(wish: Wish, device: Device, device_name: str) -> dict[str, str | None]:
    """Say what a run is made from, files by their contents."""
    return {
        "device": device_name or None,
        CONTENTS: contents_id(device) or None,
        **{
            f"{word} of the same name": _digest(path)
            for word, path in (
                ("instance", wish.instance),
                ("receptor", wish.receptor),
                ("claim sheet", wish.claims),
            )
        },
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


def _beside(device: Device, workers: int | str, helpers: Executor) -> Executor:
    """Choose where the device's own batches run: others than ours are asked in this process."""
    # Loaded already where the device is one.
    from qassay.devices.simulated.machine import VirtualMachine

    alone = workers == AUTO and not isinstance(device, VirtualMachine)
    return SerialExecutor() if alone else helpers


def refused_depths(plan: Plan) -> tuple[tuple[int, str], ...]:
    """Read from the plan's own sheet which depths the device refused."""
    found = []
    for note in plan.sheet.notes:
        head, mark, reason = note.partition(" was not run: ")
        if mark and head.startswith("depth "):
            found.append((int(head.removeprefix("depth ")), reason))
    return tuple(found)


def _problems(wish: Wish) -> list[Problem]:
    problems = []
    wrong = [depth for depth in wish.depths if not 1 <= depth <= MOST_DEPTH]
    if wrong or len(set(wish.depths)) != len(wish.depths):
        found = str(wrong[0]) if wrong else "a depth twice"
        problems.append(
            Problem(
                where="--depths", found=found, expected=f"different depths from 1 to {MOST_DEPTH}"
            )
        )
    if not FEWEST_BATCHES <= wish.batches <= 4096:
        problems.append(
            Problem(
                where="--batches",
                found=str(wish.batches),
                expected=f"{FEWEST_BATCHES} to 4096",
                advice="fewer say too little about drift",
            )
        )
    if not wish.batches <= wish.shots <= _MOST_SHOTS:
        problems.append(
            Problem(
                where="--shots", found=str(wish.shots), expected=f"{wish.batches} to {_MOST_SHOTS}"
            )
        )
    return problems


def _planned(
    wish: Wish,
    device: Device,
    name: str,
    seed: int | None,
    clock: Stopwatch,
    helpers: Executor,
    stage: Callable[[str, int], None],
    progress: Callable[[], None],
) -> Request:
    """Find the instance, ask the classical solver, probe, predict, and freeze the plan."""
    description = device.describe()
    application_of(wish.application)
    claims = None if wish.claims is None else load_claim_sheet(wish.claims)
    instance = find_instance(
        wish.application, wish.instance, wish.qubits, description.qubits, wish.receptor
    )
    stage("looking for the best answer", 0)
    solution = application_of(wish.application).solve(instance)
    clock.lap("instance and classical answer")
    stage("writing the circuits", 0)
    experiments, refused = _experiments(wish, instance, device, description, solution)
    clock.lap("circuits")
    if claims is not None:
        rates = claimed_rates(claims)
        stage("predicting", sum(x.batches for x in experiments))
        for place, experiment in enumerate(experiments):
            found = silent_on(rates) or predict(
                experiment, description, rates, progress, helpers, assumed(claims, rates)
            )
            if isinstance(found, str):
                depth = int(experiment.lengths[0])
                refused.append(f"depth {depth} has no prediction: {found}")
            else:
                experiments[place] = _noted(experiment, "predicted", found)
        clock.lap("prediction from claims")
    experiments = [replace(x, id=f"application/{n:02d}") for n, x in enumerate(experiments)]
    sheet_bytes = _sheet(wish, instance, name, refused, claims.title if claims else "")
    root = secrets.token_bytes(32) if seed is None else root_from_integer(seed)
    plan = Plan(
        judge=JUDGE,
        software=SOFTWARE,
        sheet=parse_claim_sheet(sheet_bytes, "sheet of the application"),
        device=description,
        seed_commitment=commitment_to(root),
        alpha=0.05,
        beta=0.05,
        rule="tolerant",
        multiplicity="fdr",
        experiments=tuple(experiments),
        cost=cost_of(tuple(experiments), description),
    )
    return Request(sheet_bytes=sheet_bytes, plan=plan, root=root, seed=seed, findings=())


def _experiments(
    wish: Wish,
    instance: Instance,
    device: Device,
    description: DeviceDescription,
    solution: Solution,
) -> tuple[list[Experiment], list[str]]:
    """Plan every depth that the device can run, and note why the others are left out.

    Raises:
        UnsupportedCircuitError: It can run none.
    """
    classical = {
        "solver": solution.solver,
        "optimum": solution.value,
        "proven": solution.proven,
        "gap": solution.gap,
        "seconds": round(solution.seconds, 4),
        "answer": "".join(map(str, solution.bits)),
    }
    made: list[Experiment] = []
    refused: list[str] = []
    usual: tuple[int, ...] = SIMULATED_DEPTHS if description.simulator else DEPTHS
    if description.simulator and instance.qubits > _MOST_SIMULATED and not wish.depths:
        refused += [
            f"depth {depth} was not run: a simulator takes minutes over several layers on more"
            f" than {_MOST_SIMULATED} qubits; ask for it by --depths"
            for depth in usual[1:]
        ]
        usual = usual[:1]
    for depth in sorted(wish.depths or usual):
        experiment = application_experiment(
            instance,
            description,
            depth,
            shots=wish.shots,
            batches=wish.batches,
            notes={"classical": classical},
        )
        reason = _refusal(experiment, device, description)
        if reason:
            refused.append(f"depth {depth} was not run: {reason}")
        else:
            made.append(experiment)
    if not made:
        raise UnsupportedCircuitError(*refused)
    return made, refused


def _refusal(experiment: Experiment, device: Device, description: DeviceDescription) -> str:
    """Ask a simulator by one shot; hardware is not asked, its refusal is an error of the run."""
    if not description.simulator:
        return ""
    protocol = ApproximationRatio(experiment.problem)
    drawn = protocol.draw(
        experiment.lengths[0], 1, experiment.targets, description.qubits, Stream(bytes(32), "probe")
    )  # public: no part of the run
    job = Job(id="probe", families=drawn.families, order=np.zeros(1, dtype=np.intp))
    try:
        device.submit(job)
    except UnsupportedCircuitError as error:
        return " ".join(str(error).split())
    return ""


def _noted(experiment: Experiment, key: str, value: Any) -> Experiment:
    """Write something into an experiment's problem."""
    problem = read_json(experiment.problem, "problem")
    problem[key] = value
    return replace(experiment, problem=canonical_bytes(problem).decode("utf-8"))


def _sheet(wish: Wish, instance: Instance, name: str, notes: list[str], claims: str) -> bytes:
    """Write the sheet of a run that has a question and no claims."""
    title = f"{application_of(wish.application).words.title}: {instance.title}"
    if claims:
        notes = [*notes, f"the prediction follows from the claims of: {claims}"]
    fields = {
        "title": title[:190],
        "vendor": "nobody: an application, not a claim",
        "machine": name[:190],
        "application": wish.application,
    }
    lines = ["[sheet]", *(f"{key} = {json.dumps(value)}" for key, value in fields.items())]
    lines.append(
        "notes = [" + ", ".join(json.dumps(" ".join(n.split())[:1900]) for n in notes) + "]"
    )
    return ("\n".join(lines) + "\n").encode("utf-8")


def _resumed(
    wish: Wish, folder: Path, seed: int | None, origin: Mapping[str, str | None]
) -> Request | None:
    """Take up a run that was begun in this folder; its plan stands as it was frozen.

    Raises:
        UsageError: The folder holds another run, or is no folder.
    """
    begun = begun_in(folder)
    if begun is None:
        return None
    advice = "a frozen plan cannot be changed: choose another --out folder"
    try:
        plan = plan_from_json(begun.document["plan"], PLAN)
        sheet_bytes = (folder / "sheet.toml").read_bytes()
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        raise UsageError(
            Problem(
                where=f"--out {folder}",
                found="another run",
                expected="an empty folder",
                advice=advice,
            )
        ) from None
    found = _wish_of(plan)
    each = -(-wish.shots // wish.batches)
    wanted = (wish.application, tuple(sorted(wish.depths)), each * wish.batches, wish.batches)
    had = (found.application, found.depths if wish.depths else (), found.shots, found.batches)
    names = (None, found.instance)
    given = Path(wish.instance).name if wish.instance and "." in wish.instance else wish.instance
    if (
        wanted != had
        or given not in names
        or (wish.receptor and f"{given} in {Path(wish.receptor).name}" not in plan.sheet.title)
        or wish.qubits not in (None, found.qubits)
        or (seed is not None and seed != begun.seed)
    ):
        raise UsageError(
            Problem(
                where=f"--out {folder}",
                found=f"{begun.words()}: another plan",
                expected="the same command, or an empty folder",
                advice=advice,
            )
        )
    begun.check_origin(origin)
    return Request(
        sheet_bytes=sheet_bytes, plan=plan, root=begun.root, seed=begun.seed, findings=()
    )


def _wish_of(plan: Plan) -> Wish:
    """Read from a frozen plan what was asked for."""
    if not plan.experiments or not plan.experiments[0].problem:
        return Wish(application="")
    first = plan.experiments[0]
    instance = read_problem(first.problem).instance
    refused = [depth for depth, _ in refused_depths(plan)]
    run = [int(x.lengths[0]) for x in plan.experiments]
    return Wish(
        application=instance.application,
        instance=instance.name,
        qubits=instance.qubits,
        depths=tuple(sorted(run + refused)),
        shots=first.rounds,
        batches=first.batches,
    )
