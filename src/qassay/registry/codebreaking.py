"""How far a machine's figures are from breaking a key, by published estimates, and what it can do.

A comparison of published numbers with published numbers, no forecast: it says how many times too
few qubits there are, how many times too often gates err, and how far a program without error
correction gets. The Toffoli gates of an attack, each of several two-qubit gates, are compared
with the two-qubit gates after which half of a signal is left.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from qassay.errors import RegistryError
from qassay.reading.limits import MACHINE
from qassay.reading.strict_toml import read_toml
from qassay.registry.records import PublishedFigure, RegisteredMachine
from qassay.registry.standing import speaker

TARGETS: Final = {"rsa-2048": "RSA-2048", "p-256": "elliptic curve P-256"}
_PROCESS: Final = 5 / 4  # process infidelity of a pair is 5/4 of its average infidelity
_GATES_A_COUPLING: Final = 2  # of a coupling's rotation, in CZ


@dataclass(frozen=True, slots=True, kw_only=True)
class AttackEstimate:
    """What a paper asks of a machine that breaks a key.

    Attributes:
        target: Key of `TARGETS`.
        title: Of the paper.
        authors: Of the paper.
        reference: Its arXiv id.
        year: Of its publication.
        assumes: What it takes for granted, in a few words.
        qubits: Physical qubits; None where no machine is described.
        error: Physical error of a gate; None where it was not read.
        takes: How long it takes, in words; empty where it was not read.
        logical: Logical qubits.
        toffolis: Toffoli gates.
    """

    target: str
    title: str
    authors: str
    reference: str
    year: int
    assumes: str
    qubits: int | None = None
    error: float | None = None
    takes: str = ""
    logical: int | None = None
    toffolis: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttackDistance:
    """One machine beside one estimate.

    Attributes:
        estimate: What is asked.
        qubits_times: How many times more qubits are asked than there are; None where unknown.
        error_times: How many times more often the machine's two-qubit gates err than asked;
            below 1 they are good enough; None where unknown.
    """

    estimate: AttackEstimate
    qubits_times: float | None
    error_times: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GateReach:
    """What a machine can do without error correction.

    Attributes:
        figure: The two-qubit figure that this is reckoned from; None where none was published.
        gates: Two-qubit gates after which half of the signal is left; None likewise.
    """

    figure: PublishedFigure | None
    gates: int | None


@cache
def attack_estimates() -> tuple[AttackEstimate, ...]:
    """Read the estimates that are shipped."""
    data = files("qassay.registry").joinpath("attack_estimates.toml").read_bytes()
    _, document = read_toml(data, "attack_estimates.toml", limits=MACHINE, error=RegistryError)
    return tuple(AttackEstimate(**row) for row in document["estimate"])


def distances(machine: RegisteredMachine) -> tuple[AttackDistance, ...]:
    """Put a machine beside every estimate that describes a machine."""
    qubits, figure = machine.qubits, two_qubit_figure(machine)
    error = None if figure is None else figure.error
    found = []
    for one in attack_estimates():
        if one.qubits is None:
            continue
        found.append(
            AttackDistance(
                estimate=one,
                qubits_times=one.qubits / qubits if qubits else None,
                error_times=error / one.error if error and one.error else None,
            )
        )
    return tuple(found)


def two_qubit_figure(machine: RegisteredMachine) -> PublishedFigure | None:
    """Choose the two-qubit figure that speaks for a machine of gates."""
    return speaker(machine.of("two_qubit_fidelity")) if machine.kind == "gate" else None


def gate_reach(machine: RegisteredMachine) -> GateReach:
    """Say how many two-qubit gates a machine does before half of its signal is gone.

    Each gate keeps 1 - 5/4 e of it, with e the average infidelity; one-qubit gates, waiting and
    readout are left out, so it is at most so many.
    """
    figure = two_qubit_figure(machine)
    error = None if figure is None else figure.error
    if not error or error * _PROCESS >= 1:
        return GateReach(figure=figure, gates=None)
    return GateReach(figure=figure, gates=math.floor(math.log(0.5) / math.log1p(-_PROCESS * error)))


def within_reach(machine: RegisteredMachine) -> tuple[tuple[str, str, int, int], ...]:
    """Name the largest instance of each application that a machine could run to some use.

    Returns:
        Application, instance, its qubits, and the two-qubit gates of one layer, without routing;
        only of applications with an instance that fits.
    """
    from qassay.applications.catalog import APPLICATIONS, frozen, frozen_names

    gates, qubits = gate_reach(machine).gates, machine.qubits
    if gates is None or qubits is None:
        return ()
    rows = []
    for name in APPLICATIONS:
        fitting = []
        for instance in frozen_names(name):
            one = frozen(name, instance)
            needed = _GATES_A_COUPLING * len(one.ising.couplings)
            if one.qubits <= qubits and needed <= gates:
                fitting.append((name, instance, one.qubits, needed))
        if fitting:
            rows.append(max(fitting, key=lambda row: (row[2], row[3])))
    return tuple(rows)
