"""Runs a sheet and tells of it: what `qassay run` does once it knows what is wanted."""

from __future__ import annotations

from pathlib import Path

from rich.markup import escape

from qassay import assay
from qassay.assay.replaying import PREFIX, open_device
from qassay.claims.claim_file import STANDARD_INPUT
from qassay.cli import sending
from qassay.cli.answers import tell_answers
from qassay.cli.page import open_page
from qassay.cli.printing import print_json
from qassay.cli.progress import work
from qassay.cli.show import (
    cost_words,
    duration_fact,
    plan_table,
    remarks,
    tell_earlier,
    tell_simulator,
    verdict_table,
)
from qassay.cli.unreviewed import tell_unreviewed
from qassay.devices.interface import computes_here
from qassay.evidence.roles import trust_from
from qassay.execution.run_folder import events_in
from qassay.languages.english import said
from qassay.languages.sentence import Figures
from qassay.languages.speaker import Speaker, speaker_of
from qassay.numerals import numeral
from qassay.planning.options import Options


def run_sheet(
    *,
    sheet: str,
    device: str,
    trust: tuple[str, ...],
    seed: int | None,
    chosen: Options,
    out: str | None,
    price: str | None,
    max_cost: str | None,
    patience: float,
    rounds: int | None,
    workers: str,
    language: str,
    as_json: bool,
    flat: bool = False,
) -> int:
    """Run a sheet; the arguments are those of `qassay run`, and so is the exit code.

    With `flat` the numbers of the answers stand in the document of `--json` itself, as they do for
    a command that asks one question.
    """
    speaker = speaker_of(language)
    # A sheet from the standard input has no name, so the run is called by its device.
    name = device.rpartition(":")[2] if sheet == STANDARD_INPUT else sheet
    kind = "replay" if device.startswith(PREFIX) else "run"
    folder = Path(out) if out else Path(f"{Path(name).stem}-{kind}")
    machine = open_device(device, trust_from(trust))
    terms = sending.terms_from(price, max_cost, patience, machine.describe())
    terminal = open_page()
    with work("planning", terminal, quiet=as_json) as line:

        def planned(request: assay.Request) -> None:
            if not as_json:
                plan = request.plan
                head = said("plan.with_cost", id=plan.id[:16], cost=cost_words(plan))
                terminal.print(escape(speaker.say(head)))
                terminal.print(plan_table(plan, speaker))
                sending.tell_money(terminal, plan, machine, terms.purse.prices, language)
                told = remarks(plan, request.findings, "  ", speaker, request.files)
                for line_of_text in told:
                    terminal.print(line_of_text)
            line.begin("measuring", request.plan.cost.shots, "shots", at_most=True)

        result = assay.run(
            sheet,
            machine,
            out=folder,
            seed=seed,
            options=chosen,
            workers=workers,
            device_name=device,
            planned=planned,
            progress=lambda finished: line.advance(finished.shots),
            stage=line.begin,
            terms=terms,
            prices=terms.purse.prices if price else None,
            rounds=rounds,
        )
    # A machine that computes here bought nothing, and its journal can be long.
    events = () if computes_here(machine) else events_in(folder)
    if as_json:
        told = result.as_json()
        for one in result.answers if flat else ():
            told |= one.numbers
        print_json(told | sending.bill_json(events))
    else:
        _tell(result, folder, speaker)
        sending.tell_bill(terminal, events)
    return result.exit_code


def _tell(result: assay.RunResult, folder: Path, speaker: Speaker) -> None:
    terminal = open_page()
    plan = result.analysis.plan
    terminal.print()
    terminal.print(f"[bold]{escape(plan.sheet.title)}[/]")
    if result.device.startswith(PREFIX):
        name = result.device.removeprefix(PREFIX)
        kind = "simulator" if plan.device.simulator else "machine"
        words = said(f"ran.replayed_{kind}", name=name, device=plan.device.name)
        terminal.print(f"[yellow]{escape(speaker.say(words))}[/]")
    elif plan.device.simulator:
        tell_simulator(terminal, result.device, speaker)
    tell_earlier(terminal, result.dates, folder, speaker)
    if plan.sheet.claims or plan.sheet.operations or plan.sheet.declared:
        terminal.print(verdict_table(plan.sheet, result.verdicts, result.operations, speaker))
    tell_answers(terminal, result.answers, speaker)
    spent = said(
        "ran.spent",
        shots=Figures(number=numeral(result.shots)),
        time=duration_fact(result.device_seconds),
        here=Figures(number=f"{result.wall_seconds:.1f}", unit="s", joint=" "),
    )
    terminal.print(f"\n{escape(speaker.say(spent))}")
    names = [speaker.say(said(f"ran.{name}")) for name in ("datasheet", "evidence")]
    wide = max(map(len, names))
    for name, place in zip(names, (result.datasheet, result.bundle), strict=True):
        terminal.print(f"{name:{wide}}  {place}", soft_wrap=True, markup=False)
    tell_unreviewed(terminal, speaker)
