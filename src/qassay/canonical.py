"""One way to turn a record into bytes, and bytes into a name.

Documents are written as canonical JSON (RFC 8785), so that equal content has equal bytes
and therefore the same sha256 content id, on every machine.

Most of what is written are words, whole numbers and lists of them, which the encoder of Python's
own `json` quotes as RFC 8785 asks; what is rarer (a fraction with an exponent, a key that is not
ASCII, a type of somebody else) is left to the library `rfc8785`.
"""

from __future__ import annotations

import hashlib
from json.encoder import encode_basestring
from typing import Any, Final

import rfc8785

_MOST: Final = 2**53 - 1  # a whole number beyond it is no longer exact as a double
_WORDS: Final = {None: "null", True: "true", False: "false"}


def canonical_bytes(document: Any) -> bytes:
    """Encode plain JSON values (no NaN, integers below 2**53) as RFC 8785 bytes."""
    try:
        return _text(document).encode()
    except UnicodeEncodeError:  # half of a surrogate pair: the library says it in its own words
        return rfc8785.dumps(document)


def _text(value: Any) -> str:
    """Write one value; what only looks like one of the plain types is the library's matter."""
    kind = type(value)
    if kind is str:
        return encode_basestring(value)
    if kind is dict:
        if all(type(key) is str and key.isascii() for key in value):
            inside = [f"{encode_basestring(key)}:{_text(value[key])}" for key in sorted(value)]
            return f"{{{','.join(inside)}}}"
    elif kind is list or kind is tuple:
        return f"[{','.join(map(_text, value))}]"
    elif kind is int:
        if -_MOST <= value <= _MOST:
            return str(value)
    elif kind is bool or value is None:
        return _WORDS[value]
    elif kind is float:
        text = repr(value)
        if "e" not in text and "n" not in text and not text.endswith(".0"):
            return text
    return rfc8785.dumps(value).decode()


def content_id(data: bytes) -> str:
    """Name bytes by what they are: 64 lower-case hexadecimal digits of sha256."""
    return hashlib.sha256(data).hexdigest()


def document_id(document: Any) -> str:
    """Name a JSON document by its canonical bytes."""
    return content_id(canonical_bytes(document))
