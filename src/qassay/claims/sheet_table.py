"""From the plain tables of a TOML document to a claim sheet."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from datetime import date, datetime
from typing import Any, Final

from qassay.claims.claim import Claim, ClaimSheet, Source
from qassay.claims.claim_table import KINDS, check_id, claim_words, read_claim, read_delta
from qassay.claims.declared import KEYS, Declared, read_declared
from qassay.claims.figures import read_figure_question
from qassay.claims.metrics import METRICS
from qassay.claims.operations import KEYS as OPERATION_KEYS
from qassay.claims.operations import Operation, operation_name, read_operation
from qassay.claims.questions import Question, question_keys, read_question
from qassay.claims.rows.asked import FIGURE
from qassay.claims.toml_table import MistakeList, Table, shown, text_mistake
from qassay.errors import quoted

SHEET_KEYS: Final = ("title", "vendor", "machine", "source", "delta", "notes", "application")
MOST_CLAIMS: Final = 1000
_LONGEST_NOTE: Final = 2000
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_ADDRESS: Final = re.compile(
    r"https?://\S+|doi:10\.\d{4,9}/\S+|arxiv:(?:[\w.-]+/)?[\w.]+|pkg:[a-z]+/\S+", re.IGNORECASE
)


def read_sheet(
    document: Mapping[str, Any],
    mistakes: MistakeList,
    *,
    text_id: str,
    as_counted: Container[str] = (),
) -> ClaimSheet:
    """Read a whole document.

    Args:
        document: What the TOML reader gives.
        mistakes: Where to note what is wrong; where anything is, the sheet is not to be used.
        text_id: sha256 of the file's bytes.
        as_counted: Ids of claims without a kind that are asked of counts, though no protocol
            counts them: so read what plans of an earlier time were made of.
    """
    known = ("sheet", "claim", "question")
    top = Table(document, known=known, path=(), words="", mistakes=mistakes)
    head = _read_head(top)
    delta = head.pop("delta")
    # The sheet of an application run asks how useful a machine is, and claims nothing.
    raw = top.value("sheet") if "sheet" in top else None
    asks = isinstance(raw, Mapping) and "application" in raw
    taken: set[str] = set()
    claims, declared, operations = (
        ((), (), ())
        if "claim" not in top and (asks or "question" in top)
        else _read_claims(top, delta, taken, as_counted)
    )
    return ClaimSheet(
        claims=claims,
        declared=declared,
        operations=operations,
        questions=_read_questions(top, taken),
        text_id=text_id,
        **head,
    )


def _read_head(top: Table) -> dict[str, Any]:
    """Read `[sheet]` into the fields of ClaimSheet, with its delta beside them."""
    raw = top.value("sheet") if "sheet" in top else None
    if not isinstance(raw, Mapping):
        top.complain(
            "sheet",
            "nothing" if raw is None else shown(raw),
            "a table [sheet] with title, vendor and machine",
        )
        raw = {"title": "-", "vendor": "-", "machine": "-"}  # say it once, not four times
    table = Table(raw, known=SHEET_KEYS, path=("sheet",), words="[sheet]", mistakes=top.mistakes)
    return {
        "title": table.text("title", required=True),
        "vendor": table.text("vendor", required=True),
        "machine": table.text("machine", required=True),
        "source": _read_source(table),
        "notes": _read_notes(table),
        "delta": read_delta(table),
    }


def _read_source(sheet: Table) -> Source:
    raw = sheet.value("source") if "source" in sheet else {}
    if isinstance(raw, str):
        raw = {"url" if _ADDRESS.fullmatch(raw.strip()) else "title": raw}
    if not isinstance(raw, Mapping):
        sheet.complain("source", shown(raw), 'a table, such as {title = "...", url = "..."}')
        return Source()
    # A date is a value of its own in TOML; written as text it is as welcome.
    plain = {
        key: value.isoformat() if isinstance(value, date | datetime) else value
        for key, value in raw.items()
    }
    table = Table(
        plain,
        known=("title", "publisher", "date", "url"),
        path=("sheet", "source"),
        words="[sheet], source",
        mistakes=sheet.mistakes,
    )
    url = table.text("url", longest=1000) or ""
    if url and not _ADDRESS.fullmatch(url):
        # It may become a link on a page, where "javascript:" would be a trap.
        table.complain(
            "url",
            quoted(url),
            "an address that begins with https://, http://, doi:, arXiv: or pkg:",
        )
    day = table.text("date") or ""
    if _DAY.fullmatch(day):  # other texts are dates in words, such as "June 2024"
        day = table.day("date")
    return Source(
        title=table.text("title", longest=500) or "",
        publisher=table.text("publisher") or "",
        date=day,
        url=url,
    )


def _read_notes(sheet: Table) -> tuple[str, ...]:
    raw = sheet.value("notes") if "notes" in sheet else []
    if not isinstance(raw, list):
        sheet.complain("notes", shown(raw), 'an array of texts, such as ["..."]')
        return ()
    notes = []
    for value in raw:
        flat = " ".join(value.split()) if isinstance(value, str) else value
        mistake = text_mistake(flat, _LONGEST_NOTE)
        if mistake or not isinstance(flat, str):
            expected = f"texts of at most {_LONGEST_NOTE} characters"
            sheet.complain("notes", mistake, expected)
        elif flat:
            notes.append(flat)
    return tuple(notes)


def _read_questions(top: Table, taken: set[str]) -> tuple[Question, ...]:
    """Read what is asked beside the claims."""
    raw = top.value("question") if "question" in top else []
    if not isinstance(raw, list) or len(raw) > MOST_CLAIMS:
        found = shown(raw) if not isinstance(raw, list) else f"{len(raw)} questions"
        advice = "a question begins with [[question]], in double brackets"
        top.complain("question", found, f"up to {MOST_CLAIMS} tables [[question]]", advice)
        return ()
    found_all: list[Question] = []
    for position, content in enumerate(raw):
        if not isinstance(content, Mapping):
            words = f"question {position + 1}"
            top.mistakes.add(("question", position), words, shown(content), "a table [[question]]")
            continue
        table = Table(
            content,
            known=question_keys(content.get("ask")),
            path=("question", position),
            words=claim_words(content, position).replace("claim", "question", 1),
            mistakes=top.mistakes,
        )
        check_id(table, taken)
        figure = content.get("ask") == FIGURE
        one = read_figure_question(table, found_all) if figure else read_question(table)
        found_all += [one] if one is not None else []
    return tuple(found_all)


def _read_claims(
    top: Table, delta: float | None, taken: set[str], as_counted: Container[str]
) -> tuple[tuple[Claim, ...], tuple[Declared, ...], tuple[Operation, ...]]:
    raw = top.value("claim") if "claim" in top else []
    if not isinstance(raw, list) or not raw:
        found = "no claim" if isinstance(raw, list) else shown(raw)
        advice = "a claim begins with [[claim]], in double brackets"
        top.complain("claim", found, "at least one table [[claim]]", advice)
        return (), (), ()
    if len(raw) > MOST_CLAIMS:
        top.complain("claim", f"{len(raw)} claims", f"at most {MOST_CLAIMS}")
        return (), (), ()
    claims: list[Claim] = []
    declared: list[Declared] = []
    operations: list[Operation] = []
    for position, content in enumerate(raw):
        if not isinstance(content, Mapping):
            words = f"claim {position + 1}"
            top.mistakes.add(("claim", position), words, shown(content), "a table [[claim]]")
            continue
        kind = content.get("kind", _usual_kind(content, as_counted))
        if kind == "measured":
            claim = read_claim(
                content,
                position,
                top.mistakes,
                taken=taken,
                sheet_delta=delta,
                earlier={one.id: one for one in claims},
            )
            claims += [claim] if claim is not None else []
            continue
        known = {"declared": KEYS, "operations": OPERATION_KEYS}
        table = Table(
            content,
            known=known.get(str(kind), tuple(content)),
            path=("claim", position),
            words=claim_words(content, position),
            mistakes=top.mistakes,
        )
        check_id(table, taken)
        if kind == "operations":
            operation = read_operation(table, delta)
            operations += [operation] if operation is not None else []
        elif kind == "declared":
            figure = read_declared(table)
            declared += [figure] if figure is not None else []
        else:
            table.choice("kind", KINDS)
    return tuple(claims), tuple(declared), tuple(operations)


def _usual_kind(content: Mapping[str, Any], as_counted: Container[str]) -> str:
    """Choose the kind that is meant where none is stated: what only a clock settles is timed."""
    metric = content.get("metric")
    name = operation_name(metric)
    counted = name in METRICS and (METRICS[name].protocol or content.get("id") in as_counted)
    # What has keys of a counted claim is asked of counts, and told why it is not tested.
    plain = "conditions" not in content if name not in METRICS else {*content} <= {*OPERATION_KEYS}
    timed = name is not None and not counted and plain
    return "operations" if timed else KINDS[0]
