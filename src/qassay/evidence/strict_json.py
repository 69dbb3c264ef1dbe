"""JSON from strangers: one meaning only, bounded size and depth, never a traceback."""

from __future__ import annotations

import json
from typing import Any

from qassay.errors import MalformedError, Problem

MAX_DEPTH = 24
MAX_DIGITS = 25


def loads(data: bytes, where: str) -> Any:
    """Read a JSON document strictly.

    Refuses what other readers take in more than one way: duplicate keys, NaN and Infinity,
    a byte order mark, text that is not UTF-8, deep nesting and endless numbers.

    Raises:
        MalformedError: With the file and what is wrong.
    """
    try:
        text = data.decode("utf-8", "strict")
    except UnicodeDecodeError as error:
        raise _malformed(where, f"byte {error.start} is not UTF-8", "UTF-8 text") from None
    if _depth(text) > MAX_DEPTH:
        raise _malformed(where, f"more than {MAX_DEPTH} levels", "a flat document")
    try:
        return json.loads(
            text,
            object_pairs_hook=_unique,
            parse_constant=_no_constant,
            parse_int=_bounded_int,
            parse_float=_finite,
        )
    except (ValueError, RecursionError) as error:
        raise _malformed(where, str(error)[:120], "strict JSON") from None


def _malformed(where: str, found: str, expected: str) -> MalformedError:
    return MalformedError(Problem(where=where, found=found, expected=expected))


def _depth(text: str) -> int:
    """Bound the nesting without parsing: brackets inside texts only make the bound stricter."""
    deepest = depth = 0
    for char in text:
        if char in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif char in "]}":
            depth -= 1
    return deepest


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) != len(pairs):
        raise ValueError("a key that stands twice in one object")
    return document


def _no_constant(name: str) -> Any:
    raise ValueError(f"the value {name}")


def _bounded_int(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise ValueError("an integer of more than 25 digits")
    return int(digits)


def _finite(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise ValueError(f"the number {digits[:20]}, too large")
    return number
