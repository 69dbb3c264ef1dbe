"""One way to turn a record into bytes, and bytes into a name.

Documents are written as canonical JSON (RFC 8785), so that equal content has equal bytes
and therefore the same sha256 content id, on every machine.
"""

from __future__ import annotations

import hashlib
from typing import Any

import rfc8785


def canonical_bytes(document: Any) -> bytes:
    """Encode plain JSON values (no NaN, integers below 2**53) as RFC 8785 bytes."""
    return rfc8785.dumps(document)


def content_id(data: bytes) -> str:
    """Name bytes by what they are: 64 lower-case hexadecimal digits of sha256."""
    return hashlib.sha256(data).hexdigest()


def document_id(document: Any) -> str:
    """Name a JSON document by its canonical bytes."""
    return content_id(canonical_bytes(document))
