"""Pages of other languages: the same evidence, every sentence, both directions, all escaped."""

import re
from dataclasses import replace

import pytest

from qassay.auditing.audit import audit_bundle
from qassay.cli.main import cli
from qassay.languages.files import LANGUAGES
from qassay.languages.sentence import Sentence
from qassay.languages.speaker import speaker_of
from qassay.reports.bundle_facts import facts_of
from qassay.reports.translated import render_translated

SHEET = """
[sheet]
title = "Four qubits <b>as said</b>"
vendor = "Our laboratory"
machine = "Four"
source = {title = "News", date = 2026-01-02}
[[claim]]
id = "q"
metric = "qubits"
value = 3
[[claim]]
id = "r"
metric = "readout_error"
value = "9 %"
[[claim]]
id = "false"
metric = "readout_error"
statistic = "every"
value = "0.1 %"
[[claim]]
id = "clops"
metric = "throughput"
kind = "measured"
value = "10 kHz"
"""
MACHINE = """
[machine]
name = "three"
platform = "superconducting"
qubits = 3
connectivity = "line"
[durations]
one_qubit_gate = "30 ns"
two_qubit_gate = "200 ns"
readout = "1 us"
[noise]
readout_p01 = 0.02
readout_p10 = 0.04
"""


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    import qassay

    folder = tmp_path_factory.mktemp("translated")
    (folder / "sheet.toml").write_text(SHEET, encoding="utf-8")
    (folder / "three.toml").write_text(MACHINE, encoding="utf-8")
    result = qassay.run(folder / "sheet.toml", str(folder / "three.toml"), seed=3, out=folder / "o")
    return result.bundle


@pytest.fixture(scope="module")
def audit(bundle):
    found = audit_bundle(bundle)
    assert found.failure is None
    return found


def page_in(language, audit):
    facts = facts_of(audit.bundle, audit.analysis.plan, "four.qassay.zip")
    return render_translated(audit.analysis, facts, speaker_of(language), "0" * 64)


def test_every_verdict_sentence_has_a_code(audit):
    assert {one.outcome for one in audit.analysis.verdicts} >= {"supported", "refuted"}
    for verdict in audit.analysis.verdicts:
        if verdict.outcome != "not tested":  # of these the sealed plan has the English reason
            assert isinstance(verdict.reasons[0], Sentence)


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {"en"}))
def test_a_page_says_all_in_its_language_and_that_the_sealed_one_is_english(language, audit):
    page = page_in(language, audit)
    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">' in page
    assert 'span lang="en"' not in page  # nothing had to be left in English
    words = re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL)
    for english in ("the data exclude", "supported", "What was", "at most"):
        assert english not in words
    assert "0" * 64 in page
    assert "sha256" in page
    assert page == page_in(language, audit)


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_what_a_sheet_says_is_text(language, audit):
    page = page_in(language, audit)
    assert "<b>as said" not in page
    assert "&lt;b&gt;as said" in page


def test_what_has_no_code_is_told_in_english_and_marked(audit):
    verdicts = tuple(
        replace(one, reasons=("an odd <reason>",)) if one.claim == "clops" else one
        for one in audit.analysis.verdicts
    )
    facts = facts_of(audit.bundle, audit.analysis.plan, "four.qassay.zip")
    page = render_translated(
        replace(audit.analysis, verdicts=verdicts), facts, speaker_of("ru"), "0" * 64
    )
    assert '<span lang="en" dir="ltr">an odd &lt;reason&gt;</span>' in page


def test_the_command_writes_beside_the_sealed_page_and_leaves_the_evidence_as_it_is(
    bundle, tmp_path, monkeypatch
):
    from click.testing import CliRunner

    before = bundle.read_bytes()
    target = tmp_path / "seite.html"
    done = CliRunner().invoke(cli, ["report", str(bundle), "--lang", "ar", "--html", str(target)])
    assert done.exception is None, done.output
    assert 'dir="rtl"' in target.read_text(encoding="utf-8")
    assert bundle.read_bytes() == before
    wrong = CliRunner().invoke(cli, ["report", str(bundle), "--lang", "xx"])
    assert "ru (русский)" in str(wrong.exception)
