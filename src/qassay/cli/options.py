"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import click

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

# Whole numbers go into evidence, whose readers know none beyond 2^53.
WHOLE = click.IntRange(-(2**53) + 1, 2**53 - 1)
_DEVICES = "virtual:NAME, aer:NAME, qiskit:MODULE:ATTRIBUTE, or the path of a machine file"
device = click.option("--device", required=True, metavar="DEVICE", help=f"{_DEVICES}.")
device_or_replay = click.option(
    "--device",
    required=True,
    metavar="DEVICE",
    help=f"{_DEVICES}; or replay:BUNDLE, which plays the counts of a bundle and measures nothing.",
)
seed = click.option("--seed", type=WHOLE, help="Whole number; without it a random one is drawn.")
alpha = click.option(
    "--alpha",
    type=float,
    default=0.05,
    show_default=True,
    help="Largest probability of refuting a claim that is true.",
)
beta = click.option(
    "--beta",
    type=float,
    help="Largest probability of supporting a claim that misses its limit; alpha by default.",
)
rule = click.option(
    "--rule",
    type=click.Choice(["tolerant", "guarded"]),
    default="tolerant",
    show_default=True,
    help="Limit: the claim widened by its delta, or the claim itself.",
)
multiplicity = click.option(
    "--multiplicity",
    type=click.Choice(["fdr", "family-wise", "none"]),
    default="fdr",
    show_default=True,
    help="Many claims: bound the share of wrong verdicts, the chance of any, or each alone.",
)
budget = click.option("--budget-shots", type=WHOLE, help="Spend no more shots than this.")
out = click.option(
    "--out", metavar="DIR", help="Folder of the run; the same folder takes it up again."
)
trust = click.option(
    "--trust",
    multiple=True,
    metavar="KEYS",
    help="Keys you know: a roles.json, or ROLE=SHA256:...; may be repeated.",
)
as_json = click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")


language = click.option(
    "--lang",
    "language",
    default="en",
    show_default=True,
    metavar="LANG",
    help="Language: en, ru, ar or vi.",
)


def together(*options: Decorator) -> Decorator:
    """Put several options on a command."""

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def judging(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of a plan's rules; it is called with `chosen`, made of them."""

    @together(alpha, beta, rule, multiplicity, budget)
    @wraps(command)
    def decorated(
        *args: Any,
        alpha: float,
        beta: float | None,
        rule: Any,
        multiplicity: Any,
        budget_shots: int | None,
        **rest: Any,
    ) -> Any:
        from qassay.planning.options import Options  # so that --help need not wait for it

        chosen = Options(
            alpha=alpha,
            beta=alpha if beta is None else beta,
            rule=rule,
            multiplicity=multiplicity,
            budget_shots=budget_shots,
        )
        return command(*args, chosen=chosen, **rest)

    return decorated
