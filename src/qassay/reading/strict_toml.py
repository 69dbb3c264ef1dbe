"""TOML from strangers: looked through before it is parsed, refused with the line.

The only place of this program that parses TOML. The standard library's reader is sound, and
quadratic in what nobody writes by hand: keys of ten thousand parts, tables in the hundred
thousands. So the text is first cut into its words by one regular expression, in which nothing
backtracks; up to its first mistake both readers see the same words.
"""

from __future__ import annotations

import re
import tomllib
from typing import Any, Final

from qassay.errors import ClaimError, Problem, QassayError, quoted
from qassay.numerals import numeral
from qassay.reading.limits import SHEET, TomlLimits

_PLACE: Final = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")
_WORD: Final = re.compile(
    r"""(?P<space>[ \t\r]++|\#[^\n]*+)
    |(?P<text>"{3}(?:[^"\\]|\\.|"{1,2}(?!"))*+"{3,5}
        |'{3}(?:[^']|'{1,2}(?!'))*+'{3,5}
        |"(?:[^"\\\n]|\\[^\n])*+"
        |'[^'\n]*+')
    |(?P<word>[\w+:-]++)
    |(?P<mark>[\n\[\]{}=.,])
    |(?P<odd>.)""",
    re.VERBOSE | re.DOTALL | re.ASCII,
)
_EXPECTED: Final = "TOML, as toml.io defines it"
_LONGEST_LINE: Final = 200  # that is looked at for advice
# What people write where TOML has another way, by what stands on the line.
_NUMBER: Final = r"[-+\u2212]?(?!0[xob])\d[\d_.]*+(?:[eE][-+]?\d+)?+"
_USUAL: Final = (
    (r'[^"]*[\u2018-\u201f\u00ab\u00bb]', 'write straight quotes, "..."'),
    (rf"[^=\"']*=\s*{_NUMBER},\d", 'a decimal comma stands in quotes, "0,5 %"; else write 0.5'),
    (
        rf"[^=\"']*=\s*{_NUMBER}\s*[%\u2030A-Za-z\u00b5\u03bc]",
        'a value with a unit stands in quotes, such as "0.5 %"',
    ),
    (r"[^=\"']*=\s*[^\W\d][\w -]*\s*(?:#.*)?$", 'a text stands in quotes, "..."'),
    (r'(?:[^"]*"[^"]*")*[^"]*"[^"]*$', "a quote is not closed on this line"),
    (r"\s*[\w. -]+:(?:\s|$)", 'a key and its value are parted by "="'),
    (r"\s*[{<]|%PDF|PK\x03", "is this the right file?"),
)


def read_toml(
    data: bytes,
    name: str,
    *,
    limits: TomlLimits = SHEET,
    error: type[QassayError] = ClaimError,
) -> tuple[str, dict[str, Any]]:
    """Read the bytes of a TOML file.

    Args:
        data: The text in UTF-8.
        name: What messages call the file.
        limits: What it may hold at most.
        error: What to raise.

    Returns:
        The text, and its content.

    Raises:
        QassayError: Of the kind `error`: too large, not UTF-8 or not TOML, with the line.
    """
    if len(data) > limits.size:
        raise error(
            Problem(
                where=name,
                found=f"{numeral(len(data))} bytes",
                expected=f"at most {numeral(limits.size)}",
            )
        )
    text = _decode(data, name, error)
    refusal = _over_limits(text, limits)
    if refusal is not None:
        place, found, expected = refusal
        line = text.count("\n", 0, place) + 1
        raise error(Problem(where=f"{name}:{line}", found=found, expected=expected))
    return text, _parse(text, name, error)


def _decode(data: bytes, name: str, kind: type[QassayError]) -> str:
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        problem = Problem(
            where=f"{name}:{line}",
            found=f"the byte 0x{data[error.start]:02x}, which is no UTF-8",
            expected="a text in UTF-8",
            advice="save the file as UTF-8",
        )
        raise kind(problem) from None


def _over_limits(text: str, limits: TomlLimits) -> tuple[int, str, str] | None:
    """Find what is over a limit: its place, what was found, and what was expected."""
    values = tables = dots = depth = 0
    chain = 0  # dots of the key that is being read
    fresh = True  # nothing but space yet on this line
    for word in _WORD.finditer(text):
        start, end = word.span()
        kind = word.lastgroup
        if kind == "odd":
            return None  # a mistake: the parser comes no further, and names the place
        if kind == "space":
            continue
        if kind != "mark":
            if kind == "word" and end - start > limits.word:
                return (
                    start,
                    f"a number or a key of {end - start} characters",
                    f"at most {limits.word}",
                )
            fresh = False
            continue
        mark = text[start]
        if mark == ".":
            chain, dots = chain + 1, dots + 1
            if chain >= limits.key_parts:
                found = f"a dotted key of more than {limits.key_parts} parts"
                return start, found, _EXPECTED
            if dots > limits.dots:
                return start, f"more than {limits.dots} dots in keys", "a flatter file"
            continue
        chain = 0
        if mark == "\n":
            fresh = True
            continue
        if mark in "[{":
            tables += fresh and mark == "[" and not depth
            depth += 1
            if depth > limits.depth:
                return start, "tables or arrays nested too deeply", _EXPECTED
            if tables > limits.tables:
                return start, f"more than {limits.tables} tables", "fewer"
        elif mark in "]}":
            depth -= 1
        fresh = False
        values += mark in "[{=,"
        if values > limits.values:
            return start, f"more than {numeral(limits.values)} values", "fewer"
    return None


def _parse(text: str, name: str, kind: type[QassayError]) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except RecursionError:
        found = "tables or arrays nested too deeply"
        raise kind(Problem(where=name, found=found, expected=_EXPECTED)) from None
    except ValueError as error:  # TOMLDecodeError is one; so is an integer of too many digits
        message = str(error)
        place = _PLACE.search(message)
        where = f"{name}:{place[1]}, column {place[2]}" if place and place[1] else name
        reason = quoted(_PLACE.sub("", message), 122).strip('"')
        if place and not place[1]:
            reason += ", at the end of the file"
        number = int(place[1]) if place and place[1] else text.count("\n") + 1
        advice = _advice(text.split("\n")[number - 1])
        found = f"broken TOML ({reason})"
        problem = Problem(where=where, found=found, expected=_EXPECTED, advice=advice)
        raise kind(problem) from None


def _advice(line: str) -> str:
    """Say what to write where a mistake is a usual one, or ""."""
    line = line[:_LONGEST_LINE]
    return next((words for form, words in _USUAL if re.match(form, line)), "")
