"""`qassay rcs`: random circuits against a deadline, and what forging the counts would cost."""

from __future__ import annotations

from typing import Any, Final

import click

from qassay.claims.questions import asked_by
from qassay.cli.asking_options import asking, settings, settings_of

_KIND: Final = asked_by("rcs")


@click.command(name="rcs")
@settings(
    _KIND,
    qubits="The first ones.",
    depth="Layers of CZ gates.",
    circuits="Released circuits, K.",
    checked="Checked ones, chosen after the counts are in.",
    shots="Of each circuit.",
    deadline=("SECONDS", "From release to counts; 1.5 times the device time by default."),
    expect="Error rates (Pauli) of pulse, CZ and readout: for the prediction.",
)
@asking
def rcs_command(**asked: Any) -> int:
    """Sample random circuits on a device and price a forgery of the counts.

    The only protocol here with a computational asymmetry, and at the sizes that can be checked
    by state vector (22 qubits) there is none: the price is printed either way. The same question
    can stand on a claim sheet: [[question]] with ask = "random_circuits".

    Exit codes: 0 the counts are consistent, 3 they are not or cannot be told.
    """
    from qassay.cli.asking import ask  # so that --help need not wait for it

    return ask(_KIND, settings_of(_KIND, asked), **asked)
