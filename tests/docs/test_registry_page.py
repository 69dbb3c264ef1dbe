"""docs/registry.md: its example is a page, its commands exist, its letters are the ladder's."""

import re
from pathlib import Path

import click

from qassay.cli.registry import registry_command
from qassay.registry.reader import parse_machine
from qassay.registry.vocabulary import LADDER
from qassay.registry.weights import current_weights

TEXT = (Path(__file__).parents[2] / "docs" / "registry.md").read_text(encoding="utf-8")


def test_the_example_is_a_page():
    (page,) = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    machine = parse_machine(page.encode(), "page.toml")
    assert [one.metric for one in machine.figures] == ["two_qubit_fidelity"]
    assert machine.gaps[0].kind == "withheld"


def test_every_command_is_in_the_table_and_every_row_is_a_command():
    rows = set(re.findall(r"^\| `qassay registry (\w+)", TEXT, re.MULTILINE))
    assert rows == set(registry_command.list_commands(click.Context(registry_command)))


def test_letters_and_points_are_those_of_the_code():
    table = TEXT.split("| letter |")[1].split("\n\n")[0]
    letters = {
        one.strip()
        for row in re.findall(r"^\| ([\w, ]+) \|", table, re.MULTILINE)
        for one in row.split(",")
    }
    assert letters == {rung.letter for rung in LADDER.values()}
    points = [
        f"{current_weights().parts[name]:g}"
        for name in ("coverage", "evidence", "reporting", "access")
    ]
    said = re.search(
        r"Of 100 points, (\d+) are .*?, (\d+) for .*?,\s(\d+) for .*?, (\d+) for", TEXT, re.DOTALL
    )
    assert list(said.groups()) == points
