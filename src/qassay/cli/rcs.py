"""`qassay rcs`: random circuits against a deadline, and what forging the counts would cost."""

from __future__ import annotations

from typing import Any

import click

from qassay.cli import options, sending_options


@click.command(name="rcs")
@click.option("--qubits", type=int, default=10, show_default=True, help="The first ones.")
@click.option("--depth", type=int, default=8, show_default=True, help="Layers of CZ gates.")
@click.option("--circuits", type=int, default=100, show_default=True, help="Released circuits, K.")
@click.option(
    "--checked",
    type=int,
    default=40,
    show_default=True,
    help="Checked ones, chosen after the counts are in.",
)
@click.option("--shots", type=int, default=100, show_default=True, help="Of each circuit.")
@click.option(
    "--deadline",
    type=float,
    metavar="SECONDS",
    help="From release to counts; 1.5 times the device time by default.",
)
@click.option(
    "--expect",
    metavar="E1,E2,RO",
    help="Error rates (Pauli) of pulse, CZ and readout: for the prediction.",
)
@click.option("--plan-only", is_flag=True, help="Say what it would prove, and run nothing.")
@options.together(
    options.device,
    options.seed,
    options.out,
    sending_options.paying,
    options.language,
    options.as_json,
)
def rcs_command(**asked: Any) -> int:
    """Sample random circuits on a device and price a forgery of the counts.

    The only protocol here with a computational asymmetry, and at the sizes that can be checked
    by state vector (22 qubits) there is none: the price is printed either way. The same question
    can stand on a claim sheet: [[question]] with ask = "random_circuits".

    Exit codes: 0 the counts are consistent, 3 they are not or cannot be told.
    """
    from qassay.cli.asking import ask  # so that --help need not wait for it

    names = ("qubits", "depth", "circuits", "checked", "shots", "deadline", "expect")
    settings = {name: asked.pop(name) for name in names}
    return ask("random_circuits", settings, **asked)
