"""What a vendor states and counts of circuits cannot settle: declared, or inspected by somebody.

Uptime, power, gate times, price: such figures stand on the claim sheet beside the measured claims
and on the datasheet apart from them. Their verdict is never one of counts: "inspected" where a
named person saw a document whose sha256 stands on the sheet, on a stated day; else "declared
only". qassay checks neither the document nor the inspector.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final, Literal

from qassay.claims.plain_words import read_word
from qassay.claims.toml_table import Table, finite_number, shown
from qassay.languages.english import said
from qassay.languages.sentence import Sentence, day_fact

Standing = Literal["inspected", "declared only"]
KEYS: Final = (
    "id",
    "kind",
    "metric",
    "relation",
    "value",
    "document",
    "inspector",
    "inspected",
)
_SHA256: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_LONGEST: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What somebody looked at.

    Attributes:
        title: Its name.
        sha256: Of its bytes, so that it can be told from another; empty where not stated.
        url: Where it lies; may be empty.
    """

    title: str = ""
    sha256: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """A figure that no counts stand behind.

    Attributes:
        id: Its short name on the sheet.
        figure: What it says something of, in the sheet's words.
        relation: "at most", "at least", or empty.
        stated: The figure as it stands on the sheet.
        document: What it was read from.
        inspector: Who looked; empty where nobody did.
        inspected: On which day, "YYYY-MM-DD".
    """

    id: str
    figure: str
    relation: str
    stated: str
    document: Document = field(default_factory=Document)
    inspector: str = ""
    inspected: str = ""

    @property
    def missing(self) -> tuple[Sentence, ...]:
        """What an inspection would need beside what is stated, in words."""
        parts = (
            ("document", self.document.title),
            ("digest", self.document.sha256),
            ("inspector", self.inspector),
            ("day", self.inspected),
        )
        return tuple(said(f"standing.no_{name}") for name, there in parts if not there)

    @property
    def standing(self) -> Standing:
        """Whether somebody is named who saw the document."""
        return "declared only" if self.missing else "inspected"

    @property
    def sentence(self) -> Sentence:
        """Say how far the figure can be relied on."""
        if self.missing:
            return said("standing.unchecked", missing=self.missing)
        return said(
            "standing.seen",
            inspector=self.inspector,
            document=self.document.title,
            day=day_fact(self.inspected),
        )

    def as_json(self) -> dict[str, Any]:
        """Give it as plain JSON values, with its standing."""
        return {**asdict(self), "verdict": self.standing, "reason": self.sentence}


def read_declared(table: Table) -> Declared | None:
    """Read a `[[claim]]` of kind "declared", whose id is checked already.

    Returns:
        The figure, or None where anything was wrong.
    """
    before = len(table.mistakes)
    figure = table.text("metric", longest=80, required=True)
    relation = ""
    if "relation" in table:
        relation = read_word(table, "relation", ("at most", "at least"), []) or ""
    stated = _stated(table)
    inspection = read_inspection(table)
    if len(table.mistakes) > before:
        return None
    return replace(
        inspection,
        id=str(table.content.get("id")),
        figure=figure or "",
        relation=relation,
        stated=stated,
    )


def read_inspection(table: Table) -> Declared:
    """Read who saw the figure in which document; the figure itself is left empty."""
    return Declared(
        id="",
        figure="",
        relation="",
        stated="",
        document=_document(table),
        inspector=table.text("inspector") or "",
        inspected=table.day("inspected"),
    )


def _stated(table: Table) -> str:
    value = table.value("value") if "value" in table else None
    number = finite_number(value)
    if number is not None:
        return f"{value}"
    return table.text("value", longest=_LONGEST, required=True) or ""


def _document(claim: Table) -> Document:
    raw = claim.value("document") if "document" in claim else {}
    if isinstance(raw, str):
        raw = {"title": raw}
    if not isinstance(raw, Mapping):
        claim.complain("document", shown(raw), 'a table, such as {title = "...", sha256 = "..."}')
        return Document()
    table = Table(
        raw,
        known=("title", "sha256", "url"),
        path=(*claim.path, "document"),
        words=f"{claim.words}, document",
        mistakes=claim.mistakes,
    )
    title = table.text("title", longest=_LONGEST, required=True) if raw else ""
    digest = (table.text("sha256") or "").lower()
    if digest and _SHA256.fullmatch(digest) is None:
        table.complain(
            "sha256", shown(digest), "64 hexadecimal digits", "`sha256sum FILE` prints them"
        )
    return Document(title=title or "", sha256=digest, url=_address(table))


def _address(table: Table) -> str:
    url = table.text("url", longest=1000) or ""
    # It may become a link on a page, where "javascript:" would be a trap.
    if url and re.fullmatch(r"https?://\S+", url, re.IGNORECASE) is None:
        table.complain("url", shown(url), "an address that begins with https:// or http://")
    return url
