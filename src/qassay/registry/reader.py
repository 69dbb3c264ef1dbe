"""A machine's file of the registry: every mistake at once, each with its place and reason.

What may not enter is refused here: a figure without a source, one of an emulator or a synthetic
file, two values for one quantity and day, a date that has not come, markup in a text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from qassay.claims.toml_places import find_places
from qassay.claims.toml_table import MistakeList, Table, shown
from qassay.errors import RegistryError, did_you_mean, quoted
from qassay.reading.limits import MACHINE
from qassay.reading.strict_toml import read_toml
from qassay.registry.dates import FORM, read_date
from qassay.registry.figure_table import FIGURE_KEYS, published_figure
from qassay.registry.records import FigureSource, Gap, LooseDate, PublishedFigure, RegisteredMachine
from qassay.registry.texts import clean_text, hardware_text
from qassay.registry.vocabulary import FIGURE_KINDS, KINDS_OF_MACHINES, PLATFORMS

MOST_FIGURES: Final = 2000
_ID: Final = re.compile(r"[a-z0-9][a-z0-9.-]{0,63}")
_ADDRESS: Final = re.compile(
    r"https?://\S+|doi:10\.\d{4,9}/\S+|arxiv:(?:[\w.-]+/)?[\w.]+|pkg:[a-z]+/\S+", re.IGNORECASE
)
_MACHINE_KEYS: Final = (
    "id",
    "name",
    "makers",
    "countries",
    "programme",
    "kind",
    "platform",
    "technology",
    "announced",
    "announced_sourced",
    "announced_note",
    "status",
    "layout",
    "checked",
    "notes",
)


def parse_machine(data: bytes, name: str, *, today: date | None = None) -> RegisteredMachine:
    """Read the bytes of a machine's file.

    Args:
        data: UTF-8 TOML.
        name: What messages call the file.
        today: Nothing may be checked after this day; None where the clock is not asked.

    Raises:
        RegistryError: With every mistake of the file.
    """
    text, document = read_toml(data, name, limits=MACHINE, error=RegistryError)
    mistakes = MistakeList(name, find_places(text))
    top = Table(
        document,
        known=("machine", "sources", "gap", "figure"),
        path=(),
        words="",
        mistakes=mistakes,
    )
    head = _read_head(top, today)
    checked = head.get("checked")
    sources = _read_sources(top, checked)
    figures = _read_figures(top, sources, checked)
    gaps = _read_gaps(top, sources)
    RegistryError.raise_if_any(mistakes.all())
    return RegisteredMachine(figures=figures, gaps=gaps, **head)


def read_day(table: Table, key: str, latest: LooseDate | None, *, required: bool = False) -> Any:
    """Read a date that may not lie after another; None where it is absent or wrong."""
    if key not in table:
        if required:
            table.complain(key, "nothing", FORM)
        return None
    try:
        found = read_date(table.value(key))
    except ValueError as error:
        table.complain(key, shown(table.value(key)), str(error))
        return None
    if latest is not None and found.first > latest.last:
        table.complain(
            key, found.text, f"a date not after {latest.text}, when the page was checked"
        )
        return None
    return found


def _read_head(top: Table, today: date | None) -> dict[str, Any]:
    table = _section(top, "machine", _MACHINE_KEYS)
    latest = None if today is None else LooseDate(text=today.isoformat(), first=today, last=today)
    identity = clean_text(table, "id", longest=64, required=True)
    if identity and not _ID.fullmatch(identity):
        table.complain("id", quoted(identity), "small letters, digits, dots and dashes")
    name = hardware_text(table, "name", required=True)
    checked = read_day(table, "checked", latest, required=True)
    sourced = table.value("announced_sourced") if "announced_sourced" in table else True
    if not isinstance(sourced, bool):
        table.complain("announced_sourced", shown(sourced), "true or false")
    return {
        "id": identity,
        "name": name,
        "makers": _texts(table, "makers", required=True),
        "countries": _texts(table, "countries"),
        "kind": table.choice("kind", KINDS_OF_MACHINES) or "gate",
        "platform": table.choice("platform", PLATFORMS) or "other",
        "technology": clean_text(table, "technology"),
        "announced": read_day(table, "announced", checked),
        "announced_sourced": sourced,
        "announced_note": clean_text(table, "announced_note"),
        "status": clean_text(table, "status"),
        "layout": clean_text(table, "layout"),
        "programme": clean_text(table, "programme"),
        "checked": checked,
        "notes": _texts(table, "notes", longest=500),
    }


def _section(top: Table, key: str, known: tuple[str, ...]) -> Table:
    raw = top.value(key) if key in top else None
    if not isinstance(raw, Mapping):
        top.complain(key, "nothing" if raw is None else shown(raw), f"a table [{key}]")
        raw = {}
    return Table(raw, known=known, path=(key,), words=f"[{key}]", mistakes=top.mistakes)


def _texts(
    table: Table, key: str, *, longest: int = 200, required: bool = False
) -> tuple[str, ...]:
    raw = table.value(key) if key in table else []
    if not isinstance(raw, list) or (required and not raw):
        table.complain(key, shown(raw), 'an array of texts, such as ["..."]')
        return ()
    found = []
    for place, text in enumerate(raw):
        one = Table(
            {key: text},
            known=(key,),
            path=table.path,
            words=f"{table.words}, {key}, entry {place + 1}",
            mistakes=table.mistakes,
        )
        found.append(clean_text(one, key, longest=longest, required=True))
    return tuple(found)


def _read_sources(top: Table, checked: LooseDate | None) -> dict[str, FigureSource]:
    raw = top.value("sources") if "sources" in top else {}
    if not isinstance(raw, Mapping):
        top.complain("sources", shown(raw), "tables such as [sources.a]")
        return {}
    read = {}
    for key, content in raw.items():
        if not isinstance(content, Mapping):
            top.complain("sources", shown(content), "tables such as [sources.a]")
            continue
        table = Table(
            content,
            known=("title", "publisher", "date", "url", "primary", "seen_via"),
            path=("sources", key),
            words=f"source {quoted(key, 20)}",
            mistakes=top.mistakes,
        )
        read[key] = _source(table, checked)
    return read


def _source(table: Table, checked: LooseDate | None) -> FigureSource:
    title = hardware_text(table, "title", longest=500, required=True)
    url = clean_text(table, "url", longest=1000, required=True)
    if url and not _ADDRESS.fullmatch(url):
        table.complain(
            "url",
            quoted(url),
            "an address that begins with https://, http://, doi:, arXiv: or pkg:",
        )
    primary = table.value("primary") if "primary" in table else None
    if not isinstance(primary, bool):
        table.complain(
            "primary",
            "nothing" if primary is None else shown(primary),
            "true or false",
            "whether it is the maker's or the measurer's own document",
        )
    dated = read_day(table, "date", checked, required=True)
    nothing = LooseDate(text="", first=date.min, last=date.min)
    return FigureSource(
        title=title,
        publisher=clean_text(table, "publisher"),
        dated=dated or nothing,
        url=url,
        primary=primary is True,
        seen_via=clean_text(table, "seen_via"),
    )


def _tables(top: Table, key: str) -> Sequence[Mapping[str, object]]:
    raw = top.value(key) if key in top else []
    if not isinstance(raw, list) or not all(isinstance(one, Mapping) for one in raw):
        top.complain(key, shown(raw), f"tables [[{key}]]")
        return ()
    if len(raw) > MOST_FIGURES:
        top.complain(key, f"{len(raw)} tables", f"at most {MOST_FIGURES}")
        return ()
    return raw


def _read_figures(
    top: Table, sources: dict[str, FigureSource], checked: LooseDate | None
) -> tuple[PublishedFigure, ...]:
    figures: list[PublishedFigure] = []
    names: set[str] = set()
    taken: dict[tuple[object, ...], str] = {}
    for place, content in enumerate(_tables(top, "figure")):
        table = Table(
            content,
            known=FIGURE_KEYS,
            path=("figure", place),
            words=f"figure {place + 1}",
            mistakes=top.mistakes,
        )
        identity = table.text("id", longest=40, required=True)
        if identity and (identity in names or not _ID.fullmatch(identity)):
            expected = "a name of its own, small letters, digits, dots and dashes"
            table.complain("id", quoted(identity), expected)
        names.add(identity or "")
        table.words = f"figure {quoted(identity or str(place + 1), 30)}"
        source = source_of(table, sources)
        dated = read_day(table, "date", checked) or (source.dated if source else None)
        figure = published_figure(table, source, dated)
        if figure is None:
            continue
        key = same_quantity(figure)
        if key in taken:
            table.complain(
                "metric",
                f"a second value of {figure.metric} for {figure.dated.text}",
                "one value for one quantity and date",
                f'the other is figure "{taken[key]}"; say in what they differ',
            )
        taken[key] = figure.id
        figures.append(figure)
    return tuple(figures)


def same_quantity(figure: PublishedFigure) -> tuple[object, ...]:
    """Give all by which two figures may differ and yet be of one day."""
    return (
        figure.metric,
        figure.width,
        figure.depth,
        figure.specimen,
        figure.operation,
        figure.statistic,
        figure.over,
        figure.simultaneous,
        figure.post_selection,
        figure.mitigation,
        figure.encoded,
        figure.dated.text,
    )


def source_of(table: Table, sources: dict[str, FigureSource]) -> FigureSource | None:
    """Read which source a figure or gap has; None after a complaint."""
    name = table.text("source", longest=40)
    if not name:
        table.complain(
            "source",
            "nothing",
            "the name of a table [sources.NAME]",
            "a figure without a source is not published",
        )
        return None
    if name not in sources:
        table.complain(
            "source",
            quoted(name),
            f"one of {', '.join(sources) or 'none yet'}",
            did_you_mean(name, sources),
        )
        return None
    return sources[name]


def _read_gaps(top: Table, sources: dict[str, FigureSource]) -> tuple[Gap, ...]:
    gaps = []
    for place, content in enumerate(_tables(top, "gap")):
        table = Table(
            content,
            known=("id", "kind", "figures", "why", "source"),
            path=("gap", place),
            words=f"gap {place + 1}",
            mistakes=top.mistakes,
        )
        kind = table.choice("kind", ("withheld", "unread", "mentioned"))
        figures = _texts(table, "figures", required=True)
        for name in figures:
            if name not in FIGURE_KINDS:
                advice = did_you_mean(name, FIGURE_KINDS)
                table.complain("figures", quoted(name), "kinds of figures of the registry", advice)
        gaps.append(
            Gap(
                id=table.text("id", longest=40) or "",
                kind=kind or "unread",
                figures=figures,
                why=clean_text(table, "why", longest=500, required=True),
                source=source_of(table, sources) if "source" in table else None,
            )
        )
    return tuple(gaps)
