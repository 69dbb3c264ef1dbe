"""Tables of the terminal in other languages: nothing is said there that has no code."""

import re

import pytest
from tests.unit.reports.test_translated import bundle  # noqa: F401  a small run

from qassay.cli.main import cli
from qassay.languages.files import LANGUAGES
from qassay.languages.speaker import Speaker

OTHERS = sorted(set(LANGUAGES) - {"en"})
SHEET = """
[sheet]
title = "x"
vendor = "v"
machine = "prototype"
delta = 0.25

[[claim]]
id = "q"
metric = "two_qubit_gate_error"
statistic = "mean"
convention = "average_gate_infidelity"
value = "0.8 %"
relation = "at most"

[[claim]]
id = "r"
metric = "readout_error"
statistic = "quantile"
share = "90 %"
value = "0.5 %"
relation = "at most"
"""
COMMANDS = (
    ("registry", "show", "quantinuum-h2"),
    ("registry", "score", "ru-msu-rqc-rb-50"),
    ("registry", "compare", "ru-msu-rqc-rb-50", "ibm-heron-r2", "quera-aquila"),
    ("registry", "security", "quantinuum-h2"),
    ("registry", "security", "quera-aquila"),
)
# What is told as it was published: names, operations, what a figure is over, notes.
FREE = re.compile(r"^[\w.,:;()/*+°-]+$")


@pytest.fixture
def untold(monkeypatch):
    """Texts that a language was asked for and has no words of."""
    found, say = [], Speaker.say

    def listening(speaker, text):
        if text and not speaker.knows(text):
            found.append(text)
        return say(speaker, text)

    monkeypatch.setattr(Speaker, "say", listening)
    return found


def call(capsys, *arguments):
    code = cli.main(list(arguments), standalone_mode=False)
    return code, capsys.readouterr().out


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("command", COMMANDS, ids=lambda one: "-".join(one[1:3]))
def test_the_registry_speaks(capsys, untold, command, language):
    code, told = call(capsys, *command, "--lang", language)
    assert code == 0
    assert [one for one in untold if not FREE.match(one)] == []
    assert speaker_line(language) in " ".join(told.split())


def test_the_list_speaks(capsys, untold):
    code, told = call(capsys, "registry", "list", "--lang", "vi", "--day", "2026-11-22")
    assert code == 0
    assert untold == []
    assert speaker_line("vi") in " ".join(told.split())


def speaker_line(language):
    return Speaker(language)._sentences["table.unreviewed"][:30]


@pytest.mark.parametrize("language", OTHERS)
def test_a_plan_speaks(capsys, untold, tmp_path, language):
    sheet = tmp_path / "x.toml"
    sheet.write_text(SHEET)
    code, told = call(
        capsys, "plan", str(sheet), "--device", "virtual:prototype-50", "--lang", language
    )
    assert code == 0
    assert [one for one in untold if not FREE.match(one)] == []
    for word in ("Experiment", "shots", "circuits", "Expected", "at most", "median"):
        assert word not in told


@pytest.mark.parametrize("language", OTHERS)
def test_an_audit_speaks(capsys, untold, bundle, language):  # noqa: F811
    code, told = call(capsys, "audit", str(bundle), "--lang", language)
    assert code == 0
    assert [one for one in untold if not FREE.match(one)] == []
    for word in ("sealed", "shots", "trust level", "Not proven", "Verdict", "signed"):
        assert word not in told
    english = call(capsys, "audit", str(bundle))[1]
    assert told.count("✔") == english.count("✔")


def test_the_english_terminal_is_as_it_was(capsys, bundle):  # noqa: F811
    told = call(capsys, "audit", str(bundle))[1]
    assert "✔ the archive is sound: " in told
    assert "– nobody signed the bundle as a whole" in told
    assert "that the counts came from the machine: nobody signed them (trust level T0)" in told
