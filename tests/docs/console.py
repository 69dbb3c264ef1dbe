"""Runs the console blocks of a page as a reader would, and compares what they print.

A block ```console holds commands behind "$ " and what they print; a line "..." stands for any
number of lines, and a last line "[1]" for the exit code, 0 where there is none.
"""

import contextlib
import os
import re
import shlex
import subprocess
import sys
from io import StringIO
from pathlib import Path
from unittest.mock import patch

from qassay.cli import main

_SHELL = re.compile(r"[|&;<>$*?`(){}~#\\\n]")  # what only a shell understands


def blocks(page):
    """Give (commands with their expected lines) in the order of the page."""
    for block in re.findall(r"```console\n(.*?)```", page, re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, *expected = part.rstrip("\n").split("\n")
            yield command, expected


def run(command, folder, *, shell=False):
    """Run a command line with this environment's programs first on the path.

    Where a shell adds nothing, `qassay ...` is called in this process: a start takes seconds.
    """
    if command.startswith("qassay ") and not shell and not _SHELL.search(command):
        return _called(shlex.split(command), folder)
    programs = str(Path(sys.executable).parent)
    environment = {
        **os.environ,
        "PATH": programs + os.pathsep + os.environ["PATH"],
        "COLUMNS": "96",
    }
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=environment,
        timeout=240,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def _called(words, folder):
    out, err = StringIO(), StringIO()
    with (
        contextlib.chdir(folder),
        patch.dict(os.environ, COLUMNS="96"),
        patch.object(sys, "argv", words),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        code = main()
    return code, out.getvalue() + err.getvalue()


def differs(expected, printed, code):
    """Say where a command printed something else than its page says, or ""."""
    wanted, exit_code = list(expected), 0
    if wanted and (said := re.fullmatch(r"\[(\d+)\]", wanted[-1])):
        wanted, exit_code = wanted[:-1], int(said[1])
    if code != exit_code:
        return f"exit code {code}, the page says {exit_code}; it printed:\n{printed}"
    # Units stand behind spaces that do not break; a page has plain ones.
    plain = printed.replace("\u00a0", " ").replace("\u202f", " ")
    lines = [line.rstrip() for line in plain.rstrip("\n").split("\n")] if plain.strip() else []
    at, anywhere = 0, False
    for want in wanted:
        if want == "...":
            anywhere = True
            continue
        rest = lines[at:] if anywhere else lines[at : at + 1]
        found = next((place for place, line in enumerate(rest) if line == want.rstrip()), None)
        if found is None:
            return f"no line {want!r} in:\n{printed}"
        at, anywhere = at + found + 1, False
    if not anywhere and at != len(lines):
        return f"more than the page says: {lines[at]!r}"
    return ""
