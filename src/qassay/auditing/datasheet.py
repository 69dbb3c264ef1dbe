"""The report, written again from the evidence and compared byte for byte."""

from __future__ import annotations

import html
import re

from qassay.auditing.sealed_numbers import with_sealed_numbers
from qassay.auditing.state import Absent, Audit, known
from qassay.errors import NotReproducedError, Problem, quoted
from qassay.evidence import bundle as layout
from qassay.evidence.bundle import bundle_name
from qassay.languages.english import said
from qassay.reports.bundle_facts import facts_of, renderer_id
from qassay.reports.datasheet import render_datasheet

_TAG = re.compile(r"<[^<>]*>")


def check_datasheet(audit: Audit) -> str:
    """Is the datasheet the one that follows from the evidence, byte for byte?"""
    if audit.other_rules:
        return Absent(said("audited.datasheet_rules"))
    bundle, analysis = known(audit.bundle), known(audit.analysis)
    if layout.REPORT not in bundle.files:
        return said("audited.datasheet_none")
    sealed = with_sealed_numbers(
        analysis,
        *map(bundle.document, (layout.ESTIMATES, layout.CHECKS, layout.VERDICTS)),
    )
    facts = facts_of(bundle, analysis.plan, bundle_name(analysis.plan.sheet.machine))
    ours = render_datasheet(sealed, facts).encode()
    theirs = bundle.files[layout.REPORT]
    if ours == theirs:
        return said("audited.datasheet")
    written = bundle.document(layout.VERSIONS)
    if written.get("datasheet") == renderer_id():
        raise NotReproducedError(_first_difference(ours, theirs))
    # Whoever seals a bundle writes what its page was written by, so that word excuses nothing
    # where a reader would rely on the page.
    if audit.level != "T0":
        raise NotReproducedError(
            Problem(
                where=layout.REPORT,
                found="a page that another version of qassay wrote, and that is not compared",
                expected=f"at trust level {audit.level} the page that follows from the evidence",
                advice=f"audit it with qassay {quoted(written['qassay'])}, or have its verifier"
                " write and sign it anew",
            )
        )
    audit.unproven.append(said("unproven.page_says", page=layout.REPORT))
    return said("audited.datasheet_other")


def _first_difference(ours: bytes, theirs: bytes) -> Problem:
    """Say where two pages begin to differ, and what a reader would see there."""
    own, other = ours.split(b"\n"), theirs.split(b"\n")
    pairs = zip(own, other, strict=False)
    line = next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(own), len(other)))
    found, expected = (_seen(lines[line]) if line < len(lines) else "" for lines in (other, own))
    if found == expected:  # the difference is in what is not read: an attribute, a drawing
        found, expected = "another mark-up", "the page that follows from the evidence"
    return Problem(
        where=f"{layout.REPORT}, line {line + 1}",
        found=f"another page: {found or 'nothing'}",
        expected=f"{expected or 'nothing'}, byte for byte",
    )


def _seen(line: bytes) -> str:
    """Give what is read on a line of a page."""
    text = html.unescape(_TAG.sub(" ", line.decode("utf-8", "replace")))
    return quoted(" ".join(text.split()), 100)
