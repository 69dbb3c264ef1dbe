"""`qassay stability`: runs of one sheet over hours, what held at all of them, and what moved."""

from __future__ import annotations

import click
from rich.markup import escape

from qassay.claims.conditions_table import window_seconds
from qassay.claims.metrics import METRICS
from qassay.cli import options
from qassay.cli.page import FittingTable, open_page
from qassay.cli.printing import print_json
from qassay.cli.show import tell_simulator
from qassay.errors import Problem, UsageError, quoted
from qassay.evidence.roles import trust_from
from qassay.reports.comparison import quantity_words
from qassay.reports.numbers import quantity
from qassay.results.stable_runs import Drifting, Stability, stability_of

_SHOWN = 20  # of what drifts; --json has all


@click.command(name="stability")
@click.argument("bundles", metavar="BUNDLE.zip...", nargs=-1, required=True)
@click.option("--window", metavar="TIME", help='What the runs have to cover, such as "24 h".')
@options.together(options.trust, options.as_json)
def stability_command(
    bundles: tuple[str, ...], window: str | None, trust: tuple[str, ...], as_json: bool
) -> int:
    """Say what held in every one of three or more runs of one sheet, typically, and what drifts.

    Each run is a moment of the machine. The probability to tell any drift of one that stands still
    is at most 5 %.

    Exit codes: 0 every claim held in every run, 1 a claim was missed in some run, 3 something is
    open, or the runs do not span the window.
    """
    seconds = 0.0
    if window is not None:
        read = window_seconds(window)
        if read is None:
            raise UsageError(
                Problem(
                    where="--window",
                    found=quoted(window, 60),
                    expected='a time with its unit, such as "24 h" or "30 d"',
                )
            )
        seconds = read
    found = stability_of(*bundles, window=seconds, trust=trust_from(trust))
    if as_json:
        print_json(found.as_json())
        return found.exit_code
    _print(found)
    return found.exit_code


def _print(found: Stability) -> None:
    terminal = open_page()
    for place, run in enumerate(found.moments, start=1):
        terminal.print(f"{place}. {run.started:%Y-%m-%d %H:%M:%S} UTC, {escape(run.bundle.name)}")
    if found.simulator:
        tell_simulator(terminal, found.device)
    table = FittingTable()
    for name in ("Claim", "In every run", "Typically", "Missed in run", "Each alone"):
        table.add_column(name)
    for one in found.claims:
        missed = ", ".join(map(str, one.missed)) or "–"
        table.add_row(one.claim, one.always, one.typically, missed, ", ".join(one.outcomes))
    terminal.print(table)
    for sentence in found.sentences():
        terminal.print(sentence, markup=False)
    for drift in found.drifting[:_SHOWN]:
        terminal.print(f"  {_told(drift)}", markup=False)
    if len(found.drifting) > _SHOWN:
        terminal.print(f"  and {len(found.drifting) - _SHOWN} more; --json has all")


def _told(one: Drifting) -> str:
    words, dimension = quantity_words(one.quantity)
    if one.quantity in METRICS:
        words = METRICS[one.quantity].title
    values = ", ".join(quantity(value, dimension) for value in one.values)
    return f"{words}, {one.target}: {one.test}: {values} (adjusted p {one.adjusted:.2g})"
