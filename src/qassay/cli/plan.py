"""`qassay plan`: what would be measured, and what it costs; runs nothing."""

from __future__ import annotations

from dataclasses import asdict

import click
from rich.markup import escape

from qassay import assay
from qassay.assay.replaying import open_device
from qassay.cli import options, sending, sending_options
from qassay.cli.page import open_page
from qassay.cli.printing import print_json
from qassay.cli.questions import foretold_answers
from qassay.cli.show import cost_words, expectation_table, plan_table, range_words, remarks
from qassay.cli.unreviewed import tell_unreviewed
from qassay.evidence.roles import trust_from
from qassay.languages.english import said
from qassay.languages.speaker import speaker_of
from qassay.planning.options import Options
from qassay.planning.schedule import experiment_seconds
from qassay.verdicts.expectations import expectations


@click.command(name="plan")
@click.argument("sheet", metavar="SHEET.toml")
@options.together(
    options.device_or_replay,
    options.trust,
    options.seed,
    options.judging,
    sending_options.price,
    sending_options.rounds,
    options.language,
    options.as_json,
)
def plan_command(
    sheet: str,
    device: str,
    trust: tuple[str, ...],
    seed: int | None,
    chosen: Options,
    price: str | None,
    rounds: int | None,
    language: str,
    as_json: bool,
) -> int:
    """Show what SHEET.toml would take on a device, before the first shot."""
    speaker = speaker_of(language)
    machine = open_device(device, trust_from(trust))
    prices = sending.prices_from(price, machine.describe())
    request = assay.plan(
        sheet,
        machine,
        seed=seed,
        options=chosen,
        prices=prices if price else None,
        rounds=rounds,
    )
    plan = request.plan
    foretold = foretold_answers(plan)
    if as_json:
        expected = [asdict(one) for one in expectations(plan)]
        seconds = {
            x.id: experiment_seconds(x, x.rounds, plan.device.durations) for x in plan.experiments
        }
        print_json(
            {
                "id": plan.id,
                **plan.as_json(),
                "expected": expected,
                **({"foretold": foretold} if plan.sheet.questions else {}),
                "device_seconds": seconds,
                "jobs": sending.jobs_json(plan, machine, prices),
            }
        )
        return 0
    terminal = open_page()
    head = said("plan.on", title=plan.sheet.title, device=plan.device.name)
    terminal.print(f"[bold]{escape(speaker.say(head))}[/]")
    terminal.print(plan_table(plan, speaker))
    terminal.print(f"\n{escape(speaker.say(cost_words(plan)))}")
    sending.tell_money(terminal, plan, machine, prices, language)
    terminal.print()
    if plan.sheet.claims or not plan.sheet.questions:
        terminal.print(expectation_table(plan, speaker))
        terminal.print(escape(speaker.say(range_words(plan))))
    for sentence in foretold:
        terminal.print(f"– {speaker.say(sentence)}", markup=False)
    for line in remarks(plan, request.findings, speaker=speaker, files=request.files):
        terminal.print(line)
    terminal.print(speaker.say(said("plan.id", id=plan.id)))
    tell_unreviewed(terminal, speaker)
    return 0
