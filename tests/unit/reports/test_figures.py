"""Figures: what they draw, told by their own numbers."""

import re
from dataclasses import replace

import pytest

from qassay.claims.claim import Claim
from qassay.devices.connectivity import read_connectivity
from qassay.reports.claim_data import claims_data
from qassay.reports.figures_decay import decay_figure
from qassay.reports.figures_dots import dots_figure
from qassay.reports.figures_map import map_figure
from qassay.reports.map_scale import map_scale_of
from qassay.reports.places import places
from qassay.reports.ruler import ruler
from qassay.statistics.estimate import Estimate, no_information

T1 = Claim(id="t1", metric="t1", relation="at least", value=100.0, stated="100 s")


def data_of(analysis, name):
    return next(data for data in claims_data(analysis) if data.claim.id == name)


def squares_in(svg):
    return len(re.findall(r"M[\d.]+ [\d.]+h", str(svg)))


def test_the_map_of_all_pairs_has_a_cell_for_each(ions):
    drawing = map_figure(data_of(ions, "2q"), ions.plan.device)
    assert squares_in(drawing.svg) == 1225
    assert sum(int(many.split()[0]) for _, _, many in drawing.legend) == 1225
    assert len(drawing.svg) < 60_000


def test_the_map_of_a_grid_has_its_pairs_where_they_are(grid):
    data = data_of(grid, "2q")
    drawing = map_figure(data, grid.plan.device)
    ends = re.findall(r'class="e e\d"[^>]* d="([^"]*)"', str(drawing.svg))
    assert sum(path.count("M") for path in ends) == 85
    spots = places(grid.plan.device)
    for (a, b), _ in data.estimates:
        assert abs(spots[a][0] - spots[b][0]) + abs(spots[a][1] - spots[b][1]) == 1


@pytest.mark.parametrize(
    "word", ["line", "ring", "grid:4x6", "heavy-hex", "heavy-hex:16", "all-to-all"]
)
def test_every_connectivity_has_a_map(word, make_analysis, make_device):
    analysis = make_analysis((T1,), make_device(word, qubits=24))
    drawing = map_figure(data_of(analysis, "t1"), analysis.plan.device)
    assert squares_in(drawing.svg) == 24
    assert "nan" not in str(drawing.svg)


@pytest.mark.parametrize("word", ["line", "heavy-hex", "heavy-hex:16"])
def test_neighbours_are_drawn_as_neighbours(word, make_device):
    device = make_device(word, qubits=60)
    spots = places(device)
    assert len(set(spots.values())) == 60
    for a, b in device.couplings:
        assert abs(spots[a][0] - spots[b][0]) + abs(spots[a][1] - spots[b][1]) == pytest.approx(1)


def test_listed_pairs_get_a_matrix(make_analysis, make_device):
    pairs = [[a, a + 2] for a in range(20)]
    word, couplings, _, problems = read_connectivity(pairs, 24, "connectivity")
    assert not problems
    device = replace(make_device("line", qubits=24), connectivity=word, couplings=couplings)
    claim = Claim(
        id="2q",
        metric="two_qubit_gate_error",
        relation="at most",
        value=5e-3,
        stated="0.5 %",
        convention="process_infidelity",
    )
    analysis = make_analysis((claim,), device)
    assert squares_in(map_figure(data_of(analysis, "2q"), device).svg) == 20


def test_classes_run_from_better_to_worse(ions):
    lower, higher = data_of(ions, "2q"), data_of(ions, "t1")

    def kinds(data, *values):
        scale = map_scale_of(data)
        return [scale.class_of(Estimate(value=v, low=v, high=v)) for v in values]

    assert kinds(lower, 0.001, 0.005, 0.006, 0.00626, 0.1) == [0, 2, 3, 4, 6]
    assert kinds(higher, 1000.0, 100.0, 90.0, 79.0, 1.0) == [0, 2, 3, 4, 6]
    assert map_scale_of(lower).class_of(no_information()) == -1


def test_single_estimates_are_in_the_convention_of_the_claim(ions):
    """The made-up machine has a mean gate infidelity near 0.69 % (0.66 % times exp(0.3² / 2))."""
    mean = data_of(ions, "2q")
    values = [one.value for _, one in mean.informative]
    assert sorted(values)[len(values) // 2] == pytest.approx(0.0066, rel=0.15)
    named = data_of(ions, "2q-every")
    assert [target for target, _ in named.estimates] == [(0, 1), (2, 3), (10, 11), (20, 21)]
    worst = max(one.value for _, one in named.estimates)
    assert named.verdict.estimate.value == pytest.approx(worst, rel=0.02)


def test_the_claim_s_curve_has_the_claim_s_rate(ions):
    decay = data_of(ions, "t1").decay
    assert decay.claimed_rate == pytest.approx(0.01)
    assert data_of(ions, "1q").decay.claimed_rate == pytest.approx(6e-4)
    assert data_of(ions, "2q").decay.claimed_rate == pytest.approx(4 / 3 * 0.005)


def test_a_decay_is_drawn_with_its_points(ions):
    drawing = decay_figure(data_of(ions, "t1"))
    assert "at length 0:" in drawing.svg
    assert drawing.svg.count('class="e fit"') == drawing.svg.count('class="e dashed"') == 1
    assert "#" not in drawing.svg  # colours are the page's, so that dark mode has its own
    assert decay_figure(data_of(ions, "readout")) is None


def test_estimates_without_information_are_counted_not_drawn(grid):
    data = data_of(grid, "t1")
    silent = tuple((t, no_information() if t[0] < 5 else one) for t, one in data.estimates)
    partly = replace(data, estimates=silent)
    count = sum(not estimate.informative for _, estimate in silent)
    assert count >= 5
    assert f"{count} qubits gave no information" in dots_figure(partly).caption
    assert (-1, "no information", f"{count} qubits") in map_figure(partly, grid.plan.device).legend
    nothing = replace(data, estimates=tuple((t, no_information()) for t, _ in data.estimates))
    assert dots_figure(nothing) is None
    assert map_figure(nothing, grid.plan.device) is None


@pytest.mark.parametrize(
    ("name", "value", "left"),
    [("2q", 0.0025, True), ("t1", 200.0, True), ("2q", 0.01, False), ("t1", 50.0, False)],
)
def test_on_a_ruler_better_is_left(ions, name, value, left):
    data = data_of(ions, name)
    estimate = Estimate(value=value, low=value * 0.9, high=value * 1.1)
    svg = str(ruler(replace(data, verdict=replace(data.verdict, estimate=estimate))))
    dot = float(re.findall(r'class="bar" stroke-width="9" d="M([\d.]+)', svg)[0])
    assert dot == pytest.approx(110 - 51 if left else 110 + 51, abs=0.1)


def test_an_open_interval_points_out_of_the_ruler(ions):
    data = data_of(ions, "t1")
    endless = Estimate(value=float("inf"), low=150.0, high=float("inf"))
    svg = str(ruler(replace(data, verdict=replace(data.verdict, estimate=endless))))
    assert svg.count('class="e bar"') == 2  # the line and its arrow, and no dot
    assert 'class="bar"' not in svg
    assert "inf" not in svg.replace("information", "")
