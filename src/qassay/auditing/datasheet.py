"""The report, written again from the evidence and compared byte for byte."""

from __future__ import annotations

import re

from qassay.auditing.state import Audit, known
from qassay.errors import NotReproducedError, Problem
from qassay.evidence import bundle as layout
from qassay.evidence.bundle import bundle_name
from qassay.reports.bundle_facts import facts_of, renderer_id
from qassay.reports.datasheet import render_datasheet
from qassay.reports.software import versions

_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def check_datasheet(audit: Audit) -> str:
    """Is the datasheet the one that follows from the evidence, byte for byte?"""
    bundle, analysis = known(audit.bundle), known(audit.analysis)
    if layout.REPORT not in bundle.files:
        return "this bundle is of an older format, without a datasheet inside"
    written = bundle.document(layout.VERSIONS)
    if written.get("datasheet") != renderer_id():
        audit.unproven.append(
            f"that {layout.REPORT} says what the numbers say: another version of qassay wrote it;"
            " `qassay report` writes it anew from the evidence"
        )
        return "the datasheet was written by another version of qassay and is not compared"
    facts = facts_of(bundle, analysis.plan, bundle_name(analysis.plan.sheet.machine))
    ours = render_datasheet(analysis, facts).encode()
    theirs = bundle.files[layout.REPORT]
    if ours == theirs:
        return "the datasheet is the one that follows from the evidence, byte for byte"
    if written != versions() and _alike(ours.decode(), theirs.decode("utf-8", "replace")):
        return "the datasheet follows from the evidence, but for last digits of other libraries"
    raise NotReproducedError(
        Problem(where=layout.REPORT, found=f"another page, {_place(ours, theirs)}",
                expected="the page that follows from the evidence, byte for byte")
    )  # fmt: skip


def _alike(ours: str, theirs: str) -> bool:
    """Say whether two pages differ by one in the last shown digit of numbers at the most."""
    if _NUMBER.sub("#", ours) != _NUMBER.sub("#", theirs):
        return False
    return all(
        abs(float(one) - float(other)) <= 1.001 * 10.0 ** -len(one.partition(".")[2])
        for one, other in zip(_NUMBER.findall(ours), _NUMBER.findall(theirs), strict=True)
    )


def _place(ours: bytes, theirs: bytes) -> str:
    """Say where two pages begin to differ."""
    pairs = zip(ours, theirs, strict=False)
    place = next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(ours), len(theirs)))
    line = ours[:place].count(10) + 1  # line feeds
    return f"different from line {line} on"
