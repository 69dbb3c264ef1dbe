"""From the registry to the files of a site: pages that need nothing from outside.

Every page is one file with its style inside, opens from a disk as from a server, and asks for
nothing. What stands in a page of the registry enters as text, never as markup.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from jinja2 import Environment
from markupsafe import Markup

from qassay import __version__
from qassay.errors import RegistryError
from qassay.headway import walked
from qassay.languages.english import commas, number_sentence, said
from qassay.languages.sentence import DayFact, Figures, Sentence
from qassay.languages.speaker import Speaker, speaker_of
from qassay.registry.codebreaking import distances, gate_reach, within_reach
from qassay.registry.disclosure import announced_until, disclosure
from qassay.registry.documents import machine_document
from qassay.registry.exports import figures_csv
from qassay.registry.figure_words import (
    day_words,
    evidence_words,
    group_title,
    grouped_count,
    kind_title,
    rung_title,
    statistic_words,
    value_words,
)
from qassay.registry.losses import grouped_losses
from qassay.registry.missing import missing_kinds
from qassay.registry.notes import note_words
from qassay.registry.records import PublishedFigure, RegisteredMachine
from qassay.registry.sheet_writer import published_sheet
from qassay.registry.virtual_machine import machine_file
from qassay.registry.vocabulary import GROUPS, LADDER
from qassay.reports.datasheet import page_environment, page_style
from qassay.reports.numbers import significant
from qassay.reports.translated import speaking
from qassay.site import facts
from qassay.site.charts import ChartPoint, error_chart, history_chart
from qassay.site.measured_lines import MeasuredLines

INDEX: Final = "index.html"
DATA: Final = "data"
_LOST: Final = 8  # rows of lost points on a page


def site_files(
    machines: Sequence[RegisteredMachine],
    day: date,
    bundles: Mapping[str, Mapping[str, bytes]] = MappingProxyType({}),
    *,
    documented: bool = False,
    measured: Mapping[str, Sequence[MeasuredLines]] = MappingProxyType({}),
    language: str = "en",
) -> dict[str, bytes]:
    """Make every file of the site.

    Args:
        machines: All that have a page, with what was measured among their figures.
        day: As of which day the scores are.
        bundles: Sealed bundles to download, by machine and name.
        documented: Whether the documentation will stand beside the pages, to be linked to.
        measured: What each bundle of a machine says, by machine.
        language: Of the pages; names and titles of sources stay as they were published.

    Returns:
        Content by path relative to the site's folder, with "/" between its parts.
    """
    environment = page_environment("qassay.site")
    speaker = speaker_of(language)
    speaking(environment, speaker)
    environment.filters["noted"] = note_words
    environment.globals["documented"] = documented
    environment.globals["today"] = DayFact(iso=day.isoformat())
    style = _style(environment)
    files = {INDEX: _index(environment, style, machines, day, speaker)}
    for machine in walked(machines, "machines"):
        downloads = _downloads(machine)
        more = bundles.get(machine.id, {})
        downloads |= {f"{DATA}/{machine.id}.{name}": data for name, data in more.items()}
        files |= downloads
        lines = measured.get(machine.id, ())
        page = _machine(environment, style, machine, day, downloads, lines, speaker)
        files[f"machines/{machine.id}.html"] = page
    files[f"{DATA}/figures.csv"] = figures_csv(machines).encode("utf-8")
    whole = [machine_document(one) for one in machines]
    files[f"{DATA}/registry.json"] = json.dumps(whole, indent=1, ensure_ascii=False).encode("utf-8")
    return files


def _style(environment: Environment) -> Markup:
    return page_style(page_environment()) + page_style(environment, "site.css")


def _index(
    environment: Environment,
    style: Markup,
    machines: Sequence[RegisteredMachine],
    day: date,
    speaker: Speaker,
) -> bytes:
    errors = facts.numbered_errors(machines)
    histories = facts.histories(machines)
    page = environment.get_template("index.html.j2").render(
        style=style,
        version=__version__,
        machines=len(machines),
        figures=sum(len(one.figures) for one in machines),
        heads=[(said(f"head.{name}"), group_title(name)) for name in GROUPS],
        grid=facts.grid_rows(machines, day),
        rungs=[(rung.letter, rung_title(rung)) for rung in LADDER.values()],
        errors=error_chart([point for point, _, _ in errors], speaker) if errors else None,
        error_rows=[
            (
                point.label,
                one.id,
                one.qubits,
                value_words(figure),
                statistic_words(figure.statistic),
                evidence_words(figure),
                point.solid,
            )
            for point, one, figure in errors
        ],
        history=_history(histories, speaker),
        history_rows=[
            (
                rows[0][0].label,
                one.id,
                [
                    (
                        day_words(figure.dated),
                        value_words(figure),
                        rung_title(figure.evidence),
                        point.solid,
                    )
                    for point, figure in rows
                ],
            )
            for one, rows in histories
        ],
    )
    return page.encode("utf-8")


def _history(
    histories: Sequence[tuple[RegisteredMachine, Sequence[tuple[ChartPoint, PublishedFigure]]]],
    speaker: Speaker,
) -> Markup | None:
    if not histories:
        return None
    series = [[point for point, _ in rows] for _, rows in histories]
    return history_chart("history", series, speaker)


def _downloads(machine: RegisteredMachine) -> dict[str, bytes]:
    """Make the files that can be had of a machine: sheets, and the virtual machine."""
    made: dict[str, bytes] = {}
    for by in ("maker", "others"):
        try:
            text = published_sheet(machine, by)
        except RegistryError:
            continue
        made[f"{DATA}/{machine.id}.{by}.claims.toml"] = text.encode("utf-8")
    with contextlib.suppress(RegistryError):
        made[f"{DATA}/{machine.id}.machine.toml"] = machine_file(machine).text.encode("utf-8")
    return made


def _machine(
    environment: Environment,
    style: Markup,
    machine: RegisteredMachine,
    day: date,
    downloads: Mapping[str, bytes],
    measured: Sequence[MeasuredLines],
    speaker: Speaker,
) -> bytes:
    until = announced_until(machine)
    score = disclosure(machine, day)
    early = None if until is None else disclosure(machine, until)
    losses = [] if score is None else grouped_losses(score)
    signs = facts.source_signs(machine)
    first = [one for one in machine.figures if until is not None and one.dated.first <= until]
    later = [one for one in machine.figures if one not in first]
    rows = facts.history_of(machine, "")
    days = {figure.dated.text for _, figure in rows}
    own = [[point for point, _ in rows]]
    chart = history_chart("own", own, speaker) if len(days) > 1 else None
    page = environment.get_template("machine.html.j2").render(
        style=style,
        version=__version__,
        machine=machine,
        measured=measured,
        checked=DayFact(iso=machine.checked.text),
        announced=day_words(machine.announced, machine.announced_sourced),
        band=facts.band_words(score),
        early=facts.band_words(early) if early is not None and early.found else None,
        parts=_parts(score, early if early is not None and early.found else None),
        lost=[(group, part, _points(points), why) for group, part, points, why in losses[:_LOST]],
        more=max(0, len(losses) - _LOST),
        has_date=until is not None,
        first=facts.figure_lines(first, signs),
        later=facts.figure_lines(later, signs),
        missing=[(one.words, commas(one.titles)) for one in missing_kinds(machine)],
        gaps=[
            (note_words(one.why), commas([kind_title(name) for name in one.figures]))
            for one in machine.gaps
        ],
        chart=chart,
        security=_security(machine),
        sources=[(sign, one, day_words(one.dated)) for one, sign in signs.items()],
        downloads=[
            (f"../{path}", path.rpartition("/")[2], _size(data)) for path, data in downloads.items()
        ],
    )
    return page.encode("utf-8")


def _parts(score: Any, early: Any) -> list[tuple[str, str, str]]:
    if score is None:
        return []
    return [
        (
            said(f"part.{name}"),
            _points(early.parts[name]) if early else "–",
            _points(score.parts[name]),
        )
        for name in ("coverage", "evidence", "reporting", "access")
    ]


def _size(data: bytes) -> Sentence:
    return number_sentence(Figures(number=f"{len(data) / 1000:.1f}", unit="kB"))


def _points(points: float) -> Sentence:
    return number_sentence(Figures(number=f"{points:.1f}"))


def _count(value: float) -> Sentence:
    return number_sentence(Figures(number=grouped_count(value)))


def _security(machine: RegisteredMachine) -> dict[str, Any] | None:
    """Say how far a machine of gates is from breaking keys; None for other machines."""
    if machine.kind != "gate" or machine.qubits is None:
        return None
    reached = gate_reach(machine)
    return {
        "qubits": machine.qubits,
        "gates": None if reached.gates is None else _count(reached.gates),
        "rows": [
            (
                "RSA-2048" if one.estimate.target == "rsa-2048" else "P-256",
                _count(one.estimate.qubits or 0),
                _count(round(one.qubits_times)) if one.qubits_times else said("registry.unknown"),
                number_sentence(Figures(number=significant(one.error_times, 2)))
                if one.error_times
                else said("registry.unknown"),
                f"{one.estimate.authors} ({one.estimate.year}), {one.estimate.reference}",
            )
            for one in distances(machine)
        ],
        "instead": within_reach(machine),
    }
