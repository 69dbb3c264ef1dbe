"""What a clock settles and no count does: durations, rates, waiting and uptime.

Such a claim stands on the sheet with `kind = "operations"`. It is judged by seconds, those that the
machine states of its jobs and those of the journal, never by counts, and stands on the datasheet
apart from them. Where no clock can settle it, it is as good as the document behind it.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, Literal

from qassay.claims.declared import Declared, read_inspection
from qassay.claims.plain_words import read_word
from qassay.claims.quantity_text import read_quantity
from qassay.claims.rows import clocked
from qassay.claims.rows.clocked import OperationMetric
from qassay.claims.toml_table import Table, finite_number, shown, unit_advice
from qassay.errors import did_you_mean
from qassay.languages.english import said
from qassay.languages.sentence import Figures, quantity_fact
from qassay.units import expected_form, format_quantity

KEYS: Final = (
    "id",
    "kind",
    "metric",
    "operation",
    "relation",
    "value",
    "delta",
    "definition",
    "window",
    "document",
    "inspector",
    "inspected",
)
_LARGEST_DELTA: Final = 10.0
DELTA: Final = 0.25


OPERATIONS: Final[dict[str, OperationMetric]] = {row.id: row for row in clocked.ROWS}

_GATE: Final = "gate_time"
_KINDS_OF_GATES: Final = {
    "1q": "gate_time_1q",
    "one-qubit gate": "gate_time_1q",
    "2q": "gate_time_2q",
    "two-qubit gate": "gate_time_2q",
    "readout": "readout_time",
    "reset": "reset_time",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """A claim that a clock is asked about.

    Attributes:
        id: Its short name on the sheet.
        metric: Id of a row of `OPERATIONS`.
        relation: "at most" or "at least".
        value: In SI units.
        stated: The value as it stands on the sheet.
        delta: Tolerance of the decision, a fraction of the value.
        definition: Published variant that is claimed; empty where there is only one.
        window: Seconds that the journal has to cover; None where the claim names none.
        read_as: How words of the sheet were understood.
        declared: The figure as a declared one, with what is named of a document.
    """

    id: str
    metric: str
    relation: Literal["at most", "at least"]
    value: float
    stated: str
    delta: float
    declared: Declared
    definition: str = ""
    window: float | None = None
    read_as: tuple[str, ...] = ()

    @property
    def kind(self) -> OperationMetric:
        """The row of the table."""
        return OPERATIONS[self.metric]

    def as_json(self) -> dict[str, Any]:
        """Give it as plain JSON values."""
        return asdict(self)


def operation_name(word: object) -> str | None:
    """Find the metric that a word names; None where a clock has no say in it."""
    if not isinstance(word, str):
        return None
    plain = word[:60].strip().lower().replace(" ", "_").replace("-", "_")
    if plain == _GATE or plain in OPERATIONS:
        return plain
    return next((row.id for row in OPERATIONS.values() if plain in row.names), None)


def read_operation(table: Table, sheet_delta: float | None) -> Operation | None:
    """Read a `[[claim]]` of kind "operations", whose id is checked already.

    Returns:
        The claim, or None where anything was wrong.
    """
    before = len(table.mistakes)
    told: list[str] = []
    metric = _metric(table, told)
    relation = ""
    if "relation" in table:
        relation = read_word(table, "relation", ("at most", "at least"), told) or ""
    value, stated = _value(table, metric, told)
    delta = _delta(table)
    definition = _definition(table, metric, told)
    window = _seconds(table, "window")
    inspection = read_inspection(table)
    if metric is None or value is None or len(table.mistakes) > before:
        return None
    better: Literal["at most", "at least"] = "at most" if metric.lower_is_better else "at least"
    side: Literal["at most", "at least"] = (
        better if not relation else "at most" if relation == "at most" else "at least"
    )
    name = str(table.content.get("id"))
    return Operation(
        id=name,
        metric=metric.id,
        relation=side,
        value=value,
        stated=stated,
        delta=delta or sheet_delta or DELTA,
        definition=definition,
        window=window,
        read_as=tuple(told),
        declared=replace(inspection, id=name, figure=metric.title, relation=side, stated=stated),
    )


def _metric(table: Table, told: list[str]) -> OperationMetric | None:
    word = table.value("metric") if "metric" in table else None
    name = operation_name(word)
    if name == _GATE:
        found = table.choice(
            "operation", _KINDS_OF_GATES, "a gate time is of one kind of operation"
        )
        return OPERATIONS[_KINDS_OF_GATES[found]] if found else None
    if "operation" in table:
        table.complain(
            "operation",
            shown(table.value("operation")),
            "no operation",
            f'it goes with metric = "{_GATE}" alone',
        )
    if name is None:
        table.complain(
            "metric",
            "nothing" if word is None else shown(word),
            f"one of {_GATE}, {', '.join(OPERATIONS)}",
            did_you_mean(word, OPERATIONS) if isinstance(word, str) else "",
        )
        return None
    if word != name:
        told.append(said("read.word", key="metric", found=shown(word), meant=name))
    return OPERATIONS[name]


def _value(
    table: Table, metric: OperationMetric | None, told: list[str]
) -> tuple[float | None, str]:
    raw = table.value("value") if "value" in table else None
    if metric is None:
        return None, ""
    expected = expected_form(metric.dimension)
    if raw is None:
        table.complain("value", "nothing", expected)
        return None, ""
    # CLOPS and shots a second are published as bare numbers, and can mean nothing else.
    number = finite_number(raw)
    if metric.dimension == "rate" and number is not None:
        raw = f"{number!r} 1/s"
        rate = Figures(number=f"{number:g}", unit="1/s", joint=" ")
        told.append(said("read.word", key="value", found=f"{number:g}", meant=rate))
    try:
        read = read_quantity(raw, metric.dimension)
    except ValueError as error:
        table.complain("value", shown(raw), str(error), unit_advice(raw, metric.dimension))
        return None, ""
    if read.value <= 0:
        table.complain("value", shown(raw), f"{expected}, above zero")
        return None, ""
    if not read.plain:
        meant = quantity_fact(format_quantity(read.value, metric.dimension))
        told.append(said("read.word", key="value", found=shown(raw), meant=meant))
    return read.value, str(raw).strip()


def _delta(table: Table) -> float | None:
    if "delta" not in table:
        return None
    number = finite_number(table.value("delta"))
    if number is not None and 0.0 < number <= _LARGEST_DELTA:
        return number
    table.complain(
        "delta", shown(table.value("delta")), f"a number above 0 and at most {_LARGEST_DELTA:g}"
    )
    return None


def _definition(table: Table, metric: OperationMetric | None, told: list[str]) -> str:
    word = str(table.content.get("metric", "")).strip().lower()
    known = metric.definitions if metric else ()
    if "definition" not in table:
        if word in known:
            return word
        return "unstated" if known else ""
    if not known:
        table.complain(
            "definition",
            shown(table.value("definition")),
            "no definition",
            "this figure has one only",
        )
        return ""
    return read_word(table, "definition", known, told) or ""


def _seconds(table: Table, key: str) -> float | None:
    if key not in table:
        return None
    raw = table.value(key)
    days = re.fullmatch(r"\s*(\d{1,6}(?:\.\d{1,6})?)\s*d(?:ays?)?\s*", str(raw)[:40], re.ASCII)
    try:
        return 86_400.0 * float(days[1]) if days else read_quantity(raw, "time").value
    except ValueError:
        table.complain(key, shown(raw), 'a time with its unit, such as "24 h" or "30 d"')
        return None
