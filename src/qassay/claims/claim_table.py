"""From the plain tables of a sheet to a claim, or to the list of what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, cast, get_args

from qassay.claims.claim import Claim, Convention, Relation
from qassay.claims.conditions_table import read_conditions
from qassay.claims.metrics import METRICS, Metric
from qassay.claims.scope_table import read_scope
from qassay.claims.statistic_table import read_statistic
from qassay.claims.toml_table import (
    MistakeList,
    Table,
    did_you_mean,
    finite_number,
    shown,
    unit_advice,
)
from qassay.units import expected_form, parse_quantity

CLAIM_KEYS: Final = (
    "id", "metric", "convention", "relation", "value", "statistic", "share", "test", "scope",
    "delta", "conditions",
)  # fmt: skip
LARGEST_DELTA: Final = 10.0
_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")


def read_claim(
    content: Mapping[str, object],
    position: int,
    mistakes: MistakeList,
    *,
    taken: set[str],
    sheet_delta: float | None,
) -> Claim | None:
    """Read one `[[claim]]` table.

    Args:
        content: The table as TOML gives it.
        position: Its place in the sheet, from 0.
        mistakes: Where to note what is wrong.
        taken: Ids of the claims before it; this one's is added.
        sheet_delta: The sheet's tolerance, or None.

    Returns:
        The claim, or None where anything was wrong.
    """
    before = len(mistakes)
    claim_id = content.get("id")
    good_id = isinstance(claim_id, str) and _ID.fullmatch(claim_id) is not None
    table = Table(
        content,
        known=CLAIM_KEYS,
        path=("claim", position),
        words=f'claim "{claim_id}"' if good_id else f"claim {position + 1}",
        mistakes=mistakes,
    )
    _check_id(table, taken)
    metric = _read_metric(table)
    unstated: list[str] = []
    relation = "at most"
    if "relation" in table:
        relation = table.choice("relation", get_args(Relation)) or relation
    else:
        unstated.append("relation")
        relation = "at least" if metric is not None and metric.better == "higher" else relation
    taken_over = read_statistic(table, metric)
    if "statistic" not in table and (metric is None or metric.target != "register"):
        unstated.append("statistic")
    convention = _read_convention(table, metric)
    value, stated = _read_value(table, metric)
    scope = read_scope(table, metric)
    conditions = read_conditions(table)
    delta = read_delta(table)
    if metric is None or len(mistakes) > before:
        return None
    # A count has no tolerance to speak of: a quarter of 50 qubits must not slip through
    # because the sheet grants its error rates a quarter.
    default = metric.natural_delta if metric.dimension == "count" else sheet_delta
    return Claim(
        id=str(claim_id),
        metric=metric.id,
        relation=cast("Relation", relation),
        value=value,
        stated=stated,
        statistic=taken_over.statistic,
        scope=scope,
        convention=convention,
        delta=delta or default or metric.natural_delta,
        conditions=conditions,
        unstated=tuple(unstated),
        share=taken_over.share,
        test=taken_over.test,
    )


def read_delta(table: Table) -> float | None:
    """Read a tolerance, as a fraction of the claimed value; None where absent or wrong."""
    if "delta" not in table:
        return None
    number = finite_number(table.value("delta"))
    if number is not None and 0.0 < number <= LARGEST_DELTA:
        return number
    table.complain(
        "delta",
        shown(table.value("delta")),
        f"a number above 0 and at most {LARGEST_DELTA:g}",
        "it is the tolerance as a fraction of the claimed value: 0.25 is a quarter",
    )
    return None


def _check_id(table: Table, taken: set[str]) -> None:
    expected = "1 to 64 letters, digits, dots, dashes or underscores"
    value = table.value("id") if "id" in table else None
    if value is None:
        table.complain("id", "nothing", expected, "every verdict is named by its claim's id")
    elif not isinstance(value, str) or _ID.fullmatch(value) is None:
        table.complain("id", shown(value), expected)
    elif value in taken:
        table.complain("id", f'"{value}" a second time', "an id of its own for each claim")
    else:
        taken.add(value)


def _read_metric(table: Table) -> Metric | None:
    value = table.value("metric") if "metric" in table else None
    if isinstance(value, str) and value in METRICS:
        return METRICS[value]
    guess = ""
    if isinstance(value, str) and not table.mistakes.is_full:
        guess = did_you_mean(value, METRICS)
    table.complain(
        "metric",
        "nothing" if value is None else shown(value),
        "a metric that `qassay metrics` lists",
        guess,
    )
    return None


def _read_convention(table: Table, metric: Metric | None) -> Convention | None:
    if metric is None:
        return None
    if metric.conventions:
        chosen = table.choice("convention", metric.conventions, _why_a_convention(metric))
        return cast("Convention | None", chosen)
    if "convention" in table:
        table.complain(
            "convention",
            shown(table.value("convention")),
            "no convention",
            f"{metric.id} has one definition only",
        )
    return None


def _why_a_convention(metric: Metric) -> str:
    if metric.id == "eplg":
        return "it is published with and without a factor 4/5, which alone makes it 20 % smaller"
    factor = "1.25 for two qubits" if metric.target == "pair" else "1.5 for one qubit"
    return f"the conventions differ by a factor of {factor}, so the number alone says too little"


def _read_value(table: Table, metric: Metric | None) -> tuple[float, str]:
    if "value" not in table:
        form = expected_form(metric.dimension) if metric else "the claimed value"
        table.complain("value", "nothing", form)
        return 0.0, ""
    raw = table.value("value")
    stated = raw.strip() if isinstance(raw, str) else shown(raw)
    if metric is None:
        return 0.0, stated
    try:
        value = parse_quantity(raw, metric.dimension)
    except OverflowError:
        table.complain("value", shown(raw), expected_form(metric.dimension))
        return 0.0, stated
    except ValueError as error:
        table.complain("value", shown(raw), str(error), unit_advice(raw, metric.dimension))
        return 0.0, stated
    if metric.dimension == "count" and (value < 1 or value != int(value)):
        table.complain("value", shown(raw), "a whole number, 1 or more")
    return value, stated
