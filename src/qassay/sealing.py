"""What a run leaves behind: the sealed bundle, and the facts its datasheet tells.

The facts are read from the bundle, never from the run, so that anybody who holds the bundle
can write the same datasheet again.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from pathlib import Path

from qassay import __version__
from qassay.canonical import canonical_bytes
from qassay.claims.plausibility import findings
from qassay.devices.outcomes import outcome_lines
from qassay.evidence import bundle as layout
from qassay.evidence.bundle import Bundle
from qassay.execution.runner import Finished
from qassay.planning.plan import Plan
from qassay.protocols.batches import batch_id
from qassay.reports.facts import RunFacts
from qassay.verdicts.analysis import Analysis


def bundle_name(machine: str) -> str:
    """Name the bundle after the machine, in characters that any file system takes."""
    return (re.sub(r"[^A-Za-z0-9._-]+", "-", machine).strip("-.")[:60] or "machine") + ".qassay.zip"


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


def batch_files(finished: Iterable[Finished]) -> dict[str, bytes]:
    """Collect circuits and counts of the batches that were run."""
    files = {}
    for batch in finished:
        name = batch_id(batch.experiment, batch.index)
        lines = None if batch.outcomes is None else outcome_lines(batch.outcomes)
        circuits = {"batch": name, "circuits": batch.circuit_ids}
        counts = {
            "batch": name,
            "shots": 1,
            "outcomes": lines,
            "seconds": batch.seconds,
            "notes": list(batch.notes),
            "failures": list(batch.failures),
        }
        files[layout.circuits_file(name)] = canonical_bytes(circuits)
        files[layout.counts_file(name)] = canonical_bytes(counts)
    return files


def versions() -> dict[str, str]:
    """Name the software that computes the numbers."""
    import numpy
    import scipy

    return {
        "qassay": __version__,
        "python": sys.version.split()[0],
        "numpy": numpy.__version__,
        "scipy": scipy.__version__,
    }


def write_whole(path: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    part = path.with_name(path.name + ".part")
    part.write_bytes(data)
    part.replace(path)


def facts_of(bundle: Bundle, plan: Plan, name: str) -> RunFacts:
    """Collect from a bundle what its datasheet tells beside estimates and verdicts.

    Args:
        bundle: The evidence.
        plan: Its plan.
        name: File name of the bundle.
    """
    batches = [
        bundle.document(path)
        for path in sorted(bundle.files)
        if path.startswith("batches/") and path.endswith("/counts.json")
    ]
    published = [bundle.document(path) for path in bundle.files if path.startswith("published/")]
    shots = sum(len(batch["outcomes"] or ()) for batch in batches)
    imported = bool(published)
    return RunFacts(
        seed=bundle.document(layout.SEED)["seed"],
        shots=plan.cost.shots if imported else shots,
        circuits=plan.cost.circuits if imported else shots,
        device_seconds=sum(batch["seconds"] for batch in batches),
        plan_id=plan.id,
        bundle_name=name,
        software=f"qassay {bundle.document(layout.VERSIONS)['qassay']}",
        failures=tuple(
            f"{batch['batch']}: {failure}" for batch in batches for failure in batch["failures"]
        ),
        notes=tuple(dict.fromkeys(note for batch in batches for note in batch["notes"])),
        findings=findings(plan.sheet, None if imported else plan.device.durations),
        kind="import" if imported else "run",
        source=", ".join(sorted(document["file"] for document in published)),
    )
