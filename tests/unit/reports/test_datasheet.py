"""The page as a whole: what must be on it, and what must never be."""

import hashlib
import os
import pickle
import re
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise

import pytest

from qassay.claims.claim import Claim
from qassay.claims.finding import Finding
from qassay.planning.options import Options
from qassay.reports import render_datasheet
from qassay.reports.sections.method import method_of
from qassay.reports.sections.trust import UNDETECTABLE

RUN = """
import hashlib, pickle, sys
from qassay.reports import render_datasheet
analysis, facts = pickle.load(open(sys.argv[1], "rb"))
print(hashlib.sha256(render_datasheet(analysis, facts).encode()).hexdigest())
assert "matplotlib" not in sys.modules, "its next version would draw other bytes"
"""


@pytest.fixture(params=[pytest.param("ions", marks=pytest.mark.slow), "grid"])
def page(request):
    return request.getfixturevalue(f"{request.param}_page")


def test_nothing_is_loaded_and_nothing_runs(page, take_apart):
    parsed = take_apart(page)
    for tag, attrs in parsed.elements:
        assert tag not in {"script", "iframe", "object", "embed", "link", "base", "form", "img"}
        for name, value in attrs.items():
            assert not name.startswith("on"), (tag, name)
            if name in {"href", "src", "xlink:href", "srcset", "action"}:
                assert value.startswith("#"), (tag, value)
    policy = [x["content"] for x in parsed.all("meta") if "http-equiv" in x]
    assert policy == ["default-src 'none'; style-src 'unsafe-inline'; img-src data:"]
    assert "@import" not in page
    assert all(url.startswith("#") for url in re.findall(r"url\(['\"]?([^)]*)", page))


def test_the_markup_is_sound(page, take_apart):
    parsed = take_apart(page)
    assert parsed.wrong == []
    assert len(parsed.ids) == len(set(parsed.ids))
    wanted = {x["href"][1:] for x in parsed.all("a")}
    for _, attrs in parsed.elements:
        wanted |= set(attrs.get("aria-labelledby", "").split())
        wanted |= set(re.findall(r"url\(#([^)]*)\)", str(attrs)))
    assert wanted <= set(parsed.ids)


def test_it_can_be_read_without_eyes(page, take_apart):
    parsed = take_apart(page)
    assert parsed.all("html")[0]["lang"] == "en"
    assert len(parsed.all("h1")) == 1
    levels = [int(tag[1]) for tag, _ in parsed.elements if re.fullmatch("h[1-6]", tag)]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert all("scope" in attrs for attrs in parsed.all("th"))
    for attrs in parsed.all("svg"):
        assert attrs.get("role") == "img" or attrs.get("aria-hidden") == "true"
    drawn = [x for x in parsed.all("svg") if x.get("role") == "img"]
    assert len(parsed.all("desc")) == len(drawn) > 20


def test_every_claim_has_a_verdict_and_a_section(page, take_apart, nine_claims, ions, grid):
    parsed = take_apart(page)
    for number, claim in enumerate(nine_claims, start=1):
        assert f"claim-{number}" in parsed.ids
        assert f"· {claim.id} " in parsed.seen
    analysis = ions if "all-to-all" in page or "every other" in page else grid
    rows = re.findall(r'<td class="outcome".*?class="chip ([a-z-]+)"', page, flags=re.S)
    assert rows == [verdict.outcome.replace(" ", "-") for verdict in analysis.verdicts]


def test_a_simulator_is_named_first_and_on_every_page(ions_page, take_apart):
    running = ions_page.index('<div class="running">')
    banner = ions_page.index('class="banner"')
    assert running < banner < ions_page.index('class="verdicts"')
    text = take_apart(ions_page).seen
    assert text.index("no quantum hardware was tested (virtual:prototype-50)") < 250
    assert "table-header-group" in ions_page.split("@media print")[1]


def test_hardware_has_no_simulation_banner(make_analysis, make_device, make_facts, take_apart):
    one = (Claim(id="t1", metric="t1", relation="at least", value=1e-4, stated="100 us"),)
    device = make_device("line", qubits=8, name="real-8", simulator=False)
    analysis = make_analysis(one, device)
    text = take_apart(render_datasheet(analysis, make_facts(analysis.plan, notes=()))).seen
    assert "imulation" not in text.replace("with a simulator reports", "")
    assert "qassay, test report: real-8" in text


def test_the_reader_learns_what_no_test_can_see_and_how_to_check(ions_page, take_apart, ions):
    text = take_apart(ions_page).seen
    for name, words in UNDETECTABLE:
        assert f"{name} : {words}" in text
    assert "qassay audit prototype-50.zip" in text
    assert ions.plan.id in text
    assert "No verdict says how probable it is that a claim is true." in text
    assert "probability that the claim is true" not in text
    for promise in ("accredited by", "certified"):
        assert promise not in text


def test_no_number_is_nan_or_infinite(page, take_apart):
    text = take_apart(page).seen
    assert re.search(r"\b(nan|inf)\b", text, flags=re.I) is None
    assert re.search(r"\b(None|True|False)\b", text.replace("None of", "")) is None
    assert not re.search(r"[dxy]=\"[^\"]*(nan|inf)", page)


def test_fifty_qubits_fit_into_a_small_file(ions_page):
    assert len(ions_page.encode()) < 1_000_000


def test_the_same_run_gives_the_same_bytes(grid, make_facts, grid_page, tmp_path):
    facts = make_facts(grid.plan)
    saved = tmp_path / "run.pickle"
    saved.write_bytes(pickle.dumps((grid, facts)))
    other = {**os.environ, "PYTHONHASHSEED": "4711"}
    command = [sys.executable, "-c", RUN, str(saved)]
    found = subprocess.run(command, env=other, capture_output=True, text=True, check=True).stdout
    assert found.strip() == hashlib.sha256(grid_page.encode()).hexdigest()


HOSTILE = "<script>alert(1)</script>\"'&{{ 7*7 }}<svg onload=x>\u202e</style></title>"


def test_a_hostile_sheet_stays_text(grid, make_facts, take_apart):
    sheet = grid.plan.sheet
    bad = replace(
        sheet,
        title=HOSTILE,
        vendor=HOSTILE,
        machine=HOSTILE,
        notes=(HOSTILE,),
        source=replace(sheet.source, title=HOSTILE, url="javascript:alert(1)"),
        claims=tuple(
            replace(claim, stated=HOSTILE, conditions=((HOSTILE, HOSTILE),))
            for claim in sheet.claims
        ),
    )
    device = replace(grid.plan.device, name=HOSTILE, connectivity=HOSTILE)
    analysis = replace(grid, plan=replace(grid.plan, sheet=bad, device=device))
    remark = Finding(rule="x", severity="note", claims=(), sentence=HOSTILE)
    facts = make_facts(
        grid.plan,
        failures=(HOSTILE,),
        notes=(HOSTILE,),
        findings=(remark,),
        software=HOSTILE,
        bundle_name=HOSTILE,
        source=HOSTILE,
    )
    page = render_datasheet(analysis, facts)
    test_nothing_is_loaded_and_nothing_runs(page, take_apart)
    test_the_markup_is_sound(page, take_apart)
    assert "\u202e" not in page
    assert "[U+202E]" in page
    assert "{{ 7*7 }}" in take_apart(page).seen
    assert "javascript:alert(1)" in take_apart(page).seen  # as a text, not as a link


def test_a_run_without_any_counts_says_so(ions, make_analysis, make_facts, nine_claims, take_apart):
    lost = tuple(x.id for x in ions.plan.experiments)
    analysis = make_analysis(lost=lost)
    facts = make_facts(
        analysis.plan,
        shots=0,
        circuits=0,
        device_seconds=0.0,
        failures=("batch readout/0000 was lost",),
    )
    page = render_datasheet(analysis, facts)
    text = take_apart(page).seen
    assert "Batch readout/0000 was lost." in text
    assert f"No counts came back from {len(lost)} experiments" in text
    assert text.count("no information") >= len(nine_claims)
    assert take_apart(page).wrong == []


def test_one_lost_experiment_is_named(make_analysis, make_facts, make_device, take_apart):
    device = make_device("ring", qubits=6)
    some = tuple(
        Claim(id=name, metric=name, relation="at least", value=1.0, stated="1 s")
        for name in ("t1", "t2_echo")
    )
    analysis = make_analysis(some, device, lost=("t2_echo",))
    text = take_apart(render_datasheet(analysis, make_facts(analysis.plan))).seen
    assert "No counts came back from 1 experiment: t2_echo." in text
    assert 'Claim "t2_echo" was not tested' in text


def test_nothing_to_test_at_all(make_analysis, make_facts, take_apart):
    only = (Claim(id="i", metric="memory_error", relation="at most", value=0.5, stated="0.5"),)
    analysis = make_analysis(only)
    text = take_apart(render_datasheet(analysis, make_facts(analysis.plan))).seen
    assert "On the simulator: the claim was not tested." in text
    assert "no protocol" in text


@pytest.mark.parametrize(
    ("multiplicity", "words"),
    [
        ("fdr", "the share of misleading verdicts among those given is expected to be at most 5 %"),
        ("family-wise", "the probability that any verdict misleads is at most 5 %"),
        (
            "none",
            "over the 8 claims tested here, at worst 0.4 misleading verdicts are to be expected",
        ),
    ],
)
def test_the_promise_over_many_claims_is_the_plan_s(grid, multiplicity, words):
    method = method_of(replace(grid, plan=replace(grid.plan, multiplicity=multiplicity)))
    assert words in method.together.replace("\u00a0", " ")


def test_the_guarded_rule_is_told(make_analysis, make_facts, make_device, take_apart):
    one = (Claim(id="t1", metric="t1", relation="at least", value=100.0, stated="100 s"),)
    analysis = make_analysis(one, make_device("line", qubits=4), options=Options(rule="guarded"))
    text = take_apart(render_datasheet(analysis, make_facts(analysis.plan))).seen
    assert "The guarded rule is in force" in text
    assert "100 s (the claim itself)" in text


def test_published_counts_are_told_from_a_run(grid, make_facts, take_apart):
    device = replace(grid.plan.device, simulator=False)
    analysis = replace(grid, plan=replace(grid.plan, device=device))
    facts = make_facts(grid.plan, kind="import", seed=None, source="quantinuum: SPAM.json")
    text = take_apart(render_datasheet(analysis, facts)).seen
    assert "The counts were taken and published by others." in text
    assert "quantinuum: SPAM.json" in text
    assert "fixed before the first shot" not in text
    assert "draw every circuit again" not in text
