"""`qassay registry add`: a measured bundle takes its place beside the published figures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

import click

from qassay.cli import options
from qassay.cli.page import open_page
from qassay.cli.printing import print_json
from qassay.cli.registry import add_plain, table_of
from qassay.errors import Problem, UsageError, quoted
from qassay.evidence.roles import trust_from
from qassay.measured import MeasuredBundle, measured_bundle
from qassay.registry.catalog import registered
from qassay.registry.dates import read_date
from qassay.registry.documents import figure_document
from qassay.registry.figure_words import meaning_words, title_words, value_words
from qassay.registry.records import LooseDate, RegisteredMachine
from qassay.registry.standing import speaker
from qassay.whole_files import write_whole

_DATED: Final = re.compile(r"(\d{4}-\d\d-\d\d)-")


@click.command(name="add")
@click.argument("bundle", metavar="BUNDLE.zip")
@click.option("--machine", "machine_id", required=True, metavar="ID", help="Of which machine.")
@click.option(
    "--into", required=True, metavar="DIR", help="Folder of measured bundles, one a machine inside."
)
@click.option(
    "--taken",
    metavar="YYYY-MM-DD",
    help="When the counts were taken, as their publisher says; else when the bundle was made.",
)
@options.together(options.trust, options.as_json)
def registry_add(
    bundle: str,
    machine_id: str,
    into: str,
    taken: str | None,
    trust: tuple[str, ...],
    as_json: bool,
) -> int:
    """Audit a bundle and keep it with the machine that it was measured on.

    `registry compare`, `score` and `site` read the folder with --measured DIR, and audit each
    bundle anew. A simulator's bundle is refused: it is no machine of the world.
    """
    machine = registered(machine_id)
    day = None if taken is None else _day(taken)
    found = measured_bundle(bundle, trust=trust_from(trust), taken=day)
    _refuse_simulator(found, bundle)
    folder = Path(into) / machine.id
    folder.mkdir(parents=True, exist_ok=True)
    prefix = "" if day is None else f"{day.text}-"
    kept = folder / f"{prefix}{found.id[:16]}.qassay.zip"
    write_whole(kept, Path(bundle).read_bytes())
    if as_json:
        print_json(
            {
                "machine": machine.id,
                "kept": str(kept),
                "trust": found.trust,
                "verified": found.verified,
                "figures": [figure_document(one) for one in found.figures],
            }
        )
        return 0
    terminal = open_page()
    terminal.print(found.verified, markup=False)
    table = table_of("Figure", "Measured", "What it means", "Published by its maker", "When")
    for one in found.figures:
        theirs = speaker(f for f in machine.of(one.metric) if f.evidence.party == "maker")
        add_plain(
            table,
            title_words(one),
            value_words(one),
            meaning_words(one),
            "–" if theirs is None else value_words(theirs),
            "" if theirs is None else theirs.dated.text,
        )
    terminal.print(table)
    terminal.print(str(kept), soft_wrap=True, markup=False)
    return 0


def bundles_of(folder: str | None, machine_id: str, trust: tuple[str, ...]) -> list[MeasuredBundle]:
    """Audit every bundle that is kept for a machine; none without a folder.

    Raises:
        EvidenceError: One does not hold.
        UsageError: One is of a simulator.
    """
    if folder is None:
        return []
    found = []
    for place in sorted((Path(folder) / machine_id).glob("*.qassay.zip")):
        dated = _DATED.match(place.name)
        day = _day(dated[1]) if dated else None
        one = measured_bundle(place, trust=trust_from(trust), taken=day)
        _refuse_simulator(one, str(place))
        found.append(one)
    return found


def with_bundles(
    machine: RegisteredMachine, bundles: Sequence[MeasuredBundle]
) -> RegisteredMachine:
    """Put what was measured among a machine's figures, under names of its own."""
    figures = [
        replace(one, id=f"{kept.id[:16]}-{one.id}") for kept in bundles for one in kept.figures
    ]
    return replace(machine, figures=(*machine.figures, *figures))


def _refuse_simulator(found: MeasuredBundle, place: str) -> None:
    if found.simulator:
        raise UsageError(
            Problem(
                where=quoted(place, 200),
                found=f"counts of a simulator, {quoted(found.device)}",
                expected="counts of hardware",
                advice="`qassay registry compare ID --with BUNDLE` shows it without a place",
            )
        )


def _day(text: str) -> LooseDate:
    try:
        return read_date(date.fromisoformat(text))
    except ValueError:
        raise UsageError(
            Problem(where="--taken", found=quoted(text), expected="a day, such as 2023-01-20")
        ) from None
