"""The score: every point explained, blind to nation and value, not to be gamed."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kit.examples import examples

from qassay.registry.catalog import all_registered, registered
from qassay.registry.dates import read_date
from qassay.registry.disclosure import announced_until, disclosure
from qassay.registry.records import FigureSource, PublishedFigure
from qassay.registry.vocabulary import FIGURE_KINDS, LADDER, STATISTICS

DAY = date(2026, 11, 22)
MACHINES = [one for one in all_registered() if disclosure(one, DAY)]


def figures():
    """Draw a figure of any kind with any evidence and anything said or unsaid of it."""
    source = FigureSource(
        title="t", publisher="p", dated=read_date("2026-01-02"), url="doi:x", primary=True
    )

    def build(metric, value, statistic, rung, n, uncertainty, method, flag, said):
        words = FIGURE_KINDS[metric].dimension == "words"
        return PublishedFigure(
            id="new",
            metric=metric,
            value=None if words else value,
            words="w" if words else "",
            statistic=statistic,
            verification=rung,
            source=source,
            dated=source.dated,
            n=n,
            uncertainty=uncertainty,
            method=method,
            simultaneous=flag,
            post_selection=said,
            convention="unstated",
            encoded=flag is True,
        )

    return st.builds(
        build,
        st.sampled_from(sorted(FIGURE_KINDS)),
        st.floats(0.3, 1),
        st.sampled_from(STATISTICS),
        st.sampled_from(sorted(LADDER)),
        st.none() | st.just(5),
        st.none() | st.just(0.1),
        st.sampled_from(("", "some")),
        st.none() | st.booleans(),
        st.sampled_from(("", "none")),
    )


@pytest.mark.parametrize("machine", MACHINES, ids=lambda one: one.id)
def test_points_and_losses_make_a_hundred(machine):
    for day in (DAY, announced_until(machine) or DAY):
        score = disclosure(machine, day)
        assert score.low + sum(one.points for one in score.lost) == pytest.approx(100)
        assert score.low <= score.high <= 100
        assert sum(score.parts.values()) == pytest.approx(score.low)
        assert all(one.detail for one in score.lost)


@settings(max_examples=examples(200), deadline=None)
@given(st.sampled_from(MACHINES), figures())
def test_saying_more_never_lowers_a_score(machine, figure):
    """Whatever the value, also a bad one."""
    before = disclosure(machine, DAY)
    after = disclosure(replace(machine, figures=(*machine.figures, figure)), DAY)
    assert after.low >= before.low - 1e-9


@settings(max_examples=examples(100), deadline=None)
@given(st.sampled_from([one for one in MACHINES if one.figures]), st.data())
def test_values_and_names_change_nothing(machine, data):
    before = disclosure(machine, DAY)
    worse = tuple(
        replace(one, value=None if one.value is None else one.value * data.draw(st.floats(0.1, 2)))
        for one in machine.figures
    )
    other = replace(machine, figures=worse, countries=("XX",), makers=("Somebody",), name="n")
    assert disclosure(other, DAY) == before


@settings(max_examples=examples(100), deadline=None)
@given(st.sampled_from([one for one in MACHINES if one.figures]), st.data())
def test_a_duplicate_raises_nothing(machine, data):
    figure = data.draw(st.sampled_from(machine.figures))
    more = replace(machine, figures=(*machine.figures, replace(figure, id="again")))
    assert disclosure(more, DAY) == disclosure(machine, DAY)


@settings(max_examples=examples(100), deadline=None)
@given(st.sampled_from(MACHINES), figures())
def test_what_only_a_user_says_raises_nothing(machine, figure):
    figure = replace(figure, verification="unverified_user_report")
    more = replace(machine, figures=(*machine.figures, figure))
    assert disclosure(more, DAY).low == disclosure(machine, DAY).low


def test_only_what_is_on_record_as_left_out_lowers_the_upper_end():
    machine = registered("ru-msu-rqc-rb-50")
    with_gap = disclosure(machine, DAY)
    without = disclosure(replace(machine, gaps=()), DAY)
    assert with_gap.low == without.low
    assert with_gap.high < without.high - 20


def test_the_prototype_disclosed_more_later():
    machine = registered("ru-msu-rqc-rb-50")
    early, now = disclosure(machine, announced_until(machine)), disclosure(machine, DAY)
    assert set(early.found) == {"qubits"}
    assert set(now.found) == {"qubits", "one_qubit", "two_qubit"}
    assert now.low > early.low


def test_where_there_is_no_machine_there_is_no_score():
    assert disclosure(registered("psiquantum"), DAY) is None


def test_old_calibration_of_a_machine_in_service_is_worth_less():
    machine = registered("ibm-heron-r3")
    soon, late = date(2026, 11, 1), date(2027, 11, 1)
    assert disclosure(machine, late).parts["evidence"] < disclosure(machine, soon).parts["evidence"]
    retired = replace(machine, status="retired")
    assert disclosure(retired, late).low == disclosure(retired, soon).low
