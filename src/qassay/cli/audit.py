"""`qassay audit`: a stranger re-derives every number of a bundle, offline."""

from __future__ import annotations

from pathlib import Path

import click
from rich.markup import escape

from qassay.cli import options
from qassay.cli.show import console, print_json, verdict_table
from qassay.evidence.audit import audit_bundle


@click.command(name="audit")
@click.argument("bundle", metavar="BUNDLE.zip")
@options.as_json
def audit_command(bundle: str, as_json: bool) -> int:
    """Re-derive circuits, estimates and verdicts of a bundle from its counts, offline.

    Exit codes: 0 everything follows, 4 something does not.
    """
    terminal = console()
    audit = audit_bundle(
        Path(bundle), lambda name: None if as_json else terminal.print(f"[dim]… {name}[/]")
    )
    code = 0 if audit.failure is None else audit.failure.exit_code
    if as_json:
        print_json(
            {
                "bundle": bundle,
                "passed": [{"check": c.name, "sentence": c.sentence} for c in audit.passed],
                "valid": audit.failure is None,
                "problems": [] if audit.failure is None else list(map(str, audit.failure.problems)),
                "trust": "T0",
                "not_proven": list(NOT_PROVEN),
            }
        )
        return code
    for check in audit.passed:
        terminal.print(f"[green]✔[/] {check.sentence}")
    if audit.failure is not None:
        for problem in audit.failure.problems:
            terminal.print(f"[bold red]✘[/] {escape(str(problem))}", soft_wrap=True)
        return code
    if audit.analysis is not None:
        terminal.print(verdict_table(audit.analysis.plan.sheet, audit.analysis.verdicts))
    terminal.print("\nNot proven by this bundle:")
    for sentence in NOT_PROVEN:
        terminal.print(f"  – {sentence}")
    return code


NOT_PROVEN = (
    "that the counts came from the machine: nobody signed them (trust level T0)",
    "that the circuits were unknown to the vendor before they ran",
    "that no other run was made and thrown away",
)
