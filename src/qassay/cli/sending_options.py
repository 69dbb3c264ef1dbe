"""What people may say of jobs that are sent: prices, the most, patience, rounds in the queue."""

from __future__ import annotations

import click

from qassay.cli.options import together
from qassay.execution.outages import USUAL_SECONDS

price = click.option(
    "--price",
    metavar="PRICES",
    help='What the provider charges, as in "0.30 USD/job + 0.00035 USD/shot"; also /circuit, /s.',
)
max_cost = click.option(
    "--max-cost", metavar="AMOUNT", help="Send nothing that would take the run beyond this."
)
patience = click.option(
    "--patience",
    type=click.FloatRange(min=0),
    default=USUAL_SECONDS / 60,
    show_default=True,
    metavar="MINUTES",
    help="How long to wait for a machine that cannot be reached.",
)
rounds = click.option(
    "--rounds",
    type=click.IntRange(min=1),
    metavar="N",
    help="Wait in the queue at most so often, each time for as much as before; by default for every"
    " cycle, which takes the fewest shots.",
)
paying = together(price, max_cost, patience)
sending = together(paying, rounds)
