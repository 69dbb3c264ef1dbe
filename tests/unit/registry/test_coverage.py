"""How many figures get a true answer: nothing is lost, nothing counts that is none."""

import pytest

from qassay.registry.coverage import (
    TRUE_ANSWERS,
    by_need,
    figure_answers,
    share_true,
    statement_answers,
)


@pytest.fixture(scope="module")
def figures():
    return {(one.subject, one.figure): one for one in figure_answers()}


def test_every_collected_figure_and_statement_has_an_answer(figures):
    assert len(figures) == 368
    statements = statement_answers()
    assert len(statements) == 81
    table = by_need((*figures.values(), *statements))
    assert sum(sum(row.values()) for row in table.values()) == 368 + 81


def test_what_qassay_cannot_test_yet_is_no_true_answer(figures):
    assert "not yet" not in TRUE_ANSWERS
    assert figures["ionq-tempo", "f1"].answer == "not yet"  # algorithmic qubits
    assert figures["ibm-heron-r2", "f11"].need == "best chain"


def test_verdicts_and_refusals_are_told_apart(figures):
    assert figures["ibm-heron-r2", "f4"].answer == "verdict"  # T1, a median
    assert figures["ru-msu-rqc-rb-50", "f2"].answer == "verdict under a reading"
    assert figures["google-willow", "f6"].answer == "verdict under a reading"  # T2 by CPMG
    assert figures["google-sycamore", "f5"].answer == "refusal"  # a size without a fidelity
    assert figures["infleqtion-sqale", "f2"].answer == "refusal"  # after post-selection
    assert figures["ibm-heron-r2", "f10"].answer == "verdict"  # CLOPS, by the clock
    assert figures["ibm-heron-r2", "f8"].answer == "inspection"  # a readout time
    assert figures["iqm-garnet", "f4"].answer == "refusal"  # CLOPS of another definition
    assert figures["quera-aquila", "f0"].answer == "refusal"  # an analog machine
    assert figures["quantinuum-h1-1", "f7"].answer == "refusal"  # an emulator


def test_the_share_is_of_all(figures):
    answers = [one.answer for one in figures.values()]
    wanted = 1 - answers.count("not yet") / 368
    assert share_true(figures.values()) == pytest.approx(wanted)
