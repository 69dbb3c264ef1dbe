"""Every single estimate as a number: what the figures show, for those who compute or cannot see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from qassay.claims.metrics import METRICS
from qassay.numerals import numeral
from qassay.protocols.approximation_ratio import BEST_STRING, OF_CIRCUITS
from qassay.protocols.interface import Target
from qassay.protocols.known import title_of_rate
from qassay.reports.numbers import Shown, shown_estimate
from qassay.reports.text import noun_of, plural
from qassay.reports.words import inside_sentence
from qassay.statistics.estimate import Estimate
from qassay.units import Dimension
from qassay.verdicts.analysis import Analysis

_NAMED: Final = 6  # qubits of a register that are named one by one


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class EstimateTable:
    """All estimates of one quantity.

    Attributes:
        title: What they are.
        noun: "qubit", "pair" or "register".
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
    tables.pop(BEST_STRING, None)  # an answer, drawn where it can be seen, and no number
    return tuple(_table(quantity, rows) for quantity, rows in tables.items() if rows)


def _table(quantity: str, found: list[tuple[Target, Estimate]]) -> EstimateTable:
    metric = METRICS.get(quantity)
    dimension: Dimension = metric.dimension if metric else "probability"
    whole = quantity in OF_CIRCUITS
    usual = OF_CIRCUITS[quantity] if whole else title_of_rate(quantity)
    title = inside_sentence(metric.title) if metric and not whole else usual
    if metric and metric.conventions:
        title += ", as average gate infidelity"
    found = sorted(found, key=lambda entry: entry[0])
    noun = "circuit" if whole else noun_of(found[0][0])
    return EstimateTable(
        title=title[0].upper() + title[1:],
        noun=noun,
        many=plural(len(found), noun),
        rows=tuple(
            (
                "whole circuit" if whole else _name(target),
                shown_estimate(one, dimension),
                numeral(one.shots),
            )
            for target, one in found
        ),
    )


def _name(target: Target) -> str:
    """Name a target by its qubits; a register of many by its first, its last and its size."""
    if len(target) <= _NAMED:
        return "–".join(map(str, target))
    return f"{target[0]} … {target[-1]} ({len(target)} qubits)"
