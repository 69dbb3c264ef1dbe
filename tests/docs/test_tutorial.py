"""The tutorial is followed to the letter: its sheet, its commands, and what they print."""

import re
from pathlib import Path

import pytest
from tests.docs.console import blocks, differs, run

PAGE = (Path(__file__).parents[2] / "docs" / "tutorial.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("tutorial")
    (sheet,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    (place / "claims.toml").write_text(sheet, encoding="utf-8")
    return place


def test_a_reader_who_follows_the_page_sees_what_it_says(folder):
    followed = list(blocks(PAGE))
    assert len(followed) == 6
    for number, (command, expected) in enumerate(followed):
        code, printed = run(command, folder, shell=number == 0)
        assert not differs(expected, printed, code), command
    page = (folder / "acceptance" / "datasheet.html").read_text(encoding="utf-8")
    assert "What was claimed" in page
    assert "Declared, not measured" in page


def test_what_differs_is_told():
    assert not differs(["a", "...", "c"], "a\nb\nc\n", 0)
    assert not differs(["...", "[1]"], "a\n", 1)
    assert differs(["a"], "a\nb\n", 0)
    assert differs(["a", "...", "d"], "a\nb\nc\n", 0)
    assert differs(["a"], "a\n", 1)
