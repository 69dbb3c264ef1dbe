"""The registry as tables for other programs: one row a figure."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from qassay.flat_tables import csv_of_rows, write_parquet
from qassay.registry.records import PublishedFigure, RegisteredMachine

COLUMNS: Final = (
    "machine",
    "makers",
    "countries",
    "kind",
    "platform",
    "announced",
    "figure",
    "metric",
    "value",
    "words",
    "error",
    "width",
    "depth",
    "statistic",
    "over",
    "n",
    "uncertainty",
    "best",
    "worst",
    "method",
    "operation",
    "convention",
    "simultaneous",
    "post_selection",
    "mitigation",
    "encoded",
    "specimen",
    "verification",
    "date",
    "note",
    "source_title",
    "source_publisher",
    "source_date",
    "source_url",
    "source_primary",
)
_FROM_FIGURE: Final = COLUMNS[COLUMNS.index("value") : COLUMNS.index("verification") + 1]


def figure_rows(machines: Sequence[RegisteredMachine]) -> list[dict[str, Any]]:
    """Give every figure as a flat row, values in SI units; `COLUMNS` names them."""
    return [_row(machine, figure) for machine in machines for figure in machine.figures]


def figures_csv(machines: Sequence[RegisteredMachine]) -> str:
    """Write the rows as CSV (RFC 4180); an absent number is an empty cell."""
    return csv_of_rows(COLUMNS, figure_rows(machines))


def write_parquet_table(machines: Sequence[RegisteredMachine], path: str | Path) -> None:
    """Write the rows as a Parquet file.

    Raises:
        UnavailableError: pyarrow is not installed.
    """
    write_parquet(figure_rows(machines), path)


def _row(machine: RegisteredMachine, figure: PublishedFigure) -> dict[str, Any]:
    source = figure.source
    return {
        "machine": machine.id,
        "makers": "; ".join(machine.makers),
        "countries": "; ".join(machine.countries),
        "kind": machine.kind,
        "platform": machine.platform,
        "announced": machine.announced.text if machine.announced else "",
        "figure": figure.id,
        "metric": figure.metric,
        **{name: getattr(figure, name) for name in _FROM_FIGURE},
        "date": figure.dated.text,
        "note": figure.note,
        "source_title": source.title,
        "source_publisher": source.publisher,
        "source_date": source.dated.text,
        "source_url": source.url,
        "source_primary": source.primary,
    }
