"""`qassay doctor`: can this installation do its work?"""

from __future__ import annotations

import importlib
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click
from rich.markup import escape

from qassay.cli.page import open_page

_NEEDED = (
    "numpy",
    "scipy",
    "stim",
    "pydantic",
    "rich",
    "rfc8785",
    "jinja2",
    "cryptography",
)
_SHEET = """
[sheet]
title = "Self-test"
vendor = "qassay"
machine = "virtual:perfect-50"

[[claim]]
id = "qubits"
metric = "qubits"
relation = "at least"
value = 50
"""


@click.command(name="doctor")
def doctor_command() -> int:
    """Check Python and the libraries, and run and audit a tiny assay."""
    terminal = open_page()
    good = sys.version_info >= (3, 11)
    terminal.print(f"{_mark(good)} Python {sys.version.split()[0]} (3.11 or newer is needed)")
    for name in _NEEDED:
        try:
            version = getattr(importlib.import_module(name), "__version__", "present")
            terminal.print(f"{_mark(True)} {name} {version}")
        except ImportError as error:
            good = False
            terminal.print(f"{_mark(False)} {name}: {error}")
    if good:
        good = _tiny_assay()
        terminal.print(f"{_mark(good)} an assay of 50 perfect qubits, run and audited")
    for said, line in _of_others():
        terminal.print(f"{_mark(said)} {escape(line)}")
    return 0 if good else 2


def _of_others() -> Iterator[tuple[bool, str]]:
    """Say what other packages add, and what they add in vain; neither is a fault of qassay."""
    from qassay.additions import GROUPS, additions
    from qassay.applications.catalog import APPLICATIONS
    from qassay.protocols.outside import FAILED

    refused = {(one.group, one.name): one.problem for one in FAILED}
    for group in GROUPS:
        for one in additions(group):
            problem = refused.get((group, one.name), one.problem)
            if (
                group == "qassay.applications"
                and not problem
                and one.thing not in (APPLICATIONS.values())
            ):
                problem = f"{one.package} adds {one.name} in vain: no application, or a taken name"
            what = group.removeprefix("qassay.").removesuffix("s")
            yield not problem, problem or f"{what} {one.name}, of {one.package}"


def _tiny_assay() -> bool:
    """Run a sheet of one claim on a machine without errors, and audit its bundle."""
    from qassay import assay
    from qassay.auditing.audit import audit_bundle
    from qassay.devices.catalog import device_of

    with tempfile.TemporaryDirectory() as folder:
        sheet = Path(folder) / "sheet.toml"
        sheet.write_text(_SHEET, encoding="utf-8")
        result = assay.run(sheet, device_of("virtual:perfect-50"), out=folder, seed=1)
        return result.exit_code == 0 and audit_bundle(result.bundle).failure is None


def _mark(good: bool) -> str:
    return "[green]✔[/]" if good else "[red]✘[/]"
