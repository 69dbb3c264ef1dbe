"""`qassay registry security`: how far a machine is from breaking keys, and what it can do."""

from __future__ import annotations

from dataclasses import asdict

import click

from qassay.cli import options
from qassay.cli.page import open_page
from qassay.cli.printing import print_json
from qassay.cli.registry import add_plain, heading, table_of
from qassay.registry.catalog import registered
from qassay.registry.codebreaking import (
    TARGETS,
    AttackDistance,
    attack_estimates,
    distances,
    gate_reach,
    within_reach,
)
from qassay.registry.figure_words import grouped_count, value_words
from qassay.registry.records import RegisteredMachine
from qassay.registry.standing import missing_words
from qassay.reports.numbers import significant


@click.command(name="security")
@click.argument("machine_id", metavar="ID")
@options.as_json
def registry_security(machine_id: str, as_json: bool) -> int:
    """Say how far a machine's figures are from breaking RSA-2048 and P-256, each estimate cited.

    It compares published numbers with published numbers and foretells nothing.
    """
    machine = registered(machine_id)
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
                "within_reach": [list(one) for one in within_reach(machine)],
            }
        )
        return 0
    terminal = open_page()
    terminal.print(f"[bold]{machine.id}[/]")
    if machine.kind != "gate":
        terminal.print(
            f"It runs no programs of gates (it is of the kind {machine.kind}), and none of the"
            " estimates speaks of such a machine."
        )
        return 0
    terminal.print(basis_words(machine), markup=False)
    heading(terminal, "Asked by published estimates")
    table = table_of("Key", "Qubits", "Gate error", "Takes", "This machine", "Estimate")
    for one in rows:
        asked = one.estimate
        add_plain(
            table,
            TARGETS[asked.target],
            grouped_count(asked.qubits or 0),
            "not read" if asked.error is None else f"{100 * asked.error:g} %",
            asked.takes or "not read",
            distance_words(one),
            f"{asked.authors} ({asked.year}), {asked.reference}",
        )
    terminal.print(table)
    for line in sober_words(machine):
        terminal.print(line, markup=False)
    heading(terminal, "What it could run instead")
    for line in instead_words(machine):
        terminal.print(line, markup=False)
    heading(terminal, "What the estimates assume")
    for estimate in attack_estimates():
        terminal.print(f"  {estimate.reference}: {estimate.title}", markup=False)
        terminal.print(f"      {estimate.assumes}", markup=False)
    return 0


def basis_words(machine: RegisteredMachine) -> str:
    """Say which figures the comparison stands on."""
    figure = gate_reach(machine).figure
    qubits = "no count of qubits" if machine.qubits is None else f"{machine.qubits} qubits"
    if figure is None:
        return f"{qubits}; two-qubit error: {missing_words(machine, 'two_qubit_fidelity')}"
    return (
        f"{qubits}; two-qubit fidelity {value_words(figure)} ({figure.statistic},"
        f" {figure.evidence.title}, {figure.dated.text})"
    )


def distance_words(one: AttackDistance) -> str:
    """Say how far a machine is from one estimate."""
    if one.qubits_times is None:
        return "cannot be said: no count of qubits was published"
    qubits = f"{_times(one.qubits_times)} times too few qubits"
    if one.estimate.error is None:
        return qubits
    if one.error_times is None:
        return f"{qubits}; gate error unknown"
    if one.error_times <= 1:
        return f"{qubits}; gates good enough"
    return f"{qubits}; gates err {_times(one.error_times)} times too often"


def sober_words(machine: RegisteredMachine) -> tuple[str, ...]:
    """Say in a few sentences what follows, and what does not."""
    few = [one for one in distances(machine) if (one.qubits_times or 0) > 1]
    lines = []
    if few and len(few) == len(distances(machine)):
        least = min(one.qubits_times or 0.0 for one in few)
        lines.append(
            "By none of these estimates does it break a key: even the smallest asks for"
            f" {_times(least)} times its qubits, all of them working at once."
        )
    gates = gate_reach(machine).gates
    least_gates = min(one.toffolis for one in attack_estimates() if one.toffolis)
    if gates:
        lines.append(
            f"Without error correction half of a signal is left after some {grouped_count(gates)}"
            f" two-qubit gates; the shortest attack listed has {grouped_count(least_gates)} Toffoli"
            " gates, each of several two-qubit gates."
        )
    lines.append(
        "The estimates have come down within seven years from 20 million qubits to 26 000, of"
        " another key, and are no machines. What has to stay secret for years is to be moved to"
        " post-quantum cryptography whatever machine is bought."
    )
    return tuple(lines)


def instead_words(machine: RegisteredMachine) -> tuple[str, ...]:
    """Name what the machine could run to some use by its published two-qubit figure."""
    gates = gate_reach(machine).gates
    if gates is None:
        return ("cannot be said: no two-qubit error of its gates was published",)
    rows = within_reach(machine)
    if not rows:
        return (f"of qassay's applications none fits into {gates} two-qubit gates",)
    return tuple(
        f"  {name}, instance {instance}: {qubits} qubits, one layer of {needed} two-qubit gates"
        " (more where they have to be routed)"
        for name, instance, qubits, needed in rows
    )


def _times(value: float) -> str:
    return grouped_count(round(value)) if value >= 10 else significant(value, 2)
