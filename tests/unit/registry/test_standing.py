"""Like with like: what may be ranked, and what may not and why."""

from dataclasses import replace

import pytest

from qassay.registry.catalog import all_registered, registered
from qassay.registry.standing import compare_machines, likeness

FIVE = ("ru-msu-rqc-rb-50", "quantinuum-h2", "ibm-heron-r2", "google-willow", "ustc-zuchongzhi-3")


@pytest.fixture(scope="module")
def rows():
    world = all_registered()
    found = compare_machines([registered(one) for one in FIVE], world)
    return {(row.metric, row.width, row.depth): row for row in found}


def test_a_figure_that_was_never_published_cannot_be_ranked(rows):
    cells = {cell.machine: cell for cell in rows["t1", None, None].cells}
    assert cells["quantinuum-h2"].figure is None
    assert cells["quantinuum-h2"].reason == "never published, as far as was found"
    assert cells["ru-msu-rqc-rb-50"].reason == "left out by the maker, on record"


def test_a_typical_value_in_an_interview_is_shown_and_not_ranked(rows):
    row = rows["two_qubit_fidelity", None, None]
    cell = row.cells[0]
    assert cell.figure.value == 0.9
    assert cell.place is None
    assert not row.alike


def test_alone_and_at_once_are_never_ranked_together():
    ibm = next(f for f in registered("ibm-heron-r3").of("two_qubit_fidelity"))
    google = next(f for f in registered("google-willow").of("two_qubit_fidelity"))
    assert (ibm.simultaneous, google.simultaneous) == (False, True)
    assert likeness(ibm)[0] != likeness(google)[0]
    assert (
        likeness(ibm)[0] == likeness(next(registered("ibm-heron-r1").of("two_qubit_fidelity")))[0]
    )


def test_best_cases_and_post_selected_figures_are_never_ranked():
    record = list(registered("oxford-ionics-eqc").of("two_qubit_fidelity"))
    assert all(likeness(one)[0] is None for one in record)
    raw = next(f for f in registered("google-willow").of("two_qubit_fidelity"))
    assert "treated" in likeness(replace(raw, post_selection="loss of atoms"))[1]


def test_machines_within_each_others_errors_share_a_place():
    h2 = registered("quantinuum-h2")
    figure = next(f for f in h2.of("two_qubit_fidelity") if f.specimen == "H2-1")
    one = replace(h2, id="one", figures=(replace(figure, value=0.99900, uncertainty=1e-4),))
    two = replace(h2, id="two", figures=(replace(figure, value=0.99910, uncertainty=1e-4),))
    far = replace(h2, id="far", figures=(replace(figure, value=0.99990, uncertainty=1e-4),))
    row = compare_machines([one, two, far], [one, two, far], ["two_qubit_fidelity"])[0]
    assert [cell.place.rank for cell in row.cells] == [2, 2, 1]
    assert row.alike
