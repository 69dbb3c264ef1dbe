"""`qassay characterize`: the datasheet of a machine of which nothing is claimed."""

from __future__ import annotations

from pathlib import Path

import click
from rich.markup import escape

from qassay.assay import Request
from qassay.assay.replaying import open_device
from qassay.characterizing.measuring import FOUND, LOOK, Characterization, characterize
from qassay.cli import options, sending, sending_options
from qassay.cli.answers import tell_answers
from qassay.cli.characterize_many import listed_devices, tell_many
from qassay.cli.page import open_page
from qassay.cli.printing import print_json
from qassay.cli.progress import work
from qassay.cli.show import duration_words, tell_earlier
from qassay.devices.interface import computes_here
from qassay.errors import Problem, UsageError, quoted
from qassay.execution.journal import Event
from qassay.execution.run_folder import events_in
from qassay.languages.speaker import speaker_of
from qassay.numerals import numeral


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
@options.together(
    options.seed, options.out, sending_options.paying, options.language, options.as_json
)
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
    price: str | None,
    max_cost: str | None,
    patience: float,
    precision: float,
    longest_delay: float,
    workers: str,
    language: str,
    as_json: bool,
) -> int:
    """Measure the datasheet of a machine with few shots; no claim sheet is needed.

    A first look finds what to measure with; then OUT/questions.toml is run as every sheet is, with
    a bundle and a page. The most telling figures come first. Ctrl-C tells the figures so far, and
    the same command goes on.

    Exit codes: 0 every figure is as precise as was asked for, 3 not all are; of many machines, the
    code of the first that failed.
    """
    if lists or len(device) != 1:
        UsageError.raise_if_any(
            Problem(
                where=name,
                found=quoted(value),
                expected="one device",
                advice="many machines are simulators, which cost nothing",
            )
            for name, value in (("--price", price), ("--max-cost", max_cost))
            if value is not None
        )
        return tell_many(
            listed_devices(device, lists),
            out=out,
            seed=seed,
            precision=precision,
            longest_delay=longest_delay,
            workers=workers,
            as_json=as_json,
        )
    name = device[0].rpartition(":")[2].replace("/", "-")
    folder = Path(out) if out else Path(f"{name}-found")
    machine = open_device(device[0])
    terms = sending.terms_from(price, max_cost, patience, machine.describe())
    prices = terms.purse.prices
    terminal = open_page()
    with work("looking at the machine", terminal, quiet=as_json) as line:

        def planned(request: Request) -> None:
            if not as_json:
                sending.tell_money(terminal, request.plan, machine, prices, language)
            line.begin("measuring", request.plan.cost.shots, "shots", at_most=True)

        found = characterize(
            machine,
            out=folder,
            seed=seed,
            precision=precision,
            longest_delay=longest_delay,
            workers=workers,
            device_name=device[0],
            planned=planned,
            progress=lambda finished: line.advance(finished.shots),
            stage=line.begin,
            terms=terms,
            prices=prices if price else None,
        )
    events = () if computes_here(machine) else _events(folder)
    if as_json:
        print_json({**found.as_json(), **sending.bill_json(events)})
    else:
        _tell(found, folder, language)
        sending.tell_bill(terminal, events)
    return 0 if found.precise else 3


def _events(folder: Path) -> list[Event]:
    """Read what was sent for the first look, and for the figures."""
    places = (*sorted(folder.glob(f"{LOOK}*/")), folder)
    return [one for place in places for one in events_in(place)]


def _tell(found: Characterization, folder: Path, language: str) -> None:
    terminal, speaker = open_page(), speaker_of(language)
    terminal.print(f"\n[bold]{escape(found.device.name)}[/], characterized")
    if found.device.simulator:
        terminal.print("[yellow]Measured on a SIMULATOR, not on hardware.[/]")
    if found.run is not None:
        tell_earlier(terminal, found.run.dates, folder, speaker)
    tell_answers(terminal, found.answers, speaker)
    for one in found.unasked:
        terminal.print(one.told, markup=False)
    terminal.print(
        f"{numeral(found.shots)} shots, {duration_words(found.device_seconds)} of device time"
    )
    if found.interrupted:
        terminal.print(
            "[yellow]interrupted: what was measured until then is kept, and the same command goes"
            " on from there; evidence is sealed once all is measured[/]"
        )
    elif found.run is None:
        terminal.print(
            "a first look left no figure to measure, so there is no page and no evidence"
        )
    else:
        terminal.print(f"page      {found.run.datasheet}", markup=False)
        terminal.print(f"evidence  {found.run.bundle}", markup=False)
    terminal.print(f"claims    {folder / FOUND}", markup=False)
