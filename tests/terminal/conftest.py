"""Commands as a person runs them: under a terminal of so many columns."""

import json
import os
import re
import subprocess
import sys
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import pytest

SERVER = Path(__file__).with_name("terminals.py")
PATIENCE = 240.0  # seconds: a machine with much to do is no fault of a command
ESCAPE = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b[()][A-Z0-9]|\x1b[=>]")


@dataclass(frozen=True)
class Seen:
    """What came of a command.

    Attributes:
        code: Its exit code.
        raw: All that it wrote, escapes included.
        columns: Of the terminal.
        seconds: Until it ended.
    """

    code: int
    raw: str
    columns: int
    seconds: float

    @property
    def written(self):
        """Every line as it was written, with what was later overwritten."""
        return [
            piece
            for line in self.raw.split("\n")
            for piece in re.split(r"\r+", ESCAPE.sub("", line))
        ]

    @property
    def screen(self):
        """What is left on an endless screen when the command has ended."""
        lines, row, column = [[]], 0, 0
        for piece in re.findall(rf"{ESCAPE.pattern}|.|\n", self.raw):
            if piece == "\n":
                row += 1
                while row >= len(lines):
                    lines.append([])
            elif piece == "\r":
                column = 0
            elif re.fullmatch(r"\x1b\[\d*A", piece):
                row = max(0, row - int(piece[2:-1] or 1))
            elif piece == "\x1b[2K":
                lines[row] = []
            elif not piece.startswith("\x1b"):
                lines[row] += [" "] * (column + 1 - len(lines[row]))
                lines[row][column] = piece
                column += 1
        return "\n".join("".join(line).rstrip() for line in lines)

    @property
    def wide(self):
        """The lines that do not fit, but for a digest or path that stands alone."""
        return [
            line for line in self.written if cells(line) > self.columns and len(line.split()) > 1
        ]


def cells(line):
    """Count the columns that a line takes."""
    return sum(
        2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in line
        if not unicodedata.combining(c)
    )


@pytest.fixture(scope="session")
def server():
    quiet = {
        key: value
        for key, value in os.environ.items()
        if key not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "TERM")
    }
    with subprocess.Popen(
        [sys.executable, SERVER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=quiet,
    ) as process:
        yield process
        process.stdin.close()


@pytest.fixture(scope="session")
def start(server):
    """Run a command in a folder under a terminal."""

    def run(words, folder, *, columns=80, interrupt=None, patience=PATIENCE, environment=None):
        request = {
            "words": list(map(str, words)),
            "columns": columns,
            "interrupt": interrupt,
            "patience": patience,
            "folder": str(folder),
            "environment": environment or {},
        }
        server.stdin.write(json.dumps(request) + "\n")
        server.stdin.flush()
        answer = json.loads(server.stdout.readline())
        assert interrupt is None or answer["pressed"], answer["raw"]
        return Seen(answer["code"], answer["raw"], columns, answer["seconds"])

    return run


@pytest.fixture
def terminal(start, tmp_path):
    """Run `qassay WORDS` in an empty folder under a terminal."""

    def run(*words, **options):
        return start(words, tmp_path, **options)

    return run
