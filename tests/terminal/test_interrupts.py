"""Ctrl-C, a terminal without colours, and one that can do nothing."""

import re

import pytest
from tests.terminal.tour import prepare

from qassay.cli.ending import INTERRUPTED

# Long enough to be met in the middle, on the machine of the tour.
LONG_SHEET = """[sheet]
title = "Long"
vendor = "V"
machine = "five"
[[claim]]
id = "t1"
metric = "t1"
value = "110 us"
statistic = "every"
[[claim]]
id = "2q"
metric = "two_qubit_gate_error"
convention = "average_gate_infidelity"
value = "1 %"
[[claim]]
id = "1q"
metric = "one_qubit_gate_error"
convention = "average_gate_infidelity"
value = "0.1 %"
statistic = "every"
"""
NOISE = '\nt1 = "100 us"\n'
COLOUR = re.compile(r"\x1b\[[\d;]*\b[34]\d(;|m)")
SHORT = ("accredit", "ghz.qasm", "--device", "five.toml", "--traps", "200", "--targets", "50")
JOBS = {
    "run": ("run", "long.toml", "--device", "five.toml", "--seed", "1"),
    "run beside": ("run", "long.toml", "--device", "five.toml", "--seed", "1", "--workers", "2"),
    "apply": (
        "apply",
        "grid-section",
        "--device",
        "five.toml",
        "--instance",
        "own.m",
        "--shots",
        "20000",
        "--batches",
        "2000",
        "--depths",
        "1,3",
        "--seed",
        "1",
        "--workers",
        "1",
    ),
    "accredit": ("accredit", "ghz.qasm", "--device", "five.toml", "--traps", "4000", "--seed", "1"),
    "rcs": (
        "rcs",
        "--device",
        "five.toml",
        "--qubits",
        "5",
        "--circuits",
        "2000",
        "--checked",
        "20",
        "--seed",
        "1",
    ),
    "selfcheck": (
        "selfcheck",
        "--machines",
        "40",
        "--metric",
        "readout_error",
        "--qubits",
        "4",
        "--journal",
        "journal",
    ),
}


def started(job):
    """Match a count of what is measured; what is planned before is counted, too."""
    return r"[1-9][\d\s]* of " + ("" if job in ("apply", "selfcheck") else "at most")


@pytest.fixture
def here(tmp_path):
    prepare(tmp_path)
    (tmp_path / "long.toml").write_text(LONG_SHEET)
    machine = tmp_path / "five.toml"
    machine.write_text(machine.read_text().rstrip() + NOISE)
    return tmp_path


@pytest.mark.parametrize(
    "job", [pytest.param(j, marks=pytest.mark.slow) if j == "apply" else j for j in JOBS]
)
def test_an_interrupt_ends_in_one_sentence_and_loses_nothing(terminal, here, job):
    seen = terminal(*JOBS[job], interrupt=started(job), columns=60)
    assert seen.code == INTERRUPTED, seen.screen
    assert "Traceback" not in seen.raw
    assert "interrupted" in seen.screen
    assert not seen.wide
    assert seen.raw.count("\x1b[?25h") >= 1  # the cursor is back
    assert not list(here.rglob("*.part"))
    assert "the same command goes on from there" in " ".join(seen.screen.split())
    if job != "selfcheck":
        (journal,) = here.glob("*/journal.jsonl")
        counted = journal.read_bytes()
        again = terminal(*JOBS[job], interrupt=started(job), columns=60)
        assert again.code == INTERRUPTED
        assert journal.read_bytes().startswith(counted[: counted.rfind(b"\n") + 1])


@pytest.mark.parametrize("columns", [60, pytest.param(200, marks=pytest.mark.slow)])
@pytest.mark.parametrize("words", [SHORT, ("machines",), ("protocols",)])
def test_no_colour_where_none_is_wanted(terminal, here, words, columns):
    plain = terminal(*words, columns=columns, environment={"NO_COLOR": "1"})
    assert plain.code in (0, 3)
    assert not COLOUR.search(plain.raw)


@pytest.mark.parametrize(
    "words", [("run", "t.toml", "--device", "five.toml", "--seed", "1"), SHORT]
)
def test_a_terminal_that_can_do_nothing(terminal, here, words):
    seen = terminal(*words, environment={"TERM": "dumb"})
    assert seen.code in (0, 1, 3)
    assert "\x1b" not in seen.raw
    assert not seen.wide
