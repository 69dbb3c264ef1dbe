"""The registry's pages in four languages, and verdicts beside claims on a machine's page."""

import re
from datetime import date

import pytest
from tests.unit.reports.test_translated import bundle  # noqa: F401  a small run

from qassay.auditing.audit import audit_bundle
from qassay.languages.files import LANGUAGES
from qassay.registry.catalog import registered
from qassay.site.build import site_files
from qassay.site.measured_lines import MeasuredLines, verdict_lines

DAY = date(2026, 11, 22)
PAGE = "machines/ru-msu-rqc-rb-50.html"
HEADS = {"en": "Came later", "ru": "Появилось позже", "ar": "جاء لاحقًا", "vi": "Có sau đó"}


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_a_machine_page_speaks_its_language(language):
    files = site_files([registered("ru-msu-rqc-rb-50")], DAY, language=language)
    for path in ("index.html", PAGE):
        page = files[path].decode()
        assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">' in page
        assert "<script" not in page
    page = files[PAGE].decode()
    assert f'<h2 id="later">{HEADS[language]}</h2>' in page
    if language != "en":
        words = re.sub(r"<style>.*?</style>|<span lang=.*?</span>|<[^>]+>", " ", page, flags=re.S)
        assert "convention unstated" not in words
        assert "never published" not in words
        assert "No figure" not in words
        assert "said in an interview" not in page  # nor a note, under a mark of English
        assert "neutral atoms" not in page


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_markup_of_a_page_is_text_in_every_language(hostile, language):
    files = site_files([hostile], DAY, language=language)
    for path, data in files.items():
        if path.endswith(".html"):
            assert b"<script" not in data
            assert b"<img" not in data


def test_verdicts_stand_beside_claims_with_who_verified_them(bundle):  # noqa: F811
    audit = audit_bundle(bundle)
    lines = MeasuredLines(
        day="2026-11-20",
        trust="T0",
        verified="audited here: nobody signed the counts",
        file=bundle.name,
        link=f"../data/{bundle.name}",
        rows=verdict_lines(audit.analysis.plan.sheet.claims, audit.analysis.verdicts),
    )
    machine = registered("ru-msu-rqc-rb-50")
    files = site_files([machine], DAY, measured={machine.id: [lines]})
    page = files[PAGE].decode()
    part = page[page.index('id="measured"') : page.index('id="missing"')]
    assert "2026-11-20: T0" in part
    assert "nobody signed the counts" in part
    assert part.count('class="chip supported"') >= 1
    assert part.count('class="chip refuted"') == 1
    assert "at most 0.1" in part
    assert 'id="measured"' not in site_files([machine], DAY)[PAGE].decode()
