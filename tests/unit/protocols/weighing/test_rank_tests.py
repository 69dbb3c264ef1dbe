"""Verdicts on medians, quantiles and shares, from a plan and drawn counts."""

import math

import numpy as np
import pytest

from qassay.claims import parse_claim_sheet
from qassay.devices.description import DeviceDescription
from qassay.planning.options import Options
from qassay.planning.planner import make_plan
from qassay.protocols.weighing.counted import Counted
from qassay.protocols.weighing.rank_tests import BULK_REMARK, COUNTED_REMARK
from qassay.protocols.weighing.wealth import NO_WEALTH, Wealth, staked
from qassay.statistics.trials import Trials
from qassay.verdicts.judge import judge

HEAD = '[sheet]\ntitle = "T"\nvendor = "V"\nmachine = "M"\n'
GATE = 'metric = "one_qubit_gate_error"\nvalue = 2e-4\nconvention = "average_gate_infidelity"\n'
TIME = 'metric = "t1"\nvalue = "100 us"\n'
READ = 'metric = "readout_error"\nvalue = "1 %"\n'
ONES = 'metric = "readout_error_1"\nvalue = "1 %"\n'  # half of the bits are set to 1


def verdict_of(table, ratios, circuits, seed=1):
    """Judge one claim on targets of these rates over the claimed one, after so many circuits."""
    ratios = np.asarray(ratios, dtype=float)
    sheet = parse_claim_sheet((HEAD + '[[claim]]\nid = "c"\n' + table).encode(), "sheet.toml")
    device = DeviceDescription(name="d", platform="other", qubits=ratios.size)
    plan = make_plan(sheet, device, bytes(32), Options(), "test")
    (x,), rng = plan.experiments, np.random.default_rng(seed)
    batches = {}
    for index in range(-(-circuits // x.batch)):
        arms = rng.choice(np.repeat(np.arange(len(x.block)), x.block), x.batch)
        shots, chance = 1, None
        if x.protocol == "readout":
            half = 2 if sheet.claims[0].metric == "readout_error_1" else 1
            chance = np.broadcast_to(0.01 * ratios / half, (arms.size, ratios.size))
        else:
            lengths = np.array(x.lengths)[arms][:, None]
            rate = -math.log1p(-4e-4) if "gate" in x.protocol else 1e4
            chance = 0.5 + 0.48 * np.exp(-rate * ratios * lengths)
        hits = rng.binomial(shots, chance)
        trials = Trials(lengths=np.array(x.lengths), arms=arms, hits=hits, shots=shots)
        batches[index] = {sheet.claims[0].metric: trials}
    (verdict,) = judge(plan, Counted(batches={x.id: batches}, cycles=len(batches)))
    return verdict


@pytest.mark.parametrize("table", [GATE, TIME, READ, ONES], ids=["gate", "time", "readout", "ones"])
@pytest.mark.parametrize("test", ["usual", "counted"])
@pytest.mark.parametrize(("ratio", "outcome"), [(0.3, "supported"), (4.0, "refuted")])
def test_a_median_far_from_its_claim_is_settled(table, test, ratio, outcome):
    """With errors so far off, a wrong or open verdict has a probability below 1e-6."""
    rates = ratio * np.linspace(0.8, 1.2, 20)
    circuits = 4000 if "readout" in table else 900
    said = verdict_of(f'{table}statistic = "median"\ntest = "{test}"\n', rates, circuits)
    assert said.outcome == outcome
    told = COUNTED_REMARK in said.reasons
    assert told or test == "usual"
    assert told != (BULK_REMARK in said.reasons)


@pytest.mark.parametrize("test", ["usual", "counted"])
def test_a_share_speaks_of_so_many_targets(test):
    """Of 20 targets 16 are good: 80 % of them meet the value, 95 % do not."""
    rates = [0.2] * 16 + [5.0] * 4
    text = f'{GATE}statistic = "share above"\ntest = "{test}"\n'
    assert verdict_of(text + 'share = "80 %"', rates, 1500).outcome == "supported"
    assert verdict_of(text + 'share = "95 %"', rates, 1500).outcome == "refuted"


def test_a_quantile_of_times_is_one_of_long_times():
    """The better 80 % of the times are the long ones."""
    rates = [0.2] * 16 + [5.0] * 4
    assert verdict_of(TIME + 'statistic = "quantile 0.8"', rates, 1500).outcome == "supported"
    assert verdict_of(TIME + 'statistic = "quantile 0.9"', rates, 1500).outcome == "refuted"


def test_a_median_that_helps_the_vendor_by_being_large_turns_sides():
    text = f'{GATE}statistic = "median"\nrelation = "at least"\n'
    for test in ("usual", "counted"):
        told = f'{text}test = "{test}"\n'
        assert verdict_of(told, [4.0] * 20, 900).outcome == "supported"
        assert verdict_of(told, [0.2] * 20, 900).outcome == "refuted"


def test_of_two_targets_the_median_is_the_mean_of_both():
    said = verdict_of(f'{READ}statistic = "median"\n', [0.2, 0.4], 4000)
    assert said.outcome == "supported"
    assert said.estimate.low < 0.003 < said.estimate.high


def test_verdict_and_interval_speak_with_one_voice():
    """Support needs more than the interval's 95 %, so its end lies within the limit."""
    for seed in range(12):
        rng = np.random.default_rng(seed)
        rates = np.exp(0.4 * rng.normal(size=50))
        rates *= rng.choice([0.6, 1.0, 1.25, 2.0]) / np.median(rates)
        said = verdict_of(f'{GATE}statistic = "median"\n', rates, 150, seed)
        if said.outcome == "supported":
            assert said.estimate.high < said.limit
        if said.outcome == "refuted":
            assert said.estimate.low > said.claimed


def test_stakes_add_up_and_the_richest_is_heard():
    rich = Wealth(support=5.0, refute=-2.0, support_peak=6.0, refute_peak=0.0, remarks=("rich",))
    both = staked([(0.9, NO_WEALTH), (0.1, rich)])
    assert both.support == pytest.approx(math.log(0.9 + 0.1 * math.exp(5.0)))
    assert both.support_peak == pytest.approx(math.log(0.1) + 6.0)
    assert both.remarks == ("rich",)
    with pytest.raises(ValueError, match="one"):
        staked([(0.5, rich)])
