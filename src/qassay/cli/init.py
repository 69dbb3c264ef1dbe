"""`qassay init`: a claim sheet to fill in, or a sheet or machine from figures that are there."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from qassay.claims.blank_sheet import blank_sheet
from qassay.claims.claim_file import parse_claim_sheet
from qassay.cli.printing import echo
from qassay.errors import Problem, UsageError, quoted

_SOURCES = ("machines", "metriq", "braket", "ibm", "backend")


@click.command(name="init")
@click.argument("sheet", metavar="[SHEET.toml]", required=False)
@click.option(
    "--from",
    "source",
    nargs=2,
    metavar="SOURCE NAME",
    help="machines ID (a built-in machine), metriq FILE (a record of metriq-data), braket FILE"
    " (device properties of Amazon Braket), ibm FILE (calibration data of IBM Quantum, CSV), or"
    " backend DEVICE (what a Qiskit backend reports of itself).",
)
@click.option(
    "--machine",
    is_flag=True,
    help="Write the virtual machine that the figures describe, in place of claims (of --from ibm).",
)
def init_command(sheet: str | None, source: tuple[str, str] | None, *, machine: bool) -> int:
    """Write a claim sheet to fill in, every field explained beside it.

    Without SHEET.toml it goes to the standard output. A file that is there is never overwritten.
    """
    if machine:
        text = machine_from(source)
    else:
        text = blank_sheet() if source is None else sheet_from(*source)
        parse_claim_sheet(text.encode(), sheet or "the new sheet")  # what is written can be read
    if sheet is None:
        echo(text, nl=False)
        return 0
    write_new(Path(sheet), text)
    if machine:
        echo(f"wrote {sheet}\ntest it: qassay run SHEET.toml --device {sheet}", err=True)
    else:
        echo(f"wrote {sheet}\nhow it is understood: qassay check {sheet}", err=True)
    return 0


def machine_from(source: tuple[str, str] | None) -> str:
    """Write a machine file from figures that are there.

    Raises:
        UsageError: Of this source none can be written.
        CountsError: The table cannot be read.
    """
    if source is None or source[0] != "ibm":
        raise UsageError(
            Problem(
                where="--machine",
                found="nothing to make it of" if source is None else f"--from {source[0]}",
                expected="--from ibm FILE, a table with a row a qubit",
                advice="the file of a built-in machine: qassay show machine ID",
            )
        )
    from qassay.devices.machine_file import read_machine
    from qassay.published.ibm_machine import ibm_machine

    text = ibm_machine(Path(source[1]))
    read_machine(text.encode(), "the new machine")
    return text


def sheet_from(kind: str, name: str) -> str:
    """Write a sheet from figures that are there.

    Raises:
        UsageError: There is no such source.
        DeviceFileError: There is no such machine, or it reports nothing.
        CountsError: The record cannot be read.
    """
    if kind == "machines":
        from qassay.published.machine_sheet import machine_sheet

        return machine_sheet(name)
    if kind == "metriq":
        from qassay.published.metriq import metriq_sheet

        return metriq_sheet(Path(name))
    if kind == "braket":
        from qassay.published.braket import braket_sheet

        return braket_sheet(Path(name))
    if kind == "ibm":
        from qassay.published.ibm_machine import ibm_sheet

        return ibm_sheet(Path(name))
    if kind == "backend":
        return _backend_sheet(name)
    raise UsageError(
        Problem(
            where="--from",
            found=quoted(kind),
            expected=" or ".join(_SOURCES),
            advice="such as --from machines heron-156",
        )
    )


def _backend_sheet(name: str) -> str:
    from qassay.devices.catalog import built_in_machines, device_of

    if name.startswith("virtual:") or name in built_in_machines() or name.endswith(".toml"):
        plain = name.removeprefix("virtual:")
        raise UsageError(
            Problem(
                where="--from backend",
                found=quoted(name),
                expected="qiskit:MODULE:ATTRIBUTE or aer:NAME, a backend with a calibration",
                advice=f"of a virtual machine write --from machines {plain}",
            )
        )
    device = device_of(name)
    backend = getattr(device, "backend", None)
    if backend is None:
        raise UsageError(
            Problem(
                where="--from backend",
                found=quoted(name),
                expected="a device that stands on a Qiskit backend",
            )
        )
    from qassay.published.backend_sheet import sheet_of

    return sheet_of(backend)


def write_new(path: Path, text: str) -> None:
    """Write a file that is not there yet.

    Raises:
        UsageError: Something of this name is there, or it cannot be written.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL  # follows no link, overwrites nothing
    try:
        with os.fdopen(os.open(path, flags, 0o644), "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        raise UsageError(
            Problem(
                where=quoted(str(path), 200),
                found="a file that is there already",
                expected="a new name",
                advice="nothing was changed",
            )
        ) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(
            Problem(where=quoted(str(path), 200), found=reason, expected="a place to write to")
        ) from None
    sys.stderr.flush()
