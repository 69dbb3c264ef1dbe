"""`qassay export`: a job pack for a laboratory that has none of our software."""

from __future__ import annotations

from pathlib import Path

import click

from qassay.cli import options
from qassay.cli.collect import step, tell
from qassay.cli.page import open_page
from qassay.cli.show import cost_words, plan_table, remarks
from qassay.errors import Problem, UsageError, quoted
from qassay.planning.options import Options
from qassay.units import parse_quantity


@click.command(name="export")
@click.argument("sheet", metavar="SHEET.toml")
@click.option(
    "--device-description",
    "description",
    required=True,
    metavar="FILE",
    help="TOML file of the machine; a machine file will do.",
)
@click.option("--out", required=True, metavar="DIR", help="Folder of the campaign.")
@options.together(
    options.seed,
    options.judging,
    options.as_json,
)
@click.option(
    "--rounds",
    default=4,
    show_default=True,
    metavar="N",
    help="Packs at most; each as long as all before it.",
)
@click.option(
    "--deadline", metavar="TIME", help='From release to counts, as in "72 h"; no limit by default.'
)
@click.option(
    "--roles", metavar="roles.json", help="Keys of the parties, where several sign a log."
)
@click.option("--key", "key_file", metavar="FILE", help="The verifier's private key, with --roles.")
@click.option(
    "--excused",
    default=1,
    show_default=True,
    metavar="N",
    help="Parts that the vendor may excuse, with --roles.",
)
@click.option(
    "--shares",
    type=click.Choice(["each-round", "once"]),
    default="each-round",
    show_default=True,
    help="With a partner: a share of the seed before each round, or one for all.",
)
@click.option("--hold", is_flag=True, help="Freeze the plan and send nothing yet.")
def export_command(
    sheet: str,
    description: str,
    out: str,
    seed: int | None,
    chosen: Options,
    as_json: bool,
    rounds: int,
    deadline: str | None,
    roles: str | None,
    key_file: str | None,
    excused: int,
    shares: str,
    hold: bool,
) -> int:
    """Plan the test of SHEET.toml and write the first job pack into DIR/to-vendor.

    Send that file and nothing else: DIR/private holds the seed. The vendor's counts go to
    `qassay collect DIR`. Exit codes: 0 a pack was written, 2 wrong usage or malformed input.
    """
    from qassay.campaigns.folder import AgreedTerms, begin_campaign
    from qassay.claims.plausibility import findings
    from qassay.evidence.roles import read_roles
    from qassay.exchange.description_file import load_description
    from qassay.execution.alone import only_call
    from qassay.execution.journal import today
    from qassay.planning.availability import broken_words

    device, gates = load_description(description)
    with only_call(Path(out)):
        campaign = begin_campaign(
            sheet,
            device,
            Path(out),
            AgreedTerms(
                gates=gates,
                deadline=seconds_of(deadline),
                excused=excused,
                shares="once" if shares == "once" else "each round",
            ),
            seed=seed,
            options=chosen,
            turns=rounds,
            roles=None if roles is None else read_roles(Path(roles)),
        )
        if not as_json:
            plan = campaign.request.plan
            terminal = open_page()
            terminal.print(f"plan {plan.id[:16]}: {cost_words(plan)}")
            terminal.print(plan_table(plan))
            broken = broken_words(plan.device)
            odd = findings(plan.sheet, plan.device.durations, broken, today())
            for line in remarks(plan, odd, files=campaign.request.files):
                terminal.print(line)
        progress = step(campaign, key_file, hold=hold)
    tell(campaign, progress, as_json=as_json)
    return 0 if progress.result is None else progress.exit_code


def seconds_of(text: str | None) -> int | None:
    """Read `--deadline`, in whole seconds."""
    if text is None:
        return None
    try:
        seconds = parse_quantity(text, "time")
    except ValueError as error:
        raise UsageError(
            Problem(where="--deadline", found=quoted(text), expected=str(error))
        ) from None
    if not 1 <= seconds <= 366 * 86400:
        raise UsageError(
            Problem(where="--deadline", found=quoted(text), expected="one second to one year")
        )
    return round(seconds)
