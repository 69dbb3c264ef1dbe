"""`qassay accredit`: how far a partner's own circuit is from ideal on a device, at the most."""

from __future__ import annotations

from typing import Any, Final

import click

from qassay.claims.questions import asked_by
from qassay.cli.asking_options import asking, settings, settings_of

_KIND: Final = asked_by("accredit")


@click.command(name="accredit")
@click.argument("circuit", metavar="CIRCUIT.qasm")
@settings(
    _KIND,
    traps="Traps, one shot each.",
    targets="Runs of the circuit itself, each with a pad of its own.",
    traps_a_run=("V", "Accept or reject runs of one target and V traps; sets --traps."),
    alpha="Probability, at the most, that a bound is too low.",
    patch="Device qubits of the circuit's, in its order.",
    spectators="What the other qubits do meanwhile.",
    expect="Error rates (Pauli) of pulse, CZ and readout you expect: says beforehand where the"
    " bound is trivial.",
)
@asking
def accredit_command(circuit: str, **asked: Any) -> int:
    """Bound the error of the counts of CIRCUIT.qasm on a device, with trap circuits.

    CIRCUIT.qasm is OpenQASM 3 of the gates rz rx ry h s sdg t tdg x y z cz cx rzz. The bound
    holds for noise, not against a vendor who reads the circuits and means harm. The same question
    can stand on a claim sheet: [[question]] with ask = "accreditation".

    Exit codes: 0 the bound says something, 3 it is trivial.
    """
    from qassay.cli.asking import ask  # so that --help need not wait for it

    return ask(_KIND, settings_of(_KIND, asked), file=circuit, **asked)
