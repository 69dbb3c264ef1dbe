"""The page of `qassay apply` in other languages: score, tier, control, distance, prediction."""

import re

import pytest
from tests.unit.applications.ideal_device import IdealDevice

from qassay.applications.catalog import APPLICATIONS, STANDARD
from qassay.applying.application_run import apply
from qassay.applying.preparing import Wish
from qassay.auditing.audit import audit_bundle
from qassay.claims.claim_file import parse_claim_sheet
from qassay.languages.english import said
from qassay.languages.files import LANGUAGES
from qassay.languages.sentence import Sentence
from qassay.languages.speaker import speaker_of
from qassay.reports.bundle_facts import facts_of
from qassay.reports.datasheet import render_datasheet
from qassay.reports.translated import render_translated
from qassay.verdicts.application_words import (
    TIERS,
    against_claims,
    claims_words,
    noise_rates,
    rate_words,
    spoken,
    tier_words,
)

OTHERS = sorted(set(LANGUAGES) - {"en"})
# What the data are called stays as their owners call it, and is marked as English.
QUOTED = r"<style>.*?</style>|<bdi>.*?</bdi>|<code.*?</code>|<span lang=.*?</span>|<[^>]+>"
ENGLISH = re.compile(r"\b(?:the|of|is|are|which|that|not|by|with|for|and|its)\b")


@pytest.fixture(scope="module")
def audit(tmp_path_factory):
    folder = tmp_path_factory.mktemp("apply")
    wish = Wish(application="grid-section", instance="case118/8", depths=(1,), shots=240)
    applied = apply(wish, IdealDevice(8), out=folder, seed=3)
    found = audit_bundle(applied.run.bundle)
    assert found.failure is None
    return found


def page_in(language, audit):
    facts = facts_of(audit.bundle, audit.analysis.plan, "x.qassay.zip")
    return render_translated(audit.analysis, facts, speaker_of(language), "0" * 64)


@pytest.mark.parametrize("language", OTHERS)
def test_the_results_are_told_in_every_language(audit, language):
    page = page_in(language, audit)
    assert page.count("<table>") == 2  # scores by depth, and beside random strings
    words = re.sub(QUOTED, " ", page, flags=re.DOTALL)
    assert ENGLISH.search(words) is None, words[ENGLISH.search(words).start() - 60 :][:160]
    for code in ("how_far", "same_treatment", "head_tier", "random_row"):
        assert speaker_of(language).say(said(f"application.{code}")) in page


def test_the_english_page_says_the_same_as_the_codes(audit):
    facts = facts_of(audit.bundle, audit.analysis.plan, "x.qassay.zip")
    page = render_datasheet(audit.analysis, facts)
    assert "On a scale from 0 (coin tossing) to 1 (the best answer) the machine reaches" in page
    assert "Random strings get the same." in page


@pytest.mark.parametrize("language", OTHERS)
def test_predictions_are_recognised(language):
    """They are sealed as texts: what `predicting` writes is found again in other languages."""
    from qassay.reports.claimed_rates import assumed, claimed_rates

    sheet = parse_claim_sheet(
        b'[sheet]\ntitle = "s"\nvendor = "v"\nmachine = "m"\n[[claim]]\nid = "q"\n'
        b'metric = "two_qubit_gate_error"\nconvention = "average_gate_infidelity"\n'
        b'value = "1 %"\nstatistic = "median"\nscope = {pairs = [[0, 1]]}\n',
        "s",
    )
    beyond = (*assumed(sheet, claimed_rates(sheet)), str(said("assumed.times")))
    assert len(beyond) == 4
    told = against_claims(below=True, assumed=beyond)
    claims = claims_words(", ".join(f"{rate_words(one)} 0.5 %" for one in noise_rates()))
    for one in (told, claims, against_claims(below=True, assumed=()), tier_words(2)):
        assert isinstance(one, Sentence)
        assert 'lang="en"' not in speaker_of(language).markup(one)
        words = re.sub(r"<bdi>.*?</bdi>", "", str(speaker_of(language).markup(one)))
        assert ENGLISH.search(words) is None
    assert str(told).count(";") == 3
    assert claims_words("something else 3 %") == "something else 3 %"


def test_a_time_is_told_in_the_unit_that_people_use():
    told = [str(spoken(one)) for one in (0.0123, 5.0, 7000.0, 4e5, 1e9)]
    assert told == ["12 ms", "5 s", "120 min", "4.6 days", "32 years"]
    assert speaker_of("ru").fact(spoken(8000.0)) == "2,2\u00a0ч"
    assert len(TIERS) == 5
    assert set(APPLICATIONS) >= set(STANDARD)
