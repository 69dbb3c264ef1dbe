"""Every language says everything: same codes, same places, every plural form, every name."""

import re

import pytest
from babel import Locale

from qassay.applications.catalog import APPLICATIONS
from qassay.claims.metrics import METRICS
from qassay.claims.operations import OPERATIONS
from qassay.claims.questions import ASKS
from qassay.languages.english import places_of
from qassay.languages.files import LANGUAGES, sentences_of
from qassay.protocols.accrediting.bounds import ASSUMED
from qassay.registry.catalog import all_registered
from qassay.registry.notes import note_code, notes_of
from qassay.registry.vocabulary import FIGURE_KINDS, GROUPS, LADDER, STATISTICS
from qassay.verdicts.application_words import TIERS

WORDS = ("title", "question", "merit", "repair", "truth")


def is_prose(text):
    """What has words: neither a figure, nor a name, nor a reference alone."""
    return re.search(r"[a-z]{2}", text) and text != "arXiv:2412.11924; PRL 134, 090601 (2025)"


NAMES = {
    *(f"metric.{name}" for name in METRICS),
    *(f"plain.{name}" for name in METRICS),
    *(f"figure.{name}" for name in FIGURE_KINDS),
    *(f"group.{name}" for name in GROUPS),
    *(f"rung.{name}" for name in LADDER),
    *(f"operation.{name}" for name in OPERATIONS),
    *(f"read.remark_{name}" for name, metric in METRICS.items() if metric.remark),
    *(f"statistic.{name.replace(' ', '_')}" for name in STATISTICS),
    *(f"ask.{name}" for name in ASKS),
    *(f"answer.accreditation.assumed_{name}" for name in ASSUMED),
    *(f"app.{name.replace('-', '_')}.{part}" for name in APPLICATIONS for part in WORDS),
    *(f"field.{one.words.field}" for one in APPLICATIONS.values()),
    *(note_code(text) for one in all_registered() for text in notes_of(one) if is_prose(text)),
    *(f"tier.{place}" for place in range(len(TIERS))),
    *(f"unit.{one.words.unit}" for one in APPLICATIONS.values() if one.words.unit not in ("", "$")),
    *(f"unit.{one.unit}" for one in FIGURE_KINDS.values() if one.unit),
}
OTHERS = sorted(set(LANGUAGES) - {"en"})


@pytest.mark.parametrize("language", OTHERS)
def test_no_sentence_is_missing_and_none_is_left_over(language):
    theirs = {code for code in sentences_of(language) if not code.startswith("unit.")}
    names = {code for code in NAMES if not code.startswith("unit.")}
    assert theirs == set(sentences_of("en")) | names
    assert {code for code in NAMES if code.startswith("unit.")} <= set(sentences_of(language))


@pytest.mark.parametrize("language", OTHERS)
def test_a_sentence_has_the_places_of_the_english_one(language):
    english = sentences_of("en")
    for code, entry in sentences_of(language).items():
        if code in english:
            assert places_of(entry) == places_of(english[code]), code
        elif code.startswith("unit."):
            assert places_of(entry) == {"n"}, code
        else:
            assert not places_of(entry), code


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_a_table_has_every_form_that_whole_numbers_ask_for(language):
    locale = Locale.parse({"ar": "ar_EG"}.get(language, language))
    needed = {locale.plural_form(number) for number in range(1000)}
    for code, entry in sentences_of(language).items():
        if isinstance(entry, str):
            continue
        forms = set(entry) - {"by"}
        assert needed <= forms, f"{code}: {needed - forms}"
        places = [places_of(text) - {entry["by"]} for key, text in entry.items() if key != "by"]
        assert all(one == places[0] for one in places), code


@pytest.mark.parametrize("language", OTHERS)
def test_no_sentence_was_left_in_english(language):
    """Names of quantities that are the same everywhere apart, no text may be the English one."""
    english = sentences_of("en")
    same = {
        code
        for code, entry in sentences_of(language).items()
        if code in english and entry == english[code]
    }
    alike = """number.alone number.range number.at_most list.pair list.semicolon meaning.sample
        lost.row headline.mixed over.defined short.found short.found_owed short.found_on
        short.found_on_owed short.gates_between page.target absence.with_detail
        registry.band table.claim table.sign_at_most table.sign_at_least table.declared
        table.both table.times audited.party audited.end audited.amended list.all
        untested.wider_delta answer.both read.by_definition head.t1 head.t2 head.one_qubit
        head.two_qubit application.behind application.tier far.also far.whole rate.of
        answer.figure.within"""
    assert same <= set(alike.split())
