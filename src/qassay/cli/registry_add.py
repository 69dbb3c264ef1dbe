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
from qassay.lookalikes import folded
from qassay.registry.catalog import registered, registered_names
from qassay.registry.dates import read_date
from qassay.registry.documents import figure_document
from qassay.registry.figure_words import meaning_words, title_words, value_words
from qassay.registry.records import LooseDate, RegisteredMachine
from qassay.registry.standing import speaker
from qassay.site.measured import MeasuredBundle, measured_bundle
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
    bundle anew. A simulator's bundle is refused: it is no machine of the world. So are one of
    another machine of the registry, and counts that are kept already.
    """
    machine = registered(machine_id)
    day = None if taken is None else _day(taken)
    found = measured_bundle(bundle, trust=trust_from(trust), taken=day)
    _refuse_simulator(found, bundle)
    _refuse_other_machine(found, machine)
    _refuse_days(found, day)
    folder = Path(into) / machine.id
    _refuse_again(found, Path(into), trust, but=folder / _kept_name(found, day))
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / _kept_name(found, day)
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
        UsageError: One is of a simulator or kept twice, or there is no such folder.
    """
    if folder is None:
        return []
    if not Path(folder).is_dir():
        raise UsageError(
            Problem(
                where="--measured",
                found=f"{quoted(folder, 200)}, which is no folder",
                expected="the folder that `qassay registry add --into` fills",
            )
        )
    found: list[MeasuredBundle] = []
    for place in sorted((Path(folder) / machine_id).glob("*.qassay.zip")):
        dated = _DATED.match(place.name)
        day = _day(dated[1]) if dated else None
        one = measured_bundle(place, trust=trust_from(trust), taken=day)
        _refuse_simulator(one, str(place))
        _refuse_days(one, day)
        twice = next((other.file for other in found if other.counts & one.counts), "")
        if twice:
            raise UsageError(_kept_already(str(place), twice))
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


def _kept_name(found: MeasuredBundle, day: LooseDate | None) -> str:
    prefix = "" if day is None else f"{day.text}-"
    return f"{prefix}{found.id[:16]}.qassay.zip"


def _refuse_other_machine(found: MeasuredBundle, machine: RegisteredMachine) -> None:
    """Refuse what by its own words was measured on another machine, or is larger than this one."""
    named = {folded(found.machine), folded(found.device)}
    if not named & _names(machine):
        for other in map(registered, registered_names()):
            if named & _names(other):
                raise UsageError(
                    Problem(
                        where="--machine",
                        found=f"{machine.id}, and a bundle of {quoted(found.machine, 80)}",
                        expected=f"--machine {other.id}, which the bundle speaks of",
                    )
                )
    if machine.qubits is not None and found.qubits > machine.qubits:
        raise UsageError(
            Problem(
                where="--machine",
                found=f"{machine.id}, and a bundle of {found.qubits} qubits",
                expected=f"a machine that has them: this one has {machine.qubits}",
            )
        )


def _names(machine: RegisteredMachine) -> set[str]:
    """Give the names of a machine, and what stands in brackets beside one: "Eagle r3 (ibm_x)"."""
    short, _, inside = machine.name.partition("(")
    return {folded(name) for name in (machine.id, machine.name, short, inside) if name}


def _refuse_days(found: MeasuredBundle, day: LooseDate | None) -> None:
    """Refuse a day on which by the bundle's own record nothing can have been counted."""
    if day is None:
        return
    late = found.sealed is not None and day.first > found.sealed.last
    early = found.first is not None and day.last < found.first.first
    if late or early:
        there = found.first if early else found.sealed
        raise UsageError(
            Problem(
                where="--taken",
                found=f"{day.text}, {'before' if early else 'after'} the bundle's own day",
                expected=f"a day {'from' if early else 'until'} {there.text if there else ''}",
            )
        )


def _refuse_again(found: MeasuredBundle, into: Path, trust: tuple[str, ...], *, but: Path) -> None:
    """Refuse counts that are kept already, under whatever name, day, seal or machine."""
    for place in sorted(into.glob("*/*.qassay.zip")):
        if place != but and measured_bundle(place, trust=trust_from(trust)).counts & found.counts:
            raise UsageError(_kept_already(found.file, f"{place.parent.name}/{place.name}"))


def _kept_already(where: str, place: str) -> Problem:
    return Problem(
        where=quoted(where, 200),
        found=f"the counts of {quoted(place, 200)}, sealed or dated once more",
        expected="each measurement once",
        advice="take one of the two files away",
    )


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
