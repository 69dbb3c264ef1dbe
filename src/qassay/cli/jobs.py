"""`qassay jobs`: which jobs of a run are out, answered or lost, and what they cost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from rich.markup import escape

from qassay.cli import options
from qassay.cli.page import FittingTable, open_page
from qassay.cli.printing import print_json
from qassay.errors import DeviceError, Problem, UsageError
from qassay.execution.job_book import Purchase, ids_of, purchases
from qassay.execution.purse import money_words, paid
from qassay.execution.run_folder import RunFolder, events_in

_STYLES = {
    "out": "yellow",
    "done": "green",
    "lost": "bold red",
    "may be out": "bold yellow",
    "not sent": "dim",
}


@click.command(name="jobs")
@click.argument("folder", metavar="[FOLDER]", default=".")
@click.option("--ask", is_flag=True, help="Ask the provider how far the jobs are that are out.")
@options.as_json
def jobs_command(folder: str, ask: bool, as_json: bool) -> int:
    """Show the jobs of the run in FOLDER: what is out, done or lost, and what it cost.

    Nothing is sent and nothing is changed; it can be called while the run waits.
    """
    place = Path(folder)
    begun = RunFolder.at(place).begun
    if begun is None:
        raise UsageError(
            Problem(where=folder, found="no run", expected="the folder of a run, its --out")
        )
    rows = purchases(events_in(place))
    made = begun.document.get("made_from", {})
    device = str(made.get("device") or "")
    told = _asked(device, rows) if ask else {}
    currency = next((row.currency for row in rows if row.currency), "")
    if as_json:
        print_json(_document(begun.document, device, rows, told, currency))
        return 0
    terminal = open_page()
    if not rows:
        terminal.print("No job of this run has been sent to a provider.")
        return 0
    table = FittingTable()
    for name in (
        "Job",
        "Circuits",
        "Shots",
        "State",
        "Sent",
        "Ended",
        "Cost",
        "Id of the provider",
    ):
        right = name in ("Circuits", "Shots", "Cost")
        table.add_column(name, justify="right" if right else "left")
    for row in rows:
        state = told.get(row.job, row.standing) if row.standing == "out" else row.standing
        cost = "?" if row.price is None else f"{row.price}" if row.owed else "–"
        table.add_row(
            row.job,
            str(row.circuits),
            str(row.circuits * row.shots),
            f"[{_STYLES[row.standing]}]{escape(state)}[/]",
            _time(row.sent_at),
            _time(row.ended_at),
            cost,
            escape(", ".join(ids_of(row.handle))),
        )
    terminal.print(table)
    for row in rows:
        if row.failure:
            terminal.print(f"[dim]{escape(row.job)}: {escape(row.failure)}[/]")
    counts = [
        f"{sum(r.standing == kind for r in rows)} {kind}"
        for kind in _STYLES
        if any(r.standing == kind for r in rows)
    ]
    terminal.print(f"\n{', '.join(counts)}; {_cost(rows, currency)}")
    if any(row.standing in ("out", "may be out") for row in rows):
        terminal.print(
            "The command that began this run takes them up, here or wherever the folder"
            " is copied to."
        )
    return 0


def _document(
    begun: Any, device: str, rows: list[Purchase], told: dict[str, str], currency: str
) -> dict[str, Any]:
    priced = any(row.price for row in rows)
    return {
        "plan": begun.get("id"),
        "device": device or None,
        "jobs": [
            {
                "job": row.job,
                "circuits": row.circuits,
                "shots": row.circuits * row.shots,
                "standing": row.standing,
                "provider_says": told.get(row.job),
                "ids": list(ids_of(row.handle)),
                "sent_at": row.sent_at or None,
                "ended_at": row.ended_at or None,
                "seconds": row.seconds,
                "price": row.price if row.owed else None,
                "failure": row.failure or None,
            }
            for row in rows
        ],
        "counts": {kind: sum(row.standing == kind for row in rows) for kind in _STYLES},
        "cost": format(paid(rows), "f") if priced else None,
        "currency": currency or None,
    }


def _cost(rows: list[Purchase], currency: str) -> str:
    if not any(row.price for row in rows):
        return "what they cost is not known: prices come by --price or from the device"
    return f"{money_words(paid(rows), currency)} in all, lost ones included"


def _time(text: str) -> str:
    return text.replace("T", " ").removesuffix("Z")


def _asked(device: str, rows: list[Purchase]) -> dict[str, str]:
    """Ask the device for the state of each job that is out; what cannot be told is left out."""
    from qassay.assay.replaying import open_device  # a look at a folder needs no machine

    out = [row for row in rows if row.standing == "out"]
    machine = open_device(device) if device and out else None
    standing = getattr(machine, "standing", None)
    told = {}
    for row in out:
        if standing is None:
            break
        try:
            told[row.job] = str(standing(row.handle))
        except DeviceError as error:
            told[row.job] = f"not told: {error}"[:80]
    return told
