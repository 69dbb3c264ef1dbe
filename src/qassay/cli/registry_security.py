"""`qassay registry security`: how far a machine is from breaking keys, and what it can do."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

import click

from qassay.cli import options
from qassay.cli.page import Page, open_page
from qassay.cli.printing import print_json
from qassay.cli.registry import add_plain, heading, table_of
from qassay.cli.show import duration_fact
from qassay.cli.unreviewed import tell_unreviewed
from qassay.languages.english import commas, named, number_sentence, said
from qassay.languages.sentence import Figures, Sentence, quantity_fact
from qassay.languages.speaker import Speaker, speaker_of
from qassay.registry.catalog import registered
from qassay.registry.codebreaking import (
    TARGETS,
    AttackDistance,
    AttackEstimate,
    attack_estimates,
    distances,
    gate_reach,
    within_reach,
)
from qassay.registry.figure_words import (
    evidence_words,
    grouped_count,
    statistic_words,
    value_words,
)
from qassay.registry.records import RegisteredMachine
from qassay.registry.resource_model import (
    EXTRA,
    MODEL,
    model_version,
    modelled,
    stated_machine,
    usual_machine,
)
from qassay.registry.standing import missing_words
from qassay.reports.numbers import significant

_YEAR: Final = 365.25 * 86_400
_TAKES: Final = {"less than a week": "week", "minutes": "minutes", "a few days": "days"}


@click.command(name="security")
@click.argument("machine_id", metavar="ID")
@options.together(options.language, options.as_json)
def registry_security(machine_id: str, language: str, as_json: bool) -> int:
    """Say how far a machine's figures are from breaking RSA-2048 and P-256, each estimate cited.

    It compares published numbers with published numbers and foretells nothing.
    """
    machine, speaker = registered(machine_id), speaker_of(language)
    rows = distances(machine)
    if as_json:
        print_json(
            {
                "machine": machine.id,
                "qubits": machine.qubits,
                "two_qubit_gates_to_half": gate_reach(machine).gates,
                "distances": [asdict(one) for one in rows],
                "logical_estimates": [
                    asdict(one) for one in attack_estimates() if one.qubits is None
                ],
                "model": _model_json(machine),
                "within_reach": [list(one) for one in within_reach(machine)],
            }
        )
        return 0
    terminal = open_page()
    terminal.print(f"[bold]{machine.id}[/]")
    if machine.kind != "gate":
        terminal.print(speaker.say(said("secure.other_kind", kind=machine.kind)))
        tell_unreviewed(terminal, speaker)
        return 0
    terminal.print(speaker.say(basis_words(machine)), markup=False)
    heading(terminal, speaker.say(said("secure.asked_by")))
    heads = (
        "registry.key",
        "registry.qubits",
        "secure.gate_error",
        "secure.takes",
        "secure.this_machine",
        "registry.estimate",
    )
    table = table_of(*(speaker.say(said(head)) for head in heads))
    for one in rows:
        asked = one.estimate
        add_plain(
            table,
            speaker.say(target_words(asked.target)),
            speaker.number(grouped_count(asked.qubits or 0)),
            speaker.say(error_words(asked)),
            speaker.say(takes_words(asked)),
            speaker.say(distance_words(one)),
            f"{asked.authors} ({asked.year}), {asked.reference}",
        )
    terminal.print(table)
    for line in sober_words(machine):
        terminal.print(speaker.say(line), markup=False)
    _tell_model(terminal, machine, speaker)
    heading(terminal, speaker.say(said("registry.instead")))
    for line in instead_words(machine):
        terminal.print(f"  {speaker.say(line)}", markup=False)
    heading(terminal, speaker.say(said("secure.assume")))
    for estimate in attack_estimates():
        terminal.print(f"  {estimate.reference}: {estimate.title}", markup=False)
        terminal.print(f"      {estimate.assumes}", markup=False)
    tell_unreviewed(terminal, speaker)
    return 0


def _long(seconds: float) -> Figures:
    if seconds < 2 * _YEAR:
        return duration_fact(seconds)
    return Figures(number=significant(seconds / _YEAR, 2), unit="years")


def _model_json(machine: RegisteredMachine) -> dict[str, Any] | None:
    version, stated = model_version(), stated_machine(machine)
    if not version or stated is None:
        return None
    return {
        "model": MODEL,
        "version": version,
        "machine": asdict(stated),
        "attacks": [
            {
                "target": one.attack.target,
                "reference": one.attack.reference,
                "qubits": one.qubits,
                "seconds": one.seconds,
            }
            for one in modelled(stated)
        ],
    }


def _tell_model(terminal: Page, machine: RegisteredMachine, speaker: Speaker) -> None:
    """Print what the estimator's model says of this machine; without the package, how to get it."""
    version = model_version()
    if not version:
        terminal.print(speaker.say(said("secure.no_model", extra=f"qassay[{EXTRA}]")), markup=False)
        return
    heading(terminal, speaker.say(said("secure.by_model", model=MODEL, version=version)))
    stated = stated_machine(machine)
    if stated is None:
        terminal.print(f"  {speaker.say(said('secure.model_no_error'))}", markup=False)
        return
    heads = ("registry.key", "registry.machine", "registry.qubits", "secure.takes")
    table = table_of(*(speaker.say(said(head)) for head in (*heads, "registry.estimate")))
    for name, of in ((machine.id, stated), (stated.like, usual_machine(stated.like))):
        for one in modelled(of):
            add_plain(
                table,
                speaker.say(target_words(one.attack.target)),
                name,
                speaker.say(said("secure.model_none"))
                if one.qubits is None
                else speaker.number(grouped_count(one.qubits)),
                "–" if one.seconds is None else speaker.figures(_long(one.seconds)),
                one.attack.reference,
            )
    terminal.print(table)
    if stated.taken:
        missing = commas([said(f"stated.{name}") for name in stated.taken])
        words = said("secure.model_taken", missing=missing, like=stated.like)
        terminal.print(speaker.say(words), markup=False)


def target_words(target: str) -> str:
    """Name a key."""
    return said("secure.p256") if target == "p-256" else TARGETS[target]


def error_words(asked: AttackEstimate) -> str:
    """Give the gate error that an estimate asks for."""
    if asked.error is None:
        return said("secure.not_read")
    return number_sentence(Figures(number=f"{100 * asked.error:g}", unit="%", joint=" "))


def takes_words(asked: AttackEstimate) -> str:
    """Say how long an attack takes by an estimate."""
    if asked.takes in _TAKES:
        return named(f"secure.takes_{_TAKES[asked.takes]}", asked.takes)
    return number_sentence(quantity_fact(asked.takes)) if asked.takes else said("secure.not_read")


def basis_words(machine: RegisteredMachine) -> Sentence:
    """Say which figures the comparison stands on."""
    figure = gate_reach(machine).figure
    qubits = said("secure.no_count")
    if machine.qubits is not None:
        qubits = said("count.qubits", n=machine.qubits)
    if figure is None:
        why = missing_words(machine, "two_qubit_fidelity")
        return said("secure.basis_missing", qubits=qubits, why=why)
    return said(
        "secure.basis",
        qubits=qubits,
        value=value_words(figure),
        statistic=statistic_words(figure.statistic),
        evidence=evidence_words(figure),
    )


def distance_words(one: AttackDistance) -> Sentence:
    """Say how far a machine is from one estimate."""
    if one.qubits_times is None:
        return said("secure.no_distance")
    many = _times(one.qubits_times)
    if one.estimate.error is None:
        return said("secure.too_few", n=many)
    if one.error_times is None:
        return said("secure.error_unknown", n=many)
    if one.error_times <= 1:
        return said("secure.error_enough", n=many)
    return said("secure.error_often", n=many, times=_times(one.error_times))


def sober_words(machine: RegisteredMachine) -> tuple[Sentence, ...]:
    """Say in a few sentences what follows, and what does not."""
    few = [one for one in distances(machine) if (one.qubits_times or 0) > 1]
    lines = []
    if few and len(few) == len(distances(machine)):
        least = min(one.qubits_times or 0.0 for one in few)
        lines.append(said("secure.none_breaks", n=_times(least)))
    gates = gate_reach(machine).gates
    shortest = min(one.toffolis for one in attack_estimates() if one.toffolis)
    if gates:
        lines.append(said("secure.half", gates=_count(gates), least=_count(shortest)))
    lines.append(said("secure.sober"))
    return tuple(lines)


def instead_words(machine: RegisteredMachine) -> tuple[Sentence, ...]:
    """Name what the machine could run to some use by its published two-qubit figure."""
    gates = gate_reach(machine).gates
    if gates is None:
        return (said("secure.no_instead"),)
    rows = within_reach(machine)
    if not rows:
        return (said("secure.none_fits", gates=_count(gates)),)
    return tuple(
        said("secure.instead", name=name, instance=instance, qubits=qubits, gates=needed)
        for name, instance, qubits, needed in rows
    )


def _count(value: float) -> Figures:
    return Figures(number=grouped_count(value))


def _times(value: float) -> Figures:
    return _count(round(value)) if value >= 10 else Figures(number=significant(value, 2))
