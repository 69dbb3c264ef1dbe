"""Quantities with units at the edge, plain SI numbers inside.

A claim sheet or a machine file writes `"250 ns"` or `"0.5 %"`; the rest of qassay
sees seconds and probabilities only.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal, DecimalException
from typing import Literal

Dimension = Literal["time", "rate", "angle", "probability", "count"]
_WITH_UNIT = dict.fromkeys(("time", "rate", "angle"), " with its unit")

SCALES: dict[Dimension, dict[str, float]] = {
    "time": {
        "ns": 1e-9,
        "us": 1e-6,
        "µs": 1e-6,
        "μs": 1e-6,
        "ms": 1e-3,
        "s": 1.0,
        "min": 60.0,
        "h": 3600.0,
    },
    "rate": {"1/s": 1.0, "Hz": 1.0, "kHz": 1e3, "MHz": 1e6, "GHz": 1e9},
    "angle": {"rad": 1.0, "mrad": 1e-3, "deg": math.pi / 180.0},
    "probability": {"%": 1e-2, "ppm": 1e-6},
    "count": {},
}

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_LONGEST = 40


def expected_form(dimension: Dimension) -> str:
    """Say in words how a quantity of this dimension is written."""
    examples = {
        "time": 'a time with its unit, such as "30 s", "250 ns" or "1.5 ms"',
        "rate": 'a rate with its unit, such as "100 1/s" or "2 kHz"',
        "angle": 'an angle with its unit, such as "0.01 rad"',
        "probability": 'a probability between 0 and 1, such as 0.005 or "0.5 %"',
        "count": "a number without a unit, such as 50",
    }
    return examples[dimension]


def parse_quantity(value: object, dimension: Dimension) -> float:
    """Read a quantity into SI units.

    Args:
        value: A number, or a text with a number and a unit. Times, rates and angles
            need a unit; probabilities may be plain numbers in [0, 1]; counts have none.
        dimension: What kind of quantity is expected.

    Returns:
        Seconds, 1/s, radians, a probability in [0, 1], or a plain finite number.

    Raises:
        ValueError: The value cannot be read so; the message says what was expected.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(expected_form(dimension))
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("a finite number" + _WITH_UNIT.get(dimension, ""))
    if isinstance(value, str):
        number = _from_text(value, dimension)
    elif dimension in ("probability", "count"):
        try:
            number = float(value)
        except OverflowError:
            raise ValueError("a finite number") from None
    else:
        raise ValueError(expected_form(dimension) + ": the unit is missing")
    if not math.isfinite(number):
        raise ValueError("a finite number")
    if dimension == "probability" and not 0.0 <= number <= 1.0:
        raise ValueError(expected_form(dimension))
    if dimension == "count" and number < 0:
        raise ValueError(expected_form(dimension) + ", zero or more")
    if dimension in ("time", "rate") and number < 0:
        raise ValueError(expected_form(dimension) + ", zero or more")
    return number


def _from_text(text: str, dimension: Dimension) -> float:
    stripped = text.strip()
    match = _NUMBER.match(stripped)
    if len(text) > _LONGEST or match is None:
        raise ValueError(expected_form(dimension))
    unit = stripped[match.end() :].strip()
    bare = not unit and dimension in ("probability", "count")
    if not bare and unit not in SCALES[dimension]:
        raise ValueError(expected_form(dimension))
    try:  # in decimals, so that "0.55 %" is 0.0055 and not its neighbour
        exact = Decimal(match.group()) * (1 if bare else Decimal(repr(SCALES[dimension][unit])))
        number = float(exact)
    except (DecimalException, OverflowError):
        raise ValueError("a finite number") from None
    if exact and not number:
        raise ValueError("zero, or a number that is not so close to it")
    return number


def format_quantity(value: float, dimension: Dimension, digits: int = 3) -> str:
    """Write an SI number for people, in the unit that keeps it readable.

    Args:
        value: Seconds, 1/s, radians, a probability or a count.
        dimension: What kind of quantity it is.
        digits: Significant digits.
    """
    if not math.isfinite(value):
        return "unbounded" if value > 0 else "-unbounded"
    if dimension == "probability":
        return f"{_significant(100 * value, digits)} %"
    if dimension == "time":
        for unit, scale in (("s", 1.0), ("ms", 1e-3), ("us", 1e-6), ("ns", 1e-9)):
            if abs(value) >= scale or unit == "ns":
                return f"{_significant(value / scale, digits)} {unit}"
    if dimension == "rate":
        for unit, scale in (("GHz", 1e9), ("MHz", 1e6), ("kHz", 1e3)):
            if abs(value) >= scale:
                return f"{_significant(value / scale, digits)} {unit}"
        return f"{_significant(value, digits)} 1/s"
    if dimension == "angle":
        return f"{_significant(value, digits)} rad"
    return _significant(value, digits)


def _significant(value: float, digits: int) -> str:
    """Round to significant digits; large numbers stay whole, tiny ones go to 1e-5 form."""
    if value == 0:
        return "0"
    magnitude = math.floor(math.log10(abs(value)))
    if magnitude < -4:
        return f"{value:.{digits - 1}e}"
    decimals = max(0, digits - 1 - magnitude)
    return f"{value:.{decimals}f}"
