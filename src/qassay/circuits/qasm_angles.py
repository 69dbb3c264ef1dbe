"""Angles in a stranger's OpenQASM: numbers, pi, + - * / and brackets, and nothing else."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_MOST_DEPTH: Final = 16
_SIGNS: Final = ("+", "-")


_NO_NAMES: Final[Mapping[str, float]] = MappingProxyType({})


def angle_of(tokens: list[str], names: Mapping[str, float] = _NO_NAMES) -> float:
    """Work out an angle.

    Args:
        tokens: Of one expression, as the reader cut them.
        names: Values of the parameters that may stand in it.

    Raises:
        ValueError: With a few words on what is wrong.
    """
    if not tokens:
        raise ValueError("no angle")
    value, rest = _sum(tokens, 0, 0, names)
    if rest != len(tokens):
        raise ValueError(f"{tokens[rest]} where the angle should end")
    if not math.isfinite(value):
        raise ValueError("an angle that is not finite")
    return value


def _sum(
    tokens: list[str], place: int, depth: int, names: Mapping[str, float]
) -> tuple[float, int]:
    if depth > _MOST_DEPTH:
        raise ValueError(f"an angle with more than {_MOST_DEPTH} levels")
    value, place = _product(tokens, place, depth, names)
    while place < len(tokens) and tokens[place] in _SIGNS:
        sign = 1.0 if tokens[place] == "+" else -1.0
        term, place = _product(tokens, place + 1, depth, names)
        value += sign * term
    return value, place


def _product(
    tokens: list[str], place: int, depth: int, names: Mapping[str, float]
) -> tuple[float, int]:
    value, place = _factor(tokens, place, depth, names)
    while place < len(tokens) and tokens[place] in ("*", "/"):
        divide = tokens[place] == "/"
        factor, place = _factor(tokens, place + 1, depth, names)
        if divide and factor == 0:
            raise ValueError("a division by zero")
        value = value / factor if divide else value * factor
    return value, place


def _factor(
    tokens: list[str], place: int, depth: int, names: Mapping[str, float]
) -> tuple[float, int]:
    sign = 1.0
    while place < len(tokens) and tokens[place] in _SIGNS:
        sign = -sign if tokens[place] == "-" else sign
        place += 1
    if place >= len(tokens):
        raise ValueError("an angle that breaks off")
    word = tokens[place]
    if word == "(":
        value, place = _sum(tokens, place + 1, depth + 1, names)
        if place >= len(tokens) or tokens[place] != ")":
            raise ValueError("a bracket that is not closed")
        return sign * value, place + 1
    if word in names:
        return sign * names[word], place + 1
    if word in ("pi", "π"):
        return sign * math.pi, place + 1
    if word[0].isdigit() or word[0] == ".":
        return sign * float(word), place + 1
    raise ValueError(f"{word} in an angle")
