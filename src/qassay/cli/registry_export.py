"""`qassay registry export` and `import`: tables for other programs, records of Metriq."""

from __future__ import annotations

from pathlib import Path

import click

from qassay.cli import options
from qassay.cli.printing import echo, print_json
from qassay.errors import Problem, UsageError
from qassay.registry.catalog import all_registered, registered
from qassay.registry.documents import machine_document
from qassay.registry.exports import figures_csv, write_parquet_table
from qassay.registry.metriq_records import metriq_figures
from qassay.whole_files import write_whole


@click.command(name="export")
@click.argument("machine_ids", metavar="[ID...]", nargs=-1)
@click.option("--csv", "csv_file", metavar="FILE", help="One row a figure, as CSV.")
@click.option("--parquet", "parquet_file", metavar="FILE", help="One row a figure, as Parquet.")
@click.option("--json", "as_json", is_flag=True, help="Whole pages, as JSON on stdout.")
def registry_export(
    machine_ids: tuple[str, ...], csv_file: str | None, parquet_file: str | None, as_json: bool
) -> int:
    """Write the registry for other programs; all machines, or those named."""
    machines = [registered(one) for one in machine_ids] or all_registered()
    if not (csv_file or parquet_file or as_json):
        raise UsageError(
            Problem(
                where="registry export",
                found="nothing to write to",
                expected="--csv FILE, --parquet FILE or --json",
            )
        )
    if csv_file:
        write_whole(Path(csv_file), figures_csv(machines).encode("utf-8"))
    if parquet_file:
        write_parquet_table(machines, parquet_file)
    if as_json:
        print_json([machine_document(one) for one in machines])
        return 0
    for name in (csv_file, parquet_file):
        if name:
            echo(name)
    return 0


@click.command(name="import")
@click.argument("records", metavar="RECORD.json...", nargs=-1, required=True)
@click.option(
    "--first", type=options.WHOLE, default=0, show_default=True, help="Number of the first figure."
)
def registry_import(records: tuple[str, ...], first: int) -> int:
    """Write records of metriq-data as figures for a machine's page, to stdout.

    What the records repeat beyond their chain, and what is no more than a rounding error of a
    fit, is left out. Records of simulators are refused.
    """
    number = first
    for place, record in enumerate(records, start=1):
        name = "metriq" if len(records) == 1 else f"metriq{place}"
        text = metriq_figures(record, name, number)
        number += text.count("[[figure]]")
        echo(text)
    return 0
