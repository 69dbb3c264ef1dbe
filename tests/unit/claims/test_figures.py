"""Questions that ask for a figure: how they are read, and every mistake with its place."""

import pytest

from qassay.claims.claim_file import parse_claim_sheet
from qassay.claims.figures import FIGURES, is_sound, wanted_figures
from qassay.claims.questions import Question
from qassay.claims.rows.asked import FIGURE
from qassay.errors import ClaimError

HEAD = '[sheet]\ntitle = "T"\nvendor = "V"\nmachine = "M"\n'
GATE = 'metric = "two_qubit_gate_error"\nconvention = "average_gate_infidelity"\n'


def asked(*tables):
    text = "".join(f'[[question]]\nask = "figure"\n{table}\n' for table in tables)
    return parse_claim_sheet((HEAD + text).encode(), "s.toml")


def test_a_figure_is_the_claim_that_plans_it():
    sheet = asked(
        f'id = "two"\nnear = "1 %"\n{GATE}',
        'id = "c"\nmetric = "crosstalk"\nconvention = "average_gate_infidelity"\nnear = 0.005\n'
        'precision = 0.25\nrelative_to = "two"\nscope = {pairs = [[1, 0], [2, 3]]}',
        'id = "t"\nmetric = "t1"\nnear = "80 us"\nscope = "0-2"',
    )
    two, crosstalk, t1 = wanted_figures(sheet.questions)
    assert (two.claim.value, two.claim.delta, two.precision) == (0.01, 0.2, 0.2)
    assert two.relative_to == "two"
    # A quarter of the two-qubit error is half of the crosstalk that is planned with.
    assert (crosstalk.relative_to, crosstalk.claim.delta) == ("two", 0.5)
    assert crosstalk.claim.scope.pairs == ((0, 1), (2, 3))
    assert t1.claim.relation == "at least"
    assert t1.claim.value == pytest.approx(80e-6)
    assert t1.claim.scope.qubits == (0, 1, 2)


MISTAKES = {
    "no metric": ('near = "1 %"', "metric: found nothing"),
    "a register's metric": ('metric = "ghz_fidelity"\nnear = 0.9', 'found "ghz_fidelity"'),
    "a typing error": ('metric = "t1_"\nnear = "1 us"', 'did you mean "t1"'),
    "no near": ('metric = "t1"', "near: found nothing"),
    "near of another kind": ('metric = "t1"\nnear = "1 %"', '"%" is a unit of probability'),
    "near noise": (f"{GATE}near = 0.8", "near: found 0.8"),
    "no convention": ('metric = "crosstalk"\nnear = 0.01', "the conventions differ"),
    "a convention too many": (
        'metric = "t1"\nnear = "1 us"\nconvention = "pauli_error"',
        "one definition only",
    ),
    "precision of nothing": ('metric = "t1"\nnear = "1 us"\nprecision = 0', "precision: found 0"),
    "pairs of a qubit": ('metric = "t1"\nnear = "1 us"\nscope = {pairs = [[0, 1]]}', "scope"),
    "relative to nobody": ('metric = "t1"\nnear = "1 us"\nrelative_to = "x"', "asked for above"),
    "a threshold": ('metric = "t1"\nnear = "1 us"\nvalue = "1 us"', "an unknown key"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_with_its_place(name):
    table, words = MISTAKES[name]
    with pytest.raises(ClaimError) as told:
        asked(f'id = "q"\n{table}')
    assert words in str(told.value)
    assert "s.toml:" in str(told.value)
    assert 'question "q", ' in str(told.value)


@pytest.mark.parametrize("words", ["", "id = 5\n", 'id = ""\n'])
def test_a_figure_without_an_id_is_told_and_no_crash(words):
    with pytest.raises(ClaimError, match="id"):
        asked(f'{words}metric = "t1"\nnear = "1 us"')


def test_a_precision_is_no_share_of_another_kind_of_figure():
    with pytest.raises(ClaimError, match="another kind of figure"):
        asked(
            'id = "r"\nmetric = "readout_error"\nnear = "1 %"',
            'id = "t"\nmetric = "t1"\nnear = "1 us"\nrelative_to = "r"',
        )


def test_a_forged_plan_may_ask_what_no_sheet_can():
    def question(**settings):
        return Question(id="q", ask=FIGURE, settings=tuple(settings.items()))

    sound = {"metric": FIGURES[0], "near": 0.01, "precision": 0.2}
    assert is_sound(question(**sound))
    for odd in ({"metric": "none"}, {"near": float("nan")}, {"near": "1 %"}, {"precision": -1.0}):
        assert not is_sound(question(**{**sound, **odd}))
        assert wanted_figures([question(**{**sound, **odd})]) == ()
