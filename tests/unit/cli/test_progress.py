"""The line that moves: what it counts, and that nothing is ever printed behind it."""

import io
import re
import sys
import time

import click
import pytest

from qassay.cli import progress
from qassay.cli.page import open_page
from qassay.cli.printing import echo
from qassay.headway import listening, walked

ESCAPE = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")


class Screen(io.StringIO):
    def isatty(self):
        return True

    @property
    def seen(self):
        return ESCAPE.sub("", self.getvalue())

    def wait_for(self, words):
        deadline = time.monotonic() + 20
        while words not in self.seen:
            assert time.monotonic() < deadline, self.seen
            time.sleep(0.01)


@pytest.fixture
def screen(monkeypatch):
    made = Screen()
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setattr(progress, "_SILENT_SECONDS", 0.0)
    return made


def told(monkeypatch, screen, way):
    """Print to the stream that was there before the line was, as happens when both race."""
    if way == "echo":
        monkeypatch.setattr(click, "echo", lambda text, **_: screen.write(text + "\n"))
        echo("out/datasheet.html")
    else:
        open_page().print("out/datasheet.html", soft_wrap=True)


@pytest.fixture
def screened(monkeypatch, screen):
    """To be called in the test itself, as pytest puts its own stream back before that."""
    return lambda: monkeypatch.setattr(sys, "stdout", screen)


@pytest.mark.parametrize("way", ["echo", "page"])
def test_a_text_never_stands_behind_the_line(monkeypatch, screen, screened, way):
    screened()
    with progress.line_when_long("qassay report"):
        screen.wait_for("qassay report")
        told(monkeypatch, screen, way)
        monkeypatch.undo()
    assert re.search(r"[\r\n]out/datasheet\.html", screen.seen)


def test_a_silent_command_counts_what_its_loops_count(screen, screened):
    screened()
    with progress.line_when_long("qassay audit"):
        for done in walked(range(12_000), "batches"):
            if done == 10_500:
                screen.wait_for("of 12\u202f000 batches")
    assert "qassay audit" in screen.seen


def test_a_line_with_a_count_of_its_own_keeps_it(screen, screened):
    screened()
    with progress.work("measuring", open_page()) as line:
        line.begin("measuring", 70, "shots", at_most=True)
        line.advance(7)
        for _ in walked([1, 2, 3], "rounds"):
            screen.wait_for("7 of at most 70 shots")
        line.begin("writing")
        screen.wait_for("writing")
        assert "shots" not in screen.seen.partition("writing")[2]  # of what came before
        line.begin("judging the counts")
        for _ in walked([1, 2, 3], "rounds"):
            screen.wait_for("of 3 rounds")
    assert not re.search(r"of 3 rounds.*of at most 70", screen.seen)


def test_the_outermost_loop_is_told():
    heard = []
    with listening(lambda *told: heard.append(told)):
        for _ in walked("ab", "letters"):
            assert list(walked([1, 2], "numbers")) == [1, 2]
        assert list(walked([], "files")) == []
    assert heard == [("letters", 0, 2), ("letters", 1, 2), ("letters", 2, 2), ("files", 0, 0)]
    assert list(walked("ab", "letters")) == ["a", "b"]
    assert len(heard) == 4


def test_a_loop_that_breaks_leaves_the_listener():
    heard = []
    with listening(lambda *told: heard.append(told)):
        for number in walked([1, 2], "numbers"):
            if number == 1:
                break
        list(walked("a", "letters"))
    assert heard[-1] == ("letters", 1, 1)
