"""One `[[figure]]` of a machine's file: a number with everything that says what it means."""

from __future__ import annotations

from typing import Any, Final

from qassay.claims.metrics import METRICS
from qassay.claims.toml_table import Table, finite_number, shown
from qassay.errors import did_you_mean, quoted
from qassay.registry.records import FigureSource, LooseDate, PublishedFigure
from qassay.registry.texts import clean_text, hardware_text
from qassay.registry.vocabulary import (
    CONVENTIONS_OF_FIGURES,
    FIGURE_KINDS,
    LADDER,
    STATISTICS,
    FigureKind,
)
from qassay.units import parse_quantity

FIGURE_KEYS: Final = (
    "id",
    "metric",
    "value",
    "words",
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
    "source",
    "date",
    "note",
)
# Rungs that no file can claim: they come with a bundle.
_BUNDLES: Final = ("unsigned_bundle", "sealed_bundle")


def published_figure(
    table: Table, source: FigureSource | None, dated: LooseDate | None
) -> PublishedFigure | None:
    """Read one figure; None after a complaint that leaves nothing to show."""
    kind = _kind(table)
    statistic = table.choice("statistic", STATISTICS)
    verification = table.choice("verification", [one for one in LADDER if one not in _BUNDLES])
    plain: dict[str, Any] = {
        key: _plain(table, key)
        for key in (
            "over",
            "method",
            "operation",
            "post_selection",
            "mitigation",
            "specimen",
            "note",
            "words",
        )
    }
    convention = ""
    if kind is not None and kind.metric and METRICS[kind.metric].conventions:
        convention = table.choice("convention", CONVENTIONS_OF_FIGURES) or ""
    elif kind is not None and "convention" in table:
        table.complain(
            "convention",
            shown(table.value("convention")),
            "no convention",
            "this kind of figure has one reading only",
        )
    numbers: dict[str, Any] = {key: _number(table, key, kind) for key in ("value", "best", "worst")}
    uncertainty = _number(table, "uncertainty", kind, relative=True)
    counts: dict[str, Any] = {key: _count(table, key) for key in ("width", "depth", "n")}
    flags = {key: _flag(table, key) for key in ("simultaneous", "encoded")}
    if kind is not None and (kind.dimension == "words") == ("value" in table):
        right = "words" if kind.dimension == "words" else "a value"
        table.complain("value", "a value" if "value" in table else "none", right)
    if kind is None or statistic is None or verification is None or source is None:
        return None
    if dated is None:
        return None
    return PublishedFigure(
        id=str(table.content.get("id", "")),
        metric=kind.id,
        statistic=statistic,
        verification=verification,
        source=source,
        dated=dated,
        convention=convention,
        uncertainty=uncertainty,
        simultaneous=flags["simultaneous"],
        encoded=flags["encoded"] is True,
        **numbers,
        **counts,
        **plain,
    )


def _kind(table: Table) -> FigureKind | None:
    name = table.text("metric", longest=60, required=True)
    if not name:
        return None
    if name not in FIGURE_KINDS:
        table.complain(
            "metric",
            quoted(name),
            "a kind of figure of the registry",
            did_you_mean(name, FIGURE_KINDS) or "docs/registry.md lists them",
        )
        return None
    return FIGURE_KINDS[name]


def _plain(table: Table, key: str) -> str:
    if key in ("specimen", "method", "over"):
        return hardware_text(table, key)
    return clean_text(table, key, longest=500 if key == "note" else 200)


def _number(
    table: Table, key: str, kind: FigureKind | None, *, relative: bool = False
) -> float | None:
    if key not in table or kind is None:
        return None
    raw = table.value(key)
    dimension: Any = kind.dimension
    if dimension == "words":
        return None  # told elsewhere
    if dimension == "rate":  # layers or shots a second, whose unit is the kind's own
        number = finite_number(raw)
        if number is None or number <= 0:
            table.complain(key, shown(raw), "a number above zero, a second")
        return number
    try:
        number = parse_quantity(raw, "probability" if dimension == "fidelity" else dimension)
    except ValueError as error:
        table.complain(key, shown(raw), str(error))
        return None
    if dimension == "fidelity" and not relative and number < 0.25:
        table.complain(key, shown(raw), "a fidelity", "this looks like an error")
    return number


def _count(table: Table, key: str) -> int | None:
    if key not in table:
        return None
    value = table.value(key)
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 10**9:
        return value
    table.complain(key, shown(value), "a whole number above zero")
    return None


def _flag(table: Table, key: str) -> bool | None:
    if key not in table:
        return None
    value = table.value(key)
    if isinstance(value, bool):
        return value
    table.complain(key, shown(value), "true or false")
    return None
