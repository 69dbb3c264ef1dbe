"""What the datasheet tells of a bundle beside estimates and verdicts.

The facts are read from the bundle, never from the run, so that anybody who holds the bundle
can write the same datasheet again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from qassay.claims.plausibility import findings
from qassay.evidence import bundle as layout
from qassay.evidence.bundle import Bundle
from qassay.evidence.campaign_log import statement_in
from qassay.evidence.log import ENTRIES, ROLES_FILE, parse_log
from qassay.evidence.roles import parse_roles
from qassay.evidence.run_record import read_run_record
from qassay.planning.availability import broken_words
from qassay.planning.plan import Plan
from qassay.planning.schedule import part_name
from qassay.reports.facts import RunFacts

# Where words, numbers or drawings of the page come from. A change there, which leaves every file of
# `reports` as it was, writes another page: the writer's name has to change with it, or an honest
# bundle of yesterday would be called forged.
SPEAKING: Final = (
    "applications",
    "claims",
    "errors.py",
    "evidence",
    "planning",
    "protocols",
    "reports",
    "statistics",
    "units.py",
    "verdicts",
)


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
    shots = [len(batch["outcomes"] or ()) for batch in batches]
    circuits = [n // batch["shots"] for n, batch in zip(shots, batches, strict=True)]
    imported = bool(published)
    return RunFacts(
        seed=bundle.document(layout.SEED)["seed"],
        shots=plan.cost.shots if imported else sum(shots),
        circuits=plan.cost.circuits if imported else sum(circuits),
        device_seconds=sum(batch["seconds"] for batch in batches),
        plan_id=plan.id,
        bundle_name=name,
        software=f"qassay {bundle.document(layout.VERSIONS)['qassay']}",
        failures=tuple(
            f"{batch['batch']}: {failure}" for batch in batches for failure in batch["failures"]
        ),
        notes=(
            *dict.fromkeys(note for batch in batches for note in batch["notes"]),
            *dict.fromkeys(note for one in published for note in one.get("notes", ())),
            *_on_record(bundle),
        ),
        findings=findings(
            plan.sheet,
            None if imported else plan.device.durations,
            broken_words(plan.device),
        ),
        kind="import" if imported else "run",
        source=", ".join(sorted({document["file"] for document in published})),
        record=read_run_record(bundle.document(layout.RUN_RECORD), layout.RUN_RECORD)
        if layout.RUN_RECORD in bundle.files
        else None,
        parties=tuple(_parties(bundle)),
    )


def _parties(bundle: Bundle) -> Iterator[tuple[str, str, str]]:
    """Name the parties of a campaign with their keys; the audit verifies what they signed."""
    if ROLES_FILE in bundle.files:
        for party in parse_roles(bundle.files[ROLES_FILE], ROLES_FILE).parties:
            yield party.role, party.name, party.key.fingerprint


def _on_record(bundle: Bundle) -> Iterator[str]:
    """Tell what was amended and stated in a campaign; the audit verifies who signed it."""
    for line in parse_log(bundle.files.get(ENTRIES, b"")).lines:
        said = statement_in(line, ENTRIES)
        facts = said["facts"]
        if said.get("event") == "amended":
            named = facts.get("batches") or [part_name(*one) for one in facts.get("parts", ())]
            batches = ", ".join(named) or "all batches"
            yield f"Amended before the release of {batches}: {facts['text']}"
        elif said.get("event") == "noted":
            yield f"On record, by the {said['by']}: {facts['text']}"


@cache
def renderer_id() -> str:
    """Name the writer of datasheets by its source: sha256 over all files that speak on the page."""
    here = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for place in SPEAKING:
        whole = here / place
        for path in sorted(whole.rglob("*")) if whole.is_dir() else (whole,):
            if path.suffix in (".py", ".j2", ".css"):
                data = path.read_bytes().replace(b"\r\n", b"\n")
                name = path.relative_to(here).as_posix().encode()
                for part in (name, data):
                    digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()
