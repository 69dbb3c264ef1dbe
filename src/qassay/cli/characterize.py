"""`qassay characterize`: the datasheet of a machine of which nothing is claimed."""

from __future__ import annotations

from pathlib import Path

import click
from rich.markup import escape

from qassay.characterizing.measuring import Characterization, characterize, figure_words
from qassay.characterizing.page import render_characterization
from qassay.claims.metrics import METRICS
from qassay.cli import options
from qassay.cli.characterize_many import listed_devices, tell_many
from qassay.cli.page import FittingTable, open_page
from qassay.cli.printing import print_json
from qassay.cli.progress import work
from qassay.cli.show import duration_words
from qassay.numerals import numeral
from qassay.units import format_quantity
from qassay.whole_files import write_whole

PAGE, SHEET = "characterization.html", "found.toml"


@click.command(name="characterize")
@click.option(
    "--device",
    "device",
    multiple=True,
    metavar="DEVICE",
    help="virtual:NAME, aer:NAME, qiskit:MODULE:ATTRIBUTE, or the path of a machine file; given"
    " several times, each simulator gets a folder of its own in --out.",
)
@click.option(
    "--devices",
    "lists",
    multiple=True,
    metavar="FILE",
    help="Many simulators: one device a line.",
)
@options.together(options.seed, options.out, options.as_json)
@click.option(
    "--precision",
    type=float,
    default=0.2,
    show_default=True,
    help="Half width of the intervals, as a share of each figure, 0.02 to 0.5.",
)
@click.option(
    "--longest-delay",
    type=float,
    default=1.0,
    show_default=True,
    metavar="SECONDS",
    help="Times beyond it are only bounded.",
)
@click.option(
    "--workers",
    default="1",
    show_default=True,
    metavar="N|dask://HOST:PORT",
    help="Processes that work side by side.",
)
def characterize_command(
    device: tuple[str, ...],
    lists: tuple[str, ...],
    seed: int | None,
    out: str | None,
    precision: float,
    longest_delay: float,
    workers: str,
    as_json: bool,
) -> int:
    """Measure the datasheet of a machine with few shots; no claim sheet is needed.

    The most telling figures come first, and Ctrl-C keeps what was measured. Exit codes: 0 every
    figure is as precise as was asked for, 3 not all are; of many machines, the code of the first
    that failed.
    """
    if lists or len(device) != 1:
        return tell_many(
            listed_devices(device, lists),
            out=out,
            seed=seed,
            precision=precision,
            longest_delay=longest_delay,
            workers=workers,
            as_json=as_json,
        )
    return _one(device[0], seed, out, precision, longest_delay, workers, as_json=as_json)


def _one(
    device: str,
    seed: int | None,
    out: str | None,
    precision: float,
    longest_delay: float,
    workers: str,
    *,
    as_json: bool,
) -> int:
    folder = Path(out) if out else Path(f"{device.rpartition(':')[2].replace('/', '-')}-found")
    terminal = open_page()
    with work("looking at the machine", terminal, quiet=as_json) as line:
        found = characterize(
            device,
            out=folder,
            seed=seed,
            precision=precision,
            longest_delay=longest_delay,
            workers=workers,
            progress=lambda finished, _: line.advance(finished.shots),
        )
    write_whole(folder / PAGE, render_characterization(found).encode())
    write_whole(folder / SHEET, found.found_sheet().encode())
    if as_json:
        print_json({**found.as_json(), "page": str(folder / PAGE), "sheet": str(folder / SHEET)})
    else:
        _tell(found, folder)
    return 0 if found.precise else 3


def _tell(found: Characterization, folder: Path) -> None:
    terminal = open_page()
    terminal.print(f"\n[bold]{escape(found.device.name)}[/], characterized")
    if found.device.simulator:
        terminal.print("[yellow]Measured on a SIMULATOR, not on hardware.[/]")
    table = FittingTable()
    for name in ("Figure", "Mean (interval)", "Targets", "Shots", "Precise"):
        table.add_column(name, justify="right" if name in ("Targets", "Shots") else "left")
    for one in found.figures:
        table.add_row(
            METRICS[one.metric].title,
            figure_words(one),
            str(len(one.each)),
            numeral(one.shots),
            "yes" if one.precise else "not yet",
        )
    for metric, seconds in found.bounds.items():
        at_least = f"at least {format_quantity(seconds, 'time')}"
        table.add_row(METRICS[metric].title, at_least, "", "", "")
    terminal.print(table)
    parts = ", ".join(f"{one.part} {100 * one.share:.0f} %" for one in found.budget)
    terminal.print(f"errors of a layer: {parts}")
    if found.interrupted:
        terminal.print("[yellow]interrupted: what was measured until then is kept[/]")
    terminal.print(
        f"{numeral(found.shots)} shots, {duration_words(found.device_seconds)} of device time"
    )
    terminal.print(f"page   {folder / PAGE}\nclaims {folder / SHEET}", markup=False)
