"""A published figure in words: its value as it was published, and all that says what it means."""

from __future__ import annotations

import math
from typing import Final

from qassay.languages.english import commas, named, number_sentence, said
from qassay.languages.sentence import DayFact, Figures, Sentence, quantity_fact
from qassay.numerals import numeral
from qassay.registry.notes import note_words
from qassay.registry.records import LooseDate, PublishedFigure
from qassay.registry.vocabulary import FIGURE_KINDS, GROUPS, Rung
from qassay.units import format_quantity

NOTHING: Final = "–"
_MOST_DECIMALS: Final = 6
_DIGITS: Final = 3


def value_words(figure: PublishedFigure) -> str:
    """Write the value, with the stated error in brackets where there is one."""
    value = figure.value
    if value is None:
        return note_words(figure.words)
    dimension = FIGURE_KINDS[figure.metric].dimension
    unit = FIGURE_KINDS[figure.metric].unit
    if dimension == "words":
        return note_words(figure.words)
    if dimension == "fidelity":
        return number_sentence(quantity_fact(_fidelity(value, figure.uncertainty)))
    if dimension == "count":
        return number_sentence(Figures(number=grouped_count(value), unit=unit, joint=" "))
    if dimension == "rate":
        number = grouped_count(value) if value >= 100 else f"{value:g}"
        return number_sentence(Figures(number=number, unit=unit, joint=" "))
    return number_sentence(quantity_fact(format_quantity(value, dimension, _DIGITS)))


def size_words(width: int | None, depth: int | None) -> str:
    """Write the size of circuits: "8 qubits, 64 layers"; empty where there is none."""
    if width and depth:
        return said("meaning.size", width=width, depth=depth)
    if width:
        return said("meaning.width", width=width)
    return said("meaning.depth", depth=depth) if depth else ""


def title_words(figure: PublishedFigure) -> Sentence:
    """Name what the figure is of, with the size of its circuits."""
    title = kind_title(figure.metric)
    return commas([title, size_words(figure.width, figure.depth)])


def kind_title(metric: str) -> Sentence:
    """Name a kind of figure."""
    return named(f"figure.{metric}", FIGURE_KINDS[metric].title)


def group_title(group: str) -> Sentence:
    """Name a group of figures."""
    return named(f"group.{group}", GROUPS[group])


def rung_title(rung: Rung) -> Sentence:
    """Name a rung of the ladder of evidence."""
    return named(f"rung.{rung.id}", rung.title)


def statistic_words(statistic: str) -> Sentence:
    """Name a statistic."""
    return named(f"statistic.{statistic.replace(' ', '_')}", statistic)


def meaning_words(figure: PublishedFigure) -> str:
    """Say statistic, treatment and conditions in one line."""
    parts: list[str] = []
    if figure.statistic not in ("exact", "single"):
        parts.append(statistic_words(figure.statistic))
    parts.append(said("meaning.over", what=note_words(figure.over)) if figure.over else "")
    parts += [figure.operation, note_words(figure.specimen)]
    if figure.n is not None:
        parts.append(said("meaning.sample", n=figure.n))
    if figure.convention == "unstated":
        parts.append(said("meaning.unstated"))
    if figure.simultaneous is not None:
        parts.append(said("meaning.at_once" if figure.simultaneous else "meaning.one_at_a_time"))
    if figure.post_selection and figure.post_selection != "none":
        parts.append(said("meaning.post_selection", what=note_words(figure.post_selection)))
    if figure.encoded:
        parts.append(said("meaning.encoded"))
    return commas(parts)


def evidence_words(figure: PublishedFigure) -> Sentence:
    """Say how well the figure is verified, and when."""
    day = Sentence(figure.dated.text, "number.alone", {"one": DayFact(iso=figure.dated.text)})
    return commas([rung_title(figure.evidence), day])


def day_words(dated: LooseDate | None, sourced: bool = True) -> Sentence:
    """Write a date, or that there is none."""
    if dated is None:
        return said("registry.not_announced")
    day = DayFact(iso=dated.text)
    if sourced:
        return Sentence(dated.text, "number.alone", {"one": day})
    return said("registry.unsourced_day", day=day)


def grouped_count(value: float) -> str:
    """Write a count with blanks between thousands."""
    whole = round(value)
    text = numeral(whole) if abs(value - whole) < 1e-9 or value >= 100 else ""
    return text or f"{value:g}"


def _fidelity(value: float, uncertainty: float | None) -> str:
    """Write a fidelity in percent, with three digits of the error that it leaves."""
    error = 100 * (1 - value)
    if uncertainty:
        decimals = min(max(1 - math.floor(math.log10(100 * uncertainty)), 0), _MOST_DECIMALS)
        return f"{100 * value:.{decimals}f}({round(100 * uncertainty * 10**decimals)}) %"
    if error <= 0:
        return "100 %"
    decimals = min(max(_DIGITS - 1 - math.floor(math.log10(error)), 0), _MOST_DECIMALS)
    text = f"{100 * value:.{decimals}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) + " %"
