"""The index of the search: one entry a section, small enough to be carried by the page itself.

Pages opened from a disk may fetch nothing, so the index stands in the search page, and the script
that reads it is named by its digest in the page's policy: no other script runs.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from qassay.site.documentation.markdown import DrawnPage
from qassay.site.documentation.shelf import DocText

_EXCERPT: Final = 150
_WORD: Final = re.compile(r"[^\W_][\w\-.]*[^\W_]|[^\W_]", re.UNICODE)
# Words that stand in most sections and tell nothing.
_COMMON: Final = frozenset(
    re.findall(
        r"\w+",
        "a an the of and or is are was were be been to in on at by for with as it its that this"
        " which what who from not no so than then there where one two any all each other has have"
        " had does do can may must if but only into out up more most such same",
    )
)


def search_entries(
    drawn: Mapping[str, DrawnPage], texts: Iterable[DocText], machines: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Give the entries of the index.

    Args:
        drawn: The pages by name.
        texts: The same before they were drawn, in reading order.
        machines: Names of the registry's machines by id.

    Returns:
        One dictionary a section: p its page, t the page's title, s the section's, x how it begins,
        w the further words in it.
    """
    entries: list[dict[str, Any]] = []
    for one in texts:
        for section in drawn[one.name].sections:
            if not section.text and section.level > 1:
                continue
            begin = " ".join(section.text.split())[:_EXCERPT]
            told = set(_tokens(f"{one.title} {section.title} {begin}"))
            words = sorted(set(_tokens(section.text)) - told - _COMMON)
            anchor = f"#{section.anchor}" if section.anchor else ""
            entries.append(
                {
                    "p": f"{one.name}.html{anchor}",
                    "t": one.title,
                    "s": "" if section.level == 1 else section.title,
                    "x": begin,
                    "w": " ".join(words),
                }
            )
    for machine, title in machines.items():
        entries.append(
            {"p": f"../machines/{machine}.html", "t": title, "s": machine, "x": "Registry", "w": ""}
        )
    return entries


def _tokens(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]


def script_digest(script: str) -> str:
    """Give the source expression of a content security policy that allows this script alone."""
    digest = hashlib.sha256(script.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def index_json(entries: list[dict[str, Any]]) -> str:
    """Write the index so that it can stand inside a page: nothing in it can end the element."""
    text = json.dumps(entries, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
