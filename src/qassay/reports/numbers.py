"""The one place where a report turns a number into words.

An estimate is never shown without its interval, and has as many digits as the interval's width
gives it: two where the first of the half width is small, one where it is not, as the Particle
Data Group rounds. What the data do not say is said in words, never as 0 ± 0.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from qassay.languages.english import number_sentence, said
from qassay.languages.sentence import Fact, Figures, Sentence, quantity_fact
from qassay.numerals import numeral
from qassay.statistics.estimate import Estimate
from qassay.units import SCALES, Dimension

NO_INFORMATION: Final = said("number.no_information")
_UNITS: Final[dict[Dimension, tuple[str, ...]]] = {
    "time": ("s", "ms", "µs", "ns"),
    "rate": ("GHz", "MHz", "kHz", "1/s"),
    "angle": ("rad", "mrad"),
    "probability": ("%",),
    "count": ("",),
}
_TWO_DIGITS_BELOW: Final = 3.55
_MOST_DECIMALS: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An estimate as a reader meets it.

    Attributes:
        value: The number with its unit, or what is known instead of a number.
        interval: The interval with unit and level; empty where there is none.
    """

    value: str
    interval: str = ""

    def __str__(self) -> str:
        """Give both on one line: "0.52 % (0.47–0.58 %, 95 %)"."""
        return f"{self.value} ({self.interval})" if self.interval else self.value


def with_interval(estimate: Estimate | None, dimension: Dimension) -> str:
    """Write an estimate with its interval on one line; see `shown`."""
    return str(shown_estimate(estimate, dimension))


def shown_estimate(
    estimate: Estimate | None, dimension: Dimension, apart: tuple[float, ...] = ()
) -> Shown:
    """Split an estimate into what is shown large and what is shown beside it.

    Args:
        estimate: In SI units; None or without information where nothing is known.
        dimension: What kind of quantity it is.
        apart: A claim and its limit: no end of the interval is rounded across one of them.
    """
    if estimate is None:
        return Shown(value=NO_INFORMATION)
    value, low, high = estimate.value, estimate.low, estimate.high
    percent = _plain(100 * estimate.level, 0 if estimate.level <= 0.99 else 1)
    level = Figures(number=percent, unit="%", joint=" ")
    bounded_low = math.isfinite(low) and not (low <= 0 and dimension != "angle")
    bounded_high = math.isfinite(high)
    if not (math.isfinite(value) or bounded_low or bounded_high):
        return Shown(value=NO_INFORMATION)
    if math.isnan(value):  # a side is known, and no number
        word, end = ("more_than", low) if bounded_low else ("less_than", high)
        return Shown(value=said(f"number.{word}", end=_as_fact(quantity(end, dimension))))
    if not math.isfinite(value):  # a lifetime so long that no decay was seen
        if not bounded_low:
            return Shown(value=NO_INFORMATION)
        only = _as_fact(quantity(low, dimension))
        return Shown(
            value=said("number.more_than", end=only),
            interval=said("number.no_upper_bound", level=level),
        )
    scale, unit = unit_for(value or (high if bounded_high else low), dimension)
    decimals = _decimals(value / scale, low / scale, high / scale, dimension)
    ends = [end / scale for end in (low, high) if math.isfinite(end)]
    while decimals < _MOST_DECIMALS and any(
        _crosses(end, border / scale, decimals) for end in ends for border in apart
    ):
        decimals += 1

    def written(number: float, of_unit: str = unit) -> Figures:
        return Figures(number=_plain(number / scale, decimals), unit=of_unit)

    one = number_sentence(written(value))
    if dimension == "count" and low == high:
        return Shown(value=one, interval=said("number.no_other_count", level=level))
    if bounded_high and math.isfinite(low) and not value == low == 0:
        both = {"low": written(low, ""), "high": written(high)}
        return Shown(value=one, interval=said("number.range", **both, level=level))
    if bounded_high:
        return Shown(value=one, interval=said("number.at_most", end=written(high), level=level))
    if bounded_low:
        return Shown(value=one, interval=said("number.at_least", end=written(low), level=level))
    return Shown(value=one, interval=said("number.both_unbounded", level=level))


def _as_fact(text: str) -> Fact:
    """Give a written quantity as a fact: a number with its unit, or the words there are."""
    return text if isinstance(text, Sentence) else quantity_fact(text)


def quantity(value: float, dimension: Dimension, digits: int = 3) -> str:
    """Write a number that has no interval of its own, such as a claim's limit.

    Args:
        value: In SI units.
        dimension: What kind of quantity it is.
        digits: Significant digits; zeros at the end are left out.
    """
    if math.isnan(value):
        return NO_INFORMATION
    if math.isinf(value):
        return said("number.unbounded")
    if value == 0:
        return _with_unit("0", _UNITS[dimension][0] if dimension != "rate" else "1/s")
    scale, unit = unit_for(value, dimension)
    return _with_unit(significant(value / scale, digits), unit)


def unit_for(value: float, dimension: Dimension) -> tuple[float, str]:
    """Choose the unit that keeps a number readable: its size in SI units, and its name."""
    units = _UNITS[dimension]
    if dimension == "count":
        return 1.0, ""
    for unit in units:
        if abs(value) >= SCALES[dimension][unit] or unit == units[-1]:
            return SCALES[dimension][unit], unit
    raise AssertionError("unreachable: the last unit always fits")


def significant(value: float, digits: int = 3) -> str:
    """Round to significant digits without zeros at the end; whole parts stay whole."""
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else "unbounded"
    decimals = digits - 1 - math.floor(math.log10(abs(value)))
    text = _plain(value, min(max(decimals, 0), _MOST_DECIMALS))
    return text.rstrip("0").rstrip(".") if "." in text else text


def duration(seconds: float) -> str:
    """Write a stretch of device time as people say it."""
    if not math.isfinite(seconds):
        return NO_INFORMATION
    for unit, size in (("days", 86400.0), ("h", 3600.0), ("min", 60.0)):
        if seconds >= 2 * size:
            return f"{significant(seconds / size, 2)} {unit}"
    return quantity(seconds, "time", 2)


def _decimals(value: float, low: float, high: float, dimension: Dimension) -> int:
    """Count the decimals that the interval's width allows."""
    if dimension == "count":
        return 0 if value == round(value) else 1
    widths = [abs(value - end) for end in (low, high) if math.isfinite(end)]
    widths = [width for width in widths if width > 0]
    half = min(widths, default=abs(value) / 500)
    if half == 0:
        return 0
    first = math.floor(math.log10(half))
    more = 1 if half / 10.0**first < _TWO_DIGITS_BELOW else 0
    return min(max(more - first, 0), _MOST_DECIMALS)


def _crosses(end: float, border: float, decimals: int) -> bool:
    """Whether rounding takes an end to the other side of a border, as that is written."""
    if math.isclose(end, border, rel_tol=1e-9):  # cut off there by a verdict
        return decimals < len(significant(border).partition(".")[2])
    rounded = round(end, decimals)
    return (rounded > border > end) or (rounded < border < end)


def _plain(number: float, decimals: int) -> str:
    """Write with fixed decimals, no sign on a zero, thousands apart."""
    if number == 0:
        return "0"
    text = f"{number:.{decimals}f}"
    if float(text) == 0:
        text = text.lstrip("-")
    whole, dot, rest = text.partition(".")
    if len(whole.lstrip("-")) >= 5:
        whole = numeral(int(whole))
    return f"{whole}{dot}{rest}".replace("-", "\u2212")


def _with_unit(number: str, unit: str) -> str:
    return f"{number}\u00a0{unit}" if unit else number
