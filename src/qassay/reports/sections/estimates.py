"""Every single estimate as a number: what the figures show, for those who compute or cannot see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from qassay.claims.metrics import METRICS
from qassay.protocols.interface import Target
from qassay.reports.numbers import Shown, shown
from qassay.reports.text import grouped, plural
from qassay.reports.words import inside_sentence
from qassay.statistics.estimate import Estimate
from qassay.units import Dimension
from qassay.verdicts.analysis import Analysis

_LAYER: Final = "error of a layer (one-qubit gates and entangler), as process infidelity"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class EstimateTable:
    """All estimates of one quantity.

    Attributes:
        title: What they are.
        noun: "qubit" or "pair".
        many: How many, in words.
        rows: Target, estimate, shots.
    """

    title: str
    noun: str
    many: str
    rows: tuple[tuple[str, Shown, str], ...]


def estimate_tables(analysis: Analysis) -> tuple[EstimateTable, ...]:
    """Collect the estimates by quantity, targets in order."""
    tables: dict[str, list[tuple[Target, Estimate]]] = {}
    for parts in analysis.measured.values():
        for part in parts:
            found = tables.setdefault(part.quantity, [])
            found += list(zip(part.targets, part.estimates, strict=True))
    return tuple(_table(quantity, rows) for quantity, rows in tables.items() if rows)


def _table(quantity: str, found: list[tuple[Target, Estimate]]) -> EstimateTable:
    metric = METRICS.get(quantity)
    dimension: Dimension = metric.dimension if metric else "probability"
    title = inside_sentence(metric.title) if metric else _LAYER
    if metric and metric.conventions:
        title += ", as average gate infidelity"
    found = sorted(found, key=lambda entry: entry[0])
    noun = "pair" if len(found[0][0]) == 2 else "qubit"
    return EstimateTable(
        title=title[0].upper() + title[1:],
        noun=noun,
        many=plural(len(found), noun),
        rows=tuple(
            ("–".join(map(str, target)), shown(one, dimension), grouped(one.shots))
            for target, one in found
        ),
    )
