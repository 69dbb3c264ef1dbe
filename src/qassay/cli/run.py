"""`qassay run`: a vendor's claims confirmed or refuted on a device."""

from __future__ import annotations

from typing import Any

import click

from qassay.cli import options, sending_options


@click.command(name="run")
@click.argument("sheet", metavar="SHEET.toml")
@options.together(
    options.device_or_replay,
    options.trust,
    options.seed,
    options.judging,
    options.out,
    sending_options.sending,
    options.language,
    options.as_json,
)
@click.option(
    "--workers",
    default="1",
    show_default=True,
    metavar="N|dask://HOST:PORT",
    help="Processes that work side by side.",
)
def run_command(**asked: Any) -> int:
    """Test the claims of SHEET.toml on a device; - reads the sheet from the standard input.

    A run that was interrupted goes on when the same command is given with the same --out.
    """
    from qassay.cli.running import run_sheet  # so that --help need not wait for it

    return run_sheet(**asked)
