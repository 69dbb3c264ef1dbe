"""Unlike shots are made alike by a draw that changes no chance."""

import hashlib

import numpy as np
from scipy.stats import chisquare, hypergeom

from qassay.published.cells import TableCount
from qassay.published.counts import groups_of_alike
from qassay.published.unlike_shots import evened

SHA = hashlib.sha256(b"a table").hexdigest()


def cell(target, circuit, shots, hits, length=2.0):
    place = f"t.csv, row {circuit}"
    return TableCount(
        target=(target,), length=length, circuit=str(circuit), shots=shots, hits=hits, place=place
    )


def test_alike_shots_are_left_alone():
    cells = [cell(0, 1, 100, 90), cell(0, 2, 100, 80), cell(1, 1, 50, 40)]
    assert evened(cells, "") == (cells, [], {})


def test_what_is_drawn_is_hypergeometric():
    """30 of 40 shots, 30 hits, 2,000 circuits: chi-square with p < 1e-4 once in 10,000 seeds."""
    drawn = [cell(0, circuit, 40, 30) for circuit in range(2000)]
    found, problems, told = evened([*drawn, cell(0, "few", 30, 30)], SHA)
    assert (problems, {one.shots for one in found}) == ([], {30})
    assert "30 to 40 shots a circuit, of which 30 each were drawn" in told[0,]
    counts = np.bincount([one.hits for one in found[:-1]], minlength=31)[20:31]
    chances = hypergeom(40, 30, 30).pmf(np.arange(20, 31))
    tails = [slice(0, 1), *(slice(k, k + 1) for k in range(1, 6)), slice(6, 11)]
    seen = [counts[one].sum() for one in tails]
    wanted = [2000 * chances[one].sum() for one in tails]
    assert chisquare(seen, wanted).pvalue > 1e-4


def test_the_draw_is_the_files_own():
    cells = [cell(0, 1, 1000, 500), cell(0, 2, 600, 300)]
    first = evened(cells, SHA)[0]
    assert first == evened(cells, SHA)[0]
    other = evened(cells, hashlib.sha256(b"another").hexdigest())[0]
    assert (first[0].shots, first[1]) == (600, cells[1])
    assert first[0].hits != other[0].hits or first == other


def test_targets_of_the_same_circuits_stay_side_by_side():
    cells = [cell(t, c, 100 - 3 * t - c, 80) for t in range(3) for c in range(3)]
    groups, problems, told = groups_of_alike(cells, SHA)
    assert problems == []
    assert [(targets, trials.shots) for targets, trials in groups] == [(((0,), (1,), (2,)), 92)]
    assert len(told) == 3


def test_where_one_number_would_cost_too_much_each_target_has_its_own():
    cells = [cell(0, 1, 1000, 900), cell(0, 2, 900, 800), cell(1, 1, 20, 18), cell(1, 2, 19, 18)]
    groups, problems, _ = groups_of_alike(cells, SHA)
    assert problems == []
    assert sorted(trials.shots for _, trials in groups) == [19, 900]


def test_a_target_of_which_little_would_be_left_is_refused_alone():
    cells = [cell(0, 1, 1000, 900), cell(0, 2, 10, 9), cell(1, 1, 20, 18)]
    groups, problems, told = groups_of_alike(cells, SHA)
    assert [targets for targets, _ in groups] == [((1,),)]
    assert "found 10 shots beside 1000" in str(problems[0])
    assert told == []


def test_more_shots_than_can_be_drawn_are_refused():
    cells = [cell(0, c, 999_999 + (c > 0), 5) for c in range(21)]
    assert len(evened(cells, SHA)[1]) == 1
