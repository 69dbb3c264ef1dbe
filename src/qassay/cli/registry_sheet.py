"""`qassay registry sheet` and `machine`: published figures as claims, and as a virtual machine."""

from __future__ import annotations

import click

from qassay.cli.printing import echo
from qassay.registry.catalog import registered
from qassay.registry.sheet_writer import published_sheet
from qassay.registry.virtual_machine import machine_file


@click.command(name="sheet")
@click.argument("machine_id", metavar="ID")
@click.option(
    "--by",
    type=click.Choice(["maker", "others"]),
    default="maker",
    show_default=True,
    help="Whose figures.",
)
def registry_sheet(machine_id: str, by: str) -> int:
    """Write a machine's published figures as a claim sheet, for `qassay run - --device ...`."""
    echo(published_sheet(registered(machine_id), by), nl=False)  # type: ignore[arg-type]
    return 0


@click.command(name="machine")
@click.argument("machine_id", metavar="ID")
def registry_machine(machine_id: str) -> int:
    """Print the machine file that `virtual:ID` stands for, made from the published figures."""
    echo(machine_file(registered(machine_id)).text, nl=False)
    return 0
