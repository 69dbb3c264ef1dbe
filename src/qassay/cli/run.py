"""`qassay run`: a vendor's claims confirmed or refuted on a device."""

from __future__ import annotations

import click

from qassay.cli import options, sending_options


@click.command(name="run")
@click.argument("sheet", metavar="SHEET.toml")
@options.together(
    options.device_or_replay,
    options.trust,
    options.seed,
    options.alpha,
    options.beta,
    options.rule,
    options.multiplicity,
    options.budget,
    options.out,
    sending_options.sending,
    options.language,
    options.as_json,
)
@click.option(
    "--workers",
    default="1",
    show_default=True,
    metavar="N|dask://HOST:PORT",
    help="Processes that work side by side.",
)
def run_command(
    sheet: str,
    device: str,
    trust: tuple[str, ...],
    seed: int | None,
    alpha: float,
    beta: float | None,
    rule: str,
    multiplicity: str,
    budget_shots: int | None,
    out: str | None,
    price: str | None,
    max_cost: str | None,
    patience: float,
    rounds: int | None,
    workers: str,
    language: str,
    as_json: bool,
) -> int:
    """Test the claims of SHEET.toml on a device; - reads the sheet from the standard input.

    A run that was interrupted goes on when the same command is given with the same --out.
    """
    from qassay.cli.running import run_sheet  # so that --help need not wait for it

    return run_sheet(
        sheet,
        device=device,
        trust=trust,
        seed=seed,
        alpha=alpha,
        beta=beta,
        rule=rule,
        multiplicity=multiplicity,
        budget_shots=budget_shots,
        out=out,
        price=price,
        max_cost=max_cost,
        patience=patience,
        rounds=rounds,
        workers=workers,
        language=language,
        as_json=as_json,
    )
