"""Sums over decaying targets: evidence on both sides, intervals, and nothing from nothing."""

import dataclasses
import math

import numpy as np
import pytest

from qassay.statistics.mean_decays import MeanOfDecays, linear_log_e, loss_log_e
from qassay.statistics.target_groups import DecayValue, TargetGroup
from qassay.statistics.trials import Trials

LENGTHS = np.array([1.0, 50.0, 150.0, 300.0])
RATE, STEP = 2e-3, math.log1p(0.25)
NEEDED = math.log(20)
ERROR = DecayValue(meaning="infidelity", factor=0.5)


def group(rates, circuits=100, seed=1, *, shots=1, bad=0.0, value=ERROR, weight=None, base=0.5):
    """Targets with these decays a layer, in units of RATE."""
    rng = np.random.default_rng(seed)
    arms = np.repeat(np.arange(4), np.array([2, 1, 2, 5]) * circuits // 10)
    rates = np.minimum(np.array(rates, dtype=float) * RATE, 1 - 1e-12)
    kept = np.exp(LENGTHS[arms][:, None] * np.log1p(-rates))
    kept = np.where(rng.random((arms.size, 1)) < bad, 0.0, kept)
    p = base + (1 - base) * 0.97 * kept
    n = rates.size
    return TargetGroup(
        trials=Trials(lengths=LENGTHS, arms=arms, hits=rng.binomial(shots, p), shots=shots),
        asymptote=base,
        value=value,
        weights=np.full(n, 1 / n) if weight is None else np.full(n, weight),
        scale=-math.log1p(-RATE),
    )


def mean(rates, circuits=100, seed=1, **more):
    return MeanOfDecays(experiments=((group(rates, circuits, seed, **more),),))


CLAIM = RATE / 2


def test_a_good_machine_is_supported_and_a_bad_one_refuted():
    good, bad = mean([0.6] * 50), mean([1.6] * 50)
    assert good.evidence_below(1.25 * CLAIM, STEP) > NEEDED
    assert good.evidence_above(CLAIM, STEP) == 0
    assert bad.evidence_above(CLAIM, STEP) > NEEDED
    assert bad.evidence_below(1.25 * CLAIM, STEP) == 0


@pytest.mark.parametrize("n", [2, 6, 50, 156])
def test_one_dead_target_is_never_supported(n):
    for seed in range(10):
        dead = mean([0.3] * (n - 1) + [1e4], 400, seed)
        assert dead.evidence_below(1.25 * CLAIM, STEP) < NEEDED


def test_a_machine_without_any_signal_is_refuted():
    assert mean([200.0] * 20, 60).evidence_above(CLAIM, STEP) > NEEDED


def test_before_every_arm_has_two_circuits_nothing_is_said():
    few = mean([0.5] * 50, 10)
    assert not few.ready
    assert few.evidence_below(1.25 * CLAIM, STEP) == few.evidence_above(CLAIM, STEP) == 0
    assert not few.estimate(0.95).informative


def test_bad_shots_make_evidence_dearer():
    clean, dirty = mean([0.7] * 50, 200), mean([0.7] * 50, 200, bad=0.1)
    assert clean.inflation < 1.4
    assert dirty.inflation > 3
    assert dirty.evidence_below(1.25 * CLAIM, STEP) < clean.evidence_below(1.25 * CLAIM, STEP)


def test_a_shot_more_of_the_same_circuit_says_little_if_circuits_differ():
    """Bad circuits of 50 shots: the circuit is the unit, so shots buy next to nothing."""
    few, many = (mean([1.0] * 30, 100, shots=s, bad=0.1) for s in (5, 50))
    width = [one.estimate(0.95).high - one.estimate(0.95).low for one in (few, many)]
    assert width[1] > 0.6 * width[0]


def test_no_upper_end_where_a_target_may_be_lost():
    rates = [0.5] * 49 + [1e4]
    lost = mean(rates, 40)
    found = lost.estimate(0.95)
    assert math.isinf(found.high) or found.high > 3 * CLAIM
    assert lost.least_loss(3 * CLAIM).alone == 49


@pytest.mark.parametrize(
    ("machines", "most"), [(30, 11), pytest.param(200, 25, marks=pytest.mark.slow)]
)
def test_covers_the_truth(machines, most):
    """Both ends at 2.5 %: 11 misses of 30 have probability 1e-7, 25 of 200 have 3e-5."""
    misses = 0
    for seed in range(machines):
        rng = np.random.default_rng([7, seed])
        rates = np.exp(0.5 * rng.standard_normal(20))
        one = mean(rates, 150, seed).estimate(0.95)
        truth = float(np.mean(np.minimum(rates * RATE, 1)) / 2)
        misses += not one.low <= truth <= one.high
    assert misses < most


def test_values_of_logarithms_and_of_quarters():
    value = DecayValue(meaning="log fidelity", factor=15 / 16)
    rates = [0.5] * 20
    layers = mean(rates, 200, value=value, weight=1.0, base=0.25)
    truth = 20 * float(value.of(0.5 * -math.log1p(-RATE)))
    found = layers.estimate(0.95)
    assert found.low < truth < found.high
    assert layers.evidence_below(2.5 * truth, STEP) > NEEDED


def test_times_change_the_sides():
    """A dead target is bounded in a time, one without decay is not."""
    value = DecayValue(meaning="time")
    alive = mean([0.5] * 20, 200, value=value)  # times twice as long
    unit = 1 / -math.log1p(-RATE)
    assert alive.evidence_above(unit / 1.25, STEP) > NEEDED
    assert alive.evidence_below(unit, STEP) == 0
    short = mean([2.0] * 20, 200, value=value)
    assert short.evidence_below(unit, STEP) > NEEDED
    one_without_end = mean([2.0] * 19 + [0.0], 200, value=value)
    assert one_without_end.evidence_below(unit, STEP) < NEEDED
    one_dead = mean([0.5] * 19 + [1e4], 400, value=value)
    assert one_dead.evidence_above(unit / 1.25, STEP) > NEEDED


def test_what_is_taken_off():
    """Layers of 1 with one-qubit parts of 0.4: the gate has 0.6 of the claim."""
    layers = group([1.0] * 20, 400, 3)
    ones = group([0.4] * 20, 400, 4, weight=-1 / 20)
    gate = MeanOfDecays(experiments=((layers,),), taken_off=((ones,),))
    found = gate.estimate(0.95)
    assert found.low < 0.6 * CLAIM < found.high
    assert gate.evidence_below(1.25 * CLAIM, STEP) > NEEDED
    assert gate.evidence_above(CLAIM, STEP) == 0
    worse = MeanOfDecays(experiments=((group([2.4] * 20, 400, 3),),), taken_off=((ones,),))
    assert worse.evidence_above(CLAIM, STEP) > NEEDED


@pytest.mark.parametrize("fill", ["never", "always", "half"])
@pytest.mark.parametrize("meaning", ["infidelity", "log fidelity", "time"])
def test_no_number_that_is_none(fill, meaning):
    """All hits, none, or chance: whatever comes out is a number, an open end or nothing."""
    rng = np.random.default_rng(2)
    arms = np.repeat(np.arange(4), (4, 2, 4, 10))
    hits = {"never": 0.0, "always": 1.0, "half": 0.5}[fill] > rng.random((20, 7))
    one = MeanOfDecays(
        experiments=(
            (
                TargetGroup(
                    trials=Trials(lengths=LENGTHS, arms=arms, hits=hits.astype(np.int64)),
                    asymptote=0.5,
                    value=DecayValue(meaning=meaning, factor=1.0 if meaning == "time" else 0.5),
                    weights=np.full(7, 1 / 7),
                    scale=RATE,
                ),
            ),
        )
    )
    found = one.estimate(0.95)
    if found.informative:
        assert found.low <= found.value <= found.high
        assert found.low >= 0
        assert not (found.low == 0 and math.isinf(found.high))
    for border in (1e-6, 1e-3, 1.0, 1e4):
        for e in (one.evidence_below(border, STEP), one.evidence_above(border, STEP)):
            assert math.isfinite(e)


def test_wealth_needs_a_gap_and_a_loss():
    assert loss_log_e(0.0, 1.0, STEP) == loss_log_e(3.0, -0.1, STEP) == 0
    assert loss_log_e(10.0, 0.5, STEP) > loss_log_e(5.0, 0.5, STEP)
    assert linear_log_e(5.0, 1.0, np.full(4, 2.0)) == pytest.approx(8.0)


def test_wealth_is_fair():
    """E exp of a normal score without drift is 1: an e-value."""
    drifts = np.array([0.2, 0.5, 1.0, 1.5])
    scores = np.linspace(-8, 10, 901)
    density = np.exp(-(scores**2) / 2) / math.sqrt(2 * math.pi)
    found = np.exp([linear_log_e(float(s), 1.0, drifts) for s in scores])
    assert (found * density).sum() * (scores[1] - scores[0]) == pytest.approx(1.0, abs=1e-3)


def timed(times, circuits, contrast, seed=1):
    """Times in units of the claim, at no delay and the claim's own."""
    rng = np.random.default_rng(seed)
    lengths = np.array([0.0, 1.0])
    arms = np.repeat([0, 1], [circuits // 5, circuits])
    kept = np.exp(-lengths[arms][:, None] / np.array(times))
    hits = rng.binomial(1, 0.5 + 0.48 * np.array(contrast) * kept)
    group = TargetGroup(
        trials=Trials(lengths=lengths, arms=arms, hits=hits, shots=1),
        asymptote=0.5,
        value=DecayValue(meaning="time"),
        weights=np.full(len(times), 1 / len(times)),
        scale=1.0,
    )
    return MeanOfDecays(experiments=((group,),))


@pytest.mark.parametrize("seed", range(4))
def test_a_mean_time_with_a_dead_readout_is_no_number_but_more_than_the_others_have(seed):
    """What the blank one adds was 33 333 claims, the end of a grid, or what chance made."""
    found = timed([1.5, 1.5, 1.5], 400, [1, 0, 1], seed).estimate(0.95)
    assert math.isinf(found.value)
    assert math.isinf(found.high)
    assert 0.4 < found.low < 1.5
    assert not found.informative


def test_a_mean_time_without_any_signal_is_nothing():
    assert math.isnan(timed([1.5] * 3, 400, [0, 0, 0]).estimate(0.95).value)


def test_a_mean_time_of_live_targets_is_a_number():
    assert 1.2 < timed([1.5] * 3, 400, [1, 1, 1]).estimate(0.95).value < 1.9


def test_a_mean_error_with_blank_targets_is_nothing_without_a_lower_end():
    whole = group([0.1] * 3, 60)
    hits = whole.trials.hits.copy()
    hits[:, 1:] = np.random.default_rng(2).integers(0, 2, (hits.shape[0], 2))
    trials = Trials(lengths=LENGTHS, arms=whole.trials.arms, hits=hits, shots=1)
    found = MeanOfDecays(experiments=((dataclasses.replace(whole, trials=trials),),))
    assert not found.estimate(0.95).informative
    assert mean([1.0] * 3, 400).estimate(0.95).informative


@pytest.mark.parametrize("seed", range(3))
def test_a_mean_error_with_a_blank_target_and_a_lower_end_has_no_value_by_chance(seed):
    """Its value is the middle of its interval; what is likeliest of the blank one is luck."""
    whole = group([2.0] * 3, 600, seed)
    hits = whole.trials.hits.copy()
    hits[:, 2] = np.random.default_rng(seed).integers(0, 2, hits.shape[0])
    trials = Trials(lengths=LENGTHS, arms=whole.trials.arms, hits=hits, shots=1)
    found = MeanOfDecays(experiments=((dataclasses.replace(whole, trials=trials),),)).estimate(0.95)
    assert found.low > 0
    assert found.value == pytest.approx((found.low + found.high) / 2) or math.isinf(found.high)
