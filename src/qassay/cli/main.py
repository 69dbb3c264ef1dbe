"""`qassay`: help without heavy libraries, errors as sentences, the right exit code."""

from __future__ import annotations

import gc
import importlib
import os
import sys
from typing import Any, Final

import click

from qassay import __version__
from qassay.cli import ending
from qassay.cli.printing import echo, plain_where_needed
from qassay.errors import did_you_mean, quoted
from qassay.execution.threads import keep_to_one_thread

# name: (module, function, one line of help)
COMMANDS: Final = {
    "run": ("run", "run_command", "Test the claims of a sheet on a device."),
    "init": ("init", "init_command", "Write a claim sheet to fill in."),
    "check": ("check", "check_command", "Say how a sheet is understood; needs no device."),
    "plan": ("plan", "plan_command", "Show what would be measured and what it costs."),
    "characterize": (
        "characterize",
        "characterize_command",
        "Measure a machine's datasheet; needs no claims.",
    ),
    "acceptance": (
        "acceptance",
        "acceptance_command",
        "Plan and follow an acceptance in phases.",
    ),
    "import": ("import_counts", "import_command", "Judge claims from counts somebody published."),
    "export-counts": (
        "export_counts",
        "export_counts_command",
        "Write a bundle's counts for another program.",
    ),
    "export": ("export", "export_command", "Write a job pack for a machine without an SDK."),
    "collect": ("collect", "collect_command", "Take counts back; give verdicts or more to run."),
    "answer": ("answer", "answer_command", "Answer a parcel, as vendor, partner or witness."),
    "accredit": ("accredit", "accredit_command", "Bound the error of your own circuit's counts."),
    "rcs": ("rcs", "rcs_command", "Sample random circuits; print what forging them costs."),
    "jobs": ("jobs", "jobs_command", "Show what a run has out, done or lost, and its cost."),
    "audit": ("audit", "audit_command", "Re-derive every number of a bundle, offline."),
    "forensics": ("forensics", "forensics_command", "Ask what looks odd in a bundle's counts."),
    "report": ("report", "report_command", "Write the datasheet of a bundle."),
    "results": ("results", "results_command", "Give every number of a bundle, as CSV too."),
    "compare": ("results", "compare_command", "Say what changed between runs beyond chance."),
    "stability": ("stability", "stability_command", "Say what held in every run, and what drifts."),
    "apply": ("apply", "apply_command", "Run a problem of energy or healthcare on a device."),
    "sign": ("sign", "sign_command", "Sign a finished bundle as one of the parties."),
    "key": ("key", "key_command", "Make and show the keys that parties sign with."),
    "registry": (
        "registry",
        "registry_command",
        "Show what was published of machines, and how openly.",
    ),
    "machines": ("catalogs", "machines_command", "List and show virtual machines."),
    "protocols": ("catalogs", "protocols_command", "List and show protocols."),
    "applications": ("catalogs", "applications_command", "List and show applications."),
    "metrics": ("catalogs", "metrics_command", "List and show metrics."),
    "selfcheck": ("selfcheck", "selfcheck_command", "Measure how often qassay itself is wrong."),
    "doctor": ("doctor", "doctor_command", "Check that this installation can do its work."),
}

_COMPLETE: Final = "_QASSAY_COMPLETE"
# Objects from search to search for garbage: each goes through all modules that are loaded, a tenth
# of the time in which they are, and hardly ever finds anything.
_RARELY: Final = (20_000, 20, 50)


class LazyGroup(click.Group):
    """A group that knows its commands by name and imports them when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands in the order in which they are used."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        if cmd_name not in COMMANDS:
            return None
        module, function, _ = COMMANDS[cmd_name]
        command: click.Command = getattr(importlib.import_module(f"qassay.cli.{module}"), function)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is asked for, or suggest the closest one."""
        if args[:1] == ["help"]:  # as many programs have it: `help`, and `help run`
            args = [*args[1:2], "--help"]
            if len(args) == 1:
                echo(ctx.get_help())
                ctx.exit()
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            advice = did_you_mean(args[0], COMMANDS) or "`qassay --help` lists them"
            ctx.fail(f"no command {quoted(args[0], 60)}; {advice}")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command, with a line that moves for whoever waits in front of a terminal."""
        words = sys.argv[1:]
        if not sys.stdout.isatty() or "--json" in words or not COMMANDS.keys() & set(words[:1]):
            return super().invoke(ctx)
        from qassay.cli.progress import line_when_long

        with line_when_long(f"qassay {words[0]}"):
            return super().invoke(ctx)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List commands with their one line, without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, row[2]) for name, row in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="qassay")
def cli() -> None:
    """The acceptance test for quantum computers.

    Takes a vendor's claims, plans the cheapest experiments that can settle each, runs them on
    a device, gives a verdict for each claim, and seals the evidence.

    First steps: `qassay init claims.toml` writes a sheet to fill in, and `qassay run claims.toml
    --device virtual:prototype-50` tests it on a simulator; `qassay machines` lists others.

    Exit codes: 0 all supported, 1 a claim refuted, 2 wrong usage or malformed input, 3 nothing
    refuted but something open, 4 evidence invalid, 5 the device failed, 70 qassay itself failed
    (a crash, a full disk), 130 interrupted. With QASSAY_TRACEBACK=1 a crash prints its traceback.
    """


def main() -> int:
    """Run the command line and give the exit code."""
    ending.open_streams()
    gc.set_threshold(*_RARELY)
    keep_to_one_thread()
    plain_where_needed()
    ending.tell_notes()
    try:
        if _COMPLETE in os.environ:  # a shell asks how a word goes on
            cli.main()
        # Not `cli.main`, which has exit codes of its own for pipes that break and for Ctrl-C.
        with cli.make_context("qassay", sys.argv[1:]) as context:
            code = cli.invoke(context)
        ending.flush()
    except BaseException as error:  # whatever it is, it may not end with the code of a verdict
        return ending.ended(error)
    return code if isinstance(code, int) else 0
