"""One way of writing numbers, and nobody who has another."""

import ast
import re
from itertools import pairwise
from pathlib import Path

import pytest

from qassay.numerals import numeral, thousands_apart

SOURCE = Path(__file__).parents[2] / "src" / "qassay"
# What comes in thousands, wherever a command or a page tells it.
NOUNS = re.compile(r" (of at most )?(shots|circuits|bytes|values|rows|verdicts|traps)\b")
_OPEN = re.compile(r"\{\w*:[<>^]?\d*[,_]\.?\d*[defgn%]?\}")  # a place that format() fills
_LIKELY = re.compile(r"[,_]\.?\d*[defgn%]?\}|\bformat\(")  # in a text that has none, no look helps
TOLD = ("cli", "reports", "verdicts")


@pytest.mark.parametrize(
    ("number", "decimals", "text"),
    [
        (0, 0, "0"),
        (9_999, 0, "9999"),
        (9_999.6, 0, "10\u202f000"),
        (-41_234, 0, "-41\u202f234"),
        (1_234_567.25, 1, "1\u202f234\u202f567.2"),
        (340_000, 0, "340\u202f000"),
        (0.04, 1, "0.0"),
    ],
)
def test_thousands_stand_apart_from_five_digits_on(number, decimals, text):
    assert numeral(number, decimals) == text


def test_what_is_no_plain_number_stays_as_it_is():
    for text in ("1.2e+20", "inf", "nan", "", "no information", "12\u202f345", "١٢٣٤٥٦"):
        assert thousands_apart(text) == text
    assert thousands_apart("\u2212123456.789") == "\u2212123\u202f456.789"


def counted(value: ast.expr, after: ast.expr) -> bool:
    """Whether a value stands before the noun of what it counts, and was not written as such."""
    if not (isinstance(after, ast.Constant) and NOUNS.match(after.value)):
        return False
    inside = value.value if isinstance(value, ast.FormattedValue) else None
    if isinstance(inside, ast.Call):
        return getattr(inside.func, "id", "") != "numeral"
    return isinstance(inside, ast.Attribute | ast.BinOp)


def own_ways(text: str, told: bool) -> list[int]:
    """Find the lines on which a module writes numbers in a way of its own.

    Args:
        text: The module.
        told: Whether what it counts is read by people.
    """
    found = []
    if not (_LIKELY.search(text) or (told and NOUNS.search(text))):
        return found
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.FormattedValue(format_spec=ast.JoinedStr(values=[*_, ast.Constant(spec)])):
                found += [node.lineno] if re.search(r"[,_]\.?\d*[defgn%]?$", spec) else []
            case ast.Call(func=ast.Name("format"), args=[_, ast.Constant(str(spec))]):
                found += [node.lineno] if re.search(r"[,_]", spec) else []
            case ast.Constant(str(words)):
                found += [node.lineno] if _OPEN.search(words) else []
            case ast.JoinedStr() if told:
                found += [one.lineno for one, after in pairwise(node.values) if counted(one, after)]
    return found


def test_no_module_writes_numbers_in_its_own_way():
    found = {
        path.relative_to(SOURCE).as_posix(): lines
        for path in SOURCE.rglob("*.py")
        if path.name != "numerals.py"
        and (
            lines := own_ways(
                path.read_text(encoding="utf-8"), path.relative_to(SOURCE).parts[0] in TOLD
            )
        )
    }
    assert not found, "qassay.numerals.numeral writes numbers for people"


@pytest.mark.parametrize(
    "text",
    [
        'f"{x:,}"',
        'f"{x:>10,.0f}"',
        'f"{x:_}"',
        'f"{x:{width},}"',
        'format(x, ",")',
        '"{:,} shots".format(x)',
        'f"{run.shots} shots"',
        'f"{len(rows)} circuits, more"',
        'f"{a * b} of at most shots"',
    ],
)
def test_the_search_sees_other_ways(text):
    assert own_ways(text, told=True)


@pytest.mark.parametrize(
    "text", ['f"{numeral(run.shots)} shots"', 'f"{x:.3f}"', 'f"{a}, {b}"', '"a: b, c"']
)
def test_the_search_sees_nothing_else(text):
    assert not own_ways(text, told=True)
