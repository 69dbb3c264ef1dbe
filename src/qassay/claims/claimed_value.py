"""The figure of a claim: a value, or a fidelity that is turned into the error it leaves."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from qassay.claims.claim import Convention, Relation
from qassay.claims.metrics import Metric
from qassay.claims.possible_values import impossible_value
from qassay.claims.quantity_text import read_quantity
from qassay.claims.toml_table import Table, finite_number, shown, unit_advice
from qassay.errors import quoted
from qassay.units import expected_form, format_quantity

_CONVENTION_WORDS: Final[dict[Convention, str]] = {
    "average_gate_infidelity": "average gate infidelity",
    "process_infidelity": "process infidelity",
    "pauli_error": "total Pauli error",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What a claim says in numbers.

    Attributes:
        value: In SI units; of a fidelity, the error.
        stated: As it stands on the sheet, in plain words where the sheet has others.
        error: The stated standard error in the same units; None where none is stated.
        told: How it was understood, where it does not stand there in the page's own form.
    """

    value: float
    stated: str
    error: float | None = None
    told: tuple[str, ...] = ()


NO_FIGURE: Final = Figure(value=0.0, stated="")


def read_figure(
    table: Table,
    metric: Metric | None,
    convention: Convention | None,
    relation: Relation,
    *,
    is_fidelity: bool,
) -> Figure:
    """Read `value` or `fidelity`; what is wrong is noted in the table.

    Args:
        table: The claim's.
        metric: The claim's metric; None where it is unknown.
        convention: Of its error rate.
        relation: Of the metric itself, not of a fidelity.
        is_fidelity: Whether the metric was named as a fidelity, so that `value` is one.
    """
    key = "fidelity" if "fidelity" in table else "value"
    if key not in table:
        form = expected_form(metric.dimension) if metric else "the claimed value"
        table.complain("value", "nothing", form)
        return NO_FIGURE
    if key == "fidelity" and "value" in table:
        table.complain("fidelity", "a value beside it", "one of the two, value or fidelity")
        return NO_FIGURE
    if metric is None:
        return NO_FIGURE
    if key == "fidelity" and metric.dimension != "probability":
        table.complain(
            key,
            shown(table.value(key)),
            f"value = {_example(metric)}",
            f"{metric.id} is no error rate and has no fidelity",
        )
        return NO_FIGURE
    is_fidelity = (is_fidelity or key == "fidelity") and metric.better == "lower"
    raw = table.value(key)
    stated = raw.strip() if isinstance(raw, str) else shown(raw)
    try:
        # CLOPS is a unit of its own: circuit layers a second.
        bare = metric.id == "throughput" and finite_number(raw) is not None
        read = read_quantity(f"{raw} clops" if bare else raw, metric.dimension)
    except (OverflowError, ValueError) as error:
        told = str(error) if isinstance(error, ValueError) else expected_form(metric.dimension)
        table.complain(key, shown(raw), told, unit_advice(raw, metric.dimension))
        return NO_FIGURE
    value = float(1 - Decimal(repr(read.value))) if is_fidelity else read.value
    if metric.dimension == "count" and (value < 1 or value != int(value)):
        table.complain(key, shown(raw), "a whole number, 1 or more")
        return NO_FIGURE
    wrong = impossible_value(metric, convention, value, fidelity=is_fidelity)
    if wrong is not None:
        table.complain(key, shown(raw), *wrong)
        return NO_FIGURE
    told = _told(metric, convention, relation, key, stated, value, is_fidelity=is_fidelity)
    if not told and not read.plain:
        told = f"{quoted(stated)} is read as {_plainly(value, metric)}"
    if read.error is not None:
        told += f", with a stated error of {format_quantity(read.error, metric.dimension)}"
    if is_fidelity or not read.plain:
        # A page shows it beside its verdict, where it must read as what is judged.
        stated = _plainly(value, metric)
    return Figure(value=value, stated=stated, error=read.error, told=(told,) if told else ())


def _told(
    metric: Metric,
    convention: Convention | None,
    relation: Relation,
    key: str,
    stated: str,
    value: float,
    *,
    is_fidelity: bool,
) -> str:
    if is_fidelity:
        words = f" ({_CONVENTION_WORDS[convention]})" if convention else ""
        error = _plainly(value, metric)
        return f"the fidelity {quoted(stated)} is read as an error of {relation} {error}{words}"
    return f"{metric.id} is a fidelity itself: {quoted(stated)}" if key == "fidelity" else ""


def _plainly(value: float, metric: Metric) -> str:
    """Write a figure as people type it, without zeros that say nothing."""
    if metric.dimension == "probability":
        return f"{100 * value:.6g} %"
    number, _, unit = format_quantity(value, metric.dimension, 6).partition(" ")
    return f"{float(number):.10g} {unit}".strip()


def _example(metric: Metric) -> str:
    return {"time": '"30 us"', "rate": '"100 1/s"', "count": "50"}.get(metric.dimension, '"..."')
