"""Claims that a clock is asked about: read, and kept apart from what is counted."""

import pytest

from qassay.claims.claim_file import parse_claim_sheet
from qassay.errors import ClaimError

HEAD = '[sheet]\ntitle = "t"\nvendor = "v"\nmachine = "m"\n'
GATE = '[[claim]]\nid = "g"\nkind = "operations"\nmetric = "gate_time_2q"\nvalue = "68 ns"\n'


def read(text):
    return parse_claim_sheet((HEAD + text).encode())


def mistakes(text):
    with pytest.raises(ClaimError) as caught:
        read(text)
    return str(caught.value)


def test_a_time_is_read_on_the_side_that_helps_the_buyer():
    sheet = read(GATE)
    assert sheet.claims == ()
    (one,) = sheet.operations
    assert (one.metric, one.relation, one.value) == ("gate_time_2q", "at most", 68e-9)
    assert one.declared.standing == "declared only"


@pytest.mark.parametrize(
    ("lines", "metric"),
    [
        ('metric = "gate_time"\noperation = "1q"\nvalue = "35 ns"', "gate_time_1q"),
        ('metric = "gate_time"\noperation = "reset"\nvalue = "1 ms"', "reset_time"),
        ('metric = "one_qubit_gate_time"\nvalue = "35 ns"', "gate_time_1q"),
        ('metric = "shots_per_second"\nvalue = 180', "shot_rate"),
        ('metric = "availability"\nvalue = "95 %"', "uptime"),
        ('metric = "clops_h"\nkind = "operations"\nvalue = 340000', "throughput"),
    ],
)
def test_other_names_need_no_kind_where_no_count_has_them(lines, metric):
    (one,) = read(f'[[claim]]\nid = "x"\n{lines}\n').operations
    assert one.metric == metric


def test_a_published_variant_of_clops_is_named():
    text = '[[claim]]\nid = "c"\nkind = "operations"\nmetric = "throughput"\nvalue = 2600\n'
    assert read(text).operations[0].definition == "unstated"
    assert read(text + 'definition = "clops_v"\n').operations[0].definition == "clops_v"
    assert read(text.replace('"throughput"', '"clops_v"')).operations[0].definition == "clops_v"


def test_a_window_in_days():
    text = '[[claim]]\nid = "u"\nmetric = "uptime"\nvalue = "98 %"\nwindow = "30 d"\n'
    assert read(text).operations[0].window == 30 * 86_400


def test_other_sheets_keep_their_names():
    measured = '[[claim]]\nid = "t1"\nmetric = "t1"\nvalue = "10 s"\n'
    assert "operations" not in read(measured).as_json()
    assert [x["id"] for x in read(measured + GATE).as_json()["operations"]] == ["g"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('"68 ns"', "68"), "the unit is missing"),
        (('"68 ns"', '"68 %"'), "is a unit of probability"),
        (('"68 ns"', '"0 ns"'), "above zero"),
        (('"gate_time_2q"', '"gate_time"'), "a gate time is of one kind of operation"),
        (('"gate_time_2q"', '"t1"'), "one of gate_time, gate_time_1q"),
        (('value = "68 ns"\n', ""), "nothing"),
        (('"68 ns"', '"68 ns"\ndelta = -1'), "a number above 0"),
        (('"68 ns"', '"68 ns"\nwindow = "soon"'), 'such as "24 h" or "30 d"'),
        (('"68 ns"', '"68 ns"\ndefinition = "clops_h"'), "no definition"),
        (('"68 ns"', '"68 ns"\noperation = "2q"'), "no operation"),
        (('"68 ns"', '"68 ns"\nscope = "all"'), "an unknown key"),
    ],
)
def test_mistakes_are_named_with_their_place(change, said):
    text = mistakes(GATE.replace(*change))
    assert said in text
    assert text.count("\n") <= 2


def test_a_rate_without_a_kind_is_timed_and_a_plan_of_an_earlier_time_still_read():
    """Before, such a claim was asked of counts and not tested; that evidence has to hold."""
    text = '[[claim]]\nid = "c"\nmetric = "clops"\nvalue = 340000\n'
    timed = read(text)
    assert [one.metric for one in timed.operations] == ["throughput"]
    assert timed.claims == ()
    counted = read(text + 'kind = "measured"\n')
    assert [one.metric for one in counted.claims] == ["throughput"]
    again = parse_claim_sheet((HEAD + text).encode(), "s", planned=counted)
    assert (again.claims, again.operations) == (counted.claims, ())
