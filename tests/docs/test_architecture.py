"""What docs/architecture.md says of the code is true: rooms, answers to ten questions, walls."""

import ast
import re
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
PAGE = (TOP / "docs" / "architecture.md").read_text(encoding="utf-8")
_QUESTIONS = PAGE.partition("## Ten questions")[2].partition("\n## ")[0]
ANSWERS = [
    tuple(cell.strip() for cell in line.strip("| ").split(" | "))
    for line in _QUESTIONS.splitlines()
    if line.startswith("| ") and "?" in line
]


def defined_in(path):
    """List what a file defines at its top: functions, classes, names that are set."""
    names = set()
    for node in ast.parse((TOP / path).read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.AnnAssign):
            names.add(getattr(node.target, "id", ""))
        elif isinstance(node, ast.Assign):
            names |= {getattr(target, "id", "") for target in node.targets}
    return names


def test_there_are_ten_questions():
    assert len(ANSWERS) == len({question for question, *_ in ANSWERS}) == 10


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: answer[0])
def test_an_answer_is_true(answer):
    _, files, names = answer
    paths = re.findall(r"`(\S+\.py)`", files)
    wanted = set(re.findall(r"`(\w+)`", names))
    assert paths
    assert wanted
    there = [defined_in(path) for path in paths]
    assert wanted <= set().union(*there)
    assert all(wanted & own for own in there), "each file defines one of the names"


def test_every_room_stands_in_the_table():
    rooms = {
        path.stem if path.is_file() else path.name
        for path in (TOP / "src" / "qassay").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    } - {"__init__", "__main__"}
    told = set(re.findall(r"`(\w+)/?`", PAGE))
    assert rooms <= told, f"docs/architecture.md does not tell of {sorted(rooms - told)}"
