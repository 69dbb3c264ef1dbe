"""`qassay acceptance`: an acceptance in phases from one contract file."""

from __future__ import annotations

from pathlib import Path

import click
from rich.markup import escape

from qassay import assay
from qassay.acceptance.contract import Contract, Phase, load_contract
from qassay.acceptance.report import accepted, render_acceptance, simulated_by, simulation_words
from qassay.acceptance.standing import PhaseStanding, next_folder, standing_of
from qassay.assay.replaying import open_device
from qassay.cli import options
from qassay.cli.page import FittingTable, open_page
from qassay.cli.printing import print_json
from qassay.cli.show import duration_words
from qassay.evidence.roles import trust_from
from qassay.numerals import numeral
from qassay.planning.options import Options
from qassay.results.comparing import Comparison, compare
from qassay.whole_files import write_whole

_STYLES = {"passed": "green", "failed": "bold red", "open": "yellow", "waiting": "dim"}


@click.group(name="acceptance")
def acceptance_command() -> None:
    """Plan and follow an acceptance: factory test, site test, thirty days, yearly re-test."""


@acceptance_command.command(name="plan")
@click.argument("contract", metavar="CONTRACT.toml")
@options.together(options.device, options.as_json)
def acceptance_plan(contract: str, device: str, as_json: bool) -> int:
    """Write each phase's claim sheet, and say what its runs take; runs nothing.

    The sheets lie in CONTRACT-acceptance/PHASE/sheet.toml. They follow from the contract alone.
    """
    read = load_contract(contract)
    machine = open_device(device)
    rows = []
    for phase in read.phases:
        sheet = read.folder / phase.id / "sheet.toml"
        sheet.parent.mkdir(parents=True, exist_ok=True)
        write_whole(sheet, phase.sheet)
        wanted = Options(alpha=phase.risk, beta=phase.risk, rule=phase.rule)
        made = assay.plan(sheet, machine, seed=0, options=wanted).plan
        rows.append((phase, sheet, made.cost.shots, made.cost.seconds, made.untested))
    if as_json:
        print_json(
            {
                "contract": contract,
                "device": device,
                "phases": [
                    {
                        "phase": phase.id,
                        "title": phase.title,
                        "claims": list(phase.claims),
                        "runs": phase.runs,
                        "sheet": str(sheet),
                        "next_folder": str(next_folder(read, phase)),
                        "shots_a_run": shots,
                        "device_seconds_a_run": seconds,
                        "not_tested": {one.claim: one.reason for one in untested},
                    }
                    for phase, sheet, shots, seconds, untested in rows
                ],
            }
        )
        return 0
    terminal = open_page()
    terminal.print(f"[bold]{escape(read.sheet.title)}[/]: {len(read.phases)} phases")
    table = FittingTable()
    for name in ("Phase", "Claims", "Runs", "Days", "Shots a run", "Time a run"):
        table.add_column(name, justify="left" if name in ("Phase", "Days") else "right")
    for phase, _, shots, seconds, _ in rows:
        table.add_row(
            escape(phase.title),
            str(len(phase.claims)),
            str(phase.runs),
            _days_words(phase),
            numeral(shots),
            duration_words(seconds),
        )
    terminal.print(table)
    for phase, sheet, _, _, untested in rows:
        for one in untested:
            terminal.print(f"[yellow]not tested[/]: {phase.id}, {one.claim}, {escape(one.reason)}")
        out = next_folder(read, phase)
        command = f"qassay run {sheet} --device {device}{phase.options} --out {out}"
        terminal.print(f"{phase.id}: {command}", markup=False, soft_wrap=True)
    return 0


def _days_words(phase: Phase) -> str:
    parts = []
    if phase.first_day or phase.last_day:
        parts.append(f"{phase.first_day or '…'} to {phase.last_day or '…'}")
    if phase.over_days:
        parts.append(f"over {phase.over_days} d")
    if phase.after:
        parts.append(f"after {phase.after}")
    return ", ".join(parts) or "any"


@acceptance_command.command(name="status")
@click.argument("contract", metavar="CONTRACT.toml")
@options.together(options.trust, options.as_json)
def acceptance_status(contract: str, trust: tuple[str, ...], as_json: bool) -> int:
    """Audit what lies in the phases' folders; say where each stands and what comes next.

    Exit codes: 0 every phase passed, 1 one failed, 3 something is open.
    """
    read = load_contract(contract)
    found = standing_of(read, trust=trust_from(trust))
    if as_json:
        print_json(_document(read, found))
    else:
        _tell(read, found)
    return _code(found)


@acceptance_command.command(name="report")
@click.argument("contract", metavar="CONTRACT.toml")
@click.option("--html", "page", metavar="FILE", help="Where to; CONTRACT-acceptance/report.html.")
@options.together(options.trust, options.as_json)
def acceptance_report(
    contract: str, page: str | None, trust: tuple[str, ...], as_json: bool
) -> int:
    """Write one page over all phases, with what changed between runs beyond chance."""
    read = load_contract(contract)
    known = trust_from(trust)
    found = standing_of(read, trust=known)
    bundles = [one.bundle for phase in found for one in phase.counted if one.bundle is not None]
    changes: Comparison | None = None
    if len(bundles) > 1:
        changes = compare(*bundles, trust=known)
    place = Path(page) if page else read.folder / "report.html"
    place.parent.mkdir(parents=True, exist_ok=True)
    write_whole(place, render_acceptance(read, found, changes).encode())
    if as_json:
        more = {} if changes is None else {"changes": changes.as_json()}
        print_json({**_document(read, found), **more, "report": str(place)})
    else:
        _tell(read, found)
        if changes is not None:
            open_page().print(escape(changes.sentence()))
        open_page().print(f"report {place}", markup=False)
    return _code(found)


def _document(read: Contract, found: tuple[PhaseStanding, ...]) -> dict[str, object]:
    return {
        "contract": str(read.path),
        "title": read.sheet.title,
        "standing": accepted(found),
        "simulator": bool(simulated_by(found)),
        "phases": [one.as_json() for one in found],
    }


def _tell(read: Contract, found: tuple[PhaseStanding, ...]) -> None:
    terminal = open_page()
    terminal.print(f"[bold]{escape(read.sheet.title)}[/]: {escape(accepted(found))}")
    if simulation_words(found):
        terminal.print(f"[yellow]{escape(simulation_words(found))}[/]")
    table = FittingTable()
    for name in ("Phase", "Standing", "Runs", "What comes next"):
        table.add_column(name)
    for one in found:
        table.add_row(
            escape(one.phase.title),
            f"[{_STYLES[one.state]}]{one.state}[/]",
            f"{len(one.counted)} of {one.phase.runs}",
            escape(one.next),
        )
    terminal.print(table)
    for one in found:
        for run in one.runs:
            if run.wrong:
                terminal.print(f"{run.folder} does not count: {run.wrong}", markup=False)


def _code(found: tuple[PhaseStanding, ...]) -> int:
    states = {one.state for one in found}
    return 1 if "failed" in states else 0 if states == {"passed"} else 3
