"""`qassay forensics`: what looks odd in the counts of a bundle. Suspicion, never a verdict."""

from __future__ import annotations

from pathlib import Path

import click
from rich.markup import escape

from qassay.auditing.audit import audit_bundle
from qassay.auditing.state import known
from qassay.cli import options
from qassay.cli.page import open_page
from qassay.cli.printing import print_json
from qassay.cli.show import tell_simulator
from qassay.errors import Problem, UsageError, quoted
from qassay.evidence.roles import trust_from
from qassay.forensics.examine import WARNING, examine, read_reported
from qassay.reading.strict_json import read_json

_MOST_BYTES = 1 << 20


@click.command(name="forensics")
@click.argument("bundle", metavar="BUNDLE.zip")
@click.option(
    "--reported", metavar="FILE.json", help='Vendor\'s calibration: {"readout_error": {"0": 0.01}}.'
)
@options.together(options.trust, options.as_json)
def forensics_command(
    bundle: str, reported: str | None, trust: tuple[str, ...], as_json: bool
) -> int:
    """Ask of a bundle's counts what a real machine could not have brought.

    Each question says what it would have noticed. The answer is never a verdict.

    Exit codes: 0 asked, whatever was found; 4 the bundle does not hold.
    """
    table = None if reported is None else read_reported(_document(reported), reported)
    audit = audit_bundle(Path(bundle), trust=trust_from(trust), page=False)
    if audit.failure is not None:
        raise audit.failure
    found, device = examine(audit, table), known(audit.plan).device
    if as_json:
        print_json(
            {
                "bundle": bundle,
                "device": device.name,
                "simulator": device.simulator,
                "suspicion_only": WARNING,
                "questions": [one.as_json() for one in found],
            }
        )
        return 0
    terminal = open_page()
    if device.simulator:
        tell_simulator(terminal, device.name)
    for one in found:
        mark = "[yellow]?[/]" if one.suspicious else "[dim]·[/]"
        p = "" if one.p_value is None else f", p = {one.p_value:.2g}"
        terminal.print(f"{mark} [bold]{escape(one.name)}[/]: {escape(one.sentence)}{p}")
        for words, power in one.power[:2]:
            terminal.print(
                f"    would have noticed {words} with probability {power:.0%}", style="dim"
            )
    odd = sum(one.suspicious for one in found)
    asked = sum(one.p_value is not None for one in found)
    terminal.print(f"\n{odd} of {asked} questions found something odd ({WARNING})")
    return 0


def _document(name: str) -> object:
    path = Path(name)
    if not path.is_file() or path.stat().st_size > _MOST_BYTES:
        raise UsageError(
            Problem(where="--reported", found=quoted(name), expected="a JSON file of at most 1 MiB")
        )
    return read_json(path.read_bytes(), path.name, error=UsageError)
