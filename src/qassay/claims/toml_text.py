"""Sheets written as TOML, byte for byte alike on any machine."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any


def toml_text(document: Mapping[str, Any]) -> str:
    """Write tables and arrays of tables as TOML, what is inside of them on one line each."""
    lines: list[str] = []
    for key, value in document.items():
        tables = value if isinstance(value, list) else [value]
        brackets = ("[[", "]]") if isinstance(value, list) else ("[", "]")
        if not all(isinstance(one, Mapping) for one in tables):
            lines.insert(0, f"{_key(key)} = {_written(value)}")
            continue
        for one in tables:
            lines += [f"{brackets[0]}{_key(key)}{brackets[1]}"]
            lines += [f"{_key(name)} = {_written(inner)}" for name, inner in one.items()] + [""]
    return "\n".join(lines) + "\n"


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name, re.ASCII) else json.dumps(name)


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, str):
        # JSON's text is TOML's but for one character.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, Mapping):
        inner = ", ".join(f"{_key(k)} = {_written(v)}" for k, v in value.items())
        return f"{{{inner}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_written, value))}]"
    return repr(value)
