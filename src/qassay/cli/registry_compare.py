"""`qassay registry compare`: machines beside each other, like with like."""

from __future__ import annotations

from dataclasses import replace

import click

from qassay.cli import options
from qassay.cli.page import open_page
from qassay.cli.printing import print_json
from qassay.cli.registry import add_plain, day_of, day_option, heading, measured_option, table_of
from qassay.cli.registry_add import bundles_of
from qassay.evidence.roles import trust_from
from qassay.measured import measured_bundle
from qassay.registry.catalog import all_registered, registered
from qassay.registry.disclosure import disclosure
from qassay.registry.documents import row_document
from qassay.registry.figure_words import evidence_words, meaning_words, size_words, value_words
from qassay.registry.records import PublishedFigure
from qassay.registry.standing import FigureCell, FigureRow, compare_machines
from qassay.registry.vocabulary import FIGURE_KINDS


@click.command(name="compare")
@click.argument("machine_ids", metavar="ID...", nargs=-1, required=True)
@click.option("--with", "bundles", multiple=True, metavar="BUNDLE", help="Also a measured bundle.")
@measured_option
@day_option
@options.together(options.trust, options.as_json)
def registry_compare(
    machine_ids: tuple[str, ...],
    bundles: tuple[str, ...],
    measured: str | None,
    trust: tuple[str, ...],
    day: str | None,
    as_json: bool,
) -> int:
    """Put machines beside each other; a place is given only among figures that are alike.

    Alike is what has the same statistic, convention and conditions. Best cases are never ranked,
    and what was never published is said to be so. A measured bundle is audited first, and stands
    beside the first machine named.
    """
    machines = [registered(one) for one in machine_ids]
    found = [measured_bundle(one, trust=trust_from(trust)) for one in bundles]
    for one in machine_ids:
        found += bundles_of(measured, one, trust)
    beside = [one.beside(machines[0]) for one in found]
    real = [one for one, kept in zip(beside, found, strict=True) if not kept.simulator]
    rows = compare_machines([*machines, *beside], [*all_registered(), *real])
    added = {one.id for one in beside}
    rows = tuple(of_bundles(row, added, added - {one.id for one in real}) for row in rows)
    if as_json:
        print_json({"machines": list(machine_ids), "rows": [row_document(one) for one in rows]})
        return 0
    terminal = open_page()
    when = day_of(day)
    for machine in machines:
        score = disclosure(machine, when)
        band = "no score" if score is None else f"{score.low:.0f} to {score.high:.0f} of 100"
        terminal.print(f"[bold]{machine.id}[/]: transparency {band}")
    for kept in found:
        kind = " (a SIMULATOR, without a place)" if kept.simulator else ""
        day_text = kept.day.text if kept.day else "no date"
        terminal.print(
            f"measured:{kept.file}: {kept.device}{kind}, {day_text}; {kept.verified}", markup=False
        )
    for row in rows:
        heading(terminal, _title(row))
        table = table_of("Machine", "Published", "What it means", "Evidence", "Standing")
        for cell in row.cells:
            if cell.figure is not None:
                add_plain(table, *_cells(cell, cell.figure))
        terminal.print(table)
        for reason in dict.fromkeys(cell.reason for cell in row.cells if cell.figure is None):
            names = ", ".join(
                one.machine for one in row.cells if one.figure is None and one.reason == reason
            )
            terminal.print(f"  cannot be ranked, {reason}: {names}", markup=False)
    return 0


def of_bundles(row: FigureRow, measured: set[str], simulators: set[str]) -> FigureRow:
    """Say of bundles what they did not measure, and give no place to what no hardware gave."""
    cells = []
    for cell in row.cells:
        if cell.machine in measured and cell.figure is None:
            cells.append(replace(cell, reason="not measured"))
        elif cell.machine in simulators:
            cells.append(replace(cell, place=None, reason="a simulator"))
        else:
            cells.append(cell)
    return replace(row, cells=tuple(cells))


def _title(row: FigureRow) -> str:
    size = size_words(row.width, row.depth)
    title = FIGURE_KINDS[row.metric].title + (f", {size}" if size else "")
    return title if row.alike else f"{title} (not all alike)"


def _cells(cell: FigureCell, figure: PublishedFigure) -> tuple[str, str, str, str, str]:
    standing = f"cannot be ranked: {cell.reason}"
    if cell.place is not None:
        alone = cell.place.of == 1
        standing = (
            "the only one of its kind" if alone else f"{cell.place.rank} of {cell.place.of} alike"
        )
    words = (value_words(figure), meaning_words(figure), evidence_words(figure))
    return cell.machine, *words, standing
