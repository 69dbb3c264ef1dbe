"""The whole flow, one call an arrow: the file to read first.

sheet -> plan -> circuits -> device -> counts -> estimates -> verdicts -> bundle -> datasheet
"""

from __future__ import annotations

import html
import secrets
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from qassay import __version__
from qassay.assay.replaying import open_device
from qassay.assay.sealing import batch_files, common_files, run_record, seal
from qassay.assay.stopwatch import Stopwatch
from qassay.claims.attached import attached_files
from qassay.claims.claim import ClaimSheet
from qassay.claims.claim_file import parse_claim_sheet, read_sheet_bytes
from qassay.claims.plausibility import Finding, findings
from qassay.devices.description import DeviceDescription
from qassay.devices.interface import Device, contents_id, provenance_of
from qassay.devices.prices import Prices
from qassay.devices.replay import Replay
from qassay.errors import PlanError, Problem, UsageError
from qassay.evidence import bundle as layout
from qassay.execution.alone import only_call
from qassay.execution.journal import Journal, today
from qassay.execution.run_folder import CONTENTS, Dates, Origin, RunFolder, dates_of, freeze, kept
from qassay.execution.runner import Finished, job_of, run_plan
from qassay.execution.spine import SendingTerms
from qassay.execution.workers import executor_of
from qassay.planning.availability import broken_words
from qassay.planning.options import Options, options_of
from qassay.planning.plan import Plan
from qassay.planning.planner import make_plan
from qassay.planning.questions import unanswerable
from qassay.planning.schedule import cycle, cycles, doubling_rounds
from qassay.planning.touched import not_needed
from qassay.protocols.asked import Answer
from qassay.protocols.batches import draw_batch
from qassay.protocols.weighing.counted import Counted, Memory
from qassay.protocols.weighing.decision import Decision
from qassay.randomness import root_from_integer
from qassay.verdicts.analysis import Analysis, analyse
from qassay.verdicts.course import stopped_experiments
from qassay.verdicts.judge import decisions
from qassay.verdicts.missing import is_missing
from qassay.verdicts.operations import OperationVerdict
from qassay.verdicts.verdict import Verdict, exit_code

_NEW = Dates()
SOFTWARE = f"qassay {__version__}"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class RunResult:
    """What a run, an import or a collection of counts ends with.

    Attributes:
        analysis: Plan, estimates and verdicts.
        device: What the user called the device.
        seed: The integer seed, if there was one.
        shots: Executions, each counted once.
        circuits: Different circuits.
        device_seconds: Time on the device.
        wall_seconds: Time of this program.
        timings: Wall time by part, in seconds.
        bundle: The sealed evidence.
        datasheet: The report.
        dates: Whether it was measured now, and when.
        notes: Of an import: what was not judged, in sentences.
        operations: What seconds say of the claims that a clock is asked about.
    """

    analysis: Analysis = field(repr=False)
    device: str
    seed: int | None
    shots: int
    circuits: int
    device_seconds: float
    wall_seconds: float
    timings: Mapping[str, float] = field(repr=False)
    bundle: Path
    datasheet: Path
    dates: Dates = field(default=_NEW, repr=False)
    notes: tuple[str, ...] = field(default=(), repr=False)
    operations: tuple[OperationVerdict, ...] = field(default=(), repr=False)

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """One verdict a claim."""
        return self.analysis.verdicts

    @property
    def answers(self) -> tuple[Answer, ...]:
        """One answer a question."""
        return self.analysis.answers

    @property
    def exit_code(self) -> int:
        """0 all supported and answered, 1 a claim refuted, 3 something open."""
        declared = self.analysis.plan.sheet.declared
        return exit_code(self.verdicts, declared, self.operations, self.answers)

    def _repr_html_(self) -> str:
        """Show the datasheet in a notebook, in a frame of its own."""
        page = html.escape(self.datasheet.read_text(encoding="utf-8"))
        return f'<iframe srcdoc="{page}" width="100%" height="720" sandbox></iframe>'

    def as_json(self) -> dict[str, Any]:
        """Give the document of `qassay run --json`."""
        declared = [figure.as_json() for figure in self.analysis.plan.sheet.declared]
        timed = [one.as_json() for one in self.operations]
        return {
            "sheet": self.analysis.plan.sheet.title,
            "device": self.device,
            "simulator": self.analysis.plan.device.simulator,
            "seed": self.seed,
            "alpha": self.analysis.plan.alpha,
            "verdicts": self.analysis.verdicts_json(),
            "shots": self.shots,
            "circuits": self.circuits,
            "wall_seconds": self.wall_seconds,
            "timings": dict(self.timings),
            "device_seconds": self.device_seconds,
            "bundle": str(self.bundle),
            "datasheet": str(self.datasheet),
            **({"answers": [one.as_json() for one in self.answers]} if self.answers else {}),
            **({"operations": timed} if timed else {}),
            **({"declared": declared} if declared else {}),
            **({"notes": list(self.notes)} if self.notes else {}),
            **self.dates.as_json(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A frozen plan with what it was made from, before the first shot.

    Attributes:
        sheet_bytes: The claim sheet, byte for byte.
        plan: The plan.
        root: The seed of the circuits, secret until the run is over.
        seed: The integer it came from, if any.
        findings: What is wrong before a single shot.
        files: What the claims name beside their sheet, by name.
    """

    sheet_bytes: bytes = field(repr=False)
    plan: Plan = field(repr=False)
    root: bytes = field(repr=False)
    seed: int | None
    findings: tuple[Finding, ...]
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)

    def __repr__(self) -> str:
        """Say what would be asked for."""
        return (
            f"<Request: plan {self.plan.id[:12]} of {len(self.plan.sheet.claims)} claims on"
            f" {self.plan.device.name}, at most {self.plan.cost.shots} shots of"
            f" {self.plan.cost.circuits} circuits>"
        )


Progress = Callable[[Finished], None]


def plan(
    sheet: str | Path,
    device: Device | str,
    *,
    seed: int | None = None,
    options: Options | None = None,
    prices: Prices | None = None,
    rounds: int | None = None,
    foretell: bool = False,
) -> Request:
    """Read a sheet and plan the cheapest experiments; nothing is run.

    Args:
        sheet: Path of a claim sheet.
        device: The device, or what one types for it, such as "virtual:prototype-50".
        seed: Whole number, or None for a random one; of a replay, that of the bundle.
        options: Error probabilities, rule and budget.
        prices: What is charged, where the device does not say it: dear circuits are repeated.
        rounds: Send so many groups of cycles at most, each as large as all before it; claims are
            weighed after each. By default they are weighed after every cycle.
        foretell: Whether this plan is for looking at alone; then what a question asks may be
            larger than anybody could check.
    """
    device = open_device(device) if isinstance(device, str) else device
    description, root = device.describe(), None
    if prices is not None:
        description = replace(
            description,
            cost_per_shot=float(prices.shot),
            cost_per_circuit=float(prices.circuit),
            currency=prices.currency,
        )
    if isinstance(device, Replay):
        seed, root = device.seed_for(seed)
    made = request_for(
        Path(sheet), description, seed=seed, options=options, root=root, foretell=foretell
    )
    changes: dict[str, Any] = {}
    if hasattr(device, "leave_alone"):
        device.leave_alone(not_needed(made.plan))
        changes["device"] = replace(description, left_alone=device.describe().left_alone)
    if rounds is not None:
        changes["rounds"] = doubling_rounds(cycles(made.plan), rounds)
    made = replace(made, plan=replace(made.plan, **changes)) if changes else made
    if isinstance(device, Replay):  # other circuits are refused before anything is written
        device = device.for_plan(made.plan.id)
        for slot in cycle(made.plan, 0):
            batch = draw_batch(slot.experiment, slot.index, made.plan.device.qubits, made.root)
            device.submit(job_of(batch, slot.experiment, slot.start_seconds))
    return made


def request_for(
    path: Path,
    description: DeviceDescription,
    *,
    seed: int | None = None,
    options: Options | None = None,
    root: bytes | None = None,
    sheet: bytes | None = None,
    joint: bool = False,
    foretell: bool = False,
) -> Request:
    """Plan for a machine of which nothing but a description is at hand.

    Args:
        path: Of the claim sheet.
        description: The machine.
        seed: Whole number, or None for a random seed.
        options: Error probabilities, rule and budget.
        root: The seed itself, where it has been drawn before.
        sheet: The sheet's bytes, where they have been read before.
        joint: Whether the seed will come from several parties, after the plan; it is empty then.
        foretell: Whether nothing will be run.
    """
    data = read_sheet_bytes(path) if sheet is None else sheet
    claims: ClaimSheet = parse_claim_sheet(data, str(path))
    if not claims.claims and not claims.operations and not claims.questions:
        raise UsageError(_nothing_to_measure(path, claims))
    if joint:
        root = b""
    elif root is None:
        root = secrets.token_bytes(32) if seed is None else root_from_integer(seed)
    files = attached_files(claims, path)
    made = make_plan(claims, description, root or None, options or Options(), SOFTWARE, files)
    if not foretell:
        PlanError.raise_if_any(unanswerable(made))
    return Request(
        files=files,
        sheet_bytes=data,
        plan=made,
        root=root,
        seed=seed,
        findings=findings(claims, description.durations, broken_words(description), days=today()),
    )


def _nothing_to_measure(path: Path, sheet: ClaimSheet) -> Problem:
    if sheet.declared:
        return Problem(
            where=str(path),
            found="declared figures alone",
            expected="at least one claim that counts can settle",
            advice="`qassay check` shows how the figures are understood",
        )
    return Problem(
        where=str(path),
        found="a sheet of `qassay apply`, without a claim",
        expected="at least one table [[claim]]",
        advice="run it with `qassay apply`",
    )


def run(
    sheet: str | Path,
    device: Device | str,
    *,
    out: str | Path,
    seed: int | None = None,
    options: Options | None = None,
    workers: int | str = 1,
    device_name: str = "",
    planned: Callable[[Request], None] | None = None,
    progress: Progress | None = None,
    stage: Callable[[str], None] = lambda _: None,
    terms: SendingTerms | None = None,
    prices: Prices | None = None,
    rounds: int | None = None,
    made_from: Origin = MappingProxyType({}),
    memory: Memory | None = None,
) -> RunResult:
    """Test a vendor's claims on a device.

    A run that was killed is taken up again by the same call with the same `out`.

    Args:
        sheet: Path of a claim sheet.
        device: The device, or what one types for it, such as "virtual:prototype-50".
        out: Folder of the run: journal, plan, bundle, datasheet.
        seed: Whole number, or None for a random one.
        options: Error probabilities, rule and budget.
        workers: Number of processes, or "dask://host:port".
        device_name: What the user called the device.
        planned: Told the plan before the first shot.
        progress: Told each finished batch.
        stage: Told what begins when all is counted.
        terms: How long to wait for a device that cannot be reached, and what may be paid.
        prices: What is charged, where the device does not say it.
        rounds: Groups of cycles that are sent at most; by default every cycle is one.
        made_from: What the sheet was made from; a call that goes on has to name the same.
        memory: What is made of the counts on the way is kept here.
    """
    clock = Stopwatch()
    folder = Path(out)
    if isinstance(device, str):
        device_name = device_name or device
        device = open_device(device)
    if isinstance(device, Replay):
        device.keep_off(folder)
    origin = {"device": device_name or None, CONTENTS: contents_id(device) or None}
    wanted = plan(sheet, device, seed=seed, options=options, prices=prices, rounds=rounds)
    with only_call(folder):
        request = _resumed(wanted, folder, {CONTENTS: origin[CONTENTS], **made_from})
        device = device.for_plan(request.plan.id) if isinstance(device, Replay) else device
        clock.lap("plan")
        done: list[Finished] = []
        known: dict[str, Decision] = {}
        memory = {} if memory is None else memory
        with executor_of(workers) as executor:
            if planned is not None:
                planned(request)
            journal = begin(request, folder, {**origin, **made_from})
            before = len(journal.events)
            with kept(journal):
                for finished in execute(request, device, journal, executor, known, terms, memory):
                    done.append(finished)
                    if progress is not None:
                        progress(finished)
        with kept(journal):
            clock.lap("circuits, device and scoring")
            stage("judging the counts")
            analysis = analyse(request.plan, counted(done, memory), known)
            clock.lap("estimates and verdicts")
            stage("writing bundle and datasheet")
            record = run_record(journal.events, done, provenance_of(device))
            if isinstance(device, Replay):  # nothing was measured, and a bundle has no dates
                record = replace(record, measured_from="", measured_to="")
            result = conclude(
                request,
                folder,
                analysis,
                done,
                clock,
                device_name,
                {layout.RUN_RECORD: record.to_bytes()},
            )
    return dated(result, device, journal, before)


def execute(
    request: Request,
    device: Device,
    journal: Journal,
    executor: Executor,
    known: dict[str, Decision],
    terms: SendingTerms | None = None,
    memory: Memory | None = None,
) -> Iterator[Finished]:
    """Run the plan until every claim is settled or the planned shots are used up.

    Args:
        request: The frozen plan and its seed.
        device: Where.
        journal: Where finished batches are written down.
        executor: Where the batches of one cycle run side by side.
        known: Decisions are added here as they are made.
        terms: How long to wait for a device that cannot be reached, and what may be paid.
        memory: What was made of the counts on the way is kept here.
    """
    kept_in: Memory = {} if memory is None else memory

    def settled(done: list[Finished]) -> frozenset[str]:
        known.update(decisions(request.plan, counted(done, kept_in), known))
        return stopped_experiments(request.plan, known)

    return run_plan(request.plan, device, request.root, journal, executor, settled, terms)


def counted(done: list[Finished], memory: Memory | None = None) -> Counted:
    """Collect the hits of batches, as the judge takes them; `memory` is of the same run's."""
    cycles = max((finished.index + 1 for finished in done), default=0)
    missing = ((f.experiment, f.index) for f in done if is_missing(f.outcomes, f.failures))
    parts = ((f.experiment, f.index, f.scored) for f in done)
    return Counted.of(parts, cycles, missing, memory)


def conclude(
    request: Request,
    folder: Path,
    analysis: Analysis,
    done: list[Finished],
    clock: Stopwatch,
    device_name: str,
    more: Mapping[str, bytes] = MappingProxyType({}),
) -> RunResult:
    """Seal the evidence of a finished run and write its datasheet.

    Args:
        request: Plan, seed and sheet.
        folder: For bundle and datasheet.
        analysis: What follows from the counts.
        done: The batches.
        clock: Started with the run.
        device_name: What the user called the device.
        more: Further files of the bundle, or others in the place of the usual ones.
    """
    files = common_files(request.sheet_bytes, request.plan, request.root, request.seed, analysis)
    sealed = seal(folder, {**files, **batch_files(done), **more}, analysis)
    facts = sealed.facts
    clock.lap("bundle and datasheet")
    return RunResult(
        analysis=analysis,
        device=device_name or request.plan.device.name,
        seed=request.seed,
        shots=facts.shots,
        circuits=facts.circuits,
        device_seconds=facts.device_seconds,
        wall_seconds=clock.total(),
        timings=clock.laps,
        bundle=sealed.bundle,
        datasheet=sealed.datasheet,
        operations=facts.operations,
    )


def dated(result: RunResult, device: Device, journal: Journal, before: int) -> RunResult:
    """Say of a result whether it was measured now, and when.

    Args:
        result: The result.
        device: Where it comes from; a replay measures nothing, and a bundle has no dates.
        journal: The journal, at the end.
        before: Events that it had at the beginning.
    """
    replayed = isinstance(device, Replay)
    dates = Dates(measured=False) if replayed else dates_of(journal, before)
    return replace(result, dates=dates)


def begin(request: Request, folder: Path, origin: Origin) -> Journal:
    """Freeze the plan on disk before the first shot.

    Args:
        request: The plan.
        folder: Of the run.
        origin: What the run is made from, beside the plan.
    """
    return freeze(
        folder, request.root, request.seed, origin, plan=request.plan.as_json(), id=request.plan.id
    )


def _resumed(request: Request, folder: Path, origin: Origin) -> Request:
    """Take up a run that was begun in this folder; its seed comes from there.

    Raises:
        UsageError: The folder holds another run, or is no folder.
    """
    place = RunFolder.at(folder)
    root = place.root(request.seed)
    if root is not None:
        renewed = make_plan(
            request.plan.sheet,
            request.plan.device,
            root,
            options_of(request.plan),
            SOFTWARE,
            request.files,
        )
        renewed = replace(renewed, rounds=request.plan.rounds)
        request = replace(request, plan=renewed, root=root)
    if place.begun is not None:
        place.check(request.plan.as_json(), origin)
    return request
