"""From the plain tables of a sheet to a claim, or to the list of what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, cast, get_args

from qassay.additions import failed
from qassay.claims.best_table import read_best
from qassay.claims.claim import Claim, Convention, Relation, Scope
from qassay.claims.claimed_value import NO_FIGURE, read_figure
from qassay.claims.conditions_table import read_conditions
from qassay.claims.conventions import favourable_convention
from qassay.claims.metric import Metric
from qassay.claims.metrics import METRICS
from qassay.claims.plain_words import read_word
from qassay.claims.scope_table import read_scope
from qassay.claims.statistic_table import read_statistic
from qassay.claims.toml_table import (
    MistakeList,
    Table,
    finite_number,
    shown,
)
from qassay.claims.usual_names import UsualName, hint, usual_name
from qassay.claims.usual_words import understood
from qassay.errors import did_you_mean, quoted
from qassay.languages.english import named, said
from qassay.languages.sentence import Sentence

CLAIM_KEYS: Final = (
    "id",
    "kind",
    "metric",
    "convention",
    "relation",
    "value",
    "fidelity",
    "statistic",
    "share",
    "test",
    "scope",
    "delta",
    "conditions",
    "date",
    "valid_from",
    "valid_until",
)
KINDS: Final = ("measured", "declared", "operations")
UNSTATED: Final = "unstated"
LARGEST_DELTA: Final = 10.0
_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")


def read_claim(
    content: Mapping[str, object],
    position: int,
    mistakes: MistakeList,
    *,
    taken: set[str],
    sheet_delta: float | None,
    earlier: Mapping[str, Claim] | None = None,
) -> Claim | None:
    """Read one `[[claim]]` table.

    Args:
        content: The table as TOML gives it.
        position: Its place in the sheet, from 0.
        mistakes: Where to note what is wrong.
        taken: Ids of the claims before it; this one's is added.
        sheet_delta: The sheet's tolerance, or None.
        earlier: Claims above it, by id.

    Returns:
        The claim, or None where anything was wrong.
    """
    before = len(mistakes)
    table = Table(
        content,
        known=CLAIM_KEYS,
        path=("claim", position),
        words=claim_words(content, position),
        mistakes=mistakes,
    )
    check_id(table, taken)
    told: list[str] = []
    unstated: list[str] = []
    metric, is_fidelity = _read_metric(table, told)
    relation = _read_relation(table, metric, told, unstated, is_fidelity=is_fidelity)
    taken_over = read_statistic(table, metric, told)
    if "statistic" not in table and (metric is None or metric.target != "register"):
        unstated.append("statistic")
    convention = _read_convention(table, metric, relation, told, unstated)
    figure = NO_FIGURE
    if metric is not None or not ("value" in table or "fidelity" in table):
        figure = read_figure(
            table, metric, convention, relation, is_fidelity=is_fidelity, earlier=earlier
        )
        told += figure.told
    before_scope = len(mistakes)
    best = read_best(table, metric, told)
    chosen = best is not None or len(mistakes) > before_scope
    scope = Scope() if chosen else read_scope(table, metric, told)
    conditions = read_conditions(table)
    delta = read_delta(table)
    days = {key: table.day(key) for key in ("date", "valid_from", "valid_until")}
    _check_order(table, days)
    if metric is None or len(mistakes) > before:
        return None
    # A count has no tolerance to speak of: a quarter of 50 qubits must not slip through
    # because the sheet grants its error rates a quarter.
    default = metric.natural_delta if metric.dimension == "count" else sheet_delta
    return Claim(
        id=str(content.get("id")),
        metric=metric.id,
        relation=relation,
        value=figure.value,
        stated=figure.stated,
        statistic=taken_over.statistic,
        scope=scope,
        convention=convention,
        delta=delta or default or metric.natural_delta,
        conditions=conditions,
        unstated=tuple(unstated),
        share=taken_over.share,
        test=taken_over.test,
        read_as=tuple(told),
        stated_error=figure.error,
        best=best,
        **days,
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


def claim_words(content: Mapping[str, object], position: int) -> str:
    """Say which claim is meant, by its id where that is sound."""
    claim_id = content.get("id")
    good = isinstance(claim_id, str) and _ID.fullmatch(claim_id) is not None
    return f'claim "{claim_id}"' if good else f"claim {position + 1}"


def check_id(table: Table, taken: set[str]) -> None:
    """Complain of an id that is none, or that an earlier claim has; remember it."""
    expected = "1 to 64 letters, digits, dots, dashes or underscores"
    value = table.value("id") if "id" in table else None
    if value is None:
        table.complain("id", "nothing", expected, "every verdict is named by its claim's id")
    elif not isinstance(value, str) or _ID.fullmatch(value) is None:
        table.complain("id", shown(value), expected)
    elif value in taken:
        table.complain(
            "id", f'"{value}" a second time', "an id of its own for each claim and question"
        )
    else:
        taken.add(value)


def _read_metric(table: Table, told: list[str]) -> tuple[Metric | None, bool]:
    """Read the metric, and whether it was named as a fidelity."""
    value = table.value("metric") if "metric" in table else None
    if isinstance(value, str) and value in METRICS:
        return METRICS[value], False
    guess = ""
    if isinstance(value, str) and not table.mistakes.is_full:
        plain = value.strip().lower().replace(" ", "_").replace("-", "_")
        usual = usual_name(value)
        if plain in METRICS:
            told.append(said("read.word", key="metric", found=quoted(value), meant=plain))
            return METRICS[plain], False
        if usual is not None:
            told.append(_as_usual(value, usual))
            return METRICS[usual.metric], usual.fidelity
        guess = hint(value) or did_you_mean(value, METRICS) or failed("qassay.protocols")
    table.complain(
        "metric",
        "nothing" if value is None else shown(value),
        "a metric that `qassay metrics` lists",
        guess,
    )
    return None, False


def _as_usual(value: str, usual: UsualName) -> Sentence:
    """Tell back how a usual name of a metric was understood."""
    told = said("read.word", key="metric", found=quoted(value), meant=usual.metric)
    if usual.fidelity:
        told = said("read.as_error", told=told)
    if usual.remark:
        remark = named(f"read.remark_{usual.metric}", usual.remark)
        told = said("read.by_definition", told=told, definition=remark)
    return told


def _read_relation(
    table: Table,
    metric: Metric | None,
    told: list[str],
    unstated: list[str],
    *,
    is_fidelity: bool,
) -> Relation:
    """Read on which side of its value the machine is, as said of the metric itself.

    Of a fidelity both words mean the same: nobody claims that his machine is no better.
    """
    better: Relation = "at least" if metric and metric.better == "higher" else "at most"
    if "relation" not in table:
        unstated.append("relation")
        return better
    word = read_word(table, "relation", get_args(Relation), told)
    if word is None or metric is None or metric.dimension != "probability":
        return cast("Relation", word or better)
    if is_fidelity and word == "at most" and "value" in table:
        table.complain(
            "relation", '"at most" for a fidelity', '"at least"', "as an error it is at most"
        )
    return better if is_fidelity or "fidelity" in table else cast("Relation", word)


def _read_convention(
    table: Table,
    metric: Metric | None,
    relation: Relation,
    told: list[str],
    unstated: list[str],
) -> Convention | None:
    if metric is None:
        return None
    if not metric.conventions:
        _refuse_convention(table, metric, told)
        return None
    words = (*metric.conventions, UNSTATED)
    if "convention" not in table:
        table.choice("convention", words, why_a_convention(metric))
        return None
    chosen = read_word(table, "convention", words, told, why_a_convention(metric))
    if chosen == UNSTATED:
        unstated.append("convention")
        chosen = favourable_convention(metric.conventions, relation)
        told.append(said("read.favourable", word=f'"{UNSTATED}"', meant=chosen))
    return cast("Convention | None", chosen)


def _refuse_convention(table: Table, metric: Metric, told: list[str]) -> None:
    """A metric with one definition has no convention; to leave it unstated does no harm."""
    if "convention" not in table:
        return
    value = table.value("convention")
    if isinstance(value, str) and UNSTATED in (value, understood("convention", value)):
        told.append(said("read.one_definition", metric=metric.id))
        return
    table.complain(
        "convention", shown(value), "no convention", f"{metric.id} has one definition only"
    )


def why_a_convention(metric: Metric) -> str:
    """Say why an error rate means little without its convention."""
    if metric.why_stated:
        return metric.why_stated
    factor = "1.25 for two qubits" if metric.target == "pair" else "1.5 for one qubit"
    return f"the conventions differ by a factor of {factor}, so the number alone says too little"


def _check_order(table: Table, days: Mapping[str, str]) -> None:
    if days["valid_from"] and days["valid_until"] and days["valid_until"] < days["valid_from"]:
        table.complain(
            "valid_until",
            days["valid_until"],
            f"a day not before valid_from, {days['valid_from']}",
        )
