"""Nothing that a stranger wrote drives the reader's terminal."""

import ast
import io
import json
import re
import sys
from io import StringIO
from pathlib import Path

import pytest
from rich.table import Table

from qassay.cli.page import FittingTable, Page, open_page
from qassay.cli.printing import clean, echo, plain_where_needed, print_json

CLI = Path(__file__).parents[3] / "src" / "qassay" / "cli"
HOSTILE = {
    "clear and paint": "\x1b[2J\x1b[HALL SUPPORTED, T4\x1b[8m",
    "title": "\x1b]0;owned\x07",
    "link": "\x1b]8;;https://x\x1b\\click\x1b]8;;\x1b\\",
    "clipboard": "\x1b]52;c;AAAA\x07",
    "one-byte introducer": "\x9b2J\x9d0;x\x9c",
    "back": "refuted\r\x08\x08\x08supported",
    "direction": "1\u202e0001\u202c \u2066x\u2069 \u200f \u061c",
    "other lines": "a\x0bb\x0cc\x1cd\x85e\u2028f\u2029g",
    "shift": "\x0e\x0f",
    "nothing seen": "\u00ad\ufeff\u2060\U000e0041\ufff9",
    "halves": "\ud800",
    "private": "\ue000\U000f0000",
    "delete": "\x7f",
}
DANGEROUS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2060-\u2069]")


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_hostile_text_reaches_the_terminal(text, capsys):
    echo(f"before {text} after")
    echo(text, err=True)
    terminal = open_page()
    terminal.print(text, markup=False)
    terminal.print(text, soft_wrap=True, markup=False, style="bold")
    table = Table("claim")
    table.add_row(text.replace("[", r"\["))
    terminal.print(table)
    print_json({"text": text, text: [text]})
    out, err = capsys.readouterr()
    for line in (*out.split("\n"), *err.split("\n")):
        assert not DANGEROUS.search(line), repr(line)
    assert "before" in out
    assert "after" in out


def test_json_loses_nothing(capsys):
    document = {"texts": [*HOSTILE.values(), "Zürich, 量子 µs ≤"]}
    print_json(document)
    out = capsys.readouterr().out
    assert json.loads(out) == document
    assert "Zürich, 量子 µs ≤" in out


def test_letters_of_all_scripts_stay():
    for text in (
        "Zürich",
        "量子計算機",
        "می\u200cخواهم",
        "квант",
        "✔ ≤ µs – … “x”",
        "a\nb",
        "0.9\u00a0%",
        "1\u202f000",
    ):
        assert clean(text) == text
    assert clean("\x1b[2J") == "?[2J"


def test_colours_of_our_own_stay(monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    terminal = open_page()
    terminal.file = StringIO()
    terminal.print("[bold]bold[/] \x1b[2J")
    assert "\x1b[1mbold\x1b[0m" in terminal.file.getvalue()
    assert "?[2J" in terminal.file.getvalue()


def test_commands_print_through_this_edge_alone():
    """No other module of the commands opens a console, echoes or prints."""
    for path in CLI.glob("*.py"):
        if path.name in ("printing.py", "cleaned.py"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func)
                assert called not in ("click.echo", "click.secho", "print", "Console"), path.name
                assert not called.endswith(("stdout.write", "stderr.write")), path.name


def shown_at(width, *rows):
    table = FittingTable()
    for name in ("Depth", "Score", "Tier"):
        table.add_column(name)
    for row in rows:
        table.add_row(*row)
    page = Page(highlight=False, width=width, file=StringIO(), force_terminal=False)
    page.print(table)
    return [line.rstrip() for line in page.file.getvalue().splitlines()]


def test_a_number_is_not_broken_from_its_thousands_or_unit():
    lines = shown_at(24, ("12\u202f345", "a b c d e f 41\u202f234", "2\u00a0ms 3\u00a0ms"))
    words = {word for line in lines for word in re.split(" +", line)}
    assert {"12\u202f345", "41\u202f234", "2\u00a0ms", "3\u00a0ms"} <= words
    assert max(map(len, lines)) <= 24


def test_a_tower_of_words_becomes_a_list():
    row = ("1", "0.57", "beats the best rule of a computer that takes one step")
    assert shown_at(80, row)[0].split() == ["Depth", "Score", "Tier"]
    narrow = shown_at(24, row)
    assert narrow[:2] == ["Depth 1", "  Score: 0.57"]
    assert max(map(len, narrow)) <= 24


def test_a_table_of_nothing_is_not_shown():
    assert shown_at(80) == []


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "koi8-r", "cp932"])
def test_a_stream_that_lacks_characters_gets_the_nearest(monkeypatch, encoding):
    """An old locale or a pipe on Windows: no crash behind the work, and JSON that loses nothing."""
    streams = [io.TextIOWrapper(io.BytesIO(), encoding=encoding) for _ in range(2)]
    monkeypatch.setattr(sys, "stdout", streams[0])
    monkeypatch.setattr(sys, "stderr", streams[1])
    plain_where_needed()
    echo("41\u202f234 shots, 0.5\u00a0% ≤ 3 µs – ✔ 量")
    echo("error: ✘ …", err=True)
    open_page().print("[bold]12\u202f345[/] ≥ 1 × 2")
    print_json({"text": "量 ✔ 41\u202f234"})
    monkeypatch.undo()
    out, err = (stream.buffer.getvalue().decode(encoding) for stream in streams)
    first, second, *rest = out.replace("\u00a0", " ").splitlines()
    assert first.startswith(("41 234 shots, 0.5 % <= 3 ", "41 234 shots, 0.5 % ≤ 3 "))
    assert second.startswith("12 345 ")
    assert json.loads("\n".join(rest)) == {"text": "量 ✔ 41\u202f234"}
    assert "Traceback" not in err
