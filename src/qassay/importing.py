"""Verdicts from counts that somebody published: the same judge, no device."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from qassay.assay import SOFTWARE, RunResult
from qassay.canonical import canonical_bytes
from qassay.claims.claim import Claim, ClaimSheet
from qassay.claims.claim_file import parse_claim_sheet, read_sheet_bytes
from qassay.claims.metrics import METRICS
from qassay.devices.description import DeviceDescription
from qassay.errors import MalformedError, PlanError, Problem, UsageError
from qassay.evidence import bundle as layout
from qassay.execution.run_folder import Dates
from qassay.planning.conditions import unmet
from qassay.planning.options import Options, option_problems
from qassay.planning.plan import JUDGE, Cost, Plan, Untested, commitment_to
from qassay.planning.published_reasons import measured_by, silent
from qassay.protocols.interface import Experiment, Target
from qassay.protocols.known import PUBLISHED, mark_for
from qassay.protocols.published import trials_to_json
from qassay.protocols.published_scores import PublishedScores, read_terms
from qassay.protocols.weighing.counted import Counted
from qassay.protocols.weighing.measurands import executions
from qassay.published.counts import (
    PublishedCounts,
    PublishedFolder,
    read_published,
    sentences,
)
from qassay.reading.limits import EVIDENCE
from qassay.reading.strict_json import values_in
from qassay.sealing import common_files, run_record, seal
from qassay.stopwatch import Stopwatch
from qassay.units import format_quantity
from qassay.verdicts.analysis import analyse

_NO_SEED = bytes(32)  # nothing was drawn
_OTHER_UNIT = 500  # times a claimed time: what is longer even at its shortest was meant otherwise


def import_counts(
    format_name: str,
    path: str | Path,
    sheet: str | Path,
    *,
    out: str | Path,
    options: Options | None = None,
) -> RunResult:
    """Judge claims with counts that somebody published.

    Args:
        format_name: Whose format it is, such as "quantinuum".
        path: Folder of one machine-date.
        sheet: Path of the claim sheet.
        out: Folder for bundle and datasheet.
        options: Error probabilities and rule.
    """
    clock = Stopwatch()
    chosen = options or Options()
    PlanError.raise_if_any(option_problems(chosen))
    data = read_sheet_bytes(Path(sheet))
    claims = parse_claim_sheet(data, str(sheet))
    found = _in_claimed_units(read_published(format_name, Path(path)), claims)
    clock.lap("read")
    named = dict(zip(_names(found.counts), found.counts, strict=True))
    published = _documents(named, found.notes)
    plan = _plan_of(claims, named, chosen)
    counted = Counted.of(
        ((x, 0, {named[x.id].quantity: named[x.id].trials}) for x in plan.experiments), 1
    )
    analysis = analyse(plan, counted)
    clock.lap("estimates and verdicts")
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    files = (
        common_files(data, plan, _NO_SEED, None, analysis)
        | {
            layout.RUN_RECORD: run_record(()).to_bytes(),
        }
        | published
    )
    sealed = seal(folder, files, analysis)
    clock.lap("bundle and datasheet")
    return RunResult(
        dates=Dates(measured=False),
        analysis=analysis,
        device=plan.device.name,
        seed=None,
        shots=plan.cost.shots,
        circuits=plan.cost.circuits,
        device_seconds=0.0,
        wall_seconds=clock.total(),
        timings=clock.laps,
        bundle=sealed.bundle,
        datasheet=sealed.datasheet,
        notes=found.notes,
    )


def _in_claimed_units(found: PublishedFolder, sheet: ClaimSheet) -> PublishedFolder:
    """Leave out delays that are thousands of times the claimed time: they are of another unit.

    In seconds as they stand, microseconds would support any claim on a time.

    Raises:
        UsageError: Nothing else is there.
    """
    kept: list[PublishedCounts] = []
    told: list[Problem | str] = []
    for one in found.counts:
        claimed = [c.value for c in sheet.claims if c.metric == one.quantity]
        timed = METRICS[one.quantity].dimension == "time" if one.quantity in METRICS else False
        delays = one.trials.lengths[one.trials.lengths > 0]
        shortest = float(delays.min()) if timed and delays.size else 0.0
        if claimed and shortest > _OTHER_UNIT * max(claimed):
            told.append(
                Problem(
                    where=one.file,
                    found=f"delays from {format_quantity(shortest, 'time')} beside a claim of"
                    f" {format_quantity(max(claimed), 'time')}",
                    expected="seconds, as the column is called",
                    advice="are they in another unit?",
                )
            )
        else:
            kept.append(one)
    told = list(dict.fromkeys(told))
    if not kept:
        raise UsageError(*told)
    return replace(found, counts=tuple(kept), notes=(*sentences(told), *found.notes))


def _documents(named: Mapping[str, PublishedCounts], notes: Sequence[str]) -> dict[str, bytes]:
    """Write the counts as they are sealed.

    Raises:
        MalformedError: Experiments of more rows than a document of evidence holds, all of them.
    """
    documents = {
        name: canonical_bytes(
            {
                "quantity": one.quantity,
                "file": one.file,
                "sha256": one.sha256,
                "counts": trials_to_json(one.trials),
                # What was left out concerns the whole folder; one document is enough to say it.
                "notes": list(notes) if place == 0 else [],
            }
        )
        for place, (name, one) in enumerate(named.items())
    }
    MalformedError.raise_if_any(
        Problem(
            where=one.file,
            found=f"{one.trials.circuits} circuits of {one.trials.targets} targets, {values} values"
            " of one experiment",
            expected=f"at most {EVIDENCE.values} values and {EVIDENCE.size} bytes, which is what a"
            " document of evidence can hold",
            advice="move some of the targets to an experiment with a table of its own",
        )
        for name, one in named.items()
        if (values := values_in(documents[name])) > EVIDENCE.values
        or len(documents[name]) > EVIDENCE.size
    )
    return {layout.published_file(name): data for name, data in documents.items()}


def _names(published: Iterable[PublishedCounts]) -> Iterator[str]:
    """Name the experiments by what they measure, further groups of targets with a number."""
    seen: dict[str, int] = {}
    for one in published:
        seen[one.quantity] = number = seen.get(one.quantity, 0) + 1
        yield one.quantity if number == 1 else f"{one.quantity}/{number:02d}"


def _plan_of(sheet: ClaimSheet, named: Mapping[str, PublishedCounts], options: Options) -> Plan:
    """Write down what was published in the form of a plan; each part is an experiment."""
    published = tuple(named.values())
    device = _description(sheet, published)
    unlike = {c.id: reason for c in sheet.claims if (reason := unmet(c, device, published=True))}
    tested = [claim for claim in sheet.claims if claim.id not in unlike]
    experiments = tuple(_experiment(name, one, named, tested) for name, one in named.items())
    served = {claim for x in experiments for claim in x.claims}
    counted = [(one.quantity, one.targets, one.problem) for one in published]
    untested = tuple(
        Untested(claim=claim.id, reason=unlike.get(claim.id) or silent(claim, counted))
        for claim in sheet.claims
        if claim.id not in served
    )
    shots = sum(
        one.trials.circuits * one.trials.shots if own is None else own
        for x, one in zip(experiments, published, strict=True)
        for own in (executions(x, one.trials),)
    )
    circuits = sum(one.trials.circuits for one in published)
    return Plan(
        judge=JUDGE,
        software=SOFTWARE,
        sheet=sheet,
        device=device,
        seed_commitment=commitment_to(_NO_SEED),
        alpha=options.alpha,
        beta=options.beta,
        rule=options.rule,
        multiplicity="none",
        experiments=experiments,
        cost=Cost(shots=shots, circuits=circuits, seconds=0.0),
        untested=untested,
    )


def _experiment(
    name: str, one: PublishedCounts, named: Mapping[str, PublishedCounts], claims: list[Claim]
) -> Experiment:
    size = one.trials.circuits
    measured = {
        target for x in named.values() if x.quantity == one.quantity for target in x.targets
    }
    return Experiment(
        id=name,
        protocol=one.protocol,
        version=PUBLISHED[one.protocol].version,
        targets=one.targets,
        lengths=tuple(one.trials.lengths.tolist()),
        block=(size,),
        rounds=size,
        batch=size,
        claims=tuple(c.id for c in claims if _serves(c, one, measured, named.values())),
        problem=one.problem,
    )


def _serves_register(claim: Claim, one: PublishedCounts, named: Iterable[PublishedCounts]) -> bool:
    """Whether circuits are those that a claim on a register speaks of, and none beside them."""
    depth = claim.condition("depth")
    wanted = set(claim.scope.qubits) | {qubit for pair in claim.scope.pairs for qubit in pair}
    mark = mark_for(claim)
    width = None if mark is None else mark.width(claim.value) or 0
    if wanted and width is not None:
        wanted = {*sorted(wanted)[:width]}
    fitting = [
        x
        for x in named
        if x.quantity == measured_by(claim)
        and (not wanted or wanted == set(x.targets[0]))
        and width in (None, len(x.targets[0]))
        and (depth is None or read_terms(x.problem).depth == depth)
    ]
    return len(fitting) == 1 and fitting[0] is one


def _serves(
    claim: Claim,
    one: PublishedCounts,
    measured: set[Target],
    named: Iterable[PublishedCounts],
) -> bool:
    """Whether the counts are of the claim's metric, which was measured on all that it names."""
    if one.protocol == PublishedScores.id:
        return measured_by(claim) == one.quantity and _serves_register(claim, one, named)
    wanted = {(qubit,) for qubit in claim.scope.qubits} | {
        (min(pair), max(pair)) for pair in claim.scope.pairs
    }
    if claim.metric != one.quantity or not wanted <= measured:
        return False
    return not wanted or not wanted.isdisjoint(one.targets)


def _description(sheet: ClaimSheet, published: tuple[PublishedCounts, ...]) -> DeviceDescription:
    """Describe the machine as far as the counts show it."""
    qubits = 1 + max(qubit for one in published for target in one.targets for qubit in target)
    pairs = {
        (min(target), max(target))
        for one in published
        for target in one.targets
        if len(target) == 2
    }
    return DeviceDescription(
        name=sheet.machine,
        platform="other",
        qubits=qubits,
        connectivity="listed",
        couplings=tuple(sorted((a, b) for a, b in pairs)),
    )
