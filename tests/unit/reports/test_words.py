import pytest

from qassay.claims.claim import Claim, Scope
from qassay.reports.text import listed, sentence, visible
from qassay.reports.words import claimed, population, qualifiers, summary

S, R, I, N = "supported", "refuted", "inconclusive", "not tested"


@pytest.mark.parametrize(
    ("outcomes", "text"),
    [
        (
            [S] * 4 + [R] * 3 + [I] + [N],
            "4 of 9 claims are supported, 3 are refuted, 1 is inconclusive and 1 was not tested.",
        ),
        ([S, N], "1 of 2 claims is supported and 1 was not tested."),
        ([R, R], "All 2 claims are refuted."),
        ([S], "The claim is supported."),
        ([N], "The claim was not tested."),
        ([N, N], "None of 2 claims was tested."),
        ([], "The sheet holds no claim."),
    ],
)
def test_the_summary_is_one_plain_sentence(outcomes, text):
    assert summary(outcomes) == text


def claim(**changes):
    fields = {
        "id": "c",
        "metric": "two_qubit_gate_error",
        "relation": "at most",
        "value": 0.005,
        "stated": "0.5 %",
        "convention": "average_gate_infidelity",
    }
    return Claim(**{**fields, **changes})


def test_a_claim_says_over_what_and_by_which_definition(make_device):
    ions, grid = make_device(), make_device("grid:5x10")
    assert population(claim(), ions) == "mean over all 1225 pairs"
    assert population(claim(statistic="every"), grid) == "each of all 85 pairs"
    assert population(claim(), ions, 25) == "mean over all 1225 pairs, 25 measured"
    named = claim(scope=Scope(pairs=((0, 1), (2, 3))))
    assert population(named, ions) == "mean over the named 2 pairs"
    assert qualifiers(claim(), grid) == "mean over all 85 pairs; average gate infidelity"
    assert claimed(claim(stated="15 us")) == "at most 15 µs"


def test_characters_that_deceive_the_eye_are_made_visible():
    assert visible("paid\u202e%5.0\u202c") == "paid[U+202E]%5.0[U+202C]"
    assert visible("a\x00b\x1b[2J") == "a[U+0000]b[U+001B][2J"
    assert visible("zero\u200bwidth\ufeff") == "zero[U+200B]width[U+FEFF]"
    assert visible("lone \ud800") == "lone [U+D800]"
    assert visible("line\nbreak\u2028here") == "line break[U+2028]here"
    assert visible("e" + "\u0301" * 50) == "e" + "\u0301" * 4
    assert visible("ядерный می\u200cخواهم µ−²") == "ядерный می\u200cخواهم µ−²"
    assert visible(12) == 12


def test_small_words():
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert sentence("the data say so") == "The data say so."
    assert not sentence("  ")
