"""Arms, circuits and batches of means."""

import pytest

from qassay.protocols.designs.mean_designs import mean_batch, mean_ladder, mean_rounds, with_checks


def test_a_mean_has_four_arms_with_half_of_the_circuits_long():
    lengths, block = mean_ladder(1.0, 300.0, None)
    assert lengths == (1.0, 300.0, 50.0, 150.0)
    assert block == (2, 5, 1, 2)


def test_beside_an_exact_test_its_two_arms_keep_most():
    lengths, block = mean_ladder(1.0, 300.0, (1, 8))
    assert lengths == (1.0, 300.0, 50.0, 150.0)
    assert (block[0] + block[1]) / sum(block) > 0.8


@pytest.mark.parametrize("long", [2.0, 3.0, 4.0, 6.0, 13.0])
def test_short_ladders_lose_arms_and_no_circuits(long):
    """Large errors leave no room between the shortest and the long circuit."""
    start = 1.0 if long > 2 else 0.0
    lengths, block = mean_ladder(start, long, None)
    assert len(set(lengths)) == len(lengths) == len(block)
    assert all(start <= x <= long for x in lengths)
    assert lengths[:2] == (start, long)
    assert sum(block) == 10


def test_sentinels_come_third_and_only_where_they_can_tell():
    lengths, block = mean_ladder(1.0, 300.0, None)
    assert with_checks(lengths, block, 300, 2e5) == (lengths, block)
    checked, counts = with_checks(lengths, block, 1200, 2e5)
    assert checked == (1.0, 300.0, 900.0, 50.0, 150.0)
    assert counts[2] == 1
    assert with_checks(lengths, block, 1200, 500) == (lengths, block)


def test_more_targets_take_fewer_circuits_down_to_what_clears_them():
    found = [mean_rounds(0.5, n, 1700, 0.05) for n in (2, 6, 20, 50, 156, 1000)]
    assert found == sorted(found, reverse=True)
    assert found[-1] >= 240
    assert mean_rounds(0.5, 50, 1700, 0.001) > mean_rounds(0.5, 50, 1700, 0.05)


def test_first_looks_come_early():
    assert mean_batch(345, (2, 5, 1, 2), 1e3) == 10
    assert mean_batch(1200, (4, 10, 1, 2, 4), 1e3) == 21
    assert mean_batch(345, (2, 5, 1, 2), 1e8) == 10  # one block at the least
