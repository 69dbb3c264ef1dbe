"""Pages of other languages on sheets of every odd kind: no English sentence is left on any."""

import re

import pytest

import qassay
from qassay.auditing.audit import audit_bundle
from qassay.claims.claim_file import parse_claim_sheet
from qassay.claims.operations import OPERATIONS
from qassay.claims.plausibility import findings
from qassay.devices.machine_file import read_machine
from qassay.languages.files import LANGUAGES
from qassay.languages.sentence import Sentence
from qassay.languages.speaker import speaker_of
from qassay.planning.availability import broken_words
from qassay.planning.options import Options
from qassay.planning.planner import make_plan
from qassay.planning.timed_jobs import untimed
from qassay.reports.bundle_facts import facts_of
from qassay.reports.translated import render_translated

OTHERS = sorted(set(LANGUAGES) - {"en"})
HEAD = '[sheet]\ntitle = "T"\nvendor = "V"\nmachine = "M"\n'
MACHINE = """
[machine]
name = "five"
platform = "superconducting"
qubits = 5
connectivity = "line"
[durations]
one_qubit_gate = "30 ns"
readout = "1 us"
[noise]
readout_p01 = 0.02
readout_p10 = 0.04
"""
# Claims that no circuit tests on that machine, each for a reason of its own.
UNTESTED = """
metric = "quantum_volume"; value = 1048576
metric = "quantum_volume"; value = 6
metric = "quantum_volume"; value = 64
metric = "quantum_volume"; value = 16
metric = "quantum_volume"; value = 4; relation = "at most"
metric = "q_score"; value = 2
metric = "q_score"; value = 4
metric = "readout_error"; value = "1 %"; conditions = {window = "24 h"}
metric = "readout_error"; value = "1 %"; conditions = {post_selection = "on"}
metric = "readout_error"; value = "1 %"; conditions = {moon = "full"}
metric = "readout_error"; value = "1 %"; conditions = {platform = "trapped-ion"}
metric = "readout_error"; value = "1 %"; conditions = {platform = "annealer"}
metric = "readout_error"; value = "1 %"; conditions = {readout_time = "3 us"}
metric = "two_qubit_gate_error"; value = "1 %"; conditions = {gate_time = "20 ns"}
metric = "xeb_fidelity"; value = 0.9
metric = "xeb_fidelity"; value = 0.9; conditions = {depth = 8}; scope = {qubits = [0]}
metric = "xeb_fidelity"; value = 0.9; conditions = {depth = 8}; scope = {qubits = [0, 2, 4]}
metric = "mirror_polarization"; value = 0.00001; conditions = {depth = 4}
metric = "circuit_fidelity"; value = 0.9
metric = "circuit_fidelity"; value = 0.9; conditions = {circuit = "absent.qasm"}
""".strip().splitlines()
# Other spellings, each told back as it was understood.
SPELLED = """
metric = "two-qubit gate fidelity"; value = "99.4(1) %"; convention = "unstated"
metric = "SPAM"; value = "0.1 % to 0.3 %"
metric = "t2"; value = "30 microseconds"
metric = "eplg"; value = "1.2 %"; convention = "process infidelity"
metric = "readout_error"; value = "3 %"; scope = "all qubits"; relation = "<="
metric = "readout_error"; value = "3 %"; scope = "0-2"
metric = "readout_error"; value = "2 x c1"
metric = "t1"; value = "50 us"; convention = "unstated"
""".strip().splitlines()
# The words that no English sentence does without; none is a word of Vietnamese as it is spelt.
VALUES = {"time": "5 us", "rate": "1 kHz", "probability": "5 %"}
ENGLISH = re.compile(r"\b(?:the|of|is|are|which|that|not|by|with|for|and|its)\b")


def sheet_of(lines):
    tables = []
    for place, line in enumerate(lines):
        convention = ""
        if "gate_error" in line and "convention" not in line:
            convention = 'convention = "average_gate_infidelity"\n'
        keys = re.sub(r"; (?=\w+ =)", "\n", line)
        tables.append(f'[[claim]]\nid = "c{place}"\n{convention}{keys}\n')
    return HEAD + "".join(tables)


def left_in_english(speaker, sentences):
    """Give what a language is told without a code, or says in English words."""
    found = []
    for one in sentences:
        page = str(speaker.markup(one))
        words = re.sub(r"<bdi>.*?</bdi>|<[^>]+>|&\w+;", " ", page)
        if not isinstance(one, Sentence) or 'lang="en"' in page or ENGLISH.search(words):
            found.append(str(one))
    return found


@pytest.fixture(scope="module")
def device():
    return read_machine(MACHINE.encode(), "five.toml").description


@pytest.mark.parametrize("language", OTHERS)
def test_every_reason_for_not_testing_is_said_in_every_language(device, language):
    sheet = parse_claim_sheet(sheet_of(UNTESTED).encode(), "s")
    plan = make_plan(sheet, device, bytes(32), Options(), "test")
    assert {one.claim for one in plan.untested} == {one.id for one in sheet.claims}
    reasons = [one.reason for one in plan.untested]
    assert len({one.code for one in reasons}) >= 15
    assert left_in_english(speaker_of(language), reasons) == []


@pytest.mark.parametrize("language", OTHERS)
def test_what_a_sheet_was_read_as_is_said_in_every_language(device, language):
    sheet = parse_claim_sheet(sheet_of(SPELLED).encode(), "s")
    assert sum(bool(one.read_as) for one in sheet.claims) >= 7
    told = [one.sentence for one in findings(sheet, device.durations, broken_words(device))]
    assert any(one.code == "finding.understood" for one in told)
    assert left_in_english(speaker_of(language), told) == []


@pytest.mark.parametrize("language", OTHERS)
def test_why_no_clock_settles_a_claim_is_said_in_every_language(device, language):
    claims = "".join(
        f'[[claim]]\nid = "{name}"\nkind = "operations"\nmetric = "{name}"\n'
        f'value = "{VALUES[row.dimension]}"\n'
        for name, row in OPERATIONS.items()
    )
    clops = '[[claim]]\nid = "v"\nkind = "operations"\nmetric = "clops_v"\nvalue = 1000\n'
    sheet = parse_claim_sheet((HEAD + claims + clops).encode(), "s")
    whys = [why for one in sheet.operations if (why := untimed(one, device)) is not None]
    assert len(whys) >= 2
    told = [*whys, *(x for one in sheet.operations for x in one.read_as)]
    assert left_in_english(speaker_of(language), told) == []


@pytest.fixture(scope="module")
def audit(tmp_path_factory):
    """A run of one claim, beside all that is not tested and a time by the clock."""
    folder = tmp_path_factory.mktemp("odd")
    timed = '[[claim]]\nid = "w"\nkind = "operations"\nmetric = "waiting_time"\nvalue = "5 s"\n'
    read = '[[claim]]\nid = "r"\nmetric = "SPAM"\nvalue = "9 %"\nscope = "0-2"\n'
    (folder / "sheet.toml").write_text(sheet_of(UNTESTED[:-1]) + read + timed, encoding="utf-8")
    (folder / "five.toml").write_text(MACHINE, encoding="utf-8")
    done = qassay.run(folder / "sheet.toml", str(folder / "five.toml"), seed=3, out=folder / "o")
    found = audit_bundle(done.bundle)
    assert found.failure is None
    return found


@pytest.mark.parametrize("language", OTHERS)
def test_a_whole_page_of_a_sealed_run_has_no_english_sentence(audit, language):
    """The sealed reasons are texts: the page finds what they say in sheet and plan."""
    facts = facts_of(audit.bundle, audit.analysis.plan, "odd.qassay.zip")
    page = render_translated(audit.analysis, facts, speaker_of(language), "0" * 64)
    assert 'span lang="en"' not in page
    quoted = r"<style>.*?</style>|<bdi>.*?</bdi>|<code.*?</code>|<title>.*?</title>|<[^>]+>"
    words = re.sub(quoted, " ", page, flags=re.DOTALL)
    assert ENGLISH.search(words) is None, words[ENGLISH.search(words).start() - 60 :][:160]
