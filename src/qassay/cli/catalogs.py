"""`qassay machines`, `protocols`, `metrics`, `applications`: list and show what there is."""

from __future__ import annotations

import inspect
import sys
from dataclasses import asdict
from typing import Any

import click

from qassay.cli import options
from qassay.cli.page import FittingTable, open_page
from qassay.cli.printing import echo, print_json
from qassay.errors import Problem, UsageError


class _Shelf(click.Group):
    """A list whose members are shown by their name alone too: `metrics t1`."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Take a name that is no command for one to show."""
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            args = ["show", *args]
        return super().resolve_command(ctx, args)


def _rows(rows: list[tuple[str, str]]) -> None:

    table = FittingTable(head=False)
    for row in rows:
        table.add_row(*row)
    open_page().print(table)


def _pick(kind: str, name: str, known: dict[str, Any]) -> Any:
    if name not in known:
        raise UsageError(
            Problem(where=f"qassay {kind} show", found=name, expected=", ".join(known))
        )
    return known[name]


@click.group(name="machines", cls=_Shelf, invoke_without_command=True)
@options.as_json
@click.pass_context
def machines_command(ctx: click.Context, as_json: bool) -> int:
    """List virtual machines; `machines show NAME` prints a machine's file."""
    from qassay.devices.catalog import built_in_machines, device_of

    if ctx.invoked_subcommand is None:
        names = built_in_machines()
        described = {name: device_of(f"virtual:{name}").describe() for name in names}
        if as_json:
            print_json([x.as_json() for x in described.values()])
        else:
            _rows(
                [
                    (f"virtual:{n}", f"{d.qubits} qubits, {d.platform}, {d.connectivity}")
                    for n, d in described.items()
                ]
            )
    return 0


@machines_command.command(name="show")
@click.argument("name")
def machines_show(name: str) -> int:
    """Print the file of a machine, sources included."""
    from qassay.devices.catalog import machine_text

    echo(machine_text(name.removeprefix("virtual:")))
    return 0


@click.group(name="protocols", cls=_Shelf, invoke_without_command=True)
@options.as_json
@click.pass_context
def protocols_command(ctx: click.Context, as_json: bool) -> int:
    """List protocols; `protocols show NAME` prints its definition and assumptions."""
    from qassay.protocols.known import PROBLEMS, PROTOCOLS, PUBLISHED, TIMED

    if ctx.invoked_subcommand is None:
        every = [*PROTOCOLS.values(), *PROBLEMS.values(), *TIMED.values(), *PUBLISHED.values()]
        if as_json:
            print_json(
                [
                    {
                        "id": p.id,
                        "version": p.version,
                        "title": p.title,
                        "quantities": list(p.quantities),
                        "assumptions": list(p.assumptions),
                    }
                    for p in every
                ]
            )
        else:
            _rows([(p.id, p.title) for p in every])
    return 0


@protocols_command.command(name="show")
@click.argument("name")
def protocols_show(name: str) -> int:
    """Print what a protocol measures, its model, and how it can be fooled."""
    from qassay.protocols.known import PROBLEMS, PROTOCOLS, PUBLISHED, TIMED

    protocol = _pick("protocols", name, {**PROTOCOLS, **PROBLEMS, **TIMED, **PUBLISHED})
    echo(inspect.cleandoc(sys.modules[type(protocol).__module__].__doc__ or ""))
    return 0


@click.group(name="metrics", cls=_Shelf, invoke_without_command=True)
@options.as_json
@click.pass_context
def metrics_command(ctx: click.Context, as_json: bool) -> int:
    """List metrics; `metrics show NAME` prints definition, conventions and reference."""
    import qassay.protocols  # noqa: F401  (brings the metrics of other packages)
    from qassay.claims.metrics import METRICS

    if ctx.invoked_subcommand is None:
        if as_json:
            print_json([asdict(metric) for metric in METRICS.values()])
        else:
            _rows(
                [
                    (m.id, m.title + ("" if m.protocol else " (not measured yet)"))
                    for m in METRICS.values()
                ]
            )
    return 0


@metrics_command.command(name="show")
@click.argument("name")
@options.as_json
def metrics_show(name: str, as_json: bool) -> int:
    """Print one metric."""
    import qassay.protocols  # noqa: F401  (brings the metrics of other packages)
    from qassay.claims.metrics import METRICS

    metric = _pick("metrics", name, METRICS)
    if as_json:
        print_json(asdict(metric))
        return 0
    _rows([(key, _shown(value)) for key, value in asdict(metric).items()])
    return 0


def _shown(value: object) -> str:
    """Write what a row holds on one line: lists, and tables in lists, too."""
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_shown(one)}" for key, one in value.items())
    if isinstance(value, tuple):
        tables = any(isinstance(one, dict) for one in value)
        return ("; " if tables else ", ").join(map(_shown, value))
    return str(value)


@click.group(name="applications", cls=_Shelf, invoke_without_command=True)
@options.as_json
@click.pass_context
def applications_command(ctx: click.Context, as_json: bool) -> int:
    """List applications and their instances; `applications show NAME` prints one."""
    from qassay.applications.catalog import APPLICATIONS, STANDARD, frozen_names

    if ctx.invoked_subcommand is None:
        rows = [
            {
                "id": name,
                **asdict(one.words),
                "standard": STANDARD[name],
                "instances": list(frozen_names(name)),
            }
            for name, one in APPLICATIONS.items()
        ]
        if as_json:
            print_json(rows)
        else:
            from qassay.applications.fragments.molecule import APPLICATION, fragment_names

            _rows(
                [
                    *(
                        (
                            row["id"],
                            f"{row['title']} ({row['field']}): {', '.join(row['instances'])}",
                        )
                        for row in rows
                    ),
                    (APPLICATION, f"an optional extra: {', '.join(fragment_names())}"),
                ]
            )
    return 0


@applications_command.command(name="show")
@click.argument("name")
@options.as_json
def applications_show(name: str, as_json: bool) -> int:
    """Print what an application asks, and its instances with optimum, source and licence."""
    from qassay.applications.catalog import APPLICATIONS, frozen, frozen_names
    from qassay.applications.fragments import molecule, sampled

    if name == molecule.APPLICATION and not as_json:
        echo(inspect.cleandoc(sampled.__doc__ or ""))
        _rows([(one, molecule.fragment(one).title) for one in molecule.fragment_names()])
        return 0
    application = _pick("applications", name, dict(APPLICATIONS))
    instances = [frozen(name, one) for one in frozen_names(name)]
    if as_json:
        print_json(
            {
                "id": name,
                **asdict(application.words),
                "instances": [one.as_json() for one in instances],
            }
        )
        return 0
    echo(inspect.cleandoc(sys.modules[type(application).__module__].__doc__ or ""))
    _rows(
        [
            (
                one.name,
                f"{one.qubits} qubits, {len(one.ising.couplings)} couplings,"
                f" one-step rule {one.thresholds.one_step:.3f},"
                f" descent {one.thresholds.descent:.3f}; {one.source.title} ({one.source.licence})",
            )
            for one in instances
        ]
    )
    return 0
