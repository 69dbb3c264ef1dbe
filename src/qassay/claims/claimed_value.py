"""The figure of a claim: a value, or a fidelity that is turned into the error it leaves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from qassay.claims.claim import Claim, Convention, Relation
from qassay.claims.metric import Metric
from qassay.claims.metrics import METRICS
from qassay.claims.possible_values import impossible_value
from qassay.claims.quantity_text import ClaimedQuantity, read_quantity
from qassay.claims.ranges import Related, range_ends, relative_figure
from qassay.claims.toml_table import Table, finite_number, shown, unit_advice
from qassay.errors import quoted
from qassay.languages.english import said
from qassay.languages.sentence import Figures, quantity_fact
from qassay.units import expected_form, format_quantity


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
    earlier: Mapping[str, Claim] | None = None,
) -> Figure:
    """Read `value` or `fidelity`; what is wrong is noted in the table.

    Args:
        table: The claim's.
        metric: The claim's metric; None where it is unknown.
        convention: Of its error rate.
        relation: Of the metric itself, not of a fidelity.
        is_fidelity: Whether the metric was named as a fidelity, so that `value` is one.
        earlier: Claims above it on the sheet, by id, which its value may be a multiple of.
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
    related = relative_figure(raw, earlier or {}) if key == "value" else None
    if isinstance(related, tuple):
        table.complain(key, shown(raw), *related)
        return NO_FIGURE
    if related is not None:
        return _related(table, metric, convention, related, stated, is_fidelity=is_fidelity)
    ends = range_ends(raw)
    try:
        unit = f" {metric.bare_unit}" if metric.bare_unit and finite_number(raw) is not None else ""
        both = [read_quantity(one, metric.dimension) for one in ends or ()]
        if both:
            read = _weaker(both, relation, is_fidelity=is_fidelity)
        else:
            read = read_quantity(f"{raw}{unit}" if unit else raw, metric.dimension)
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
        told = said(
            "read.figure", found=quoted(stated), meant=quantity_fact(_plainly(value, metric))
        )
    if ends:
        end = told if is_fidelity else quantity_fact(_plainly(value, metric))
        told = said("read.range", found=shown(raw), meant=end)
    if read.error is not None:
        doubt = quantity_fact(format_quantity(read.error, metric.dimension))
        told = said("read.with_error", told=told, error=doubt)
    if is_fidelity or not read.plain:
        # A page shows it beside its verdict, where it must read as what is judged.
        stated = _plainly(value, metric)
    return Figure(value=value, stated=stated, error=read.error, told=(told,) if told else ())


def _weaker(
    both: list[ClaimedQuantity], relation: Relation, *, is_fidelity: bool
) -> ClaimedQuantity:
    """Take the end of a range that promises less.

    Raises:
        ValueError: They stand the other way round, or an error is stated of one.
    """
    first, last = both
    if first.value >= last.value:
        raise ValueError("a range from its smaller to its larger end, such as 0.1 % to 0.3 %")
    if first.error is not None or last.error is not None:
        raise ValueError("a range without stated errors, such as 0.1 % to 0.3 %")
    upper = (relation == "at most") != is_fidelity
    return ClaimedQuantity(value=(last if upper else first).value, plain=False)


def _related(
    table: Table,
    metric: Metric,
    convention: Convention | None,
    related: Related,
    stated: str,
    *,
    is_fidelity: bool,
) -> Figure:
    """Take a multiple of what an earlier claim says, in the same units by the same definition."""
    other = related.claim
    reason = ""
    if METRICS[other.metric].dimension != metric.dimension:
        reason = f"{other.metric} is another kind of figure than {metric.id}"
    elif is_fidelity:
        reason = "a multiple of a fidelity has no meaning; claim the error"
    elif None not in (convention, other.convention) and convention != other.convention:
        reason = f"it is a {other.convention}, and this claim a {convention}"
    if reason:
        expected = "a multiple of a claim of the same kind and convention"
        table.complain("value", quoted(stated), expected, reason)
        return NO_FIGURE
    value = float(Decimal(repr(other.value)) * related.factor)
    if metric.dimension == "count" and (value < 1 or value != int(value)):
        table.complain("value", quoted(stated), "a multiple that is a whole number, 1 or more")
        return NO_FIGURE
    wrong = impossible_value(metric, convention, value, fidelity=False)
    if wrong is not None:
        table.complain("value", quoted(stated), *wrong)
        return NO_FIGURE
    plainly = _plainly(value, metric)
    told = said(
        "read.multiple",
        found=quoted(stated),
        factor=Figures(number=str(related.factor)),
        claim=quoted(other.id),
        theirs=quantity_fact(_plainly(other.value, METRICS[other.metric])),
        value=quantity_fact(plainly),
    )
    return Figure(value=value, stated=plainly, told=(told,))


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
        plainly = quantity_fact(_plainly(value, metric))
        error = said(f"relation.{relation.replace(' ', '_')}", value=plainly)
        told = said("read.fidelity", found=quoted(stated), error=error)
        if convention is None:
            return told
        return said("read.by_definition", told=told, definition=said(f"read.{convention}"))
    if key == "fidelity":
        return said("read.fidelity_itself", metric=metric.id, found=quoted(stated))
    return ""


def _plainly(value: float, metric: Metric) -> str:
    """Write a figure as people type it, without zeros that say nothing."""
    if metric.dimension == "probability":
        return f"{100 * value:.6g} %"
    number, _, unit = format_quantity(value, metric.dimension, 6).partition(" ")
    return f"{float(number):.10g} {unit}".strip()


def _example(metric: Metric) -> str:
    return {"time": '"30 us"', "rate": '"100 1/s"', "count": "50"}.get(metric.dimension, '"..."')
