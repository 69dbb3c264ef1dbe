"""Verdicts from counts that somebody published: the same judge, no device."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from qassay.assay import SOFTWARE, RunResult
from qassay.assay.sealing import common_files, run_record, seal
from qassay.assay.stopwatch import Stopwatch
from qassay.canonical import canonical_bytes
from qassay.claims.claim import ClaimSheet
from qassay.claims.claim_file import parse_claim_sheet, read_sheet_bytes
from qassay.claims.metrics import METRICS
from qassay.errors import MalformedError, PlanError, Problem, UsageError
from qassay.evidence import bundle as layout
from qassay.execution.run_folder import Dates
from qassay.planning.options import Options, option_problems
from qassay.planning.published_plan import NO_SEED, published_plan
from qassay.protocols.published import trials_to_json
from qassay.protocols.weighing.counted import Counted
from qassay.published.counts import (
    PublishedCounts,
    PublishedFolder,
    read_published,
    sentences,
)
from qassay.reading.limits import EVIDENCE
from qassay.reading.strict_json import values_in
from qassay.units import format_quantity
from qassay.verdicts.analysis import analyse

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
    plan = published_plan(claims, named, chosen, SOFTWARE, simulator=found.simulator)
    counted = Counted.of(
        ((x, 0, {named[x.id].quantity: named[x.id].trials}) for x in plan.experiments), 1
    )
    analysis = analyse(plan, counted)
    clock.lap("estimates and verdicts")
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    files = (
        common_files(data, plan, NO_SEED, None, analysis)
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
