"""Facts in other languages: digits, units, dates, plurals, and what stays as it is."""

import copy
import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kit.examples import examples

from qassay.canonical import canonical_bytes
from qassay.errors import UsageError
from qassay.languages.english import named, places_of, said
from qassay.languages.files import LANGUAGES, sentences_of
from qassay.languages.sentence import DayFact, Figures, Sentence, quantity_fact
from qassay.languages.speaker import speaker_of

RU, AR, VI = (speaker_of(language) for language in ("ru", "ar", "vi"))


def test_numbers_keep_their_digits_and_take_the_signs_of_the_language():
    one = Figures(number="12\u202f345.60", unit="%")
    assert RU.figures(one) == "12\u00a0345,60\u00a0%"
    assert VI.figures(one) == "12.345,60%"
    assert AR.figures(one) == "١٢٬٣٤٥٫٦٠٪"


@pytest.mark.parametrize(
    ("unit", "russian", "arabic", "vietnamese"),
    [
        ("s", "30\u00a0с", "٣٠\u00a0ث", "30\u00a0s"),
        ("µs", "30\u00a0мкс", "٣٠\u00a0ميكرو\u00a0ث", "30\u00a0µs"),
        ("kHz", "30\u00a0кГц", "٣٠\u00a0ك\u00a0هرتز", "30\u00a0kHz"),
        ("qubits", "30\u00a0кубитов", "٣٠\u00a0كيوبت", "30\u00a0qubit"),
    ],
)
def test_units_are_those_of_the_language(unit, russian, arabic, vietnamese):
    told = [one.figures(Figures(number="30", unit=unit)) for one in (RU, AR, VI)]
    assert told == [russian, arabic, vietnamese]


def test_whole_numbers_are_in_the_digits_of_the_language():
    assert [one.whole(12345) for one in (RU, AR, VI)] == ["12\u00a0345", "١٢٬٣٤٥", "12.345"]
    assert AR.say(said("count.claims", n=3)) == "٣ إعلانات"


def test_dates_are_as_exact_as_they_were():
    assert [RU.day(iso) for iso in ("2024", "2024-12", "2024-12-19")] == [
        "2024",
        "декабрь 2024\u202fг.",
        "19 декабря 2024\u202fг.",
    ]
    assert AR.day("2024-12-19") == "١٩ ديسمبر ٢٠٢٤"
    assert VI.day("2024-12-19") == "19 tháng 12, 2024"
    assert speaker_of("en").day("2024-12-19") == "2024-12-19"
    ended = RU.say(said("registry.as_of", day=DayFact(iso="2024-12-19")))
    assert ended.endswith("2024\u202fг.")  # its stop is that of the sentence
    assert not ended.endswith("..")


@pytest.mark.parametrize(
    ("number", "russian"),
    [(1, "1 заявление"), (3, "3 заявления"), (11, "11 заявлений"), (21, "21 заявление")],
)
def test_the_number_decides_the_grammar(number, russian):
    assert RU.say(said("count.claims", n=number)) == russian


def test_a_sentence_inside_another_is_translated_with_it():
    claim = said("relation.at_most", value=quantity_fact("0.5 %"))
    told = said("verdict.open", claim=claim, limit=quantity_fact("0.625 %"))
    assert RU.say(told).startswith("данные не исключают ни заявленного (не более 0,5\u00a0%)")
    assert str(told).startswith("the data exclude neither the claim (at most 0.5 %) nor its limit")


def test_english_is_a_text_like_any_other():
    told = said("short.further", n=3, outcome=said("outcome.refuted"))
    assert told == "3 further claims: refuted."
    assert canonical_bytes({"reason": told}) == b'{"reason":"3 further claims: refuted."}'
    assert copy.deepcopy(told) is told
    again = pickle.loads(pickle.dumps(told))  # noqa: S301 - our own bytes
    assert (again, again.code, dict(again.facts)) == (told, told.code, dict(told.facts))
    assert type(str(told)) is str


@settings(max_examples=examples(100), deadline=None)
@given(st.text(max_size=40))
def test_a_name_from_outside_is_escaped_and_stands_apart(name):
    told = said("registry.read_in", place=name)
    for speaker in (RU, AR, VI):
        page = str(speaker.markup(told))
        assert page.count("<") == page.count("<bdi>") + page.count("</bdi>") == 2
        assert str(speaker.markup(Sentence("x", "no.such.code", {}))).startswith('<span lang="en"')


def test_markup_in_a_name_is_text():
    told = said("registry.read_in", place="<script>alert(1)</script>")
    for language in LANGUAGES:
        assert "<script" not in speaker_of(language).markup(told)


def test_what_has_no_code_is_given_as_it_is_and_marked_as_english():
    assert RU.say("a plain reason") == "a plain reason"
    assert RU.markup("a <b>") == '<span lang="en" dir="ltr">a &lt;b&gt;</span>'
    assert not RU.knows("a plain reason")
    assert RU.knows(named("metric.t1", "Relaxation time T1"))


def test_every_sentence_can_be_said_in_every_language():
    for code, entry in sentences_of("en").items():
        places = {} if isinstance(entry, str) else {entry["by"]: 3}
        facts = {name: Figures(number="1.5", unit="%") for name in places_of(entry)} | places
        told = said(code, **facts)
        for language in LANGUAGES:
            text = speaker_of(language).say(told)
            assert text
            assert "{" not in text


def test_direction_and_an_unknown_language():
    assert (AR.direction, RU.direction) == ("rtl", "ltr")
    with pytest.raises(UsageError, match="--lang"):
        speaker_of("xx")
    assert DayFact(iso="2024").iso == "2024"
