"""The files of sentences, by language: pages, reasons, terminal, applications, answers, notes.

A sentence is a text with places in braces, or a table: `by` names the number that decides the
grammar, and the other keys are the plural categories of Unicode (one, two, few, many, other).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, Final

from qassay.errors import QassayError
from qassay.reading.strict_toml import read_toml

LANGUAGES: Final[dict[str, str]] = {
    "en": "English",
    "ru": "русский",
    "ar": "العربية",
    "vi": "Tiếng Việt",
}
_PARTS: Final = ("", "reasons.", "terminal.", "applications.", "answers.", "notes.")
Said = str | Mapping[str, str]


def files_of(language: str) -> tuple[str, ...]:
    """Name the files of a language; the English of notes stands in the registry itself."""
    names = (f"{part}{language}.toml" for part in _PARTS)
    return tuple(name for name in names if name != "notes.en.toml")


@cache
def sentences_of(language: str) -> Mapping[str, Said]:
    """Give the sentences of a language by code: "verdict.open" of the table [verdict]."""
    folder = resources.files("qassay.languages") / "sentences"
    found: dict[str, Said] = {}
    for name in files_of(language):
        _, document = read_toml((folder / name).read_bytes(), name, error=QassayError)
        _flatten("", document, found)
    return found


def _flatten(prefix: str, table: Mapping[str, Any], found: dict[str, Said]) -> None:
    for key, value in table.items():
        code = f"{prefix}.{key}" if prefix else key
        if isinstance(value, dict) and "by" not in value:
            _flatten(code, value, found)
        else:
            found[code] = value
