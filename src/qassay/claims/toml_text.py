"""The text of a TOML file from a stranger: decoded, parsed, refused with the line."""

from __future__ import annotations

import re
import tomllib
from typing import Any, Final

from qassay.claims.toml_table import printable
from qassay.errors import ClaimError, Problem

MAX_BYTES: Final = 1 << 20  # some 5,000 claims
_TOML_PLACE: Final = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")
# The TOML reader keeps every prefix of a dotted key: one of 100,000 parts would eat all memory.
# Possessive and anchored at the start of a word, so that the search itself stays linear.
_ENDLESS_KEY: Final = re.compile(
    r"""(?<![\w"'-])(?:(?:[\w-]++|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){32}"""
)


def parse_toml(data: bytes, name: str) -> tuple[str, dict[str, Any]]:
    """Read the bytes of a TOML file.

    Args:
        data: The text in UTF-8.
        name: What messages call the file.

    Returns:
        The text, and its content.

    Raises:
        ClaimError: Too large, not UTF-8 or not TOML, with the line.
    """
    if len(data) > MAX_BYTES:
        raise ClaimError(
            Problem(where=name, found=f"{len(data)} bytes", expected=f"at most {MAX_BYTES}")
        )
    text = _decode(data, name)
    return text, _parse_toml(text, name)


def _decode(data: bytes, name: str) -> str:
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
        raise ClaimError(problem) from None


def _parse_toml(text: str, name: str) -> dict[str, Any]:
    expected = "TOML, as toml.io defines it"
    endless = _ENDLESS_KEY.search(text)
    if endless is not None:
        line = text.count("\n", 0, endless.start()) + 1
        found = "a dotted key of more than 32 parts"
        raise ClaimError(Problem(where=f"{name}:{line}", found=found, expected=expected))
    try:
        return tomllib.loads(text)
    except RecursionError:
        found = "tables or arrays nested too deeply"
        raise ClaimError(Problem(where=name, found=found, expected=expected)) from None
    except ValueError as error:  # TOMLDecodeError is one; so is an integer of too many digits
        message = str(error)
        place = _TOML_PLACE.search(message)
        where = f"{name}:{place[1]}, column {place[2]}" if place and place[1] else name
        reason = printable(_TOML_PLACE.sub("", message), 120)
        if place and not place[1]:
            reason += ", at the end of the file"
        problem = Problem(where=where, found=f"broken TOML ({reason})", expected=expected)
        raise ClaimError(problem) from None
