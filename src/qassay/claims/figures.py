"""Questions that ask for a figure: what a metric of this machine is, to a stated precision.

A figure is a claim without a value to meet: `near` plans the circuits as a claimed value would, and
`precision` is what a tolerance would be. So it is read, and planned, as the claim that it would be.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, cast

from qassay.claims.claim import Claim, Convention, Scope
from qassay.claims.claim_table import LARGEST_DELTA, why_a_convention
from qassay.claims.metric import Metric
from qassay.claims.metrics import METRICS
from qassay.claims.possible_values import impossible_value
from qassay.claims.quantity_text import read_quantity
from qassay.claims.questions import ASKS, Question, read_setting
from qassay.claims.rows.asked import FIGURE, Value
from qassay.claims.scope_table import read_scope
from qassay.claims.toml_table import Table, shown, unit_advice
from qassay.errors import did_you_mean, quoted
from qassay.units import expected_form, format_quantity

FIGURES: Final = tuple(
    one.id for one in METRICS.values() if one.target in ("qubit", "pair") and one.protocol
)
_PRECISION: Final = next(one for one in ASKS[FIGURE].settings if one.key == "precision")


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedFigure:
    """A figure that a sheet asks for.

    Attributes:
        id: Of the question.
        claim: The claim that plans its circuits; nobody makes it, and nothing judges it.
        precision: Half width of the interval that is wanted, as a share of `relative_to`.
        relative_to: Id of the figure whose value the precision is a share of; its own, mostly.
    """

    id: str
    claim: Claim
    precision: float
    relative_to: str

    @property
    def metric(self) -> Metric:
        """What is measured."""
        return METRICS[self.claim.metric]


def read_figure_question(table: Table, earlier: Iterable[Question]) -> Question | None:
    """Read a `[[question]]` that asks for a figure; its id is checked already.

    Args:
        table: The question's table; mistakes are noted there.
        earlier: The questions above it.

    Returns:
        The question, or None where anything was wrong.
    """
    before = len(table.mistakes)
    metric = _metric(table)
    settings: list[tuple[str, Value]] = []
    convention: Convention | None = None
    if metric is not None:
        settings.append(("metric", metric.id))
        convention = _convention(table, metric)
        settings += [("convention", convention)] if convention is not None else []
        near = _near(table, metric, convention)
        settings += [("near", near)] if near is not None else []
    scope = read_scope(table, metric, [])
    settings += [("qubits", scope.qubits)] if scope.qubits else []
    settings += [("pairs", scope.pairs)] if scope.pairs else []
    precision = read_setting(table, _PRECISION)
    settings += [("precision", precision)] if precision is not None else []
    if "relative_to" in table and metric is not None:
        other = _relative_to(table, metric, convention, earlier)
        settings += [("relative_to", other)] if other is not None else []
    if len(table.mistakes) > before or "id" not in table:
        return None
    return Question(id=str(table.value("id")), ask=FIGURE, settings=tuple(settings))


def wanted_figures(questions: Iterable[Question]) -> tuple[WantedFigure, ...]:
    """Give the figures that questions ask for, in their order.

    Args:
        questions: Of a sheet; those of another kind, or that no sheet can have, are left out.
    """
    sound = [one for one in questions if one.ask == FIGURE and is_sound(one)]
    nears = {one.id: float(one.setting("near")) for one in sound}
    return tuple(_wanted(one, nears) for one in sound)


def _wanted(question: Question, nears: Mapping[str, float]) -> WantedFigure:
    metric, near = METRICS[question.setting("metric")], nears[question.id]
    precision = float(question.setting("precision"))
    relative_to = question.setting("relative_to")
    relative_to = relative_to if relative_to in nears else question.id
    claim = Claim(
        id=question.id,
        metric=metric.id,
        relation="at least" if metric.better == "higher" else "at most",
        value=near,
        stated=format_quantity(near, metric.dimension),
        scope=Scope(qubits=question.setting("qubits") or (), pairs=question.setting("pairs") or ()),
        convention=question.setting("convention"),
        delta=min(precision * nears[relative_to] / near, LARGEST_DELTA),
    )
    return WantedFigure(
        id=question.id,
        claim=claim,
        precision=precision,
        relative_to=relative_to,
    )


def is_sound(question: Question) -> bool:
    """Whether a figure's settings are such as a sheet can have; a forged plan may have others."""
    near, precision = question.setting("near"), question.setting("precision")
    numbers = all(isinstance(one, int | float) and 0 < one < math.inf for one in (near, precision))
    return question.setting("metric") in FIGURES and numbers


def _metric(table: Table) -> Metric | None:
    word = table.value("metric") if "metric" in table else None
    if isinstance(word, str) and word in FIGURES:
        return METRICS[word]
    table.complain(
        "metric",
        "nothing" if word is None else shown(word),
        f"one of {', '.join(FIGURES)}",
        did_you_mean(word, FIGURES) if isinstance(word, str) else "",
    )
    return None


def _convention(table: Table, metric: Metric) -> Convention | None:
    if metric.conventions:
        word = table.choice("convention", metric.conventions, why_a_convention(metric))
        return cast("Convention | None", word)
    if "convention" in table:
        table.complain(
            "convention",
            shown(table.value("convention")),
            "no convention",
            f"{metric.id} has one definition only",
        )
    return None


def _near(table: Table, metric: Metric, convention: Convention | None) -> float | None:
    form = expected_form(metric.dimension)
    if "near" not in table:
        table.complain("near", "nothing", form, "circuits are planned by it; a guess will do")
        return None
    raw = table.value("near")
    try:
        read = read_quantity(raw, metric.dimension)
    except (OverflowError, ValueError) as error:
        told = str(error) if isinstance(error, ValueError) else form
        table.complain("near", shown(raw), told, unit_advice(raw, metric.dimension))
        return None
    if metric.conventions and convention is None:
        return None  # it was complained of
    wrong = impossible_value(metric, convention, read.value, fidelity=False)
    if wrong is None:
        return read.value
    table.complain("near", shown(raw), *wrong)
    return None


def _relative_to(
    table: Table, metric: Metric, convention: Convention | None, earlier: Iterable[Question]
) -> str | None:
    """Read whose value the precision is a share of: a figure above, of the same kind."""
    known: Mapping[str, Question] = {one.id: one for one in earlier if one.ask == FIGURE}
    word = table.value("relative_to")
    other = known.get(word) if isinstance(word, str) else None
    if other is None:
        found = quoted(word) if isinstance(word, str) else shown(word)
        table.complain("relative_to", found, "the id of a figure that is asked for above")
        return None
    theirs = METRICS[other.setting("metric")]
    if theirs.dimension != metric.dimension or other.setting("convention") != convention:
        table.complain(
            "relative_to",
            quoted(str(word)),
            "a figure of the same kind and convention",
            f"{theirs.id} is another kind of figure than {metric.id}",
        )
        return None
    return str(word)
