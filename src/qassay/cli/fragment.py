"""`qassay apply fragment-energy`, an optional extra, and the audit of its record."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.markup import escape
from rich.table import Table

from qassay.auditing.fragment import recheck_fragment
from qassay.canonical import canonical_bytes
from qassay.cli import sending
from qassay.cli.page import FittingTable, open_page
from qassay.cli.printing import print_json
from qassay.cli.progress import work
from qassay.cli.show import duration_words, tell_earlier
from qassay.devices.interface import contents_id
from qassay.errors import Problem, UsageError, quoted
from qassay.execution.alone import only_call
from qassay.execution.run_folder import CONTENTS, dates_of, freeze, fresh_root, kept, root_in
from qassay.execution.spine import Spine
from qassay.fragments.design import place_fragment
from qassay.fragments.molecule import APPLICATION, find_fragment
from qassay.fragments.record import (
    NAME,
    NOT_PROVEN,
    WARNING,
    energy_sentences,
    fragment_json,
    result_json,
    run_fragment,
    solve,
)
from qassay.fragments.sampled import energies_of
from qassay.numerals import numeral
from qassay.replaying import open_machine
from qassay.whole_files import write_whole


def energy(
    device: str,
    seed: int | None,
    out: str | None,
    *,
    instance: str | None,
    qubits: int | None,
    shots: int,
    batches: int,
    others: Mapping[str, str | None],
    price: str | None,
    max_cost: str | None,
    patience: float,
    as_json: bool,
) -> int:
    """Run a fragment on a device.

    Args:
        device: As the user calls it.
        seed: Whole number, or None.
        out: Folder, or None.
        instance: Name, or None.
        qubits: Size, or None.
        shots: In all.
        batches: Jobs.
        others: Options that other applications have and this one has not.
        price: Of `--price`.
        max_cost: Of `--max-cost`.
        patience: Minutes.
        as_json: One document on stdout.

    Raises:
        UsageError: The wish has no meaning, with every mistake.
    """
    folder = Path(out) if out else Path(f"{APPLICATION}-run")
    place = folder / NAME
    problems = [
        Problem(where=name, found=quoted(value), expected=f"not with {APPLICATION}")
        for name, value in others.items()
        if value
    ]
    UsageError.raise_if_any(problems)
    machine = open_machine(device)
    description = machine.describe()
    terms = sending.terms_from(price, max_cost, patience, description)
    fragment = find_fragment(instance, qubits, description.qubits)
    origin = {
        "question": fragment.title,
        "device": device,
        CONTENTS: contents_id(machine) or None,
        "--instance": fragment.name,
        "--seed": seed,
        "--shots": shots,
        "--batches": batches,
    }
    terminal = open_page()
    with only_call(folder):
        root = root_in(folder, origin) or fresh_root(seed)
        design = place_fragment(fragment, description, root, batches=batches, shots=shots)
        exact = solve(fragment)
        journal = freeze(folder, root, seed, origin)
        before = len(journal.events)
        with kept(journal):
            with work("measuring", terminal, quiet=as_json) as line:
                line.begin("measuring", design.batches, "batches")
                spine = Spine(machine, journal, terms)
                answers = run_fragment(design, spine.results, line.reached)
            result = energies_of(design, answers.outcomes)
            record = fragment_json(description, design, seed, answers, result, exact)
            if not place.exists():
                write_whole(place, canonical_bytes(record))
    dates = dates_of(journal, before)
    told = result_json(design, result, exact, design.circuit(0).two_qubit_gates())
    if as_json:
        print_json(
            {
                **told,
                "device": device,
                "seed": seed,
                "trust": "T0",
                "shots": design.batches * design.shots,
                "batches": design.batches,
                "device_seconds": answers.seconds,
                "notes": list(answers.notes),
                "bundle": str(place),
                "datasheet": None,
                **sending.bill_json(journal),
                **dates.as_json(),
            }
        )
        return 0
    terminal.print(f"[bold]{escape(fragment.title)}[/]\nan optional extra: no headline, no tier")
    if description.simulator:
        terminal.print(f"[yellow]Measured on a SIMULATOR, {escape(device)}, not on hardware.[/]")
    tell_earlier(terminal, dates, folder)
    for note in answers.notes:
        terminal.print(f"[yellow]{escape(note)}[/]")
    terminal.print(_table(told))
    terminal.print(f"{escape(told['how_far'])}\n[bold]{escape(told['warning'])}[/]")
    terminal.print(
        f"\n{numeral(design.batches * design.shots)} shots,"
        f" {duration_words(answers.seconds)} of device time\nevidence   {place}",
        soft_wrap=True,
    )
    return 0


def audit_energy(place: Path, trust: tuple[str, ...], as_json: bool) -> int:
    """Derive a record again.

    Raises:
        UsageError: Keys are given, and there is no signature to check.
        EvidenceError: Something does not follow.
    """
    if trust:
        raise UsageError(
            Problem(
                where="--trust",
                found=quoted(trust[0]),
                expected="no keys",
                advice="nobody signs the record of an energy",
            )
        )
    passed, result, exact = recheck_fragment(place)
    if as_json:
        print_json(
            {
                "bundle": str(place),
                "valid": True,
                "passed": passed,
                "trust": "T0",
                "not_proven": list(NOT_PROVEN),
                "result": result.as_json(),
            }
        )
        return 0
    terminal = open_page()
    for sentence in passed:
        terminal.print(f"[green]✔[/] {escape(sentence)}")
    terminal.print(f"{' '.join(energy_sentences(result, exact))}\n[bold]{WARNING}[/]")
    terminal.print("\nNot proven by this record:")
    for sentence in NOT_PROVEN:
        terminal.print(f"  – {sentence}")
    return 0


def _table(rows: Mapping[str, Any]) -> Table:
    table = FittingTable()
    for name in ("Strings from", "mHa above exact (95 %)", "determinants"):
        table.add_column(name, justify="left" if name == "Strings from" else "right")
    size, classical = str(rows["results"]["determinants"]), rows["classical"]
    for name, key in (
        ("this machine", "results"),
        ("chance, right electrons", "random"),
        ("a perfect machine", "ideal"),
    ):
        mean = rows[key]["error_mha"]
        table.add_row(
            name, f"{mean['value']:.1f} [dim]{mean['low']:.1f} to {mean['high']:.1f}[/]", size
        )
    table.add_row("singles and doubles, classical", f"{classical['ranked_error_mha']:.1f}", size)
    table.add_row("Hartree-Fock alone", f"{classical['hartree_fock_error_mha']:.1f}", "1")
    table.add_row(
        f"all, exact, {1000 * classical['seconds']:.0f} ms", "0.0", str(classical["determinants"])
    )
    kept = rows["results"]["kept"]
    table.caption = (
        f"answers with the right electrons: {kept['value']:.3f}"
        f" ({kept['low']:.3f} to {kept['high']:.3f}); random bits"
        f" {rows['results']['kept_by_chance']:.3f}"
    )
    table.caption_justify = "left"
    return table
