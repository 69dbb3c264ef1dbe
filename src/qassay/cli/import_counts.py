"""`qassay import`: verdicts from counts that somebody published."""

from __future__ import annotations

from pathlib import Path

import click
from rich.markup import escape

from qassay.assay.importing import import_counts
from qassay.cli import options
from qassay.cli.page import open_page
from qassay.cli.printing import print_json
from qassay.cli.show import tell_simulator, verdict_table
from qassay.planning.options import Options


@click.command(name="import")
@click.argument("format_name", metavar="FORMAT")
@click.argument("path", metavar="PATH")
@click.option("--sheet", required=True, metavar="SHEET.toml", help="The claims to judge.")
@options.together(options.alpha, options.beta, options.rule, options.out, options.as_json)
def import_command(
    format_name: str,
    path: str,
    sheet: str,
    alpha: float,
    beta: float | None,
    rule: str,
    out: str | None,
    as_json: bool,
) -> int:
    """Judge the claims of a sheet with counts that somebody published.

    FORMAT is "counts", the form that anybody can write (docs/counts.md): PATH is a folder with
    counts.toml and its tables, which may be files of Qiskit, IQM, IonQ or pyGSTi; "qiskit",
    "iqm", "ionq" and "pygsti" are other names of it. Or "quantinuum": the folder of one
    machine-date with TQ_RB.json and others.
    """
    chosen = Options(
        alpha=alpha,
        beta=alpha if beta is None else beta,
        rule=rule,  # type: ignore[arg-type]
    )
    folder = Path(out) if out else Path(f"{Path(sheet).stem}-import")
    result = import_counts(format_name, path, sheet, out=folder, options=chosen)
    if as_json:
        print_json(result.as_json())
        return result.exit_code
    terminal = open_page()
    terminal.print(f"[bold]{escape(result.analysis.plan.sheet.title)}[/]")
    terminal.print("Judged from counts that somebody else took; nobody here saw them taken.")
    device = result.analysis.plan.device
    if device.simulator:
        tell_simulator(terminal, device.name)
    terminal.print(verdict_table(result.analysis.plan.sheet, result.verdicts))
    for note in result.notes:
        terminal.print(f"  {note}", markup=False, soft_wrap=True)
    places = f"\ndatasheet  {result.datasheet}\nevidence   {result.bundle}"
    terminal.print(places, soft_wrap=True, markup=False)
    return result.exit_code
