"""The datasheet of a machine with the fewest shots: measure, look how precise, stop what suffices.

The plan's experiments run batch by batch, each figure until its interval is as narrow as wanted,
and whoever interrupts keeps what there is. The intervals share 5 % over all figures, so all of them
hold at once in 95 of 100 machines; that they are looked at more than once is not paid for, since a
width hardly depends on where the value lies.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Container, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from qassay.assay import SOFTWARE, counted
from qassay.characterizing.budget import LayerShare, error_budget
from qassay.characterizing.first_look import Look, looks_at, seen
from qassay.characterizing.questions import ORDER, check_precision, claim_lines, questions
from qassay.claims.claim import Claim
from qassay.claims.claim_file import parse_claim_sheet
from qassay.claims.conventions import canonical_value
from qassay.claims.metrics import METRICS
from qassay.devices.description import DeviceDescription
from qassay.devices.interface import Device
from qassay.errors import Problem, UsageError
from qassay.execution.journal import Journal
from qassay.execution.runner import Finished, run_plan
from qassay.execution.workers import executor_of
from qassay.planning.options import Options
from qassay.planning.plan import Plan, commitment_to
from qassay.planning.planner import cost_of, make_plan
from qassay.protocols.designs.grouping import targets_of
from qassay.protocols.interface import Target
from qassay.protocols.weighing.data_of_claims import measurand_of
from qassay.protocols.weighing.measurands import in_claim_convention, mean_over
from qassay.randomness import root_from_integer
from qassay.replaying import open_device
from qassay.statistics.estimate import Estimate
from qassay.statistics.intervals import normal_quantile
from qassay.statistics.trials import Trials
from qassay.units import format_quantity

LEVEL: Final = 0.95
_FIGURES: Final = 6
_LEAST_CROSSTALK: Final = 0.25  # of the two-qubit error: a difference is dear
_LONGER: Final = 4
_FEWEST: Final = 40  # circuits of an experiment before its width is believed


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFigure:
    """One figure of the datasheet.

    Attributes:
        metric: Id.
        estimate: The mean over the scope.
        wanted: Half width that was asked for, in the same units.
        each: Estimates of single targets.
        shots: Behind it.
        fewest: Circuits of the experiment that has the fewest.
    """

    metric: str
    estimate: Estimate
    wanted: float
    each: tuple[tuple[Target, Estimate], ...]
    shots: int
    fewest: int

    @property
    def half_width(self) -> float:
        """Half of the interval's width."""
        one = self.estimate
        return (one.high - one.low) / 2 if one.informative else float("inf")

    @property
    def precise(self) -> bool:
        """Whether the interval is as narrow as was asked for."""
        return self.half_width <= self.wanted

    def as_json(self) -> dict[str, Any]:
        """Give it as plain JSON values."""
        return {
            "metric": self.metric,
            "estimate": self.estimate.as_json(),
            "wanted_half_width": self.wanted,
            "precise": self.precise,
            "targets": len(self.each),
            "shots": self.shots,
        }


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Characterization:
    """What was found of a machine.

    Attributes:
        device: What it says of itself.
        precision: Asked for, relative.
        figures: The most telling first.
        bounds: Of times that end beyond the longest delay: what they are at least, in seconds.
        budget: Parts of the error of a layer.
        shots: Of all.
        device_seconds: Of all.
        interrupted: Whether somebody stopped it before everything was precise.
        folder: Where journal and pages are.
        seed: The integer seed, if there was one.
        done: The batches behind it.
        plan: The plan of the circuits behind the first look; None where it ended before.
    """

    device: DeviceDescription
    precision: float
    figures: tuple[FoundFigure, ...]
    bounds: Mapping[str, float]
    budget: tuple[LayerShare, ...]
    shots: int
    device_seconds: float
    interrupted: bool
    folder: Path
    seed: int | None
    done: tuple[Finished, ...] = field(repr=False)
    plan: Plan | None = field(repr=False)

    @property
    def precise(self) -> bool:
        """Whether every figure is as precise as was asked for."""
        return not self.interrupted and all(one.precise for one in self.figures)

    def as_json(self) -> dict[str, Any]:
        """Give the document of `qassay characterize --json`."""
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
        }

    def found_sheet(self) -> str:
        """Write a claim sheet of what was found, each figure with what it leaves open."""
        lines = [
            f"# Found by `qassay characterize`, {SOFTWARE}; the tolerance of each claim is the",
            "# precision of its figure.",
            "[sheet]",
            f'title = "As characterized: {_plain(self.device.name)}"',
            f'vendor = "{_plain(self.device.name)}"',
            f'machine = "{_plain(self.device.name)}"',
            "",
        ]
        for one in self.figures:
            value = one.estimate.value
            if not one.estimate.informative or value <= 0:
                continue
            timed = METRICS[one.metric].dimension == "time"
            delta = max(one.half_width / value, 0.01)
            lines += claim_lines(one.metric, value, "at least" if timed else "at most", delta)
            if one.metric == "crosstalk":
                pairs = [list(target) for target, _ in one.each]
                lines[-1:] = [f"scope = {{pairs = {pairs}}}", ""]
        return "\n".join(lines)


def characterize(
    device: Device | str,
    *,
    out: str | Path,
    seed: int | None = None,
    precision: float = 0.2,
    longest_delay: float = 1.0,
    workers: int | str = 1,
    progress: Callable[[Finished, tuple[FoundFigure, ...]], None] | None = None,
) -> Characterization:
    """Measure the datasheet of a machine without any claim.

    Ctrl-C ends it and keeps what was measured.

    Args:
        device: The device, or what one types for it.
        out: Folder for journal, page and claim sheet; it must not hold another run.
        seed: Whole number, or None for a random one.
        precision: Relative half width that each figure is measured to; of crosstalk, relative to
            the two-qubit error.
        longest_delay: Seconds beyond which a time is only bounded.
        workers: Number of processes, or "dask://host:port".
        progress: Told each finished batch, and the figures so far.

    Raises:
        UsageError: The precision has no meaning, or the folder holds something else.
    """
    check_precision(precision)
    folder = Path(out)
    if folder.exists() and any(folder.iterdir()):
        raise UsageError(
            Problem(
                where="--out",
                found=f"{folder}, which is not empty",
                expected="a new folder",
                advice="name another one with --out",
            )
        )
    machine = open_device(device) if isinstance(device, str) else device
    description = machine.describe()
    root = secrets.token_bytes(32) if seed is None else root_from_integer(seed)
    folder.mkdir(parents=True, exist_ok=True)
    journal = Journal.open(folder / "journal.jsonl")
    looks = looks_at(description, longest_delay)
    done: list[Finished] = []
    values: dict[str, float] = {}
    plan: Plan | None = None
    interrupted = False
    with executor_of(workers) as executor, suppress(KeyboardInterrupt):
        interrupted = True
        first = _plan_of(looks, description, root)
        for finished in run_plan(first, machine, root, journal, executor, None):
            done.append(finished)
            look = next(x for x in looks if x.experiment.id == finished.experiment.id)
            if look.rate in finished.scored:
                values[look.metric] = seen(look, finished.scored[look.rate])
            if progress is not None:
                progress(finished, ())
        text = questions(values, description, precision)
        sheet = parse_claim_sheet(text.encode(), "questions")
        plan = _longer(make_plan(sheet, description, root, Options(), SOFTWARE))
        (folder / "questions.toml").write_text(text, encoding="utf-8")
        watch = _Watch(plan, precision)
        for finished in run_plan(plan, machine, root, journal, executor, watch.settled):
            done.append(finished)
            if progress is not None:
                progress(finished, ())
        interrupted = False
    own = [one for one in done if not one.experiment.id.startswith("look_")]
    figures = figures_of(plan, own, precision, each=True) if plan is not None else ()
    means = {one.metric: one.estimate.value for one in figures if one.estimate.informative}
    bounds = {
        metric: max(x.experiment.lengths)
        for x in looks
        for metric in (x.metric,)
        if METRICS[metric].dimension == "time" and values.get(metric) == float("inf")
    }
    return Characterization(
        device=description,
        precision=precision,
        figures=figures,
        bounds=bounds,
        budget=error_budget({**bounds, **means}, description),
        shots=sum(one.shots for one in done),
        device_seconds=sum(one.seconds for one in done),
        interrupted=interrupted,
        folder=folder,
        seed=seed,
        done=tuple(done),
        plan=plan,
    )


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


def _longer(plan: Plan) -> Plan:
    """Plan more circuits than a verdict would take: what ends a figure here is its precision."""
    longer = tuple(replace(x, rounds=_LONGER * x.rounds) for x in plan.experiments)
    return replace(plan, experiments=longer, cost=cost_of(longer, plan.device))


class _Watch:
    """Looks at a figure whenever its circuits have grown by half, and remembers what is precise."""

    def __init__(self, plan: Plan, precision: float) -> None:
        self._plan, self._precision = plan, precision
        self._looked: dict[str, int] = {}
        self._precise: set[str] = set()

    def settled(self, so_far: Sequence[Finished]) -> frozenset[str]:
        """Name the experiments whose figures are as precise as wanted."""
        circuits: dict[str, int] = {}
        for one in so_far:
            for claim in one.experiment.claims:
                circuits[claim] = circuits.get(claim, 0) + len(one.circuit_ids)
        due = {
            name
            for name, count in circuits.items()
            if name not in self._precise and count >= 1.5 * self._looked.get(name, 0)
        }
        # Its precision is relative to this one, which has to be known first.
        waits = "two_qubit_gate_error" in circuits and "two_qubit_gate_error" not in self._precise
        due -= {"crosstalk"} if waits else set()
        if due:
            self._look(so_far, due, circuits)
        done = self._precise | ({"crosstalk"} if waits else set())
        return frozenset(x.id for x in self._plan.experiments if done.issuperset(x.claims))

    def _look(self, so_far: Sequence[Finished], due: set[str], circuits: Mapping[str, int]) -> None:
        only = due | ({"two_qubit_gate_error"} if "crosstalk" in due else set())
        for figure in figures_of(self._plan, list(so_far), self._precision, only=only):
            self._looked[figure.metric] = circuits[figure.metric]
            if figure.precise and figure.fewest >= _FEWEST:
                self._precise.add(figure.metric)


def figures_of(
    plan: Plan,
    done: list[Finished],
    precision: float,
    *,
    only: Container[str] | None = None,
    each: bool = False,
) -> tuple[FoundFigure, ...]:
    """Estimate every figure that has counts, the most telling first.

    Args:
        plan: The plan.
        done: Its batches.
        precision: Relative half width that is wanted.
        only: These metrics; all where None.
        each: Whether to estimate single targets as well.
    """
    so_far = counted(done)
    level = 1 - (1 - LEVEL) / _FIGURES
    found: dict[str, FoundFigure] = {}
    for claim in plan.sheet.claims:
        own = plan.experiments_for(claim.id)
        scope = targets_of(claim, plan.device)
        measurand = measurand_of(claim, own, so_far.joined(own), scope)
        if measurand is None or (only is not None and claim.metric not in only):
            continue
        if claim.metric == "readout_error":
            estimate = _of_circuits(measurand.parts[0].trials, level)
        elif claim.metric == "crosstalk":
            estimate = in_claim_convention(claim, measurand.statistic(level))
        else:
            estimate = in_claim_convention(claim, mean_over(measurand.parts, level))
        found[claim.metric] = FoundFigure(
            metric=claim.metric,
            estimate=estimate,
            wanted=precision * abs(_unit(claim, estimate, found, precision)),
            each=tuple(zip(measurand.targets, measurand.each(LEVEL), strict=True)) if each else (),
            shots=measurand.shots,
            fewest=min(part.circuits for part in measurand.parts),
        )
    return tuple(found[name] for name in ORDER if name in found)


def _of_circuits(trials: Trials, level: float) -> Estimate:
    """Average wrong bits with the scatter of whole circuits, whose bits may hang together.

    Normal in the number of circuits; the exact interval for any dependence, which a verdict rests
    on, is several times as wide.
    """
    shares = trials.hits.mean(axis=1) / trials.shots
    value = float(shares.mean())
    spread = float(shares.std(ddof=1)) if shares.size > 1 else 1.0
    least = 1 / (trials.targets * max(shares.size, 1))  # one wrong bit more or less
    half = normal_quantile((1 - level) / 2) * max(spread / shares.size**0.5, least)
    return Estimate(
        value=value,
        low=max(value - half, 0.0),
        high=min(value + half, 1.0),
        level=level,
        shots=int(trials.circuits * trials.shots),
        circuits=trials.circuits,
        method="scatter of circuits",
    )


def _unit(
    claim: Claim, estimate: Estimate, found: Mapping[str, FoundFigure], precision: float
) -> float:
    """Give what a precision is relative to: the figure, or of crosstalk the two-qubit error."""
    if claim.metric == "crosstalk":
        two = found.get("two_qubit_gate_error")
        unit = two.estimate.value if two is not None else 2 * canonical_value(claim)
        return unit * max(1.0, _LEAST_CROSSTALK / precision)
    return estimate.value if estimate.informative else 0.0


def figure_words(one: FoundFigure) -> str:
    """Write a figure with its interval."""
    dimension = METRICS[one.metric].dimension
    if not one.estimate.informative:
        return "nothing yet"
    value, low, high = (
        format_quantity(x, dimension)
        for x in (one.estimate.value, one.estimate.low, one.estimate.high)
    )
    return f"{value} ({low} to {high})"


def _plain(name: str) -> str:
    return "".join(c for c in name if c.isprintable() and c not in '"\\')[:80]
