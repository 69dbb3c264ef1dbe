"""What a run leaves behind: the sealed bundle with the datasheet in it, and both side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qassay.canonical import canonical_bytes
from qassay.devices.interface import Provenance
from qassay.devices.outcomes import outcome_lines
from qassay.evidence import bundle as layout
from qassay.evidence.bundle import Bundle, bundle_name, check_room
from qassay.evidence.ledger import Calibration, LedgerEntry
from qassay.evidence.run_record import RunRecord
from qassay.execution.job_book import events_of_counts, ids_of, purchases
from qassay.execution.journal import now_text
from qassay.execution.runner import Finished
from qassay.planning.plan import Plan
from qassay.protocols.batches import batch_id
from qassay.reports.bundle_facts import facts_of
from qassay.reports.datasheet import render_datasheet
from qassay.reports.facts import RunFacts
from qassay.reports.software import versions
from qassay.verdicts.analysis import Analysis
from qassay.whole_files import write_whole


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Sealed:
    """What lies in the folder of a run when it is over.

    Attributes:
        bundle: The evidence.
        datasheet: The report; the same bytes are in the bundle.
        facts: What the report tells beside estimates and verdicts.
    """

    bundle: Path
    datasheet: Path
    facts: RunFacts


def seal(folder: Path, files: Mapping[str, bytes], analysis: Analysis) -> Sealed:
    """Write bundle and datasheet.

    Args:
        folder: Where to.
        files: Everything in the bundle but the datasheet.
        analysis: What the datasheet tells.

    Raises:
        MalformedError: It would be larger than any auditor reads; nothing is written.
    """
    name = bundle_name(analysis.plan.sheet.machine)
    check_room(files, name)
    facts = facts_of(Bundle(files), analysis.plan, name)
    page = render_datasheet(analysis, facts).encode("utf-8")
    sealed = Bundle({**files, layout.REPORT: page})
    check_room({**sealed.files, layout.MANIFEST: sealed.seal()}, name)
    sealed.save(folder / name)
    datasheet = folder / "datasheet.html"
    write_whole(datasheet, page)
    return Sealed(bundle=folder / name, datasheet=datasheet, facts=facts)


def common_files(
    sheet: bytes, plan: Plan, root: bytes, seed: int | None, analysis: Analysis
) -> dict[str, bytes]:
    """Collect the files that every bundle has."""
    return {
        layout.SHEET: sheet,
        layout.PLAN: canonical_bytes(plan.as_json()),
        layout.SEED: canonical_bytes({"root": root.hex(), "seed": seed}),
        layout.ESTIMATES: canonical_bytes(analysis.estimates_json()),
        layout.CHECKS: canonical_bytes(analysis.checks_json()),
        layout.VERDICTS: canonical_bytes(analysis.verdicts_json()),
        layout.VERSIONS: canonical_bytes(versions()),
    }


def run_record(
    journal: Sequence[Mapping[str, Any]],
    finished: Iterable[Finished] = (),
    driven: Provenance | None = None,
) -> RunRecord:
    """Write down when a test was made, with what, and under which names its jobs are known.

    Args:
        journal: Its events.
        finished: Its batches.
        driven: By what, where somebody else's software drove the device.
    """
    times = sorted(str(event["at"]) for event in events_of_counts(journal) if event.get("at"))
    jobs = (
        (batch_id(x.experiment, x.index), ", ".join(ids_of(x.handle))[:200])
        for x in finished
        if x.handle
    )
    return RunRecord(
        measured_from=times[0] if times else "",
        measured_to=times[-1] if times else "",
        sealed_at=now_text(),
        version=driven.version if driven else "",
        libraries=driven.libraries if driven else (),
        jobs=tuple(jobs) if driven else (),
        ledger=_ledger(journal),
        calibration=tuple(
            Calibration(
                read_at=str(event["at"]),
                facts=tuple(event["facts"].items()),
                numbers=tuple(event["numbers"].items()),
            )
            for event in journal
            if event["kind"] == "calibration"
        ),
    )


def _ledger(journal: Sequence[Mapping[str, Any]]) -> tuple[LedgerEntry, ...]:
    """Write down what was sent to a provider; what it did not take costs nothing."""
    return tuple(
        LedgerEntry(
            job=row.job,
            standing=row.standing,
            ids=", ".join(ids_of(row.handle))[:400],
            circuits=row.circuits,
            shots=row.circuits * row.shots,
            price=row.price or "",
            currency=row.currency,
            sent_at=row.sent_at,
            ended_at=row.ended_at,
        )
        for row in purchases(journal)
        if row.owed
    )


def batch_files(finished: Iterable[Finished]) -> dict[str, bytes]:
    """Collect circuits and counts of the batches that were run."""
    files = {}
    for batch in finished:
        name = batch_id(batch.experiment, batch.index)
        lines = None if batch.outcomes is None else outcome_lines(batch.outcomes)
        circuits = {"batch": name, "circuits": batch.circuit_ids}
        counts = {
            "batch": name,
            "shots": batch.experiment.shots,
            "outcomes": lines,
            "seconds": batch.seconds,
            "notes": list(batch.notes),
            "failures": list(batch.failures),
        }
        files[layout.circuits_file(name)] = canonical_bytes(circuits)
        files[layout.counts_file(name)] = canonical_bytes(counts)
    return files
