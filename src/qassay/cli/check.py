"""`qassay check`: a sheet's mistakes and plausibility, and how it is understood; no device."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import click
from rich.markup import escape

from qassay.claims.attached import attached_files
from qassay.claims.claim import ClaimSheet
from qassay.claims.claim_file import load_claim_sheet
from qassay.claims.conditions_table import TIME_CONDITIONS
from qassay.claims.finding import Finding
from qassay.claims.meaning import meaning, missed_from
from qassay.claims.metrics import METRICS
from qassay.claims.operations import OPERATIONS
from qassay.claims.plausibility import findings
from qassay.cli import options
from qassay.cli.page import FittingTable, open_page
from qassay.cli.printing import print_json
from qassay.cli.questions import question_json, question_table
from qassay.cli.show import declared_words, timed_words
from qassay.devices.description import DeviceDescription
from qassay.errors import ClaimError, Problem
from qassay.execution.journal import today
from qassay.planning.application_designs import condition_problems
from qassay.planning.conditions import unmet
from qassay.planning.questions import misread_questions
from qassay.protocols.designs.mark_designs import unclaimable
from qassay.protocols.designs.register_designs import depthless, register_problems


@click.command(name="check")
@click.argument("sheet", metavar="SHEET.toml")
@options.as_json
def check_command(sheet: str, as_json: bool) -> int:
    """Say how SHEET.toml is understood, and what is wrong or odd about it; needs no device.

    Exit codes: 0 a sheet that can be planned, 2 mistakes, all of them told.
    """
    try:
        read = load_claim_sheet(sheet)
        files = attached_files(read, sheet)
        odd = condition_problems(list(read.claims), _LARGE_MACHINE, files)
        ClaimError.raise_if_any([*register_problems(read), *odd, *misread_questions(read, files)])
    except ClaimError as error:
        if not as_json:
            raise
        print_json({"sheet": sheet, "valid": False, "mistakes": _mistakes(error)})
        return error.exit_code
    found = findings(read, days=today())
    untested = untestable(read)
    timed = [x.as_json() for x in read.operations]
    asked = [question_json(x) for x in read.questions]
    if as_json:
        print_json(
            {
                "sheet": sheet,
                "valid": True,
                "mistakes": [],
                "title": read.title,
                "claims": [_understood(read, i) for i in range(len(read.claims))],
                **({"questions": asked} if asked else {}),
                **({"operations": timed} if timed else {}),
                **({"declared": [x.as_json() for x in read.declared]} if read.declared else {}),
                "not_tested": [{"claim": name, "reason": why} for name, why in untested.items()],
                "findings": [one.as_json() for one in found],
            }
        )
        return 0
    _print(read, found, untested)
    return 0


_ANY_MACHINE = DeviceDescription(name="any machine", platform="other", qubits=1)
_LARGE_MACHINE = DeviceDescription(
    name="a large machine", platform="other", qubits=64, connectivity="all-to-all"
)


def untestable(sheet: ClaimSheet) -> dict[str, str]:
    """Say which claims cannot be tested whatever the machine, and why."""
    told = {}
    for claim in sheet.claims:
        by_machine = ("platform", *TIME_CONDITIONS)
        conditions = tuple(one for one in claim.conditions if one[0] not in by_machine)
        if not METRICS[claim.metric].protocol:
            told[claim.id] = f"qassay has no protocol yet that measures {claim.metric}"
            if claim.metric in OPERATIONS:
                told[claim.id] += '; with kind = "operations" in its place a clock is asked'
            continue
        bare = replace(claim, conditions=conditions)
        why = unclaimable(claim) or depthless(claim) or unmet(bare, _ANY_MACHINE)
        if why is not None:
            told[claim.id] = why
    return told


def _mistakes(error: ClaimError) -> list[dict[str, str]]:
    return [
        asdict(problem) if isinstance(problem, Problem) else {"found": problem}
        for problem in error.problems
    ]


def _understood(sheet: ClaimSheet, position: int) -> dict[str, Any]:
    claim = sheet.claims[position]
    return {
        **claim.as_json(),
        "meaning": meaning(claim),
        "limit": missed_from(claim),
        "read_as": list(claim.read_as),
    }


def _print(sheet: ClaimSheet, found: tuple[Finding, ...], untested: dict[str, str]) -> None:
    terminal = open_page()
    terminal.print(f"[bold]{escape(sheet.title)}[/]")
    if not (sheet.claims or sheet.declared or sheet.operations or sheet.questions):
        terminal.print("a sheet of `qassay apply`, which asks a question and claims nothing")
        return
    if sheet.claims:
        table = FittingTable()
        for name in ("Claim", "Metric", "What it means", "Missed from"):
            table.add_column(name)
        for claim in sheet.claims:
            cells = (claim.id, claim.metric, meaning(claim), missed_from(claim))
            table.add_row(*map(escape, cells))
        terminal.print(table)
        terminal.print()
    if sheet.questions:
        terminal.print(question_table(sheet))
        terminal.print()
    for words in (*timed_words(sheet), *declared_words(sheet)):
        terminal.print(escape(words))
    for finding in found:
        terminal.print(f"[yellow]{finding.severity}[/]: {escape(finding.sentence)}")
    for name, why in untested.items():
        terminal.print(f"[dim]not tested[/]: {escape(name)}, {escape(why)}")
    count, asked = len(sheet.claims), len(sheet.questions)
    figures = f", {len(sheet.operations)} by the clock" if sheet.operations else ""
    claims = "1 claim is" if count == 1 else f"{count} claims are"
    if asked and not count:
        claims = "1 question is" if asked == 1 else f"{asked} questions are"
    elif asked:
        figures = f", {asked} {'question' if asked == 1 else 'questions'}{figures}"
    figures += f", {len(sheet.declared)} declared" if sheet.declared else ""
    terminal.print(f"no mistakes: {claims} understood{figures}")
