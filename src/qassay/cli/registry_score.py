"""`qassay registry score`: how openly a machine is documented, every lost point explained."""

from __future__ import annotations

import click

from qassay.cli import options
from qassay.cli.page import open_page
from qassay.cli.printing import print_json
from qassay.cli.registry import add_plain, day_of, day_option, measured_option, table_of
from qassay.cli.registry_add import bundles_of, with_bundles
from qassay.cli.unreviewed import tell_unreviewed
from qassay.languages.english import said
from qassay.languages.sentence import Sentence
from qassay.languages.speaker import speaker_of
from qassay.registry.catalog import all_registered, registered
from qassay.registry.disclosure import DisclosureScore, announced_until, disclosure
from qassay.registry.documents import score_document
from qassay.registry.losses import grouped_losses
from qassay.registry.weights import current_weights

_PARTS = ("coverage", "evidence", "reporting", "access")


@click.command(name="score")
@click.argument("machine_id", metavar="ID")
@measured_option
@day_option
@options.together(options.trust, options.language, options.as_json)
def registry_score(
    machine_id: str,
    measured: str | None,
    trust: tuple[str, ...],
    day: str | None,
    language: str,
    as_json: bool,
) -> int:
    """Score how openly a machine is documented, as announced and as of a day.

    It is a score of what is said and how it is verified, never of how good the machine is.
    """
    machine, speaker = registered(machine_id), speaker_of(language)
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
        terminal.print(speaker.say(said("score.nothing_announced")))
        return 0
    heads = tuple(
        speaker.say(said(code))
        for code in ("registry.part", "registry.before", "registry.now", "score.of")
    )
    table = table_of(*heads, right=heads[1:])
    for part in _PARTS:
        add_plain(
            table,
            speaker.say(said(f"score.{part}")),
            "–" if early is None else speaker.number(f"{early.parts[part]:.1f}"),  # type: ignore[index]
            speaker.number(f"{score.parts[part]:.1f}"),  # type: ignore[index]
            speaker.number(f"{current_weights().parts[part]:g}"),
        )
    for name, then, now in (
        ("found", early and early.low, score.low),
        ("most", early and early.high, score.high),
    ):
        add_plain(
            table,
            speaker.say(said(f"score.{name}")),
            "–" if then is None else speaker.number(f"{then:.1f}"),
            speaker.number(f"{now:.1f}"),
            speaker.number("100") if name == "found" else "",
        )
    terminal.print(table)
    terminal.print()
    codes = ("score.lost", "score.of", "registry.part", "score.why")
    heads = tuple(speaker.say(said(code)) for code in codes)
    lost = table_of(*heads, right=heads[:1])
    for group, part, points, why in grouped_losses(score):
        add_plain(lost, speaker.number(f"{points:.1f}"), *map(speaker.say, (group, part, why)))
    terminal.print(lost)
    terminal.print()
    terminal.print(speaker.say(_rank_words(score, day)), markup=False)
    command = "`python3 dev.py bench registry_ranking`"
    weights = said("score.weights", version=str(score.weights), command=command)
    terminal.print(speaker.say(weights), markup=False)
    tell_unreviewed(terminal, speaker)
    return 0


def _rank_words(score: DisclosureScore, day: str | None) -> Sentence:
    others = [one for one in (disclosure(m, day_of(day)) for m in all_registered()) if one]
    more = sum(one.low > score.low + 1e-9 for one in others)
    return said("score.rank", n=more, others=len(others) - 1)
