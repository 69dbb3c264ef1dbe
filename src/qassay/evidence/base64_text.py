"""Base64 that means one thing: standard alphabet, full padding, no spare bits set."""

from __future__ import annotations

import base64
import binascii

from qassay.errors import MalformedError, Problem, quoted


def encode(data: bytes) -> str:
    """Write bytes as base64 (RFC 4648, section 4)."""
    return base64.b64encode(data).decode()


def decode(text: object, where: str) -> bytes:
    """Read base64 that `encode` could have written.

    Raises:
        MalformedError: Anything else.
    """
    if isinstance(text, str):
        try:
            data = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            data = b""
        if encode(data) == text:
            return data
    raise MalformedError(Problem(where=where, found=quoted(text), expected="base64"))
