"""JSON from strangers: one meaning only, bounded before it is parsed, never a traceback.

The only place of this program that parses JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import lru_cache, partial
from itertools import accumulate
from typing import Any, Final

from qassay.canonical import canonical_bytes
from qassay.errors import MalformedError, Problem, QassayError, quoted
from qassay.numerals import numeral
from qassay.reading.limits import EVIDENCE, JsonLimits

_DIGITS = 16
_LARGEST_WHOLE = 2**53 - 1  # beyond it JSON readers disagree about integers
_FLOAT_DIGITS = 22  # from 1e21 on floats are written with an exponent
# A text without an end is taken to the end: searched for again and again it would cost a square.
_PIECE = re.compile(rb'"(?:[^"\\]|\\.)*+"?|[\[\]{}]', re.DOTALL)
_ESCAPED = re.compile(rb"\\.", re.DOTALL)
_TEXT = re.compile(rb'"[^"]*+"?')
_NO_BRACKETS: Final = bytes(set(range(256)) - set(b"[]{}"))
_ALIKE: Final = bytes.maketrans(b"[]{}", b"()()")
# What the parser of the standard library would read otherwise than it is meant, or not at all.
_LONG_NUMBER: Final = re.compile(rb"[0-9]{16}|[eE][+-]?[0-9]{3}")
_MARK: Final = "\ufeff"
_MANY_QUOTES: Final = 200_000
_MEMBER = re.compile(rb'\s*+("(?:[^"\\]|\\.)*+")\s*+:\s*+', re.DOTALL)
_COMMA = re.compile(rb"\s*+,")
_SCALAR = re.compile(rb'"(?:[^"\\]|\\.)*+"|[^\s",\[\]{}]++', re.DOTALL)


def read_json(
    data: bytes | str,
    where: str,
    *,
    limits: JsonLimits = EVIDENCE,
    error: type[QassayError] = MalformedError,
) -> Any:
    """Read a JSON document strictly.

    Refuses what other readers take in more than one way: duplicate keys, NaN and Infinity,
    a byte order mark, text that is not UTF-8, halves of characters, deep nesting and endless
    numbers. Size, depth and number of values are looked at before anything is parsed.

    Args:
        data: The document.
        where: What messages call it.
        limits: What it may hold at most.
        error: What to raise.

    Raises:
        QassayError: Of the kind `error`, with the file and what is wrong.
    """
    try:
        return _read(data, limits)
    except _Refusal as refusal:
        problem = Problem(where=where, found=refusal.found, expected=refusal.expected)
        raise error(problem) from None


def read_members(
    data: bytes,
    where: str,
    names: Iterable[str],
    *,
    limits: JsonLimits,
    error: type[QassayError] = MalformedError,
) -> Any:
    """Read some members of a large JSON object; the limits hold for these alone.

    Others are stepped over by their brackets and stand as None in what is given: a maker's file
    of counts may bring its circuits along, which nobody here looks at.

    Args:
        data: The document.
        where: What messages call it.
        names: The members that are wanted.
        limits: What the wanted members may hold at most.
        error: What to raise.

    Raises:
        QassayError: Of the kind `error`.
    """
    return read_json(_thinned(data, set(names)), where, limits=limits, error=error)


def values_in(data: bytes) -> int:
    """Bound the values of a document from above without parsing it: commas and opened brackets."""
    return data.count(b",") + data.count(b"[") + data.count(b"{")


class _Refusal(Exception):
    def __init__(self, found: str, expected: str) -> None:
        self.found, self.expected = found, expected


def _read(data: bytes | str, limits: JsonLimits) -> Any:
    if isinstance(data, str):
        data = _encoded(data)
    if len(data) > limits.size:
        raise _Refusal(f"{numeral(len(data))} bytes", f"at most {numeral(limits.size)}")
    if values_in(data) > limits.values:
        raise _Refusal(f"{numeral(values_in(data))} values", f"at most {numeral(limits.values)}")
    try:
        text = data.decode("utf-8", "strict")
    except UnicodeDecodeError as error:
        raise _Refusal(f"byte {error.start} is not UTF-8", "UTF-8 text") from None
    outside = _outside_texts(data)
    if _depth(outside, limits.depth) > limits.depth:
        raise _Refusal(f"more than {limits.depth} levels", "a flat document")
    decoder = _decoder(limits, looks=_LONG_NUMBER.search(outside) is not None)
    try:
        if text.startswith(_MARK):
            raise json.JSONDecodeError("a byte order mark", text, 0)
        document = decoder.decode(text)
        if b"\\ud" in data or b"\\uD" in data:  # an escaped half of a character is no text
            json.dumps(document, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        raise _Refusal("half of a character", "UTF-8 text") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        marked = " in UTF-8, saved without a mark" if text.startswith(_MARK) else ""
        raise _Refusal(f"broken JSON ({error.msg}, {place})", f"strict JSON{marked}") from None
    except (ValueError, RecursionError) as error:
        raise _Refusal(str(error)[:120], "strict JSON") from None
    return document


def _encoded(text: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        raise _Refusal("half of a character", "UTF-8 text") from None


@lru_cache(maxsize=32)
def _decoder(limits: JsonLimits, *, looks: bool) -> json.JSONDecoder:
    """Make a parser; `looks` is whether it has to look at each number, which takes its time."""
    constant = float if limits.loose_numbers else _no_constant
    if not looks:
        return json.JSONDecoder(object_pairs_hook=_unique, parse_constant=constant)
    return json.JSONDecoder(
        object_pairs_hook=_unique,
        parse_constant=constant,
        parse_int=partial(_whole, limits=limits),
        parse_float=partial(_finite, limits=limits),
    )


def _outside_texts(data: bytes) -> bytes:
    """Give what stands outside of texts.

    A backslash outside a text ends a document for the parser, so what stands behind one may be
    misread here; all before it is read as the parser reads it.
    """
    if b"\\" in data:
        data = _ESCAPED.sub(b"", data)
    many = data.count(b'"') > _MANY_QUOTES  # a piece of bytes costs memory
    return _TEXT.sub(b"", data) if many else b"".join(data.split(b'"')[::2])


def _depth(outside: bytes, most: int) -> int:
    """Give the deepest nesting, or more than `most`, of what stands outside of texts."""
    left = brackets = outside.translate(_ALIKE, _NO_BRACKETS)
    for depth in range(most + 1):
        if not left:
            return depth
        inner = left.replace(b"()", b"")  # each time the innermost level goes
        if len(inner) == len(left):  # some have no other half
            return max(accumulate(1 if one in b"(" else -1 for one in brackets))
        left = inner
    return most + 1


def _thinned(data: bytes, wanted: set[str]) -> bytes:
    """Put null in the place of every member of an object that is not wanted."""
    start = len(data) - len(data.lstrip())
    if data[start : start + 1] != b"{":
        return data
    kept, at, after = [], start + 1, start + 1
    while member := _MEMBER.match(data, after):
        begin = member.end()
        at = _end_of_value(data, begin)
        name = member[1]
        is_wanted = name[1:-1].decode("utf-8", "replace") in wanted
        kept.append(name + b":" + (data[begin:at] if is_wanted or at == begin else b"null"))
        if not (comma := _COMMA.match(data, at)):
            break
        after = comma.end()
    return b"{" + b",".join(kept) + data[at:]


def _end_of_value(data: bytes, begin: int) -> int:
    if data[begin : begin + 1] not in (b"[", b"{"):
        scalar = _SCALAR.match(data, begin)
        return scalar.end() if scalar else begin
    depth = 0
    for piece in _PIECE.finditer(data, begin):
        start = piece[0][:1]
        depth += (start in b"[{") - (start in b"]}")
        if not depth:
            return piece.end()
    return len(data)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise ValueError(f"the key {quoted(twice, 40)}, which stands twice in one object")
    return document


def _no_constant(name: str) -> Any:
    raise ValueError(f"the value {name}")


def _whole(digits: str, *, limits: JsonLimits) -> int | float:
    """Read whole digits; beyond 2^53 only what RFC 8785 writes for a float of that size."""
    if len(digits) <= _DIGITS and -_LARGEST_WHOLE <= (number := int(digits)) <= _LARGEST_WHOLE:
        return number
    _short(digits, limits)
    if limits.loose_numbers:
        return int(digits)
    if len(digits) <= _FLOAT_DIGITS and canonical_bytes(float(digits)).decode() == digits:
        return float(digits)  # a large e-value, say
    raise ValueError(f"an integer beyond {_LARGEST_WHOLE}")


def _finite(digits: str, *, limits: JsonLimits) -> float:
    _short(digits, limits)
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise ValueError(f"the number {digits[:20]}, too large")
    return number


def _short(digits: str, limits: JsonLimits) -> None:
    if len(digits) > limits.digits:
        raise ValueError(f"a number of {len(digits)} characters")
