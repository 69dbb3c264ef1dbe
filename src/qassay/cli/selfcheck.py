"""`qassay selfcheck`: the product held against machines whose truth is known."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qassay.cli import options
from qassay.cli.page import FittingTable, open_page
from qassay.cli.printing import print_json
from qassay.numerals import numeral
from qassay.whole_files import write_whole

if TYPE_CHECKING:
    from qassay.selfcheck import Settings, Study


@click.command(name="selfcheck")
@click.option(
    "--machines",
    type=options.WHOLE,
    default=40,
    show_default=True,
    help="How many hidden machines; each takes a second or two of one core.",
)
@click.option(
    "--world",
    type=click.Choice(["wild", "tame"]),
    default="wild",
    show_default=True,
    help="Wild: laws of machines of every size and kind; tame: circuits on virtual"
    " machines of one size, drawn like our own.",
)
@click.option(
    "--only", type=options.WHOLE, metavar="N", help="Machine N alone, with every verdict."
)
@click.option(
    "--from",
    "first",
    type=options.WHOLE,
    default=0,
    show_default=True,
    help="Number of the first machine.",
)
@click.option("--seed", type=options.WHOLE, default=1, show_default=True, help="Names all draws.")
@click.option(
    "--alpha",
    type=float,
    default=0.05,
    show_default=True,
    help="Both error probabilities of every verdict.",
)
@click.option(
    "--multiplicity",
    type=click.Choice(["none", "fdr", "family-wise"]),
    default="none",
    show_default=True,
    help="Rule for many claims on a sheet.",
)
@click.option(
    "--metric",
    "metrics",
    multiple=True,
    metavar="METRIC",
    help="Claim this metric only; may be repeated.",
)
@click.option(
    "--qubits",
    type=options.WHOLE,
    default=6,
    show_default=True,
    help="Size of the registers, tame world.",
)
@click.option(
    "--smallest-error",
    type=float,
    default=5e-4,
    show_default=True,
    help="Lower end of the one-qubit errors, tame world.",
)
@click.option(
    "--circuit-price",
    type=float,
    default=0.0,
    show_default=True,
    help="What a new circuit costs, in shots, tame world.",
)
@click.option(
    "--workers",
    default="1",
    show_default=True,
    metavar="N|dask://HOST:PORT",
    help="Processes that work side by side.",
)
@click.option("--write", metavar="FILE.md", help="Write the calibration certificate.")
@click.option(
    "--journal",
    metavar="FILE",
    help="Keep each finished machine there, and go on from what is there.",
)
@click.option(
    "--keep", metavar="DIR", help="Write the machine files and claim sheets of the tame world, too."
)
@options.as_json
def selfcheck_command(
    machines: int,
    world: str,
    only: int | None,
    first: int,
    seed: int,
    alpha: float,
    multiplicity: str,
    metrics: tuple[str, ...],
    qubits: int,
    smallest_error: float,
    circuit_price: float,
    workers: str,
    write: str | None,
    journal: str | None,
    keep: str | None,
    as_json: bool,
) -> int:
    """Measure coverage and error rates of qassay itself.

    Draws machines whose truth is known, claims about them that are true, false and at the
    edge, runs the whole product on each, and counts. Exit code 1 if a promise is broken
    beyond chance. `--only 17` shows every verdict on machine 17; `--machines 2000 --workers 4
    --journal study --write calibration.md` makes the certificate, and can be broken off.
    """
    from qassay.selfcheck.settings import Settings
    from qassay.selfcheck.trial import hidden

    settings = Settings(
        machines=machines if only is None else 1,
        first=first if only is None else only,
        seed=seed,
        qubits=qubits,
        alpha=alpha,
        multiplicity=multiplicity,  # type: ignore[arg-type]
        metrics=tuple(dict.fromkeys(metrics)),
        smallest_error=smallest_error,
        circuit_price=circuit_price,
        world=world,  # type: ignore[arg-type]
    )
    if keep is not None and world == "tame":
        folder = Path(keep)
        folder.mkdir(parents=True, exist_ok=True)
        for number in settings.numbers:
            case = hidden(settings, number)
            write_whole(folder / f"{number}-machine.toml", case.machine_text.encode())
            write_whole(folder / f"{number}-claims.toml", case.sheet_bytes)
    study = _studied(settings, workers, journal, quiet=as_json)
    if write is not None:
        from qassay.selfcheck.certificate import certificate

        write_whole(Path(write), certificate(study).encode())
    if as_json:
        print_json(study.as_json())
    elif only is not None:
        _tell_machine(study)
    else:
        _tell(study)
    return study.exit_code


def _studied(settings: Settings, workers: str, journal: str | None, *, quiet: bool) -> Study:
    from qassay.cli.progress import work
    from qassay.execution.run_folder import kept as resumable
    from qassay.execution.workers import executor_of
    from qassay.selfcheck import run_study
    from qassay.selfcheck.kept import Kept

    kept = None if journal is None else Kept.open(Path(journal), settings)
    with work("checking", open_page(), quiet=quiet) as line, executor_of(workers) as executor:
        line.begin("checking", settings.machines, "hidden machines")
        told = nullcontext() if kept is None else resumable(kept.journal, kept.journal.path)
        with told:
            return run_study(settings, executor, progress=line.advance, kept=kept)


def _tell(study: Study) -> None:

    from qassay.selfcheck.certificate import command_line, result_words
    from qassay.selfcheck.sections import sections
    from qassay.selfcheck.wild.kinds import never_drawn

    terminal = open_page()
    terminal.print(
        f"[bold]{command_line(study.settings)}[/], {numeral(len(study.records))} verdicts"
    )
    for section in sections(study):
        terminal.print(f"\n[bold]{section.title}[/]\n[dim]{section.text}[/]")
        table = FittingTable()
        for place, name in enumerate(section.header):
            table.add_column(name, justify="left" if place < section.words else "right")
        for row in section.rows:
            table.add_row(*row)
        terminal.print(table)
    if study.settings.world == "wild" and study.settings.metrics:
        for metric, why in never_drawn().items():
            terminal.print(f"[dim]never drawn[/]: {metric}, {why}")
    terminal.print(f"\n{result_words(study)}")


def _tell_machine(study: Study) -> None:
    """Print every verdict on one machine beside the truth."""
    from qassay.selfcheck.certificate import command_line
    from qassay.selfcheck.table import FORM_WORDS, metric_words

    terminal = open_page()
    terminal.print(f"[bold]{command_line(study.settings)}[/]")
    for kind in study.records[0].kinds if study.records else ():
        terminal.print(f"  {kind}")
    table = FittingTable()
    for place, name in enumerate(
        (
            "Metric",
            "Statistic",
            "Truth over claim",
            "Verdict",
            "Truth",
            "From",
            "To",
            "Circuits",
            "",
        )
    ):
        table.add_column(name, justify="left" if place in (0, 1, 3, 8) else "right")
    for record in study.records:
        table.add_row(
            metric_words(record.metric),
            FORM_WORDS[record.form],
            f"{record.ratio:.4g}",
            record.outcome,
            f"{record.truth:.5g}",
            f"{record.low:.5g}",
            f"{record.high:.5g}",
            numeral(record.circuits),
            "wrong" if record.wrong else "" if record.covered else "interval misses",
        )
    terminal.print(table)
