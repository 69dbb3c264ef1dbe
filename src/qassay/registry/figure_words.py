"""A published figure in words: its value as it was published, and all that says what it means."""

from __future__ import annotations

import math
from typing import Final

from qassay.numerals import numeral
from qassay.registry.records import LooseDate, PublishedFigure
from qassay.registry.vocabulary import FIGURE_KINDS
from qassay.units import format_quantity

NOTHING: Final = "–"
_MOST_DECIMALS: Final = 6
_DIGITS: Final = 3


def value_words(figure: PublishedFigure) -> str:
    """Write the value, with the stated error in brackets where there is one."""
    value = figure.value
    if value is None:
        return figure.words
    dimension = FIGURE_KINDS[figure.metric].dimension
    unit = FIGURE_KINDS[figure.metric].unit
    if dimension == "fidelity":
        return _fidelity(value, figure.uncertainty)
    if dimension == "words":
        return figure.words
    if dimension == "count":
        return f"{grouped_count(value)} {unit}".strip()
    if dimension == "rate":
        return f"{grouped_count(value) if value >= 100 else f'{value:g}'} {unit}".strip()
    return format_quantity(value, dimension, _DIGITS)


def size_words(width: int | None, depth: int | None) -> str:
    """Write the size of circuits: "8 qubits, 64 layers"; empty where there is none."""
    parts = [f"{width} qubits" if width else "", f"{depth} layers" if depth else ""]
    return ", ".join(part for part in parts if part)


def title_words(figure: PublishedFigure) -> str:
    """Name what the figure is of, with the size of its circuits."""
    size = size_words(figure.width, figure.depth)
    title = FIGURE_KINDS[figure.metric].title
    return f"{title}, {size}" if size else title


def meaning_words(figure: PublishedFigure) -> str:
    """Say statistic, treatment and conditions in one line."""
    parts = [figure.statistic if figure.statistic not in ("exact", "single") else ""]
    parts += [f"over {figure.over}" if figure.over else "", figure.operation, figure.specimen]
    if figure.n is not None:
        parts.append(f"n = {figure.n}")
    if figure.convention == "unstated":
        parts.append("convention unstated")
    if figure.simultaneous is not None:
        parts.append("all at once" if figure.simultaneous else "one at a time")
    if figure.post_selection and figure.post_selection != "none":
        parts.append(f"after post-selection ({figure.post_selection})")
    if figure.encoded:
        parts.append("encoded")
    return ", ".join(part for part in parts if part)


def evidence_words(figure: PublishedFigure) -> str:
    """Say how well the figure is verified, and when."""
    return f"{figure.evidence.title}, {figure.dated.text}"


def day_words(dated: LooseDate | None, sourced: bool = True) -> str:
    """Write a date, or that there is none."""
    if dated is None:
        return "not announced"
    return dated.text if sourced else f"{dated.text} (date without a source)"


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
