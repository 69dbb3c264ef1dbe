"""`qassay export-counts`: the counts of a bundle in the files of another program."""

from __future__ import annotations

import click

from qassay.cli import options
from qassay.cli.page import open_page
from qassay.results.exporting import PROGRAMS, export_counts


@click.command(name="export-counts")
@click.argument("bundle", metavar="BUNDLE")
@click.option("--to", "program", required=True, metavar="|".join(PROGRAMS), help="Whose files.")
@click.option("--out", required=True, metavar="FOLDER", help="Where to; an empty folder.")
@options.trust
def export_counts_command(bundle: str, program: str, out: str, trust: tuple[str, ...]) -> int:
    """Write the decays of a bundle as counts.toml and tables that `import counts` reads again."""
    written = export_counts(bundle, program, out, trust=trust)
    terminal = open_page()
    for path in written.files:
        terminal.print(str(path), markup=False, soft_wrap=True)
    for words in written.left_out:
        terminal.print(f"  left out: {words}", markup=False, soft_wrap=True)
    return 0
