"""`qassay accredit`: how far a partner's own circuit is from ideal on a device, at the most."""

from __future__ import annotations

from typing import Any

import click

from qassay.cli import options, sending_options


@click.command(name="accredit")
@click.argument("circuit", metavar="CIRCUIT.qasm")
@click.option("--traps", type=int, default=2000, show_default=True, help="Traps, one shot each.")
@click.option(
    "--targets",
    type=int,
    default=500,
    show_default=True,
    help="Runs of the circuit itself, each with a pad of its own.",
)
@click.option(
    "--traps-a-run",
    type=int,
    default=0,
    metavar="V",
    help="Accept or reject runs of one target and V traps; sets --traps.",
)
@click.option(
    "--alpha",
    type=float,
    default=0.05,
    show_default=True,
    help="Probability, at the most, that a bound is too low.",
)
@click.option("--patch", metavar="Q,Q,...", help="Device qubits of the circuit's, in its order.")
@click.option(
    "--spectators",
    type=click.Choice(["gates", "pulses", "idle"]),
    default="idle",
    show_default=True,
    help="What the other qubits do meanwhile.",
)
@click.option(
    "--expect",
    metavar="E1,E2,RO",
    help="Error rates (Pauli) of pulse, CZ and readout you expect: says beforehand"
    " where the bound is trivial.",
)
@click.option("--plan-only", is_flag=True, help="Say what to expect, and run nothing.")
@options.together(
    options.device,
    options.seed,
    options.out,
    sending_options.paying,
    options.language,
    options.as_json,
)
def accredit_command(circuit: str, **asked: Any) -> int:
    """Bound the error of the counts of CIRCUIT.qasm on a device, with trap circuits.

    CIRCUIT.qasm is OpenQASM 3 of the gates rz rx ry h s sdg t tdg x y z cz cx rzz. The bound
    holds for noise, not against a vendor who reads the circuits and means harm. The same question
    can stand on a claim sheet: [[question]] with ask = "accreditation".

    Exit codes: 0 the bound says something, 3 it is trivial.
    """
    from qassay.cli.asking import ask  # so that --help need not wait for it

    settings = {
        name: asked.pop(name)
        for name in ("traps", "targets", "traps_a_run", "alpha", "patch", "spectators", "expect")
    }
    return ask("accreditation", settings, file=circuit, **asked)
