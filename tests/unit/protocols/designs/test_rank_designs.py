"""Medians get circuits at 1 / rate, as many as they take, in batches that let them stop early."""

import pytest

from qassay.claims import parse_claim_sheet
from qassay.cli.show import hopeless_words
from qassay.devices.description import DeviceDescription
from qassay.planning.options import Options
from qassay.planning.planner import make_plan
from qassay.verdicts.expectations import expectations

HEAD = '[sheet]\ntitle = "T"\nvendor = "V"\nmachine = "M"\n'


def planned(*statistics, qubits=50, value="2e-4"):
    tables = [
        f'[[claim]]\nid = "{number}"\nmetric = "one_qubit_gate_error"\nvalue = {value}\n'
        f'convention = "average_gate_infidelity"\n{statistic}\n'
        for number, statistic in enumerate(statistics)
    ]
    sheet = parse_claim_sheet((HEAD + "".join(tables)).encode(), "sheet.toml")
    device = DeviceDescription(name="d", platform="other", qubits=qubits)
    return make_plan(sheet, device, bytes(32), Options(), "test").experiments


MEDIAN = 'statistic = "median"'


def test_the_long_arm_is_where_a_spread_does_not_bend_the_mean_curve():
    (experiment,) = planned(MEDIAN)
    assert experiment.lengths[1] == pytest.approx(1 / 4e-4, rel=1e-3)
    assert experiment.coin
    short, long = experiment.block[:2]
    assert short / (short + long) == pytest.approx(1 / 9)


@pytest.mark.parametrize(
    ("qubits", "most", "batch"), [(6, 9000, 90), (20, 5000, 40), (156, 1400, 20)]
)
def test_more_targets_take_fewer_circuits_and_earlier_looks(qubits, most, batch):
    (experiment,) = planned(MEDIAN, qubits=qubits)
    assert experiment.rounds <= most
    assert experiment.batch <= batch


def test_a_count_takes_more_than_a_bulk():
    (bulk,), (counted,) = planned(MEDIAN), planned(MEDIAN + '\ntest = "counted"')
    assert counted.rounds > 2 * bulk.rounds


def test_a_tail_takes_more_than_the_middle():
    (median,), (tail,) = planned(MEDIAN), planned('statistic = "quantile 0.95"')
    assert tail.rounds > median.rounds


def test_beside_an_exact_test_the_arms_are_that_test_s():
    (experiment,) = planned(MEDIAN, 'statistic = "every"')
    (alone,) = planned('statistic = "every"')
    assert experiment.lengths == alone.lengths
    assert experiment.rounds >= alone.rounds


@pytest.mark.parametrize("statistic", ['statistic = "every"', MEDIAN])
def test_circuits_that_cannot_be_long_enough_are_more(statistic):
    """The longest circuit allowed holds 4 % of 1 / rate of an error of 1e-7."""
    (usual,), (short,) = planned(statistic), planned(statistic, value="1e-7")
    assert short.rounds > 10 * usual.rounds
    assert short.lengths[1] == 200_000


def test_a_plan_says_what_short_circuits_take():
    tables = (
        '[[claim]]\nid = "g"\nmetric = "one_qubit_gate_error"\nvalue = 1e-7\n'
        'convention = "average_gate_infidelity"\nstatistic = "every"\nscope = {qubits = [0]}\n'
    )
    sheet = parse_claim_sheet((HEAD + tables).encode(), "sheet.toml")
    device = DeviceDescription(name="d", platform="other", qubits=1)
    told = hopeless_words(make_plan(sheet, device, bytes(32), Options(), "test"))
    assert any("reaches 4 % of 1 / rate" in words for words in told)


def test_medians_are_foretold_as_a_range():
    table = '[[claim]]\nid = "m"\nmetric = "t1"\nvalue = "100 us"\nstatistic = "median"\n'
    sheet = parse_claim_sheet((HEAD + table).encode(), "sheet.toml")
    device = DeviceDescription(name="d", platform="other", qubits=20)
    (one,) = expectations(make_plan(sheet, device, bytes(32), Options(), "test"))
    for outlook in one.outlooks:
        assert outlook.shots <= outlook.most <= one.planned
    assert one.at_claim.most > 1.5 * one.at_claim.shots
