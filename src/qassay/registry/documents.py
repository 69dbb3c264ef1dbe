"""What the registry says, as plain JSON values."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from qassay.registry.disclosure import DisclosureScore
from qassay.registry.records import FigureSource, Gap, LooseDate, PublishedFigure, RegisteredMachine
from qassay.registry.standing import FigureCell, FigureRow
from qassay.registry.vocabulary import FIGURE_KINDS, GROUPS


def machine_line(machine: RegisteredMachine, score: DisclosureScore | None) -> dict[str, Any]:
    """Give a machine without its figures, for lists."""
    return {
        "id": machine.id,
        "name": machine.name,
        "makers": list(machine.makers),
        "countries": list(machine.countries),
        "kind": machine.kind,
        "platform": machine.platform,
        "technology": machine.technology,
        "announced": _day(machine.announced),
        "announced_sourced": machine.announced_sourced,
        "status": machine.status,
        "qubits": machine.qubits,
        "figures": len(machine.figures),
        "transparency": None if score is None else {"low": score.low, "high": score.high},
    }


def machine_document(machine: RegisteredMachine) -> dict[str, Any]:
    """Give a whole machine, values in SI units."""
    return {
        **machine_line(machine, None),
        "programme": machine.programme,
        "announced_note": machine.announced_note,
        "checked": machine.checked.text,
        "notes": list(machine.notes),
        "figures": [figure_document(one) for one in machine.figures],
        "gaps": [_gap(one) for one in machine.gaps],
    }


def figure_document(figure: PublishedFigure) -> dict[str, Any]:
    """Give a figure with its source and what it is called."""
    document = asdict(figure)
    document.pop("dated")
    document["title"] = FIGURE_KINDS[figure.metric].title
    document["date"] = figure.dated.text
    document["evidence"] = figure.evidence.title
    document["by"] = figure.evidence.party
    document["source"] = _source(figure.source)
    return document


def score_document(score: DisclosureScore) -> dict[str, Any]:
    """Give a score with every lost point."""
    return {
        "machine": score.machine,
        "day": score.day.isoformat(),
        "weights": score.weights,
        "low": score.low,
        "high": score.high,
        "parts": dict(score.parts),
        "found": {GROUPS[name]: letter for name, letter in score.found.items()},
        "lost": [asdict(one) for one in score.lost],
    }


def row_document(row: FigureRow) -> dict[str, Any]:
    """Give one row of a comparison."""
    return {
        "metric": row.metric,
        "title": FIGURE_KINDS[row.metric].title,
        "width": row.width,
        "depth": row.depth,
        "alike": row.alike,
        "machines": [_cell(one) for one in row.cells],
    }


def _cell(cell: FigureCell) -> dict[str, Any]:
    return {
        "machine": cell.machine,
        "figure": None if cell.figure is None else figure_document(cell.figure),
        "rank": None if cell.place is None else asdict(cell.place),
        "cannot_be_ranked": cell.reason or None,
        "further_figures": cell.others,
    }


def _gap(gap: Gap) -> dict[str, Any]:
    return {
        "kind": gap.kind,
        "figures": list(gap.figures),
        "why": gap.why,
        "source": None if gap.source is None else _source(gap.source),
    }


def _source(source: FigureSource) -> dict[str, Any]:
    return {
        "title": source.title,
        "publisher": source.publisher,
        "date": source.dated.text,
        "url": source.url,
        "primary": source.primary,
        "seen_via": source.seen_via,
    }


def _day(dated: LooseDate | None) -> str | None:
    return None if dated is None else dated.text
