"""`qassay registry`: what was published of the world's machines, and how it compares."""

from __future__ import annotations

import importlib
from datetime import date
from pathlib import Path
from typing import Any, Final

import click
from rich.markup import escape

from qassay.cli import options
from qassay.cli.page import FittingTable, Page, open_page, say
from qassay.cli.printing import print_json
from qassay.cli.progress import no_line
from qassay.cli.unreviewed import tell_unreviewed
from qassay.errors import Problem, RegistryError, UsageError, quoted
from qassay.languages.english import said
from qassay.languages.speaker import speaker_of

_WITH_MAKERS: Final = 96  # columns
# name: (module of the command, one line of help); "" where the command is in this module
_COMMANDS: Final = {
    "list": ("", "List the machines, with how openly each is documented."),
    "show": ("registry_show", "Show one machine: announced, came later, missing, sources."),
    "score": ("registry_score", "Score how openly a machine is documented, and why."),
    "compare": ("registry_compare", "Put machines beside each other, like with like."),
    "sheet": ("registry_sheet", "Write a machine's published figures as a claim sheet."),
    "machine": ("registry_sheet", "Print the machine file that virtual:ID stands for."),
    "security": ("registry_security", "Say how far a machine is from breaking keys."),
    "add": ("registry_add", "Audit a bundle and keep it with its machine."),
    "export": ("registry_export", "Write the figures for other programs."),
    "import": ("registry_export", "Write records of metriq-data as figures of a page."),
    "check": ("", "Read pages and tell every mistake."),
    "coverage": ("registry_coverage", "Tell how many figures get a true answer today."),
    "site": ("registry_site", "Write the registry as static pages."),
}


class RegistryGroup(click.Group):
    """Commands that are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands in the order in which they are used."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        module, _ = _COMMANDS.get(cmd_name, ("", ""))
        if module and cmd_name not in self.commands:
            found = importlib.import_module(f"qassay.cli.{module}")
            self.add_command(getattr(found, f"registry_{cmd_name}"), cmd_name)
        return self.commands.get(cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List commands with their one line, without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_, words) in _COMMANDS.items()])


@click.group(name="registry", cls=RegistryGroup)
def registry_command() -> None:
    """Show what was published of the world's machines, how openly, and how it compares."""


day_option = click.option(
    "--day", metavar="YYYY-MM-DD", help="As of this day; today where it is left out."
)


measured_option = click.option(
    "--measured", metavar="DIR", help="Folder of bundles that `registry add` has kept."
)


def day_of(text: str | None) -> date:
    """Read a day of the command line.

    Raises:
        UsageError: It is none.
    """
    if text is None:
        return date.today()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(
            Problem(where="--day", found=quoted(text), expected="a day, such as 2026-11-22")
        ) from None


@registry_command.command(name="list")
@day_option
@options.together(options.language, options.as_json)
def registry_list(day: str | None, language: str, as_json: bool) -> int:
    """List the machines: qubits, platform, when announced, transparency as of a day."""
    from qassay.registry.catalog import all_registered
    from qassay.registry.disclosure import disclosure
    from qassay.registry.documents import machine_line

    when, speaker = day_of(day), speaker_of(language)
    rows = [(one, disclosure(one, when)) for one in all_registered()]
    if as_json:
        print_json([machine_line(*row) for row in rows])
        return 0
    terminal = open_page()
    # A machine's id begins with its maker; a table is read more easily than a list.
    wide = terminal.width >= _WITH_MAKERS
    table = FittingTable()
    names = ("registry.machine", *(("list_of.maker",) if wide else ()), "registry.qubits")
    for name in (*names, "list_of.platform", "registry.announced_on", "registry.transparency"):
        right = name in ("registry.qubits", "registry.transparency")
        table.add_column(speaker.say(said(name)), justify="right" if right else "left")
    for machine, score in rows:
        more = f" +{len(machine.makers) - 1}" if machine.makers[1:] else ""
        table.add_row(
            machine.id,
            *((escape(f"{machine.makers[0]}{more}"),) if wide else ()),
            "–" if machine.qubits is None else speaker.number(str(machine.qubits)),
            machine.platform if machine.kind == "gate" else f"{machine.platform}, {machine.kind}",
            speaker.day(machine.announced.text) if machine.announced else "–",
            "–" if score is None else speaker.number(f"{score.low:.0f}–{score.high:.0f}"),
        )
    with no_line():  # a long table takes its time to be laid out
        terminal.print(table)
    terminal.print(f"\n{speaker.say(said('list_of.told', n=len(rows)))}")
    tell_unreviewed(terminal, speaker)
    return 0


@registry_command.command(name="check")
@click.argument("files", metavar="FILE.toml...", nargs=-1)
@options.as_json
def registry_check(files: tuple[str, ...], as_json: bool) -> int:
    """Read pages of the registry and tell every mistake; without FILE, those that are shipped.

    Exit codes: 0 no mistake, 2 mistakes, all of them told.
    """
    from qassay.registry.catalog import all_registered, figures_left_out
    from qassay.registry.reader import parse_machine
    from qassay.registry.records import RegisteredMachine

    if files:
        read: list[RegisteredMachine] = []
        problems: list[Problem | str] = []
        for file in files:
            try:
                read.append(parse_machine(_bytes(file), file, today=date.today()))
            except RegistryError as error:
                problems += error.problems
        if problems and not as_json:
            raise RegistryError(*problems)
        if problems:
            print_json({"valid": False, "mistakes": [str(one) for one in problems]})
            return RegistryError.exit_code
        machines = tuple(read)
    else:
        machines = all_registered()
    figures = sum(len(one.figures) for one in machines)
    if as_json:
        print_json({"valid": True, "machines": len(machines), "figures": figures})
        return 0
    kept_back = "" if files else f"; {len(figures_left_out())} collected figures are left out"
    say(f"no mistakes: {len(machines)} machines, {figures} figures{kept_back}")
    return 0


def _bytes(file: str) -> bytes:
    from qassay.reading.limits import MACHINE

    try:
        with Path(file).open("rb") as stream:
            return stream.read(MACHINE.size + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise RegistryError(
            Problem(where=quoted(file, 200), found=reason, expected="a page of the registry")
        ) from None


def heading(terminal: Page, text: str) -> None:
    """Print a heading with a blank line before it."""
    terminal.print()
    terminal.print(f"[bold]{escape(text)}[/]")


def table_of(*names: str, right: tuple[str, ...] = ()) -> FittingTable:
    """Begin a table with named columns."""
    table = FittingTable()
    for name in names:
        table.add_column(name, justify="right" if name in right else "left")
    return table


def add_plain(table: FittingTable, *cells: Any) -> None:
    """Add a row of texts that are no markup."""
    table.add_row(*(escape(str(cell)) for cell in cells))
