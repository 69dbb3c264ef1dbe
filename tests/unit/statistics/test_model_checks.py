from itertools import permutations

import numpy as np
import pytest
from scipy import special

from qassay.statistics.alternatives import shifted, stretched, two_rates
from qassay.statistics.batch_cells import BatchCells, equal_batches
from qassay.statistics.model_check import ModelCheck, normal_power, tails
from qassay.statistics.model_checks import (
    CHECKS,
    between_targets_check,
    check_model,
    combined,
    consecutive_shots_check,
    drift_checks,
    leakage_check,
    longest_repeated_run,
    replay_check,
    run_bound,
    shape_check,
    too_good_check,
)
from qassay.statistics.trials import Trials

LENGTHS = np.array([4.0, 170.0, 600.0])


def machine(circuits=400, targets=20, seed=1, *, sentinels=True):
    rng = np.random.default_rng(seed)
    arms = rng.permutation(np.arange(circuits) % 16)
    arms = np.select([arms < 2, arms < (15 if sentinels else 16)], [0, 1], 2)
    chance = 0.5 + 0.48 * np.exp(-LENGTHS / 200)
    hits = rng.random((circuits, targets)) < chance[arms][:, None]
    lengths = LENGTHS if sentinels else LENGTHS[:2]
    return Trials(lengths=lengths, arms=arms, hits=hits.astype(np.int64))


# ---- tails ----------------------------------------------------------------------------------


@pytest.mark.parametrize("freedom", [3, 40, 4000])
def test_tails_are_exact_for_chi_squares(freedom):
    x = freedom * 1.2
    z = (x - freedom) / (2 * freedom) ** 0.5
    low, high = tails(z, (8 / freedom) ** 0.5)
    assert low == pytest.approx(float(special.chdtr(freedom, x)), rel=1e-6)
    assert high == pytest.approx(float(special.chdtrc(freedom, x)), rel=1e-6)
    mirrored = tails(-z, -((8 / freedom) ** 0.5))
    assert mirrored == pytest.approx((high, low))


def test_power_without_an_effect_is_the_level():
    for skewness in (0.0, 0.3, -0.3):
        assert normal_power(0.0, 0.01, skewness=skewness) == pytest.approx(0.01, rel=0.6)
    assert normal_power(0.0, 0.01) == pytest.approx(0.01)
    assert normal_power(9.0, 1e-4) > 0.999


# ---- shape of the decay ---------------------------------------------------------------------


def test_curves_go_through_both_arms():
    k = 1 / 170
    y = 0.49 * np.exp(-k * LENGTHS)
    assert stretched(y[0], y[1], LENGTHS, 1.0) == pytest.approx(y[2])
    assert shifted(y[0], y[1], LENGTHS, 0.0) == pytest.approx(y[2])
    gauss = 0.49 * np.exp(-((LENGTHS / 200) ** 2))
    assert stretched(gauss[0], gauss[1], LENGTHS, 2.0) == pytest.approx(gauss[2])
    leaky = 0.53 * np.exp(-k * LENGTHS) - 0.05
    assert shifted(leaky[0], leaky[1], LENGTHS, -0.05) == pytest.approx(leaky[2])
    t = LENGTHS - LENGTHS[0]
    mixed = 0.24 * (np.exp(-k * t / 2) + np.exp(-1.5 * k * t))
    assert two_rates(mixed[0], mixed[1], LENGTHS) == pytest.approx(mixed[2])
    for lost in (1e-17, 1e-12, 0.0):  # nothing is left at the second length
        assert 0.0 <= two_rates(1.0, lost, LENGTHS) < 1e-6


@pytest.mark.parametrize(("fraction", "side"), [(0.68, 1), (0.30, -1)])
def test_a_bent_decay_is_found_with_its_direction(fraction, side):
    trials = machine(1600)
    rng = np.random.default_rng(3)
    rows = trials.arms == 2
    trials.hits[rows] = rng.random(trials.hits[rows].shape) < fraction
    check = shape_check(trials, asymptote=0.5, level=1e-4)
    assert check.p_value < 1e-4
    assert np.sign(check.statistic) == side
    assert check.caps == (("confirmed",) if side > 0 else ("confirmed", "refuted"))
    fallen = leakage_check(trials, asymptote=0.5, level=1e-4).p_value
    assert (fallen < 1e-4) == (side < 0)


def test_dead_and_perfect_targets_do_not_upset_the_forecast():
    trials = machine(1600, 12)
    trials.hits[:, 0] = np.random.default_rng(0).integers(0, 2, trials.circuits)
    trials.hits[:, 1] = 1
    check = shape_check(trials, asymptote=0.5, level=1e-4)
    assert np.isfinite(check.statistic)
    assert check.p_value > 1e-4


# ---- batches --------------------------------------------------------------------------------


def test_moments_of_the_scatter_are_those_of_all_permutations():
    rng = np.random.default_rng(5)
    hits = rng.integers(0, 2, (7, 3)).astype(float)
    hits[0] = 1
    labels, sizes = np.array([0, 0, 1, 1, 1, 2, 2]), np.array([2, 3, 2])
    ratios = []
    for order in permutations(range(7)):
        moved = hits[list(order)]
        cells = BatchCells(
            times=np.zeros(7), labels=labels, sizes=sizes, hits=moved, fractions=moved.mean(0)
        )
        ratios.append(cells.scatter_of_targets().ratio)
    scatter = cells.scatter_of_targets()
    assert scatter.mean == pytest.approx(np.mean(ratios))
    assert scatter.variance == pytest.approx(np.var(ratios))


def test_small_batches_are_joined():
    trials = machine(400)
    cells = BatchCells.of(trials, 0, np.arange(400) // 5)
    assert cells.sizes.sum() == (trials.arms == 0).sum()
    assert cells.sizes.min() >= 4
    assert cells.sizes.size <= cells.circuits // 8
    assert (np.diff(cells.labels) >= 0).all()
    assert np.bincount(equal_batches(400)).tolist() == [40] * 10


def test_drift_and_its_absence():
    trials = machine(1600)
    for check in drift_checks(trials, 1, level=1e-4, asymptote=0.5):
        assert check.p_value > 1e-4
        assert check.caps == ("confirmed",)
    rng = np.random.default_rng(2)
    late = np.arange(1600) > 800
    lost = (trials.arms == 1) & late
    trials.hits[lost] *= rng.random((lost.sum(), 20)) > 0.1
    trend, batches, own = drift_checks(trials, 1, level=1e-4, asymptote=0.5)
    assert max(trend.p_value, batches.p_value, own.p_value) < 1e-4
    assert trend.statistic < 0
    # The same drift of preparation and readout caps nothing.
    assert all(check.caps == () for check in drift_checks(trials, 0, level=1e-4))


def test_two_batches_of_one_target_may_agree_to_the_very_count():
    """Whole numbers are coarse: that happens one time in some ten, and is no fabrication."""
    hits = np.tile([[1], [0]], (200, 1)).astype(np.int64)
    trials = Trials(lengths=np.array([0.0]), arms=np.zeros(400, dtype=np.intp), hits=hits)
    batches = np.repeat([0, 1], 200)
    assert too_good_check(trials, level=1e-6, batches=batches).p_value > 1e-2


def test_data_smoother_than_chance_are_found():
    trials = machine(1600)
    assert too_good_check(trials, level=1e-4).p_value > 1e-4
    phase = np.random.default_rng(0).random(20)
    for arm in range(3):
        rows = np.flatnonzero(trials.arms == arm)
        count = np.arange(rows.size + 1)[:, None] * trials.hits[rows].mean() + phase
        trials.hits[rows] = np.diff(np.floor(count), axis=0).astype(int)
    check = too_good_check(trials, level=1e-4)
    assert check.p_value < 1e-12
    assert check.statistic < 0.2
    assert dict(check.power)["counts with 0.0 of the variance, rounded"] > 0.99


# ---- independence ---------------------------------------------------------------------------


def test_correlated_shots_and_targets_are_told_apart():
    trials = machine(1000)
    one = np.where(np.random.default_rng(7).random((1000, 1)) < 0.15, 0, 1)
    together = Trials(lengths=LENGTHS, arms=trials.arms, hits=trials.hits * one)
    assert between_targets_check(together, level=1e-4).p_value < 1e-12
    assert consecutive_shots_check(together, level=1e-4).p_value > 1e-4
    slow = np.random.default_rng(8).random((500, 20)) < 0.2
    hits = trials.hits * ~np.repeat(slow, 2, axis=0)
    lasting = Trials(lengths=LENGTHS, arms=trials.arms, hits=hits)
    assert between_targets_check(lasting, level=1e-4).p_value > 1e-4
    check = consecutive_shots_check(lasting, level=1e-4)
    assert check.p_value < 1e-4
    assert check.statistic > 0
    # Pairs that straddle batches do not count: here none is left that shares its noise.
    apart = consecutive_shots_check(lasting, level=1e-4, batches=(np.arange(1000) + 1) // 2)
    assert apart.p_value > 1e-4


# ---- replays --------------------------------------------------------------------------------


def longest_by_hand(rows):
    best = 0
    for i in range(len(rows)):
        for j in range(i + 1, len(rows)):
            size = 0
            while j + size < len(rows) and (rows[i + size] == rows[j + size]).all():
                size += 1
            best = max(best, size)
    return best


@pytest.mark.parametrize("seed", range(12))
def test_longest_run_is_that_of_a_plain_search(seed):
    rng = np.random.default_rng(seed)
    rows = rng.integers(0, 2, (rng.integers(1, 40), rng.integers(1, 11)))
    if seed % 3 == 0:
        rows[-5:] = rows[:5]
    run = longest_repeated_run(rows)
    assert run.length == longest_by_hand(rows)
    first, second = rows[run.first :][: run.length], rows[run.second :][: run.length]
    assert run.length == 0 or run.first != run.second
    assert (first == second).all()


def test_equal_rows_overlap_with_themselves():
    assert longest_repeated_run(np.ones((9, 3))).length == 8
    assert longest_repeated_run(np.ones((9, 3))).bound == 1


def test_a_copied_block_is_found_where_it_is():
    rng = np.random.default_rng(1)
    bits = rng.integers(0, 2, (1000, 50), dtype=np.uint8)
    honest = replay_check(bits, level=1e-4, name="x")
    assert (honest.statistic, honest.p_value) == (0, 1)
    bits[700:720] = bits[100:120]
    run = longest_repeated_run(bits)
    assert (run.length, run.first, run.second) == (20, 100, 700)
    check = replay_check(bits, level=1e-4, name="x")
    assert check.p_value < 1e-17
    assert "from 100 and from 700 on" in check.sentence


def test_the_bound_holds():
    rng = np.random.default_rng(4)
    kinds = np.tile([0, 1, 1, 1], 50)
    chance = np.where(kinds[:, None] == 0, 0.97, 0.8)
    seen, bounds = [], []
    for _ in range(100):
        bits = rng.random((200, 6)) < chance
        seen.append(longest_repeated_run(bits, kinds).length)
        bounds.append([run_bound(bits, kinds, size) for size in range(1, 20)])
    for size, bound in enumerate(np.mean(bounds, axis=0), start=1):
        assert np.mean(np.array(seen) >= size) <= bound + 1e-9, size
    assert np.mean(bounds, axis=0)[-1] < 0.2


def test_rows_that_are_alike_by_nature_accuse_nobody():
    assert not replay_check(np.ones((500, 8)), level=1e-4, name="x").applicable


# ---- all together ---------------------------------------------------------------------------


def test_every_check_is_made_and_named():
    trials = machine()
    outcomes = np.random.default_rng(0).integers(0, 2, (400, 20), dtype=np.uint8)
    checked = check_model(trials, asymptote=0.5, outcomes=outcomes)
    assert tuple(check.name for check in checked.checks) == CHECKS
    assert checked.each == pytest.approx(1e-3 / len(CHECKS))
    assert checked.passed
    assert checked.caps == frozenset()
    # Two per cent of misses are a fraction of one in a batch of 12.
    rare = "drift, short circuits: target by target"
    assert [check.name for check in checked.checks if not check.applicable] == [rare]
    for check in checked.checks:
        if check.name == rare:
            continue
        assert 0 <= check.p_value <= 1
        assert check.power
        assert all(0 <= power <= 1 for _, power in check.power)


def test_what_cannot_be_checked_is_said():
    few = check_model(machine(24, 1), asymptote=0.5)
    plain = check_model(machine(sentinels=False), asymptote=0.5)
    many = machine(80)
    many = Trials(lengths=LENGTHS, arms=many.arms, hits=many.hits * 7, shots=9)
    nothing = Trials(lengths=LENGTHS[:1], arms=np.zeros(0, int), hits=np.zeros((0, 3), int))
    wrong = (np.random.default_rng(6).random((400, 20)) < 0.05).astype(np.int64)
    readout = check_model(
        Trials(lengths=LENGTHS[:1], arms=np.zeros(400, int), hits=wrong), asymptote=None
    )
    for checked in (
        few,
        plain,
        check_model(many, asymptote=0.5),
        readout,
        check_model(nothing, asymptote=0.5),
    ):
        missing = [check for check in checked.checks if not check.applicable]
        assert missing
        for check in missing:
            assert check.sentence.startswith("not applicable: ")
            assert check.statistic is None
            assert check.power == ()
        assert checked.passed
    assert plain.checks[0].sentence == "not applicable: no sentinel circuits"


def test_a_failure_caps_what_it_can():
    def check(name, p_value, caps):
        return ModelCheck(name=name, statistic=0.0, p_value=p_value, sentence="", caps=caps)

    means = check("a", 4e-4, ("mean confirmed",))
    checked = combined((means, check("b", 6e-4, ("refuted",))), level=1e-3)
    assert checked.failed == (means,)
    assert checked.caps == {"mean confirmed"}


@pytest.mark.parametrize("level", [0, 1, -0.1, float("nan")])
def test_levels_outside_0_and_1_are_refused(level):
    with pytest.raises(ValueError, match="level"):
        check_model(machine(), asymptote=0.5, level=level)


def test_shapes_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="batches"):
        check_model(machine(), asymptote=0.5, batches=np.zeros(3, int))
    with pytest.raises(ValueError, match="bits"):
        longest_repeated_run([[0, 2]])
