"""The head of the datasheet: what was tested, and how its claims fared in one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from qassay.devices.description import DeviceDescription
from qassay.languages.english import said
from qassay.numerals import numeral
from qassay.protocols.approximation_ratio import ApproximationRatio
from qassay.reports.facts import RunFacts
from qassay.reports.places import layout_words
from qassay.reports.sections.applications import headline_of
from qassay.reports.text import plural
from qassay.reports.words import headline
from qassay.verdicts.analysis import Analysis


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What stands at the head.

    Attributes:
        title: Of the sheet.
        simulator: Whether no quantum hardware was tested.
        imported: Whether somebody else took and published the counts.
        banner: What must be known before any number is read; empty for a test of hardware.
        running: The line on every printed page.
        sentence: How the claims fared.
        rows: Names and facts of machine, vendor and source.
        notes: Remarks of the sheet's author.
        note_of: What stands before them.
    """

    title: str
    simulator: bool
    imported: bool
    banner: str
    running: str
    sentence: str
    rows: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    note_of: str = "Note of the sheet's author: "


def summary_of(analysis: Analysis, facts: RunFacts) -> Summary:
    """Say what was tested and how its claims fared."""
    sheet, device = analysis.plan.sheet, analysis.plan.device
    imported = facts.kind == "import"
    who = ", ".join(part for part in (sheet.source.publisher, sheet.source.date) if part)
    source = "; ".join(part for part in (sheet.source.title, who, sheet.source.url) if part)
    rows = [
        ("Machine", sheet.machine),
        ("Claims made by", sheet.vendor),
        ("Claims published in", source or "no source is named on the claim sheet"),
        ("Counts from" if imported else "Tested", _device(device, imported=imported)),
        (
            "Effort",
            _effort(facts, imported=imported)
            if sheet.claims
            else f"{plural(facts.shots, 'shot')} in"
            f" {plural(sum(x.batches for x in analysis.plan.experiments), 'batch', 'batches')}",
        ),
        *_dates(facts, imported=imported),
        ("Report", f"plan {facts.plan_id[:16]}, made by {facts.software}"),
    ]
    if not sheet.claims:
        del rows[1:3]  # an application's run has a question, and no claims
    if imported and facts.source:
        rows.insert(4, ("Counts published in", facts.source))
    return Summary(
        title=sheet.title,
        simulator=device.simulator,
        imported=imported,
        banner=_banner(analysis, imported=imported),
        running=_running(analysis, facts, imported=imported),
        sentence=headline(sheet.claims, analysis.verdicts, simulator=device.simulator)
        if analysis.verdicts
        else _answered(headline_of(analysis), analysis),
        rows=tuple(rows),
        notes=sheet.notes,
        note_of="Note of the sheet's author: " if sheet.claims else "Note: ",
    )


def _answered(scores: str, analysis: Analysis) -> str:
    """Say how a run without claims came out: its scores, and what it asked."""
    whole = scores
    for one in analysis.answers:
        if one.ask == ApproximationRatio.id and (one.telling or not one.experiment):
            continue  # it is in the scores
        whole = said("answer.both", a=whole, b=one.headline) if whole else one.headline
    return whole


def _dates(facts: RunFacts, *, imported: bool) -> Iterator[tuple[str, str]]:
    """Say when the test was made and when it was judged, as far as the evidence knows."""
    yield from facts.dates
    if facts.record is None:
        return
    first, last = (_time(text) for text in (facts.record.measured_from, facts.record.measured_to))
    if first:
        yield "Date of the test", first if first == last else f"{first} to {last}"
    elif not imported:
        yield "Date of the test", "nothing was measured: counts of an earlier run were replayed"
    if facts.record.sealed_at:
        yield "Date of this report", _time(facts.record.sealed_at)


def _time(text: str) -> str:
    """Write a time for people: "2026-11-29 12:40:05 UTC"."""
    return text.replace("T", " ").replace("Z", " UTC")


def _device(device: DeviceDescription, *, imported: bool) -> str:
    parts: list[str] = [] if device.platform == "other" else [device.platform]
    parts.append(plural(device.qubits, "qubit"))
    if not imported:  # published counts show pairs, not the couplings of the machine
        parts.append(f"{layout_words(device)} ({plural(len(device.pairs), 'pair')})")
    return f"{device.name}: {', '.join(parts)}"


def _effort(facts: RunFacts, *, imported: bool) -> str:
    text = f"{numeral(facts.shots)} shots of {plural(facts.circuits, 'circuit')}"
    return f"{text}, as published" if imported else text


def _banner(analysis: Analysis, *, imported: bool) -> str:
    device = analysis.plan.device
    if device.simulator:
        told = "verdicts" if analysis.verdicts else "scores"
        return said(f"banner.simulator_{told}", device=device.name)
    if imported:
        return said("banner.imported")
    return ""


def _running(analysis: Analysis, facts: RunFacts, *, imported: bool) -> str:
    device = analysis.plan.device
    if device.simulator:
        return f"Simulation: no quantum hardware was tested ({device.name})"
    kind = "published counts" if imported else "test report"
    return f"qassay, {kind}: {device.name}, plan {facts.plan_id[:16]}"
