"""`qassay registry score`: how openly a machine is documented, every lost point explained."""

from __future__ import annotations

import click

from qassay.cli import options
from qassay.cli.page import open_page
from qassay.cli.printing import print_json
from qassay.cli.registry import add_plain, day_of, day_option, measured_option, table_of
from qassay.cli.registry_add import bundles_of, with_bundles
from qassay.registry.catalog import all_registered, registered
from qassay.registry.disclosure import DisclosureScore, announced_until, disclosure
from qassay.registry.documents import score_document
from qassay.registry.losses import grouped_losses
from qassay.registry.weights import current_weights

_PARTS = {
    "coverage": "which figures there are",
    "evidence": "how well they are verified",
    "reporting": "how much is said of each",
    "access": "what outsiders can get at",
}


@click.command(name="score")
@click.argument("machine_id", metavar="ID")
@measured_option
@day_option
@options.together(options.trust, options.as_json)
def registry_score(
    machine_id: str, measured: str | None, trust: tuple[str, ...], day: str | None, as_json: bool
) -> int:
    """Score how openly a machine is documented, as announced and as of a day.

    It is a score of what is said and how it is verified, never of how good the machine is.
    """
    machine = registered(machine_id)
    machine = with_bundles(machine, bundles_of(measured, machine_id, trust))
    score, until = disclosure(machine, day_of(day)), announced_until(machine)
    early = None if until is None else disclosure(machine, until)
    if early is not None and not early.found:
        early = None  # a band from 0 to 100 would say nothing
    if as_json:
        print_json(
            {
                "machine": machine.id,
                "as_announced": None if early is None else score_document(early),
                "today": None if score is None else score_document(score),
            }
        )
        return 0
    terminal = open_page()
    terminal.print(f"[bold]{machine.id}[/]", highlight=False)
    if score is None:
        terminal.print("no machine has been announced: there is nothing to disclose, and no score")
        return 0
    table = table_of("Part", "As announced", "Now", "Of", right=("As announced", "Now", "Of"))
    for part, title in _PARTS.items():
        add_plain(
            table,
            title,
            "–" if early is None else f"{early.parts[part]:.1f}",  # type: ignore[index]
            f"{score.parts[part]:.1f}",  # type: ignore[index]
            f"{current_weights().parts[part]:g}",
        )
    add_plain(
        table,
        "together, found",
        "–" if early is None else f"{early.low:.1f}",
        f"{score.low:.1f}",
        "100",
    )
    add_plain(
        table,
        "at most, if all that was not found exists",
        "–" if early is None else f"{early.high:.1f}",
        f"{score.high:.1f}",
        "",
    )
    terminal.print(table)
    terminal.print()
    lost = table_of("Lost", "Of", "Part", "Why", right=("Lost",))
    for group, part, points, why in grouped_losses(score):
        add_plain(lost, f"{points:.1f}", group, part, why)
    terminal.print(lost)
    terminal.print()
    terminal.print(_rank_words(score, day), markup=False)
    terminal.print(
        f"weights version {score.weights}; `python3 dev.py bench registry_ranking` halves each,"
        " and prints what stands"
    )
    return 0


def _rank_words(score: DisclosureScore, day: str | None) -> str:
    others = [one for one in (disclosure(m, day_of(day)) for m in all_registered()) if one]
    more = sum(one.low > score.low + 1e-9 for one in others)
    return (
        f"{more} of {len(others) - 1} other machines are documented more openly, by what was found"
    )
