"""`qassay apply`: what this machine is worth for a grid, a power system, a hospital."""

from __future__ import annotations

from pathlib import Path

import click
from rich.markup import escape
from rich.table import Table

from qassay.applications.fragments.molecule import APPLICATION
from qassay.applying.application_run import Applied, apply
from qassay.applying.preparing import BATCHES, SHOTS, Wish
from qassay.assay.replaying import open_machine
from qassay.claims.questions import asked_by
from qassay.cli import options, sending, sending_options
from qassay.cli.asking import ask
from qassay.cli.page import FittingTable, open_page
from qassay.cli.printing import print_json
from qassay.cli.progress import work
from qassay.cli.show import duration_words, tell_earlier
from qassay.devices.interface import computes_here
from qassay.errors import Problem, UsageError, quoted
from qassay.execution.run_folder import events_in
from qassay.execution.workers import AUTO
from qassay.numerals import numeral, thousands_apart
from qassay.verdicts.application_results import ApplicationResult, DepthResult
from qassay.verdicts.application_words import TIERS, solver_time


@click.command(name="apply")
@click.argument("application")
@options.together(
    options.device, options.seed, options.out, sending_options.paying, options.as_json
)
@click.option(
    "--qubits", type=options.WHOLE, help="Size of the instance; by default the standard one."
)
@click.option(
    "--depths",
    metavar="1,3,8",
    default="",
    help="Layers; by default 1, 3 and, on hardware, 8, if the device can.",
)
@click.option(
    "--shots", type=options.WHOLE, default=SHOTS, show_default=True, help="Of each depth."
)
@click.option(
    "--batches", type=options.WHOLE, default=BATCHES, show_default=True, help="Of each depth."
)
@click.option(
    "--instance",
    metavar="NAME|FILE",
    help="One that `qassay applications` lists, or a file of your own.",
)
@click.option(
    "--workers",
    default=AUTO,
    show_default=True,
    metavar="N|auto|dask://HOST:PORT",
    help="Processes; the results are the same.",
)
@click.option(
    "--receptor",
    metavar="FILE.pdb",
    help="Structure of the receptor, where --instance is that of a ligand.",
)
@click.option(
    "--claims", metavar="SHEET.toml", help="Predict the score from a vendor's claimed error rates."
)
def apply_command(
    application: str,
    device: str,
    seed: int | None,
    out: str | None,
    price: str | None,
    max_cost: str | None,
    patience: float,
    as_json: bool,
    qubits: int | None,
    depths: str,
    shots: int,
    batches: int,
    instance: str | None,
    workers: str,
    receptor: str | None,
    claims: str | None,
) -> int:
    """Run APPLICATION on a device: score, random control, classical answer, how far it is.

    A run that was interrupted goes on when the same command is given with the same --out.
    """
    if application == APPLICATION:
        others = {
            "--depths": depths,
            "--claims": claims,
            "--receptor": receptor,
            "--workers": "" if workers == AUTO else workers,
        }
        UsageError.raise_if_any(
            Problem(where=name, found=quoted(value), expected=f"not with {APPLICATION}")
            for name, value in others.items()
            if value
        )
        return ask(
            asked_by(f"apply {APPLICATION}"),
            {"instance": instance, "qubits": qubits, "shots": shots, "batches": batches},
            device=device,
            out=out or f"{APPLICATION}-run",
            plan_only=False,
            language="en",
            as_json=as_json,
            seed=seed,
            price=price,
            max_cost=max_cost,
            patience=patience,
        )
    wish = Wish(
        application=application,
        instance=instance,
        receptor=receptor,
        qubits=qubits,
        depths=_depths(depths),
        shots=shots,
        batches=batches,
        claims=claims,
    )
    folder = Path(out) if out else Path(f"{application}-run")
    machine = open_machine(device)
    terms = sending.terms_from(price, max_cost, patience, machine.describe())
    with work("preparing", open_page(), quiet=as_json) as line:
        applied = apply(
            wish,
            machine,
            out=folder,
            seed=seed,
            device_name=device,
            workers=workers,
            stage=lambda words, total: line.begin(words, total, "batches"),
            progress=line.advance,
            terms=terms,
        )
    events = () if computes_here(machine) else events_in(folder)
    if as_json:
        print_json({**applied.as_json(), **sending.bill_json(events)})
    else:
        _tell(applied, folder)
        sending.tell_bill(open_page(), events)
    return applied.exit_code


def _depths(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(word) for word in text.split(",") if word.strip())
    except ValueError:
        raise UsageError(
            Problem(where="--depths", found=text, expected="whole numbers such as 1,3,8")
        ) from None


def _tell(applied: Applied, folder: Path) -> None:
    terminal, result = open_page(), applied.result
    plan = applied.run.analysis.plan
    terminal.print(f"[bold]{escape(plan.sheet.title)}[/]")
    terminal.print(
        f"{result.instance.qubits} qubits, {len(result.instance.ising.couplings)}"
        f" couplings; {escape(result.instance.source.title)}"
    )
    if plan.device.simulator:
        terminal.print(
            f"[yellow]Measured on a SIMULATOR, {escape(applied.run.device)}, not on hardware.[/]"
        )
    tell_earlier(terminal, applied.run.dates, folder)
    terminal.print(_scores(result))
    terminal.print(_control(result))
    for depth, reason in applied.not_run:
        terminal.print(f"depth {depth} was not run: {escape(reason)}")
    if result.claims:
        style = "bold red" if result.short else "yellow" if result.below else "default"
        terminal.print(f"Predicted from the claims: {escape(result.claims)}.")
        terminal.print(escape(result.against_claims()), style=style)
    terminal.print(escape(result.how_far))
    terminal.print(
        f"\n{numeral(applied.run.shots)} shots,"
        f" {duration_words(applied.run.device_seconds)} of device time,"
        f" {applied.run.wall_seconds:.1f} s here"
    )
    places = f"datasheet  {applied.run.datasheet}\nevidence   {applied.run.bundle}"
    terminal.print(places, soft_wrap=True, markup=False)


def _scores(result: ApplicationResult) -> Table:
    table = FittingTable()
    for name in ("Depth", "Score (95 %)", "Ideal", "Kept", "Predicted", "2-qubit gates", "Tier"):
        table.add_column(name, justify="left" if name in ("Score (95 %)", "Tier") else "right")
    for one in result.depths:
        table.add_row(*_row(one))
    return table


def _row(one: DepthResult) -> tuple[str, ...]:
    score, kept, predicted = one.score, one.retention, one.predicted
    return (
        str(one.depth),
        f"{score.value:.3f} [dim]{score.low:.3f} to {score.high:.3f}[/]" if score else "no answer",
        "–" if one.ideal is None else f"{one.ideal:.3f}",
        "–" if kept is None else f"{100 * kept:.0f} %",
        "–" if predicted is None else f"{predicted.low:.3f} to {predicted.high:.3f}",
        str(one.two_qubit_gates),
        "–" if one.tier is None else f"{one.tier} {TIERS[one.tier]}",
    )


def _control(result: ApplicationResult) -> Table:
    from qassay.applications.catalog import application_of

    words = application_of(result.instance.application).words
    table = FittingTable()
    for name in (words.merit, "as measured, mean", "best", "after repair, mean", "best"):
        table.add_column(name, justify="left" if name == words.merit else "right")
    rows = [("random strings, same number", result.random)]
    if result.best is not None:
        rows.insert(0, (f"this machine, depth {result.best.depth}", result.best.means))
    for name, means in rows:
        keys = ("merit", "best_merit", "repaired_merit", "best_repaired_merit")
        table.add_row(name, *(thousands_apart(f"{result.merit(means[key]):.6g}") for key in keys))
    if result.classical:
        optimum = float(result.classical["optimum"])
        proof = "proven best" if result.classical["proven"] else "best known"
        solver = f"{result.classical['solver']}, {solver_time(result.classical)}"
        best = thousands_apart(f"{optimum:.6g}")
        best = f"${best}" if words.unit == "$" else f"{best} {words.unit}"
        table.add_row(f"{solver}, {proof}", "", "", "", best)
    return table
