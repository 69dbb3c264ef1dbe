"""JSON from strangers: one meaning only, bounded size and depth, never a traceback."""

from __future__ import annotations

import json
import re
from typing import Any

from qassay.canonical import canonical_bytes
from qassay.errors import MalformedError, Problem

MAX_BYTES = 6 << 20
MAX_VALUES = 300_000  # of a document; the costliest, small objects, take some 100 bytes each
MAX_ALL_VALUES = 1_000_000  # of all documents of a bundle together
MAX_DEPTH = 24
MAX_DIGITS = 16
MAX_WHOLE = 2**53 - 1  # beyond it JSON readers disagree about integers
_FLOAT_DIGITS = 22  # from 1e21 on floats are written with an exponent
_TEXT = re.compile(r'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_BRACKET = re.compile(r"[\[\]{}]")


def loads(data: bytes, where: str) -> Any:
    """Read a JSON document strictly.

    Refuses what other readers take in more than one way: duplicate keys, NaN and Infinity,
    a byte order mark, text that is not UTF-8, halves of characters, deep nesting and endless
    numbers. Size and number of values are looked at before anything is parsed.

    Raises:
        MalformedError: With the file and what is wrong.
    """
    if len(data) > MAX_BYTES:
        raise _malformed(where, f"{len(data)} bytes", f"at most {MAX_BYTES}")
    if values_in(data) > MAX_VALUES:
        raise _malformed(where, f"{values_in(data)} values", f"at most {MAX_VALUES}")
    try:
        text = data.decode("utf-8", "strict")
    except UnicodeDecodeError as error:
        raise _malformed(where, f"byte {error.start} is not UTF-8", "UTF-8 text") from None
    if _depth(text) > MAX_DEPTH:
        raise _malformed(where, f"more than {MAX_DEPTH} levels", "a flat document")
    try:
        document = json.loads(
            text,
            object_pairs_hook=_unique,
            parse_constant=_no_constant,
            parse_int=_bounded_int,
            parse_float=_finite,
        )
        if "\\ud" in text.lower():  # an escaped half of a character is no text
            json.dumps(document, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError) as error:
        raise _malformed(where, str(error)[:120], "strict JSON") from None
    return document


def values_in(data: bytes) -> int:
    """Bound the values of a document from above without parsing it: commas and opened brackets."""
    return data.count(b",") + data.count(b"[") + data.count(b"{")


def _malformed(where: str, found: str, expected: str) -> MalformedError:
    return MalformedError(Problem(where=where, found=found, expected=expected))


def _depth(text: str) -> int:
    """Give the deepest nesting without parsing; brackets inside texts do not count."""
    deepest = depth = 0
    for bracket in _BRACKET.findall(_TEXT.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) != len(pairs):
        raise ValueError("a key that stands twice in one object")
    return document


def _no_constant(name: str) -> Any:
    raise ValueError(f"the value {name}")


def _bounded_int(digits: str) -> int | float:
    """Read whole digits; beyond 2^53 only what RFC 8785 writes for a float of that size."""
    if len(digits.lstrip("-")) <= MAX_DIGITS and abs(int(digits)) <= MAX_WHOLE:
        return int(digits)
    if len(digits) <= _FLOAT_DIGITS and canonical_bytes(float(digits)).decode() == digits:
        return float(digits)  # a large e-value, say
    raise ValueError(f"an integer beyond {MAX_WHOLE}")


def _finite(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise ValueError(f"the number {digits[:20]}, too large")
    return number
