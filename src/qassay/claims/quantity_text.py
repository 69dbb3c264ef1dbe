"""A claimed figure as people write it: decimal commas, units in words, errors in brackets.

Only what can be read in one way is read; a figure that could be two numbers is refused with both.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal, DecimalException
from typing import Final

from qassay.units import SCALES, Dimension, expected_form, parse_quantity

_LONGEST: Final = 60
_UNIT_WORDS: Final[dict[str, str]] = {
    **dict.fromkeys(("percent", "per cent", "pct", "pc", "％"), "%"),
    **dict.fromkeys(("nsec", "nanosecond", "nanoseconds"), "ns"),
    **dict.fromkeys(("usec", "microsecond", "microseconds", "μs", "µs", "mus"), "us"),
    **dict.fromkeys(("msec", "millisecond", "milliseconds"), "ms"),
    **dict.fromkeys(("sec", "second", "seconds"), "s"),
    **dict.fromkeys(("minute", "minutes"), "min"),
    **dict.fromkeys(("hour", "hours"), "h"),
    **dict.fromkeys(("hz", "per second", "/s", "s^-1", "s-1", "clops", "per s"), "1/s"),
    "khz": "kHz",
    "qubits": "",
    "qubit": "",
}
_DIGITS: Final = r"(?:\d+(?:\.\d*)?|\.\d+)"
_NUMBER: Final = re.compile(
    rf"(?P<sign>[+-]?)(?P<digits>{_DIGITS})(?:\((?P<last>\d{{1,4}})\)|"
    rf"\s*(?:±|\+/-|\+-)\s*(?P<plus>{_DIGITS}))?(?P<power>[eE][+-]?\d{{1,5}})?\s*(?P<unit>.*)",
    re.DOTALL,
)
_POWER: Final = re.compile(r"\s*[×x*·]\s*10\s*(?:\^|\*\*)?\s*\{?([+-]?\d{1,4})\}?")
_RAISED: Final = re.compile(r"(?<=\d)([⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)")  # an exponent: 2⁵ is not 25
_WHOLE_POWER: Final = re.compile(r"(\d{1,4})\s*(?:\^|\*\*)\s*\{?([+-]?\d{1,4})\}?(?![\d.,(^*])")
_SUPERSCRIPTS: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_GROUPED: Final = re.compile(r"(?<![\d.,])(\d{1,3})((?:[ \u00a0\u2009\u202f']\d{3})+)(?!\d)")
_COMMAS: Final = re.compile(r"(?<![\d.,])(\d{1,3})((?:,\d{3}){2,})(?![\d,])")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedQuantity:
    """A figure in SI units.

    Attributes:
        value: The figure.
        error: Its standard error as the vendor states it; None where none is stated.
        plain: Whether it stands there as the page of the claim sheet writes it.
    """

    value: float
    error: float | None = None
    plain: bool = True


def read_quantity(raw: object, dimension: Dimension) -> ClaimedQuantity:
    """Read a figure with its unit, and with its error where one is stated.

    Raises:
        ValueError: It cannot be read, or could be read in two ways; the message says what was
            expected.
    """
    if not isinstance(raw, str):
        return ClaimedQuantity(value=parse_quantity(raw, dimension))
    if len(raw) > _LONGEST:
        raise ValueError(expected_form(dimension))
    text = _straightened(raw)
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise ValueError(expected_form(dimension) + _hint(text))
    unit = " ".join(match["unit"].split())
    if unit not in SCALES[dimension]:
        unit = _UNIT_WORDS.get(unit.lower(), unit)
    number = f"{match['sign']}{match['digits']}{match['power'] or ''}"
    plain_text = f"{number} {unit}".strip()
    try:
        value = parse_quantity(plain_text, dimension)
    except ValueError as error:
        raise ValueError(f"{error}{_hint(text)}") from None
    error_size = _error(match, unit, dimension)
    plain = error_size is None and "".join(plain_text.split()) == "".join(raw.split())
    return ClaimedQuantity(value=value, error=error_size, plain=plain)


def _straightened(raw: str) -> str:
    """Write minus signs, powers of ten, groups of digits and a decimal comma in one way.

    Raises:
        ValueError: A comma that may part thousands or decimals.
    """
    text = _RAISED.sub(r"^\1", raw.strip().replace("\u2212", "-")).translate(_SUPERSCRIPTS)
    text = _POWER.sub(lambda found: f"e{int(found[1])}", text)
    if (power := _WHOLE_POWER.match(text)) is not None:  # as quantum volumes are written
        text = _raised(power[1], power[2]) + text[power.end() :]
    text = re.sub(r"^\((.*)\)(?=\s*e|\s*%|\s*[a-zA-Zµμ])", r"\1", text)  # "(7.9 ± 0.2)e-4"
    text = _GROUPED.sub(lambda found: found[1] + re.sub(r"\D", "", found[2]), text)
    text = _COMMAS.sub(lambda found: found[1] + found[2].replace(",", ""), text)
    for found in re.finditer(r"(\d*),(\d+)", text):
        if "." in text:
            raise ValueError("one decimal mark: a point, or a comma without a point beside it")
        if len(found[2]) == 3 and found[1] not in ("", "0"):
            raise ValueError(
                f"a figure that can be read in one way: {found[1]}{found[2]} or"
                f" {found[1]}.{found[2]}"
            )
    return re.sub(r"(\d*),(\d+)", r"\1.\2", text)


def _raised(base: str, exponent: str) -> str:
    """Write 2^5 as 32.

    Raises:
        ValueError: It has no size that a number could hold.
    """
    try:
        return str(Decimal(base) ** int(exponent))
    except DecimalException:
        raise ValueError("a finite number") from None


def _error(match: re.Match[str], unit: str, dimension: Dimension) -> float | None:
    """Give the stated error in SI units: of the last digits, or after a plus-minus sign."""
    scale = Decimal(repr(SCALES[dimension][unit])) if unit else Decimal(1)
    power = match["power"] or ""
    try:
        if match["last"]:
            decimals = len(match["digits"].partition(".")[2])
            size = Decimal(int(match["last"])).scaleb(-decimals)
        elif match["plus"]:
            size = Decimal(match["plus"])
        else:
            return None
        error = float(size * Decimal(f"1{power}") * scale)
    except (DecimalException, OverflowError):
        raise ValueError("a finite number") from None
    if not math.isfinite(error) or error <= 0:
        raise ValueError("an error above 0, such as 2.9(5)e-5")
    return error


def _hint(text: str) -> str:
    if re.match(r"[<>~≤≥≈=]", text):
        return "; the sign belongs to relation"
    if re.search(r"\d\s*(?:-|–|\.\.|to)\s*\d", text) and "e-" not in text.lower():
        return "; a range has two plain ends and one unit, such as 0.1 % to 0.3 %"
    return ""
