"""`qassay collect`: the counts come back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.markup import escape

from qassay.cli import options
from qassay.cli.key import passphrase_of
from qassay.cli.page import open_page
from qassay.cli.printing import print_json
from qassay.cli.show import tell_simulator, verdict_table
from qassay.errors import Problem, UsageError, quoted
from qassay.evidence.keys import read_key
from qassay.numerals import numeral

if TYPE_CHECKING:
    from qassay.campaigns.collecting import Progress
    from qassay.campaigns.folder import Campaign

_LISTED = 8


@click.command(name="collect")
@click.argument("folder", metavar="DIR")
@click.argument("counts", nargs=-1, metavar="[COUNTS]...")
@options.together(options.as_json)
@click.option(
    "--received",
    metavar="TIME",
    help="When the files came, as in 2026-11-26T08:30:00Z; now by default.",
)
@click.option("--expire", is_flag=True, help="Close the open round without what is missing.")
@click.option(
    "--key",
    "key_file",
    metavar="FILE",
    help="The verifier's private key, where several parties sign.",
)
@click.option(
    "--amend", default="", metavar="TEXT", help="Put words on record for what has not been called."
)
@click.option(
    "--excuse", default="", metavar="REASON", help="Leave out the round that is held back."
)
@click.option(
    "--give-up",
    default="",
    metavar="REASON",
    help="End the campaign here; what no whole round has settled stays open.",
)
@click.option("--hold", is_flag=True, help="Do not send the next round yet.")
def collect_command(
    folder: str,
    counts: tuple[str, ...],
    as_json: bool,
    received: str | None,
    expire: bool,
    key_file: str | None,
    amend: str,
    excuse: str,
    give_up: str,
    hold: bool,
) -> int:
    """Take COUNTS files into the campaign in DIR: whole, in parts, or late.

    Says what is missing; then writes the next job pack, or verdicts, bundle and datasheet.
    Exit codes: 0 all supported, 1 a claim refuted, 2 a file cannot be taken (nothing has
    changed), 3 counts are awaited, or something is inconclusive or untested.
    """
    from qassay.campaigns.folder import open_campaign
    from qassay.execution.alone import only_call

    with only_call(Path(folder)):
        campaign = open_campaign(folder)
        progress = step(
            campaign,
            key_file,
            [Path(path) for path in counts],
            received=_seconds_at(received),
            expire=expire,
            amend=amend,
            excuse=excuse,
            give_up=give_up,
            hold=hold,
        )
    tell(campaign, progress, as_json=as_json)
    return progress.exit_code


def step(
    campaign: Campaign,
    key_file: str | None,
    files: Sequence[Path] = (),
    *,
    received: int | None = None,
    expire: bool = False,
    amend: str = "",
    excuse: str = "",
    give_up: str = "",
    hold: bool = False,
) -> Progress:
    """Take files in, whether the parties sign or not."""
    from qassay.campaigns.collecting import advance

    key = None
    if campaign.signed:
        if excuse:
            raise UsageError(
                Problem(
                    where="--excuse",
                    found="an excuse by the verifier",
                    expected="the vendor's own, by `qassay answer --excuse`",
                )
            )
        if key_file is None:
            raise UsageError(Problem(where="--key", found="nothing", expected="the verifier's key"))
        key = read_key(Path(key_file), passphrase_of(Path(key_file)))
    elif key_file:
        raise UsageError(
            Problem(
                where="--key", found="a campaign without roles", expected="one of several parties"
            )
        )
    return advance(
        campaign,
        files,
        key=key,
        received=received,
        expire=expire,
        excuse=excuse,
        amend=amend,
        give_up=give_up,
        hold=hold,
    )


def _seconds_at(text: str | None) -> int | None:
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
        return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp())
    except (ValueError, OverflowError):
        raise UsageError(
            Problem(
                where="--received",
                found=quoted(text),
                expected="a time such as 2026-11-26T08:30:00Z",
            )
        ) from None


def tell(campaign: Campaign, progress: Progress, *, as_json: bool) -> None:
    """Print where a campaign stands."""
    if as_json:
        print_json(_document(campaign, progress))
        return
    from qassay.exchange.pack import time_text

    terminal = open_page()
    for remark in progress.remarks:
        terminal.print(escape(remark))
    sheet, number = campaign.request.plan.sheet, progress.standing.current
    if progress.result is not None:
        terminal.print(f"[bold]{escape(sheet.title)}[/]")
        if campaign.request.plan.device.simulator:
            tell_simulator(terminal, campaign.request.plan.device.name)
        terminal.print(verdict_table(sheet, progress.result.verdicts, progress.result.operations))
        places = f"datasheet  {progress.result.datasheet}\nevidence   {progress.result.bundle}"
        terminal.print(places, soft_wrap=True, markup=False)
    elif progress.release is None:
        if not any(remark.startswith("awaited") for remark in progress.remarks):
            terminal.print(
                f"round {number} is held back; `qassay collect {campaign.folder}` sends it"
            )
    else:
        missing = [name for names in progress.missing.values() for name in names]
        until = time_text(progress.release.deadline)
        limit = f" until {until}" if until else ""
        terminal.print(
            f"round {number}: counts of {numeral(len(missing))} circuits are awaited{limit}"
        )
        if progress.standing.done or len(missing) <= _LISTED:
            shown = ", ".join(missing[:_LISTED])
            more = f" and {len(missing) - _LISTED} more" if len(missing) > _LISTED else ""
            terminal.print(f"  missing: {shown}{more}")
        terminal.print(f"send       {progress.pack}", soft_wrap=True, markup=False)
    if progress.parcel is not None:
        terminal.print(f"to all     {progress.parcel}", soft_wrap=True, markup=False)


def _document(campaign: Campaign, progress: Progress) -> dict[str, Any]:
    """Give the document of `--json`: that of a run, with what is awaited beside it."""
    from qassay.exchange.pack import time_text
    from qassay.reports.sections.trust import why_levels

    plan = campaign.request.plan
    release = progress.release
    waiting = None
    if progress.standing.current is not None:
        waiting = {
            "round": progress.standing.current,
            "rounds": len(plan.rounds),
            "pack": None if progress.pack is None else str(progress.pack),
            "released": time_text(release.at) if release else None,
            "deadline": time_text(release.deadline) if release else None,
            "circuits": sum(
                len(part.places) for part in progress.standing.parts.values() if release is not None
            ),
            "missing": progress.missing,
        }
    if progress.result is not None:
        document = progress.result.as_json()
    else:
        done = progress.standing.done
        came = [one for one in done if one.outcomes is not None]
        document = {
            "sheet": plan.sheet.title,
            "device": plan.device.name,
            "simulator": plan.device.simulator,
            "seed": None,  # secret until the campaign is over
            "alpha": plan.alpha,
            "verdicts": progress.analysis.verdicts_json(),
            "shots": sum(one.shots for one in came),
            "circuits": sum(len(one.circuit_ids) for one in came),
            "device_seconds": sum(one.seconds for one in done),
            "bundle": None,
            "datasheet": None,
        }
    return {
        **document,
        "waiting": waiting,
        "remarks": list(progress.remarks),
        "trust": list(why_levels(progress.result.analysis)) if progress.result else [],
        "parcel": None if progress.parcel is None else str(progress.parcel),
    }
