"""A bundle as a research object: a folder that archives and repositories understand.

RO-Crate 1.1 (https://w3id.org/ro/crate/1.1) describes the files of a folder in one JSON-LD file.
The crate is a view: the bundle inside is the same bytes, and what proves something is the bundle.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

from qassay.reports.facts import RunFacts
from qassay.reports.words import headline
from qassay.verdicts.analysis import Analysis

METADATA: Final = "ro-crate-metadata.json"
PAGE: Final = "datasheet.html"
_CONFORMS: Final = "https://w3id.org/ro/crate/1.1"
_SOFTWARE: Final = "#qassay"
_RUN: Final = "#test"


def crate_files(analysis: Analysis, facts: RunFacts, bundle: bytes, page: str) -> dict[str, bytes]:
    """Give the files of the crate: the bundle, its datasheet, and their description.

    Args:
        analysis: Plan, estimates and verdicts.
        facts: What the run knows beside them.
        bundle: The bytes of the evidence.
        page: The datasheet.
    """
    files = {facts.bundle_name: bundle, PAGE: page.encode("utf-8")}
    graph = [
        {
            "@id": METADATA,
            "@type": "CreativeWork",
            "conformsTo": {"@id": _CONFORMS},
            "about": {"@id": "./"},
        },
        _root(analysis, facts, files),
        _file(facts.bundle_name, bundle, "application/zip", "Sealed evidence"),
        _file(PAGE, files[PAGE], "text/html", "Datasheet"),
        *_actors(analysis, facts),
    ]
    document = {"@context": f"{_CONFORMS}/context", "@graph": graph}
    text = json.dumps(document, indent=1, ensure_ascii=False) + "\n"
    return {METADATA: text.encode("utf-8"), **files}


def _root(analysis: Analysis, facts: RunFacts, files: Mapping[str, bytes]) -> dict[str, Any]:
    sheet, device = analysis.plan.sheet, analysis.plan.device
    told = (
        str(headline(sheet.claims, analysis.verdicts, simulator=device.simulator))
        if analysis.verdicts
        else "An application was run and scored."
    )
    sealed = facts.record.sealed_at if facts.record is not None else ""
    dated = {"datePublished": sealed} if sealed else {}  # bundles of earlier versions have none
    return {
        "@id": "./",
        "@type": "Dataset",
        "name": sheet.title,
        "description": f"Evidence of a test of claims on {sheet.machine}. {told}",
        **dated,
        "license": "Not stated: the figures are those of the parties that are named.",
        "identifier": f"sha256:{hashlib.sha256(files[facts.bundle_name]).hexdigest()}",
        "hasPart": [{"@id": name} for name in files],
        "mentions": [{"@id": _RUN}],
    }


def _file(name: str, data: bytes, kind: str, title: str) -> dict[str, Any]:
    return {
        "@id": name,
        "@type": "File",
        "name": title,
        "encodingFormat": kind,
        "contentSize": str(len(data)),
        "sha256": hashlib.sha256(data).hexdigest(),
    }


def _actors(analysis: Analysis, facts: RunFacts) -> list[dict[str, Any]]:
    sheet, device, record = analysis.plan.sheet, analysis.plan.device, facts.record
    name, _, version = facts.software.partition(" ")
    action: dict[str, Any] = {
        "@id": _RUN,
        "@type": "CreateAction",
        "name": f"Test of {len(sheet.claims)} claims, plan {facts.plan_id[:16]}",
        "instrument": [{"@id": _SOFTWARE}, {"@id": "#device"}],
        "result": [{"@id": facts.bundle_name}, {"@id": PAGE}],
    }
    if record is not None and record.measured_from:
        action |= {"startTime": record.measured_from, "endTime": record.measured_to}
    what = "A simulator, no hardware" if device.simulator else "Quantum computer"
    return [
        action,
        {
            "@id": _SOFTWARE,
            "@type": "SoftwareApplication",
            "name": name,
            "softwareVersion": version or "unknown",
        },
        {
            "@id": "#device",
            "@type": "Thing",
            "name": device.name,
            "description": f"{what}, {device.qubits} qubits, {device.platform}",
        },
    ]
